"""The reviews of a placement as a diary shows them: each by its day, with whether its letters went in time."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.placement.binding import figures_of
from domain.placement.parts.reviews import Review, ReviewStatus
from domain.placement.reviews.letter_days import invitation_due, meeting_day, outcome_due
from domain.placement.stages import TERMINAL
from domain.placement.state import Placement
from events.codes import ReviewSource, RuleId
from events.ids import ReviewId


class ReviewDutyStatus(StrEnum):
    """The status of one duty of a review on a day."""

    NOT_YET = "not_yet"
    OPEN = "open"
    MET = "met"
    LATE = "late"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLetter:
    """A letter that a review calls for: by which day, when it was deemed given, and whether that was in time.

    Without `by` nothing calls for it yet, or no longer.
    """

    by: date | None = None
    given_on: date | None = None
    timely: bool | None = None

    def standing(self, today: date) -> ReviewDutyStatus:
        if self.timely is not None:
            return ReviewDutyStatus.MET if self.timely else ReviewDutyStatus.LATE
        if self.by is None:
            return ReviewDutyStatus.NOT_YET
        return ReviewDutyStatus.MISSED if today > self.by else ReviewDutyStatus.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryEntry:
    """One review. `on` is the day it was held, or the meeting's, or where none is arranged the day it is due."""

    review_id: ReviewId
    on: date
    meets_at: datetime | None
    due_on: date
    status: ReviewStatus
    source: ReviewSource
    rule: RuleId
    missed: bool
    invitation: ReviewLetter
    outcome: ReviewLetter


def diary(state: Placement) -> tuple[DiaryEntry, ...]:
    """Each review of the placement, in the order in which they opened."""
    return tuple(_entry(review, state) for review in state.reviews.opened)


def next_review(state: Placement) -> date | None:
    """The day of the earliest review that is still to be held; None where none is, or the placement has ended."""
    if state.stage in TERMINAL or state.ending.end is not None:
        return None
    return min((_day(review) for review in state.reviews.opened if review.open), default=None)


def _entry(review: Review, state: Placement) -> DiaryEntry:
    return DiaryEntry(
        review_id=review.review_id,
        on=_day(review),
        meets_at=review.scheduled.at if review.scheduled else None,
        due_on=review.due,
        status=review.status,
        source=review.source,
        rule=review.rule,
        missed=review.missed is not None,
        invitation=_invitation(review, state),
        outcome=_outcome(review, state),
    )


def _day(review: Review) -> date:
    if review.held is not None:
        return review.held.held_on
    return meeting_day(review) if review.scheduled is not None else review.due


def _invitation(review: Review, state: Placement) -> ReviewLetter:
    """T2. A review that lapsed needs no invitation; one that was held without any has missed it."""
    if review.scheduled is None or (review.lapsed_on is not None and review.invitation is None):
        return ReviewLetter()
    given = review.invitation
    return ReviewLetter(
        by=invitation_due(review, figures_of(state)),
        given_on=given.deemed_on if given else None,
        timely=given.timely if given else None,
    )


def _outcome(review: Review, state: Placement) -> ReviewLetter:
    """T3, from the day on which the review was held."""
    if review.held is None:
        return ReviewLetter()
    given = review.notified
    return ReviewLetter(
        by=outcome_due(review, figures_of(state)),
        given_on=given.deemed_on if given else None,
        timely=given.timely if given else None,
    )
