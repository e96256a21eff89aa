"""Reg 4(1): a decision after each review, and no attendance required past the period that was decided.

The days on which we mean to hold a review, and to look at the end of the period, are our own. These two are the law's.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain.calendar.school_calendar import DAY, SchoolCalendar
from domain.law.bases import BASES
from domain.placement.agreement.pattern import place_on
from domain.placement.binding import figures_of, severity
from domain.placement.duty import Done, DueDay, Duty, Owed
from domain.placement.facts import Facts
from domain.placement.missing import recorded
from domain.placement.reviews.letter_days import outcome_due, why_outcome
from domain.placement.stages import RUNNING
from domain.placement.state import Placement
from domain.shared import words
from events.codes import ReviewDecision, RuleId, Session, SessionPlace
from events.ids import event_id_of
from events.placement.deadlines import DeadlineMissed, MissDisproved
from events.placement.ending import PlacementEnded
from events.placement.reviews import ReviewDecided
from events.placement.running import PlacementPaused

# A year and more: nobody is away from every school day for longer, unless a pause goes on.
_LOOK_AHEAD = timedelta(days=400)


def _decided(_events: Sequence[Any], state: Placement, _calendar: SchoolCalendar) -> Iterator[Done]:
    """Each review that was decided, and by when it was to be."""
    if state.running.started_on is None or not applies(state):
        return
    for review in state.reviews.opened:
        if review.held is not None and review.decided is not None:
            yield Done(outcome_due(review, figures_of(state)), review.decided.decided_on, review.review_id)


def followed(events: Iterable[Any], state: Placement, calendar: SchoolCalendar) -> Iterator[Done]:
    """Each period that a decision or the end has followed."""
    if state.running.started_on is None or not applies(state):
        return
    decision: ReviewDecided | None = None
    for event in events:
        if not isinstance(event, ReviewDecided | PlacementEnded):
            continue
        on = event.decided_on if isinstance(event, ReviewDecided) else event.ended_on
        # In a pause that goes on no day is required, so any day is in time.
        yield Done(last_day(state, decision, calendar) or on, on, subject(decision))
        if isinstance(event, ReviewDecided):
            decision = event


def applies(state: Placement) -> bool:
    """The basis is one that regulation 4 is about: a direction, or an agreement that follows it as good practice."""
    return state.legal_basis is not None and BASES[state.legal_basis].kept_under_review


def subject(decision: ReviewDecided | None) -> UUID | None:
    """A period is named by the review that decided it; the first, of the determination, by nothing."""
    return None if decision is None else decision.review_id


def until(state: Placement, decision: ReviewDecided | None) -> date:
    """The last day of the period that was decided."""
    if decision is None:
        assert state.period.first_end is not None
        return state.period.first_end
    return max(decision.until, decision.decided_on)


def next_attendance(state: Placement, decision: ReviewDecided | None, calendar: SchoolCalendar) -> date | None:
    """The first day after the period on which the pupil would have to attend; None in a pause that goes on."""
    assert state.running.started_on is not None
    ended = until(state, decision)
    day = max(ended + DAY, state.running.started_on)
    while day <= ended + _LOOK_AHEAD:
        if calendar.is_school_day(day) and state.pause_on(day) is None and _expected(state, day):
            return day
        day += DAY
    return None


def _expected(state: Placement, day: date) -> bool:
    """Without a pattern for the day, attendance is required in full."""
    return any(place_on(state.agreement.patterns, day, each) in {SessionPlace.PROVIDER, None} for each in Session)


def last_day(state: Placement, decision: ReviewDecided | None, calendar: SchoolCalendar) -> date | None:
    """By when the next decision or the end must come, so that no day is required past the period."""
    attends = next_attendance(state, decision, calendar)
    return None if attends is None else _before(attends, state)


def _before(attends: date, state: Placement) -> date:
    """Never before the day of its cause: the start, or that on which a paused placement went on."""
    causes = {
        state.running.started_on,
        *(pause.resumed.resumed_on for pause in state.running.pauses if pause.resumed is not None),
    }
    return attends if attends in causes else attends - DAY


def _to_decide(state: Placement, _calendar: SchoolCalendar) -> Iterator[Owed]:
    if state.stage in RUNNING and applies(state):
        for review in state.reviews.opened:
            if review.held is not None and review.decided is None:
                yield Owed(outcome_due(review, figures_of(state)), review.review_id)


def _why_decided(day: DueDay) -> str:
    return f"{why_outcome(day)}, when people must be told its outcome"


def _to_follow(state: Placement, calendar: SchoolCalendar) -> Iterator[Owed]:
    if state.stage not in RUNNING or not applies(state):
        return
    decided = state.period.period_decision
    attends = next_attendance(state, decided, calendar)
    if attends is None:
        return
    due = _before(attends, state)
    if decided is not None and decided.decision is ReviewDecision.END:
        # The decision itself ended the requirement. Whether attendance went on is known once the end is on record.
        due = max(due, calendar.nth_after(decided.decided_on, figures_of(state).destination_school_days))
    yield Owed(due, subject(decided), towards=attends)


def _is_overrun(state: Placement, rule: RuleId, owed: Owed) -> bool:
    """A period is overrun once, however its days move afterwards."""
    return bool(recorded(state, rule, owed.subject))


def _why_followed(day: DueDay) -> str:
    assert day.owed.towards is not None
    ended = words.on(until(day.state, day.state.period.period_decision))
    return (
        f"the period that was decided ends on {ended}, and the next day of attendance after it is"
        f" {words.on(day.owed.towards)}"
    )


def verdict(
    state: Placement, event: ReviewDecided | PlacementEnded, facts: Facts
) -> tuple[DeadlineMissed | MissDisproved, ...]:
    """What a decision or the end shows of the period before it.

    Time may not have shown the miss so far, or shown one where the end turns out to lie within the period.
    """
    if not applies(state):
        return ()
    about = subject(state.period.period_decision)
    last = last_day(state, state.period.period_decision, facts.calendar)
    on = event.decided_on if isinstance(event, ReviewDecided) else event.ended_on
    cause = event_id_of(facts.command_id, 0)
    on_record = recorded(state, RuleId.PERIOD, about)
    weight = severity(state, RuleId.PERIOD, about)
    if last is not None and on > last:
        if on_record:
            return ()
        return (DeadlineMissed(rule=RuleId.PERIOD, due=last, severity=weight, subject=about, cause=cause),)
    return tuple(
        MissDisproved(rule=RuleId.PERIOD, due=due, severity=weight, subject=about, cause=cause) for due in on_record
    )


def _moved_on(event: Any, _after: Placement) -> date | None:
    return event.paused_on if isinstance(event, PlacementPaused) else None


DECISION = Duty(rule=RuleId.DECISION, owed=_to_decide, explain=_why_decided, done=_decided, ends_with_placement=True)
PERIOD = Duty(
    rule=RuleId.PERIOD,
    what="Make another decision, or end the placement",
    owed=_to_follow,
    explain=_why_followed,
    is_missed=_is_overrun,
    done=followed,
    moved_on=_moved_on,
)
