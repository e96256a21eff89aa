"""The hash chain of each stream, and its verification without the database's help.

An event's hash is SHA-256 over the parts below, each as its length (8 bytes, big-endian) and its bytes: the tag
`placements/event/1`, the hash of the stream's event before (32 zero bytes before the first), position, stream_id,
version, event_id (16 bytes), type, schema_version, data, personal, meta, recorded_at. Text is UTF-8. Numbers are
8 bytes, big-endian, signed. Times are microseconds since 1970-01-01T00:00Z, as such a number. A missing `personal`
is a length of -1 and no bytes, which an empty one is not.
"""

import hashlib
import struct
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import asyncpg

from infra.event_store.read import COLUMNS_AS_THEY_ARE, stored
from infra.event_store.types import StoredEvent

TAG = b"placements/event/1"
NO_HASH = bytes(32)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_A_DAY = 86_400
_one, _two, _three = (struct.Struct(f">{count}q").pack for count in (1, 2, 3))
_OPENING = _one(len(TAG)) + TAG
_MISSING = _one(-1)
_PREFETCH = 500

_STREAMS = f"""
SELECT {COLUMNS_AS_THEY_ARE}
FROM event_store.event
WHERE $1::text IS NULL OR stream_id = $1
ORDER BY stream_id, version
"""  # noqa: S608 - constants only
_WRONG_HEADS = """
SELECT coalesce(s.stream_id, e.stream_id) AS stream_id, coalesce(s.version, 0) AS head, coalesce(e.last, 0) AS last,
    s.recorded_at::text AS head_at, coalesce(l.recorded_at, a.recorded_at)::text AS last_at
FROM event_store.stream s
FULL JOIN (
    SELECT stream_id, max(version) AS last FROM event_store.event GROUP BY stream_id
    UNION ALL
    SELECT stream_id, max(version) AS last FROM event_store.event_archived GROUP BY stream_id
) e USING (stream_id)
LEFT JOIN event_store.event l ON l.stream_id = e.stream_id AND l.version = e.last
LEFT JOIN event_store.event_archived a ON a.stream_id = e.stream_id AND a.version = e.last
WHERE (s.version IS DISTINCT FROM e.last OR s.recorded_at IS DISTINCT FROM coalesce(l.recorded_at, a.recorded_at))
    AND ($1::text IS NULL OR coalesce(s.stream_id, e.stream_id) = $1)
ORDER BY 1
"""


_NO_LIMITS = """
SELECT set_config(name, '0', true) FROM pg_settings WHERE name IN ('statement_timeout', 'transaction_timeout')
"""


class ChainFaultKind(StrEnum):
    HASH = "hash"
    VERSION_MISSING = "version_missing"
    VERSION_REPEATED = "version_repeated"
    POSITION_FALLS = "position_falls"
    TIME_FALLS = "time_falls"
    NO_TIME = "no_time"
    HEAD = "head"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFault:
    """`version` is the first at fault; `detail` is for people."""

    stream_id: str
    version: int
    kind: ChainFaultKind
    detail: str


def hash_of(previous: bytes, event: StoredEvent) -> bytes:
    """What the event's own hash should be after one with the hash `previous`; event_store.event_hash says the same.

    Raises:
        struct.error: a number does not fit into 8 bytes, so no database ever held it.
    """
    return hashlib.sha256(hashed_bytes(previous, event)).digest()


def hashed_bytes(previous: bytes, event: StoredEvent) -> bytes:
    """The parts, each behind its length. Raises as `hash_of`."""
    stream_id, type_, data, meta = (
        event.stream_id.encode(),
        event.type.encode(),
        event.data.encode(),
        event.meta.encode(),
    )
    personal = event.personal
    since = event.recorded_at - _EPOCH
    microseconds = (since.days * _SECONDS_A_DAY + since.seconds) * 1_000_000 + since.microseconds
    # One join of lengths and parts: a verifier of the whole record spends half its time here.
    parts = (
        _OPENING,
        _one(len(previous)),
        previous,
        _three(8, event.position, len(stream_id)),
        stream_id,
        _three(8, event.version, 16),
        event.event_id.bytes,
        _one(len(type_)),
        type_,
        _three(8, event.schema_version, len(data)),
        data,
        _MISSING if personal is None else _one(len(personal)) + personal,
        _one(len(meta)),
        meta,
        _two(8, microseconds),
    )
    return b"".join(parts)


class Head(NamedTuple):
    """What the event after it is checked against."""

    version: int
    position: int
    recorded_at: datetime
    hash: bytes


def head_of(event: StoredEvent) -> Head:
    return Head(event.version, event.position, event.recorded_at, event.hash)


async def verify(events: AsyncIterable[StoredEvent]) -> AsyncIterator[ChainFault]:
    """The faults of streams that come one after another, each by version; holds two events at a time.

    Each hash is checked against the *stored* hash before it, so one changed event is one fault. A chain alone
    shows neither a cut tail nor a stream rewritten to its end.
    """
    stream_id: str | None = None
    before: Head | None = None
    async for event in events:
        if stream_id != event.stream_id:
            before = None
        for fault in faults_of(before, event):
            yield fault
        stream_id, before = event.stream_id, head_of(event)


def faults_of(before: Head | None, event: StoredEvent) -> list[ChainFault]:
    """What is wrong with an event, given the event before it in its stream, if any."""
    expected = 1 if before is None else before.version + 1
    # None is what a time becomes that was put there past every clock, as infinity.
    times: list[Any] = [event.recorded_at] if before is None else [before.recorded_at, event.recorded_at]
    if event.version < expected:
        return [_fault(event, ChainFaultKind.VERSION_REPEATED, f"version {event.version} comes again")]
    faults = []
    if event.version > expected:
        detail = f"versions {expected} to {event.version - 1} are missing; the hash after them cannot be checked"
        faults.append(
            ChainFault(stream_id=event.stream_id, version=expected, kind=ChainFaultKind.VERSION_MISSING, detail=detail)
        )
    elif event.recorded_at is None:
        detail = "recorded at a time that no clock tells; the hash cannot be checked"
        faults.append(_fault(event, ChainFaultKind.NO_TIME, detail))
    elif hash_of(NO_HASH if before is None else before.hash, event) != event.hash:
        faults.append(
            _fault(event, ChainFaultKind.HASH, "the hash does not follow from the content and the hash before it")
        )
    if before is not None and event.position <= before.position:
        faults.append(
            _fault(event, ChainFaultKind.POSITION_FALLS, f"position {event.position} after {before.position}")
        )
    if None not in times and times[-1] < times[0]:
        faults.append(_fault(event, ChainFaultKind.TIME_FALLS, "recorded before the version before it"))
    return faults


def _fault(event: StoredEvent, kind: ChainFaultKind, detail: str) -> ChainFault:
    return ChainFault(stream_id=event.stream_id, version=event.version, kind=kind, detail=detail)


async def verify_stored(conn: asyncpg.Connection, stream_id: str | None = None) -> AsyncIterator[ChainFault]:
    """The faults of one stream, or of all, as one snapshot has them; in constant memory.

    Of what was archived only that there is a stub up to the head: its chain is in its file.
    """
    async with conn.transaction(isolation="repeatable_read", readonly=True):
        # It writes nothing and so keeps no reader waiting: the limits of our own connections are not for it.
        await conn.execute(_NO_LIMITS)
        named = set[tuple[str, int]]()
        async for fault in verify(_stored_events(conn, stream_id)):
            named.add((fault.stream_id, fault.version))
            yield fault
        async for row in conn.cursor(_WRONG_HEADS, stream_id, prefetch=_PREFETCH):
            head, last = row["head"], row["last"]
            if head != last:
                version, detail = min(head, last) + 1, f"version {head}, its last event is version {last}"
            elif (row["stream_id"], last) in named:
                continue  # that event is not as it was recorded
            else:
                version, detail = last, f"recorded at {row['head_at']}, its last event was at {row['last_at']}"
            detail = f"the stream's head says {detail}"
            yield ChainFault(stream_id=row["stream_id"], version=version, kind=ChainFaultKind.HEAD, detail=detail)


async def _stored_events(conn: asyncpg.Connection, stream_id: str | None) -> AsyncIterator[StoredEvent]:
    async for row in conn.cursor(_STREAMS, stream_id, prefetch=_PREFETCH):
        yield stored(row)
