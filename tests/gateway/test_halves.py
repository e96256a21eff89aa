"""A worker in two halves: one carries out commands, the other follows the record."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from infra.postgres.db import connection
from infra.settings import Settings
from services.gateway.commands import examples
from services.local import temporal
from services.workflow.halves import Only
from services.workflow.worker import run
from tests.gateway.conftest import driving
from tests.gateway.driving import Driver, Tokens

_PATIENCE_SECONDS = 120


@contextlib.asynccontextmanager
async def working(settings: Settings, only: Only) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    task = asyncio.create_task(run(settings, stopping, only))
    try:
        yield
    finally:
        stopping.set()
        await task


async def count(driver: Driver, query: str) -> int:
    async with connection(driver.gateway.engine) as conn:
        return int(await conn.fetchval(query))


async def test_each_half_of_a_worker_does_its_own_work_and_no_other(
    settings: Settings, tokens: Tokens, own_temporal: temporal.TemporalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", own_temporal.address)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", own_temporal.namespace)
    produced = "SELECT count(*) FROM event_store.event WHERE type = 'DocumentProduced'"
    async with driving(settings, tokens) as driver, working(settings, Only.COMMANDS):
        for step in (*examples.BEFORE, *examples.OF_PLACEMENT[:2]):
            (await driver.take(step)).raise_for_status()
        followed = await count(driver, "SELECT count(*) FROM subscription")
        before = await count(driver, produced)

        async with working(settings, Only.SUBSCRIPTIONS), asyncio.timeout(_PATIENCE_SECONDS):
            while not await count(driver, produced):  # noqa: ASYNC110 - a worker tells nobody
                await asyncio.sleep(0.05)

    assert (followed, before) == (0, 0)
