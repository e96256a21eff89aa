"""`placements doctor` shows what the feed and its followers warn of."""

from sqlalchemy import insert

from infra.ids import uuid7
from infra.postgres.db import create_engine
from infra.settings import Settings
from infra.subscriptions.subscription import subscription
from services.commands import doctor


async def test_a_follower_that_has_stopped_is_not_well(settings: Settings) -> None:
    (well,) = await doctor.feed(settings)
    event_id = uuid7()
    stopped = {"stopped_reason": "UnknownType", "stopped_position": 7, "stopped_event_id": event_id}
    engine = create_engine(settings)
    async with engine.begin() as conn:
        await conn.execute(insert(subscription).values(name="documents", position=6, **stopped))
    await engine.dispose()

    (found,) = await doctor.feed(settings)

    assert (well.part, well.well, found.well) == ("feed", True, False)
    assert f"documents cannot apply event {event_id} at position 7 (UnknownType)" in found.found
    assert found.remedy
