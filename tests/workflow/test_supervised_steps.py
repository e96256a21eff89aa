"""Endless work under supervision: one at a time, it ends with its worker and is taken up by another."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from temporalio.client import Client

from infra.ids import uuid7
from services.application.supervision import start_supervised
from services.workflow.handlers.supervised_steps import SupervisedSteps
from services.workflow.worker import supervised_worker


@dataclass(slots=True, kw_only=True)
class Counting:
    """A follower's step that counts, and tells when it has been taken."""

    taken: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def step(self) -> int:
        self.taken += 1
        self.news.set()
        await asyncio.sleep(0.001)
        return self.taken

    async def taken_again(self) -> None:
        self.news.clear()
        await self.news.wait()


@pytest.fixture
async def name(client: Client) -> AsyncIterator[str]:
    name = f"counting-{uuid7()}"
    yield name
    await client.get_workflow_handle(f"follower-{name}").terminate("the test is over")


async def test_a_follower_ends_with_its_worker_and_is_taken_up_by_another(client: Client, name: str) -> None:
    first, second = Counting(), Counting()
    # A client of its own, as another process has: one client takes one worker for a queue.
    elsewhere = await Client.connect(client.service_client.config.target_host, namespace=client.namespace)
    staying = supervised_worker(elsewhere, SupervisedSteps({name: second.step}))
    async with supervised_worker(client, SupervisedSteps({name: first.step})):
        await start_supervised(client, frozenset({name}))
        await first.taken_again()
        # The second worker is there before the first one goes.
        running = asyncio.create_task(staying.run())
    ended_at = first.taken

    await second.taken_again()

    assert first.taken == ended_at, "only one of them follows"
    await staying.shutdown()
    await running


async def test_starting_it_again_leaves_the_one_that_runs(client: Client, name: str) -> None:
    one = Counting()
    async with supervised_worker(client, SupervisedSteps({name: one.step})):
        await start_supervised(client, frozenset({name}))
        await one.taken_again()
        first = (await client.get_workflow_handle(f"follower-{name}").describe()).run_id

        await start_supervised(client, frozenset({name}))

        assert (await client.get_workflow_handle(f"follower-{name}").describe()).run_id == first


async def test_temporal_learns_only_the_kind_of_failure_of_a_step(client: Client, name: str) -> None:
    async def failing() -> int:
        raise ZeroDivisionError("Planted Name") from ValueError("Planted Value")

    async with supervised_worker(client, SupervisedSteps({name: failing})):
        await start_supervised(client, frozenset({name}))
        handle = client.get_workflow_handle(f"follower-{name}")

        pending = (await handle.describe()).raw_description.pending_activities
        while not (pending and pending[0].HasField("last_failure")):
            pending = (await handle.describe()).raw_description.pending_activities

    assert pending[0].last_failure.message == "ZeroDivisionError"
    assert "Planted" not in str(pending[0])


async def test_a_step_that_fails_is_taken_again(client: Client, name: str) -> None:
    one = Counting()

    async def failing_first() -> int:
        if one.taken == 0:
            one.taken = 1
            raise ConnectionError("the database is away")
        return await one.step()

    async with supervised_worker(client, SupervisedSteps({name: failing_first})):
        await start_supervised(client, frozenset({name}))

        await one.taken_again()

        assert one.taken > 1
