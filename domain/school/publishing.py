"""Publishing a school's calendar, a year at a time: what holds together, and what changes of past days."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from domain.calendar.school_calendar import SchoolCalendar, academic_year, year_name
from domain.school.evolve import evolve, with_year
from domain.school.facts import SchoolFacts
from domain.school.past_days import half_terms_of, is_new_day, past_changes
from domain.school.state import School
from domain.shared import words
from domain.shared.errors import Rejected, refuse
from domain.shared.text import visible
from events.codes import CalendarRevision
from events.definition import asked, value
from events.ids import CalendarCorrectionId, PersonId, derived_id
from events.school import AcademicYearPublished, CalendarCorrectionProposed
from events.values.school_days import HalfDay, HalfTerm


@value
class PublishCalendar:
    """Publish the school's calendar of an academic year, or of several: its half-terms, INSET days and half-days.

    Each year that has half-terms here replaces what was published for that year; other years stay. Published again,
    `revision` says whether the calendar was wrong (`corrected`, with the `reason`) or the school's days change
    (`changed`, as where it is left out). A day that has come changes by a correction alone, and a school day is added
    to the past only once a second person confirms it.
    """

    half_terms: tuple[HalfTerm, ...] = asked(
        "Half terms", hint="From the first to the last school day of each half term"
    )
    inset_days: tuple[date, ...] = asked(
        "INSET days", hint="Days when staff are in school and pupils are not", default=()
    )
    half_days: tuple[HalfDay, ...] = asked(
        "Half days", hint="School days with a morning or an afternoon only", default=()
    )
    revision: CalendarRevision | None = asked(
        "Why does the calendar change?", hint="Only if the year was published before", default=None
    )
    reason: str | None = asked("More about the change", default=None)


class CalendarUnsound(Rejected):
    """Half-terms follow one another without overlap, and each lasts at most 120 days.

    A half-day is a school day on which the school has only its morning or its afternoon session.
    """

    code = "calendar_unsound"
    title = "The calendar has an error"


class PastDayChanged(Rejected):
    """Today and past days in a school's calendar stay as they are, unless the calendar was wrong.

    A school that closes on the day, for snow, has still had a school day: the register says that it was closed.
    """

    code = "past_day_changed"
    title = "Today or a past day would change"
    legal_refs = ("SI 2010/1156 reg 2",)


_LONGEST_HALF_TERM_DAYS = 120


_MOST_HALF_TERMS = 60


def publish(
    state: School, command: PublishCalendar, facts: SchoolFacts
) -> tuple[AcademicYearPublished | CalendarCorrectionProposed, ...]:
    in_order = sorted(command.half_terms, key=lambda half_term: half_term.first_on)
    refuse(
        None
        if 0 < len(in_order) <= _MOST_HALF_TERMS
        else CalendarUnsound(f"Give between one and {_MOST_HALF_TERMS} half-terms.", pointer="/half_terms"),
        *(_lasts(half_term) for half_term in in_order),
        *(follows(before, after) for before, after in pairwise(in_order)),
    )
    # Of half-terms that are sound: the days of any other may be without end.
    years = sorted({academic_year(half_term.first_on) for half_term in in_order})
    refuse(*_half_days(command), *_outside(command, years))
    found: list[AcademicYearPublished | CalendarCorrectionProposed] = []
    for year in years:
        # Each year is held against the calendar as the years before it leave it.
        event = _year(state, command, year, facts)
        found.append(event)
        state = evolve(state, event)
    return tuple(found)


def _outside(command: PublishCalendar, years: Sequence[int]) -> Iterator[Rejected]:
    """A day of a year that has no half-terms here: what was meant for that year would be lost."""
    for n, day in enumerate(command.inset_days):
        if academic_year(day) not in years:
            yield CalendarUnsound(
                f"{words.on(day)} lies in {year_name(academic_year(day))}, and no half-term here does.",
                pointer=f"/inset_days/{n}",
            )


def _year(
    state: School, command: PublishCalendar, year: int, facts: SchoolFacts
) -> AcademicYearPublished | CalendarCorrectionProposed:
    """What one year of the command changes.

    Raises:
        Rejections: it overlaps another year, or changes a day that has come without saying that this is a correction.
    """
    known = any(each.academic_year == year for each in state.years)
    revision = (command.revision or CalendarRevision.CHANGED) if known else None
    corrects = revision is CalendarRevision.CORRECTED
    event = AcademicYearPublished(
        version=state.calendar_version + 1,
        academic_year=year,
        published_on=facts.today,
        half_terms=tuple(sorted(half_terms_of(command.half_terms, year), key=lambda each: each.first_on)),
        inset_days=tuple(sorted({day for day in command.inset_days if academic_year(day) == year})),
        half_days=tuple(
            sorted((each for each in command.half_days if academic_year(each.day) == year), key=lambda each: each.day)
        ),
        revision=revision,
        reason=command.reason if known else None,
    )
    after = with_year(state, event)
    dropped, added = past_changes(state, after, year, facts.today) if known else ((), ())
    refuse(
        *(follows(one, other) for one, other in pairwise(after.half_terms)),
        CalendarUnsound("Say why the calendar was wrong.", pointer="/reason")
        if corrects and not visible(command.reason)
        else None,
        None
        if corrects or not (dropped or added)
        else PastDayChanged(
            f"{words.on((*dropped, *added)[0])} has come. If the calendar was wrong about it, publish it as corrected,"
            " with the reason. If the school closes on a school day, the register says so.",
            pointer="/revision",
        ),
    )
    if not any(is_new_day(state, day) for day in added):
        return event
    return CalendarCorrectionProposed(
        correction_id=CalendarCorrectionId(derived_id(facts.command_id, f"correction/{year}")),
        academic_year=year,
        proposed_on=facts.today,
        proposed_by=PersonId(facts.actor.id),
        half_terms=event.half_terms,
        inset_days=event.inset_days,
        half_days=event.half_days,
        reason=command.reason or "",
    )


def _lasts(half_term: HalfTerm) -> Rejected | None:
    days = (half_term.last_on - half_term.first_on).days
    if 0 <= days <= _LONGEST_HALF_TERM_DAYS:
        return None
    return CalendarUnsound(
        f"{half_term.name} must end after it begins, and last at most {_LONGEST_HALF_TERM_DAYS} days.",
        pointer="/half_terms",
    )


def _half_days(command: PublishCalendar) -> Iterator[Rejected]:
    # Without bank holidays, which no school publishes: a half-day on one is no school day, and does no harm.
    calendar = SchoolCalendar(half_terms=command.half_terms, inset_days=command.inset_days)
    named: set[date] = set()
    for each in command.half_days:
        if each.day in named:
            yield CalendarUnsound(f"{words.on(each.day)} is named twice.", pointer="/half_days")
        elif not (calendar.covers(each.day) and calendar.is_school_day(each.day)):
            yield CalendarUnsound(f"{words.on(each.day)} is not a school day in this calendar.", pointer="/half_days")
        named.add(each.day)


def follows(before: HalfTerm, after: HalfTerm) -> Rejected | None:
    if before.last_on < after.first_on:
        return None
    return CalendarUnsound(f"{before.name} and {after.name} overlap.", pointer="/half_terms")
