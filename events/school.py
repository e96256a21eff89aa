"""What can happen to a home school: who it is, and the calendar that defines its school days, year by year."""

from datetime import date

from events.codes import CalendarRevision, CommissionerKind, Role, SuccessionKind
from events.definition import event, holds
from events.ids import CalendarCorrectionId, DelegationId, PersonId, Urn
from events.kinds import CODE, LABEL
from events.values.school_days import HalfDay, HalfTerm, InheritedCalendar


@event()
class SchoolRegistered:
    urn: Urn = holds(CODE)
    name: str = holds(LABEL)
    kind: CommissionerKind
    la_code: str = holds(CODE)
    laestab: str | None = holds(CODE, default=None)


@event()
class CalendarPublished:
    """A calendar replaces the one before it. Bank holidays are not in it: they come from the state."""

    version: int
    half_terms: tuple[HalfTerm, ...]
    inset_days: tuple[date, ...]
    half_days: tuple[HalfDay, ...] = ()


@event()
class AcademicYearPublished:
    """The calendar of one academic year replaces what was published for that year, and no other.

    `academic_year` is the calendar year in which it begins: 2026 for 2026/27. `version` counts every change of the
    school's calendar, of whatever year. `revision` is None where the year was not published before. `correction_id`
    names the proposal that a second person confirmed with this.
    """

    version: int
    academic_year: int
    published_on: date
    half_terms: tuple[HalfTerm, ...]
    inset_days: tuple[date, ...]
    half_days: tuple[HalfDay, ...] = ()
    revision: CalendarRevision | None = None
    reason: str | None = None
    correction_id: CalendarCorrectionId | None = None


@event()
class CalendarCorrectionProposed:
    """The calendar of a year is said to lack a school day that has passed. A second person confirms it, or nobody does.

    Until then the calendar stays as it is.
    """

    correction_id: CalendarCorrectionId
    academic_year: int
    proposed_on: date
    proposed_by: PersonId
    half_terms: tuple[HalfTerm, ...]
    inset_days: tuple[date, ...]
    half_days: tuple[HalfDay, ...]
    reason: str


@event(occurred="granted_on")
class DelegationGranted:
    """The governing body or trust board gave its power to direct pupils off site to the head, from that day on."""

    delegation_id: DelegationId
    to_role: Role
    granted_on: date
    until_on: date | None


@event(occurred="revoked_on")
class DelegationRevoked:
    """The body took its power back: from that day on the delegation serves no more."""

    delegation_id: DelegationId
    revoked_on: date


@event(occurred="corrected_on")
class SchoolCorrected:
    """The school's name or LAESTAB was put right; what was written before keeps what it said."""

    corrected_on: date
    name: str = holds(LABEL)
    laestab: str | None = holds(CODE)
    reason: str


@event()
class SuccessionPlanned:
    """From `effective_on` another school takes this one's place. Until that day nothing changes."""

    kind: SuccessionKind
    successor_urn: Urn
    effective_on: date
    planned_on: date
    reason: str | None


@event(occurred="cancelled_on")
class SuccessionCancelled:
    """No other school takes this one's place on the day that was planned."""

    cancelled_on: date
    reason: str


@event(occurred="effective_on")
class SchoolSucceeded:
    """From this day the successor is the home school of its placements and the controller of its pupils' records."""

    kind: SuccessionKind
    successor_urn: Urn
    effective_on: date
    recorded_on: date


@event(occurred="effective_on")
class PredecessorTakenOver:
    """This school took another's place from that day on. `calendars` are the days before it, of each school before."""

    predecessor_urn: Urn
    effective_on: date
    recorded_on: date
    calendars: tuple[InheritedCalendar, ...]


SchoolEvent = (
    SchoolRegistered
    | SchoolCorrected
    | CalendarPublished
    | AcademicYearPublished
    | CalendarCorrectionProposed
    | DelegationGranted
    | DelegationRevoked
    | SuccessionPlanned
    | SuccessionCancelled
    | SchoolSucceeded
    | PredecessorTakenOver
)
