"""Lists that follow the record wait, where their reader asks, until they tell of what the reader knows of."""

import pytest

from infra.projections.registry import READ_MODELS
from infra.streams.placement_streams import PlacementStreams
from infra.streams.reference import Reference
from infra.subscriptions.subscription import run_batch
from services.gateway.commands.examples import BEFORE, OF_PLACEMENT, PLACEMENT_ID
from tests.gateway.driving import Driver

_LISTS = {
    "/deadlines": ("deadlines", "provider-deadlines"),
    "/reviews": ("reviews",),
    "/outcomes": ("outcomes",),
}


async def _registered(driver: Driver) -> int:
    """The position of a school's event, which no read model follows yet: no worker runs."""
    answer = await driver.take(next(step for step in BEFORE if step.command == "register-school"))
    answer.raise_for_status()
    position: int = answer.json()["events"][-1]["position"]
    return position


async def _follow(driver: Driver, name: str) -> None:
    gateway = driver.gateway
    await run_batch(gateway.engine, name, READ_MODELS[name].follower(Reference(), PlacementStreams(gateway.keys)))


@pytest.mark.obligation("C7")
async def test_who_gave_a_command_finds_what_came_of_it_in_the_list_at_once(whole: Driver) -> None:
    told = 0
    for step in OF_PLACEMENT[:8]:
        await whole.move_clock(step)
        answer = (await whole.take(step)).json()
        due = {(each["rule"], each["due_on"]) for each in answer["deadlines"]}

        listed = (await whole.get("/deadlines", reached=answer["events"][-1]["position"])).json()["deadlines"]

        found = {(each["rule"], each["due_on"]) for each in listed if each["placement_id"] == str(PLACEMENT_ID)}
        assert due <= found, step.command
        told += len(due)
    assert told


@pytest.mark.parametrize("path", _LISTS)
async def test_a_list_that_does_not_come_so_far_in_time_says_so_and_when_to_come_back(gw: Driver, path: str) -> None:
    position = await _registered(gw)

    for name in _LISTS[path]:
        early = await gw.get(path, reached=position)
        assert (early.status_code, early.json()["code"]) == (503, "not_there_yet")
        assert early.json()["detail"] == f"{name} is at position 0, not yet at {position}."
        assert early.headers["Retry-After"]
        await _follow(gw, name)

    assert (await gw.get(path, reached=position)).status_code == 200
    assert (await gw.get(path, min_position=position)).status_code == 200
    assert (await gw.get(path)).status_code == 200


@pytest.mark.parametrize("path", _LISTS)
async def test_a_position_that_the_record_never_came_to_is_not_waited_for(gw: Driver, path: str) -> None:
    position = await _registered(gw)

    beyond = await gw.get(path, min_position=position + 1)
    by_earlier_name = await gw.get(path, reached=position + 1)
    differing = await gw.get(path, reached=position, min_position=position + 1)
    malformed = [(await gw.get(path, reached=reached)).status_code for reached in (-1, 2**63, "x")]

    assert (beyond.status_code, beyond.json()["code"]) == (409, "position_unknown")
    assert (by_earlier_name.status_code, by_earlier_name.json()["code"]) == (409, "position_unknown")
    assert (differing.status_code, differing.json()["errors"][0]["pointer"]) == (422, "/query/reached")
    assert malformed == [422, 422, 422]
