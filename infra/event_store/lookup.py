"""Finding events and streams by other than a stream's own order: by id, by how a stream is named, several at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from infra.event_store.limits import StreamArchived
from infra.event_store.read import COLUMNS, stored
from infra.event_store.types import StoredEvent

_BY_ID: Final = f"SELECT {COLUMNS} FROM event_store.event WHERE event_id = $1"  # noqa: S608 - constants only
_OF_STREAMS: Final = f"""
SELECT {COLUMNS} FROM event_store.event WHERE stream_id = ANY($1) ORDER BY stream_id, version
"""  # noqa: S608 - constants only
# The end of the range is the prefix with its last letter moved on by one: the whole prefix and nothing else,
# by the primary key, whose collation is "C".
_STREAM_IDS: Final = """
SELECT stream_id FROM event_store.stream
WHERE stream_id > $1 AND stream_id < $2 AND version > 0 AND archive IS NULL
ORDER BY stream_id LIMIT $3
"""
_VERSIONS: Final = "SELECT stream_id, version FROM event_store.stream WHERE stream_id = ANY($1) AND version > 0"
_HEADS: Final = """
SELECT stream_id, version, recorded_at FROM event_store.stream
WHERE stream_id > $1 AND stream_id < $2 AND version > 0 AND archive IS NULL
ORDER BY stream_id LIMIT $3
"""
_ARCHIVE: Final = "SELECT archive FROM event_store.stream WHERE stream_id = $1"
_ARCHIVED: Final = "SELECT stream_id FROM event_store.stream WHERE stream_id = ANY($1) AND archive IS NOT NULL"
_ARCHIVES: Final = "SELECT sha256, name, events FROM event_store.archive ORDER BY detached_at, sha256"
_HASH_AT: Final = """
SELECT hash FROM event_store.event WHERE position = $1
UNION ALL SELECT hash FROM event_store.event_archived WHERE position = $1
"""
_LAST_SETTLED: Final = "SELECT max(position) FROM event_store.event WHERE position <= $1"


async def find_event(conn: asyncpg.Connection, event_id: UUID) -> StoredEvent | None:
    found = await conn.fetchrow(_BY_ID, event_id)
    return None if found is None else stored(found)


async def hash_at(conn: asyncpg.Connection, position: int) -> bytes | None:
    """The hash of the event at a position, which no other history has there; None where there is no event.

    Of one that was archived as well: its reader did see it.
    """
    found: bytes | None = await conn.fetchval(_HASH_AT, position)
    return found


async def read_streams(conn: asyncpg.Connection, stream_ids: Sequence[str]) -> list[StoredEvent]:
    """All events of these streams, each stream in version order. For short streams: there is no limit."""
    return [stored(found) for found in await conn.fetch(_OF_STREAMS, list(stream_ids))]


async def stream_ids(conn: asyncpg.Connection, *, prefix: str, after: str, limit: int) -> list[str]:
    """Ids of the streams whose id begins with `prefix`, in order, from the one after `after`; none that is archived."""
    found = await conn.fetch(_STREAM_IDS, max(after, prefix), _end_of(prefix), limit)
    return [each["stream_id"] for each in found]


def _end_of(prefix: str) -> str:
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


async def stream_heads(conn: asyncpg.Connection, *, prefix: str, limit: int) -> dict[str, tuple[int, datetime]]:
    """Version and last time of each stream whose id begins with `prefix`, in order; none that is archived."""
    found = await conn.fetch(_HEADS, prefix, _end_of(prefix), limit)
    return {each["stream_id"]: (each["version"], each["recorded_at"]) for each in found}


async def refuse_archived(conn: asyncpg.Connection, stream_id: str) -> None:
    """For who found no event in a stream: raises StreamArchived where there were some."""
    sha256 = await conn.fetchval(_ARCHIVE, stream_id)
    if sha256 is not None:
        raise StreamArchived(stream_id, sha256)


async def archived(conn: asyncpg.Connection, stream_ids: Sequence[str]) -> set[str]:
    """Those of the streams that are archived."""
    found = await conn.fetch(_ARCHIVED, list(stream_ids))
    return {each["stream_id"] for each in found}


async def archives(conn: asyncpg.Connection) -> Sequence[asyncpg.Record]:
    """sha256, name and events of each file that events were taken off into."""
    return list(await conn.fetch(_ARCHIVES))


async def stream_versions(conn: asyncpg.Connection, stream_ids: Sequence[str]) -> dict[str, int]:
    """The version each of these streams has reached; a missing stream is left out."""
    if not stream_ids:
        return {}
    found = await conn.fetch(_VERSIONS, list(stream_ids))
    return {each["stream_id"]: each["version"] for each in found}


async def last_settled(conn: asyncpg.Connection, limit: int) -> int:
    """The highest committed position at or below a horizon's limit; 0 in an empty store.

    Where a reader that wants only what comes from now on may begin. The limit itself may be issued again
    after a crash.
    """
    found: int | None = await conn.fetchval(_LAST_SETTLED, limit)
    return found or 0
