"""The reviews to come: each opens on its day, and the one of the same source that is still open lapses."""

from collections.abc import Iterator

from domain.calendar.london import start_of
from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import RULES
from domain.placement import duties
from domain.placement.duty import Opening, TimedEvents
from domain.placement.reviews.opening import review_id
from domain.placement.state import Placement
from domain.shared import words
from events.placement.reviews import ReviewDue, ReviewLapsed
from events.placement.union import PlacementEvent


def openings(state: Placement, calendar: SchoolCalendar) -> Iterator[TimedEvents]:
    for duty in duties.DUTIES:
        opening = duty.opens(state, calendar)
        if opening is not None:
            said = f"{RULES[opening.rule].words}: opens {words.on(opening.opens_on)}, due {words.on(opening.due)}"
            yield TimedEvents(
                at=start_of(opening.opens_on),
                rule=opening.rule,
                due_on=opening.due,
                words=said,
                events=_open(state, opening),
            )


def _open(state: Placement, opening: Opening) -> tuple[PlacementEvent, ...]:
    lapsed = tuple(
        ReviewLapsed(review_id=review.review_id, lapsed_on=opening.opens_on)
        for review in state.reviews.opened
        if review.source is opening.source and review.open
    )
    opened = ReviewDue(
        review_id=review_id(state, opening.source, opening.due),
        opened_on=opening.opens_on,
        due=opening.due,
        source=opening.source,
        rule=opening.rule,
        immediate=opening.immediate,
    )
    return (*lapsed, opened)
