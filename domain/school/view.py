"""What is shown of a home school, to everybody alike: nothing in it concerns a child."""

from dataclasses import dataclass
from datetime import date

from domain.school.state import CalendarYear, School
from domain.shared.views import View, shown
from events.codes import CommissionerKind, Role
from events.ids import DelegationId, Urn
from events.school import CalendarCorrectionProposed, SchoolSucceeded, SuccessionPlanned
from events.values.school_days import HalfDay, HalfTerm


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationView(View):
    delegation_id: DelegationId
    to_role: Role
    granted_on: date
    until_on: date | None
    revoked_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYearView(View):
    academic_year: int
    name: str
    provisional: bool
    first_on: date | None
    last_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolView(View):
    urn: Urn | None
    name: str
    kind: CommissionerKind | None
    la_code: str
    calendar_version: int
    half_terms: tuple[HalfTerm, ...]
    inset_days: tuple[date, ...]
    half_days: tuple[HalfDay, ...]
    delegations: tuple[DelegationView, ...]
    corrections_proposed: tuple[CalendarCorrectionProposed, ...]
    years: tuple[CalendarYearView, ...]
    laestab: str | None
    succession: SuccessionPlanned | None
    succeeded: SchoolSucceeded | None
    taken_over: tuple[Urn, ...]
    version: int


def school_view(state: School, version: int) -> SchoolView:
    """The school as it is now. Its earlier calendars are in its stream."""
    return shown(
        SchoolView,
        state,
        years=tuple(_year(each) for each in state.calendar_years),
        taken_over=tuple(each.predecessor_urn for each in state.taken_over),
        version=version,
    )


def _year(year: CalendarYear) -> CalendarYearView:
    return shown(CalendarYearView, year)
