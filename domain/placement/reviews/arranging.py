"""A review is scheduled, people are invited, and their written views come in."""

from datetime import date, datetime

from domain.law.regimes import Regime
from domain.placement.agreement.delivery import deemed_on, sent_at
from domain.placement.agreement.email import agreed
from domain.placement.binding import figures_of, of_review
from domain.placement.facts import Facts
from domain.placement.guards import missing_recipients, not_before, not_future, written
from domain.placement.parts.reviews import ReviewStatus
from domain.placement.reviews.cycle import TO_HOLD, review_at
from domain.placement.reviews.letter_days import days_before, invited_in_time
from domain.placement.state import Placement
from domain.shared.errors import Rejected, refuse
from events.codes import DeliveryMethod, RecipientRole, Role
from events.definition import asked, value
from events.ids import ReviewId
from events.placement.reviews import (
    ReviewInvitationGiven,
    ReviewScheduled,
    WrittenViewsReceived,
)


@value
class ScheduleReview:
    """Set the time and place of a review meeting, asking what suits those invited."""

    review_id: ReviewId = asked("Review")
    at: datetime = asked("When is the meeting?")
    place: str = asked("Where is the meeting?", hint="A room, or the link of a video call")
    convenience_checked: bool = asked("Have you asked the parents and others what time suits them?")


@value
class InviteToReview:
    """Record the invitation to a review meeting, which also offers to send written views."""

    review_id: ReviewId = asked("Review")
    given_on: date = asked("When was the invitation given?")
    method: DeliveryMethod = asked("How was it given?")
    recipients: tuple[RecipientRole, ...] = asked("Who was it given to?")
    written_views_invited: bool = asked("Does it say that they can send their views in writing?")


@value
class RecordWrittenViews:
    """Record written views that came in before a review meeting."""

    review_id: ReviewId = asked("Review")
    received_on: date = asked("When did the views arrive?")
    from_role: Role = asked("Who are they from?")
    views: str = asked("What do they say?", hint="Copy their words")


class ReviewNotAhead(Rejected):
    """The time of a meeting is in the future when it is arranged."""

    code = "review_not_ahead"
    title = "The time of the meeting has passed"


class WrittenViewsNotInvited(Rejected):
    """An invitation offers two ways to take part: come to the meeting, or send written views before it. The views are
    about whether the placement should go on.
    """

    code = "written_views_not_invited"
    title = "The invitation does not offer written views"
    legal_refs = ("SI 2010/1156 reg 5",)


def schedule(state: Placement, command: ScheduleReview, facts: Facts) -> tuple[ReviewScheduled, ...]:
    review_at(state, command.review_id, ReviewStatus.DUE, *TO_HOLD)
    refuse(
        None if command.at > facts.now else ReviewNotAhead("Choose a time in the future.", pointer="/at"),
        *sound_schedule(command, state, facts),
    )
    return (
        ReviewScheduled(
            review_id=command.review_id,
            scheduled_on=facts.today,
            at=command.at,
            convenience_checked=command.convenience_checked,
            place=command.place,
        ),
    )


def sound_schedule(event: ScheduleReview | ReviewScheduled, _state: Placement, _facts: Facts) -> list[Rejected | None]:
    return [written(event.place, "where the meeting takes place", "/place")]


def invitees(state: Placement, review_id: ReviewId, on: date) -> frozenset[RecipientRole]:
    """Who must be invited to a review or told its outcome, reg 5 and 6: by regime, and the authority with a plan.

    A plan that the pupil has since asks for no other invitation than the one that was given.
    """
    return invitees_by(of_review(state, review_id), state, on)


def invitees_by(law: Regime | None, state: Placement, on: date) -> frozenset[RecipientRole]:
    named = law.invitees if law else frozenset({RecipientRole.RELEVANT_PERSON})
    return named | {RecipientRole.LA} if state.referral.had_plan_on(on) else named


def invite(state: Placement, command: InviteToReview, facts: Facts) -> tuple[ReviewInvitationGiven, ...]:
    review = review_at(state, command.review_id, *TO_HOLD)
    refuse(*sound_invitation(command, state, facts), agreed(command, state, facts))
    hour = sent_at(command.given_on, None, facts.now)
    deemed = deemed_on(command.given_on, command.method, facts.calendar, hour)
    days = days_before(review, deemed)
    return (
        ReviewInvitationGiven(
            review_id=command.review_id,
            given_on=command.given_on,
            deemed_on=deemed,
            method=command.method,
            recipients=command.recipients,
            written_views_invited=command.written_views_invited,
            days_before=days,
            timely=invited_in_time(days, figures_of(state)),
        ),
    )


def sound_invitation(
    event: InviteToReview | ReviewInvitationGiven, state: Placement, facts: Facts
) -> list[Rejected | None]:
    review = state.reviews.by_id(event.review_id)
    return [
        not_future(event.given_on, facts.today, "/given_on"),
        not_before(event.given_on, review.opened_on, "the review opened", "/given_on") if review else None,
        None
        if event.written_views_invited
        else WrittenViewsNotInvited(
            "The invitation must say that people can send written views before the meeting.",
            pointer="/written_views_invited",
        ),
        *missing_recipients(event.recipients, invitees(state, event.review_id, event.given_on)),
    ]


def sound_views(
    event: RecordWrittenViews | WrittenViewsReceived, _state: Placement, facts: Facts
) -> list[Rejected | None]:
    return [
        not_future(event.received_on, facts.today, "/received_on"),
        written(event.views, "the views", "/views"),
    ]


def record_views(state: Placement, command: RecordWrittenViews, facts: Facts) -> tuple[WrittenViewsReceived, ...]:
    review_at(state, command.review_id, ReviewStatus.DUE, *TO_HOLD, ReviewStatus.HELD)
    refuse(*sound_views(command, state, facts))
    return (
        WrittenViewsReceived(
            review_id=command.review_id,
            received_on=command.received_on,
            from_role=command.from_role,
            views=command.views,
        ),
    )
