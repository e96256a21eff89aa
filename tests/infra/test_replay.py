"""All events of a type, streamed: a page or two in memory however many there are, and gone on with where it stopped."""

import weakref
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from infra import replay
from infra.event_store import read
from infra.event_store.types import StoredEvent
from infra.replay import Moment
from tests.infra.test_subscriptions import NOW, store

TYPE = "ReferralDrafted"


class Pages:
    """Counts the pages that are in memory at once."""

    def __init__(self) -> None:
        self.read = self.alive = self.most = 0

    async def __call__(self, *args: Any, **options: Any) -> read.Page:
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

    assert await positions(replay.events(engine, [TYPE], Moment(known_at=NOW))) == wanted
    assert await positions(replay.events(engine, [TYPE], Moment(known_at=NOW - timedelta(seconds=1)))) == []
