"""The end of a record by name, on real servers: proposed when its time is over, and done after a person's word."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.placement.record.retention import ErasureSettled
from events.codes import ErasureGround, Role
from events.ids import derived_id
from events.placement.record import ErasureConfirmed, ErasureDecided, ErasureProposed
from infra.commands import CommandRow
from infra.encryption.key_store.provider import FileKeyProvider
from infra.encryption.keys import KeyErased, KeyStoreUnavailable
from infra.ids import uuid7
from infra.postgres.db import connection, transaction
from infra.projections import placements
from infra.temporal import client as temporal
from services.application.erasure import ErasureDecision, decide, decide_unplaced
from services.application.facts.held import hold
from services.application.supervision import HANDLERS
from services.application.sweeps.retention_sweep import RetentionSweep
from services.gateway.commands import examples
from services.workflow.handlers.erasures import Erasures
from services.workflow.handlers.registry import handlers
from tests.workflow.conftest import Setup
from tests.workflow.driving import Driver
from tests.workflow.handling import handle
from tests.workflow.storytelling import pass_to, tell

# The pupil of the example was born in 2012, and has a special educational need.
LAST_YEAR = 2043


async def _has_key(driver: Driver) -> bool:
    try:
        await driver.setting.keys.get(driver.pupil_id)
    except KeyErased:
        return False
    return True


async def test_a_record_past_its_time_is_proposed_and_erased_once_confirmed(
    driver: Driver,
) -> None:
    """A record whose time is over is proposed for erasure, and erased once a person confirms."""
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
    assert (await driver.state()).referral.pupil is None


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
async def test_a_command_whose_pupil_was_erased_is_refused_and_holds_up_nothing(
    driver: Driver,
) -> None:
    """A command whose pupil was erased before it was decided is refused, and holds up nothing."""
    await tell(driver, until="draft-referral")
    waiting = await driver.record("submit-referral", examples.EXAMPLES["submit-referral"])
    await driver.setting.keys.destroy(driver.pupil_id, owner="school:900001")

    row = await driver.decided(waiting, "submit-referral")

    assert (row.status, _codes(row)) == ("refused", ["personal_data_erased"])


@pytest.mark.obligation("C6")
async def test_no_placement_begins_for_a_pupil_whose_erasure_is_decided(
    driver: Driver, another: OfTheSamePupil
) -> None:
    """No placement begins for a pupil whose erasure is decided, so that it takes nothing unforeseen."""
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
async def test_a_draft_waits_for_an_erasure_and_begins_nothing_unreadable(
    setup: Setup, driver: Driver, another: OfTheSamePupil
) -> None:
    """A draft waits for an erasure that is under way, and begins nothing that cannot be read."""
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


class _Away(FileKeyProvider):
    """Keys that cannot be destroyed just now."""

    async def destroy(self, key_id: UUID, *, owner: str | None) -> None:
        raise KeyStoreUnavailable(f"key {key_id} of {owner}")


@pytest.mark.obligation("C6")
async def test_a_decided_erasure_is_done_at_once_or_swept_if_keys_are_away(setup: Setup, driver: Driver) -> None:
    """A decided erasure is done at once, and by the sweep where the keys are away."""
    await tell(driver, until="close")
    async with connection(setup.engine) as conn:
        today = (await setup.clock.now(conn)).date()
    away = Erasures(_Away(setup.settings.keys_directory), setup.clock)
    at_once = Erasures(setup.keys, setup.clock)

    await handle(setup, at_once)
    await driver.accepted("decide-erasure", {**DECISION, "decided_on": today.isoformat()}, "head")
    await handle(setup, away)
    assert await _has_key(driver)
    async with connection(setup.engine) as conn:
        due_at = await conn.fetchval(
            "SELECT due_at FROM due_row WHERE sweep = 'retention' AND subject = $1", str(driver.pupil_id)
        )
    assert due_at is not None, "the sweep looks at it"
    async with connection(setup.engine) as conn:
        await conn.execute("UPDATE subscription SET position = 0 WHERE name = $1", at_once.name)
    await handle(setup, at_once)

    assert not await _has_key(driver)
    assert (await driver.state()).referral.pupil is None


async def _refused_draft(driver: Driver) -> None:
    """The pupil has no placement: the only draft was refused."""
    row = await driver.give("draft-referral", {**DRAFT, "commissioner": "pru"})
    assert row.status == "refused"


async def _asked(setup: Setup, driver: Driver) -> UUID:
    """A person decides on the erasure, as the command line has it recorded."""
    decision = ErasureDecision(
        pupil_id=driver.pupil_id,
        ground=ErasureGround.UNLAWFULLY_PROCESSED,
        reference="IG-2027/041",
        role=Role.HEAD,
        given_by=uuid7(),
        decided_on=None,
        organisation=None,
    )
    async with transaction(setup.engine) as conn:
        command = await decide(conn, decision, setup.keys, await setup.clock.now(conn))
    assert command is not None
    return command.command_id


@pytest.mark.obligation("C6")
async def test_the_service_decides_and_erases_a_pupil_without_a_placement(setup: Setup, driver: Driver) -> None:
    await _refused_draft(driver)
    command_id = await _asked(setup, driver)
    assert ((await driver.row(command_id)).status, await _has_key(driver)) == ("recorded", True)

    await temporal.sweep_due(setup.client)

    row = await driver.row(command_id)
    assert row.answer is not None
    assert (row.status, json.loads(row.answer)["reference"]) == ("accepted", "IG-2027/041")
    assert not await _has_key(driver)


@pytest.mark.obligation("C6")
async def test_a_decided_erasure_waits_for_its_keys_and_lets_no_draft_begin(
    setup: Setup, driver: Driver, another: OfTheSamePupil
) -> None:
    await _refused_draft(driver)
    first, second = await _asked(setup, driver), await _asked(setup, driver)
    async with connection(setup.engine) as conn:
        now = await setup.clock.now(conn)
    away = RetentionSweep(_Away(setup.settings.keys_directory))
    async with transaction(setup.engine) as conn:
        decided = await away.look(conn, str(driver.pupil_id), now)

    assert decided.again == now, "it is carried out at the next look"
    rows = [await driver.row(each) for each in (first, second)]
    assert [each.status for each in rows] == ["accepted", "refused"]
    assert _codes(rows[1]) == [ErasureSettled.code]
    with pytest.raises(KeyStoreUnavailable):
        async with transaction(setup.engine) as conn:
            await away.look(conn, str(driver.pupil_id), now)
    begun = await another.give("draft-referral", DRAFT)
    assert (begun.status, _codes(begun)) == ("refused", ["erasure_follows"])

    await temporal.sweep_due(setup.client)

    assert not await _has_key(driver)


@pytest.mark.obligation("C6")
async def test_an_erasure_is_refused_once_its_pupil_has_a_placement(
    setup: Setup, driver: Driver, another: OfTheSamePupil
) -> None:
    await _refused_draft(driver)
    async with connection(setup.engine) as conn:
        now = await setup.clock.now(conn)
    command_id = await _asked(setup, driver)
    await another.accepted("draft-referral", {**DRAFT, "another_child": True})

    async with transaction(setup.engine) as conn:
        assert await decide_unplaced(conn, driver.pupil_id, setup.keys, now)

    row = await driver.row(command_id)
    assert (row.status, _codes(row)) == ("refused", ["pupil_has_placement"])
    assert await _has_key(driver)


@pytest.mark.obligation("C6")
async def test_an_erasure_asked_for_as_the_key_goes_is_refused(setup: Setup, driver: Driver) -> None:
    await _refused_draft(driver)
    command_id = await _asked(setup, driver)
    await setup.keys.destroy(driver.pupil_id, owner="school:900001")

    await temporal.sweep_due(setup.client)

    row = await driver.row(command_id)
    assert (row.status, _codes(row)) == ("refused", ["personal_data_erased"])


def test_every_handler_is_started_by_its_name() -> None:
    nothing: Any = None
    made = handlers(nothing, keys=nothing, clock=nothing, renderer=nothing, sender=nothing)

    assert {handler.name for handler, _ in made} == HANDLERS
