"""The end of a record by name, on real servers: proposed when its time is over, and done after a person's word."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.placement.record.retention import ErasureSettled
from events.ids import derived_id
from events.placement.record import ErasureConfirmed, ErasureDecided, ErasureProposed
from infra.commands import CommandRow
from infra.encryption.keys import KeyErased
from infra.postgres.db import connection, transaction
from infra.projections import placements
from infra.temporal import client as temporal
from services.application.facts.held import hold
from services.gateway.commands import examples
from tests.workflow.conftest import Setup
from tests.workflow.driving import Driver
from tests.workflow.storytelling import pass_to, tell

# The pupil of the example was born in 2012, and has a special educational need.
LAST_YEAR = 2043


async def _has_key(driver: Driver) -> bool:
    try:
        await driver.setting.keys.get(driver.pupil_id)
    except KeyErased:
        return False
    return True


async def test_a_record_whose_time_is_over_is_proposed_for_erasure_and_erased_once_a_person_confirms(
    driver: Driver,
) -> None:
    await tell(driver, until="close")
    command_id = derived_id(driver.placement_id, f"propose-erasure/{LAST_YEAR}")

    await pass_to(driver, datetime(LAST_YEAR, 12, 31, 12, tzinfo=UTC))
    await temporal.sweep_due(driver.setting.client)
    assert not [each for each in await driver.events() if isinstance(each.event, ErasureProposed)]
    await pass_to(driver, datetime(LAST_YEAR + 1, 1, 4, 12, tzinfo=UTC))
    await temporal.sweep_due(driver.setting.client)
    await driver.decided(UUID(str(command_id)), "propose-erasure")
    await temporal.sweep_due(driver.setting.client)
    assert await _has_key(driver), "nothing is erased without a person"

    await driver.accepted("confirm-erasure", {}, "head")
    await temporal.sweep_due(driver.setting.client)

    assert not await _has_key(driver)
    kinds = [type(each.event) for each in await driver.events()]
    assert kinds.count(ErasureProposed) == kinds.count(ErasureConfirmed) == 1
    assert (await driver.state()).pupil is None


@dataclass(kw_only=True)
class OfTheSamePupil(Driver):
    """A further placement of another driver's pupil."""

    first: Driver

    @property
    def pupil_id(self) -> UUID:
        return self.first.pupil_id


@pytest.fixture
async def another(driver: Driver) -> AsyncIterator[OfTheSamePupil]:
    one = OfTheSamePupil(setting=driver.setting, first=driver)
    yield one
    await one.gone()


DRAFT = examples.EXAMPLES["draft-referral"]
DECISION = {"ground": "unlawfully_processed", "reference": "IG-2027/041"}


def _codes(row: CommandRow) -> list[str]:
    assert row.answer is not None
    return [each["code"] for each in json.loads(row.answer)["reasons"]]


@pytest.mark.obligation("C6")
async def test_a_command_whose_pupil_was_erased_before_it_was_decided_is_refused_and_holds_up_nothing(
    driver: Driver,
) -> None:
    await tell(driver, until="draft-referral")
    waiting = await driver.record("submit-referral", examples.EXAMPLES["submit-referral"])
    await driver.setting.keys.destroy(driver.pupil_id, owner="school:900001")

    row = await driver.decided(waiting, "submit-referral")

    assert (row.status, _codes(row)) == ("refused", ["personal_data_erased"])


@pytest.mark.obligation("C6")
async def test_no_placement_begins_for_a_pupil_whose_erasure_is_decided_so_that_it_takes_nothing_unforeseen(
    driver: Driver, another: OfTheSamePupil
) -> None:
    await tell(driver, until="close")
    async with connection(driver.setting.engine) as conn:
        today = (await driver.setting.clock.now(conn)).date()
    await driver.accepted("decide-erasure", {**DECISION, "decided_on": today.isoformat()}, "head")

    refused = await another.give("draft-referral", DRAFT)
    assert (refused.status, _codes(refused)) == ("refused", ["erasure_follows"])
    again = await driver.give("decide-erasure", {**DECISION, "decided_on": today.isoformat()}, "head")
    assert _codes(again) == [ErasureSettled.code]
    await temporal.sweep_due(driver.setting.client)

    assert not await _has_key(driver)
    assert [type(each.event) for each in await driver.events()].count(ErasureDecided) == 1


@pytest.mark.obligation("C6")
async def test_a_draft_waits_for_an_erasure_that_is_under_way_and_begins_nothing_that_cannot_be_read(
    setup: Setup, driver: Driver, another: OfTheSamePupil
) -> None:
    await tell(driver, until="draft-referral")
    draft = await another.record("draft-referral", DRAFT)

    async with transaction(setup.engine) as conn:
        await hold(conn, driver.pupil_id, setup.keys)
        deciding = asyncio.create_task(another.decided(draft, "draft-referral"))
        while not await conn.fetchval(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        ):
            assert not deciding.done(), "it waits for the erasure"
            await asyncio.sleep(0.02)
        await setup.keys.destroy(driver.pupil_id, owner="school:900001")
    row = await deciding

    assert (row.status, _codes(row)) == ("refused", ["personal_data_erased"])
    async with connection(setup.engine) as conn:
        assert await placements.find(conn, another.placement_id) is None
