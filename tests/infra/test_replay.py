"""All events of a type, streamed: a page or two in memory however many there are, and gone on with where it stopped."""

import weakref
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.event_store import lookup, read
from infra.event_store.types import ANY, StoredEvent
from infra.ids import uuid7
from services.application import replay
from services.application.replay import LookBack
from tests.infra.event_store.conftest import new_event, put
from tests.infra.test_subscriptions import NOW, store

TYPE = "ReferralDrafted"


class Pages:
    """Counts the pages that are in memory at once."""

    def __init__(self) -> None:
        self.read = self.alive = self.most = 0

    async def __call__(self, *args: Any, **options: Any) -> read.EventPage:
        page = await read.read_all(*args, **options)
        tracked = Tracked(page.events)
        self.read += 1
        self.alive += 1
        self.most = max(self.most, self.alive)
        weakref.finalize(tracked, self._gone)
        return replace(page, events=tracked)

    def _gone(self) -> None:
        self.alive -= 1


class Tracked(list[StoredEvent]):
    """A list that can be seen to go."""


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Pages:
    counted = Pages()
    monkeypatch.setattr(replay, "read_all", counted)
    monkeypatch.setattr(replay, "_PAGE", 3)
    return counted


async def positions(events: AsyncIterator[StoredEvent], limit: int | None = None) -> list[int]:
    found: list[int] = []
    async for event in events:
        found.append(event.position)
        if len(found) == limit:
            break
    return found


async def test_no_more_than_two_pages_are_in_memory(engine: AsyncEngine, pages: Pages) -> None:
    stored = await store(engine, 30, type_=TYPE)

    found = await positions(replay.events(engine, [TYPE]))

    assert found == stored
    assert pages.read >= 10
    assert pages.most <= 2


async def test_placements_are_gone_over_by_the_page_as_well(
    engine: AsyncEngine, conn: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = sorted(uuid7() for _ in range(7))
    for each in wanted:
        await put(conn, f"placement-{each}", ANY, new_event())
    asked: list[int] = []

    async def counted(conn: asyncpg.Connection, *, prefix: str, after: str, limit: int) -> list[str]:
        asked.append(limit)
        return await lookup.stream_ids(conn, prefix=prefix, after=after, limit=limit)

    monkeypatch.setattr(replay, "stream_ids", counted)
    monkeypatch.setattr(replay, "_PAGE", 3)

    assert [each async for each in replay.placement_ids(engine)] == wanted
    assert [each async for each in replay.placement_ids(engine, after=wanted[3])] == wanted[4:]
    assert asked == [3] * 5


async def test_it_goes_on_where_it_stopped(engine: AsyncEngine, pages: Pages) -> None:
    stored = await store(engine, 8, type_=TYPE)

    first = await positions(replay.events(engine, [TYPE]), limit=4)
    rest = await positions(replay.events(engine, [TYPE], after=first[-1]))

    assert (first, rest) == (stored[:4], stored[4:])
    assert pages.read > 2


async def test_only_the_types_asked_for_that_counted_then(engine: AsyncEngine) -> None:
    wanted = await store(engine, 2, type_=TYPE)
    await store(engine, 2, type_="PlacementStarted")
    wanted += await store(engine, 1, type_=TYPE)

    assert await positions(replay.events(engine, [TYPE], LookBack(known_at=NOW))) == wanted
    assert await positions(replay.events(engine, [TYPE], LookBack(known_at=NOW - timedelta(seconds=1)))) == []
