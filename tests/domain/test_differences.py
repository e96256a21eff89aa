"""What changed between two states, in words."""

from domain.documents.differences import Difference, differences
from domain.placement.parts.surroundings import Surroundings
from domain.placement.stages import Stage
from domain.placement.state import Placement
from events.ids import PersonId
from tests.domain.changes import with_fields
from tests.domain.examples import at, day
from tests.dsl import an_id


def test_the_same_state_has_no_differences() -> None:
    assert differences(at(Stage.ACTIVE).state, at(Stage.ACTIVE).state) == ()


def test_a_field_is_told_before_and_after_in_words() -> None:
    before = with_fields(Placement(), stage=Stage.READY_TO_START, days=5)
    after = with_fields(before, stage=Stage.ACTIVE, started_on=day("2026-11-26"))

    assert differences(before, after) == (
        Difference(what="Stage", before=("Ready to start",), after=("Active",)),
        Difference(what="Started on", before=(), after=("Thursday 26 November 2026",)),
    )


def test_of_a_list_only_what_came_and_went_is_told() -> None:
    one, two, three = (an_id(name) for name in ("one", "two", "three"))
    before = with_fields(Placement(), site_ids=(one, two))  # type: ignore[arg-type]  # any ids
    after = with_fields(Placement(), site_ids=(two, three))  # type: ignore[arg-type]  # any ids

    assert differences(before, after) == (Difference(what="Site ids", before=(str(one),), after=(str(three),)),)


def test_what_stands_around_a_placement_is_told_as_its_own_fields() -> None:
    person = PersonId(an_id("case worker"))
    before = Placement()

    assert differences(before, with_fields(before, around=Surroundings(assigned_to=person))) == (
        Difference(what="Assigned to", before=(), after=(str(person),)),
    )


def test_a_whole_story_can_be_told() -> None:
    told = {each.what: each for each in differences(Placement(), at(Stage.ACTIVE).state)}

    assert told["Stage"].after == ("Active",)
    assert told["Determination"].after
