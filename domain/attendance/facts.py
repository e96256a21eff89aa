"""What a decision about a week of the register may rely on beside its state."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.attendance.state import Slot
from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.state import Placement
from domain.provider.state import Provider
from events.codes import Role
from events.ids import IsoWeek, PlacementId


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceFacts:
    """`week` is the one that the command was sent to; `calendar` is the home school's.

    `elsewhere` are the sessions of that week in which the register of another placement has the pupil. `name` and
    `role` are of whoever gives the command, as they signed in.
    """

    placement_id: PlacementId
    week: IsoWeek
    now: datetime
    today: date
    placement: Placement
    provider: Provider | None
    calendar: SchoolCalendar
    elsewhere: frozenset[Slot] = frozenset()
    name: str | None = None
    role: Role | None = None
