"""How fast `append` is beside the same round trip without its promises, measured in the same run.

The baseline is one statement by raw asyncpg: move the head of the stream, insert the same row with the same
three indexes. It has no fence, no hash chain, no answer to a repeat and no guard.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from infra.event_store.append import append
from infra.event_store.types import NO_STREAM, Exactly, NewEvent, StreamAppend
from infra.ids import uuid7

WRITERS = (1, 4, 16)
ROUNDS = 7
SECONDS = 1.0
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

Write = Callable[[asyncpg.Connection, str, int, UUID], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Medians over the rounds; the ratio is the median of each round's own ratio."""

    writers: int
    baseline_a_second: float
    append_a_second: float
    ratio: float
    baseline_of_rounds: tuple[float, ...]


async def _baseline(conn: asyncpg.Connection, stream_id: str, version: int, event_id: UUID) -> None:
    recorded_at = datetime.now(UTC)
    row = await conn.fetchrow(
        _BASELINE, stream_id, version, event_id, "Agreed", 1, DATA, PERSONAL, META, recorded_at, bytes(32)
    )
    assert row is not None


async def _append(conn: asyncpg.Connection, stream_id: str, version: int, event_id: UUID) -> None:
    expected = Exactly(version) if version else NO_STREAM
    event = NewEvent(event_id=event_id, type="Agreed", schema_version=1, data=DATA, personal=PERSONAL, meta=META)
    await append(
        conn,
        StreamAppend(stream_id=stream_id, expected=expected, events=(event,)),
        recorded_at=datetime.now(UTC),
    )


async def _writer(conn: asyncpg.Connection, write: Write, stream_id: str, version: int, until: float) -> int:
    done = 0
    while time.perf_counter() < until:
        await write(conn, stream_id, version + done, uuid7())
        done += 1
    return done


class _Side:
    """One of the two contestants, with a stream for each of its writers."""

    def __init__(self, write: Write, conns: list[asyncpg.Connection]) -> None:
        self.write = write
        self.conns = conns
        self.streams = [f"bench-{uuid7()}" for _ in conns]
        self.versions = [1] * len(conns)

    async def round(self, writers: int, seconds: float) -> float:
        started = time.perf_counter()
        done = await asyncio.gather(
            *(
                _writer(self.conns[n], self.write, self.streams[n], self.versions[n], started + seconds)
                for n in range(writers)
            )
        )
        for n, count in enumerate(done):
            self.versions[n] += count
        return sum(done) / (time.perf_counter() - started)


async def run(dsn_owner: str, dsn_app: str, *, rounds: int = ROUNDS, seconds: float = SECONDS) -> list[Row]:
    """Measure by 1, 4 and 16 writers. Needs a migrated database of its own; leaves events and a schema in it."""
    owner = await asyncpg.connect(dsn_owner)
    try:
        await owner.execute(_BASELINE_DDL)
        conns = [await asyncpg.connect(dsn_app) for _ in range(max(WRITERS))]
        try:
            sides = _Side(_baseline, conns), _Side(_append, conns)
            now = datetime.now(UTC)
            for stream_id in sides[0].streams:
                await owner.execute("INSERT INTO bench.stream VALUES ($1, 1, $2)", stream_id, now)
            for stream_id in sides[1].streams:
                await _append(conns[0], stream_id, 0, uuid7())
            return [await _measure(sides, writers, rounds, seconds) for writers in WRITERS]
        finally:
            for conn in conns:
                await conn.close()
    finally:
        await owner.close()


async def _measure(sides: tuple[_Side, _Side], writers: int, rounds: int, seconds: float) -> Row:
    for side in sides:
        await side.round(writers, seconds / 4)
    figures: list[tuple[float, float]] = []
    for number in range(rounds):
        # Turn about, so that neither always runs on the other's dirty pages.
        order = sides if number % 2 == 0 else sides[::-1]
        found = {id(side): await side.round(writers, seconds) for side in order}
        figures.append((found[id(sides[0])], found[id(sides[1])]))
    return Row(
        writers=writers,
        baseline_a_second=statistics.median(base for base, _ in figures),
        append_a_second=statistics.median(ours for _, ours in figures),
        ratio=statistics.median(ours / base for base, ours in figures),
        baseline_of_rounds=tuple(base for base, _ in figures),
    )


if __name__ == "__main__":
    for row in asyncio.run(run(sys.argv[1], sys.argv[2])):
        sys.stdout.write(
            f"{row.writers:3} writers: baseline {row.baseline_a_second:8,.0f} a second,"
            f" append {row.append_a_second:8,.0f}, ratio {row.ratio:.2f}\n"
        )
