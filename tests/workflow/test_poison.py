"""An event that one subscription cannot take stops that one alone, and leaves the rows of its placement as they are."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from events.codec import UnknownType
from events.ids import PlacementId, placement_stream
from events.upcasters import UnknownVersion
from infra.event_store.append import append
from infra.event_store.types import STREAM_EXISTS, NewEvent, StoredEvent, StreamAppend
from infra.ids import uuid7
from infra.postgres.db import raw, transaction
from infra.projections.deadlines import deadline
from infra.streams.placement_streams import PlacementStreams
from infra.subscriptions.subscription import SubscriptionStopped, position_of, run_batch
from infra.watch import Watch
from services.application.rebuilding import Rebuilt, rebuild
from tests.workflow.conftest import MONDAY, Setup
from tests.workflow.driving import Driver
from tests.workflow.storytelling import tell


class Reader:
    """Reads every placement that a batch touches, as what follows the record does."""

    def __init__(self, setup: Setup) -> None:
        self.seen: list[int] = []
        self._streams = PlacementStreams(setup.keys)

    async def apply(self, conn: AsyncConnection, events: Sequence[StoredEvent]) -> None:
        for event in events:
            kind, _, name = event.stream_id.partition("-")
            if kind == "placement":
                await self._streams.current(await raw(conn), PlacementId(UUID(name)))
        self.seen += [event.position for event in events]


async def defective(_conn: AsyncConnection, _events: Sequence[StoredEvent]) -> None:
    raise ZeroDivisionError


async def counts(seen: list[int], _conn: AsyncConnection, events: Sequence[StoredEvent]) -> None:
    """Reads no placement."""
    seen += [event.position for event in events]


async def test_one_stops_and_the_other_goes_on_and_mended_it_catches_up(setup: Setup, driver: Driver) -> None:
    await tell(driver, until="determine")

    with pytest.raises(SubscriptionStopped, match="first stopped at position"):
        await run_batch(setup.engine, "first", defective)
    watching = Watch(setup.engine, CollectorRegistry())
    await watching.look()

    other, mended = Reader(setup), Reader(setup)
    await run_batch(setup.engine, "second", other.apply)
    assert [(each.code, each.about["subscription"]) for each in watching.warnings] == [("follower_stopped", "first")]

    await run_batch(setup.engine, "first", mended.apply)
    await watching.look()

    assert mended.seen == other.seen != []
    assert watching.warnings == []


@pytest.mark.parametrize(
    ("type_", "version", "error"), [("NeverHeardOf", 1, UnknownType), ("ReferralSubmitted", 9, UnknownVersion)]
)
async def test_what_a_later_release_wrote_stops_who_reads_it_and_is_shown(
    setup: Setup, driver: Driver, type_: str, version: int, error: type[Exception]
) -> None:
    await tell(driver, until="determine")
    reader = Reader(setup)
    await run_batch(setup.engine, "first", reader.apply)
    before = await _rows(setup)
    unheard = NewEvent(event_id=uuid7(), type=type_, schema_version=version, data="{}", personal=None, meta="{}")
    stream = placement_stream(driver.placement_id)
    async with transaction(setup.engine) as conn:
        wanted = StreamAppend(stream_id=stream, expected=STREAM_EXISTS, events=(unheard,))
        (appended,) = await append(conn, wanted, recorded_at=MONDAY)

    with pytest.raises(SubscriptionStopped) as stopped:
        await run_batch(setup.engine, "first", reader.apply)
    watching = Watch(setup.engine, CollectorRegistry())
    await watching.look()

    assert isinstance(stopped.value.__cause__, error)
    (warned,) = watching.warnings
    assert warned.about == {
        "subscription": "first",
        "position": appended.positions[0],
        "event_id": str(unheard.event_id),
        "error_type": error.__name__,
    }
    await run_batch(setup.engine, "second", partial(counts, []))
    async with setup.engine.connect() as reading:
        reached = await position_of(reading, "second")
    assert reached == appended.positions[0], "it reads no placement"
    rebuilt = await rebuild("deadlines", setup.engine, keys=setup.keys, progress=lambda *_: None)
    assert rebuilt == Rebuilt(records=0, failed=(driver.placement_id,))
    assert await _rows(setup) == before != []


async def _rows(setup: Setup) -> list[tuple[object, ...]]:
    async with setup.engine.connect() as conn:
        rows = await conn.execute(select(deadline).order_by(*deadline.primary_key))
        return [tuple(row) for row in rows]
