"""The end of a record by name, on real servers: proposed when its time is over, and done after a person's word."""

from datetime import UTC, datetime
from uuid import UUID

from events.ids import derived_id
from events.placement import ErasureConfirmed, ErasureProposed
from infra import temporal
from infra.keys import KeyErased
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
