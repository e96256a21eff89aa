"""Which days that have come a published year would change."""

from collections.abc import Iterable, Iterator
from datetime import date

from domain.calendar.school_calendar import SchoolCalendar, academic_year
from domain.school.state import Published, School
from events.codes import Session
from events.values.school_days import HalfDay, HalfTerm


def half_terms_of(half_terms: Iterable[HalfTerm], year: int) -> Iterator[HalfTerm]:
    return (each for each in half_terms if academic_year(each.first_on) == year)


def past_changes(state: School, after: Published, year: int, today: date) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """The days until today of one year on which a session is dropped, and those before today that gain one."""
    was = _sessions(half_terms_of(state.half_terms, year), state.inset_days, state.half_days)
    now = _sessions(half_terms_of(after.half_terms, year), after.inset_days, after.half_days)
    dropped = sorted({day for day, _ in was - now if day <= today})
    added = sorted({day for day, _ in now - was if day < today})
    return tuple(dropped), tuple(added)


def _sessions(
    half_terms: Iterable[HalfTerm], inset_days: Iterable[date], half_days: Iterable[HalfDay]
) -> frozenset[tuple[date, Session]]:
    """Without bank holidays, which are the same in both."""
    calendar = SchoolCalendar(half_terms=half_terms, inset_days=inset_days, half_days=half_days)
    return frozenset(
        (day, session) for day in calendar.days for session in Session if calendar.has_session(day, session)
    )


def is_new_day(state: School, day: date) -> bool:
    """The school had no session at all on that day."""
    calendar = SchoolCalendar(half_terms=state.half_terms, inset_days=state.inset_days)
    return not calendar.is_school_day(day)
