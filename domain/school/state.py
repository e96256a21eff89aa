"""What is known of a home school."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.calendar.school_calendar import DAY, SchoolCalendar, academic_year, year_name
from events.codes import CalendarRevision, CommissionerKind, Role
from events.ids import CalendarCorrectionId, DelegationId, Urn
from events.school import (
    CalendarCorrectionProposed,
    PredecessorTakenOver,
    SchoolSucceeded,
    SuccessionPlanned,
)
from events.values.school_days import HalfDay, HalfTerm, InheritedCalendar


class SchoolStage(StrEnum):
    UNKNOWN = "unknown"
    REGISTERED = "registered"
    SUCCEEDED = "succeeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """The governing body's power to direct pupils off site, in another's hands for a time; both ends are included."""

    delegation_id: DelegationId
    to_role: Role
    granted_on: date
    until_on: date | None = None
    revoked_on: date | None = None

    def serves(self, role: Role, on: date) -> bool:
        ended = self.until_on is not None and on > self.until_on
        revoked = self.revoked_on is not None and on >= self.revoked_on
        return role is self.to_role and on >= self.granted_on and not ended and not revoked


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The school's days as one version of its calendar has them, of all years together, and why it was published.

    `revision` is None for a year's first calendar, and for those published before a revision said which it is.
    """

    version: int
    half_terms: tuple[HalfTerm, ...]
    inset_days: tuple[date, ...]
    half_days: tuple[HalfDay, ...]
    assumed_from: date | None = None
    revision: CalendarRevision | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedYear:
    """One academic year of the calendar as it is now."""

    academic_year: int
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYear:
    """One academic year as the school is shown. `provisional`: nothing is published for it so far."""

    academic_year: int
    name: str
    provisional: bool
    first_on: date | None = None
    last_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """The school as it is now. `corrections_proposed` wait for a second person; of a year, the latest alone.

    `succession` is what is planned, `succeeded` that another school took this one's place, and `taken_over` are the
    schools whose place this one took.
    """

    stage: SchoolStage = SchoolStage.UNKNOWN
    urn: Urn | None = None
    name: str = ""
    kind: CommissionerKind | None = None
    la_code: str = ""
    calendar_version: int = 0
    half_terms: tuple[HalfTerm, ...] = ()
    inset_days: tuple[date, ...] = ()
    half_days: tuple[HalfDay, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    published: tuple[Published, ...] = ()
    assumed_from: date | None = None
    corrections_proposed: tuple[CalendarCorrectionProposed, ...] = ()
    years: tuple[PublishedYear, ...] = ()
    laestab: str | None = None
    succession: SuccessionPlanned | None = None
    succeeded: SchoolSucceeded | None = None
    taken_over: tuple[PredecessorTakenOver, ...] = ()

    @property
    def predecessors(self) -> tuple[Urn, ...]:
        """The schools whose place this one took, those before them included."""
        return tuple(each.urn for taken in self.taken_over for each in taken.calendars)

    def inherited(self, urn: Urn) -> InheritedCalendar:
        """The days of a school before this one, and from then on this one's own: for what began there."""
        days = self.joined(SchoolCalendar(half_terms=self.half_terms, inset_days=self.inset_days), urn)
        taken, found = self._taken(urn)
        half_days = (
            *(each for each in found.half_days if each.day < taken.effective_on),
            *(each for each in self.half_days if each.day >= taken.effective_on),
        )
        return InheritedCalendar(
            urn=urn,
            half_terms=days.half_terms,
            inset_days=tuple(sorted(days.inset_days)),
            half_days=half_days,
            assumed_from=found.assumed_from,
        )

    def _taken(self, urn: Urn) -> tuple[PredecessorTakenOver, InheritedCalendar]:
        return next((taken, each) for taken in self.taken_over for each in taken.calendars if each.urn == urn)

    def days_of(self, year: int) -> InheritedCalendar:
        """What is published of one year."""
        assert self.urn is not None
        return InheritedCalendar(
            urn=self.urn,
            half_terms=tuple(each for each in self.half_terms if academic_year(each.first_on) == year),
            inset_days=tuple(day for day in self.inset_days if academic_year(day) == year),
            half_days=tuple(each for each in self.half_days if academic_year(each.day) == year),
        )

    def joined(self, calendar: SchoolCalendar, urn: Urn) -> SchoolCalendar:
        """One of this school's calendars, with the days of a school before it until it took that one's place."""
        taken, found = self._taken(urn)
        on = taken.effective_on
        half_days = (HalfDay(day=day, session=session) for day, session in calendar.half_days.items())
        return SchoolCalendar(
            half_terms=_joined(found.half_terms, calendar.half_terms, on),
            inset_days={
                *(day for day in found.inset_days if day < on),
                *(day for day in calendar.inset_days if day >= on),
            },
            half_days=(
                *(each for each in found.half_days if each.day < on),
                *(each for each in half_days if each.day >= on),
            ),
            bank_holidays=calendar.bank_holidays,
            assumed_from=found.assumed_from,
            version=calendar.version,
        )

    @property
    def calendar_years(self) -> tuple["CalendarYear", ...]:
        """Each year from the first that is published to the one after the last; one in between may be missing."""
        known = {each.academic_year: each for each in self.years}
        if not known:
            return ()
        return tuple(_calendar_year(year, known.get(year)) for year in range(min(known), max(known) + 2))

    def correction(self, correction_id: CalendarCorrectionId) -> CalendarCorrectionProposed | None:
        return next((each for each in self.corrections_proposed if each.correction_id == correction_id), None)

    def calendar(self, bank_holidays: Iterable[date], version: int | None = None) -> SchoolCalendar:
        """The calendar in force, or an earlier version of it."""
        found = next((each for each in self.published if each.version == version), self)
        return SchoolCalendar(
            half_terms=found.half_terms,
            inset_days=found.inset_days,
            half_days=found.half_days,
            bank_holidays=bank_holidays,
            assumed_from=found.assumed_from,
            version=self.calendar_version if version is None else version,
        )

    def as_corrected(self, bank_holidays: Iterable[date], version: int, *, to: int | None = None) -> SchoolCalendar:
        """The school's days as they were in a version, and what was found wrong in them since or until version `to`."""
        holidays = frozenset(bank_holidays)
        found = self.calendar(holidays, version)
        before = found
        for each in self.published:
            if each.version <= version or (to is not None and each.version > to):
                continue
            after = self.calendar(holidays, each.version)
            if each.revision is CalendarRevision.CORRECTED:
                found = found.with_correction(before, after)
            before = after
        return found


def _calendar_year(year: int, published: PublishedYear | None) -> CalendarYear:
    return CalendarYear(
        academic_year=year,
        name=year_name(year),
        provisional=published is None,
        first_on=published.first_on if published else None,
        last_on=published.last_on if published else None,
    )


def _joined(before: Iterable[HalfTerm], after: Iterable[HalfTerm], on: date) -> tuple[HalfTerm, ...]:
    """Half-terms of one school until a day, and of another from it on. One that both have on that day stays one."""
    first = [each for each in before if each.first_on < on]
    then = [each for each in after if each.last_on >= on]
    last, following = (first[-1] if first else None), (then[0] if then else None)
    goes_on = last is not None and last.last_on >= on
    has_begun = following is not None and following.first_on < on
    if last is not None and following is not None and goes_on and has_begun:
        return (*first[:-1], replace(last, last_on=following.last_on), *then[1:])
    if last is not None and goes_on:
        first = [*first[:-1], replace(last, last_on=on - DAY)]
    if following is not None and has_begun:
        then = [replace(following, first_on=on), *then[1:]]
    return (*first, *then)
