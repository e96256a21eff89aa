"""Commands that were recorded and never handed over are found and brought to their end, once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.client import Client

from infra import commands
from infra.commands import NewCommand
from infra.ids import uuid7
from infra.postgres.db import connection
from services.application.undecided_commands import UndecidedCommands
from services.gateway.commands import examples
from services.local.ports import free_port
from tests.workflow.conftest import MONDAY, Setup
from tests.workflow.driving import Driver
from tests.workflow.storytelling import tell

DRAFT = examples.EXAMPLES["draft-referral"]
SUBMIT = examples.EXAMPLES["submit-referral"]


@pytest.fixture
def sweeper(setup: Setup) -> UndecidedCommands:
    return UndecidedCommands(setup.engine, setup.client, older_than=timedelta(0), wait_seconds=60)


@pytest.fixture
async def other(setup: Setup) -> AsyncIterator[Driver]:
    one = Driver(setting=setup)
    yield one
    await one.gone()


async def test_what_was_recorded_is_carried_out_in_its_order_and_once(
    driver: Driver, sweeper: UndecidedCommands
) -> None:
    first = await driver.record("draft-referral", DRAFT)
    second = await driver.record("submit-referral", SUBMIT)

    await sweeper.sweep()
    await sweeper.sweep()

    rows = [await driver.row(first), await driver.row(second)]
    assert [(row.status, row.attempts) for row in rows] == [("accepted", 1), ("accepted", 1)]
    assert [record.metadata.command_id for record in await driver.events()] == [first, second]


async def test_what_is_decided_or_too_young_is_left_alone(setup: Setup, driver: Driver) -> None:
    await tell(driver, until="draft-referral")
    young = await driver.record("submit-referral", SUBMIT)

    await UndecidedCommands(setup.engine, setup.client, older_than=timedelta(hours=1)).sweep()

    assert [(await driver.row(each)).attempts for each in (driver.first_id, young)] == [0, 0]


async def test_what_cannot_be_decided_does_not_keep_the_others_waiting(
    setup: Setup, driver: Driver, other: Driver
) -> None:
    await tell(driver, until="draft-referral")
    stuck = await driver.record("submit-referral", SUBMIT)
    key = setup.settings.keys_directory / "keys" / str(driver.pupil_id)
    away = key.rename(key.with_name("away"))
    fine = await other.record("draft-referral", DRAFT)
    sweeper = UndecidedCommands(setup.engine, setup.client, older_than=timedelta(0), wait_seconds=2)

    await sweeper.sweep()
    await sweeper.sweep()

    row = await driver.row(stuck)
    assert (row.status, row.attempts) == ("recorded", 1), "it is not sent again at once"
    away.rename(key)
    while (await other.row(fine)).status != "accepted":  # noqa: ASYNC110 - the workflow tells nobody
        await asyncio.sleep(0.05)


async def test_with_temporal_away_nothing_counts_as_tried(setup: Setup) -> None:
    driver = Driver(setting=setup)
    waiting = await driver.record("draft-referral", DRAFT)
    away = await Client.connect(f"127.0.0.1:{free_port()}", lazy=True)

    await UndecidedCommands(setup.engine, away, older_than=timedelta(0)).sweep()

    assert (await driver.row(waiting)).attempts == 0


async def test_a_schools_command_is_not_the_sweepers(setup: Setup, sweeper: UndecidedCommands) -> None:
    new = NewCommand(
        command_id=uuid7(),
        stream_id="school-900001",
        kind="revise-calendar",
        actor="{}",
        key_id=None,
        body=b"{}",
        body_hmac=b"",
        correlation_id=uuid7(),
        issued_at=MONDAY,
    )
    async with connection(setup.engine) as conn:
        await commands.record(conn, new)

        await sweeper.sweep()

        row = await commands.find(conn, new.command_id)
    assert row is not None
    assert row.attempts == 0
