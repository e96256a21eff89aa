"""What changed between two states, in words."""

from dataclasses import replace

from domain.documents.differences import Difference, differences
from domain.placement.around import Surroundings
from domain.placement.state import Placement, Stage
from events.ids import PersonId
from tests.domain.examples import at, day
from tests.dsl import an_id


def test_the_same_state_has_no_differences() -> None:
    assert differences(at(Stage.ACTIVE).state, at(Stage.ACTIVE).state) == ()


def test_a_field_is_told_before_and_after_in_words() -> None:
    before = Placement(stage=Stage.READY_TO_START, days=5)
    after = replace(before, stage=Stage.ACTIVE, started_on=day("2026-11-26"))

    assert differences(before, after) == (
        Difference(what="Stage", before=("Ready to start",), after=("Active",)),
        Difference(what="Started on", before=(), after=("Thursday 26 November 2026",)),
    )


def test_of_a_list_only_what_came_and_went_is_told() -> None:
    one, two, three = (an_id(name) for name in ("one", "two", "three"))
    before = Placement(site_ids=(one, two))  # type: ignore[arg-type]  # any ids
    after = Placement(site_ids=(two, three))  # type: ignore[arg-type]  # any ids

    assert differences(before, after) == (Difference(what="Site ids", before=(str(one),), after=(str(three),)),)


def test_what_stands_around_a_placement_is_told_as_its_own_fields() -> None:
    person = PersonId(an_id("case worker"))
    before = Placement()

    assert differences(before, replace(before, around=Surroundings(assigned_to=person))) == (
        Difference(what="Assigned to", before=(), after=(str(person),)),
    )


def test_a_whole_story_can_be_told() -> None:
    told = {each.what: each for each in differences(Placement(), at(Stage.ACTIVE).state)}

    assert told["Stage"].after == ("Active",)
    assert told["Determination"].after
