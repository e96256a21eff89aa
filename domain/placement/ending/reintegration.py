"""The planned return to school: the plan, its start and its steps."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.duty import DueDay, Duty, Owed
from domain.placement.facts import Facts
from domain.placement.guards import basis_points, not_before, not_future, written
from domain.placement.stages import RUNNING
from domain.placement.state import Placement, initial
from domain.shared import words
from domain.shared.errors import Rejected, Rejections, refuse
from domain.shared.text import visible
from events.codes import RuleId
from events.definition import asked, value
from events.ids import PlanId, derived_id
from events.placement.ending import ReintegrationPlanned, ReintegrationStarted, ReintegrationStepRecorded
from events.values.reviews import ReintegrationStep


@value
class PlanReintegration:
    """Plan the return to school: its steps, the key adult, and when the pupil is back full time.

    A plan given again replaces the one before, for instance once the school has accepted it.
    """

    full_time_by: date = asked("Back at school full time by")
    school_accepted: bool = asked("Has the school agreed to the plan?")
    steps: tuple[ReintegrationStep, ...] = asked(
        "Steps of the return", hint="Each step has more sessions at school than the one before"
    )
    key_adult: str = asked("Adult at school whom the pupil can go to")
    readiness_criteria: tuple[str, ...] = asked("How do we know that the pupil is ready?", default=())
    pupil_view: str | None = asked("What does the pupil think of the plan?", default=None)
    parent_view: str | None = asked("What do the parents think of the plan?", default=None)


@value
class StartReintegration:
    """Begin the return to school by its plan."""

    started_on: date = asked("When did the return start?")


@value
class RecordReintegrationStep:
    """Record how a step of the return went."""

    n: int = asked("Number of the step")
    recorded_on: date = asked("When is this recorded?")
    attendance_basis_points: int = asked("Attendance in this step")
    outcome: str = asked("How did it go?")


class PlanUnsound(Rejected):
    """The steps of a return are in order, and the pupil is back full time after the last step begins."""

    code = "plan_unsound"
    title = "The steps of the reintegration plan are not correct"


class PlanMissing(Rejected):
    """A return to school is carefully planned before it begins."""

    code = "plan_missing"
    title = "There is no reintegration plan"


class PlanNotAccepted(Rejected):
    """The home school accepts the plan before the pupil's return begins."""

    code = "plan_not_accepted"
    title = "The school has not accepted the plan"


class ViewsMissing(Rejected):
    """The pupil and the parents are asked what they think of the plan."""

    code = "views_missing"
    title = "The pupil's or the parents' view of the plan is missing"


class StepUnknown(Rejected):
    """Each step recorded is one of the plan's."""

    code = "step_unknown"
    title = "The plan has no such step"


def plan(_state: Placement, command: PlanReintegration, facts: Facts) -> tuple[ReintegrationPlanned, ...]:
    refuse(*sound_plan(command, initial(), facts))
    return (
        ReintegrationPlanned(
            plan_id=PlanId(derived_id(facts.command_id, "plan")),
            full_time_by=command.full_time_by,
            school_accepted=command.school_accepted,
            steps=command.steps,
            key_adult=command.key_adult,
            readiness_criteria=command.readiness_criteria,
            pupil_view=command.pupil_view,
            parent_view=command.parent_view,
        ),
    )


def sound_plan(
    event: PlanReintegration | ReintegrationPlanned, _state: Placement, _facts: Facts
) -> list[Rejected | None]:
    return [*_steps(event), written(event.key_adult, "who the key adult is", "/key_adult")]


def sound_start(
    event: StartReintegration | ReintegrationStarted, state: Placement, facts: Facts
) -> list[Rejected | None]:
    assert state.running.started_on is not None
    return [
        not_future(event.started_on, facts.today, "/started_on"),
        not_before(event.started_on, state.running.started_on, "the placement started", "/started_on"),
    ]


def sound_step(
    event: RecordReintegrationStep | ReintegrationStepRecorded, state: Placement, facts: Facts
) -> list[Rejected | None]:
    began = state.ending.reintegration
    return [
        None
        if state.ending.plan is not None and any(step.n == event.n for step in state.ending.plan.steps)
        else StepUnknown(f"The plan has no step {event.n}.", pointer="/n"),
        not_future(event.recorded_on, facts.today, "/recorded_on"),
        not_before(event.recorded_on, began.started_on, "the return began", "/recorded_on") if began else None,
        basis_points(event.attendance_basis_points, "/attendance_basis_points"),
        written(event.outcome, "how the step went", "/outcome"),
    ]


def _steps(command: PlanReintegration | ReintegrationPlanned) -> list[PlanUnsound | None]:
    steps = command.steps
    if not steps:
        return [PlanUnsound("Plan at least one step.", pointer="/steps")]
    in_order = all(earlier.n < later.n and earlier.from_on < later.from_on for earlier, later in pairwise(steps))
    return [
        None
        if in_order
        else PlanUnsound("Give the steps in order, each with a later number and day.", pointer="/steps"),
        PlanUnsound("The number of sessions cannot be less than 0.", pointer="/steps")
        if any(min(step.sessions_school, step.sessions_ap) < 0 for step in steps)
        else None,
        PlanUnsound("The pupil is back full time on or after the last step's day.", pointer="/full_time_by")
        if command.full_time_by < steps[-1].from_on
        else None,
    ]


def plan_due(state: Placement) -> date:
    """By half the period, though never before the day on which its end was set."""
    assert state.running.started_on is not None
    assert state.period.proposed_end is not None
    assert state.period.end_set_on is not None
    half = state.running.started_on + (state.period.proposed_end - state.running.started_on) // 2
    return max(half, state.running.started_on, state.period.end_set_on)


def start(state: Placement, command: StartReintegration, facts: Facts) -> tuple[ReintegrationStarted, ...]:
    planned = state.ending.plan
    if planned is None:
        raise Rejections((PlanMissing("Plan the return to school first."),))
    views = {"pupil": planned.pupil_view, "parents": planned.parent_view}
    refuse(
        None if planned.school_accepted else PlanNotAccepted("The home school must accept the plan first."),
        *(ViewsMissing(f"Plan again with the view of the {who}.") for who, view in views.items() if not visible(view)),
        *sound_start(command, state, facts),
    )
    return (ReintegrationStarted(plan_id=planned.plan_id, started_on=command.started_on),)


def record_step(
    state: Placement, command: RecordReintegrationStep, facts: Facts
) -> tuple[ReintegrationStepRecorded, ...]:
    assert state.ending.plan is not None
    refuse(*sound_step(command, state, facts))
    return (
        ReintegrationStepRecorded(
            plan_id=state.ending.plan.plan_id,
            n=command.n,
            recorded_on=command.recorded_on,
            attendance_basis_points=command.attendance_basis_points,
            outcome=command.outcome,
        ),
    )


def _owed(state: Placement, _calendar: SchoolCalendar) -> Iterator[Owed]:
    if state.stage in RUNNING and state.reviews.decision_to_end is None and state.ending.plan is None:
        yield Owed(plan_due(state))


def _explain(day: DueDay) -> str:
    assert day.state.running.started_on is not None
    assert day.state.period.proposed_end is not None
    return f"half the period from {words.on(day.state.running.started_on)} to {words.on(day.state.period.proposed_end)}"


PLANNED = Duty(
    rule=RuleId.REINTEGRATION,
    what="Plan the return to school",
    owed=_owed,
    explain=_explain,
    ends_with_placement=True,
)
