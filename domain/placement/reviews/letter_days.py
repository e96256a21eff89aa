"""The two letters of a review and the days that the law gives them: the invitation, T2, and the outcome, T3."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from domain.calendar.london import today as day_of
from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import Figures
from domain.placement.binding import figures_of
from domain.placement.duty import Done, DueDay, Duty, Owed
from domain.placement.parts.reviews import Review
from domain.placement.stages import RUNNING, Stage
from domain.placement.state import Placement
from domain.shared import words
from events.codes import RuleId
from events.placement.reviews import ReviewHeld


def meeting_day(review: Review) -> date:
    """The day a scheduled review is to be held."""
    assert review.scheduled is not None
    return day_of(review.scheduled.at)


def days_before(review: Review, deemed: date, held_on: date | None = None) -> int:
    """T2, reg 5: calendar days, to the meeting as it was arranged, or as it was held where that was earlier."""
    arranged = meeting_day(review)
    return ((arranged if held_on is None else min(arranged, held_on)) - deemed).days


def invited_in_time(days: int, bound: Figures) -> bool:
    return days >= bound.invitation_days


def days_after(held: ReviewHeld, deemed: date) -> int:
    """T3, reg 6: calendar days, from the meeting and not from the decision."""
    return (deemed - held.held_on).days


def told_in_time(days: int, bound: Figures) -> bool:
    return days <= bound.outcome_days


def invitation_due(review: Review, bound: Figures) -> date:
    """T2: the last day on which an invitation is timely, though never before the meeting was arranged."""
    assert review.scheduled is not None
    due = meeting_day(review) - timedelta(days=bound.invitation_days)
    return max(due, review.scheduled.scheduled_on)


def outcome_due(review: Review, bound: Figures) -> date:
    """T3: the last day on which the outcome is notified in time."""
    assert review.held is not None
    return review.held.held_on + timedelta(days=bound.outcome_days)


def _invitations(state: Placement, _calendar: SchoolCalendar) -> Iterator[Owed]:
    if state.stage not in RUNNING:
        return
    for review in state.reviews.opened:
        invited = review.invitation is not None and review.invitation.timely
        if review.scheduled is not None and review.lapsed_on is None and not invited:
            yield Owed(invitation_due(review, figures_of(state)), review.review_id)


def _still_to_meet(state: Placement, owed: Owed) -> bool:
    """A meeting that was held can no longer be invited to: the miss stays on record, nothing is due."""
    return not any(review.held is not None for review in state.reviews.opened if review.review_id == owed.subject)


def _invited(_events: Sequence[Any], state: Placement, _calendar: SchoolCalendar) -> Iterator[Done]:
    for review in state.reviews.opened:
        if review.invitation is not None and review.scheduled is not None and review.lapsed_on is None:
            due = invitation_due(review, figures_of(state))
            # Late by its days where it was not in time, even on the day that the meeting was arranged.
            late = review.invitation.deemed_on if not review.invitation.timely else due
            yield Done(due, late, review.review_id)


def _invitations_lost(state: Placement, _calendar: SchoolCalendar) -> Iterator[Owed]:
    for review in state.reviews.opened:
        if review.invitation_lost is not None and review.scheduled is not None and review.lapsed_on is None:
            yield Owed(invitation_due(review, figures_of(state)), review.review_id)


def _why_invitation(day: DueDay) -> str:
    before = words.count(figures_of(day.state).invitation_days, "day")
    return f"{before} before the review on {words.on(meeting_day(day.review))}"


def _outcomes(state: Placement, _calendar: SchoolCalendar) -> Iterator[Owed]:
    for review in state.reviews.opened:
        # Once a placement has ended, a review that was held and left undecided has nothing more to decide.
        wanted = state.stage in RUNNING or (state.stage is Stage.ENDED and review.decided is not None)
        if wanted and review.held is not None and review.notified is None:
            yield Owed(outcome_due(review, figures_of(state)), review.review_id)


def _told(_events: Sequence[Any], state: Placement, _calendar: SchoolCalendar) -> Iterator[Done]:
    for review in state.reviews.opened:
        if review.notified is not None:
            yield Done(outcome_due(review, figures_of(state)), review.notified.deemed_on, review.review_id)


def _outcomes_lost(state: Placement, _calendar: SchoolCalendar) -> Iterator[Owed]:
    for review in state.reviews.opened:
        if review.notified_lost is not None and review.held is not None:
            yield Owed(outcome_due(review, figures_of(state)), review.review_id)


def why_outcome(day: DueDay) -> str:
    assert day.review.held is not None
    after = words.count(figures_of(day.state).outcome_days, "day")
    return f"{after} after the review on {words.on(day.review.held.held_on)}"


INVITATION = Duty(
    rule=RuleId.T2,
    what="Invite people to the review",
    owed=_invitations,
    listed=_still_to_meet,
    explain=_why_invitation,
    done=_invited,
    lost=_invitations_lost,
    ends_with_placement=True,
)
OUTCOME = Duty(
    rule=RuleId.T3,
    what="Tell people the outcome",
    owed=_outcomes,
    explain=why_outcome,
    done=_told,
    lost=_outcomes_lost,
    ends_with_placement=True,
)
