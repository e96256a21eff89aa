"""What stays of archived events, held against what the record says of its archives, and against the archives' files.

A stub proves nothing about its event's content: that is in the archive, and unproved until the file is checked.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self
from uuid import UUID

import asyncpg

from domain.shared.words import are, figure
from infra.event_store.types import StoredEvent
from infra.proof.verifying import Findings, FlawKind

_FAULTS: Final = """
SELECT stream_id, detail FROM (SELECT stream_id, CASE
    WHEN s.archive IS NULL AND stubs.events IS NOT NULL
        THEN 'has ' || stubs.events || ' events whose content is gone, and was never archived'
    WHEN s.archive IS NOT NULL AND a.sha256 IS NULL THEN 'is marked with an archive that the record does not name'
    WHEN s.archive IS NOT NULL AND stubs.events IS NULL THEN 'is marked as archived, and nothing of it was taken off'
    WHEN s.archive IS NOT NULL AND EXISTS (SELECT FROM event_store.event e WHERE e.stream_id = stream_id_of.stream_id)
        THEN 'is marked as archived, and has events'
END AS detail
FROM (
    SELECT stream_id FROM event_store.stream WHERE archive IS NOT NULL
    UNION SELECT stream_id FROM event_store.event_archived
) stream_id_of
LEFT JOIN event_store.stream s USING (stream_id)
LEFT JOIN event_store.archive a ON a.sha256 = s.archive
LEFT JOIN (
    SELECT stream_id, count(*) AS events FROM event_store.event_archived GROUP BY stream_id
) stubs USING (stream_id)) looked_at
WHERE detail IS NOT NULL ORDER BY stream_id
"""
_TOO_MANY: Final = """
SELECT a.name, a.events, count(*) AS stubs
FROM event_store.archive a
JOIN event_store.stream s ON s.archive = a.sha256
JOIN event_store.event_archived e ON e.stream_id = s.stream_id
GROUP BY a.sha256 HAVING count(*) > a.events ORDER BY a.name
"""


async def add_stub_faults(conn: asyncpg.Connection, found: Findings) -> None:
    """Streams and archives of which the record's own tables disagree."""
    for row in await conn.fetch(_FAULTS):
        found.add(FlawKind.ARCHIVE, row["stream_id"], row["detail"])
    for row in await conn.fetch(_TOO_MANY):
        found.add(FlawKind.ARCHIVE, row["name"], _too_many(row["stubs"], row["events"]))


def _too_many(stubs: int, events: int) -> str:
    return f"{figure(stubs, 'event')} {are(stubs)} said to be in it, and it has {events}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stub:
    """As an export states it. `archive` is the SHA-256 of the file that its content is in."""

    position: int
    stream_id: str
    version: int
    event_id: UUID
    hash: bytes
    archive: bytes

    @classmethod
    def of_row(cls, row: asyncpg.Record, archive: bytes | None) -> Self:
        return cls(
            position=row["position"],
            stream_id=row["stream_id"],
            version=row["version"],
            event_id=row["event_id"],
            hash=row["hash"],
            archive=archive or b"",
        )

    @classmethod
    def of(cls, found: dict[str, Any]) -> Self:
        return cls(
            position=int(found["position"]),
            stream_id=str(found["stream_id"]),
            version=int(found["version"]),
            event_id=UUID(found["event_id"]),
            hash=bytes.fromhex(found["hash"]),
            archive=bytes.fromhex(found["archive"]),
        )

    def fields(self) -> dict[str, Any]:
        return {
            "position": self.position,
            "stream_id": self.stream_id,
            "version": self.version,
            "event_id": str(self.event_id),
            "hash": self.hash.hex(),
            "archive": self.archive.hex(),
        }

    def is_of(self, event: StoredEvent) -> bool:
        stated = (self.position, self.stream_id, self.version, self.event_id, self.hash)
        return stated == (event.position, event.stream_id, event.version, event.event_id, event.hash)


class StatedArchives:
    """An export's stubs, as they pass by in the order of the feed, against the archives that its first line names.

    `files` are the events of archives that were verified, by SHA-256, each in the order of the feed.
    """

    def __init__(
        self, stated: Mapping[bytes, tuple[str, int]], files: Mapping[bytes, Iterator[StoredEvent]], found: Findings
    ) -> None:
        self._stated = stated
        self._files = {sha256: _Ahead(events) for sha256, events in files.items()}
        self._found = found
        self._counts: Counter[bytes] = Counter()
        for sha256 in files.keys() - stated.keys():
            found.add(FlawKind.ARCHIVE, sha256.hex(), "is none of the archives that the export names")

    def take(self, stub: Stub) -> None:
        place = f"{stub.stream_id} version {stub.version}"
        self._counts[stub.archive] += 1
        if stub.archive not in self._stated:
            self._found.add(FlawKind.ARCHIVE, place, "its content is gone, and the export names no archive of it")
        elif (file := self._files.get(stub.archive)) is not None:
            event = file.at(stub.position)
            if event is not None and stub.is_of(event):
                self._found.verified += 1
            else:
                name = self._stated[stub.archive][0]
                self._found.add(FlawKind.ARCHIVE, place, f"is not in {name} as the export has it")

    def done(self, others: int) -> None:
        """`others`: how many more events the export has by their hash alone, and of no archive."""
        for sha256, (name, events) in self._stated.items():
            if self._counts[sha256] > events:
                self._found.add(FlawKind.ARCHIVE, name, _too_many(self._counts[sha256], events))
        room = sum(events for _, events in self._stated.values()) - self._counts.total()
        if others > max(room, 0):
            self._found.add(
                FlawKind.ARCHIVE,
                "its archives",
                f"{figure(others, 'event')} {are(others)} in none of them, and not here",
            )


class _Ahead:
    """Events in order, read on as far as somebody asks."""

    def __init__(self, events: Iterator[StoredEvent]) -> None:
        self._events = events
        self._next = next(events, None)

    def at(self, position: int) -> StoredEvent | None:
        while self._next is not None and self._next.position < position:
            self._next = next(self._events, None)
        return self._next if self._next is not None and self._next.position == position else None


async def archive_of_stream(conn: asyncpg.Connection, stream_id: str) -> bytes | None:
    found: bytes | None = await conn.fetchval("SELECT archive FROM event_store.stream WHERE stream_id = $1", stream_id)
    return found


async def stubs_not_in(conn: asyncpg.Connection, sha256: bytes, positions: set[int]) -> AsyncIterator[asyncpg.Record]:
    """Stubs that the record says to be of an archive, at none of these positions."""
    async for row in conn.cursor(
        "SELECT e.position, e.stream_id, e.version FROM event_store.event_archived e"
        " JOIN event_store.stream s USING (stream_id) WHERE s.archive = $1 ORDER BY e.position",
        sha256,
    ):
        if row["position"] not in positions:
            yield row
