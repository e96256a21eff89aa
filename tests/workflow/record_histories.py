"""Records the histories that `test_replay` replays: `python -m pytest tests/workflow/record_histories.py`.

Record again only what a new kind of run adds: an old history represents the workflows that began under it, and a
change that cannot replay it would leave those stuck. Takes five minutes, most of them spent waiting for a key.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle, WorkflowHistory

from services.application.supervision import start_supervised
from services.gateway.commands import examples
from services.workflow.handlers.supervised_steps import SupervisedSteps
from services.workflow.worker import placements_worker, supervised_worker
from tests.workflow.conftest import Setup
from tests.workflow.driving import Driver
from tests.workflow.storytelling import tell
from tests.workflow.test_placement_workflow import VIEW, renewed_after

HISTORIES = Path(__file__).with_name("histories")
IDENTITY = "recorder"
_SOON = 0.2


@pytest.fixture
async def client(temporal_server: Any) -> Client:
    """It names itself: otherwise each event would tell of the machine that it was recorded on."""
    return await Client.connect(temporal_server.address, namespace=temporal_server.namespace, identity=IDENTITY)


@pytest.fixture
async def driver(setup: Setup) -> AsyncIterator[Driver]:
    one = Driver(setting=setup)
    async with placements_worker(setup.client, setup.activities()):
        yield one
        await one.gone()


async def keep(name: str, handle: WorkflowHandle[Any, Any]) -> None:
    history = await handle.fetch_history()
    text = json.dumps(json.loads(history.to_json()), indent=1, sort_keys=True)
    (HISTORIES / f"{name}.json").write_text(text + "\n", encoding="utf-8")


async def test_the_whole_lifecycle(driver: Driver) -> None:
    await tell(driver)
    await driver.workflow.result()
    await keep("lifecycle", driver.workflow)


async def test_a_refused_draft(driver: Driver) -> None:
    await driver.give("draft-referral", {**examples.EXAMPLES["draft-referral"], "home_school_urn": "999999"})
    await driver.workflow.result()
    await keep("refused_draft", driver.workflow)


async def test_a_run_that_is_renewed_and_the_next(driver: Driver) -> None:
    await tell(driver, until="sign-agreement")
    await renewed_after(driver, commands_per_run=4)
    first = (await driver.workflow.describe()).run_id
    ids = [await driver.record("record-parent-view", VIEW) for _ in range(6)]
    await asyncio.gather(*(driver.hand_over(each, "record-parent-view") for each in ids))
    while (await driver.workflow.describe()).run_id == first:  # noqa: ASYNC110 - the server tells nobody
        await asyncio.sleep(_SOON)
    await driver.accepted("record-parent-view", VIEW)
    await keep("renewed", driver.setting.client.get_workflow_handle(driver.workflow.id, run_id=first))
    await keep("renewed_next", driver.workflow)


async def test_a_command_that_waits_long_for_a_key(setup: Setup, driver: Driver) -> None:
    await tell(driver, until="draft-referral")
    command_id = await driver.record("submit-referral", examples.EXAMPLES["submit-referral"])
    key = setup.settings.keys_directory / "keys" / str(driver.pupil_id)
    away = key.rename(key.with_name("away"))
    driver.wait_seconds = 550
    sent = asyncio.create_task(driver.hand_over(command_id, "submit-referral"))
    # From a minute's pause on a retry is a timer of the workflow.
    while not timers(await driver.workflow.fetch_history()):  # noqa: ASYNC110 - the server tells nobody
        await asyncio.sleep(_SOON)
    away.rename(key)
    assert await sent
    await keep("waiting", driver.workflow)


def timers(history: WorkflowHistory) -> int:
    return sum(event.event_type == EventType.EVENT_TYPE_TIMER_STARTED for event in history.events)


async def test_a_follower(client: Client) -> None:
    begun = asyncio.Event()

    async def step() -> int:
        begun.set()
        await asyncio.sleep(_SOON)
        return 1

    async with supervised_worker(client, SupervisedSteps({"recorded": step})):
        await start_supervised(client, frozenset({"recorded"}))
        await begun.wait()
        handle = client.get_workflow_handle("follower-recorded")
        await keep("follower", handle)
        await handle.terminate("recorded")
