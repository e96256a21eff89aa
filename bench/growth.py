"""`python -m bench.growth`: how large the event table gets, and what that costs.

Events are loaded as the owner by COPY, each chain whole, and then measured as any other: sizes, vacuum, appends,
reading, checkpoints and verification, beside the same before the load; then a split table, autovacuum and an archive
(files of their own beside this). Takes ten minutes or so; the figures are printed.
"""

import secrets
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import typer
import uvloop
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import create_async_engine

from bench import archiving, autovacuum, partitions
from bench.append import DATA, META, PERSONAL, appending
from infra.clock import SystemClock
from infra.event_store.chain import NO_HASH, hash_of, verify_stored
from infra.event_store.read import read_all, read_stream
from infra.event_store.types import StoredEvent
from infra.ids import uuid7
from infra.postgres.db import async_url
from infra.postgres.migrations import upgrade
from infra.proof.checkpoints import Checkpointer
from infra.proof.notes import Signer
from services.local import postgres
from services.local.ports import free_port
from services.local.postgres import PostgresServer
from services.local.postgres_data import OWNER, SIGNER, install

PROJECT = Path(__file__).parents[1]
_NAME = "bench_growth"
_EVENTS = 2_000_000
_A_STREAM = 50
_CHUNK = 50_000
_LATER = 1_000
_LOOKS = 200
_MEGABYTE = 1_000_000
_COLUMNS = StoredEvent._fields
# As `append` has it while it inserts: the row trigger lets in what is above position 0.
_AS_APPEND = "SELECT set_config('event_store.fence', '1', false)"
_SIZES = """
SELECT relname, pg_relation_size(oid) AS bytes FROM pg_class
WHERE relnamespace = 'event_store'::regnamespace AND relkind IN ('r', 'i') ORDER BY 2 DESC
"""


async def _timed(work: Awaitable[Any]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


def _events(count: int, after: int = 0) -> Iterator[StoredEvent]:
    """Streams side by side in their order of growth, as a service writes them: a few hundred at a time."""
    at = datetime(2026, 9, 1, 8, tzinfo=UTC)
    position, width = after, 400
    while position < after + count:
        heads: dict[str, bytes] = {f"placement-{uuid7()}": NO_HASH for _ in range(width)}
        for version in range(1, _A_STREAM + 1):
            for stream_id, before in heads.items():
                position += 1
                event = StoredEvent(
                    position=position,
                    stream_id=stream_id,
                    version=version,
                    event_id=uuid7(),
                    type="Agreed",
                    schema_version=1,
                    data=DATA,
                    personal=PERSONAL,
                    meta=META,
                    recorded_at=at + timedelta(milliseconds=position),
                    hash=b"",
                )
                heads[stream_id] = hash_of(before, event)
                yield event._replace(hash=heads[stream_id])


async def _load(owner: asyncpg.Connection, count: int, after: int = 0) -> int:
    """As the owner, by COPY, past a position; the heads of the streams and the sequence follow."""
    await owner.execute(_AS_APPEND)
    loaded = after
    chunk: list[StoredEvent] = []
    for event in _events(count, after):
        chunk.append(event)
        if len(chunk) == _CHUNK:
            await owner.copy_records_to_table("event", schema_name="event_store", records=chunk, columns=_COLUMNS)
            loaded += len(chunk)
            chunk = []
    if chunk:
        await owner.copy_records_to_table("event", schema_name="event_store", records=chunk, columns=_COLUMNS)
        loaded += len(chunk)
    await owner.execute(
        "INSERT INTO event_store.stream SELECT stream_id, max(version), max(recorded_at) FROM event_store.event"
        " WHERE position > $1 GROUP BY stream_id",
        after,
    )
    await owner.execute("SELECT setval('event_store.event_position_seq', $1)", loaded)
    return loaded


async def _load_more(owner: asyncpg.Connection, count: int) -> None:
    after = await owner.fetchval("SELECT pg_sequence_last_value('event_store.event_position_seq')")
    await _load(owner, count, after)


async def _walk(conn: asyncpg.Connection) -> None:
    after, more = 0, True
    while more:
        page = await read_all(conn, after=after, limit=2_000)
        after, more = page.next, page.more


async def _verify(conn: asyncpg.Connection) -> None:
    assert [fault async for fault in verify_stored(conn)] == []


async def _one_stream_ms(conn: asyncpg.Connection) -> float:
    """Median milliseconds to read a whole stream of 50, one after another by chance."""
    ids = [row[0] for row in await conn.fetch("SELECT stream_id FROM event_store.stream LIMIT 20000")]
    took = [await _timed(read_stream(conn, secrets.choice(ids))) for _ in range(_LOOKS)]
    return statistics.median(took) * 1000


class Growth:
    def __init__(self, server: PostgresServer, log: Path, console: Console) -> None:
        self._server = server
        self._log = log
        self._console = console
        self._figures = Table("", "before", "after", title="Growth", title_justify="left")

    async def run(self, count: int) -> None:
        await postgres.create_database(self._server.admin_dsn, _NAME)
        await upgrade(self._server.dsn(_NAME, OWNER))
        owner = await asyncpg.connect(self._server.dsn(_NAME, OWNER))
        app = await asyncpg.connect(self._server.dsn(_NAME))
        engine = create_async_engine(async_url(self._server.dsn(_NAME, SIGNER)))
        signer = Signer(name="bench.example/growth", key=Ed25519PrivateKey.generate())
        checkpointer = Checkpointer(engine, SystemClock(), signer, None)
        try:
            before = await self._appends()
            await owner.execute("ALTER TABLE event_store.event DISABLE TRIGGER event_unchanged")
            await owner.execute("ALTER TABLE event_store.stream DISABLE TRIGGER stream_kept")
            await owner.execute("TRUNCATE event_store.event RESTART IDENTITY")
            await owner.execute("TRUNCATE event_store.stream")
            # Until it is looked at itself: it would come at some time between.
            await owner.execute("ALTER TABLE event_store.event SET (autovacuum_enabled = false)")
            loading = await _timed(_load(owner, count))
            self._row(f"loading {count:,} events by COPY, s", "", f"{loading:.1f}")
            for label, statement in (
                ("VACUUM after the load, s", "VACUUM (ANALYZE) event_store.event"),
                ("VACUUM when nothing has changed, s", "VACUUM event_store.event"),
                ("VACUUM FREEZE, s", "VACUUM (FREEZE) event_store.event"),
            ):
                self._row(label, "", f"{await _timed(owner.execute(statement)):.2f}")
            await self._sizes(owner, count)
            for (label, old), (_, new) in zip(before, await self._appends(), strict=True):
                self._row(label, f"{old:,.0f}", f"{new:,.0f}")
            self._row("VACUUM after those, s", "", f"{await _timed(owner.execute('VACUUM event_store.event')):.2f}")
            self._row("a stream of 50 read, ms", "", f"{await _one_stream_ms(app):.2f}")
            self._row("the whole feed read, s", "", f"{await _timed(_walk(app)):.1f}")
            self._row("the first checkpoint, over all, s", "", f"{await _timed(checkpointer.checkpoint()):.1f}")
            await self._appends()
            self._row(
                "the next checkpoint, over what came since, s", "", f"{await _timed(checkpointer.checkpoint()):.2f}"
            )
            self._row("every chain verified, s", "", f"{await _timed(_verify(app)):.1f}")
            self._console.print("One table, and one split by position:")
            async for label, one, split in partitions.compared(owner):
                self._row(label, one, split)
            self._console.print("Autovacuum:")
            await owner.execute("VACUUM (ANALYZE) event_store.event")
            async for label, figure in autovacuum.observed(
                owner, self._log, partial(_load_more, owner), self._one_writer
            ):
                self._row(label, "", figure)
            self._console.print("An archive:")
            await checkpointer.checkpoint()
            async for label, figure in archiving.archived(owner, app, signer.verifier):
                self._row(label, "", figure)
        finally:
            await app.close()
            await owner.close()
            await engine.dispose()
        self._console.print(self._figures)

    async def _appends(self) -> list[tuple[str, float]]:
        async with appending(self._server.dsn(_NAME)) as round_:
            return [(f"appends a second, {writers} writers", await round_(writers, 1, 3.0)) for writers in (1, 4, 16)]

    async def _one_writer(self) -> float:
        async with appending(self._server.dsn(_NAME)) as round_:
            return await round_(1, 1, 1.0)

    async def _sizes(self, owner: asyncpg.Connection, count: int) -> None:
        for row in await owner.fetch(_SIZES):
            if row["bytes"] > _MEGABYTE:
                each = f"{row['bytes'] / _MEGABYTE:,.0f} MB, {row['bytes'] / count:,.0f} bytes an event"
                self._row(str(row["relname"]), "", each)

    def _row(self, label: str, before: str, after: str) -> None:
        self._console.print(f"{label}: {before} {after}")
        self._figures.add_row(label, before, after)


async def _measured(count: int, console: Console) -> None:
    folder = Path(tempfile.mkdtemp(prefix="placements-growth-"))
    folder.chmod(0o755)  # noqa: ASYNC240 - the same
    try:
        installation = install(folder / "postgres", project=PROJECT)
        log = folder / "postgres.log"
        server = await postgres.start(installation, port=free_port(), log=log, settings=autovacuum.SETTINGS)
        try:
            await Growth(server, log, console).run(count)
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(events: Annotated[int, typer.Option(help="How many events are loaded")] = _EVENTS) -> None:
    """Load the event table with many events and measure its size and speed."""
    uvloop.run(_measured(events, Console()))


if __name__ == "__main__":
    typer.run(main)
