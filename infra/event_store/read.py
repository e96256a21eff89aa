"""Reading: one stream, or all events in an order that no later commit can change.

Positions are drawn before their transactions commit, so a reader that uses the position alone skips events that
are still on their way. `horizon` says up to where everything has been decided.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import asyncpg

from infra.event_store.types import StoredEvent

FENCE_NAMESPACE = 0x4556
"""The first 16 bits of the writers' advisory lock keys; the other 48 are a position (sql/functions/take_fence.sql)."""

MAX_SCANNED = 10_000
"""How many events one `read_all` looks at, so that a rare type costs many short reads and never one long one."""

COLUMNS = ", ".join(StoredEvent._fields)
"""What `stored` takes, as a SELECT names it."""
READABLE_TIME = (
    "CASE WHEN recorded_at BETWEEN '0001-01-02T00:00Z' AND '9999-12-30T00:00Z' THEN recorded_at END AS recorded_at"
)
"""For who verifies: none of a time that Python does not know, such as infinity, which the store never takes."""
COLUMNS_AS_THEY_ARE = COLUMNS.replace("recorded_at", READABLE_TIME)
_LAST_VALUE = """
SELECT coalesce(pg_sequence_last_value('event_store.event_position_seq'), 0),
    current_setting('transaction_isolation'), pg_is_in_recovery()
"""
# One bigint key is shown in two halves, with objsubid 1. Prepared transactions are in the view as well.
_LOWEST_FENCE = """
SELECT min(((classid::bigint & 65535) << 32) | objid::bigint)
FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1 AND (classid::bigint >> 16) = $1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
# The end of a range that may hold the whole record is outside the LIMIT. Inside, and until the table is analysed
# for the first time, as after a restore, PostgreSQL takes the range for a few rows and sorts all of it for each page.
_LAST_LOOKED_AT = """
SELECT max(position) FROM (
    SELECT position FROM event_store.event WHERE position > $1 ORDER BY position LIMIT $3
) looked_at
WHERE position <= $2
"""
_PAGE = f"""
SELECT {COLUMNS} FROM (
    SELECT {COLUMNS} FROM event_store.event WHERE position > $1 ORDER BY position LIMIT $3
) page
WHERE position <= $2
ORDER BY position
"""  # noqa: S608 - built from constants alone
_MATCHING = f"""
SELECT {COLUMNS} FROM event_store.event
WHERE position > $1 AND position <= $2
    AND ($4::text[] IS NULL OR type = ANY ($4)) AND ($5::text IS NULL OR starts_with(stream_id, $5))
ORDER BY position LIMIT $3
"""  # noqa: S608 - built from constants alone


class UnsafeReader(Exception):
    """This connection cannot tell what is settled: it is a standby's, or its snapshot is older than its question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """Every position up to `limit` is committed or never will be. `high` is the last one drawn."""

    high: int
    limit: int

    @property
    def behind(self) -> bool:
        """Some positions are drawn but not settled: look again soon."""
        return self.limit < self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """`next` is where to read on from: the highest committed position looked at, whether or not it matched.

    Never `horizon.limit` itself: after a crash, positions that were drawn but not committed are drawn again.
    `more`: there was more to look at below the horizon.
    """

    events: list[StoredEvent]
    next: int
    horizon: Horizon
    more: bool


async def read_stream(
    conn: asyncpg.Connection,
    stream_id: str,
    *,
    after_version: int = 0,
    up_to_version: int | None = None,
    backwards: bool = False,
    limit: int | None = None,
) -> list[StoredEvent]:
    """The events of one stream, by version; a missing stream has none."""
    order = "DESC" if backwards else "ASC"
    rows = await conn.fetch(
        f"SELECT {COLUMNS} FROM event_store.event"  # noqa: S608 - built from constants alone
        " WHERE stream_id = $1 AND version > $2 AND version <= coalesce($3::bigint, 9223372036854775807)"
        f" ORDER BY version {order} LIMIT $4",
        stream_id,
        after_version,
        up_to_version,
        limit,
    )
    return _stored(rows)


async def horizon(conn: asyncpg.Connection) -> Horizon:
    """Up to where the feed may be read now. Two statements here and the reading itself as the third.

    Each needs a snapshot of its own, in this order. A position at or below H was drawn by a writer that already
    held its fence; if no fence below it is held any more when the locks are read, that writer has ended, and
    PostgreSQL shows a commit before it lets go of the locks, so the next statement sees it.

    Raises:
        UnsafeReader: the transaction is not READ COMMITTED, or the server is a standby, which shows no locks.
    """
    row = await conn.fetchrow(_LAST_VALUE)
    assert row is not None
    high, isolation, standby = row
    if isolation != "read committed":
        raise UnsafeReader(f"the feed is read in READ COMMITTED, not {isolation}")
    if standby:
        raise UnsafeReader("a standby does not show the locks of the writers")
    fence = await conn.fetchval(_LOWEST_FENCE, FENCE_NAMESPACE)
    return Horizon(high=high, limit=high if fence is None else min(high, fence))


async def read_all(
    conn: asyncpg.Connection,
    *,
    after: int,
    limit: int,
    types: Sequence[str] | None = None,
    stream_prefix: str | None = None,
    max_scanned: int = MAX_SCANNED,
) -> EventPage:
    """At most `limit` settled events past position `after` that match, in the order of the feed.

    An empty page may have moved `next` on: read again from there while `more` holds.
    """
    if limit < 1 or max_scanned < 1:
        raise ValueError("limit and max_scanned start at 1")
    found = await horizon(conn)
    if types is None and stream_prefix is None:
        events = _stored(await conn.fetch(_PAGE, after, found.limit, limit))
        last = events[-1].position if events else after
        return EventPage(events=events, next=last, horizon=found, more=len(events) == limit and last < found.limit)
    looked_at = await conn.fetchval(_LAST_LOOKED_AT, after, found.limit, max_scanned)
    if looked_at is None:
        return EventPage(events=[], next=after, horizon=found, more=False)
    wanted = None if types is None else list(types)
    events = _stored(await conn.fetch(_MATCHING, after, looked_at, limit, wanted, stream_prefix))
    last = events[-1].position if len(events) == limit else looked_at
    return EventPage(events=events, next=last, horizon=found, more=last < found.limit)


def _stored(rows: Iterable[asyncpg.Record]) -> list[StoredEvent]:
    return list(map(StoredEvent._make, rows))


def stored(row: asyncpg.Record) -> StoredEvent:
    """A row of the event table, all columns in the order of the table."""
    return StoredEvent._make(row)
