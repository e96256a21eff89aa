"""What the record says of the duties: each that was met and now is not, or the other way about, is an event.

Whether a duty was met follows from the days as they are now, never from what was recorded of it. A miss on record stays
there; what a correction says of it stands beside it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.calendar.school_calendar import SchoolCalendar
from domain.law.bases import BASES
from domain.placement.agreement import arrangements
from domain.placement.agreement.notice import as_served, latest_day
from domain.placement.binding import figures_of, severity
from domain.placement.facts import Facts
from domain.placement.missing import recorded
from domain.placement.referral import exclusions
from domain.placement.reviews import periods, requests
from domain.placement.reviews.reviews import invitation_due, outcome_due
from domain.placement.running import flag_tasks, provider_review, safeguarding, transition
from domain.placement.state import RUNNING, Placement, Review, evolve, initial
from domain.placement.time import done_otherwise
from domain.placement.time.timers import destination_due, duties, evaluation_due, to_hold
from events.codes import RecalculationCause, ReviewSource, RuleId
from events.ids import EventId, ReviewId
from events.placement.agreement import NoticeSuperseded
from events.placement.contact import MealsArranged, TransportArranged
from events.placement.deadlines import DeadlineMissed, DeadlineRecalculated, MissDisproved
from events.placement.ending import EvaluationRecorded, PlacementEnded
from events.placement.reviews import ReviewDue, ReviewMissed, ReviewRequestRefused
from events.placement.running import (
    PlacementPaused,
    ProviderReviewRecorded,
    SafeguardingConcernAnswered,
    TransitionDealtWith,
)

What = tuple[RuleId, UUID | None]
"""A rule, and the review or other thing that the duty is about."""
Follows = DeadlineMissed | ReviewMissed | MissDisproved | ReviewDue | DeadlineRecalculated


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyJudgement:
    """By when it was to be done, and whether it was not done by then. `review`: it is the holding of a review.

    `done_on`: None where it is undone.
    """

    due: date
    missed: bool
    review: bool = False
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
) -> Iterator[DeadlineMissed | ReviewMissed | MissDisproved]:
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


def _miss(what: What, new: DutyJudgement, state: Placement, cause: EventId) -> DeadlineMissed | ReviewMissed:
    rule, subject = what
    if not new.review:
        found = severity(state, rule, subject)
        return DeadlineMissed(rule=rule, due=new.due, severity=found, subject=subject, cause=cause)
    assert subject is not None
    return ReviewMissed(
        review_id=ReviewId(subject), due=new.due, rule=rule, severity=severity(state, rule, subject), cause=cause
    )


ReviewDueDay = Callable[[Review], date]
"""By when a review that was held was due."""


def met_or_late(
    events: Mapping[EventId, Any], state: Placement, calendar: SchoolCalendar, review_due: ReviewDueDay
) -> dict[What, DutyJudgement]:
    """Each duty that was done, by a calendar."""
    found: dict[What, DutyJudgement] = {}
    for what, due, done_on in (*_reviews(state), *_done(events, state, calendar)):
        found[what] = DutyJudgement(due=due, missed=done_on > due, done_on=done_on)
    for review in state.reviews:
        if review.held is not None:
            due, held_on = review_due(review), review.held.held_on
            found[review.rule, review.review_id] = DutyJudgement(
                due=due, missed=held_on > due, review=True, done_on=held_on
            )
    return found


def judge(events: Mapping[EventId, Any], state: Placement, facts: Facts) -> dict[What, DutyJudgement]:
    """Each duty that the record knows a day for. What is undone comes last: it holds over what was done late."""
    calendar = facts.calendar
    found = met_or_late(events, state, calendar, lambda review: review.due)
    _otherwise(found, state, calendar)
    for rule, due, subject in _lost(state, calendar):
        found[rule, subject] = DutyJudgement(due=due, missed=due < facts.today)
    for rule, due, subject in duties(state, calendar):
        found[rule, subject] = DutyJudgement(due=due, missed=due < facts.today)
    for review in to_hold(state, calendar):
        found[review.rule, review.review_id] = DutyJudgement(
            due=review.due, missed=review.due < facts.today, review=True
        )
    return found


def _otherwise(found: dict[What, DutyJudgement], state: Placement, calendar: SchoolCalendar) -> None:
    """Add what no step of its own met: a step for something else, or the end of the placement."""
    for what, due, done_on in done_otherwise.done(state, calendar):
        known = found.get(what)
        if known is None or known.done_on is None or done_on < known.done_on:
            found[what] = DutyJudgement(due=due, missed=done_on > due, done_on=done_on)
    for review, due in done_otherwise.lapsed(state):
        found[review.rule, review.review_id] = DutyJudgement(due=due, missed=True, review=True)
    for review, done_on in done_otherwise.half_terms(state, calendar):
        found[review.rule, review.review_id] = DutyJudgement(
            due=review.due, missed=done_on > review.due, review=True, done_on=done_on
        )
    if state.end is None:
        return
    ended_on = state.end.ended_on
    left = {
        what: DutyJudgement(due=due, missed=due < ended_on, review=of_review, done_on=ended_on)
        for what, due, of_review in done_otherwise.missed_while_it_ran(state)
    }
    found |= {what: one for what, one in left.items() if what not in found or found[what].done_on is None}


def _lost(state: Placement, calendar: SchoolCalendar) -> Iterator[tuple[RuleId, date, UUID | None]]:
    """What was given in letters that reached nobody, though no timer waits for it any more."""
    for review in state.reviews:
        if review.invitation_lost is not None and review.scheduled is not None and review.lapsed_on is None:
            yield RuleId.T2, invitation_due(review, figures_of(state)), review.review_id
        if review.notified_lost is not None and review.held is not None:
            yield RuleId.T3, outcome_due(review, figures_of(state)), review.review_id
    for each in {each.given.change_id: each for each in state.change_notices}.values():
        due = latest_day(each.given.start_date, calendar, figures_of(state))
        if each.served is None and due is not None:
            yield RuleId.T1, due, each.given.change_id


_Done = tuple[What, date, date]
"""What was to be done, by when, and when it was."""


def _reviews(state: Placement) -> Iterator[_Done]:
    for review in state.reviews:
        if review.invitation is not None and review.scheduled is not None and review.lapsed_on is None:
            due = invitation_due(review, figures_of(state))
            # Late by its days where it was not in time, even on the day that the meeting was arranged.
            late = review.invitation.deemed_on if not review.invitation.timely else due
            yield (RuleId.T2, review.review_id), due, late
        if review.notified is not None:
            yield (RuleId.T3, review.review_id), outcome_due(review, figures_of(state)), review.notified.deemed_on


def _done(events: Mapping[EventId, Any], state: Placement, calendar: SchoolCalendar) -> Iterator[_Done]:
    yield from _notices(events, state, calendar)
    if state.exclusion is not None and state.started_on is not None:
        yield (RuleId.T7, None), exclusions.sixth_day(state.exclusion.first_day, calendar), state.started_on
    for event in events.values():
        yield from _answered(event, state, calendar)
        match event:
            case ProviderReviewRecorded():
                for doubt in [each for each in state.doubts if each.doubt_id in event.doubt_ids]:
                    yield (RuleId.PROVIDER, doubt.doubt_id), provider_review.due(doubt, calendar), event.reviewed_on
            case TransitionDealtWith() if state.transitional is not None:
                yield (RuleId.TRANSITION, None), transition.due(state.transitional, calendar), event.dealt_with_on
            case PlacementEnded() if state.ending is not None:
                due = destination_due(state.ending, calendar, figures_of(state))
                yield (RuleId.DESTINATION, state.ending.review_id), due, event.ended_on
            case EvaluationRecorded(evaluated_on=date() as done_on) if state.end is not None:
                yield (RuleId.T14, None), evaluation_due(state.end, calendar, figures_of(state)), done_on
    for rule, subject, due, done_on in periods.done(events.values(), state, calendar):
        yield (rule, subject), due, done_on
    yield from _arranged(events, state)
    yield from _of_flags(state, calendar)


def _of_flags(state: Placement, calendar: SchoolCalendar) -> Iterator[_Done]:
    for task in flag_tasks.tasks(state):
        if task.done_on is not None:
            yield (task.rule, None), task.due(calendar), task.done_on


def _notices(events: Mapping[EventId, Any], state: Placement, calendar: SchoolCalendar) -> Iterator[_Done]:
    """The notice of the start as it is, and the last one of each change of terms."""
    in_hours = state.legal_basis is not None and BASES[state.legal_basis].notice is not RuleId.T1
    spent = {
        event.notice_id
        for event in events.values()
        if isinstance(event, NoticeSuperseded) and event.by_notice_id is None
    }
    for event in as_served(events.values()).values():
        if event.notice_id in spent:
            continue
        if event.change_id is None and (in_hours or event.start_date != state.start_date):
            continue
        due = latest_day(event.start_date, calendar, figures_of(state))
        if due is not None:
            yield (RuleId.T1, event.change_id), due, event.deemed_on


def _answered(event: Any, state: Placement, calendar: SchoolCalendar) -> Iterator[_Done]:
    concerns = {each.concern_id: each for each in state.concerns}
    asked = {each.request_id: each for each in state.requests}
    match event:
        case SafeguardingConcernAnswered() | PlacementPaused():
            answered_on = event.paused_on if isinstance(event, PlacementPaused) else event.answered_on
            due = safeguarding.answer_due(concerns[event.concern_id], calendar)
            yield (RuleId.CONCERN, event.concern_id), due, answered_on
        case ReviewRequestRefused():
            due = requests.answer_due(asked[event.request_id], calendar)
            yield (RuleId.ANSWER, event.request_id), due, event.refused_on


def _arranged(events: Mapping[EventId, Any], state: Placement) -> Iterator[_Done]:
    due = arrangements.due(state)
    if due is None:
        return
    transport = [event.arranged_on for event in events.values() if isinstance(event, TransportArranged)]
    meals = [event.arranged_on for event in events.values() if isinstance(event, MealsArranged)]
    sent = sorted(state.around.communications, key=lambda each: each.sent_on)
    all_told = next(
        (
            each.sent_on
            for n, each in enumerate(sent, 1)
            if arrangements.told_of_arrangements(sent[:n]) >= arrangements.TOLD
        ),
        None,
    )
    if transport:
        yield (RuleId.TRANSPORT, None), due, min(transport)
    if meals:
        yield (RuleId.MEALS, None), due, min(meals)
    if all_told is not None:
        yield (RuleId.TOLD, None), due, all_told


def _reopened(was: Placement, now: Placement, after: Mapping[EventId, Any], facts: Facts) -> Iterator[ReviewDue]:
    """A review that was asked for and refused, or not yet granted, must be held after all: nothing bars it any more."""
    if now.stage not in RUNNING:
        return
    opened = {event.request_id for event in after.values() if isinstance(event, ReviewDue)}
    open_already = any(each.open and each.source is ReviewSource.REQUESTED for each in now.reviews)
    for asked in now.requests:
        barred = requests.last_review(was, asked.requested_on) is not None
        owed = requests.last_review(now, asked.requested_on) is None
        if barred and owed and asked.review_id is None and asked.request_id not in opened and not open_already:
            # One review answers everybody who has asked for one.
            yield requests.opened(now, asked.request_id, facts.today, facts)
            return


def _pause_reviews(was: Placement, now: Placement, calendar: SchoolCalendar) -> Iterator[DeadlineRecalculated]:
    """The review of a pause is due by the day of the pause."""
    for review in now.reviews:
        before = was.review(review.review_id)
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
