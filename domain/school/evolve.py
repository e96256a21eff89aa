"""A home school, folded from its events."""

from dataclasses import replace
from datetime import date
from typing import assert_never

from domain.calendar.school_calendar import academic_year
from domain.school.state import Delegation, Published, PublishedYear, School, SchoolStage
from events.school import (
    AcademicYearPublished,
    CalendarCorrectionProposed,
    CalendarPublished,
    DelegationGranted,
    DelegationRevoked,
    PredecessorTakenOver,
    SchoolCorrected,
    SchoolEvent,
    SchoolRegistered,
    SchoolSucceeded,
    SuccessionCancelled,
    SuccessionPlanned,
)


def initial() -> School:
    return School()


def evolve(state: School, event: SchoolEvent) -> School:  # noqa: C901, PLR0911 # one flat match: a case for each event
    match event:
        case SchoolRegistered():
            return _registered(state, event)
        case SchoolCorrected():
            return replace(state, name=event.name, laestab=event.laestab)
        case SuccessionPlanned():
            return replace(state, succession=event)
        case SuccessionCancelled():
            return replace(state, succession=None)
        case SchoolSucceeded():
            return replace(state, stage=SchoolStage.SUCCEEDED, succession=None, succeeded=event)
        case PredecessorTakenOver():
            return replace(state, taken_over=(*state.taken_over, event))
        case CalendarPublished():
            return _published(
                replace(state, corrections_proposed=()),
                Published(
                    version=event.version,
                    half_terms=event.half_terms,
                    inset_days=event.inset_days,
                    half_days=event.half_days,
                    assumed_from=state.assumed_from,
                ),
            )
        case AcademicYearPublished():
            return _published(
                replace(state, corrections_proposed=_others(state, event.academic_year)), with_year(state, event)
            )
        case CalendarCorrectionProposed():
            return replace(state, corrections_proposed=(*_others(state, event.academic_year), event))
        case DelegationGranted():
            return _granted(state, event)
        case DelegationRevoked():
            return _revoked(state, event)
        case _:
            assert_never(event)


def _registered(state: School, event: SchoolRegistered) -> School:
    return replace(
        state,
        stage=SchoolStage.REGISTERED,
        urn=event.urn,
        name=event.name,
        kind=event.kind,
        la_code=event.la_code,
        laestab=event.laestab,
    )


def _granted(state: School, event: DelegationGranted) -> School:
    granted = Delegation(
        delegation_id=event.delegation_id,
        to_role=event.to_role,
        granted_on=event.granted_on,
        until_on=event.until_on,
    )
    return replace(state, delegations=(*state.delegations, granted))


def _revoked(state: School, event: DelegationRevoked) -> School:
    return replace(
        state,
        delegations=tuple(
            replace(each, revoked_on=event.revoked_on) if each.delegation_id == event.delegation_id else each
            for each in state.delegations
        ),
    )


def with_year(state: School, year: AcademicYearPublished) -> Published:
    """The school's days with those of one year in place of what was published for it."""
    of = year.academic_year
    half_terms = (*(each for each in state.half_terms if academic_year(each.first_on) != of), *year.half_terms)
    begins = date(academic_year(year.published_on), 8, 1)
    return Published(
        version=year.version,
        half_terms=tuple(sorted(half_terms, key=lambda each: each.first_on)),
        inset_days=tuple(sorted({*(day for day in state.inset_days if academic_year(day) != of), *year.inset_days})),
        half_days=tuple(
            sorted(
                (*(each for each in state.half_days if academic_year(each.day) != of), *year.half_days),
                key=lambda each: each.day,
            )
        ),
        assumed_from=begins if state.assumed_from is None else state.assumed_from,
        revision=year.revision,
    )


def _others(state: School, year: int) -> tuple[CalendarCorrectionProposed, ...]:
    return tuple(each for each in state.corrections_proposed if each.academic_year != year)


def _published(state: School, found: Published) -> School:
    ends: dict[int, PublishedYear] = {}
    for half_term in found.half_terms:
        year = academic_year(half_term.first_on)
        first = ends[year].first_on if year in ends else half_term.first_on
        ends[year] = PublishedYear(academic_year=year, first_on=first, last_on=half_term.last_on)
    return replace(
        state,
        calendar_version=found.version,
        half_terms=found.half_terms,
        inset_days=found.inset_days,
        half_days=found.half_days,
        assumed_from=found.assumed_from,
        published=(*state.published, found),
        years=tuple(ends.values()),
    )
