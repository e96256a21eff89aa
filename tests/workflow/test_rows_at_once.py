"""Commands, marks, sweeps and a rebuild write one placement's rows at once: none waits for another in a circle."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import select
from temporalio.testing import ActivityEnvironment

from events.codes import Role
from events.envelope import Actor, ActorKind
from events.ids import CommandId
from infra.event_store.append import VersionConflict
from infra.event_store.writers import open_writers
from infra.ids import uuid7
from infra.postgres.db import connection, transaction
from infra.projections.deadlines import deadline
from infra.projections.registry import OF_PLACEMENTS
from infra.streams.placement_streams import PlacementStreams
from infra.streams.reference import Reference
from services.application.decider import Context
from services.application.deciders.register import register
from services.application.handling import handle
from services.application.rebuilding import LISTS, rebuild
from services.application.rows import ListRows
from services.gateway.commands.catalogue import SPECS
from services.gateway.commands.examples import EXAMPLES, SITE_ID
from tests.conftest import Database
from tests.workflow.conftest import Setup
from tests.workflow.driving import Driver
from tests.workflow.storytelling import of_its_own, pass_to, steps, tell
from tests.workflow.test_register_sweep import WEEK

FRIDAY = datetime(2026, 12, 11, 18, tzinfo=UTC)
_DAYS = [date(2026, 12, 8) + timedelta(days=number) for number in range(3)]
_MARKS = [(day, session) for day in _DAYS for session in ("AM", "PM")]
_TRIES = 50
_SOON = 0.02


@dataclass(slots=True, kw_only=True)
class OfSamePupil(Driver):
    """Another placement of the pupil of `of`."""

    of: Driver

    @property
    def pupil_id(self) -> UUID:
        return self.of.pupil_id


async def mark(setup: Setup, driver: Driver, day: date, session: str) -> None:
    """As the gateway has it carried out, once more after each conflict."""
    rows = ListRows(streams=PlacementStreams(setup.keys), reference=Reference())
    decider = register(
        driver.placement_id,
        WEEK,
        pupil_id=driver.pupil_id,
        name="Teacher",
        keys=setup.keys,
        reference=Reference(),
        rows=rows,
    )
    body = {"day": str(day), "session": session, "mark": "absent", "site_id": str(SITE_ID)}
    command = SPECS["attendance"]["record-mark"].adapter.validate_json(json.dumps(body))
    command_id = CommandId(uuid7())
    actor = Actor(kind=ActorKind.PERSON, id=uuid7(), role=Role.PROVIDER_USER)
    for _ in range(_TRIES):
        try:
            async with transaction(setup.engine) as conn:
                now = await setup.clock.now(conn)
                context = Context(command_id=command_id, correlation_id=command_id, actor=actor, now=now)
                result = await handle(conn, decider, command, context)
        except VersionConflict:
            await asyncio.sleep(_SOON)
        else:
            assert result.answer.status == "accepted", result.answer.text
            return
    pytest.fail("others kept changing the same week")


async def kept(setup: Setup) -> dict[str, list[tuple[Any, ...]]]:
    found = {}
    async with setup.engine.connect() as conn:
        for name, model in OF_PLACEMENTS.items():
            table = model.part.table
            rows = await conn.execute(select(table).order_by(*table.primary_key))
            found[name] = [tuple(row) for row in rows]
    return found


async def rebuilt(setup: Setup) -> None:
    for name in LISTS:
        done = await rebuild(name, setup.engine, keys=setup.keys, progress=lambda *_: None)
        assert done.failed == ()


async def until(over: asyncio.Event, again: Callable[[], Awaitable[object]]) -> int:
    times = 0
    while not over.is_set():
        await again()
        times += 1
    return times


async def test_commands_marks_sweeps_and_a_rebuild_at_once_leave_right_rows(
    setup: Setup, driver: Driver, database: Database
) -> None:
    other = Driver(setting=setup)
    for step in steps(until="start-placement"):
        await pass_to(driver, datetime.combine(step.day, time(12), tzinfo=UTC))
        another = {"another_child": True} if step.command == "draft-referral" else {}
        for one in (driver, other):
            await one.accepted(step.command, of_its_own(one, step.body) | another, step.role)
    second = OfSamePupil(setting=setup, of=driver)
    await second.accepted("draft-referral", {**EXAMPLES["draft-referral"], "another_child": True})
    await pass_to(driver, FRIDAY)
    activities, over = setup.activities(), asyncio.Event()
    looks = [
        asyncio.create_task(until(over, again))
        for again in (
            lambda: rebuilt(setup),
            lambda: rebuilt(setup),
            lambda: ActivityEnvironment().run(activities.sweep_due),
            lambda: ActivityEnvironment().run(activities.pass_time, str(driver.placement_id)),
        )
    ]

    async def commands(one: Driver) -> None:
        for _ in range(12):
            await one.accepted("record-parent-view", EXAMPLES["record-parent-view"])

    async def marks(one: Driver) -> None:
        await asyncio.gather(*(mark(setup, one, day, session) for day, session in _MARKS))

    async def of_second() -> None:
        for _ in range(12):
            # Whatever becomes of it, it asks for the pupil's other placements.
            await second.give("set-attendance-pattern", EXAMPLES["set-attendance-pattern"])

    try:
        # What fails ends the rest, so that nothing is still at work as the worker ends.
        async with asyncio.TaskGroup() as writing:
            for one in (driver, other):
                writing.create_task(commands(one))
                writing.create_task(marks(one))
            writing.create_task(of_second())
    finally:
        over.set()
        times = await asyncio.gather(*looks)
        for one in (other, second):
            await one.gone()

    assert all(times), "each of them came between the others"
    live = await kept(setup)
    assert any(row[2] for row in live["deadlines"])
    await rebuilt(setup)
    assert await kept(setup) == live
    owner = await asyncpg.connect(database.owner_url)
    deadlocks = await owner.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    await owner.close()
    assert deadlocks == 0


@pytest.mark.parametrize("what", ["command", "mark", "sweep"])
async def test_what_waits_for_a_row_does_not_hold_the_feed(setup: Setup, driver: Driver, what: str) -> None:
    await tell(driver, until="start-placement")
    await pass_to(driver, FRIDAY)
    if what == "sweep":
        # An absence that has not been reported to anybody yet.
        await mark(setup, driver, *_MARKS[0])
    async with connection(setup.engine) as conn:
        before = await conn.fetchval("SELECT max(position) FROM event_store.event")

    async with setup.engine.begin() as holding:
        await holding.execute(select(deadline).where(deadline.c.placement_id == driver.placement_id).with_for_update())
        match what:
            case "command":
                doing = asyncio.create_task(driver.accepted("record-parent-view", EXAMPLES["record-parent-view"]))
            case "mark":
                doing = asyncio.create_task(mark(setup, driver, *_MARKS[1]))
            case _:
                doing = asyncio.create_task(ActivityEnvironment().run(setup.activities().sweep_due))
        async with connection(setup.engine) as conn:
            while not doing.done() and not await _waits(conn):  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(_SOON)
            waits = not doing.done()
            writers = await open_writers(conn)
            now = await conn.fetchval("SELECT max(position) FROM event_store.event")

    await doing
    assert waits, "it waits for the row"
    assert (writers, now) == ([], before)


async def _waits(conn: asyncpg.Connection) -> bool:
    waiting: bool = await conn.fetchval(
        "SELECT EXISTS (SELECT FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%jsonb_to_recordset%')"
    )
    return waiting
