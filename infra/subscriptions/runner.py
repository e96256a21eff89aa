"""Keeps one handler going: it takes the pages that its process shares, and reads for itself where it must."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.event_store.types import StoredEvent
from infra.postgres.db import connection, raw
from infra.subscriptions.handler import Handler
from infra.subscriptions.positions import Positions
from infra.subscriptions.shared_feed import SharedFeed, SharedPage
from infra.subscriptions.subscription import BATCH_LIMIT, Batch, run_batch

DRAIN_SECONDS: Final = 2.0
"""How often a handler looks for rows to work on when no event comes."""


async def read_alone(
    engine: AsyncEngine, handler: Handler, *, limit: int = BATCH_LIMIT, page: SharedPage | None = None
) -> Batch:
    """Take the next batch from the handler's own position. Raises what `run_batch` raises."""

    async def apply(conn: AsyncConnection, events: Sequence[StoredEvent]) -> None:
        await handler.handle(await raw(conn), events)

    return await run_batch(engine, handler.name, apply, types=handler.types, limit=limit, page=page)


class Runner:
    """One handler in one process. Another process may run the same one: the claim on its position decides."""

    def __init__(
        self,
        engine: AsyncEngine,
        handler: Handler,
        feed: SharedFeed,
        positions: Positions,
        *,
        limit: int = BATCH_LIMIT,
        drain_seconds: float = DRAIN_SECONDS,
    ) -> None:
        self._engine = engine
        self._handler = handler
        self._types = frozenset(handler.types)
        self._feed = feed
        self._positions = positions
        self._position = positions.add(handler.name)
        self._limit = limit
        self._drain_seconds = drain_seconds
        self._drain_at = 0.0
        # At the beginning, while it is behind, and after a failure.
        self._alone = True
        self._beginning = 0

    async def step(self) -> int:
        """One batch and what it caused, or a rest; returns the position."""
        moved = self._feed.moved
        batch = await self._batch()
        if batch.seen or time.monotonic() >= self._drain_at:
            await self._drain()
        if not batch.more:
            await self._rest(moved)
        return batch.position

    async def _batch(self) -> Batch:
        here = self._position
        if self._alone or self._feed.beginnings != self._beginning or not self._feed.covers(here.seen):
            return await self._take(None)
        page = self._feed.page_after(here.seen)
        if page is None:
            if here.unsaved and time.monotonic() >= here.save_at:
                await self._positions.save()
                if here.unsaved:  # another process was at work, or somebody put the position back
                    return await self._take(None)
            return Batch(position=here.seen, seen=0, more=False, behind=False)
        part = page.part(here.seen, self._types, self._limit)
        if part.events:
            return await self._take(part)
        here.seen = part.next
        return Batch(position=here.seen, seen=0, more=True, behind=False)

    async def _take(self, page: SharedPage | None) -> Batch:
        """Take a page that begins at the saved position, or read for itself: where there is none, or where it fails."""
        self._alone = True
        if page is None:
            self._beginning = self._feed.beginnings
        here = self._position
        async with self._positions.claiming(here):
            # Between what is saved and the page there is nothing of its types.
            ours = None if page is None else replace(page, after=here.saved)
            batch = await read_alone(self._engine, self._handler, limit=self._limit, page=ours)
            here.reached(batch.position)
        self._alone = batch.more and not batch.shared
        return batch

    async def _drain(self) -> None:
        self._drain_at = time.monotonic() + self._drain_seconds
        async with connection(self._engine) as conn:
            await self._handler.drain(conn)

    async def _rest(self, moved: asyncio.Event) -> None:
        """Until the feed moves on, or it is time to drain or to save."""
        here = self._position
        due = min(self._drain_at, here.save_at) if here.unsaved else self._drain_at
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, due - time.monotonic())):
                await moved.wait()
