"""Rebuilding the list of deadlines from the whole record, beside COPY of its rows."""

import io
import time

import asyncpg
from sqlalchemy.ext.asyncio import create_async_engine

from bench.ratio import Ratio, ratio
from bench.rig import Rig
from bench.sizes import Sizes
from infra.encryption.key_store.provider import FileKeyProvider
from infra.postgres.db import async_url
from infra.projections import deadlines
from services.application.rebuilding import rebuild


async def run(rig: Rig, sizes: Sizes) -> Ratio:
    """Of the placements that the stories told; commands could go on beside it."""
    ours, floors = [], []
    database = rig.stack_database
    engine = create_async_engine(async_url(database.app))
    owner = await asyncpg.connect(database.owner)
    try:
        events: int = await owner.fetchval("SELECT count(*) FROM event_store.event")
        for _ in range(sizes.replay_rounds):
            began = time.perf_counter()
            await rebuild(
                deadlines.NAME, engine, keys=FileKeyProvider(rig.folder / "keys"), progress=lambda _done, _all: None
            )
            ours.append(time.perf_counter() - began)
            floors.append(await _copied(owner, deadlines.deadline.name))
    finally:
        await owner.close()
        await engine.dispose()
    return ratio(f"{deadlines.NAME} rebuilt from {events:,} events", "COPY of its rows", events, ours, floors)


async def _copied(owner: asyncpg.Connection, table: str) -> float:
    """Seconds to load the table's rows into one like it."""
    rows = io.BytesIO()
    await owner.copy_from_table(table, output=rows, format="binary")
    rows.seek(0)
    await owner.execute(f"CREATE TABLE bench_copied (LIKE {table} INCLUDING ALL)")
    try:
        began = time.perf_counter()
        await owner.copy_to_table("bench_copied", source=rows, format="binary")
        return time.perf_counter() - began
    finally:
        await owner.execute("DROP TABLE bench_copied")
