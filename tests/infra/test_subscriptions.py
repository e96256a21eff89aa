import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.event_store.append import append
from infra.event_store.types import ANY, NewEvent, StoredEvent, StreamAppend
from infra.ids import uuid7
from infra.postgres.db import transaction
from infra.subscriptions.subscription import (
    PositionMovedBack,
    SubscriptionHeld,
    SubscriptionStopped,
    position_of,
    run_batch,
    save_position,
)

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
NOTE = text("INSERT INTO access_log (person_id, placement_id, what) VALUES (:id, :id, 'followed')")


async def store(engine: AsyncEngine, count: int, *, type_: str = "ReferralDrafted") -> list[int]:
    """Stores events one by one and returns their positions."""
    positions: list[int] = []
    for _ in range(count):
        new = NewEvent(event_id=uuid7(), type=type_, schema_version=1, data="{}", personal=None, meta="{}")
        async with transaction(engine) as driver:
            wanted = StreamAppend(stream_id=f"test-{uuid7()}", expected=ANY, events=(new,))
            (appended,) = await append(driver, wanted, recorded_at=NOW)
        positions += appended.positions
    return positions


class Follower:
    """Leaves a trace in the database for each event, so that effects can be counted."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.seen: list[int] = []

    async def __call__(self, conn: AsyncConnection, events: Sequence[StoredEvent]) -> None:
        await conn.execute(NOTE, [{"id": event.event_id} for event in events])
        if self.fails:
            raise ZeroDivisionError("Planted Name")
        self.seen += [event.position for event in events]


async def traces(conn: asyncpg.Connection) -> int:
    return int(await conn.fetchval("SELECT count(*) FROM access_log"))


async def test_a_follower_sees_each_event_once_in_order(engine: AsyncEngine, conn: asyncpg.Connection) -> None:
    positions = await store(engine, 5)
    follower = Follower()

    steps = [await run_batch(engine, "a", follower, limit=2) for _ in range(4)]

    assert follower.seen == positions
    assert [step.seen for step in steps] == [2, 2, 1, 0]
    assert [step.more for step in steps] == [True, True, False, False]
    assert steps[-1].position == positions[-1]
    assert await traces(conn) == 5


async def test_followers_are_apart(engine: AsyncEngine) -> None:
    positions = await store(engine, 2)
    first, second = Follower(), Follower()

    await run_batch(engine, "first", first)
    await run_batch(engine, "second", second)

    assert first.seen == second.seen == positions


async def test_a_follower_of_some_types_moves_past_the_others(engine: AsyncEngine) -> None:
    wanted = await store(engine, 1, type_="PlacementStarted")
    others = await store(engine, 3)
    follower = Follower()

    step = await run_batch(engine, "some", follower, types=["PlacementStarted"])

    assert follower.seen == wanted
    assert step.position == others[-1]


async def test_a_failure_stops_the_follower_before_the_batch_and_has_no_effect(
    engine: AsyncEngine, conn: asyncpg.Connection
) -> None:
    await store(engine, 2)
    follower = Follower(fails=True)

    with pytest.raises(SubscriptionStopped, match="ZeroDivisionError"):
        await run_batch(engine, "failing", follower)

    row = await conn.fetchrow("SELECT position, stopped_reason FROM subscription WHERE name = 'failing'")
    assert row is not None
    assert tuple(row) == (0, "ZeroDivisionError")
    assert await traces(conn) == 0


async def test_a_follower_that_was_put_right_goes_on_where_it_stopped(
    engine: AsyncEngine, conn: asyncpg.Connection
) -> None:
    positions = await store(engine, 3)
    follower = Follower()
    await run_batch(engine, "repaired", follower, limit=1)
    follower.fails = True
    with pytest.raises(SubscriptionStopped):
        await run_batch(engine, "repaired", follower)

    follower.fails = False
    await run_batch(engine, "repaired", follower)

    assert follower.seen == positions
    assert await traces(conn) == 3
    assert await conn.fetchval("SELECT stopped_reason FROM subscription WHERE name = 'repaired'") is None


async def test_a_position_never_moves_back(engine: AsyncEngine) -> None:
    await store(engine, 2)
    await run_batch(engine, "forward", Follower())

    async with engine.connect() as conn:
        reached = await position_of(conn, "forward")
        with pytest.raises(PositionMovedBack):
            await save_position(conn, "forward", reached - 1)
        with pytest.raises(PositionMovedBack):
            await save_position(conn, "never begun", reached)
        assert await position_of(conn, "never begun") == 0


async def test_of_two_runners_on_one_name_one_is_active_and_the_other_takes_over(engine: AsyncEngine) -> None:
    positions = await store(engine, 2)
    at_work, let_go = asyncio.Event(), asyncio.Event()

    async def slow(_conn: AsyncConnection, _events: Sequence[StoredEvent]) -> None:
        at_work.set()
        await let_go.wait()

    first = asyncio.create_task(run_batch(engine, "shared", slow))
    await at_work.wait()
    follower = Follower()
    with pytest.raises(SubscriptionHeld):
        await run_batch(engine, "shared", follower)
    assert follower.seen == []

    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    await run_batch(engine, "shared", follower)

    assert follower.seen == positions


async def test_runners_that_begin_one_name_at_once_apply_each_event_once(
    engine: AsyncEngine, conn: asyncpg.Connection
) -> None:
    await store(engine, 3)

    async def run() -> None:
        for _ in range(5):
            try:
                await run_batch(engine, "raced", Follower(), limit=1)
            except SubscriptionHeld:
                await asyncio.sleep(0.001)

    await asyncio.gather(run(), run(), run())
    while (await run_batch(engine, "raced", Follower())).seen:
        pass

    assert await traces(conn) == 3


async def test_an_event_still_on_its_way_is_waited_for(engine: AsyncEngine) -> None:
    follower = Follower()
    async with transaction(engine) as driver:
        late = NewEvent(event_id=uuid7(), type="Late", schema_version=1, data="{}", personal=None, meta="{}")
        wanted = StreamAppend(stream_id=f"test-{uuid7()}", expected=ANY, events=(late,))
        (appended,) = await append(driver, wanted, recorded_at=NOW)
        later = await store(engine, 1)

        step = await run_batch(engine, "waiting", follower)
        assert (step.seen, step.behind) == (0, True)

    await run_batch(engine, "waiting", follower)

    assert follower.seen == [*appended.positions, *later]
