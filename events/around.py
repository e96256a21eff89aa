"""What happens around a placement: visits, contact, arrangements, reports, and who may read the record."""

from datetime import date, time

from events.codes import (
    AccessOutcome,
    AccessQuery,
    AccessRight,
    CommunicationSubject,
    ContactMethod,
    HarmFinding,
    MealArrangement,
    Role,
    TransportMode,
)
from events.definition import event, personal
from events.ids import AccessRequestId, ComplaintId, DocumentId, PersonId, SiteId
from events.values import Curriculum, ObjectiveRag


@event(occurred="visited_on")
class PlacementVisited:
    """Somebody of the school or the council visited the pupil at the provider."""

    visited_on: date
    site_id: SiteId
    pupil_seen: bool
    visitor: str | None = personal()
    observations: str | None = personal()
    actions: str | None = personal()


@event(occurred="contacted_on")
class ContactLogged:
    """The school was in contact with the pupil, the parents, the provider or somebody else concerned."""

    contacted_on: date
    with_roles: tuple[Role, ...]
    method: ContactMethod
    summary: str | None = personal()


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
    content: str | None = personal()


@event(occurred="arranged_on")
class TransportArranged:
    """It was decided whether the pupil needs transport, and if so it was arranged. The latest holds."""

    arranged_on: date
    required: bool
    mode: TransportMode | None
    from_on: date | None
    details: str | None = personal()


@event(occurred="arranged_on")
class MealsArranged:
    """How the pupil eats at the provider. `eligible`: for free school meals. The latest holds."""

    arranged_on: date
    arrangement: MealArrangement
    from_on: date
    eligible: bool | None = personal()
    details: str | None = personal()


@event(occurred="received_on")
class ProgressReportReceived:
    """The provider's report on a period. Attendance in hundredths of a per cent."""

    received_on: date
    period_from: date
    period_to: date
    attendance_basis_points: int
    curriculum: Curriculum
    objective_rag: tuple[ObjectiveRag, ...] = personal(default=())
    behaviour: str | None = personal()
    curriculum_text: str | None = personal()
    personal_development: str | None = personal()
    achievements: str | None = personal()
    pupil_voice: str | None = personal()


@event()
class NoteAdded:
    text: str | None = personal()


@event(occurred="assigned_on")
class CaseAssigned:
    """From this day a case worker looks after the placement."""

    assigned_on: date
    assigned_to: PersonId
    reason: str | None = personal()


@event()
class AccessRestricted:
    """From now on only these roles and people may read the record, of those who could before. The latest holds."""

    reader_roles: tuple[Role, ...]
    reader_ids: tuple[PersonId, ...]
    reason: str | None = personal()


@event()
class AccessRestrictionLifted:
    reason: str | None = personal()


@event(occurred="received_on")
class SubjectAccessRequested:
    """Somebody asked in exercise of a right to see what is kept. `due`: the day by which it is answered."""

    request_id: AccessRequestId
    received_on: date
    right: AccessRight
    due: date
    calendar_version: int
    requester: str | None = personal()
    scope: str | None = personal()


@event(occurred="extended_on")
class SubjectAccessExtended:
    """The answer takes longer, as a complex request may; whoever asked was told so and why."""

    request_id: AccessRequestId
    extended_on: date
    due: date
    reason: str | None = personal()


@event(occurred="answered_on")
class SubjectAccessAnswered:
    request_id: AccessRequestId
    answered_on: date
    outcome: AccessOutcome
    timely: bool
    reasons: str | None = personal()


@event(occurred="asked_on")
class SubjectAccessQueried:
    """Whoever asked is asked for proof of identity, or to say what is meant. The clock waits from this day."""

    request_id: AccessRequestId
    asked_on: date
    query: AccessQuery
    question: str | None = personal()


@event(occurred="answered_on")
class SubjectAccessQueryAnswered:
    """Identity is proved, or it is clear what is meant: the clock goes on, and `due` is the day that follows."""

    request_id: AccessRequestId
    answered_on: date
    query: AccessQuery
    due: date
    answer: str | None = personal()


@event(occurred="considered_on")
class SeriousHarmConsidered:
    """The safeguarding lead read what is to be handed over, and found whether it would be likely to do serious harm."""

    request_id: AccessRequestId
    considered_on: date
    finding: HarmFinding
    reasons: str | None = personal()


@event(occurred="received_on")
class DataProtectionComplaintReceived:
    """Somebody complained about how personal data are used. `due`: the day by which it is acknowledged."""

    complaint_id: ComplaintId
    received_on: date
    due: date
    complainant: str | None = personal()
    complaint: str | None = personal()


@event(occurred="acknowledged_on")
class DataProtectionComplaintAcknowledged:
    complaint_id: ComplaintId
    acknowledged_on: date
    timely: bool


@event(occurred="answered_on")
class DataProtectionComplaintAnswered:
    """Whoever complained was told what came of it."""

    complaint_id: ComplaintId
    answered_on: date
    outcome: str | None = personal()


AroundEvent = (
    PlacementVisited
    | ContactLogged
    | CommunicationSent
    | TransportArranged
    | MealsArranged
    | ProgressReportReceived
    | NoteAdded
    | CaseAssigned
    | AccessRestricted
    | AccessRestrictionLifted
    | SubjectAccessRequested
    | SubjectAccessExtended
    | SubjectAccessAnswered
    | SubjectAccessQueried
    | SubjectAccessQueryAnswered
    | SeriousHarmConsidered
    | DataProtectionComplaintReceived
    | DataProtectionComplaintAcknowledged
    | DataProtectionComplaintAnswered
)
