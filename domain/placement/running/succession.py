"""Another school took the home school's place: the placement goes on there, under the determination that it has."""

from collections.abc import Iterator
from itertools import pairwise

from domain.placement.facts import Facts
from domain.placement.state import Placement
from domain.school.state import School
from events.placement.other_streams import HomeSchoolSucceeded


def taken_over(state: Placement, facts: Facts) -> Iterator[HomeSchoolSucceeded]:
    """Each school that took the place of the one before it since the placement was last looked at."""
    schools = [*facts.former, *([] if facts.school is None else [facts.school])]
    at = next((n for n, each in enumerate(schools) if each.urn == state.home_school_urn), len(schools))
    for before, after in pairwise(schools[at:]):
        yield _taken(before, after, facts)


def _taken(before: School, after: School, facts: Facts) -> HomeSchoolSucceeded:
    assert before.urn is not None
    assert after.urn is not None
    assert before.kind is not None
    assert after.kind is not None
    assert before.succeeded is not None
    return HomeSchoolSucceeded(
        from_urn=before.urn,
        to_urn=after.urn,
        from_kind=before.kind,
        to_kind=after.kind,
        effective_on=before.succeeded.effective_on,
        recorded_on=facts.today,
    )
