"""Every count of school days and of working days, on one home school's calendar."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cached_property

from events.codes import Session
from events.values.school_days import HalfDay, HalfTerm

DAY = timedelta(days=1)
_SATURDAY = 5
# Ten years: no rule looks further, so a search that does has been asked nonsense.
_SEARCH_LIMIT_DAYS = 3653
_SEPTEMBER = 9
_AUGUST = 8
_JUNE = 6


def school_year_start(day: date) -> date:
    """The first of September on or before a day."""
    return date(day.year if day.month >= _SEPTEMBER else day.year - 1, _SEPTEMBER, 1)


def academic_year(day: date) -> int:
    """The school year that a day lies in, by the calendar year in which it begins: 2026 for 2026/27.

    A school year begins with the first term after July, Education Act 1996 s 579.
    """
    return day.year if day.month >= _AUGUST else day.year - 1


def year_name(year: int) -> str:
    """`2026/27`."""
    return f"{year}/{(year + 1) % 100:02}"


class CalendarTooShort(Exception):
    """There are not that many school days on this side of the day: the calendar does not reach so far."""


class SchoolCalendar:
    """A home school's days.

    A school day is a weekday in a half-term that is neither an INSET day nor a bank holiday. After the
    last published day every weekday that is not a bank holiday is assumed to be one, provisionally;
    before the first published day there are none. With nothing published every weekday is assumed.
    A half-day is a school day whose one session is given.

    A school that publishes academic years one by one may leave some out: from `assumed_from` on, weekdays of a year
    that it has not published are assumed too, and those after the last half-term of a year that ends before June.
    """

    def __init__(
        self,
        *,
        half_terms: Iterable[HalfTerm] = (),
        inset_days: Iterable[date] = (),
        half_days: Iterable[HalfDay] = (),
        bank_holidays: Iterable[date] = (),
        version: int = 0,
        assumed_from: date | None = None,
    ) -> None:
        self.half_terms = tuple(sorted(half_terms, key=lambda half_term: half_term.first_on))
        self.inset_days = frozenset(inset_days)
        self.half_days = {each.day: each.session for each in half_days}
        self.bank_holidays = frozenset(bank_holidays)
        self.version = version
        self.holidays_known_to = date(max(self.bank_holidays).year, 12, 31) if self.bank_holidays else None
        self._assumed_from = assumed_from
        self._published_to = max((half_term.last_on for half_term in self.half_terms), default=date.min)
        self._year_ends: dict[int, date] = {}
        for half_term in self.half_terms:
            self._year_ends[academic_year(half_term.first_on)] = half_term.last_on

    @cached_property
    def _days(self) -> list[date]:
        """The school days up to the last published one in order, worked out once: every count is a search in them."""
        days = {
            half_term.first_on + timedelta(days=n)
            for half_term in self.half_terms
            for n in range((half_term.last_on - half_term.first_on).days + 1)
        }
        days -= self.inset_days
        if self._assumed_from is not None:
            between = (self._published_to - self._assumed_from).days
            stretch = (self._assumed_from + timedelta(days=n) for n in range(between + 1))
            days |= {day for day in stretch if self.is_assumed(day)}
        return sorted(day for day in days if self.is_working_day(day))

    def with_correction(self, wrong: "SchoolCalendar", right: "SchoolCalendar") -> "SchoolCalendar":
        """This calendar with what a correction changed, by the calendars before and after it.

        What else had changed in between stays out: these are the days of then, as they are known now.
        """
        moved = {
            *(academic_year(each.first_on) for each in set(wrong.half_terms) ^ set(right.half_terms)),
        }
        dropped, added = set(wrong.days) - set(right.days), set(right.days) - set(wrong.days)
        found = SchoolCalendar(
            half_terms=(
                *(each for each in self.half_terms if academic_year(each.first_on) not in moved),
                *(each for each in right.half_terms if academic_year(each.first_on) in moved),
            ),
            inset_days=(self.inset_days | dropped) - added,
            half_days=(HalfDay(day=day, session=session) for day, session in self.half_days.items()),
            bank_holidays=self.bank_holidays,
            version=self.version,
            assumed_from=self._assumed_from,
        )
        # A day may be one for a reason that half-terms do not say, so the days themselves have the last word.
        found.__dict__["_days"] = sorted((set(found.days) - dropped) | added)
        return found

    @property
    def days(self) -> Sequence[date]:
        """The school days up to the last published one, in order."""
        return self._days

    def is_working_day(self, day: date) -> bool:
        """A weekday that is not a bank holiday."""
        return day.weekday() < _SATURDAY and day not in self.bank_holidays

    def is_school_day(self, day: date) -> bool:
        if self.is_assumed(day):
            return self.is_working_day(day)
        found = bisect_left(self._days, day)
        return found < len(self._days) and self._days[found] == day

    def why_no_school_day(self, day: date, *, inset_days: bool = True) -> str | None:
        """Why the school does not meet on a day, in words; None on a school day, an assumed one included.

        `inset_days=False`: as if the day were no INSET day.
        """
        if day.weekday() >= _SATURDAY:
            return "it is a weekend"
        if day in self.bank_holidays:
            return "it is a bank holiday"
        if self.is_assumed(day):
            return None
        if inset_days and day in self.inset_days:
            return "it is an INSET day"
        return None if self.half_term_of(day) else "the school is on holiday"

    def has_session(self, day: date, session: Session) -> bool:
        """The school has this half of the day: both of any school day but a half-day."""
        return self.is_school_day(day) and self.half_days.get(day, session) is session

    def is_assumed(self, day: date) -> bool:
        """No calendar is published for the day: each weekday is taken for a school day."""
        if day > self._published_to:
            return True
        if self._assumed_from is None or day < self._assumed_from:
            return False
        year = academic_year(day)
        ends = self._year_ends.get(year)
        return ends is None or (ends < day and ends < date(year + 1, _JUNE, 1))

    def is_provisional(self, day: date) -> bool:
        """What is said of the day may change: nothing is published for it, or its bank holidays are not known yet."""
        return self.is_assumed(day) or (self.holidays_known_to is not None and day > self.holidays_known_to)

    def published_until(self, day: date) -> date | None:
        """The last day up to which all is published without a gap from a day on; None where the day itself is not."""
        if self.is_assumed(day):
            return None
        while not self.is_assumed(day + DAY):
            day += DAY
        return day

    def covers(self, day: date) -> bool:
        """The day lies between the first and the last published day, in what is published."""
        return bool(self.half_terms) and self.half_terms[0].first_on <= day and not self.is_assumed(day)

    def between(self, first: date, last: date) -> int:
        """The number of school days strictly after `first` and strictly before `last`."""
        if last <= first + DAY:
            return 0
        published = bisect_left(self._days, last) - bisect_right(self._days, first)
        day, assumed = max(first, self._published_to) + DAY, 0
        while day < last:
            assumed += self.is_working_day(day)
            day += DAY
        return max(published, 0) + assumed

    def within(self, first: date, last: date) -> int:
        """The number of school days from `first` to `last`, both included."""
        return self.between(first - DAY, last + DAY)

    def nth_before(self, day: date, n: int) -> date:
        """The nth school day before a day; n is at least 1.

        Raises:
            CalendarTooShort: there are fewer.
        """
        return self._nth(day, n, -DAY)

    def nth_after(self, day: date, n: int) -> date:
        """The nth school day after a day; n is at least 1.

        Raises:
            CalendarTooShort: there are fewer within ten years.
        """
        return self._nth(day, n, DAY)

    def lead(self, day: date, n: int, *, not_before: date) -> date:
        """The nth school day before `day`, or `not_before` where that is later or there are not so many."""
        if self.between(not_before - DAY, day) < n:
            return not_before
        return self.nth_before(day, n)

    def _nth(self, day: date, n: int, step: timedelta) -> date:
        for _ in range(_SEARCH_LIMIT_DAYS):
            day += step
            n -= self.is_school_day(day)
            if n == 0:
                return day
        raise CalendarTooShort(f"the calendar has no such school day near {day.isoformat()}")

    def working_day_after(self, day: date, n: int) -> date:
        """The nth weekday after a day that is not a bank holiday."""
        while n:
            day += DAY
            n -= self.is_working_day(day)
        return day

    def working_day_from(self, day: date) -> date:
        """The day itself if it is a working day, else the next one."""
        return day if self.is_working_day(day) else self.working_day_after(day, 1)

    def half_term_of(self, day: date) -> HalfTerm | None:
        """The half-term a day falls in, None in a holiday or beyond what is published."""
        return next((each for each in self.half_terms if each.first_on <= day <= each.last_on), None)

    def last_school_day(self, half_term: HalfTerm) -> date | None:
        """The last school day of a half-term; None if it has none."""
        found = bisect_right(self._days, half_term.last_on)
        last = self._days[found - 1] if found else None
        return last if last is not None and last >= half_term.first_on else None
