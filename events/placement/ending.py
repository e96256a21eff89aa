"""The return to school, the end, the evaluation and the closing."""

from datetime import date

from events.codes import (
    Assessor,
    ContactMethod,
    EndReason,
    MoveParty,
)
from events.definition import event, holds, personal
from events.ids import (
    PlanId,
    ReviewId,
    Urn,
)
from events.kinds import CODE, PARTS, STAFF, TEXT
from events.values.reviews import ReintegrationStep


@event()
class ReintegrationPlanned:
    plan_id: PlanId
    full_time_by: date
    school_accepted: bool
    steps: tuple[ReintegrationStep, ...] = personal(PARTS, default=())
    key_adult: str | None = personal(STAFF)
    readiness_criteria: tuple[str, ...] = personal(TEXT, default=())
    pupil_view: str | None = personal(TEXT)
    parent_view: str | None = personal(TEXT)


@event(occurred="started_on")
class ReintegrationStarted:
    plan_id: PlanId
    started_on: date


@event(occurred="recorded_on")
class ReintegrationStepRecorded:
    plan_id: PlanId
    n: int
    recorded_on: date
    attendance_basis_points: int
    outcome: str | None = personal(TEXT)


@event(occurred="halted_on")
class ReintegrationHalted:
    """A review stopped a return that had begun: the placement continues as before, and the return is planned again."""

    plan_id: PlanId
    review_id: ReviewId
    halted_on: date


@event(occurred="ended_on")
class PlacementEnded:
    """`agreed_by` and `agreed_on` say who agreed to a managed move in writing, and when the last of them did."""

    ended_on: date
    reason: EndReason
    destination_urn: Urn | None = holds(CODE)
    agreed_by: tuple[MoveParty, ...] = ()
    agreed_on: date | None = None
    reason_text: str | None = personal(TEXT)


@event(occurred="asked_on")
class AssessmentSought:
    """The pupil, the parents or the provider were asked for their view of the placement."""

    of: Assessor
    asked_on: date
    method: ContactMethod


@event()
class EvaluationRecorded:
    """Attendance in hundredths of a per cent. `evaluated_on`: not in events that were stored before it was kept."""

    objectives_met: tuple[str, ...] = holds(CODE)
    attendance_before_basis_points: int
    attendance_during_basis_points: int
    cost_total_pennies: int
    attendance_after_basis_points: int | None = None
    evaluated_on: date | None = None
    pupil_assessment: str | None = personal(TEXT)
    parent_assessment: str | None = personal(TEXT)
    provider_view: str | None = personal(TEXT)


@event(occurred="closed_on")
class PlacementClosed:
    closed_on: date


EndingEvent = (
    ReintegrationPlanned
    | ReintegrationStarted
    | ReintegrationStepRecorded
    | ReintegrationHalted
    | PlacementEnded
    | AssessmentSought
    | EvaluationRecorded
    | PlacementClosed
)
