"""What the answer to a school's command warns of: the row of each command names what finds it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from domain.calendar.school_calendar import SchoolCalendar, academic_year, year_name
from domain.school.publishing import PublishCalendar
from domain.shared import words
from domain.warnings import CommandWarning, WarningCode
from events.school import AcademicYearPublished, CalendarCorrectionProposed, SchoolEvent

SchoolWarningFinder = Callable[[Any, Sequence[SchoolEvent], SchoolCalendar], Iterable[CommandWarning]]


def second_person(
    _command: PublishCalendar, events: Sequence[SchoolEvent], _calendar: SchoolCalendar
) -> Iterator[CommandWarning]:
    for event in events:
        if isinstance(event, CalendarCorrectionProposed):
            yield CommandWarning(
                code=WarningCode.SECOND_PERSON_NEEDED,
                detail=f"The calendar of {year_name(event.academic_year)} is not changed so far: it gains a school day"
                f" that has passed, so somebody else confirms it, by the correction {event.correction_id}.",
                pointer="/revision",
            )


def inset_days(
    command: PublishCalendar, events: Sequence[SchoolEvent], calendar: SchoolCalendar
) -> Iterator[CommandWarning]:
    """An INSET day that would be no school day anyway is probably a slip."""
    published = _published(events)
    for n, day in enumerate(command.inset_days):
        if academic_year(day) not in published:
            continue
        without = calendar.why_no_school_day(day, inset_days=False)
        if without is not None or not calendar.covers(day):
            yield CommandWarning(
                code=WarningCode.INSET_DAY_WITHOUT_EFFECT,
                detail=f"The INSET day on {words.on(day)} changes nothing:"
                f" {without or 'the calendar does not reach it'}.",
                pointer=f"/inset_days/{n}",
            )


def _published(events: Sequence[SchoolEvent]) -> frozenset[int]:
    return frozenset(event.academic_year for event in events if isinstance(event, AcademicYearPublished))


def half_days(
    command: PublishCalendar, events: Sequence[SchoolEvent], calendar: SchoolCalendar
) -> Iterator[CommandWarning]:
    """A half-day on a bank holiday, which no school publishes itself."""
    published = _published(events)
    for n, each in enumerate(command.half_days):
        if academic_year(each.day) in published and not calendar.is_school_day(each.day):
            yield CommandWarning(
                code=WarningCode.HALF_DAY_WITHOUT_EFFECT,
                detail=f"The half-day on {words.on(each.day)} changes nothing: {calendar.why_no_school_day(each.day)}.",
                pointer=f"/half_days/{n}/day",
            )
