"""The misses to come: a deadline is kept until 23:59:59 in London, and the next midnight it is missed."""

from collections.abc import Iterator

from domain.calendar.london import start_of
from domain.calendar.school_calendar import DAY, SchoolCalendar
from domain.law.rules import RULES
from domain.placement import duties
from domain.placement.duty import TimedEvents
from domain.placement.stages import TERMINAL
from domain.placement.state import Placement
from domain.shared import words


def misses(state: Placement, calendar: SchoolCalendar) -> Iterator[TimedEvents]:
    if state.stage in TERMINAL:
        # A request for access may come after the end; what is due then is listed, and no timer runs.
        return
    for duty in duties.DUTIES:
        if duty.missed is None:
            continue
        for owed in duty.owed(state, calendar):
            if not duty.is_missed(state, duty.rule, owed):
                said = f"{RULES[duty.rule].words}: overdue after {words.on(owed.due)}"
                event = duty.missed(state, duty.rule, owed)
                yield TimedEvents(
                    at=start_of(owed.due + DAY), rule=duty.rule, due_on=owed.due, words=said, events=(event,)
                )
