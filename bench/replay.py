"""How long a replay of the whole record takes beside reading the same rows raw."""

import gc
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from bench.rig import Rig
from bench.sizes import Sizes
from domain.placement.state import Placement, evolve, initial
from events.codec import PLACEMENT
from events.ids import PlacementId, placement_stream
from infra.event_store.append import append
from infra.event_store.read import read_all
from infra.event_store.types import NO_STREAM, StreamAppend
from infra.ids import uuid7
from infra.keys import FileKeyProvider, KeyProvider
from infra.records import Opener, decode, load, new_event

_PAGE = 2_000
# The columns and the order of `read_all`, without its horizon and its types.
_RAW = """
SELECT position, stream_id, version, event_id, type, schema_version, data, personal, meta, recorded_at, hash
FROM event_store.event WHERE position > $1 ORDER BY position LIMIT $2
"""

Pass = Callable[[asyncpg.Connection], Awaitable[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`ratio` is of the time raw reading takes: 2.0 means twice as long; the median of each round's own."""

    what: str
    events: int
    seconds: float
    a_second: float
    ratio: float
    ratios_of_rounds: tuple[float, ...]


async def run(rig: Rig, placement_id: str, sizes: Sizes) -> list[Row]:
    """Copies of one placement's whole story, each under a key of its own, read back in pages of 2,000."""
    database = await rig.database("bench_replay")
    keys = FileKeyProvider(rig.folder / "replay-keys", cache_size=sizes.replay_events)
    conn = await asyncpg.connect(database.app)
    try:
        events = await _fill(rig, conn, keys, placement_id, sizes.replay_events)
        passes: dict[str, Pass] = {
            "rows read raw": _raw,
            "decoded and folded": lambda conn: _replay(conn, None),
            "opened, decoded and folded": lambda conn: _replay(conn, keys),
        }
        took: dict[str, list[float]] = {what: [] for what in passes}
        for _ in range(sizes.replay_rounds):
            for what, each in passes.items():
                gc.collect()
                began = time.perf_counter()
                seen = await each(conn)
                took[what].append(time.perf_counter() - began)
                assert seen == events
    finally:
        await conn.close()
    raw, *_ = took.values()
    return [_row(what, events, seconds, raw) for what, seconds in took.items()]


async def _fill(rig: Rig, conn: asyncpg.Connection, keys: FileKeyProvider, placement_id: str, wanted: int) -> int:
    theirs = await asyncpg.connect(rig.stack_database.app)
    try:
        source = placement_stream(PlacementId(UUID(placement_id)))
        story = await load(theirs, source, PLACEMENT, FileKeyProvider(rig.folder / "keys"))
    finally:
        await theirs.close()
    done = 0
    while done < wanted:
        stream_id = placement_stream(PlacementId(uuid7()))
        key = await keys.create(uuid7())
        events = tuple(
            new_event(PLACEMENT.encode(each.event), each.metadata, stream_id=stream_id, event_id=uuid7(), key=key)
            for each in story
        )
        await append(
            conn,
            StreamAppend(stream_id=stream_id, expected=NO_STREAM, events=events),
            recorded_at=story[-1].recorded_at,
        )
        done += len(events)
    return done


async def _raw(conn: asyncpg.Connection) -> int:
    after = seen = 0
    while rows := await conn.fetch(_RAW, after, _PAGE):
        seen += len(rows)
        after = rows[-1]["position"]
    return seen


async def _replay(conn: asyncpg.Connection, keys: KeyProvider | None) -> int:
    opener = Opener(keys)
    states: dict[str, Placement] = {}
    after = seen = 0
    more = True
    while more:
        page = await read_all(conn, after=after, limit=_PAGE)
        for stored in page.events:
            record = await decode(stored, PLACEMENT, opener)
            states[record.stream_id] = evolve(states.get(record.stream_id) or initial(), record.event)
        seen += len(page.events)
        after, more = page.next, page.more
    return seen


def _row(what: str, events: int, seconds: list[float], raw: list[float]) -> Row:
    ratios = tuple(mine / theirs for mine, theirs in zip(seconds, raw, strict=True))
    median = statistics.median(seconds)
    return Row(
        what=what,
        events=events,
        seconds=median,
        a_second=events / median,
        ratio=statistics.median(ratios),
        ratios_of_rounds=ratios,
    )
