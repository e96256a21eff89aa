"""The one task of a process that follows the store: long polls and event streams wait for it, not for the database.

While nobody follows it looks once a second, since each look costs what a small command costs.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import asyncpg
import sqlalchemy.exc
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.event_store.lookup import last_settled
from infra.event_store.read import horizon, read_all
from infra.event_store.wake import Waker
from infra.postgres.db import connection, transaction
from services.application.feed.feed import BATCH, Recent, entries_of
from services.gateway.http.middleware import Metrics

_RECENT: Final = 5_000
_RETRY_SECONDS: Final = 0.5
_UNATTENDED_SECONDS: Final = 1.0
_AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, sqlalchemy.exc.SQLAlchemyError)
_log = structlog.get_logger("gateway")


class EventTail:
    """Reads on from the present by the fence, and says so to all who wait.

    `closing` ends every stream and long poll, so that a process can stop while clients are connected.
    """

    def __init__(self, engine: AsyncEngine, waker: Waker, metrics: Metrics) -> None:
        self.recent = Recent(_RECENT)
        self.closing = asyncio.Event()
        self._engine = engine
        self._waker = waker
        self._metrics = metrics
        self._moved = asyncio.Event()
        self._followers = 0
        self._attended = asyncio.Event()
        self._settled_at = time.monotonic()

    @property
    def moved(self) -> asyncio.Event:
        """Set when something after this moment arrives. Take it before reading, or what comes between is missed."""
        return self._moved

    @property
    def unsettled_seconds(self) -> float:
        """How long the reader has been held back by an open writer, or by a database that is away."""
        return time.monotonic() - self._settled_at

    @property
    def attended(self) -> bool:
        """Somebody follows, so what is recent is here as soon as it has settled."""
        return self._attended.is_set()

    @contextmanager
    def followed(self) -> Iterator[None]:
        """For as long as somebody waits for what comes."""
        self._followers += 1
        self._attended.set()
        try:
            yield
        finally:
            self._followers -= 1
            if not self._followers:
                self._attended.clear()

    def close(self) -> None:
        self.closing.set()
        self._tell()

    async def wait(self, moved: asyncio.Event, seconds: float) -> None:
        """Until something has arrived, the process stops, or the time is over."""
        if not self.closing.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(moved.wait(), seconds)

    async def run(self) -> None:
        """Until cancelled. A database that is away is tried again; readers find nothing new meanwhile."""
        while True:
            try:
                await self._follow()
            except _AWAY as error:
                _log.warning("event_tail_interrupted", error_type=type(error).__name__)
                await asyncio.sleep(_RETRY_SECONDS)

    async def _follow(self) -> None:
        if self.recent.floor is None:
            async with connection(self._engine) as conn:
                settled = await horizon(conn)
                self.recent.begin(await last_settled(conn, settled.limit))
        while True:
            read, behind = await self._read()
            if not behind:
                self._settled_at = time.monotonic()
            if read < BATCH:
                await self._rest(behind=behind)

    async def _rest(self, *, behind: bool) -> None:
        if self.attended:
            await self._waker.wait(behind=behind)
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._attended.wait(), _UNATTENDED_SECONDS)

    async def _read(self) -> tuple[int, bool]:
        async with transaction(self._engine) as conn:
            page = await read_all(conn, after=self.recent.looked_at, limit=BATCH)
        entries = entries_of(page.events)
        if entries:
            self.recent.add(entries)
            self._metrics.feed_position.set(self.recent.looked_at)
            self._tell()
        return len(entries), page.horizon.behind

    def _tell(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
