"""What a review decides, and that the outcome is notified."""

from datetime import date

from domain.calendar.school_calendar import DAY
from domain.placement.ages import unfit
from domain.placement.agreement.delivery import deemed_on, sent_at
from domain.placement.agreement.email import agreed
from domain.placement.binding import figures_of
from domain.placement.facts import Facts
from domain.placement.guards import missing_recipients, not_before, not_future, written
from domain.placement.parts.reviews import ReviewStatus
from domain.placement.referral.threshold import RegistrationRequired, required, there, with_period
from domain.placement.reviews.arranging import invitees
from domain.placement.reviews.cycle import review_at
from domain.placement.reviews.letter_days import days_after, told_in_time
from domain.placement.state import Placement
from domain.shared import words
from domain.shared.errors import Rejected, refuse
from events.codes import DeliveryMethod, RecipientRole, ReviewDecision
from events.definition import asked, value
from events.ids import ReviewId
from events.placement.ending import ReintegrationHalted
from events.placement.reviews import (
    ReviewDecided,
    ReviewOutcomeNotified,
)


@value
class DecideReview:
    """Decide after a review whether the placement goes on, until when and why.

    `stop_return` stops a return to school that has begun: the placement goes on as before it.
    """

    review_id: ReviewId = asked("Review")
    decision: ReviewDecision = asked("What did you decide?")
    until: date = asked("Until when?", hint="The last day of the placement")
    reasons: str = asked("Reasons", hint="The parents read these in the letter")
    views_considered: str = asked("How did you take everybody's views into account?")
    next_review_due: date | None = asked(
        "When is the next review?", hint="Leave empty to let the law's own interval apply", default=None
    )
    stop_return: bool = asked("Should the return to school stop?", default=False)


@value
class NotifyOutcome:
    """Record that the outcome of a review was told in writing, with its reasons."""

    review_id: ReviewId = asked("Review")
    given_on: date = asked("When was the letter given?")
    method: DeliveryMethod = asked("How was it given?")
    recipients: tuple[RecipientRole, ...] = asked("Who was it given to?")


class DecisionPeriodUnsound(Rejected):
    """A decision to continue or amend says until when: a day in the future, with the next review before it."""

    code = "decision_period_unsound"
    title = "The period of the decision is not correct"
    legal_refs = ("SI 2010/1156 reg 4(1)(b)",)


class NoReturnToStop(Rejected):
    """A review can stop a return to school that has begun, if the placement then goes on."""

    code = "no_return_to_stop"
    title = "There is no return to stop"


def sound_decision(event: ReviewDecided, state: Placement, facts: Facts) -> list[Rejected | None]:
    review = state.reviews.by_id(event.review_id)
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
    assert state.period.proposed_end is not None
    first_on = max(state.period.proposed_end + DAY, event.decided_on)
    if event.decision is ReviewDecision.END or event.until < first_on:
        return None
    return required(facts.provider, with_period(there(state, facts.today), first_on, event.until), facts, "/until")


def sound_outcome(
    event: NotifyOutcome | ReviewOutcomeNotified, state: Placement, facts: Facts
) -> list[Rejected | None]:
    review = state.reviews.by_id(event.review_id)
    decided = review.decided if review else None
    return [
        not_future(event.given_on, facts.today, "/given_on"),
        not_before(event.given_on, decided.decided_on, "the decision", "/given_on") if decided else None,
        *missing_recipients(event.recipients, invitees(state, event.review_id, event.given_on)),
    ]


def decide_review(
    state: Placement, command: DecideReview, facts: Facts
) -> tuple[ReviewDecided | ReintegrationHalted, ...]:
    review_at(state, command.review_id, ReviewStatus.HELD)
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
    assert state.ending.reintegration is not None
    halted = ReintegrationHalted(
        plan_id=state.ending.reintegration.plan_id, review_id=command.review_id, halted_on=facts.today
    )
    return (decided, halted)


def _stop_return(state: Placement, command: DecideReview) -> NoReturnToStop | None:
    if state.ending.reintegration is None:
        return NoReturnToStop("No return to school has begun.", pointer="/stop_return")
    if command.decision is ReviewDecision.END:
        return NoReturnToStop("A placement that will end cannot continue.", pointer="/stop_return")
    return None


def _period(command: ReviewDecided) -> tuple[DecisionPeriodUnsound | None, ...]:
    today = command.decided_on
    goes_on = command.decision is not ReviewDecision.END
    next_due = command.next_review_due
    return (
        DecisionPeriodUnsound(f"Give an end after the decision, {words.on(today)}.", pointer="/until")
        if goes_on and command.until <= today
        else None,
        DecisionPeriodUnsound("The next review must be within the period.", pointer="/next_review_due")
        if next_due is not None and not today < next_due <= command.until
        else None,
    )


def notify(state: Placement, command: NotifyOutcome, facts: Facts) -> tuple[ReviewOutcomeNotified, ...]:
    # Once more where it was recorded wrongly: the days count again, and the latest applies.
    review = review_at(state, command.review_id, ReviewStatus.DECIDED, ReviewStatus.NOTIFIED)
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
