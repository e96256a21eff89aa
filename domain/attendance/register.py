"""A placement's whole register, week by week, and how its sessions count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from domain.attendance.codes import CODES, Category, Counts
from domain.attendance.state import SessionMark, Week
from events.attendance import IllnessThresholdReached
from events.codes import AttendanceCode
from events.ids import IsoWeek

_WHOLE_BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    weeks: Mapping[IsoWeek, Week]

    @property
    def marks(self) -> tuple[SessionMark, ...]:
        """In the order of their sessions."""
        found = (mark for week in self.weeks.values() for mark in week.marks)
        return tuple(sorted(found, key=lambda mark: mark.slot))

    @property
    def illness(self) -> tuple[IllnessThresholdReached, ...]:
        return tuple(each for week in self.weeks.values() for each in week.illness)

    def between(self, first: date, last: date) -> tuple[SessionMark, ...]:
        """The marks from one day to another, both included."""
        return tuple(mark for mark in self.marks if first <= mark.day <= last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many sessions count as what. Those without a code count as nothing yet.

    `basis_points` is attendance in hundredths of a per cent, rounded half up; None where no session was possible.
    """

    present: int
    approved_activity: int
    authorised: int
    unauthorised: int
    not_possible: int
    without_code: int

    @property
    def possible(self) -> int:
        return self.present + self.approved_activity + self.authorised + self.unauthorised

    @property
    def basis_points(self) -> int | None:
        if not self.possible:
            return None
        attended = self.present + self.approved_activity
        return (2 * attended * _WHOLE_BASIS_POINTS + self.possible) // (2 * self.possible)


def tally(marks: Iterable[SessionMark]) -> Tally:
    """Attendance as the register counts it: present and at approved activities, of the sessions that were possible."""
    marks = tuple(marks)
    coded = [CODES[mark.code] for mark in marks if mark.code is not None]
    possible = [each.category for each in coded if each.counts is not Counts.NOT_POSSIBLE]
    return Tally(
        present=possible.count(Category.PRESENT),
        approved_activity=possible.count(Category.APPROVED_ACTIVITY),
        authorised=possible.count(Category.AUTHORISED),
        unauthorised=possible.count(Category.UNAUTHORISED),
        not_possible=len(coded) - len(possible),
        without_code=len(marks) - len(coded),
    )


def days_ill(marks: Iterable[SessionMark]) -> list[date]:
    """The school days on which every session that has a code is entered as illness, in order."""
    codes: dict[date, set[AttendanceCode]] = {}
    for mark in marks:
        if mark.code is not None:
            codes.setdefault(mark.day, set()).add(mark.code)
    return sorted(day for day, found in codes.items() if found == {AttendanceCode.ILLNESS})
