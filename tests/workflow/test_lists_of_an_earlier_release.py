"""From a store and a Temporal whose lists were kept by subscriptions of their own, to lists written with each command.

`lists/2026-11.jsonl` was recorded from the release before: two placements told along the example story at once, one
running and with registers that were not taken, one closed; every event and key, and the rows of each table.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from alembic import command
from sqlalchemy import ARRAY, Uuid, any_, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool
from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain.attendance.deadlines import all_deadlines
from events.ids import PlacementId
from infra.clock import DemonstrationClock, begin, mark_demonstration
from infra.event_store.types import StoredEvent
from infra.postgres.db import async_url, connection, raw, transaction
from infra.postgres.migrations import config, signer, upgrade
from infra.projections.basis import BASIS
from infra.projections.deadlines import deadline
from infra.projections.due_columns import due_values
from infra.projections.registry import OF_PLACEMENTS
from infra.settings import Settings
from infra.streams.placement_streams import PlacementStreams
from infra.streams.reference import Reference
from infra.subscriptions.ended import ENDED
from infra.subscriptions.subscription import SubscriptionHeld, run_batch
from infra.temporal import client as temporal
from infra.temporal.workflow_contract import FOLLOW, SUPERVISED_QUEUE
from services.application.facts import registers
from services.application.rebuilding import rebuild
from services.application.supervision import start_supervised
from services.gateway.commands.examples import EXAMPLES
from services.workflow.handlers.ended import end_list_workflows
from services.workflow.handlers.supervised import SupervisedWorkflow
from services.workflow.handlers.supervised_steps import SupervisedSteps
from services.workflow.worker import placements_worker, supervised_worker
from tests.conftest import Database
from tests.workflow import stored
from tests.workflow.conftest import Setup, set_up
from tests.workflow.driving import Driver
from tests.workflow.stored import STORES, KeptKeys, Store

PATH = STORES.with_name("lists") / "2026-11.jsonl"
BEFORE = "0127"
_SOON = 0.05


def _read(path: Path) -> tuple[Store, dict[str, list[str]]]:
    tables: dict[str, list[str]] = {}
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for each in lines:
        if "table" in each:
            tables.setdefault(each["table"], []).append(json.dumps(each["row"]))
    return stored.read(path), tables


class EarlierFollower:
    """Keeps deadlines as the release before did: the rows of a touched placement deleted and inserted, none held."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._streams = PlacementStreams(setup.keys)
        self._reference = Reference()

    async def batch(self, name: str) -> int:
        apply = self.apply if name == "deadlines" else _nothing
        return (await run_batch(self._setup.engine, name, apply)).position

    async def apply(self, conn: AsyncConnection, events: Sequence[StoredEvent]) -> None:
        kinds = (event.stream_id.partition("-") for event in events)
        touched = sorted({UUID(name[:36]) for kind, _, name in kinds if kind in {"placement", "attendance"}})
        driver = await raw(conn)
        rows = [row for each in touched for row in await self._rows(driver, PlacementId(each))]
        await conn.execute(deadline.delete().where(deadline.c.placement_id == any_(literal(touched, ARRAY(Uuid)))))
        if rows:
            await conn.execute(deadline.insert(), rows)

    async def _rows(self, conn: asyncpg.Connection, placement_id: PlacementId) -> list[dict[str, Any]]:
        state = (await self._streams.current(conn, placement_id)).state
        school, _ = await self._reference.current(conn, state.home_school_urn, None)
        register = await registers.register(conn, placement_id, self._setup.keys)
        due = all_deadlines(state, register, self._reference.calendar_of(state, school))
        return [
            {"placement_id": placement_id, **due_values(each), "number": number, "subject": each.subject}
            for number, each in enumerate(due)
        ]


async def _nothing(_conn: AsyncConnection, _events: Sequence[StoredEvent]) -> None:
    return None


class EarlierFollowers:
    """The supervised activity of the release before."""

    def __init__(self, follower: EarlierFollower) -> None:
        self._follower = follower
        self.failed: list[str] = []

    @activity.defn(name=FOLLOW)
    async def follow(self, name: str) -> None:
        while not activity.is_worker_shutdown():
            activity.heartbeat()
            try:
                await self._follower.batch(name)
            except SubscriptionHeld:
                self.failed.append(name)
                raise
            await asyncio.sleep(_SOON)


@asynccontextmanager
async def earlier_worker(setup: Setup) -> AsyncIterator[EarlierFollowers]:
    """With its own client, and its followers begun."""
    client = await Client.connect(setup.client.service_client.config.target_host, namespace=setup.client.namespace)
    followers = EarlierFollowers(EarlierFollower(setup))
    async with Worker(
        client,
        task_queue=SUPERVISED_QUEUE,
        workflows=[SupervisedWorkflow],
        activities=[followers.follow],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        await start_supervised(client, frozenset(ENDED))
        yield followers


@pytest.fixture
async def earlier(settings: Settings, client: Client, empty_database: Database) -> AsyncIterator[Setup]:
    """The database as the release before left it; no worker."""
    store, tables = _read(PATH)
    engine = create_async_engine(async_url(empty_database.owner_url), poolclass=NullPool)
    async with engine.begin() as conn:
        await conn.run_sync(lambda sync: _to(sync, BEFORE))
        await signer.grant(conn)
    await engine.dispose()
    await mark_demonstration(empty_database.owner_url)
    await stored.load(store, empty_database.owner_url)
    owner = await asyncpg.connect(empty_database.owner_url)
    for table, rows in tables.items():
        fill = f"INSERT INTO {table} SELECT r.* FROM json_populate_record(NULL::{table}, $1::json) r"  # noqa: S608
        await owner.executemany(fill, [(row,) for row in rows])
    await owner.close()
    changed = {"database_url": empty_database.app_url, "signer_database_url": empty_database.signer_url}
    theirs = Settings.model_validate({**settings.model_dump(), **changed})
    async with set_up(theirs, client, DemonstrationClock()) as setup:
        setup.keys = KeptKeys(secrets=store.keys)  # type: ignore[assignment] # as a provider of keys it is one
        async with connection(setup.engine) as conn:
            await begin(setup.clock, conn, max(each.recorded_at for each in store.events))
        yield setup
        for name in ENDED:
            await _terminate(client, name)


def _to(conn: Any, revision: str) -> None:
    settings = config()
    settings.attributes["connection"] = conn
    command.upgrade(settings, revision)


async def _terminate(client: Client, name: str) -> None:
    handle = client.get_workflow_handle(f"follower-{name}")
    try:
        if (await handle.describe()).status == WorkflowExecutionStatus.RUNNING:
            await handle.terminate("the test is over")
    except RPCError as error:
        # Not every test starts it.
        if error.status != RPCStatusCode.NOT_FOUND:
            raise


async def kept(setup: Setup) -> dict[str, list[tuple[Any, ...]]]:
    found = {}
    async with setup.engine.connect() as conn:
        for name, model in OF_PLACEMENTS.items():
            table = model.part.table
            rows = await conn.execute(select(table).order_by(*table.primary_key))
            found[name] = [tuple(row) for row in rows]
    return found


async def right(setup: Setup) -> dict[str, list[tuple[Any, ...]]]:
    """The rows as they are, which are those that a rebuild makes."""
    live = await kept(setup)
    for name in OF_PLACEMENTS:
        await rebuild(name, setup.engine, keys=setup.keys, progress=lambda *_: None)
    assert await kept(setup) == live
    return live


async def running_of(setup: Setup) -> Driver:
    """The driver of the placement that is under way."""
    async with connection(setup.engine) as conn:
        draft = await conn.fetchval(
            "SELECT command_id FROM command JOIN placement ON stream_id = 'placement-' || placement_id"
            " WHERE kind = 'draft-referral' AND is_open"
        )
    return Driver(setting=setup, first_id=draft)


async def fetch(setup: Setup, query: str, *given: object) -> Any:
    async with connection(setup.engine) as conn:
        return await conn.fetchval(query, *given)


_SUBSCRIPTIONS = "SELECT count(*) FROM subscription WHERE name = ANY ($1)"
_STALE = "SELECT count(*) FROM placement WHERE rows_version IS DISTINCT FROM version OR rows_basis IS DISTINCT FROM $1"


async def test_the_followers_of_the_lists_end_and_their_lists_are_made_inline(
    earlier: Setup, empty_database: Database
) -> None:
    async with earlier_worker(earlier) as old:
        await upgrade(empty_database.owner_url)
        assert await fetch(earlier, _SUBSCRIPTIONS, list(ENDED)) == len(ENDED), "they go on until a worker ends them"
        before = await kept(earlier)

        await end_list_workflows(earlier.engine, earlier.client, asyncio.Event())
        await end_list_workflows(earlier.engine, earlier.client, asyncio.Event())

        handles = [earlier.client.get_workflow_handle(f"follower-{name}") for name in ENDED]
        assert {(await each.describe()).status for each in handles} == {WorkflowExecutionStatus.TERMINATED}
        assert await fetch(earlier, _SUBSCRIPTIONS, list(ENDED)) == 0
        assert await kept(earlier) == before, "nobody sees anything of it"

        # A worker of the release before starts, and begins its followers again.
        await start_supervised(earlier.client, frozenset(ENDED))
        while True:
            if set(old.failed) == set(ENDED):
                break
            await asyncio.sleep(_SOON)
        assert await fetch(earlier, _SUBSCRIPTIONS, list(ENDED)) == 0
        assert await kept(earlier) == before

    driver = await running_of(earlier)
    async with placements_worker(earlier.client, earlier.activities()):
        await temporal.sweep_due(earlier.client)
        assert await fetch(earlier, _STALE, BASIS) == 0
        swept = await right(earlier)
        assert {row[-1] for row in swept["deadlines"]} == {"placement", "2026-W50"}

        await driver.accepted("record-parent-view", EXAMPLES["record-parent-view"])
        assert await fetch(earlier, _STALE, BASIS) == 0
        await right(earlier)
        await driver.gone()


async def test_a_worker_of_this_release_ends_a_follower_of_an_earlier_one(
    earlier: Setup, empty_database: Database
) -> None:
    await upgrade(empty_database.owner_url)
    await end_list_workflows(earlier.engine, earlier.client, asyncio.Event())
    await start_supervised(earlier.client, frozenset(ENDED))

    async with supervised_worker(earlier.client, SupervisedSteps({})):
        handles = [earlier.client.get_workflow_handle(f"follower-{name}") for name in ENDED]
        while True:
            if {(await each.describe()).status for each in handles} == {WorkflowExecutionStatus.FAILED}:
                break
            await asyncio.sleep(_SOON)

    assert await fetch(earlier, _SUBSCRIPTIONS, list(ENDED)) == 0


async def test_the_first_command_after_the_upgrade_makes_all_its_placements_rows(
    earlier: Setup, empty_database: Database
) -> None:
    await upgrade(empty_database.owner_url)
    await end_list_workflows(earlier.engine, earlier.client, asyncio.Event())
    driver = await running_of(earlier)

    async with placements_worker(earlier.client, earlier.activities()):
        await driver.accepted("record-parent-view", EXAMPLES["record-parent-view"])

    live = await right(earlier)
    assert len([row for row in live["deadlines"] if row[0] == driver.placement_id and row[-1] != "placement"]) == 1
    await driver.gone()


async def test_the_sweep_mends_what_an_earlier_worker_decides_beside_this_one(
    earlier: Setup, empty_database: Database
) -> None:
    await upgrade(empty_database.owner_url)
    await end_list_workflows(earlier.engine, earlier.client, asyncio.Event())
    driver = await running_of(earlier)
    async with placements_worker(earlier.client, earlier.activities()):
        await temporal.sweep_due(earlier.client)
        made = await kept(earlier)
        await driver.accepted("record-parent-view", EXAMPLES["record-parent-view"])
        # As the release before leaves it: the row moved on, the rows of the lists not.
        async with transaction(earlier.engine) as conn:
            await conn.execute("UPDATE placement SET rows_version = version - 1 WHERE is_open")
            await conn.execute("DELETE FROM deadline WHERE number = 0")

        await temporal.sweep_due(earlier.client)

        assert await fetch(earlier, _STALE, BASIS) == 0
        assert await right(earlier) == made
        await driver.gone()


async def test_rows_of_an_earlier_basis_are_made_again_and_their_placement_woken(
    earlier: Setup, empty_database: Database
) -> None:
    await upgrade(empty_database.owner_url)
    await end_list_workflows(earlier.engine, earlier.client, asyncio.Event())
    driver = await running_of(earlier)
    async with placements_worker(earlier.client, earlier.activities()):
        await temporal.sweep_due(earlier.client)
        made = await kept(earlier)
        async with transaction(earlier.engine) as conn:
            await conn.execute("UPDATE placement SET rows_basis = $1", BASIS - 1)
            await conn.execute("UPDATE deadline SET words = 'As an earlier release said it'")
            await conn.execute("UPDATE due_row SET seen = 0 WHERE sweep = 'placement-rows'")

        await temporal.sweep_due(earlier.client)

        assert await fetch(earlier, _STALE, BASIS) == 0
        assert await right(earlier) == made
        assert (await driver.workflow.describe()).status == WorkflowExecutionStatus.RUNNING, "a timer may have moved"
        await driver.gone()


def test_the_lists_were_recorded_with_rows_of_each_kind() -> None:
    store, tables = _read(PATH)
    assert len(store.events) > 200
    assert all(tables[name] for name in ("deadline", "review_diary", "outcome", "provider_deadline", "subscription"))
