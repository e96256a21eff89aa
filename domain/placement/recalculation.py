"""What a revised calendar of the home school does to a placement: each day that moves is recorded with the old one."""

from datetime import date
from uuid import UUID

from domain.facts import Facts
from domain.placement import limits
from domain.placement.provider_review import doubted
from domain.placement.requests import request_due
from domain.placement.safeguarding import pause_review_due
from domain.placement.state import Placement, Review, evolve
from domain.placement.timers import duties, fall_due, half_term_due, openings, to_hold
from domain.school_calendar import SchoolCalendar
from events.codes import RecalculationCause, ReviewSource, RuleId
from events.placement import CalendarTaken, DeadlineRecalculated, PlacementEvent

_What = tuple[RuleId, UUID | None]
"""A rule, and the review or other thing that it is about, where there is one so far."""


def pass_time(state: Placement, facts: Facts) -> tuple[PlacementEvent, ...]:
    """What follows from a revised calendar and from the provider's news, and then everything that has fallen due."""
    taken = () if facts.before is None else recalculated(state, facts.before, facts.calendar, facts.today)
    heard = (*taken, *doubted(state, facts))
    for event in heard:
        state = evolve(state, event)
    return (*heard, *fall_due(state, facts))


def recalculated(
    state: Placement, before: SchoolCalendar, after: SchoolCalendar, today: date
) -> tuple[CalendarTaken | DeadlineRecalculated, ...]:
    """That the placement goes by the calendar `after` from now on, and each deadline that it moves."""
    old, new = _dues(state, before), _dues(state, after)
    reviews: dict[_What, date] = {(review.rule, review.review_id): review.due for review in to_hold(state, after)}
    moved = []
    for what, reckoned in old.items():
        if what not in new or new[what] == reckoned:
            continue
        was, due = reviews.get(what, reckoned), new[what]
        if what in reviews and due < was:
            # Not a day that has passed already: the review would be missed before anybody could hold it.
            due = min(was, max(due, today))
        if due != was:
            rule, subject = what
            cause = RecalculationCause.CALENDAR_REVISED
            moved.append(DeadlineRecalculated(rule=rule, due=due, from_due=was, cause=cause, subject=subject))
    return (CalendarTaken(version=after.version, from_version=before.version), *moved)


def _dues(state: Placement, calendar: SchoolCalendar) -> dict[_What, date]:
    """Each day that the placement has to keep, by what it is about."""
    dues: dict[_What, date] = {(opening.rule, None): opening.due for opening in openings(state, calendar)}
    dues |= {(rule, subject): due for rule, due, subject in duties(state, calendar)}
    dues |= {(limit.rule, None): limit.reached_on for limit in limits.to_reach(state, calendar)}
    dues |= {
        (review.rule, review.review_id): _due(state, review, calendar)
        for review in to_hold(state, calendar)
        if review.missed is None
    }
    return dues


def _due(state: Placement, review: Review, calendar: SchoolCalendar) -> date:
    """The day on which an open review would be due by a calendar."""
    if review.source is ReviewSource.HALF_TERM:
        return half_term_due(state, review, calendar)
    if review.source is ReviewSource.REQUESTED:
        return request_due(review.opened_on, calendar)
    if review.source is ReviewSource.SAFEGUARDING:
        return pause_review_due(review.opened_on, calendar)
    return review.due
