"""What is known of one timed duty of a register, as data: what is due, and what passing time brings."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.attendance.register import Register
from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.state import Placement
from domain.placement.time.deadlines import Deadline
from events.attendance import AttendanceEvent
from events.codes import RuleId
from events.ids import PlacementId

LOOK_AHEAD = timedelta(days=70)
"""Longer than a summer holiday: the next session at the provider, if there is one, begins within it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterDue:
    """Something that time brings by itself at an instant, and the day whose week keeps it.

    `about` tells what a rule brings on one day apart: the session and the cause, or nothing where it brings one thing.
    The id of the system's command follows from it, so it never changes.
    """

    rule: RuleId
    at: datetime
    day: date
    event: AttendanceEvent
    about: str = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedRegister:
    """A register with what tells when something falls due in it."""

    placement_id: PlacementId
    register: Register
    placement: Placement
    calendar: SchoolCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterDuty:
    """One timed rule of a register: what is due by the placement and its register, and what time brings by itself."""

    rule: RuleId
    owed: Callable[[Placement, Register, SchoolCalendar], Iterable[Deadline]]
    brings: Callable[[WatchedRegister, datetime], Iterable[RegisterDue]]
