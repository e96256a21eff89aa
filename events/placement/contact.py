"""Visits, contact, arrangements and reports around a placement."""

from datetime import date, time

from events.codes import (
    CommunicationSubject,
    ContactMethod,
    MealArrangement,
    Role,
    TransportMode,
)
from events.definition import event, personal
from events.ids import (
    DocumentId,
    SiteId,
)
from events.kinds import FACT, PARTS, STAFF, TEXT
from events.values.reviews import Curriculum, ObjectiveRag


@event(occurred="visited_on")
class PlacementVisited:
    """Somebody of the school or the council visited the pupil at the provider."""

    visited_on: date
    site_id: SiteId
    pupil_seen: bool
    visitor: str | None = personal(STAFF)
    observations: str | None = personal(TEXT)
    actions: str | None = personal(TEXT)


@event(occurred="contacted_on")
class ContactLogged:
    """The school was in contact with the pupil, the parents, the provider or somebody else concerned."""

    contacted_on: date
    with_roles: tuple[Role, ...]
    method: ContactMethod
    summary: str | None = personal(TEXT)


@event(occurred="sent_on")
class CommunicationSent:
    """Parents, pupil or others were told something, beyond the notices and letters that the law asks for.

    `document_id`: a letter of the record that could not be sent was handed over so. `sent_at`: its hour in London.
    """

    sent_on: date
    subject: CommunicationSubject
    to_roles: tuple[Role, ...]
    method: ContactMethod
    document_id: DocumentId | None = None
    sent_at: time | None = None
    content: str | None = personal(TEXT)


@event(occurred="arranged_on")
class TransportArranged:
    """It was decided whether the pupil needs transport, and if so it was arranged. The latest holds."""

    arranged_on: date
    required: bool
    mode: TransportMode | None
    from_on: date | None
    details: str | None = personal(TEXT)


@event(occurred="arranged_on")
class MealsArranged:
    """How the pupil eats at the provider. `eligible`: for free school meals. The latest holds."""

    arranged_on: date
    arrangement: MealArrangement
    from_on: date
    eligible: bool | None = personal(FACT)
    details: str | None = personal(TEXT)


@event(occurred="received_on")
class ProgressReportReceived:
    """The provider's report on a period. Attendance in hundredths of a per cent."""

    received_on: date
    period_from: date
    period_to: date
    attendance_basis_points: int
    curriculum: Curriculum
    objective_rag: tuple[ObjectiveRag, ...] = personal(PARTS, default=())
    behaviour: str | None = personal(TEXT)
    curriculum_text: str | None = personal(TEXT)
    personal_development: str | None = personal(TEXT)
    achievements: str | None = personal(TEXT)
    pupil_voice: str | None = personal(TEXT)


ContactEvent = (
    PlacementVisited | ContactLogged | CommunicationSent | TransportArranged | MealsArranged | ProgressReportReceived
)
