"""Keeps one handler going: it takes the pages that its process shares, and reads for itself where it must."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.event_store.types import StoredEvent
from infra.postgres.db import connection, raw
from infra.subscriptions.handler import Handler
from infra.subscriptions.shared_feed import SharedFeed, SharedPage
from infra.subscriptions.subscription import BATCH_LIMIT, Batch, claimed, run_batch, save_position

DRAIN_SECONDS: Final = 2.0
"""How often a handler looks for rows to work on when no event comes."""
SAVE_SECONDS: Final = 0.5
"""For how long a position may stay behind events that its handler does not take."""
_log = structlog.stdlib.get_logger(__name__)


async def read_alone(engine: AsyncEngine, handler: Handler, *, limit: int = BATCH_LIMIT) -> Batch:
    """Take the next batch from the handler's own position. Raises what `run_batch` raises."""

    async def apply(conn: AsyncConnection, events: Sequence[StoredEvent]) -> None:
        await handler.handle(await raw(conn), events)

    return await run_batch(engine, handler.name, apply, types=handler.types, limit=limit)


class Runner:
    """One handler in one process. Another process may run the same one: the claim on its position decides."""

    def __init__(
        self,
        engine: AsyncEngine,
        handler: Handler,
        feed: SharedFeed,
        *,
        limit: int = BATCH_LIMIT,
        drain_seconds: float = DRAIN_SECONDS,
    ) -> None:
        self._engine = engine
        self._handler = handler
        self._types = frozenset(handler.types)
        self._feed = feed
        self._limit = limit
        self._drain_seconds = drain_seconds
        self._drain_at = 0.0
        # At the beginning, while it is behind, and after a failure.
        self._alone = True
        self._beginning = 0
        # Where the database has it, and up to where nothing more of its types is in the feed.
        self._saved = self._seen = 0
        self._save_at = 0.0

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
        if self._alone or self._feed.beginnings != self._beginning or not self._feed.covers(self._seen):
            return await self._read_alone()
        page = self._feed.page_after(self._seen)
        if page is None:
            if self._seen > self._saved and time.monotonic() >= self._save_at:
                return await self._take(SharedPage(after=self._seen, next=self._seen, events=()))
            return Batch(position=self._seen, seen=0, more=False, behind=False)
        part = page.part(self._seen, self._types, self._limit)
        if part.events:
            return await self._take(part)
        self._seen = part.next
        return Batch(position=self._seen, seen=0, more=True, behind=False)

    async def _read_alone(self) -> Batch:
        self._alone, self._beginning = True, self._feed.beginnings
        batch = await read_alone(self._engine, self._handler, limit=self._limit)
        self._reached(batch.position)
        self._alone = batch.more
        return batch

    async def _take(self, part: SharedPage) -> Batch:
        """Take a part of a shared page. Where that fails, reading alone finds the event that cannot be taken."""
        here = False
        try:
            async with self._engine.begin() as conn:
                position, _stopped = await claimed(self._engine, conn, self._handler.name)
                here = position == self._saved
                if here:
                    if part.events:
                        await self._handler.handle(await raw(conn), part.events)
                    await save_position(conn, self._handler.name, part.next)
        except Exception as error:  # noqa: BLE001 - reading alone meets it again, and names its event
            _log.warning("shared_page_failed", subscription=self._handler.name, error_type=type(error).__name__)
            return await self._read_alone()
        if not here:  # another process was at work, or somebody put the position back
            return await self._read_alone()
        self._reached(part.next)
        return Batch(position=part.next, seen=len(part.events), more=True, behind=False)

    def _reached(self, position: int) -> None:
        self._saved = self._seen = position
        self._save_at = time.monotonic() + SAVE_SECONDS

    async def _drain(self) -> None:
        self._drain_at = time.monotonic() + self._drain_seconds
        async with connection(self._engine) as conn:
            await self._handler.drain(conn)

    async def _rest(self, moved: asyncio.Event) -> None:
        """Until the feed moves on, or it is time to drain or to save."""
        due = min(self._drain_at, self._save_at) if self._seen > self._saved else self._drain_at
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, due - time.monotonic())):
                await moved.wait()
