"""References as the database assigns them: as the domain says, in the order of positions, whoever writes the row."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.shared.references import reference_of
from events.ids import PlacementId, placement_stream
from infra.event_store.append import append
from infra.event_store.types import Exactly, NewEvent, StreamAppend
from infra.ids import uuid7
from infra.postgres.db import raw, transaction
from infra.projections.placements import assign_references, find, id_of, upsert
from tests.conftest import Database
from tests.infra.test_placements import NOW, a_row

_COLLIDE = """
CREATE OR REPLACE FUNCTION placement_reference_digest(p_placement uuid, p_counter bigint) RETURNS bytea
LANGUAGE sql IMMUTABLE
AS $$ SELECT sha256(int8send(p_counter)) $$
"""
"""Every placement has the same digest, so that only the counter tells them apart."""


def _alike(content: bytes) -> bytes:
    return hashlib.sha256(content[16:]).digest()


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[asyncpg.Connection]:
    opened = await asyncpg.connect(database.owner_url)
    yield opened
    await opened.close()


async def begin(conn: asyncpg.Connection, placement_id: UUID) -> None:
    """A row and then its first event, as every release writes them."""
    await upsert(conn, a_row(placement_id=placement_id))
    event = NewEvent(event_id=uuid7(), type="ReferralDrafted", schema_version=1, data="{}", personal=None, meta="{}")
    stream = placement_stream(PlacementId(placement_id))
    await append(conn, StreamAppend(stream_id=stream, expected=Exactly(0), events=(event,)), recorded_at=NOW)


async def references(conn: asyncpg.Connection) -> dict[UUID, str]:
    found = await conn.fetch("SELECT placement_id, reference FROM placement")
    return {row["placement_id"]: row["reference"] for row in found}


async def in_order(conn: asyncpg.Connection) -> list[UUID]:
    found = await conn.fetch("SELECT stream_id FROM event_store.event WHERE version = 1 ORDER BY position")
    return [UUID(row["stream_id"].removeprefix("placement-")) for row in found]


async def test_the_database_makes_the_reference_that_the_domain_defines(conn: asyncpg.Connection) -> None:
    ids = [uuid7() for _ in range(200)]
    found = await conn.fetch(
        "SELECT id, n, placement_reference(id, n) AS made FROM unnest($1::uuid[]) id, generate_series(0, 3) n", ids
    )

    assert len(found) == 800
    assert all(row["made"] == reference_of(row["id"], row["n"]) for row in found)


async def test_a_placement_has_its_reference_with_its_row_and_keeps_it(conn: asyncpg.Connection) -> None:
    row = a_row()
    await upsert(conn, row)
    await upsert(conn, a_row(placement_id=row.placement_id, version=2))

    found = await find(conn, row.placement_id)
    assert found is not None
    assert found.reference == reference_of(row.placement_id)
    assert await id_of(conn, reference_of(row.placement_id)) == row.placement_id
    assert await id_of(conn, reference_of(uuid7())) is None


async def test_of_those_that_collide_each_takes_the_next_that_is_free(
    engine: AsyncEngine, conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await owner.execute(_COLLIDE)
    ids = [uuid7() for _ in range(4)]
    for each in reversed(ids):
        async with transaction(engine) as writing:
            await begin(writing, each)

    expected = {each: reference_of(each, n, digest=_alike) for n, each in enumerate(reversed(ids))}
    assert await references(conn) == expected


async def test_two_drafted_at_once_agree_with_the_order_of_positions(
    engine: AsyncEngine, conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await owner.execute(_COLLIDE)
    ids = [uuid7() for _ in range(8)]

    async def drafted(placement_id: UUID) -> None:
        async with transaction(engine) as writing:
            await begin(writing, placement_id)

    async with transaction(engine) as first:
        # The others have begun before it ends: each waits for the reference, and draws its position after.
        await begin(first, ids[0])
        others = [asyncio.create_task(drafted(each)) for each in ids[1:]]
        while await conn.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0:  # noqa: ASYNC110 - a lock tells nobody
            await asyncio.sleep(0.01)
    await asyncio.gather(*others)

    live = await references(conn)
    order = await in_order(conn)
    assert order[0] == ids[0]
    assert live == {each: reference_of(each, n, digest=_alike) for n, each in enumerate(order)}

    await owner.execute("UPDATE placement SET reference = NULL")
    assert await assign_references(conn) == len(ids)
    assert await references(conn) == live


async def test_one_that_is_rolled_back_leaves_its_reference_free(
    engine: AsyncEngine, conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await owner.execute(_COLLIDE)
    gone, stays = uuid7(), uuid7()
    async with engine.connect() as given_up:
        await given_up.begin()
        await begin(await raw(given_up), gone)
        await given_up.rollback()
    async with transaction(engine) as writing:
        await begin(writing, stays)

    assert await references(conn) == {stays: reference_of(stays, 0, digest=_alike)}


async def test_rows_from_before_are_given_theirs_in_the_order_of_positions(
    engine: AsyncEngine, conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    await owner.execute(_COLLIDE)
    await owner.execute("ALTER TABLE placement DISABLE TRIGGER placement_begun")
    ids = [uuid7() for _ in range(3)]
    for each in (ids[2], ids[0], ids[1]):
        async with transaction(engine) as writing:
            await begin(writing, each)
    assert set((await references(conn)).values()) == {None}

    assert await assign_references(conn) == 3
    assert await references(conn) == {
        each: reference_of(each, n, digest=_alike) for n, each in enumerate((ids[2], ids[0], ids[1]))
    }
    assert await assign_references(conn) == 0
