"""Which step of its cycle a review has reached, and which steps it may take next."""

from domain.placement.parts.reviews import Review, ReviewStatus
from domain.placement.state import Placement
from domain.shared.errors import Rejected, Rejections
from events.ids import ReviewId


class ReviewUnknown(Rejected):
    """Reviews open by themselves when it is time to arrange them. The record lists them."""

    code = "review_unknown"
    title = "There is no such review"


class ReviewWrongStep(Rejected):
    """The steps of a review are in this order: schedule, invite, hold, decide and notify."""

    code = "review_wrong_step"
    title = "The review is not at the step for this"


TO_HOLD = (ReviewStatus.SCHEDULED, ReviewStatus.INVITED)
_DONE = {
    ReviewStatus.DUE: "is due, but not scheduled",
    ReviewStatus.SCHEDULED: "is scheduled, but not held",
    ReviewStatus.INVITED: "is scheduled, but not held",
    ReviewStatus.HELD: "was held, and not decided",
    ReviewStatus.DECIDED: "was decided, and its outcome not notified",
    ReviewStatus.NOTIFIED: "is done: its outcome was notified",
    ReviewStatus.LAPSED: "was never held, and gave way to the next",
}


def review_at(state: Placement, review_id: ReviewId, *steps: ReviewStatus) -> Review:
    """The review, if it is at one of these steps.

    Raises:
        Rejections: it does not exist, or is at another step.
    """
    review = state.reviews.by_id(review_id)
    if review is None:
        raise Rejections((ReviewUnknown("This placement has no such review.", pointer="/review_id"),))
    if review.status not in steps:
        raise Rejections((ReviewWrongStep(f"This review {_DONE[review.status]}.", pointer="/review_id"),))
    return review
