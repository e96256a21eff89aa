"""What the answer to a school's command warns of, found by the command's type."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from domain import words
from domain.school.decide import PublishCalendar, SchoolCommand
from domain.school_calendar import SchoolCalendar
from domain.warnings import Warned, WarningCode

Finder = Callable[[Any, SchoolCalendar], Iterable[Warned]]


def warnings(command: SchoolCommand, calendar: SchoolCalendar) -> tuple[Warned, ...]:
    """Everything that the answer to an accepted command warns of. `calendar` is the one that it leaves in force."""
    return tuple(each for find in WARNINGS.get(type(command), ()) for each in find(command, calendar))


def _inset_days(command: PublishCalendar, calendar: SchoolCalendar) -> Iterator[Warned]:
    """An INSET day that would be no school day anyway is probably a slip."""
    for n, day in enumerate(command.inset_days):
        without = calendar.why_no_school_day(day, inset_days=False)
        if without is not None or not calendar.covers(day):
            yield Warned(
                code=WarningCode.INSET_DAY_WITHOUT_EFFECT,
                detail=f"The INSET day on {words.on(day)} changes nothing:"
                f" {without or 'the calendar does not reach it'}.",
                pointer=f"/inset_days/{n}",
            )


def _half_days(command: PublishCalendar, calendar: SchoolCalendar) -> Iterator[Warned]:
    """A half-day on a bank holiday, which no school publishes itself."""
    for n, each in enumerate(command.half_days):
        if not calendar.is_school_day(each.day):
            yield Warned(
                code=WarningCode.HALF_DAY_WITHOUT_EFFECT,
                detail=f"The half-day on {words.on(each.day)} changes nothing: {calendar.why_no_school_day(each.day)}.",
                pointer=f"/half_days/{n}/day",
            )


WARNINGS: Mapping[type[SchoolCommand], tuple[Finder, ...]] = MappingProxyType(
    {PublishCalendar: (_inset_days, _half_days)}
)
