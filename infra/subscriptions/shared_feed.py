"""The newest pages of the feed, which a process reads once for all of its handlers."""

import asyncio
from bisect import bisect_right
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.event_store.lookup import last_settled
from infra.event_store.read import EventPage, horizon, read_all
from infra.event_store.types import StoredEvent
from infra.event_store.wake import Waker
from infra.postgres.db import transaction

PAGE_LIMIT: Final = 500
_PAGES_KEPT: Final = 256
_EVENTS_KEPT: Final = 2_000
_RETRY_SECONDS: Final = 1.0
_log = structlog.stdlib.get_logger(__name__)


class PageBeyond(Exception):
    """The page begins beyond the position: whoever took it would miss what lies between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPage:
    """The events after position `after`, up to and including `next`, of the types that the process takes."""

    after: int
    next: int
    events: Sequence[StoredEvent]

    def part(self, position: int, types: Collection[str], limit: int) -> "SharedPage":
        """What lies after a position and is of these types, up to `limit` events.

        Raises:
            PageBeyond: the page begins beyond the position.
        """
        if self.after > position:
            raise PageBeyond(f"the page begins at {self.after}, beyond {position}")
        first = bisect_right(self.events, position, key=lambda event: event.position)
        wanted = [event for event in self.events[first:] if event.type in types]
        if len(wanted) <= limit:
            return SharedPage(after=position, next=self.next, events=wanted)
        return SharedPage(after=position, next=wanted[limit - 1].position, events=wanted[:limit])


class SharedFeed:
    """Reads on from the present, woken by a notification, and keeps the last pages for whoever takes them.

    A handler that is behind what is kept reads for itself until it has caught up.
    """

    def __init__(self, engine: AsyncEngine, waker: Waker, types: Collection[str]) -> None:
        self._engine = engine
        self._waker = waker
        self._types = sorted(types)
        self._pages: deque[SharedPage] = deque()
        self._events = 0
        self._position: int | None = None
        self._moved = asyncio.Event()
        self.reads = 0
        self.beginnings = 0
        """How often it began at a new present, of which what was known before says nothing."""

    @property
    def moved(self) -> asyncio.Event:
        """Set when a page after this moment arrives. Take it before looking, or what comes between is missed."""
        return self._moved

    def tell(self) -> None:
        """End every wait for a page."""
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    def covers(self, position: int) -> bool:
        """Whether what comes after a position is here, or will be."""
        if self._position is None:
            return False
        return position >= (self._pages[0].after if self._pages else self._position)

    def page_after(self, position: int) -> SharedPage | None:
        """The first page that goes beyond a position; None where there is none yet."""
        return next((page for page in self._pages if page.next > position), None)

    async def run(self) -> None:
        """Until cancelled. After a failure it begins again at the present, and the handlers read what was missed."""
        while True:
            try:
                while True:
                    page = await self.read()
                    if not page.more:
                        await self._waker.wait(behind=page.horizon.behind)
            except Exception as error:  # noqa: BLE001 - the handlers depend on this task, and each failure is logged
                _log.warning("shared_feed_interrupted", error_type=type(error).__name__)
                self._begin_again()
                await asyncio.sleep(_RETRY_SECONDS)

    async def read(self) -> EventPage:
        """Read the next page and keep it."""
        async with transaction(self._engine) as conn:
            if self._position is None:
                self._position = await last_settled(conn, (await horizon(conn)).limit)
                self.beginnings += 1
                self.tell()
            self.reads += 1
            page = await read_all(conn, after=self._position, limit=PAGE_LIMIT, types=self._types)
        if page.horizon.high < self._position:  # the record was put back to an earlier time
            self._begin_again()
        elif page.next > self._position:
            self._keep(SharedPage(after=self._position, next=page.next, events=page.events))
            self._position = page.next
            self.tell()
        return page

    def _keep(self, page: SharedPage) -> None:
        """Beside the last ones; the oldest go where there are too many pages, or too many events in them."""
        self._pages.append(page)
        self._events += len(page.events)
        while len(self._pages) > _PAGES_KEPT or (len(self._pages) > 1 and self._events > _EVENTS_KEPT):
            self._events -= len(self._pages.popleft().events)

    def _begin_again(self) -> None:
        self._pages.clear()
        self._events = 0
        self._position = None
