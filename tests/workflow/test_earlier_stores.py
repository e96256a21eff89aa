"""A store that an earlier release wrote is read for ever: as stored, decoded, folded, followed and proved."""

from pathlib import Path
from typing import Any

import asyncpg
import pytest

from domain.history import current
from domain.placement.state import Stage
from events.codec import ATTENDANCE, PLACEMENT, PROVIDER, SCHOOL, Codec
from infra.db import create_engine
from infra.event_store.chain import verify_stored
from infra.placement_streams import PlacementStreams
from infra.read_models.registry import READ_MODELS
from infra.records import load
from infra.reference import Reference
from infra.settings import Settings
from infra.subscriptions import run_batch
from tests.conftest import Database
from tests.workflow import stored
from tests.workflow.stored import STORES, KeptKeys

CODECS: dict[str, Codec[Any]] = {
    "placement": PLACEMENT,
    "school": SCHOOL,
    "provider": PROVIDER,
    "attendance": ATTENDANCE,
}
PATHS = sorted(STORES.glob("*.jsonl"))


def test_there_are_some() -> None:
    assert PATHS


@pytest.mark.obligation("C6")
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
async def test_it_is_read_as_it_was_written(settings: Settings, database: Database, path: Path) -> None:
    store = stored.read(path)
    keys = KeptKeys(secrets=store.keys)
    await stored.load(store, database.owner_url)

    conn = await asyncpg.connect(database.app_url)
    assert [fault async for fault in verify_stored(conn)] == []
    streams = await _streams(conn)
    records = {name: await load(conn, name, CODECS[name.partition("-")[0]], keys) for name in streams}
    await conn.close()

    assert sum(map(len, records.values())) == len(store.events)
    [placement] = [found for name, found in records.items() if name.startswith("placement-")]
    state = current(placement)
    assert state.stage is Stage.CLOSED
    assert state.pupil is not None
    assert state.pupil.legal_name == "Rowan Tester-Field"

    engine = create_engine(settings)
    streams_of = PlacementStreams(keys)
    for model in READ_MODELS.values():
        while (await run_batch(engine, model.name, model.follower(Reference(), streams_of))).more:
            pass
    await engine.dispose()


async def _streams(conn: asyncpg.Connection) -> list[str]:
    return [row[0] for row in await conn.fetch("SELECT stream_id FROM event_store.stream ORDER BY stream_id")]
