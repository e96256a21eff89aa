"""A review is held."""

from datetime import date

from domain.placement.facts import Facts
from domain.placement.guards import basis_points, not_before, not_future, written
from domain.placement.reviews.cycle import TO_HOLD, review_at
from domain.placement.reviews.letter_days import meeting_day
from domain.placement.state import Placement
from domain.shared.errors import Rejected, refuse
from events.codes import Role
from events.definition import asked, value
from events.ids import ReviewId
from events.placement.reviews import (
    ReviewHeld,
)
from events.values.reviews import ReviewEvidence


@value
class HoldReview:
    """Record that a review meeting was held: who came, what it looked at, what the pupil and the parents said."""

    review_id: ReviewId = asked("Review")
    held_on: date = asked("When was the meeting?")
    attended_roles: tuple[Role, ...] = asked("Who came?")
    evidence: ReviewEvidence = asked("What the meeting looked at")
    minutes: str = asked("Minutes")
    pupil_voice: str | None = asked("What did the pupil say?", default=None)
    parent_voice: str | None = asked("What did the parents say?", default=None)


def sound_meeting(event: HoldReview | ReviewHeld, state: Placement, facts: Facts) -> list[Rejected | None]:
    """The day that it was arranged for is asked at its entry alone: it may turn out to have been brought forward."""
    review = state.reviews.by_id(event.review_id)
    evidence = event.evidence
    return [
        not_future(event.held_on, facts.today, "/held_on"),
        not_before(event.held_on, review.opened_on, "the review opened", "/held_on") if review else None,
        None
        if evidence is None
        else basis_points(evidence.attendance_basis_points, "/evidence/attendance_basis_points"),
        written(event.minutes, "the minutes", "/minutes"),
    ]


def hold(state: Placement, command: HoldReview, facts: Facts) -> tuple[ReviewHeld, ...]:
    review = review_at(state, command.review_id, *TO_HOLD)
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
