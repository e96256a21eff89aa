"""Which misses of a duty are on record and have not lost their ground."""

from datetime import date
from uuid import UUID

from domain.placement.state import Placement
from events.codes import RuleId


def recorded(state: Placement, rule: RuleId, subject: UUID | None) -> list[date]:
    """The due day of each recorded miss, of a deadline or of a review, that no correction has disproved."""
    what = (rule, subject)
    dues = [each.due for each in state.duties.missed if (each.rule, each.subject) == what]
    dues += [
        review.missed.due
        for review in state.reviews.opened
        if review.missed and (review.rule, review.review_id) == what
    ]
    for each in state.duties.disproved:
        if (each.rule, each.subject) == what and each.due in dues:
            dues.remove(each.due)
    return dues


def is_overtaken(state: Placement, rule: RuleId, subject: UUID | None) -> bool:
    """A change of the school's days overtook the duty, of the start and the terms as they are now."""
    return any((each.rule, each.subject) == (rule, subject) for each in state.duties.overtaken)
