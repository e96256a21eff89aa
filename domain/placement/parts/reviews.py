"""The reviews of a placement: asked for, opened, held, decided and notified."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

from events.codes import DocumentKind, ReviewDecision, ReviewSource, RuleId
from events.ids import RequestId, ReviewId
from events.placement.deadlines import DeadlineRecalculated
from events.placement.letters import ReviewServiceChanged
from events.placement.reviews import (
    ReviewDecided,
    ReviewDue,
    ReviewHeld,
    ReviewInvitationGiven,
    ReviewLapsed,
    ReviewMissed,
    ReviewOutcomeNotified,
    ReviewRequested,
    ReviewRequestRefused,
    ReviewScheduled,
    WrittenViewsReceived,
)


class ReviewStatus(StrEnum):
    DUE = "due"
    SCHEDULED = "scheduled"
    INVITED = "invited"
    HELD = "held"
    DECIDED = "decided"
    NOTIFIED = "notified"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One review from the day it opens; each step of its cycle is the event that took it.

    `invitation` and `notified` count as given on the day that their letters' fate says; one that reached no parent so
    far is `invitation_lost` or `notified_lost`.
    """

    review_id: ReviewId
    source: ReviewSource
    rule: RuleId
    opened_on: date
    due: date
    immediate: bool = False
    request_id: RequestId | None = None
    scheduled: ReviewScheduled | None = None
    invitation: ReviewInvitationGiven | None = None
    invitation_lost: ReviewInvitationGiven | None = None
    views: tuple[WrittenViewsReceived, ...] = ()
    held: ReviewHeld | None = None
    decided: ReviewDecided | None = None
    notified: ReviewOutcomeNotified | None = None
    notified_lost: ReviewOutcomeNotified | None = None
    missed: ReviewMissed | None = None
    lapsed_on: date | None = None

    @property
    def status(self) -> ReviewStatus:
        if self.lapsed_on is not None:
            return ReviewStatus.LAPSED
        reached = (
            (ReviewStatus.NOTIFIED, self.notified),
            (ReviewStatus.DECIDED, self.decided),
            (ReviewStatus.HELD, self.held),
            (ReviewStatus.INVITED, self.invitation),
            (ReviewStatus.SCHEDULED, self.scheduled),
        )
        return next((status for status, event in reached if event is not None), ReviewStatus.DUE)

    @property
    def open(self) -> bool:
        """Still to be held."""
        return self.held is None and self.lapsed_on is None


class ReviewsState(NamedTuple):
    """`requests_waiting` are those that neither brought a review nor were refused."""

    requests: tuple[ReviewRequested, ...] = ()
    requests_waiting: tuple[ReviewRequested, ...] = ()
    request_refusals: tuple[ReviewRequestRefused, ...] = ()
    opened: tuple[Review, ...] = ()

    def by_id(self, review_id: ReviewId) -> Review | None:
        return next((review for review in self.opened if review.review_id == review_id), None)

    @property
    def decision_to_end(self) -> ReviewDecided | None:
        """The decision to end the placement, if the latest decision of a review is one."""
        decisions = [review.decided for review in self.opened if review.decided is not None]
        latest = max(decisions, key=lambda decided: decided.decided_on, default=None)
        return latest if latest is not None and latest.decision is ReviewDecision.END else None


def moved(part: ReviewsState, event: DeadlineRecalculated) -> ReviewsState:
    """The reviews with the new day of the one whose deadline moved."""
    opened = (
        replace(each, due=event.due) if (each.review_id, each.rule) == (event.subject, event.rule) else each
        for each in part.opened
    )
    return part._replace(opened=tuple(opened))


def _requested(part: ReviewsState, event: ReviewRequested) -> ReviewsState:
    waiting = (*part.requests_waiting, event) if event.review_id is None else part.requests_waiting
    return part._replace(requests=(*part.requests, event), requests_waiting=waiting)


def _refused(part: ReviewsState, event: ReviewRequestRefused) -> ReviewsState:
    waiting = tuple(each for each in part.requests_waiting if each.request_id != event.request_id)
    return part._replace(requests_waiting=waiting, request_refusals=(*part.request_refusals, event))


def _opened(part: ReviewsState, event: ReviewDue) -> ReviewsState:
    review = Review(
        review_id=event.review_id,
        source=event.source,
        rule=event.rule,
        opened_on=event.opened_on,
        due=event.due,
        immediate=event.immediate,
        request_id=event.request_id,
    )
    # One review answers everybody who has asked for one.
    waiting = () if event.source is ReviewSource.REQUESTED else part.requests_waiting
    return part._replace(opened=(*part.opened, review), requests_waiting=waiting)


def step(part: ReviewsState, event: Any) -> ReviewsState:
    """The reviews with a step of the one that the event names."""
    change = _STEPS[type(event)]
    opened = (change(each, event) if each.review_id == event.review_id else each for each in part.opened)
    return part._replace(opened=tuple(opened))


def _served(review: Review, event: ReviewServiceChanged) -> Review:
    """What the fate of a review's letters says of the day on which they count as given."""
    if event.kind is DocumentKind.REVIEW_INVITATION:
        invited = review.invitation or review.invitation_lost
        if invited is None or event.deemed_on is None or event.days is None:
            return replace(review, invitation=None, invitation_lost=invited)
        invited = replace(invited, deemed_on=event.deemed_on, days_before=event.days, timely=event.timely)
        return replace(review, invitation=invited, invitation_lost=None)
    notified = review.notified or review.notified_lost
    if notified is None or event.deemed_on is None or event.days is None:
        return replace(review, notified=None, notified_lost=notified)
    notified = replace(notified, deemed_on=event.deemed_on, days_after=event.days, timely=event.timely)
    return replace(review, notified=notified, notified_lost=None)


_STEPS: Final[Mapping[type[Any], Callable[[Review, Any], Review]]] = {
    # An invitation to another time is no invitation to this one.
    ReviewScheduled: lambda review, event: replace(review, scheduled=event, invitation=None, invitation_lost=None),
    ReviewInvitationGiven: lambda review, event: replace(review, invitation=event, invitation_lost=None),
    WrittenViewsReceived: lambda review, event: replace(review, views=(*review.views, event)),
    ReviewHeld: lambda review, event: replace(review, held=event),
    ReviewDecided: lambda review, event: replace(review, decided=event),
    ReviewOutcomeNotified: lambda review, event: replace(review, notified=event, notified_lost=None),
    ReviewMissed: lambda review, event: replace(review, missed=event),
    ReviewLapsed: lambda review, event: replace(review, lapsed_on=event.lapsed_on),
    ReviewServiceChanged: _served,
}

EVOLVE: Final[Mapping[type[Any], Callable[[ReviewsState, Any], ReviewsState]]] = {
    ReviewRequested: _requested,
    ReviewRequestRefused: _refused,
    ReviewDue: _opened,
    **{kind: step for kind in _STEPS if kind is not ReviewDecided},
}
