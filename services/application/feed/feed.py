"""The feed of events: what happened after a position, in commit order, each reader seeing only what it may.

Recent events are kept by `event_tail`; older ones are read from the store, by the same fence.
"""

from bisect import bisect_right
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from operator import attrgetter
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from events.ids import placement_id_in
from infra.event_store.read import read_all
from infra.event_store.types import StoredEvent
from infra.postgres.db import connection
from services.application.feed.notifications import notification

BATCH = 500
_BATCHES_MAX = 20
_MARK_BYTES = 8
_position = attrgetter("position")


@dataclass(frozen=True, slots=True)
class FeedPosition:
    """Where a reader goes on from, and which event it has dealt with there.

    `mark` identifies that event among others at its position: a restored record assigns positions again.
    None from a reader that keeps no marks, "" where one that does has none yet.
    """

    position: int
    mark: str | None

    def __str__(self) -> str:
        return f"{self.position}-{self.mark}" if self.mark else str(self.position)


def mark_of(hash_: bytes) -> str:
    """The beginning of an event's hash, which covers its position, its time, and its stream before it."""
    return hash_[:_MARK_BYTES].hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One event as the feed keeps it: its notification as JSON, what it is about, and whose share it is.

    Who may see it is no part of it: that changes while it is kept.
    """

    position: int
    mark: str
    event_id: UUID
    type: str
    placement_id: UUID | None
    share: int
    json: str = field(repr=False)

    @property
    def place(self) -> FeedPosition:
        return FeedPosition(self.position, self.mark)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """`next` is the last place looked at, a committed event's whether or not it is among `entries`."""

    entries: tuple[FeedEntry, ...]
    next: FeedPosition


FeedFilter = Callable[[Sequence[FeedEntry]], Awaitable[Sequence[FeedEntry]]]


class Recent:
    """The newest events in memory, each position above `floor` that has been looked at. Bounded."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: list[FeedEntry] = []
        self.floor: int | None = None
        self.looked_at = 0

    def begin(self, position: int) -> None:
        self._entries.clear()
        self.floor = self.looked_at = position

    def add(self, entries: Sequence[FeedEntry]) -> None:
        self._entries.extend(entries)
        self.looked_at = entries[-1].position
        surplus = len(self._entries) - self._size
        if surplus >= self._size:  # in large steps, since each moves the whole list
            self.floor = self._entries[surplus - 1].position
            del self._entries[:surplus]

    def after(self, position: int, limit: int) -> Sequence[FeedEntry] | None:
        """None when events after that position may have been let go already."""
        if self.floor is None or position < self.floor:
            return None
        first = bisect_right(self._entries, position, key=_position)
        return self._entries[first : first + limit]


def entries_of(events: Sequence[StoredEvent]) -> list[FeedEntry]:
    return [
        FeedEntry(
            position=event.position,
            mark=mark_of(event.hash),
            event_id=event.event_id,
            type=event.type,
            placement_id=placement_id,
            share=share_of(event.stream_id if placement_id is None else str(placement_id)),
            json=msgspec.json.encode(notification(event)).decode(),
        )
        for event in events
        for placement_id in (placement_id_in(event.stream_id),)
    ]


def share_of(about: str) -> int:
    """What divides a group of readers. It never changes for all events about one placement, school or provider.

    The first 8 bytes of the SHA-256 of the placement's id, or of the name of the stream where it is of none.
    """
    return int.from_bytes(sha256(about.encode()).digest()[:8])


async def page(
    engine: AsyncEngine, recent: Recent, *, attended: bool, after: FeedPosition, limit: int, wanted: FeedFilter
) -> FeedPage:
    """Up to `limit` of the wanted events after a place; looks at a bounded number of events to find them.

    Unless `attended`, what is recent may lag behind the store, and its end is not the feed's. `wanted` leaves of a
    batch what the reader is to get, by what is true now.
    """
    found: list[FeedEntry] = []
    for _ in range(_BATCHES_MAX):
        batch = recent.after(after.position, BATCH)
        if batch is None or not (batch or attended):
            batch = await _older(engine, after.position)
        for entry in await wanted(batch):
            found.append(entry)
            if len(found) == limit:
                return FeedPage(entries=tuple(found), next=entry.place)
        if not batch:
            break
        after = batch[-1].place
    return FeedPage(entries=tuple(found), next=after)


async def _older(engine: AsyncEngine, after: int) -> list[FeedEntry]:
    async with connection(engine) as conn:
        read = await read_all(conn, after=after, limit=BATCH)
    return entries_of(read.events)
