"""Lists show what is committed: who gave a command sees it at once, and who waits for a position waits for no more."""

import asyncio

import pytest

from infra.event_store.append import append
from infra.event_store.types import STREAM_EXISTS, NewEvent, StreamAppend
from infra.ids import uuid7
from infra.postgres.db import connection, transaction
from services.gateway.commands.examples import BEFORE, OF_PLACEMENT, PLACEMENT_ID, SCHOOL_URN
from tests.gateway.driving import Driver

_LISTS = ("/deadlines", "/reviews", "/outcomes")


async def _registered(driver: Driver) -> int:
    """The position of a school's event."""
    answer = await driver.take(next(step for step in BEFORE if step.command == "register-school"))
    answer.raise_for_status()
    position: int = answer.json()["events"][-1]["position"]
    return position


@pytest.mark.obligation("C7")
async def test_who_gave_a_command_finds_its_result_in_the_list_at_once(whole: Driver) -> None:
    told = 0
    for step in OF_PLACEMENT[:8]:
        await whole.move_clock(step)
        answer = (await whole.take(step)).json()
        due = {(each["rule"], each["due_on"]) for each in answer["deadlines"]}

        listed = (await whole.get("/deadlines")).json()["deadlines"]
        waited = (await whole.get("/deadlines", reached=answer["events"][-1]["position"])).json()["deadlines"]

        found = {(each["rule"], each["due_on"]) for each in listed if each["placement_id"] == str(PLACEMENT_ID)}
        assert due <= found, step.command
        assert waited == listed
        told += len(due)
    assert told


@pytest.mark.parametrize("path", _LISTS)
async def test_a_position_that_is_not_committed_in_time_is_answered_so(gw: Driver, path: str) -> None:
    await _registered(gw)
    unheard = NewEvent(event_id=uuid7(), type="NeverHeardOf", schema_version=1, data="{}", personal=None, meta="{}")
    wanted = StreamAppend(stream_id=f"school-{SCHOOL_URN}", expected=STREAM_EXISTS, events=(unheard,))
    async with connection(gw.gateway.engine) as conn:
        now = await gw.gateway.clock.now(conn)

    async with transaction(gw.gateway.engine) as conn:
        (appended,) = await append(conn, wanted, recorded_at=now)
        (position,) = appended.positions
        early = await gw.get(path, reached=position)
        waiting = asyncio.create_task(gw.get(path, reached=position))
        await asyncio.sleep(0)
    late = await waiting

    assert (early.status_code, early.json()["code"]) == (503, "not_there_yet")
    assert early.json()["detail"] == f"Position {position} is not committed yet."
    assert early.headers["Retry-After"]
    assert late.status_code == 200


@pytest.mark.parametrize("path", _LISTS)
async def test_a_position_of_the_past_is_not_waited_for(gw: Driver, path: str) -> None:
    position = await _registered(gw)

    assert (await gw.get(path, reached=position)).status_code == 200
    assert (await gw.get(path, min_position=position)).status_code == 200
    assert (await gw.get(path)).status_code == 200


@pytest.mark.parametrize("path", _LISTS)
async def test_a_position_that_the_record_never_came_to_is_refused(gw: Driver, path: str) -> None:
    position = await _registered(gw)

    beyond = await gw.get(path, min_position=position + 1)
    by_earlier_name = await gw.get(path, reached=position + 1)
    differing = await gw.get(path, reached=position, min_position=position + 1)
    malformed = [(await gw.get(path, reached=reached)).status_code for reached in (-1, 2**63, "x")]

    assert (beyond.status_code, beyond.json()["code"]) == (409, "position_unknown")
    assert (by_earlier_name.status_code, by_earlier_name.json()["code"]) == (409, "position_unknown")
    assert (differing.status_code, differing.json()["errors"][0]["pointer"]) == (422, "/query/reached")
    assert malformed == [422, 422, 422]
