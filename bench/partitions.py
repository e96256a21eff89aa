"""One table beside one that is split by ranges of the position, with the same events in both.

The split table's unique indexes hold the position as well, as PostgreSQL wants it: so neither keeps an id or a version
of a stream from coming again, and a look-up that does not name the position asks each partition.
"""

import secrets
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any, Final

import asyncpg

from bench.append import DATA, META, PERSONAL
from infra.ids import uuid7

_PARTS: Final = 8
_LOOKS: Final = 400
_INSERTS: Final = 1_000
_ROUNDS: Final = 6
_COLUMNS: Final = (
    'position bigint, stream_id text COLLATE "C" NOT NULL, version bigint NOT NULL, event_id uuid NOT NULL,'
    " type text NOT NULL, schema_version integer NOT NULL, data text NOT NULL, personal bytea, meta text NOT NULL,"
    " recorded_at timestamptz NOT NULL, hash bytea NOT NULL"
)
_UNIQUE: Final = {
    "one": ("PRIMARY KEY (position)", "UNIQUE (stream_id, version)", "UNIQUE (event_id)"),
    "split": ("PRIMARY KEY (position)", "UNIQUE (stream_id, version, position)", "UNIQUE (event_id, position)"),
}
_INSERT: Final = """
INSERT INTO bench.{} (position, stream_id, version, event_id, type, schema_version, data, personal, meta, recorded_at,
    hash)
VALUES ($1, $2, $3, $4, 'Agreed', 1, $5, $6, $7, now(), $8)
"""
_BY_STREAM: Final = "SELECT * FROM bench.{} WHERE stream_id = $1 ORDER BY version"
_BY_ID: Final = "SELECT * FROM bench.{} WHERE event_id = $1"
# Of what was loaded: the streams that were appended to in between are very long.
_SOME: Final = """
SELECT stream_id, event_id FROM bench.one TABLESAMPLE SYSTEM (1)
WHERE starts_with(stream_id, 'placement-') LIMIT 20000
"""
_INDEXES: Final = """
SELECT sum(pg_indexes_size(oid))::float8 FROM pg_class
WHERE relnamespace = 'bench'::regnamespace AND relkind = 'r' AND starts_with(relname, $1)
"""

Row = tuple[str, str, str]
"""What was measured, of the one table, and of the split one."""


async def compared(owner: asyncpg.Connection) -> AsyncIterator[Row]:
    """Copies the event table twice, so it must be loaded; both copies are dropped at the end."""
    last: int = await owner.fetchval("SELECT max(position) FROM event_store.event")
    await _made(owner, last)
    yield "indexes, MB", *_both([f"{await owner.fetchval(_INDEXES, name) / 1e6:,.0f}" for name in _UNIQUE])
    ids = await owner.fetch(_SOME)
    for label, query, column in (
        ("a stream read, ms", _BY_STREAM, "stream_id"),
        ("an event found by its id, ms", _BY_ID, "event_id"),
    ):
        values = [secrets.choice(ids)[column] for _ in range(_LOOKS)]
        yield label, *_both([f"{await _look(owner, query.format(name), values):.3f}" for name in _UNIQUE])
    took: dict[str, list[float]] = {name: [] for name in _UNIQUE}
    for number in range(_ROUNDS):
        for name in _UNIQUE:
            took[name].append(await _inserts(owner, name, last + 1 + number * _INSERTS))
    yield (
        "inserts a second, one to a commit, one connection",
        *_both(f"{_INSERTS / statistics.median(each):,.0f}" for each in took.values()),
    )
    yield "an event id stored a second time", *_both([await _again(owner, name, last) for name in _UNIQUE])
    await owner.execute("DROP SCHEMA bench CASCADE")


async def _made(owner: asyncpg.Connection, last: int) -> None:
    await owner.execute("DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench")
    width = last // _PARTS + 1
    for name, unique in _UNIQUE.items():
        how = " PARTITION BY RANGE (position)" if name == "split" else ""
        await owner.execute(f"CREATE TABLE bench.{name} ({_COLUMNS}, {', '.join(unique)}){how}")
    for part in range(_PARTS + 1):
        end = "MAXVALUE" if part == _PARTS else str((part + 1) * width)
        await owner.execute(
            f"CREATE TABLE bench.split_{part} PARTITION OF bench.split FOR VALUES FROM ({part * width}) TO ({end})"
        )
    for name in _UNIQUE:
        await owner.execute(f"INSERT INTO bench.{name} SELECT * FROM event_store.event ORDER BY position")  # noqa: S608
    for name in _UNIQUE:
        await owner.execute(f"VACUUM (ANALYZE) bench.{name}")


async def _look(owner: asyncpg.Connection, query: str, values: Sequence[Any]) -> float:
    """Median milliseconds."""
    statement = await owner.prepare(query)
    took = []
    for value in values:
        began = time.perf_counter()
        await statement.fetch(value)
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


async def _inserts(owner: asyncpg.Connection, name: str, position: int) -> float:
    statement = await owner.prepare(_INSERT.format(name))
    stream = f"placement-{uuid7()}"
    began = time.perf_counter()
    for number in range(_INSERTS):
        await statement.fetch(position + number, stream, number + 1, uuid7(), DATA, PERSONAL, META, bytes(32))
    return time.perf_counter() - began


async def _again(owner: asyncpg.Connection, name: str, last: int) -> str:
    taken = await owner.fetchval(f"SELECT event_id FROM bench.{name} WHERE position = 1")  # noqa: S608
    beyond = last + 1 + _ROUNDS * _INSERTS
    with suppress(asyncpg.UniqueViolationError):
        await owner.fetch(_INSERT.format(name), beyond, "placement-x", 1, taken, DATA, PERSONAL, META, bytes(32))
        return "is accepted"
    return "is refused"


def _both(values: Any) -> tuple[str, str]:
    first, second = values
    return first, second
