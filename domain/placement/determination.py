"""The determination: the decision to make the placement, its period and its review plan; and moving its start."""

from datetime import date
from uuid import UUID

from domain import words
from domain.bases import BASES
from domain.errors import Rejected, refuse
from domain.facts import Facts
from domain.placement.exclusions import is_recorded
from domain.placement.grounds import delegation_for, direction_grounds, plan_considered
from domain.placement.guards import at_least, not_before, not_future, written
from domain.placement.state import Placement
from domain.regimes import regime_for
from domain.school_age import NoDutyLeft, duty_left
from domain.school_calendar import DAY
from events.codes import CommissionerKind, ReviewSource, Role
from events.definition import value
from events.ids import PersonId
from events.placement import NoticeSuperseded, PlacementDetermined, StartDateMoved
from events.values import DirectionGrounds, PlanConsidered, PlannedReview

AUTHORITY = frozenset({Role.LA_OFFICER, Role.SEND_OFFICER})
"""Who decides for a local authority."""


@value
class Determine:
    """Decide that the placement is made: from when to when, how many days, and when it is reviewed.

    `days` counts the school days of required attendance. The decision is taken on the day it is given. A direction
    off site says its grounds; with an EHC plan, how the plan was taken into account. A head who names no delegation
    decides by the one in force.
    """

    start_date: date
    proposed_end: date
    days: int
    review_plan: tuple[PlannedReview, ...]
    reasons: str
    alternatives: str
    delegation_id: UUID | None = None
    exams_ahead: bool = False
    direction: DirectionGrounds | None = None
    ehc_plan: PlanConsidered | None = None


@value
class MoveStartDate:
    """Move the start of a placement that has not begun. A notice given for the old date is spent."""

    start_date: date
    proposed_end: date
    days: int
    reason: str


class NotTheirDecision(Rejected):
    """The body that commissions the placement decides it: the school's head or governing body, or the authority."""

    code = "not_their_decision"
    title = "The decision is another body's"


class CalendarNotPublished(Rejected):
    """Two clear school days before the start can only be counted on a published calendar."""

    code = "calendar_not_published"
    title = "The home school's calendar does not reach that day"
    legal_refs = ("SI 2010/1156 reg 2",)


class StartNotSchoolDay(Rejected):
    """A placement starts on the first school day on which the pupil must attend off site."""

    code = "start_not_school_day"
    title = "The start is not a school day"
    legal_refs = ("SI 2010/1156 reg 2",)


class StartNotAhead(Rejected):
    """A placement is decided before it starts: notice of it must still be given."""

    code = "start_not_ahead"
    title = "The start does not lie ahead"
    legal_refs = ("SI 2010/1156 reg 3",)


class PeriodUnsound(Rejected):
    """A placement has a proposed end after its start."""

    code = "period_unsound"
    title = "The period does not hold together"


class DaysOutOfRange(Rejected):
    """The notice states a number of days; no more can be required than there are school days in the period."""

    code = "days_out_of_range"
    title = "That many days do not fit the period"
    legal_refs = ("SI 2010/1156 reg 3(4)",)


class ReviewPlanUnsound(Rejected):
    """Reviews are planned with the decision: at least one, each within the period and on a day of its own."""

    code = "review_plan_unsound"
    title = "The review plan does not hold together"
    legal_refs = ("SI 2010/1156 reg 4(1)(a)",)


class DecisionDayUnsound(Rejected):
    """A decision is dated on the day it was taken, after all that it rests on; the law and the delegation of that day
    are the ones it was taken under.
    """

    code = "decision_day_unsound"
    title = "The decision cannot be of that day"
    legal_refs = ("Education Act 2002 s 29A",)


def determine(state: Placement, command: Determine, facts: Facts) -> tuple[PlacementDetermined, ...]:
    assert state.commissioner is not None
    assert state.legal_basis is not None
    assert facts.school is not None
    assert facts.school.kind is not None
    # The regime is that of the day of the determination, and stays with the placement.
    regime = regime_for(state.commissioner, state.legal_basis, facts.today, school=facts.school.kind)
    delegation = delegation_for(state, command.delegation_id, facts)
    refuse(
        regime if isinstance(regime, Rejected) else None,
        _decider(state.commissioner, facts.actor.role),
        delegation if isinstance(delegation, Rejected) else None,
        _ahead(command.start_date, facts),
        *sound(command, state, facts, on=facts.today),
    )
    assert not isinstance(regime, Rejected)
    assert not isinstance(delegation, Rejected)
    return (
        PlacementDetermined(
            determined_on=facts.today,
            by=PersonId(facts.actor.id),
            delegation_id=delegation.delegation_id if delegation else None,
            regime_id=regime.id,
            legal_basis=state.legal_basis,
            start_date=command.start_date,
            proposed_end=command.proposed_end,
            days=command.days,
            review_plan=tuple(sorted(command.review_plan, key=lambda planned: planned.due)),
            calendar_version=facts.calendar.version,
            reasons=command.reasons,
            alternatives=command.alternatives,
            exams_ahead=command.exams_ahead,
            direction=command.direction,
            ehc_plan=command.ehc_plan,
        ),
    )


def sound_determination(event: PlacementDetermined, state: Placement, facts: Facts) -> list[Rejected | None]:
    on = event.determined_on
    return [
        *sound(event, state, facts, on=on),
        not_before(event.start_date, on + DAY, "the day after the decision,", "/determined_on"),
        *_same_ground(event, state, facts),
    ]


def _same_ground(event: PlacementDetermined, state: Placement, facts: Facts) -> list[Rejected | None]:
    """The law and the delegation that a decision rests on are those of its day, and stay as they are on record."""
    on = event.determined_on
    assert state.commissioner is not None
    assert state.legal_basis is not None
    kind = facts.school.kind if facts.school else None
    held = () if facts.school is None else facts.school.delegations
    law = None if kind is None else regime_for(state.commissioner, state.legal_basis, on, school=kind)
    rests_on = next((each for each in held if each.delegation_id == event.delegation_id), None)
    return [
        DecisionDayUnsound(f"Another law bound the decision on {words.on(on)}.", pointer="/determined_on")
        if law is not None and (isinstance(law, Rejected) or law.id is not event.regime_id)
        else None,
        None
        if rests_on is None or rests_on.serves(Role.HEAD, on)
        else DecisionDayUnsound(f"The delegation was not in force on {words.on(on)}.", pointer="/determined_on"),
    ]


def sound(event: Determine | PlacementDetermined, state: Placement, facts: Facts, *, on: date) -> list[Rejected | None]:
    """What a decision of a day says, and what it must rest on by then."""
    return [
        not_future(on, facts.today, "/determined_on"),
        is_recorded(state),
        _duty(state, on, exams_ahead=bool(event.exams_ahead)),
        *direction_grounds(state, event.direction),
        *plan_considered(state, event.ehc_plan),
        *_period(event, facts),
        *_review_plan(event),
        written(event.reasons, "the reasons", "/reasons"),
        written(event.alternatives, "which alternatives were considered", "/alternatives"),
    ]


def _duty(state: Placement, on: date, *, exams_ahead: bool) -> NoDutyLeft | None:
    assert state.legal_basis is not None
    if state.pupil is None or not BASES[state.legal_basis].section_19:
        return None
    return duty_left(state.pupil.born_on, on, exams_ahead=exams_ahead)


def _decider(commissioner: CommissionerKind, role: Role) -> NotTheirDecision | None:
    authority = commissioner is CommissionerKind.LA
    if (role in AUTHORITY) is authority:
        return None
    whose = "the local authority" if authority else "the school"
    return NotTheirDecision(f"This placement is commissioned by {whose}, and decided there.")


def _period(event: Determine | PlacementDetermined | MoveStartDate, facts: Facts) -> list[Rejected | None]:
    return _span(event.start_date, event.proposed_end, event.days, facts)


def _span(start: date, end: date, days: int, facts: Facts) -> list[Rejected | None]:
    if end <= start:
        return [PeriodUnsound("The proposed end must come after the start.", pointer="/proposed_end")]
    most = facts.calendar.within(start, end)
    return [
        _start(start, facts),
        at_least(days, 1, "The number of days", "/days"),
        None if days <= most else DaysOutOfRange(f"The period has {words.count(most, 'school day')}.", pointer="/days"),
    ]


def _ahead(start: date, facts: Facts) -> StartNotAhead | None:
    if start > facts.today:
        return None
    return StartNotAhead(
        f"Choose a start after today, {words.on(facts.today)}: notice must still be given.", pointer="/start_date"
    )


def _start(start: date, facts: Facts) -> Rejected | None:
    if not facts.calendar.covers(start):
        return CalendarNotPublished(
            f"Publish a calendar of the home school that reaches {words.on(start)}.", pointer="/start_date"
        )
    if not facts.calendar.is_school_day(start):
        return StartNotSchoolDay(f"{words.on(start)} is not a school day at the home school.", pointer="/start_date")
    return None


def _review_plan(command: Determine | PlacementDetermined) -> list[Rejected | None]:
    dues = [planned.due for planned in command.review_plan]
    if not dues:
        return [ReviewPlanUnsound("Plan at least one review.", pointer="/review_plan")]
    return [
        ReviewPlanUnsound("Plan each review on a day of its own.", pointer="/review_plan")
        if len(set(dues)) < len(dues)
        else None,
        *(_planned(n, planned, command) for n, planned in enumerate(command.review_plan)),
    ]


def _planned(n: int, planned: PlannedReview, command: Determine | PlacementDetermined) -> ReviewPlanUnsound | None:
    if planned.kind is not ReviewSource.PLAN:
        return ReviewPlanUnsound("A planned review is of the kind plan.", pointer=f"/review_plan/{n}/kind")
    if command.start_date <= planned.due <= command.proposed_end:
        return None
    return ReviewPlanUnsound(f"{words.on(planned.due)} lies outside the period.", pointer=f"/review_plan/{n}/due")


def move_start(state: Placement, command: MoveStartDate, facts: Facts) -> tuple[StartDateMoved | NoticeSuperseded, ...]:
    assert state.start_date is not None
    refuse(
        _ahead(command.start_date, facts),
        *_period(command, facts),
        _why_moved(command.reason),
        PeriodUnsound("The placement starts on that day already.", pointer="/start_date")
        if command.start_date == state.start_date
        else None,
    )
    moved = StartDateMoved(
        moved_on=facts.today,
        from_date=state.start_date,
        to_date=command.start_date,
        proposed_end=command.proposed_end,
        days=command.days,
        reason=command.reason,
    )
    if state.notice is None:
        return (moved,)
    return (moved, NoticeSuperseded(notice_id=state.notice.notice_id, by_notice_id=None))


def sound_move(event: StartDateMoved, state: Placement, facts: Facts) -> list[Rejected | None]:
    made = state.determination
    return [
        not_future(event.moved_on, facts.today, "/moved_on"),
        not_before(event.moved_on, made.determined_on, "the placement was determined", "/moved_on") if made else None,
        *_span(event.to_date, event.proposed_end, event.days, facts),
        _why_moved(event.reason),
    ]


def _why_moved(text: str | None) -> Rejected | None:
    return written(text, "why the start is moved", "/reason")
