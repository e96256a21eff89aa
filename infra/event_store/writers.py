"""Who holds the feed back: the transactions that have appended and are still open."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg

from infra.event_store.read import FENCE_NAMESPACE

# A prepared transaction has no process, and of another role's process only the id and the name are shown.
_HOLDERS: Final = """
SELECT held.pid, coalesce(process.application_name, '') AS application_name, process.xact_start AS since,
    extract(epoch FROM clock_timestamp() - process.xact_start)::float8 AS seconds,
    ((held.classid::bigint & 65535) << 32) | held.objid::bigint AS position
FROM pg_locks held LEFT JOIN pg_stat_activity process USING (pid)
WHERE held.locktype = 'advisory' AND held.objsubid = 1 AND (held.classid::bigint >> 16) = $1
    AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY position, held.pid
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWriter:
    """A transaction that holds a writer's fence: every position above `position` waits for it.

    `since` is when it began by the database's clock, and `seconds` its age; both are None where the database does
    not show them: a prepared transaction, which has no `pid` either, or one of another role.
    """

    pid: int | None
    application_name: str
    since: datetime | None
    seconds: float | None
    position: int


async def open_writers(conn: asyncpg.Connection) -> list[OpenWriter]:
    """Those that are open now, the one that holds back most first."""
    return [OpenWriter(**dict(row)) for row in await conn.fetch(_HOLDERS, FENCE_NAMESPACE)]
