"""Which calendar a placement uses, and which one it used before."""

from collections.abc import Sequence

from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.stages import TERMINAL
from domain.placement.state import Placement
from domain.school.state import School
from infra.bank_holidays import bank_holidays
from infra.streams.reference import Reference


def calendar_of(reference: Reference, state: Placement, schools: Sequence[School]) -> SchoolCalendar:
    """The present one of the home school; of a placement that is over, the one that it was closed with."""
    if state.stage in TERMINAL:
        return reference.calendar_of(state, _own(state, schools))
    former = schools[0].urn if len(schools) > 1 else None
    return reference.calendar(schools[-1] if schools else None, former=former)


def calendar_before(
    reference: Reference, state: Placement, schools: Sequence[School], *, as_corrected: bool = False
) -> SchoolCalendar | None:
    """The calendar that the placement's days were counted by last, where it is another now."""
    school = _own(state, schools)
    if school is None or state.duties.calendar_version == 0:
        return None
    if school is not schools[-1]:
        # Another school took its place: what that changes is no correction.
        was = state.duties.calendar_version
        return None if as_corrected else reference.calendar(school, was, former=state.began_at)
    if state.duties.calendar_version >= school.calendar_version:
        return None
    if not as_corrected:
        return reference.calendar(school, state.duties.calendar_version, former=state.began_at)
    found = school.as_corrected(bank_holidays(), state.duties.calendar_version)
    return found if state.began_at is None else school.joined(found, state.began_at)


def _own(state: Placement, schools: Sequence[School]) -> School | None:
    """The home school as the placement has it: another may have taken its place since."""
    return next((each for each in schools if each.urn == state.home_school_urn), None)
