"""The worked examples of the API, in the order of their story: each previewed, then given, through the workflow."""

from uuid import UUID

import pytest

from events.codec import canonical_json
from infra.ids import uuid7
from services.gateway.commands import examples
from services.gateway.commands.catalogue import SPECS
from services.gateway.commands.examples import StoryStep
from tests.gateway.driving import Driver, path_of
from tests.gateway.foreseeing import foreseen_and_given


def test_every_command_has_an_example() -> None:
    offered = {kind for family in SPECS.values() for kind in family}

    assert set(examples.EXAMPLES) == offered


def test_examples_hold_nothing_that_json_cannot() -> None:
    assert all(canonical_json(body) for body in examples.EXAMPLES.values())


@pytest.mark.obligation("C4", "C5", "C7")
async def test_each_step_of_the_story_is_accepted(whole: Driver) -> None:
    for step in examples.OF_PLACEMENT:
        await whole.move_clock(step)

        answer = await foreseen_and_given(whole, step)

        assert answer.status_code == (201 if step.command == "draft-referral" else 200), (
            f"{step.command}: {answer.text}"
        )
    record = await whole.get(f"/placements/{examples.PLACEMENT_ID}")
    assert record.json()["stage"] == "closed"
    assert record.headers["ETag"] == f'"{record.json()["version"]}"'
    [step] = record.json()["record"]["steps"]
    assert step["attendance_basis_points"] == 9800, "the correction shows in the record"


def told_before(before: str, then: str) -> list[StoryStep]:
    """The story up to a step, with what must be different in it for another command to follow."""
    names = [step.command for step in examples.OF_PLACEMENT]
    changes = examples.TOLD_OTHERWISE.get(then, {})
    told = examples.OF_PLACEMENT[: names.index(before)]
    return [step._replace(body={**step.body, **changes.get(step.command, {})}) for step in told]


_AS_TOLD = {(step.day, step.command, step.role): step for step in examples.OF_PLACEMENT}


def key_told(step: StoryStep) -> UUID:
    """The id that the story gives a step, also where something in it is different: other ids follow from it."""
    found = _AS_TOLD.get((step.day, step.command, step.role))
    return examples.command_id(step.command) if found is None else examples.key_of(found)


@pytest.mark.parametrize("before", examples.BESIDE)
async def test_each_side_story_is_accepted(whole: Driver, before: str) -> None:
    side = examples.BESIDE[before]
    told = told_before(before, side[0].command)
    given = {step.command for step in told}
    for step in (*told, *side):
        await whole.move_clock(step)
        again = step in side and step.command in given

        key = uuid7() if again else key_told(step)
        answer = await (foreseen_and_given(whole, step, key) if step in side else whole.take(step, key))

        assert answer.status_code in {200, 201}, f"{step.command}: {answer.text}"


async def test_a_decision_of_an_earlier_day_waits_for_a_second_person(whole: Driver) -> None:
    told = told_before("determine", "confirm-determination")
    decision = next(step for step in examples.STORY if step.command == "determine")
    for step in told:
        await whole.move_clock(step)
        (await whole.take(step, key_told(step))).raise_for_status()
    confirm = next(step for step in examples.OUTSIDE if step.command == "confirm-determination")
    await whole.move_clock(confirm)
    body = {**decision.body, "start_date": "2026-12-14", "days": 50, "determined_on": "2026-11-26"}

    refused = await whole.give(path_of("determine"), body, "head")
    typed = await whole.give(path_of("determine"), {**body, "minute_reference": "Minute 2026/41"}, "head")
    alone = await whole.give(path_of(confirm.command), confirm.body, "head")
    confirmed = await foreseen_and_given(whole, confirm)

    assert refused.status_code == 409, refused.text
    assert typed.status_code == 200, typed.text
    assert typed.json()["stage"] == "awaiting_decision"
    assert alone.status_code == 409, alone.text
    assert (confirmed.status_code, confirmed.json()["stage"]) == (200, "determined")
    record = (await whole.get(f"/placements/{examples.PLACEMENT_ID}")).json()["record"]
    assert record["determination"]["determined_on"] == "2026-11-26"


@pytest.mark.parametrize("before", examples.INSTEAD)
async def test_each_other_way_is_accepted_in_its_place(whole: Driver, before: str) -> None:
    instead = examples.INSTEAD[before]
    for step in told_before(before, instead.command):
        await whole.move_clock(step)
        (await whole.take(step, key_told(step))).raise_for_status()
    await whole.move_clock(instead)

    answer = await foreseen_and_given(whole, instead, uuid7())

    assert answer.status_code == 200, answer.text
