"""Sixteen writers at once, some of whom take their time, take back or are killed, and two readers of the feed.

`make test` has a short storm; `make soak` gives it a minute, or as long as SOAK_SECONDS says.
"""

import asyncio
import os
import random
import time
from collections import Counter
from dataclasses import dataclass, field

import asyncpg
import pytest

from infra.event_store.read import read_all
from infra.event_store.types import ANY, StoredEvent
from tests.conftest import Database
from tests.infra.event_store.conftest import Connect, new_event, new_stream, put

Conn = asyncpg.Connection

WRITERS, STREAMS = 16, 8
_APPENDS = 40
_LONGEST_SECONDS = 0.005
_TAKEN_BACK, _KILLED = 0.25, 0.02
_SOAK_SECONDS = float(os.environ.get("SOAK_SECONDS", "0"))


@dataclass(slots=True, kw_only=True)
class Storm:
    """What the writers committed. `over` is set when the last of them has ended."""

    database: Database
    chance: random.Random
    streams: list[str] = field(default_factory=lambda: [new_stream() for _ in range(STREAMS)])
    committed: list[int] = field(default_factory=list)
    killed: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def write(self, ends_at: float) -> None:
        """So many appends, or until that moment of the monotonic clock when it is later."""
        conn = await asyncpg.connect(self.database.app_url)
        done = 0
        while done < _APPENDS or time.monotonic() < ends_at:
            if conn.is_closed():
                conn = await asyncpg.connect(self.database.app_url)
            await self._append(conn)
            done += 1
        await conn.close()

    async def _append(self, conn: Conn) -> None:
        transaction = conn.transaction()
        await transaction.start()
        appended = await put(conn, self.chance.choice(self.streams), ANY, new_event())
        await asyncio.sleep(self.chance.random() * _LONGEST_SECONDS)
        fate = self.chance.random()
        if fate < _KILLED:
            conn.terminate()
            self.killed += 1
        elif fate < _KILLED + _TAKEN_BACK:
            await transaction.rollback()
        else:
            await transaction.commit()
            self.committed.extend(appended.positions)


async def _follow(conn: Conn, storm: Storm) -> list[StoredEvent]:
    seen: list[StoredEvent] = []
    after = 0
    while True:
        over = storm.over.is_set()
        page = await read_all(conn, after=after, limit=50)
        seen += page.events
        after = page.next
        # The server may still hold the lock of a writer that was killed.
        if over and not page.more and not page.horizon.behind:
            return seen


async def _follow_by_position_alone(conn: Conn, storm: Storm, seen: list[int]) -> None:
    """Naively: what is there above the last position that was there."""
    while True:
        over = storm.over.is_set()
        last = seen[-1] if seen else 0
        rows = await conn.fetch("SELECT position FROM event_store.event WHERE position > $1 ORDER BY position", last)
        seen += [row["position"] for row in rows]
        if over:
            return


@pytest.mark.timeout(120 + 2 * _SOAK_SECONDS)
@pytest.mark.obligation("C10")
async def test_in_a_storm_a_reader_loses_nothing_and_one_by_position_alone_does(
    database: Database, connect: Connect
) -> None:
    storm = Storm(database=database, chance=random.Random(20260901))  # noqa: S311 - delays, not secrets
    naively: list[int] = []
    slow = await connect(database.app_url)
    transaction = slow.transaction()
    await transaction.start()
    overtaken = await put(slow, new_stream(), ANY, new_event())
    following = asyncio.create_task(_follow(await connect(database.app_url), storm))
    naive = asyncio.create_task(_follow_by_position_alone(await connect(database.app_url), storm, naively))
    ends_at = time.monotonic() + _SOAK_SECONDS
    writing = [asyncio.create_task(storm.write(ends_at)) for _ in range(WRITERS)]
    while not naively:  # noqa: ASYNC110 - a reader tells nobody
        await asyncio.sleep(0.01)
    await transaction.commit()
    storm.committed.extend(overtaken.positions)
    await asyncio.gather(*writing)
    storm.over.set()
    seen = await following
    await naive

    assert [event.position for event in seen] == sorted(storm.committed), "none lost, none twice, in order"
    versions: Counter[str] = Counter()
    for event in seen:
        versions[event.stream_id] += 1
        assert event.version == versions[event.stream_id], "no version before an earlier one of its stream"
    assert storm.killed > 0
    assert overtaken.positions[0] not in naively
    assert set(naively) < set(storm.committed)
