"""The tree kept in tiles is the tree over the events, at every size, and costs what is new."""

import asyncio

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.postgres.db import transaction
from infra.proof import tree
from infra.proof.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    root_of_inclusion,
    verify_consistency,
)
from tests.infra.proof.conftest import record

Conn = asyncpg.Connection


async def grown(engine: AsyncEngine, limit: int = tree.MAX_GROWTH) -> tree.TreeSize:
    async with transaction(engine) as conn:
        return await tree.grow(conn, limit)


async def digests(conn: Conn) -> list[bytes]:
    return [row["hash"] for row in await conn.fetch("SELECT hash FROM event_store.event ORDER BY position")]


def roots(leaves: list[bytes]) -> list[bytes]:
    frontier = Frontier()
    found = [frontier.root()]
    for digest in leaves:
        frontier.append(leaf_hash(digest))
        found.append(frontier.root())
    return found


async def fill(superuser: Conn, count: int) -> None:
    """Rows as if they had been appended: the tree looks at position and hash alone."""
    await superuser.execute(
        """
        INSERT INTO event_store.event
            (stream_id, version, event_id, type, schema_version, data, meta, recorded_at, hash)
        SELECT 'filled', n, gen_random_uuid(), 'Agreed', 1, '{}', '{}', now(), sha256(int8send(n))
        FROM (SELECT count(*) AS before FROM event_store.event) e, generate_series(before + 1, before + $1) n
        """,
        count,
    )


async def test_an_empty_record_has_an_empty_tree(signing_engine: AsyncEngine, conn: Conn) -> None:
    assert await grown(signing_engine) == tree.TreeSize(leaves=0, position=0)
    assert await tree.root(conn, 0) == EMPTY_ROOT


async def test_the_tree_grows_by_what_is_settled_in_steps_of_any_size(
    signing_engine: AsyncEngine, conn: Conn, superuser: Conn
) -> None:
    await fill(superuser, 700)
    sizes = [(await grown(signing_engine, limit)).leaves for limit in (1, 2, 252, 1, 1, 300)]
    assert sizes == [1, 3, 255, 256, 257, 557]
    last = await grown(signing_engine, 1000)
    assert (last.leaves, last.more) == (700, False)

    expected = roots(await digests(conn))
    for size in (0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 699, 700):
        assert await tree.root(conn, size) == expected[size], size


async def test_a_tree_of_three_levels_of_tiles_and_its_proofs(
    signing_engine: AsyncEngine, conn: Conn, superuser: Conn
) -> None:
    size = 256 * 256 + 300
    await fill(superuser, size)
    while (await grown(signing_engine)).more:
        pass
    leaves = await digests(conn)
    expected = roots(leaves)

    assert await tree.root(conn, size) == expected[size]
    for index in (0, 255, 256, 65_535, 65_536, size - 1):
        path = await tree.range_hashes(conn, inclusion_ranges(index, size))
        assert root_of_inclusion(leaf_hash(leaves[index]), index, size, path) == expected[size]
    for earlier in (1, 255, 65_536, 65_537, size - 1):
        path = await tree.range_hashes(conn, consistency_ranges(earlier, size))
        verify_consistency(earlier, size, expected[earlier], expected[size], path)
    # 257 tiles of leaves, two of the next level, one above: nothing is kept for each event.
    assert await conn.fetchval("SELECT count(*) FROM tree_tile") == 258 + 2 + 1


async def test_an_event_is_found_as_the_leaf_it_is_although_positions_have_gaps(
    signing_engine: AsyncEngine, conn: Conn, superuser: Conn
) -> None:
    await fill(superuser, 400)
    await superuser.execute("SELECT setval('event_store.event_position_seq', 5000)")
    await fill(superuser, 3)
    await grown(signing_engine)
    rows = await conn.fetch("SELECT position, hash FROM event_store.event ORDER BY position")

    for index in (0, 255, 256, 399, 400, 402):
        assert await tree.leaf_at(conn, rows[index]["position"], rows[index]["hash"]) == index
    with pytest.raises(tree.TreeDamaged, match="not what was put"):
        await tree.leaf_at(conn, rows[7]["position"], rows[8]["hash"])
    await fill(superuser, 1)
    assert await tree.leaf_at(conn, 5004, b"") is None


async def test_two_that_grow_the_tree_at_once_take_each_event_once(
    signing_engine: AsyncEngine, conn: Conn, superuser: Conn
) -> None:
    await fill(superuser, 1000)
    await asyncio.gather(*(grown(signing_engine, 150) for _ in range(10)))

    assert (await tree.size_of(conn)).leaves == 1000
    assert await tree.root(conn, 1000) == roots(await digests(conn))[1000]


async def test_a_position_that_is_drawn_but_not_settled_is_waited_for(
    engine: AsyncEngine, signing_engine: AsyncEngine, conn: Conn
) -> None:
    await record(conn, 2)
    async with transaction(engine) as slow:
        await record(slow, 1)
        await record(conn, 2)
        assert (await grown(signing_engine)).leaves == 2
    assert (await grown(signing_engine)).leaves == 5


@pytest.mark.parametrize(
    "damage", ["DELETE FROM tree_tile", "UPDATE tree_tile SET hashes = left(hashes::text, 4)::bytea"]
)
async def test_tiles_that_are_not_whole_are_said_to_be(
    signing_engine: AsyncEngine, conn: Conn, superuser: Conn, damage: str
) -> None:
    await fill(superuser, 300)
    await grown(signing_engine)
    await superuser.execute(damage)
    await fill(superuser, 1)

    with pytest.raises(tree.TreeDamaged):
        await tree.root(conn, 300)
    with pytest.raises(tree.TreeDamaged):
        await grown(signing_engine)
