"""T5, KCSIE: a review held in every half-term in which the placement is active."""

from collections.abc import Iterator
from datetime import date

from domain.calendar.school_calendar import DAY, SchoolCalendar
from domain.law.rules import Figures
from domain.placement.binding import figures_of
from domain.placement.duty import Done, DueDay, Opening
from domain.placement.parts.reviews import Review
from domain.placement.reviews.opening import day_after, last_due, opens_on, review_duty
from domain.placement.state import Placement
from domain.shared import words
from events.codes import ReviewSource, RuleId
from events.values.school_days import HalfTerm


def _opens(state: Placement, calendar: SchoolCalendar) -> Opening | None:
    assert state.running.started_on is not None
    assert state.period.end_set_on is not None
    assert state.period.proposed_end is not None
    last = last_due(state, ReviewSource.HALF_TERM)
    for half_term, due in _dues(state.running.started_on, calendar, figures_of(state)):
        if due <= last or _held_in(state, half_term) or _opened_in(state, half_term):
            continue
        # After the period's end the placement is not expected to be active; the period-end review comes first.
        overrun = state.period.proposed_end + DAY if state.period.proposed_end < due else date.min
        lead = figures_of(state).review_lead_school_days
        causes = (state.running.started_on, state.period.end_set_on, day_after(last), half_term.first_on, overrun)
        opens = opens_on(calendar, due, lead, *causes)
        return Opening(source=ReviewSource.HALF_TERM, rule=RuleId.T5, due=due, opens_on=opens)
    return None


def _due_by(state: Placement, review: Review, calendar: SchoolCalendar) -> date:
    """When a half-term's review that has opened is due by a calendar."""
    assert state.running.started_on is not None
    dues = [
        due
        for half_term, due in _dues(state.running.started_on, calendar, figures_of(state))
        if half_term.first_on <= review.due
    ]
    return dues[-1] if dues else review.due


def _dues(started_on: date, calendar: SchoolCalendar, bound: Figures) -> Iterator[tuple[HalfTerm, date]]:
    """Each half-term that counts, and when its review is due: on its last school day.

    A half-term with under ten school days of the placement does not count: the review is then due in the
    next, though never over 30 school days from the start.
    """
    first = True
    for half_term in calendar.half_terms:
        last_day = calendar.last_school_day(half_term)
        if last_day is None or last_day < started_on:
            continue
        active = calendar.within(max(started_on, half_term.first_on), last_day)
        if active < bound.half_term_least_school_days:
            continue
        if first and half_term.first_on > started_on:
            cap = calendar.nth_after(started_on, bound.half_term_most_school_days)
            yield half_term, min(last_day, cap)
        else:
            yield half_term, last_day
        first = False


def _needless(state: Placement, review: Review, calendar: SchoolCalendar) -> bool:
    """Another review was held in the half-term."""
    half_term = calendar.half_term_of(review.due)
    return half_term is not None and _held_in(state, half_term)


def _otherwise(state: Placement, calendar: SchoolCalendar) -> Iterator[Done]:
    """Each half-term's review that was not held itself: the first that was held in its half-term did it."""
    for review in state.reviews.opened:
        half_term = calendar.half_term_of(review.due)
        if review.source is not ReviewSource.HALF_TERM or review.held is not None or half_term is None:
            continue
        days = (each.held.held_on for each in state.reviews.opened if each.held is not None)
        first = min((day for day in days if half_term.first_on <= day <= half_term.last_on), default=None)
        if first is not None:
            yield Done(review.due, first, review.review_id)


def _held_in(state: Placement, half_term: HalfTerm) -> bool:
    return any(
        review.held is not None and half_term.first_on <= review.held.held_on <= half_term.last_on
        for review in state.reviews.opened
    )


def _opened_in(state: Placement, half_term: HalfTerm) -> bool:
    """A revised calendar may move a half-term's last day; it brings no second review."""
    return any(
        review.source is ReviewSource.HALF_TERM and half_term.first_on <= review.due <= half_term.last_on
        for review in state.reviews.opened
    )


def _explain(day: DueDay) -> str:
    half_term = day.calendar.half_term_of(day.due)
    if half_term is None or day.calendar.last_school_day(half_term) != day.due:
        most = words.count(figures_of(day.state).half_term_most_school_days, "school day")
        return f"one in each half-term, and the first within {most} of the start"
    return f"the last school day of {half_term.name}"


DUTY = review_duty(
    RuleId.T5,
    "Hold the review of the half-term",
    _explain,
    opens=_opens,
    due_by=_due_by,
    needless=_needless,
    otherwise=_otherwise,
)
