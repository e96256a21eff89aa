"""Each letter to a family in each worked example reads at eleven or younger, the case workers' own words included."""

import asyncio
from typing import Any

import pytest

from infra.ids import uuid7
from services.gateway.commands import examples
from services.gateway.commands.examples import PLACEMENT_ID, StoryStep
from tests.gateway.driving import Driver
from tests.gateway.test_story import key_told, told_before
from tests.reading import OLDEST_READER, page_of, reading_age

_MAKES = {
    "give-notice": "notice",
    "invite-to-review": "review_invitation",
    "notify-outcome": "outcome_notification",
    "refuse-review-request": "review_refusal",
    "plan-reintegration": "reintegration_plan",
}
"""The commands that bring something for a family to read, with its kind."""
_SIDE_STORIES = [before for before, side in examples.BESIDE.items() if {step.command for step in side} & set(_MAKES)]


@pytest.mark.parametrize("before", [None, *_SIDE_STORIES])
async def test_letters_of_a_worked_example_read_at_eleven_or_younger(whole: Driver, before: str | None) -> None:
    given = await _give(whole, before)

    letters = await _letters(whole, [_MAKES[step.command] for step in given if step.command in _MAKES])

    ages = {kind: reading_age(page_of(page)) for kind, page in letters}
    assert {kind: age for kind, age in ages.items() if age > OLDEST_READER} == {}


async def _give(driver: Driver, before: str | None) -> list[StoryStep]:
    """The story whole, or up to a side story and then that."""
    side = examples.BESIDE[before] if before else ()
    told = told_before(before, side[0].command) if before else list(examples.OF_PLACEMENT)
    commands = {step.command for step in told}
    for step in (*told, *side):
        await driver.move_clock(step)
        key = uuid7() if step in side and step.command in commands else key_told(step)
        (await driver.take(step, key)).raise_for_status()
    return [*told, *side]


async def _letters(driver: Driver, kinds: list[str]) -> list[tuple[str, str]]:
    """The pages of these kinds, once each step's is on record: they are made a moment after."""
    async with asyncio.timeout(60):
        while True:
            listed = (await driver.get(f"/placements/{PLACEMENT_ID}/documents")).json()["documents"]
            if all(len(_events(listed, kind)) >= kinds.count(kind) for kind in kinds):
                break
            await asyncio.sleep(0.05)
    found = [each for each in listed if each["kind"] in kinds]
    return [(each["kind"], (await driver.get(each["href"].removeprefix("/api/v1"))).text) for each in found]


def _events(listed: list[dict[str, Any]], kind: str) -> set[str]:
    return {each["cause"] for each in listed if each["kind"] == kind}
