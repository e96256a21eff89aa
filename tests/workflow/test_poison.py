"""An event that one read model cannot take stops that one alone; mended, it is what a rebuild would make it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import select

from events.codec import UnknownType
from events.ids import placement_stream
from events.upcasters import UnknownVersion
from infra.event_store.append import append
from infra.event_store.types import STREAM_EXISTS, NewEvent, StreamAppend
from infra.ids import uuid7
from infra.postgres.db import transaction
from infra.projections import deadlines, provider_deadlines, reviews
from infra.projections.derived import PlacementSources
from infra.projections.registry import Following
from infra.streams.placement_streams import PlacementStreams
from infra.streams.reference import Reference
from infra.subscriptions.subscription import SubscriptionStopped, position_of, run_batch
from infra.watch import Watch
from tests.workflow.conftest import MONDAY, Setup
from tests.workflow.driving import Driver
from tests.workflow.storytelling import tell


async def follow(setup: Setup, model: Following) -> list[tuple[Any, ...]]:
    """The live rows, once they have followed all there is."""
    apply = model.follower(Reference(), PlacementStreams(setup.keys))
    while (await run_batch(setup.engine, model.name, apply)).more:
        pass
    async with setup.engine.connect() as conn:
        rows = await conn.execute(select(model.table).order_by(*model.table.primary_key))
        return [tuple(row) for row in rows]


async def test_one_stops_and_the_other_goes_on_and_mended_it_catches_up(setup: Setup, driver: Driver) -> None:
    await tell(driver, until="determine")

    def defective(_seen: PlacementSources) -> Iterable[dict[str, Any]]:
        raise ZeroDivisionError

    with pytest.raises(SubscriptionStopped, match="deadlines stopped at position"):
        await follow(setup, replace(deadlines.MODEL, rows=defective))
    watching = Watch(setup.engine, CollectorRegistry())
    await watching.look()

    assert await follow(setup, reviews.MODEL) is not None
    assert [(each.code, each.about["subscription"]) for each in watching.warnings] == [
        ("follower_stopped", "deadlines")
    ]

    mended = await follow(setup, deadlines.MODEL)
    await watching.look()

    assert mended
    assert watching.warnings == []


@pytest.mark.parametrize(
    ("type_", "version", "error"), [("NeverHeardOf", 1, UnknownType), ("ReferralSubmitted", 9, UnknownVersion)]
)
async def test_what_a_later_release_wrote_stops_who_reads_it_and_is_shown(
    setup: Setup, driver: Driver, type_: str, version: int, error: type[Exception]
) -> None:
    await tell(driver, until="draft-referral")
    await follow(setup, deadlines.MODEL)
    unheard = NewEvent(event_id=uuid7(), type=type_, schema_version=version, data="{}", personal=None, meta="{}")
    stream = placement_stream(driver.placement_id)
    async with transaction(setup.engine) as conn:
        wanted = StreamAppend(stream_id=stream, expected=STREAM_EXISTS, events=(unheard,))
        (appended,) = await append(conn, wanted, recorded_at=MONDAY)

    with pytest.raises(SubscriptionStopped) as stopped:
        await follow(setup, deadlines.MODEL)
    watching = Watch(setup.engine, CollectorRegistry())
    await watching.look()

    assert isinstance(stopped.value.__cause__, error)
    (warned,) = watching.warnings
    assert warned.about == {
        "subscription": "deadlines",
        "position": appended.positions[0],
        "event_id": str(unheard.event_id),
        "error_type": error.__name__,
    }
    await follow(setup, provider_deadlines.MODEL)
    async with setup.engine.connect() as reading:
        reached = await position_of(reading, provider_deadlines.MODEL.name)
    assert reached == appended.positions[0], "it reads no placement"
