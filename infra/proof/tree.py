"""The Merkle tree over the feed, kept beside it in tiles, so that a proof or a new checkpoint reads a few rows only.

A tile holds up to 256 neighbouring hashes of one level; a full one is one hash of the level of tiles above it. Leaves
are numbered from 0 without gaps, in the order of positions, as events are settled. The tiles are a convenience: who
verifies the record makes the tree again from the events themselves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import asyncpg
from sqlalchemy import BigInteger, CheckConstraint, Column, Index, LargeBinary, Table, text

from domain.shared.words import figure
from infra.event_store.read import horizon
from infra.postgres.db import metadata
from infra.proof.merkle import Subtree, complete_subtrees, joined, leaf_hash, node_hash

_HASH_BYTES: Final = 32
_TILE_LEVELS: Final = 8
_TILE_WIDTH: Final = 1 << _TILE_LEVELS
MAX_GROWTH: Final = 20_000
"""Leaves one transaction takes: the first checkpoint of a large record is made in many short steps."""

tree = Table(
    "tree",
    metadata,
    # One row, so that one transaction at a time grows the tree.
    Column("one", BigInteger, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    CheckConstraint("one = 1", name="one"),
)
tree_tile = Table(
    "tree_tile",
    metadata,
    Column("level", BigInteger, primary_key=True, autoincrement=False),
    Column("tile", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
    # Of the tile's first leaf; leaves only.
    Column("first_position", BigInteger),
)
Index(
    "tree_tile_first_position_idx",
    tree_tile.c.first_position,
    unique=True,
    postgresql_where=text("first_position IS NOT NULL"),
)

_HOLD = "SELECT size, position FROM tree FOR UPDATE"
# The end is outside the LIMIT, as in `infra.event_store.read`, for PostgreSQL to use the index.
_SETTLED = """
SELECT position, hash FROM (
    (SELECT position, hash FROM event_store.event WHERE position > $1 ORDER BY position LIMIT $3)
    UNION ALL
    (SELECT position, hash FROM event_store.event_archived WHERE position > $1 ORDER BY position LIMIT $3)
) page
WHERE position <= $2
ORDER BY position LIMIT $3
"""
_TILES = """
SELECT t.level, t.tile, t.hashes, t.first_position
FROM tree_tile t JOIN unnest($1::bigint[], $2::bigint[]) AS asked (level, tile) USING (level, tile)
"""
_PUT = """
INSERT INTO tree_tile (level, tile, hashes, first_position)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bigint[])
ON CONFLICT (level, tile) DO UPDATE SET hashes = EXCLUDED.hashes
"""
_GROWN = "UPDATE tree SET size = $1, position = $2"
_TILE_OF = """
SELECT tile, first_position, hashes FROM tree_tile
WHERE first_position <= $1 ORDER BY first_position DESC LIMIT 1
"""
_BEFORE = """
SELECT (SELECT count(*) FROM event_store.event WHERE position >= $1 AND position < $2)
    + (SELECT count(*) FROM event_store.event_archived WHERE position >= $1 AND position < $2)
"""


class TreeDamaged(Exception):
    """The tiles do not hold what the tree's size says, or an event is not what was put into the tree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeSize:
    """So many leaves, the last of them at this position; `more`: there were further settled events."""

    leaves: int
    position: int
    more: bool = False


@dataclass(slots=True, kw_only=True)
class _Tile:
    index: int
    hashes: bytearray
    first_position: int | None


async def grow(conn: asyncpg.Connection, limit: int = MAX_GROWTH, *, up_to: int | None = None) -> TreeSize:
    """Put settled events into the tree, at most `limit`; in the transaction of the caller, which is READ COMMITTED.

    `up_to`: no event beyond this position. Raises TreeDamaged.
    """
    held = await hold(conn)
    settled = (await horizon(conn)).limit
    events = await conn.fetch(_SETTLED, held.position, settled if up_to is None else min(settled, up_to), limit)
    if not events:
        return held
    edge = await _edge(conn, held.leaves)
    full: list[tuple[int, _Tile]] = []
    for at, digest in events:
        _put(edge, full, leaf_hash(digest), at)
    await _store(conn, [*full, *((level, tile) for level, tile in enumerate(edge) if tile.hashes)])
    grown = TreeSize(leaves=held.leaves + len(events), position=events[-1]["position"], more=len(events) == limit)
    await conn.execute(_GROWN, grown.leaves, grown.position)
    return grown


async def begin_again(conn: asyncpg.Connection) -> None:
    """Forget the tree, for it to be made again from the events."""
    await hold(conn)
    await conn.execute("DELETE FROM tree_tile")
    await conn.execute(_GROWN, 0, 0)


async def hold(conn: asyncpg.Connection) -> TreeSize:
    """The size, which stays until the caller's transaction ends: nobody else grows the tree meanwhile."""
    return await _size(conn, _HOLD)


async def size_of(conn: asyncpg.Connection) -> TreeSize:
    return await _size(conn, "SELECT size, position FROM tree")


async def _size(conn: asyncpg.Connection, query: str) -> TreeSize:
    row = await conn.fetchrow(query)
    assert row is not None, "the tree's row is made with the table"
    return TreeSize(leaves=row["size"], position=row["position"])


async def root(conn: asyncpg.Connection, size: int) -> bytes:
    """The root over the first `size` leaves."""
    [found] = await range_hashes(conn, [(0, size)])
    return found


async def range_hashes(conn: asyncpg.Connection, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
    """The hash over each range of leaves, as a proof names them. Raises TreeDamaged."""
    parts = [complete_subtrees(first, last) for first, last in ranges]
    known = await subtree_hashes(conn, {each for subtrees in parts for each in subtrees})
    return [joined([known[each] for each in subtrees]) for subtrees in parts]


async def leaf_at(conn: asyncpg.Connection, position: int, digest: bytes) -> int | None:
    """Which leaf the event at this position is; None while it is not in the tree. Raises TreeDamaged."""
    if position > (await size_of(conn)).position:
        return None
    tile = await conn.fetchrow(_TILE_OF, position)
    if tile is None:
        raise TreeDamaged(f"there is no leaf for position {position}")
    offset: int = await conn.fetchval(_BEFORE, tile["first_position"], position)
    if _nth(tile["hashes"], offset) != leaf_hash(digest):
        raise TreeDamaged(f"the event at position {position} is not what was put into the tree")
    return int(tile["tile"]) * _TILE_WIDTH + offset


async def leaves(conn: asyncpg.Connection, tile: int) -> tuple[bytes, ...]:
    """The hashes of the leaves from `tile * 256` on, as they were put into the tree."""
    found: bytes | None = await conn.fetchval("SELECT hashes FROM tree_tile WHERE level = 0 AND tile = $1", tile)
    hashes = found or b""
    return tuple(hashes[at : at + _HASH_BYTES] for at in range(0, len(hashes), _HASH_BYTES))


async def _edge(conn: asyncpg.Connection, size: int) -> list[_Tile]:
    """The last tile of each level, which may be empty: where the next hash goes."""
    widths = [size >> level * _TILE_LEVELS for level in range(_levels(size) + 1)]
    asked = [(level, width // _TILE_WIDTH) for level, width in enumerate(widths)]
    stored = {(row["level"], row["tile"]): row for row in await _tiles(conn, asked)}
    edge = []
    for (level, index), width in zip(asked, widths, strict=True):
        row = stored.get((level, index))
        hashes = bytearray(row["hashes"]) if row else bytearray()
        if len(hashes) != width % _TILE_WIDTH * _HASH_BYTES:
            raise TreeDamaged(
                f"tile {index} of level {level} does not hold {figure(width % _TILE_WIDTH, 'hash', 'hashes')}"
            )
        edge.append(_Tile(index=index, hashes=hashes, first_position=row["first_position"] if row else None))
    return edge


def _put(edge: list[_Tile], full: list[tuple[int, _Tile]], digest: bytes, position: int) -> None:
    """Put a leaf's hash at the end of its tile; a tile that is full goes up as one hash."""
    level = 0
    while True:
        if level == len(edge):
            edge.append(_Tile(index=0, hashes=bytearray(), first_position=None))
        tile = edge[level]
        if level == 0 and not tile.hashes:
            tile.first_position = position
        tile.hashes += digest
        if len(tile.hashes) < _TILE_WIDTH * _HASH_BYTES:
            return
        full.append((level, tile))
        edge[level] = _Tile(index=tile.index + 1, hashes=bytearray(), first_position=None)
        digest = _over(tile.hashes)
        level += 1


async def _store(conn: asyncpg.Connection, tiles: Sequence[tuple[int, _Tile]]) -> None:
    await conn.execute(
        _PUT,
        [level for level, _ in tiles],
        [tile.index for _, tile in tiles],
        [bytes(tile.hashes) for _, tile in tiles],
        [tile.first_position for _, tile in tiles],
    )


async def _tiles(conn: asyncpg.Connection, asked: Sequence[tuple[int, int]]) -> list[asyncpg.Record]:
    return list(await conn.fetch(_TILES, [level for level, _ in asked], [index for _, index in asked]))


async def subtree_hashes(conn: asyncpg.Connection, asked: Iterable[Subtree]) -> dict[Subtree, bytes]:
    """Raises TreeDamaged."""
    places = {each: _place(each) for each in asked}
    rows = await _tiles(conn, sorted({(level, tile) for level, tile, _, _ in places.values()}))
    stored = {(row["level"], row["tile"]): row["hashes"] for row in rows}
    found = {}
    for each, (level, tile, first, width) in places.items():
        hashes = stored.get((level, tile), b"")[first * _HASH_BYTES : (first + width) * _HASH_BYTES]
        if len(hashes) != width * _HASH_BYTES:
            raise TreeDamaged(f"tile {tile} of level {level} does not reach as far as the tree")
        found[each] = _over(hashes)
    return found


def _place(subtree: Subtree) -> tuple[int, int, int, int]:
    """Level and number of the tile, the first hash in it, and how many."""
    level, within = divmod(subtree.level, _TILE_LEVELS)
    tile, first = divmod(subtree.index << within, _TILE_WIDTH)
    return level, tile, first, 1 << within


def _over(hashes: bytes | bytearray) -> bytes:
    """The hash over neighbouring subtrees of one level, a power of two of them."""
    row = [bytes(hashes[at : at + _HASH_BYTES]) for at in range(0, len(hashes), _HASH_BYTES)]
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def _nth(hashes: bytes, at: int) -> bytes:
    return hashes[at * _HASH_BYTES : (at + 1) * _HASH_BYTES]


def _levels(size: int) -> int:
    """How many levels of tiles are above the leaves."""
    return max(0, (size.bit_length() - 1) // _TILE_LEVELS)
