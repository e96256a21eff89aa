"""What the record says of the duties: each that was met and now is not, or the other way about, is an event.

Whether a duty was met follows from the days as they are now, never from what was recorded of it. A miss on record stays
there; what a correction says of it is another event.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.calendar.school_calendar import SchoolCalendar
from domain.placement import duties
from domain.placement.binding import figures_of, severity
from domain.placement.duties import duty_of
from domain.placement.duty import Done, Duty, Miss, Owed
from domain.placement.facts import Facts
from domain.placement.missing import recorded
from domain.placement.reviews import requests
from domain.placement.running import safeguarding
from domain.placement.stages import RUNNING
from domain.placement.state import Placement, evolve, initial
from events.codes import RecalculationCause, ReviewSource, RuleId
from events.ids import EventId
from events.placement.deadlines import DeadlineRecalculated, MissDisproved
from events.placement.reviews import ReviewDue

What = tuple[RuleId, UUID | None]
"""A rule, and the review or other thing that the duty is about."""
Follows = Miss | MissDisproved | ReviewDue | DeadlineRecalculated


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyJudgement:
    """By when it was to be done, and whether it was not done by then. `done_on`: None where it is undone."""

    due: date
    missed: bool
    done_on: date | None = None


def follows(
    before: Mapping[EventId, Any], after: Mapping[EventId, Any], facts: Facts, cause: EventId
) -> tuple[Follows, ...]:
    """What the correction `cause` brings about: `before` and `after` are the events without it and with it."""
    was, now = _fold(before), _fold(after)
    return (
        *verdicts(judge(before, was, facts), judge(after, now, facts), now, cause),
        *_reopened(was, now, after, facts),
        *_pause_reviews(was, now, facts.calendar),
    )


def _fold(events: Mapping[EventId, Any]) -> Placement:
    state = initial()
    for event in events.values():
        state = evolve(state, event)
    return state


def verdicts(
    was: Mapping[What, DutyJudgement], now: Mapping[What, DutyJudgement], state: Placement, cause: EventId
) -> Iterator[Miss | MissDisproved]:
    for what in (*was, *(each for each in now if each not in was)):
        rule, subject = what
        old, new = was.get(what), now.get(what)
        on_record = [due for due in recorded(state, rule, subject) if _once(what) or (old and due == old.due)]
        if new is not None and new.missed and not (old and old.missed):
            if new.due not in on_record:
                yield _miss(what, new, state, cause)
        elif old is not None and old.missed and not (new and new.missed):
            for due in on_record:
                found = severity(state, rule, subject)
                yield MissDisproved(rule=rule, due=due, severity=found, subject=subject, cause=cause)


def _once(what: What) -> bool:
    """What it is about is owed once, so that each miss is of the same duty. A letter may come back again."""
    rule, subject = what
    return subject is not None and rule is not RuleId.LETTER


def _miss(what: What, new: DutyJudgement, state: Placement, cause: EventId) -> Miss:
    rule, subject = what
    record = duty_of(rule).missed
    assert record is not None, "what is judged can be missed"
    return record(state, rule, Owed(new.due, subject), cause)


def met_or_late(
    events: Mapping[EventId, Any], state: Placement, calendar: SchoolCalendar, *, reviews_by_calendar: bool = False
) -> dict[What, DutyJudgement]:
    """Each duty that was done, by a calendar. A review has its day of opening unless `reviews_by_calendar`."""
    found: dict[What, DutyJudgement] = {}
    for duty, done in _done(tuple(events.values()), state, calendar):
        late = done.done_on > done.due
        found[duty.rule, done.subject] = DutyJudgement(due=done.due, missed=late, done_on=done.done_on)
    for review in state.reviews.opened:
        if review.held is not None:
            due = duty_of(review.rule).due_by(state, review, calendar) if reviews_by_calendar else review.due
            held_on = review.held.held_on
            found[review.rule, review.review_id] = DutyJudgement(due=due, missed=held_on > due, done_on=held_on)
    return found


def judge(events: Mapping[EventId, Any], state: Placement, facts: Facts) -> dict[What, DutyJudgement]:
    """Each duty that the record knows a day for. What is undone comes last: it holds over what was done late."""
    calendar = facts.calendar
    found = met_or_late(events, state, calendar)
    _otherwise(found, state, calendar)
    lost = ((duty, owed) for duty in duties.DUTIES if duty.lost for owed in duty.lost(state, calendar))
    for duty, owed in (*lost, *duties.undone(state, calendar)):
        found[duty.rule, owed.subject] = DutyJudgement(due=owed.due, missed=owed.due < facts.today)
    return found


def _done(events: Sequence[Any], state: Placement, calendar: SchoolCalendar) -> Iterator[tuple[Duty, Done]]:
    """In the order of the table. Where the first comes that an event does, all of those come event by event."""
    by_event = [(duty, duty.done_by) for duty in duties.DUTIES if duty.done_by]
    for duty in duties.DUTIES:
        yield from ((duty, done) for done in duty.done(events, state, calendar))
        if by_event and duty is by_event[0][0]:
            for event in events:
                for each, done_by in by_event:
                    yield from ((each, done) for done in done_by(event, state, calendar))


def _otherwise(found: dict[What, DutyJudgement], state: Placement, calendar: SchoolCalendar) -> None:
    """Add what no step of its own met: a step for something else, or the end of the placement."""
    for review in state.reviews.opened:
        if review.lapsed_on is not None and review.missed is not None:
            # It gave way to the next of its kind.
            found[review.rule, review.review_id] = DutyJudgement(due=review.missed.due, missed=True)
    for duty in duties.DUTIES:
        for done in duty.otherwise(state, calendar):
            known = found.get((duty.rule, done.subject))
            if known is None or known.done_on is None or done.done_on < known.done_on:
                judgement = DutyJudgement(due=done.due, missed=done.done_on > done.due, done_on=done.done_on)
                found[duty.rule, done.subject] = judgement
    if state.ending.end is None:
        return
    ended_on = state.ending.end.ended_on
    found |= {
        what: DutyJudgement(due=due, missed=due < ended_on, done_on=ended_on)
        for what, due in _missed_while_it_ran(state)
        if what not in found or found[what].done_on is None
    }


def _missed_while_it_ran(state: Placement) -> Iterator[tuple[What, date]]:
    """Each miss on record of what the end of the placement ended as well, its reviews among it."""
    ended = {duty.rule for duty in duties.DUTIES if duty.ends_with_placement}
    for each in state.duties.missed:
        if each.rule in ended:
            yield (each.rule, each.subject), each.due
    for review in state.reviews.opened:
        if review.missed is not None:
            yield (review.rule, review.review_id), review.missed.due


def _reopened(was: Placement, now: Placement, after: Mapping[EventId, Any], facts: Facts) -> Iterator[ReviewDue]:
    """A review that was asked for and refused, or not yet granted, must be held after all: nothing bars it any more."""
    if now.stage not in RUNNING:
        return
    opened = {event.request_id for event in after.values() if isinstance(event, ReviewDue)}
    open_already = any(each.open and each.source is ReviewSource.REQUESTED for each in now.reviews.opened)
    for asked in now.reviews.requests:
        barred = requests.last_review(was, asked.requested_on) is not None
        owed = requests.last_review(now, asked.requested_on) is None
        if barred and owed and asked.review_id is None and asked.request_id not in opened and not open_already:
            # One review answers everybody who has asked for one.
            yield requests.opened(now, asked.request_id, facts.today, facts)
            return


def _pause_reviews(was: Placement, now: Placement, calendar: SchoolCalendar) -> Iterator[DeadlineRecalculated]:
    """The review of a pause is due by the day of the pause."""
    for review in now.reviews.opened:
        before = was.reviews.by_id(review.review_id)
        if not review.open or before is None or before.opened_on == review.opened_on:
            continue
        due = safeguarding.pause_review_due(review.opened_on, calendar, figures_of(now))
        if due != review.due:
            yield DeadlineRecalculated(
                rule=review.rule,
                due=due,
                from_due=review.due,
                cause=RecalculationCause.RECORD_CORRECTED,
                subject=review.review_id,
            )
