"""Every timed duty of a placement. Deadlines, timers, verdicts and words run through this table and no other."""

from collections.abc import Iterator

from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import RULES
from domain.placement.agreement.steps import DUTIES as AGREEMENT
from domain.placement.decision.steps import DUTIES as DECISION
from domain.placement.duty import Duty, Owed
from domain.placement.ending.steps import DUTIES as ENDING
from domain.placement.record.steps import DUTIES as RECORD
from domain.placement.referral.steps import DUTIES as REFERRAL
from domain.placement.reviews.steps import DUTIES as REVIEWS
from domain.placement.running.steps import DUTIES as RUN
from domain.placement.state import Placement
from events.codes import RuleId
from events.ids import ReviewId

_PLACES = {rule: place for place, rule in enumerate(RULES)}

DUTIES: tuple[Duty, ...] = tuple(
    sorted((*REFERRAL, *DECISION, *AGREEMENT, *RUN, *REVIEWS, *ENDING, *RECORD), key=lambda duty: _PLACES[duty.rule])
)
"""One row for each rule, in the order of `RULES`."""


def duty_of(rule: RuleId) -> Duty:
    """The row of a rule."""
    return next(each for each in DUTIES if each.rule is rule)


def undone(state: Placement, calendar: SchoolCalendar) -> Iterator[tuple[Duty, Owed]]:
    """What is owed and can be missed: in the order of the table, and the reviews in the order in which they opened."""
    opened = {review.review_id: n for n, review in enumerate(state.reviews.opened)}
    reviews: list[tuple[int, Duty, Owed]] = []
    for duty in DUTIES:
        for owed in duty.owed(state, calendar) if duty.missed else ():
            if duty.is_review and owed.subject is not None:
                reviews.append((opened[ReviewId(owed.subject)], duty, owed))
            else:
                yield duty, owed
    yield from ((duty, owed) for _, duty, owed in sorted(reviews, key=lambda each: each[0]))
