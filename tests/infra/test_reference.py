"""Which calendar applies to a placement."""

from dataclasses import replace

import pytest

from domain.placement.stages import TERMINAL, Stage
from domain.placement.state import Placement
from domain.school.evolve import evolve
from domain.school.state import School
from events.school import AcademicYearPublished
from events.values.school_days import HalfTerm
from infra.streams.reference import Reference
from tests.domain.changes import with_fields
from tests.domain.examples import HALF_TERMS, SCHOOL, day

NEXT = HalfTerm(name="Autumn 1", first_on=day("2027-09-02"), last_on=day("2027-10-22"))


def _published(*versions: tuple[HalfTerm, ...]) -> School:
    state = replace(SCHOOL, calendar_version=0, half_terms=())
    for number, half_terms in enumerate(versions, start=1):
        event = AcademicYearPublished(
            version=number,
            academic_year=2026 if half_terms is HALF_TERMS else 2027,
            published_on=day("2026-07-01"),
            half_terms=half_terms,
            inset_days=(),
        )
        state = evolve(state, event)
    return state


@pytest.mark.parametrize("stage", Stage)
def test_a_placement_that_is_over_keeps_the_calendar_it_was_closed_with(stage: Stage) -> None:
    school = _published(HALF_TERMS, (NEXT,))
    placement = with_fields(Placement(), stage=stage, calendar_version=1)

    kept = Reference().calendar_of(placement, school)

    assert kept.version == (1 if stage in TERMINAL else 2)
    assert kept.is_provisional(NEXT.first_on) is (stage in TERMINAL)


def test_a_placement_that_was_never_decided_has_no_calendar_of_its_own() -> None:
    school = _published(HALF_TERMS)

    assert Reference().calendar_of(with_fields(Placement(), stage=Stage.WITHDRAWN), school).version == 1
    assert Reference().calendar_of(with_fields(Placement(), stage=Stage.WITHDRAWN), None).half_terms == ()
