"""The timers of a placement in the order of their time.

A timer records and opens; it never decides, extends or ends. What falls due follows from the record and the
calendar alone, not from when anybody looks: one look after a year makes the same events as a look each day.
"""

from domain.calendar.school_calendar import SchoolCalendar
from domain.placement import duties
from domain.placement.duty import TimedEvents
from domain.placement.facts import Facts
from domain.placement.state import Placement, evolve
from domain.placement.time.timers.misses import misses
from domain.placement.time.timers.openings import openings
from events.placement.union import PlacementEvent

# At one instant a miss comes before the opening of the next review, which makes the former lapse.
_MISS, _OPEN = 0, 1


def fall_due(state: Placement, facts: Facts) -> tuple[PlacementEvent, ...]:
    """Everything that has fallen due by now, in the order of its time."""
    passed: list[PlacementEvent] = []
    while (due := next_timer(state, facts.calendar)) is not None and due.at <= facts.now:
        for event in due.events:
            state = evolve(state, event)
        passed.extend(due.events)
    return tuple(passed)


def next_timer(state: Placement, calendar: SchoolCalendar) -> TimedEvents | None:
    """The first thing that time will bring, if nothing else happens; it may lie in the past."""
    ranked = [
        *((each.at, _MISS, each) for each in misses(state, calendar)),
        *((each.at, _OPEN, each) for each in openings(state, calendar)),
        *((each.at, _OPEN, each) for duty in duties.DUTIES for each in duty.brings(state, calendar)),
    ]
    if not ranked:
        return None
    return min(ranked, key=lambda each: (each[0], each[1], each[2].rule, each[2].due_on))[2]
