"""What cannot be done yet is tried again, what is refused is final, and Temporal learns only how a fault is called."""

import asyncio
from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.testing import ActivityEnvironment

from infra.encryption.key_store.provider import FileKeyProvider
from services.gateway.commands import examples
from services.workflow.worker import placements_worker
from tests.workflow.conftest import Setup
from tests.workflow.driving import Driver
from tests.workflow.storytelling import tell


def key_file(setup: Setup, driver: Driver) -> Path:
    return setup.settings.keys_directory / "keys" / str(driver.pupil_id)


async def test_a_command_whose_key_is_away_waits_for_it(setup: Setup, driver: Driver) -> None:
    await tell(driver, until="draft-referral")
    command_id = await driver.record("submit-referral", examples.EXAMPLES["submit-referral"])
    file = key_file(setup, driver)
    away = file.rename(file.with_name("away"))

    driver.wait_seconds = 0.5
    assert not await driver.hand_over(command_id, "submit-referral")
    assert (await driver.row(command_id)).status == "recorded"

    away.rename(file)
    driver.wait_seconds = 60
    assert await driver.hand_over(command_id, "submit-referral")
    assert (await driver.row(command_id)).status == "accepted"
    assert len(await driver.events()) == 2


async def test_a_fault_is_told_by_its_name_alone(setup: Setup, driver: Driver) -> None:
    await tell(driver, until="draft-referral")
    command_id = await driver.record("submit-referral", examples.EXAMPLES["submit-referral"])
    key_file(setup, driver).unlink()
    keys = FileKeyProvider(setup.settings.keys_directory)
    setup.keys = keys

    with pytest.raises(ApplicationError) as fault:
        await ActivityEnvironment().run(setup.activities().handle_command, str(driver.placement_id), str(command_id))

    assert (fault.value.type, fault.value.message) == ("KeyMissing", "KeyMissing")
    assert fault.value.__cause__ is None
    assert fault.value.__suppress_context__
    assert not fault.value.non_retryable
    assert (await driver.row(command_id)).status == "recorded"


async def test_who_waits_for_a_command_without_a_worker_can_be_cancelled(setup: Setup) -> None:
    driver = Driver(setting=setup)
    command_id = await driver.record("draft-referral", examples.EXAMPLES["draft-referral"])
    waiting = asyncio.create_task(driver.hand_over(command_id, "draft-referral"))
    while not await has_begun(driver):  # noqa: ASYNC110 - Temporal tells nobody
        await asyncio.sleep(0.05)

    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    await driver.gone()


async def has_begun(driver: Driver) -> bool:
    try:
        await driver.workflow.describe()
    except RPCError:
        return False
    return True


async def test_a_command_sent_to_a_worker_that_is_gone_is_done_by_the_next(setup: Setup) -> None:
    driver = Driver(setting=setup)
    async with placements_worker(setup.client, setup.activities()):
        await tell(driver, until="draft-referral")
    command_id = await driver.record("submit-referral", examples.EXAMPLES["submit-referral"])
    sent = asyncio.create_task(driver.hand_over(command_id, "submit-referral"))

    async with placements_worker(setup.client, setup.activities()):
        assert await sent
        assert (await driver.row(command_id)).status == "accepted"
        await driver.gone()
