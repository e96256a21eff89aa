"""What is due on a register, in words with how its day was worked out.

Follows from what is on record, not from when anybody looks: a register is listed once an alert says that it was not
taken in time.
"""

from collections.abc import Iterator

from domain.attendance import duties
from domain.attendance.register import Register
from domain.attendance.timers import SWEPT
from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.state import Placement
from domain.placement.time.deadlines import Deadline, deadlines, in_order


def all_deadlines(state: Placement, register: Register, calendar: SchoolCalendar) -> tuple[Deadline, ...]:
    """What is due on a placement and on its register, the earliest first."""
    return in_order((*deadlines(state, calendar), *register_deadlines(state, register, calendar)))


def register_deadlines(state: Placement, register: Register, calendar: SchoolCalendar) -> Iterator[Deadline]:
    if state.stage in SWEPT:
        for duty in duties.REGISTER_DUTIES:
            yield from duty.owed(state, register, calendar)
