"""How fast `append` is beside other ways to write, measured in the same run.

The floor is one statement by raw asyncpg: move the head of the stream, insert the same row with the same three
indexes. It has no fence, no hash chain, no answer to a repeat and no guard. The rival is bench/recorder.py.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg

from bench.recorder import Recorder, recorder
from infra.event_store.append import append
from infra.event_store.types import NO_STREAM, Exactly, NewEvent, StreamAppend
from infra.ids import uuid7

WRITERS = (1, 4, 16)
BATCHES = (1, 10)
FLUSHES_MS = (0, 2)
DATA = '{"agreed_on":"2026-09-01","days_a_week":3,"provider_id":"0199a1c4-7f2e-7000-8000-000000000001"}'
META = '{"actor":{"id":"0199a1c4-7f2e-7000-8000-000000000002","kind":"person"},"occurred_at":"2026-09-01T08:30:00Z"}'
PERSONAL = bytes(range(120))

_BASELINE_DDL = """
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;
CREATE TABLE bench.stream (LIKE event_store.stream INCLUDING ALL);
ALTER TABLE bench.stream SET (fillfactor = 50);
CREATE TABLE bench.event (LIKE event_store.event INCLUDING ALL);
GRANT USAGE ON SCHEMA bench TO placements_app;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA bench TO placements_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA bench TO placements_app;
"""
_BASELINE = """
WITH head AS (
    UPDATE bench.stream SET version = version + 1, recorded_at = $9
    WHERE stream_id = $1 AND version = $2 RETURNING version
)
INSERT INTO bench.event
    (stream_id, version, event_id, type, schema_version, data, personal, meta, recorded_at, hash)
SELECT $1, version, $3, $4, $5, $6, $7, $8, $9, $10 FROM head RETURNING position, version
"""

Write = Callable[[asyncpg.Connection, str, int, int], Awaitable[None]]
"""Puts so many events onto a stream that is at such a version."""
Round = Callable[[int, int, float], Awaitable[float]]
"""Appends a second, by so many writers, of so many events each, for so many seconds."""

OURS = "append"
RAW = "raw statement"
PLAIN = "eventsourcing"
FUNCTIONS = "eventsourcing, its functions"
# By rival, events of an append, writers and milliseconds of flush: at least so many times as many appends a second.
AIMS = {
    **{(RAW, 1, writers, 0): 0.8 for writers in WRITERS},
    **{(RAW, 1, writers, 2): 0.93 for writers in WRITERS},
    **{(PLAIN, batch, writers, 0): aim for batch in BATCHES for writers, aim in ((1, 2.5), (16, 5.0))},
    **{(FUNCTIONS, batch, writers, 0): 1.0 for batch in BATCHES for writers in WRITERS},
    **{(FUNCTIONS, batch, writers, 2): aim for batch in BATCHES for writers, aim in ((4, 3.0), (16, 7.0))},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Medians over the rounds; the ratio is the median of each round's own."""

    against: str
    events: int
    writers: int
    flush_ms: int
    ours_a_second: float
    theirs_a_second: float
    ratio: float
    aim: float | None
    theirs_of_rounds: tuple[float, ...]


async def _baseline(conn: asyncpg.Connection, stream_id: str, version: int, events: int) -> None:
    assert events == 1, "one statement writes one"
    recorded_at = datetime.now(UTC)
    row = await conn.fetchrow(
        _BASELINE, stream_id, version, uuid7(), "Agreed", 1, DATA, PERSONAL, META, recorded_at, bytes(32)
    )
    assert row is not None


async def _append(conn: asyncpg.Connection, stream_id: str, version: int, events: int) -> None:
    expected = Exactly(version) if version else NO_STREAM
    new = tuple(
        NewEvent(event_id=uuid7(), type="Agreed", schema_version=1, data=DATA, personal=PERSONAL, meta=META)
        for _ in range(events)
    )
    await append(conn, StreamAppend(stream_id=stream_id, expected=expected, events=new), recorded_at=datetime.now(UTC))


class _Side:
    """One way to write over asyncpg, with a stream for each of its writers."""

    def __init__(self, write: Write, conns: list[asyncpg.Connection]) -> None:
        self._write = write
        self._conns = conns
        self.streams = [f"bench-{uuid7()}" for _ in conns]
        self._versions = [1] * len(conns)

    async def round(self, writers: int, events: int, seconds: float) -> float:
        started = time.perf_counter()
        done = await asyncio.gather(*(self._writer(n, events, started + seconds) for n in range(writers)))
        return sum(done) / (time.perf_counter() - started)

    async def _writer(self, number: int, events: int, until: float) -> int:
        done = 0
        while time.perf_counter() < until:
            await self._write(self._conns[number], self.streams[number], self._versions[number], events)
            self._versions[number] += events
            done += 1
        return done


async def run(dsn_owner: str, dsn_app: str, admin: str, *, rounds: int, seconds: float) -> list[Row]:
    """Needs a migrated database of its own and, for the cost of a flush, its server's superuser."""
    async with AsyncExitStack() as parts:
        conns = [await asyncpg.connect(dsn_app) for _ in range(max(WRITERS))]
        for conn in conns:
            parts.push_async_callback(conn.close)
        raw, ours = _Side(_baseline, conns), _Side(_append, conns)
        await _begin(dsn_owner, conns[0], raw, ours)
        theirs: dict[str, Round] = {RAW: raw.round}
        for name in (PLAIN, FUNCTIONS):
            state = DATA.encode() + META.encode() + PERSONAL
            rival = parts.enter_context(
                recorder(dsn_owner, functions=name == FUNCTIONS, writers=max(WRITERS), state=state)
            )
            theirs[name] = _in_threads(rival)
        rows = []
        for flush_ms in FLUSHES_MS:
            async with _flush(admin, flush_ms):
                for events in BATCHES:
                    rivals = {name: each for name, each in theirs.items() if name != RAW or events == 1}
                    for writers in WRITERS:
                        found = await _measure(
                            {OURS: ours.round, **rivals}, writers=writers, events=events, rounds=rounds, seconds=seconds
                        )
                        rows += [_row(found, name, events, writers, flush_ms) for name in rivals]
        return rows


@asynccontextmanager
async def appending(dsn_app: str) -> AsyncIterator[Round]:
    """Our own side alone, on a database that may hold events already."""
    conns = [await asyncpg.connect(dsn_app) for _ in range(max(WRITERS))]
    try:
        ours = _Side(_append, conns)
        for stream_id in ours.streams:
            await _append(conns[0], stream_id, 0, 1)
        yield ours.round
    finally:
        for conn in conns:
            await conn.close()


async def _begin(dsn_owner: str, conn: asyncpg.Connection, raw: _Side, ours: _Side) -> None:
    owner = await asyncpg.connect(dsn_owner)
    try:
        await owner.execute(_BASELINE_DDL)
        for stream_id in raw.streams:
            await owner.execute("INSERT INTO bench.stream VALUES ($1, 1, $2)", stream_id, datetime.now(UTC))
    finally:
        await owner.close()
    for stream_id in ours.streams:
        await _append(conn, stream_id, 0, 1)


def _in_threads(rival: Recorder) -> Round:
    async def round_(writers: int, events: int, seconds: float) -> float:
        return await asyncio.to_thread(rival.round, writers, events, seconds)

    return round_


@asynccontextmanager
async def _flush(admin: str, milliseconds: int) -> AsyncIterator[None]:
    """While it lasts each commit's flush takes so much longer, as on a disk that is not this machine's."""
    conn = await asyncpg.connect(admin)
    try:
        await _set(conn, commit_delay=milliseconds * 1000, commit_siblings=0)
        yield
    finally:
        await _set(conn, commit_delay=0, commit_siblings=5)
        await conn.close()


async def _set(conn: asyncpg.Connection, **settings: int) -> None:
    for name, value in settings.items():
        await conn.execute(f"ALTER SYSTEM SET {name} = {value}")
    await conn.execute("SELECT pg_reload_conf()")


async def _measure(
    sides: dict[str, Round], *, writers: int, events: int, rounds: int, seconds: float
) -> dict[str, Sequence[float]]:
    """The appends a second of each round, by name."""
    for side in sides.values():
        await side(writers, events, seconds / 4)
    found: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds):
        # Turn about, so that none always runs on another's dirty pages.
        turn = number % len(sides)
        order = [*sides][turn:] + [*sides][:turn]
        for name in order:
            found[name].append(await sides[name](writers, events, seconds))
    return dict(found)


def _row(found: dict[str, Sequence[float]], against: str, events: int, writers: int, flush_ms: int) -> Row:
    ours, theirs = found[OURS], found[against]
    return Row(
        against=against,
        events=events,
        writers=writers,
        flush_ms=flush_ms,
        ours_a_second=statistics.median(ours),
        theirs_a_second=statistics.median(theirs),
        ratio=statistics.median(mine / other for mine, other in zip(ours, theirs, strict=True)),
        aim=AIMS.get((against, events, writers, flush_ms)),
        theirs_of_rounds=tuple(theirs),
    )
