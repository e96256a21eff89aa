"""The review cycle: asked for, due, scheduled, invited to, held, decided, notified; or missed."""

from datetime import date, datetime

from events.codes import (
    DeliveryMethod,
    RecipientRole,
    ReviewDecision,
    ReviewRequester,
    ReviewSource,
    Role,
    RuleId,
    Severity,
)
from events.definition import event, personal
from events.ids import (
    EventId,
    RequestId,
    ReviewId,
)
from events.kinds import LINE, PARTS, TEXT
from events.values.reviews import ReviewEvidence


@event(occurred="requested_on")
class ReviewRequested:
    """Somebody with a right to it asked in writing for a review.

    `last_review_on`: a review was held in the ten weeks before, so that the law demands none.
    `review_id`: a review that was asked for before was still open, and answers this request too.
    """

    request_id: RequestId
    requested_on: date
    by: ReviewRequester
    last_review_on: date | None
    review_id: ReviewId | None
    request: str | None = personal(TEXT)


@event(occurred="refused_on")
class ReviewRequestRefused:
    """A review asked for within ten weeks of the last is not held; from `binding_from` a request binds again."""

    request_id: RequestId
    refused_on: date
    last_review_on: date
    binding_from: date
    reason: str | None = personal(TEXT)


@event(occurred="opened_on")
class ReviewDue:
    """A review opened: by a timer, or because somebody asked for one, in the request that it names."""

    review_id: ReviewId
    opened_on: date
    due: date
    source: ReviewSource
    rule: RuleId
    immediate: bool = False
    request_id: RequestId | None = None


@event(occurred="scheduled_on")
class ReviewScheduled:
    review_id: ReviewId
    scheduled_on: date
    at: datetime
    convenience_checked: bool
    place: str | None = personal(LINE)


@event(occurred="given_on")
class ReviewInvitationGiven:
    review_id: ReviewId
    given_on: date
    deemed_on: date
    method: DeliveryMethod
    recipients: tuple[RecipientRole, ...]
    written_views_invited: bool
    days_before: int
    timely: bool


@event(occurred="received_on")
class WrittenViewsReceived:
    review_id: ReviewId
    received_on: date
    from_role: Role
    views: str | None = personal(TEXT)


@event(occurred="held_on")
class ReviewHeld:
    review_id: ReviewId
    held_on: date
    attended_roles: tuple[Role, ...]
    evidence: ReviewEvidence | None = personal(PARTS)
    pupil_voice: str | None = personal(TEXT)
    parent_voice: str | None = personal(TEXT)
    minutes: str | None = personal(TEXT)


@event(occurred="decided_on")
class ReviewDecided:
    review_id: ReviewId
    decided_on: date
    decision: ReviewDecision
    until: date
    next_review_due: date | None
    reasons: str | None = personal(TEXT)
    views_considered: str | None = personal(TEXT)


@event(occurred="given_on")
class ReviewOutcomeNotified:
    review_id: ReviewId
    given_on: date
    deemed_on: date
    method: DeliveryMethod
    recipients: tuple[RecipientRole, ...]
    days_after: int
    timely: bool


@event(occurred="due")
class ReviewMissed:
    """A review was not held by its day. `cause`: the correction that shows it, where time did not."""

    review_id: ReviewId
    due: date
    rule: RuleId
    severity: Severity
    cause: EventId | None = None


@event(occurred="lapsed_on")
class ReviewLapsed:
    """A review that was never held gave way to the next of its kind; the miss stays on record."""

    review_id: ReviewId
    lapsed_on: date


ReviewsEvent = (
    ReviewRequested
    | ReviewRequestRefused
    | ReviewDue
    | ReviewScheduled
    | ReviewInvitationGiven
    | WrittenViewsReceived
    | ReviewHeld
    | ReviewDecided
    | ReviewOutcomeNotified
    | ReviewMissed
    | ReviewLapsed
)
