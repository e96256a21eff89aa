"""The hash never changes: vectors, the same in Python and SQL; and verification names each fault."""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from infra.event_store.chain import NO_HASH, ChainFault, ChainFaultKind, hash_of, verify, verify_stored
from infra.event_store.read import read_stream
from infra.event_store.types import ANY, NO_STREAM, StoredEvent
from tests.infra.event_store.conftest import Connect, new_event, new_stream, put

Conn = asyncpg.Connection
VECTORS = json.loads((Path(__file__).parent / "hash_vectors.json").read_text())


def parts(vector: dict[str, Any]) -> dict[str, Any]:
    personal = vector["personal_hex"]
    return {
        "position": vector["position"],
        "stream_id": vector["stream_id"],
        "version": vector["version"],
        "event_id": UUID(vector["event_id"]),
        "type": vector["type"],
        "schema_version": vector["schema_version"],
        "data": vector["data"],
        "personal": None if personal is None else bytes.fromhex(personal),
        "meta": vector["meta"],
        "recorded_at": datetime.fromisoformat(vector["recorded_at"]),
    }


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
async def test_python_and_sql_give_the_hash_of_the_vector(app: Conn, vector: dict[str, Any]) -> None:
    previous = bytes.fromhex(vector["previous_hex"])

    in_python = hash_of(previous, StoredEvent(**parts(vector), hash=b""))
    in_sql = await app.fetchval(
        "SELECT event_store.event_hash($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        previous,
        *parts(vector).values(),
    )

    assert in_python.hex() == vector["hash_hex"]
    assert in_sql.hex() == vector["hash_hex"]


def test_every_part_moves_the_hash() -> None:
    """And a missing `personal` is not an empty one."""
    assert len({vector["hash_hex"] for vector in VECTORS}) == len(VECTORS)


async def test_a_stored_stream_is_chained_and_verifies(app: Conn) -> None:
    stream = new_stream()
    await put(app, stream, NO_STREAM, new_event(), new_event('{"é":1}', personal=b""))
    await put(app, stream, ANY, new_event(personal=b"\0\1"))

    events = await read_stream(app, stream)

    previous = NO_HASH
    for event in events:
        assert event.hash == hash_of(previous, event)
        previous = event.hash
    assert await faults_stored(app, stream) == []


async def test_our_connections_limits_do_not_cut_off_a_long_verification(app: Conn) -> None:
    stream = new_stream()
    await put(app, stream, NO_STREAM, new_event())
    await app.execute("SET transaction_timeout = '1s'")
    await app.execute("SET statement_timeout = '1s'")

    async with app.transaction(isolation="repeatable_read", readonly=True):
        found = await faults_stored(app, stream)
        await app.fetchval("SELECT pg_sleep(1.2)")

    assert found == []


async def faults_stored(conn: Conn, stream: str) -> list[ChainFault]:
    return [fault async for fault in verify_stored(conn, stream)]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (
            "UPDATE event_store.event SET data = '{\"n\":2}' WHERE stream_id = $1 AND version = 2",
            (2, ChainFaultKind.HASH),
        ),
        ("UPDATE event_store.event SET meta = '{ }' WHERE stream_id = $1 AND version = 1", (1, ChainFaultKind.HASH)),
        ("UPDATE event_store.event SET personal = '' WHERE stream_id = $1 AND version = 3", (3, ChainFaultKind.HASH)),
        (
            "UPDATE event_store.event SET recorded_at = '2026-09-02T00:00Z' WHERE stream_id = $1 AND version = 4",
            (4, ChainFaultKind.HASH),
        ),
        ("DELETE FROM event_store.event WHERE stream_id = $1 AND version = 2", (2, ChainFaultKind.VERSION_MISSING)),
        ("DELETE FROM event_store.event WHERE stream_id = $1 AND version = 4", (4, ChainFaultKind.HEAD)),
    ],
)
async def test_a_change_behind_the_triggers_is_named(
    app: Conn, superuser_url: str, connect: Connect, change: str, named: tuple[int, ChainFaultKind]
) -> None:
    stream, other = new_stream(), new_stream()
    await put(app, stream, NO_STREAM, *(new_event('{"n":1}') for _ in range(4)))
    await put(app, other, NO_STREAM, new_event())
    superuser = await connect(superuser_url)

    async with superuser.transaction():
        await superuser.execute("ALTER TABLE event_store.event DISABLE TRIGGER ALL")
        await superuser.execute(change, stream)
        await superuser.execute("ALTER TABLE event_store.event ENABLE ALWAYS TRIGGER event_unchanged")
        await superuser.execute("ALTER TABLE event_store.event ENABLE ALWAYS TRIGGER event_appended")

    assert [(fault.stream_id, fault.version, fault.kind) for fault in await faults_stored(app, stream)] == [
        (stream, *named)
    ]
    assert await faults_stored(app, other) == []


async def found(events: list[StoredEvent]) -> list[tuple[int, ChainFaultKind]]:
    async def streamed() -> AsyncIterator[StoredEvent]:
        for event in events:
            yield event

    return [(fault.version, fault.kind) async for fault in verify(streamed())]


async def test_an_event_with_a_fresh_hash_breaks_the_chain_after_it(app: Conn) -> None:
    stream = new_stream()
    await put(app, stream, NO_STREAM, *(new_event() for _ in range(3)))
    first, second, third = await read_stream(app, stream)

    changed = second._replace(data='{"n":9}')
    rehashed = changed._replace(hash=hash_of(first.hash, changed))

    assert await found([first, rehashed, third]) == [(3, ChainFaultKind.HASH)]


async def test_swapped_and_repeated_events_are_named(app: Conn) -> None:
    stream = new_stream()
    await put(app, stream, NO_STREAM, *(new_event() for _ in range(3)))
    first, second, third = await read_stream(app, stream)
    swapped = [first, third._replace(version=2), second._replace(version=3)]

    assert (2, ChainFaultKind.HASH) in await found(swapped)
    assert (3, ChainFaultKind.POSITION_FALLS) in await found(swapped)
    assert await found([first, first, second]) == [(1, ChainFaultKind.VERSION_REPEATED)]
    assert await found([second, third]) == [(1, ChainFaultKind.VERSION_MISSING)]
