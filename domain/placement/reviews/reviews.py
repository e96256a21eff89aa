"""The review cycle: due, scheduled, invited, held, decided, notified. A review opens by itself; see the timers."""

from datetime import date, datetime

from domain.calendar.school_calendar import DAY
from domain.law.regimes import Regime
from domain.placement.ages import unfit
from domain.placement.agreement.delivery import deemed_on, sent_at
from domain.placement.agreement.email import agreed
from domain.placement.binding import figures_of, of_review
from domain.placement.facts import Facts
from domain.placement.guards import basis_points, missing_recipients, not_before, not_future, written
from domain.placement.referral.threshold import RegistrationRequired, required, there, with_period
from domain.placement.reviews.letter_days import days_after, days_before, invited_in_time, meeting_day, told_in_time
from domain.placement.state import Placement, Review, ReviewStatus
from domain.shared import words
from domain.shared.errors import Rejected, Rejections, refuse
from events.codes import DeliveryMethod, RecipientRole, ReviewDecision, Role
from events.definition import value
from events.ids import ReviewId
from events.placement.ending import ReintegrationHalted
from events.placement.reviews import (
    ReviewDecided,
    ReviewHeld,
    ReviewInvitationGiven,
    ReviewOutcomeNotified,
    ReviewScheduled,
    WrittenViewsReceived,
)
from events.values.reviews import ReviewEvidence


@value
class ScheduleReview:
    """Set the time and place of a review meeting, asking what suits those invited."""

    review_id: ReviewId
    at: datetime
    place: str
    convenience_checked: bool


@value
class InviteToReview:
    """Record the invitation to a review meeting, which also offers to send written views."""

    review_id: ReviewId
    given_on: date
    method: DeliveryMethod
    recipients: tuple[RecipientRole, ...]
    written_views_invited: bool


@value
class RecordWrittenViews:
    """Record written views that came in before a review meeting."""

    review_id: ReviewId
    received_on: date
    from_role: Role
    views: str


@value
class HoldReview:
    """Record that a review meeting was held: who came, what it looked at, what the pupil and the parents said."""

    review_id: ReviewId
    held_on: date
    attended_roles: tuple[Role, ...]
    evidence: ReviewEvidence
    minutes: str
    pupil_voice: str | None = None
    parent_voice: str | None = None


@value
class DecideReview:
    """Decide after a review whether the placement goes on, until when and why.

    `stop_return` stops a return to school that has begun: the placement goes on as before it.
    """

    review_id: ReviewId
    decision: ReviewDecision
    until: date
    reasons: str
    views_considered: str
    next_review_due: date | None = None
    stop_return: bool = False


@value
class NotifyOutcome:
    """Record that the outcome of a review was told in writing, with its reasons."""

    review_id: ReviewId
    given_on: date
    method: DeliveryMethod
    recipients: tuple[RecipientRole, ...]


class ReviewUnknown(Rejected):
    """Reviews open by themselves when they fall due to be arranged; the record lists them."""

    code = "review_unknown"
    title = "There is no such review"


class ReviewWrongStep(Rejected):
    """A review is scheduled, invited to, held, decided and notified, in this order."""

    code = "review_wrong_step"
    title = "The review is not at the step for this"


class ReviewNotAhead(Rejected):
    """A meeting is arranged for a time to come."""

    code = "review_not_ahead"
    title = "The time of the meeting has passed"


class WrittenViewsNotInvited(Rejected):
    """An invitation offers to attend, or to send written views beforehand on whether the placement should go on."""

    code = "written_views_not_invited"
    title = "The invitation does not offer written views"
    legal_refs = ("SI 2010/1156 reg 5",)


class DecisionPeriodUnsound(Rejected):
    """A decision to continue or amend says for how long: until a day to come, with the next review within it."""

    code = "decision_period_unsound"
    title = "The decision's period does not hold together"
    legal_refs = ("SI 2010/1156 reg 4(1)(b)",)


class NoReturnToStop(Rejected):
    """A review may stop a return to school that has begun, where the placement then goes on."""

    code = "no_return_to_stop"
    title = "There is no return to stop"


_TO_HOLD = (ReviewStatus.SCHEDULED, ReviewStatus.INVITED)
_DONE = {
    ReviewStatus.DUE: "is due, but not scheduled",
    ReviewStatus.SCHEDULED: "is scheduled, but not held",
    ReviewStatus.INVITED: "is scheduled, but not held",
    ReviewStatus.HELD: "was held, and not decided",
    ReviewStatus.DECIDED: "was decided, and its outcome not notified",
    ReviewStatus.NOTIFIED: "is done: its outcome was notified",
    ReviewStatus.LAPSED: "was never held, and gave way to the next",
}


def _at(state: Placement, review_id: ReviewId, *steps: ReviewStatus) -> Review:
    """The review, if it is at one of these steps.

    Raises:
        Rejections: it does not exist, or is at another step.
    """
    review = state.review(review_id)
    if review is None:
        raise Rejections((ReviewUnknown("This placement has no such review.", pointer="/review_id"),))
    if review.status not in steps:
        raise Rejections((ReviewWrongStep(f"This review {_DONE[review.status]}.", pointer="/review_id"),))
    return review


def schedule(state: Placement, command: ScheduleReview, facts: Facts) -> tuple[ReviewScheduled, ...]:
    _at(state, command.review_id, ReviewStatus.DUE, *_TO_HOLD)
    refuse(
        None if command.at > facts.now else ReviewNotAhead("Choose a time to come.", pointer="/at"),
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
    return named | {RecipientRole.LA} if state.had_plan_on(on) else named


def invite(state: Placement, command: InviteToReview, facts: Facts) -> tuple[ReviewInvitationGiven, ...]:
    review = _at(state, command.review_id, *_TO_HOLD)
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
    review = state.review(event.review_id)
    return [
        not_future(event.given_on, facts.today, "/given_on"),
        not_before(event.given_on, review.opened_on, "the review opened", "/given_on") if review else None,
        None
        if event.written_views_invited
        else WrittenViewsNotInvited(
            "The invitation must offer to send written views beforehand.", pointer="/written_views_invited"
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


def sound_meeting(event: HoldReview | ReviewHeld, state: Placement, facts: Facts) -> list[Rejected | None]:
    """The day that it was arranged for is asked at its entry alone: it may turn out to have been brought forward."""
    review = state.review(event.review_id)
    evidence = event.evidence
    return [
        not_future(event.held_on, facts.today, "/held_on"),
        not_before(event.held_on, review.opened_on, "the review opened", "/held_on") if review else None,
        None
        if evidence is None
        else basis_points(evidence.attendance_basis_points, "/evidence/attendance_basis_points"),
        written(event.minutes, "the minutes", "/minutes"),
    ]


def sound_decision(event: ReviewDecided, state: Placement, facts: Facts) -> list[Rejected | None]:
    review = state.review(event.review_id)
    held = review.held if review else None
    return [
        not_future(event.decided_on, facts.today, "/decided_on"),
        not_before(event.decided_on, held.held_on, "the review was held", "/decided_on") if held else None,
        *_period(event),
        _threshold(event, state, facts),
        None
        if event.decision is ReviewDecision.END
        else unfit(state, [(event.decided_on, "/until"), (event.until, "/until")]),
        written(event.reasons, "the reasons", "/reasons"),
        written(event.views_considered, "how the views were considered", "/views_considered"),
    ]


def _threshold(event: ReviewDecided, state: Placement, facts: Facts) -> RegistrationRequired | None:
    """A longer period gives the place for days that it did not have. On those that it had, it stays."""
    assert state.proposed_end is not None
    first_on = max(state.proposed_end + DAY, event.decided_on)
    if event.decision is ReviewDecision.END or event.until < first_on:
        return None
    return required(facts.provider, with_period(there(state, facts.today), first_on, event.until), facts, "/until")


def sound_outcome(
    event: NotifyOutcome | ReviewOutcomeNotified, state: Placement, facts: Facts
) -> list[Rejected | None]:
    review = state.review(event.review_id)
    decided = review.decided if review else None
    return [
        not_future(event.given_on, facts.today, "/given_on"),
        not_before(event.given_on, decided.decided_on, "the decision", "/given_on") if decided else None,
        *missing_recipients(event.recipients, invitees(state, event.review_id, event.given_on)),
    ]


def record_views(state: Placement, command: RecordWrittenViews, facts: Facts) -> tuple[WrittenViewsReceived, ...]:
    _at(state, command.review_id, ReviewStatus.DUE, *_TO_HOLD, ReviewStatus.HELD)
    refuse(*sound_views(command, state, facts))
    return (
        WrittenViewsReceived(
            review_id=command.review_id,
            received_on=command.received_on,
            from_role=command.from_role,
            views=command.views,
        ),
    )


def hold(state: Placement, command: HoldReview, facts: Facts) -> tuple[ReviewHeld, ...]:
    review = _at(state, command.review_id, *_TO_HOLD)
    refuse(
        not_before(command.held_on, meeting_day(review), "the meeting was to be", "/held_on"),
        *sound_meeting(command, state, facts),
    )
    return (
        ReviewHeld(
            review_id=command.review_id,
            held_on=command.held_on,
            attended_roles=command.attended_roles,
            evidence=command.evidence,
            pupil_voice=command.pupil_voice,
            parent_voice=command.parent_voice,
            minutes=command.minutes,
        ),
    )


def decide_review(
    state: Placement, command: DecideReview, facts: Facts
) -> tuple[ReviewDecided | ReintegrationHalted, ...]:
    _at(state, command.review_id, ReviewStatus.HELD)
    decided = ReviewDecided(
        review_id=command.review_id,
        decided_on=facts.today,
        decision=command.decision,
        until=command.until,
        next_review_due=command.next_review_due,
        reasons=command.reasons,
        views_considered=command.views_considered,
    )
    refuse(
        *sound_decision(decided, state, facts),
        _stop_return(state, command) if command.stop_return else None,
    )
    if not command.stop_return:
        return (decided,)
    assert state.reintegration is not None
    halted = ReintegrationHalted(
        plan_id=state.reintegration.plan_id, review_id=command.review_id, halted_on=facts.today
    )
    return (decided, halted)


def _stop_return(state: Placement, command: DecideReview) -> NoReturnToStop | None:
    if state.reintegration is None:
        return NoReturnToStop("No return to school has begun.", pointer="/stop_return")
    if command.decision is ReviewDecision.END:
        return NoReturnToStop("A placement that is to end is not gone on with.", pointer="/stop_return")
    return None


def _period(command: ReviewDecided) -> tuple[DecisionPeriodUnsound | None, ...]:
    today = command.decided_on
    goes_on = command.decision is not ReviewDecision.END
    next_due = command.next_review_due
    return (
        DecisionPeriodUnsound(f"Give an end after the decision, {words.on(today)}.", pointer="/until")
        if goes_on and command.until <= today
        else None,
        DecisionPeriodUnsound("The next review falls within the period.", pointer="/next_review_due")
        if next_due is not None and not today < next_due <= command.until
        else None,
    )


def notify(state: Placement, command: NotifyOutcome, facts: Facts) -> tuple[ReviewOutcomeNotified, ...]:
    # Once more where it was recorded wrongly: the days count anew, and the latest holds.
    review = _at(state, command.review_id, ReviewStatus.DECIDED, ReviewStatus.NOTIFIED)
    assert review.held is not None
    assert review.decided is not None
    refuse(*sound_outcome(command, state, facts), agreed(command, state, facts))
    hour = sent_at(command.given_on, None, facts.now)
    deemed = deemed_on(command.given_on, command.method, facts.calendar, hour)
    days = days_after(review.held, deemed)
    return (
        ReviewOutcomeNotified(
            review_id=command.review_id,
            given_on=command.given_on,
            deemed_on=deemed,
            method=command.method,
            recipients=command.recipients,
            days_after=days,
            timely=told_in_time(days, figures_of(state)),
        ),
    )
