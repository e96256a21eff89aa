"""The state of a placement in parts: each event changes one part by its row, or several by a function of its own."""

from typing import get_args

import pytest

from domain.placement import state
from domain.placement.parts import (
    agreement,
    decision,
    duties,
    ending,
    notices,
    papers,
    period,
    proposal,
    referral,
    reviews,
    running,
    surroundings,
)
from domain.placement.stages import Stage
from events.placement.union import PlacementEvent
from events.school import SchoolRegistered
from tests.domain.examples import at
from tests.events.samples import sample

MODULES = (
    *(agreement, decision, duties, ending, notices, papers, period, proposal, referral, reviews, running),
    surroundings,
)


def test_every_event_has_a_row_in_one_part_or_a_function_across_parts() -> None:
    rows = [kind for module in MODULES for kind in module.EVOLVE]

    assert len(rows) == len(set(rows))
    assert set(rows) | set(state._ACROSS) == set(_all(PlacementEvent))
    assert not set(rows) & set(state._ACROSS)


def test_a_stage_follows_from_an_event_that_has_a_row() -> None:
    assert state._STAGES.keys() <= state._PARTS.keys()


def test_an_event_without_a_row_is_named_with_the_place_of_its_row() -> None:
    with pytest.raises(NotImplementedError, match=r"SchoolRegistered has no row in domain/placement/parts"):
        state.evolve(state.initial(), sample(SchoolRegistered))


def test_an_event_of_one_part_leaves_the_others_as_they_were() -> None:
    story = at(Stage.ACTIVE)
    before, after = story.state, at(Stage.ENDED).state

    assert after.referral == before.referral
    assert after.ending != before.ending


def _all(union: object) -> list[type]:
    found = []
    for each in get_args(union):
        found += _all(each) if get_args(each) else [each]
    return found
