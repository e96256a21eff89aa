"""The determination: the decision to make the placement, its period and its review plan; and moving its start."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from domain.calendar.school_calendar import DAY, SchoolCalendar
from domain.law.bases import BASES
from domain.law.figures import figures
from domain.law.powers import regime_for
from domain.law.regimes import Regime
from domain.law.school_age import NoDutyLeft, duty_left
from domain.placement.ages import unfit
from domain.placement.facts import Facts
from domain.placement.guards import DateBeforeCause, at_least, not_before, not_future, written
from domain.placement.referral.exclusions import is_recorded
from domain.placement.referral.grounds import delegation_for, direction_grounds, plan_considered
from domain.placement.referral.proposal import checked_by
from domain.placement.referral.threshold import RegistrationRequired, required, there, with_period
from domain.placement.state import Placement
from domain.shared import words
from domain.shared.errors import Rejected, Rejections, refuse
from events.codes import CommissionerKind, LegalBasis, ReviewSource, Role
from events.definition import value
from events.ids import PersonId
from events.placement.agreement import NoticeSuperseded
from events.placement.decision import DeterminationProposed, PlacementDetermined, StartDateMoved
from events.values.decision import DirectionGrounds, PlanConsidered, PlannedReview

AUTHORITY = frozenset({Role.LA_OFFICER, Role.SEND_OFFICER})
"""Who decides for a local authority."""


@value
class Determine:
    """Decide that the placement is made: from when to when, how many days, and when it is reviewed.

    `days` counts the school days of required attendance. A direction off site says its grounds; with an EHC plan, how
    the plan was taken into account. A head who names no delegation decides by the one in force.

    `determined_on` is the day of the decision, today where it is left out; `decided_by` and `decided_by_role` say who
    took it, where that was not you. A decision of more than five school days ago, or of a day when the law asked less,
    names its minute in `minute_reference` and waits for a second person to confirm it.
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
    determined_on: date | None = None
    decided_by: PersonId | None = None
    decided_by_role: Role | None = None
    minute_reference: str | None = None


@value
class ConfirmDetermination:
    """Confirm, from its minute, a decision of an earlier day that somebody else typed in."""


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


class MinuteMissing(Rejected):
    """A decision of more than five school days ago, or of a day when the law asked less, is proved by its minute."""

    code = "minute_missing"
    title = "The reference of the minute is missing"
    legal_refs = ("Education Act 2002 s 29A",)


class NothingToConfirm(Rejected):
    """Only a decision that was typed in as of an earlier day waits to be confirmed."""

    code = "determination_not_proposed"
    title = "No decision waits to be confirmed"


class SecondPersonNeeded(Rejected):
    """A decision of an earlier day is confirmed by somebody else than the person who typed it in."""

    code = "determination_needs_second"
    title = "Somebody else must confirm this"


Decided = PlacementDetermined | DeterminationProposed


def determine(state: Placement, command: Determine, facts: Facts) -> tuple[Decided, ...]:
    decided = DeterminationProposed(
        proposed_on=facts.today,
        proposed_by=PersonId(facts.actor.id),
        determined_on=command.determined_on or facts.today,
        decided_by=command.decided_by or PersonId(facts.actor.id),
        decided_by_role=command.decided_by_role or facts.actor.role,
        delegation_id=command.delegation_id,
        start_date=command.start_date,
        proposed_end=command.proposed_end,
        days=command.days,
        review_plan=tuple(sorted(command.review_plan, key=lambda planned: planned.due)),
        exams_ahead=command.exams_ahead,
        minute_reference=command.minute_reference,
        reasons=command.reasons,
        alternatives=command.alternatives,
        direction=command.direction,
        ehc_plan=command.ehc_plan,
    )
    backdated = _needs_second(state, decided, facts)
    made = _made(
        state,
        decided,
        facts,
        # Of the command as it was given: a fault in the plan of reviews is told at its place there.
        also=(
            *_review_plan(command),
            _minute(command.minute_reference) if backdated else None,
        ),
    )
    return (replace(decided, delegation_id=made.delegation_id),) if backdated else (made,)


def confirm(state: Placement, _command: ConfirmDetermination, facts: Facts) -> tuple[PlacementDetermined, ...]:
    proposed = state.determination_proposed
    if proposed is None:
        raise Rejections((NothingToConfirm("Record the decision first, with its day and its minute."),))
    same = proposed.proposed_by == facts.actor.id
    made = _made(
        state,
        proposed,
        facts,
        also=(
            SecondPersonNeeded("You typed this decision in: ask somebody else to confirm it.") if same else None,
            *_review_plan(proposed),
        ),
    )
    return (replace(made, confirmed_by=PersonId(facts.actor.id)),)


def _made(
    state: Placement, decided: DeterminationProposed, facts: Facts, *, also: Iterable[Rejected | None]
) -> PlacementDetermined:
    """The decision, where everything that it must rest on was there on its day.

    Raises:
        Rejections: something was not.
    """
    on = decided.determined_on
    commissioner = state.commissioner_on(on)
    assert commissioner is not None
    # The regime is that of the day of the determination, and stays with the placement.
    regime = _law(state, on, facts)
    delegation = delegation_for(state, decided.delegation_id, facts, decider=decided.decided_by_role, on=on)
    refuse(
        regime if isinstance(regime, Rejected) else None,
        _decider(commissioner, facts.actor.role, None),
        _decider(commissioner, decided.decided_by_role, "/decided_by_role")
        if decided.decided_by_role is not facts.actor.role
        else None,
        delegation if isinstance(delegation, Rejected) else None,
        _ahead(decided.start_date, facts),
        required(
            facts.provider,
            with_period(there(state, facts.today), decided.start_date, decided.proposed_end),
            facts,
            "/start_date",
        ),
        *sound(decided, state, facts),
        *also,
    )
    assert not isinstance(regime, Rejected)
    assert not isinstance(delegation, Rejected)
    return PlacementDetermined(
        determined_on=on,
        by=decided.proposed_by,
        delegation_id=delegation.delegation_id if delegation else None,
        regime_id=regime.id,
        legal_basis=_basis(state),
        start_date=decided.start_date,
        proposed_end=decided.proposed_end,
        days=decided.days,
        review_plan=decided.review_plan,
        calendar_version=facts.calendar.version,
        reasons=decided.reasons,
        alternatives=decided.alternatives,
        exams_ahead=decided.exams_ahead,
        direction=decided.direction,
        ehc_plan=decided.ehc_plan,
        decided_by=decided.decided_by,
        decided_by_role=decided.decided_by_role,
        minute_reference=decided.minute_reference,
    )


def _needs_second(state: Placement, decided: DeterminationProposed, facts: Facts) -> bool:
    """More than five school days back, or to a day when the law asked less of such a decision."""
    on = decided.determined_on
    if on >= facts.today:
        return False
    return long_past(on, facts.today, facts.calendar) or _asked_less(state, on, facts)


def long_past(on: date, today: date, calendar: SchoolCalendar) -> bool:
    """So far back that it takes a minute and a second person. Before the calendar begins nothing can be counted."""
    begins = calendar.half_terms[0].first_on if calendar.half_terms else on
    return on < begins or calendar.within(on + DAY, today) > figures(today).determination_back_school_days


def _asked_less(state: Placement, on: date, facts: Facts) -> bool:
    then, now = (_law(state, day, facts) for day in (on, facts.today))
    return not isinstance(then, Rejected) and not isinstance(now, Rejected) and then.laws < now.laws


def _law(state: Placement, on: date, facts: Facts) -> Regime | Rejected:
    """The law of a day, for what the home school was on it."""
    commissioner, home = state.commissioner_on(on), facts.home_on(on)
    assert commissioner is not None
    assert home is not None
    assert home.kind is not None
    return regime_for(commissioner, _basis(state), on, school=home.kind)


def _basis(state: Placement) -> LegalBasis:
    assert state.legal_basis is not None
    return state.legal_basis


def _minute(reference: str | None) -> MinuteMissing | None:
    if written(reference, "the minute", "/minute_reference") is None:
        return None
    return MinuteMissing("Name the minute in which the decision is on record.", pointer="/minute_reference")


def rested_on(event: Decided, state: Placement, facts: Facts) -> list[DateBeforeCause | None]:
    """A decision comes after all that it rests on: what was not known on its day it cannot have weighed."""
    proposal, provider = state.proposal, facts.provider
    causes: list[tuple[date | None, str]] = [
        (state.meeting_held.held_on if state.meeting_held else None, "the professionals' meeting"),
        *((each.consulted_on, "a consultation") for each in state.consultations),
        *((each.notified_on, "the authority was told") for each in state.las_notified[-1:]),
        (state.exclusion.first_day if state.exclusion else None, "the exclusion began"),
        (proposal.registration_checked_on if proposal else None, "the provider's registration was checked"),
    ]
    if proposal is not None and provider is not None and proposal.due_diligence_until is not None:
        checks = [
            each.completed_on
            for each in provider.due_diligence
            if each.org_id in checked_by(state, facts.school) and each.valid_until == proposal.due_diligence_until
        ]
        causes.append((min(checks, default=None), "your checks of the provider were completed"))
    return [not_before(event.determined_on, day, what, "/determined_on") for day, what in causes if day is not None]


def sound_determination(event: PlacementDetermined, state: Placement, facts: Facts) -> list[Rejected | None]:
    return [*sound(event, state, facts), *_review_plan(event), *_same_ground(event, state, facts)]


def sound_proposed(event: DeterminationProposed, state: Placement, facts: Facts) -> list[Rejected | None]:
    return [*sound(event, state, facts), *_review_plan(event)]


def moved_day(before: PlacementDetermined, after: PlacementDetermined, facts: Facts) -> DecisionDayUnsound | None:
    """A correction moves the day of a decision no further back than one person alone could have dated it."""
    on, was = after.determined_on, before.determined_on
    if on >= was or not long_past(on, was, facts.calendar):
        return None
    return DecisionDayUnsound(
        "More than five school days earlier it takes a second person: cancel, and decide again with the minute.",
        pointer="/value",
    )


def _same_ground(event: PlacementDetermined, state: Placement, facts: Facts) -> list[Rejected | None]:
    """The law and the delegation that a decision rests on are those of its day, and stay as they are on record."""
    on = event.determined_on
    home = facts.home_on(on)
    held = () if home is None else home.delegations
    law = None if home is None else _law(state, on, facts)
    rests_on = next((each for each in held if each.delegation_id == event.delegation_id), None)
    return [
        DecisionDayUnsound(f"Another law bound the decision on {words.on(on)}.", pointer="/determined_on")
        if law is not None and (isinstance(law, Rejected) or law.id is not event.regime_id)
        else None,
        None
        if rests_on is None or rests_on.serves(Role.HEAD, on)
        else DecisionDayUnsound(f"The delegation was not in force on {words.on(on)}.", pointer="/determined_on"),
    ]


def sound(event: Decided, state: Placement, facts: Facts) -> list[Rejected | None]:
    """What a decision of a day says, and what it must rest on by then."""
    on = event.determined_on
    return [
        not_future(on, facts.today, "/determined_on"),
        *rested_on(event, state, facts),
        StartNotAhead("The placement starts after the day of the decision.", pointer="/determined_on")
        if event.start_date <= on <= facts.today
        else None,
        is_recorded(state),
        _duty(state, on, exams_ahead=bool(event.exams_ahead))
        or unfit(state, [(on, "/determined_on"), (event.start_date, "/start_date")]),
        *direction_grounds(state, event.direction),
        *plan_considered(state, event.ehc_plan, event.determined_on),
        *_period(event, facts),
        written(event.reasons, "the reasons", "/reasons"),
        written(event.alternatives, "which alternatives were considered", "/alternatives"),
    ]


def _duty(state: Placement, on: date, *, exams_ahead: bool) -> NoDutyLeft | None:
    assert state.legal_basis is not None
    if state.pupil is None or not BASES[state.legal_basis].section_19:
        return None
    return duty_left(state.pupil.born_on, on, exams_ahead=exams_ahead)


_SCHOOL = frozenset({Role.HEAD, Role.BODY_DELEGATE})
"""Who decides for a school."""


def _decider(commissioner: CommissionerKind, role: Role, pointer: str | None) -> NotTheirDecision | None:
    authority = commissioner is CommissionerKind.LA
    if role in (AUTHORITY if authority else _SCHOOL):
        return None
    whose = "the local authority" if authority else "the school"
    return NotTheirDecision(f"This placement is commissioned by {whose}, and decided there.", pointer=pointer)


def _period(event: Decided | MoveStartDate, facts: Facts) -> list[Rejected | None]:
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


def _review_plan(command: Determine | Decided) -> list[Rejected | None]:
    dues = [planned.due for planned in command.review_plan]
    if not dues:
        return [ReviewPlanUnsound("Plan at least one review.", pointer="/review_plan")]
    return [
        ReviewPlanUnsound("Plan each review on a day of its own.", pointer="/review_plan")
        if len(set(dues)) < len(dues)
        else None,
        *(_planned(n, planned, command) for n, planned in enumerate(command.review_plan)),
    ]


def _planned(n: int, planned: PlannedReview, command: Determine | Decided) -> ReviewPlanUnsound | None:
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
        unfit(state, [(command.start_date, "/start_date")]),
        _why_moved(command.reason),
        PeriodUnsound("The placement starts on that day already.", pointer="/start_date")
        if command.start_date == state.start_date
        else None,
        _held_then(state, command, facts),
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


def _held_then(state: Placement, command: MoveStartDate, facts: Facts) -> RegistrationRequired | None:
    """A place is given for its days: on others, more pupils may be there. On days that it had, it stays."""
    assert state.start_date is not None
    assert state.proposed_end is not None
    place = there(state, facts.today)
    new = (
        (command.start_date, min(command.proposed_end, state.start_date - DAY)),
        (max(command.start_date, state.proposed_end + DAY), command.proposed_end),
    )
    asked = (
        required(facts.provider, with_period(place, first_on, last_on), facts, "/start_date")
        for first_on, last_on in new
        if first_on <= last_on
    )
    return next((each for each in asked if each is not None), None)


def sound_move(event: StartDateMoved, state: Placement, facts: Facts) -> list[Rejected | None]:
    made = state.determination
    return [
        not_future(event.moved_on, facts.today, "/moved_on"),
        not_before(event.moved_on, made.determined_on, "the placement was determined", "/moved_on") if made else None,
        *_span(event.to_date, event.proposed_end, event.days, facts),
        unfit(state, [(event.to_date, "/to_date")]),
        _why_moved(event.reason),
    ]


def _why_moved(text: str | None) -> Rejected | None:
    return written(text, "why the start is moved", "/reason")
