"""Duties that end without a step of their own: another step answers them, or the placement ends before they are due.

They are judged as what was done: on the day of that other step, by the day on which they were due.
"""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.record import letters
from domain.placement.running import provider_review
from domain.placement.state import Placement, Review
from events.codes import ReviewSource, RuleId

Done = tuple[tuple[RuleId, UUID | None], date, date]
"""What was to be done, by when, and when something did it."""

_ENDS_WITH_PLACEMENT = frozenset(
    {
        *(RuleId.T1, RuleId.T2, RuleId.T3, RuleId.T12, RuleId.ANSWER, RuleId.DECISION, RuleId.REINTEGRATION),
        *(RuleId.PROVIDER, RuleId.OVERTAKEN, RuleId.PLAN_COUNCIL, RuleId.SECTION_F, RuleId.VIRTUAL_SCHOOL),
        *(RuleId.TOLD, RuleId.TRANSPORT, RuleId.MEALS),
    }
)
"""What is owed only while a placement runs. Its reviews are as well; a period and a destination have an own rule."""


def done(state: Placement, calendar: SchoolCalendar) -> Iterator[Done]:
    """What was answered, handed over, or met by a review that was held for something else."""
    for asked in state.around.requests:
        # An answer while the clock waits is in time on any day, and no miss of it is on record.
        if asked.answered is not None:
            yield (RuleId.T17, asked.request.request_id), asked.due, asked.answered.answered_on
    for complaint in state.around.complaints:
        first = [each.acknowledged_on for each in (complaint.acknowledged,) if each is not None]
        first += [each.answered_on for each in (complaint.answered,) if each is not None]
        if first:
            yield (RuleId.COMPLAINT, complaint.received.complaint_id), complaint.received.due, min(first)
    yield from letters.handed_over(state, calendar)
    yield from _doubts(state, calendar)


def _doubts(state: Placement, calendar: SchoolCalendar) -> Iterator[Done]:
    held = [review.held.held_on for review in state.reviews if review.held is not None]
    for doubt in state.doubts:
        later = [each for each in held if each > doubt.arose_on]
        if later:
            yield (RuleId.PROVIDER, doubt.doubt_id), provider_review.due(doubt, calendar), min(later)


def half_terms(state: Placement, calendar: SchoolCalendar) -> Iterator[tuple[Review, date]]:
    """Each half-term's review that was not held itself, with the day of the first that was held in its half-term."""
    for review in state.reviews:
        half_term = calendar.half_term_of(review.due)
        if review.source is not ReviewSource.HALF_TERM or review.held is not None or half_term is None:
            continue
        days = (each.held.held_on for each in state.reviews if each.held is not None)
        first = min((day for day in days if half_term.first_on <= day <= half_term.last_on), default=None)
        if first is not None:
            yield review, first


def lapsed(state: Placement) -> Iterator[tuple[Review, date]]:
    """Each review that was missed and then gave way to the next of its kind, with the day on which it was due."""
    for review in state.reviews:
        if review.lapsed_on is not None and review.missed is not None:
            yield review, review.missed.due


def missed_while_it_ran(state: Placement) -> Iterator[tuple[tuple[RuleId, UUID | None], date, bool]]:
    """Each miss, once recorded, of what the end of the placement ended as well; and whether it is one of a review."""
    for each in state.missed:
        if each.rule in _ENDS_WITH_PLACEMENT:
            yield (each.rule, each.subject), each.due, False
    for review in state.reviews:
        if review.missed is not None:
            yield (review.rule, review.review_id), review.missed.due, True
