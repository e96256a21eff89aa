"""Who is consulted, the professionals meet, and the commissioner decides."""

from datetime import date, datetime
from uuid import UUID

from events.codes import (
    ExclusionKind,
    LegalBasis,
    Recommendation,
    RegimeId,
    Role,
)
from events.definition import event, holds, personal
from events.ids import (
    MeetingId,
    PersonId,
)
from events.kinds import CODE, LINE, PARTS, STAFF, TEXT
from events.values.decision import DirectionGrounds, PlanConsidered, PlannedReview, SectionFDelivery


@event()
class ProfessionalsMeetingConvened:
    meeting_id: MeetingId
    at: datetime
    invited_roles: tuple[Role, ...]
    place: str | None = personal(LINE)
    invited_names: tuple[str, ...] = personal(STAFF, default=())


@event(occurred="consulted_on")
class ConsultationRecorded:
    role: Role
    consulted_on: date
    body: str | None = personal(LINE)
    view: str | None = personal(TEXT)


@event(occurred="held_on")
class ProfessionalsMeetingHeld:
    meeting_id: MeetingId
    held_on: date
    attended_roles: tuple[Role, ...]
    apologies_roles: tuple[Role, ...]
    recommendation: Recommendation
    attended_names: tuple[str, ...] = personal(STAFF, default=())
    minutes: str | None = personal(TEXT)
    pupil_view: str | None = personal(TEXT)
    parent_view: str | None = personal(TEXT)


@event()
class ProfessionalsMeetingNotRequired:
    """No meeting was needed: the pupil is not looked after and has no social worker."""

    reason: str | None = personal(TEXT)


@event(occurred="first_day")
class ExclusionRecorded:
    """The suspension or permanent exclusion that the education follows. `days`: school days of a suspension."""

    first_day: date
    kind: ExclusionKind
    days: int | None


@event(occurred="reviewed_on")
class AnnualReviewRecorded:
    """The EHC plan was reviewed on that day, or made on it and not reviewed since."""

    reviewed_on: date
    note: str | None = personal(TEXT)


@event()
class ProfessionalsMeetingOverridden:
    """One of the two who together may go on without a meeting that is required said so. Both: `complete`."""

    by: PersonId
    by_role: Role
    complete: bool
    reason: str | None = personal(TEXT)


@event(occurred="arranged_on")
class PlanDeliveryRecorded:
    """Who delivers each item of section F of the EHC plan while the placement lasts, as arranged on that day."""

    arranged_on: date
    items: tuple[SectionFDelivery, ...] = personal(PARTS, default=())


@event(occurred="notified_on")
class LaNotifiedOfEhcPlan:
    """The authority that maintains the pupil's EHC plan was told about the proposed placement."""

    la_code: str = holds(CODE)
    notified_on: date


@event(occurred="proposed_on")
class DeterminationProposed:
    """A decision of an earlier day was typed in, and waits for a second person to confirm it from the minute."""

    proposed_on: date
    proposed_by: PersonId
    determined_on: date
    decided_by: PersonId
    decided_by_role: Role
    delegation_id: UUID | None
    start_date: date
    proposed_end: date
    days: int
    review_plan: tuple[PlannedReview, ...]
    exams_ahead: bool
    minute_reference: str | None = personal(TEXT)
    reasons: str | None = personal(TEXT)
    alternatives: str | None = personal(TEXT)
    direction: DirectionGrounds | None = personal(PARTS)
    ehc_plan: PlanConsidered | None = personal(PARTS)


@event(occurred="determined_on")
class PlacementDetermined:
    """`by` typed it, `decided_by` decided it on that day, and `confirmed_by` confirmed a day long past.

    In events of earlier releases the one who typed it decided it.
    """

    determined_on: date
    by: PersonId
    delegation_id: UUID | None
    regime_id: RegimeId
    legal_basis: LegalBasis
    start_date: date
    proposed_end: date
    days: int
    review_plan: tuple[PlannedReview, ...]
    calendar_version: int
    reasons: str | None = personal(TEXT)
    alternatives: str | None = personal(TEXT)
    direction: DirectionGrounds | None = personal(PARTS)
    ehc_plan: PlanConsidered | None = personal(PARTS)
    exams_ahead: bool | None = None
    decided_by: PersonId | None = None
    decided_by_role: Role | None = None
    confirmed_by: PersonId | None = None
    minute_reference: str | None = personal(TEXT)


@event(occurred="moved_on")
class StartDateMoved:
    """The start was moved before the placement began; any notice given for the old date is spent."""

    moved_on: date
    from_date: date
    to_date: date
    proposed_end: date
    days: int
    reason: str | None = personal(TEXT)


DecisionEvent = (
    ProfessionalsMeetingConvened
    | ConsultationRecorded
    | ProfessionalsMeetingHeld
    | ProfessionalsMeetingNotRequired
    | ExclusionRecorded
    | AnnualReviewRecorded
    | PlanDeliveryRecorded
    | ProfessionalsMeetingOverridden
    | LaNotifiedOfEhcPlan
    | DeterminationProposed
    | PlacementDetermined
    | StartDateMoved
)
