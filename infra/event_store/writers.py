"""Who holds the feed back: the transactions that have appended and are still open."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import asyncpg

from infra.event_store.read import FENCE_NAMESPACE

# Of another role's process only the id and the name are shown. A prepared transaction has no process: it is found by
# its own id, which it holds a lock on, and its age counts from when it was prepared.
_HOLDERS: Final = """
SELECT held.pid, coalesce(process.application_name, '') AS application_name, prepared.gid AS prepared,
    coalesce(process.xact_start, prepared.prepared) AS since,
    extract(epoch FROM clock_timestamp() - coalesce(process.xact_start, prepared.prepared))::float8 AS seconds,
    ((held.classid::bigint & 65535) << 32) | held.objid::bigint AS position
FROM pg_locks held LEFT JOIN pg_stat_activity process USING (pid)
    LEFT JOIN pg_locks itself ON held.pid IS NULL AND itself.pid IS NULL AND itself.locktype = 'transactionid'
        AND itself.virtualtransaction = held.virtualtransaction
    LEFT JOIN pg_prepared_xacts prepared ON prepared.transaction = itself.transactionid
WHERE held.locktype = 'advisory' AND held.objsubid = 1 AND (held.classid::bigint >> 16) = $1
    AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY position, held.pid
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWriter:
    """A transaction that holds a writer's fence: every position above `position` waits for it.

    `since` is when it began by the database's clock, and `seconds` its age; both are None where the database does
    not show them: of another role. A prepared transaction has a name, `prepared`, and no `pid`; its times count from
    when it was prepared.
    """

    pid: int | None
    application_name: str
    prepared: str | None
    since: datetime | None
    seconds: float | None
    position: int


async def open_writers(conn: asyncpg.Connection) -> list[OpenWriter]:
    """Those that are open now, the one that holds back most first."""
    return [OpenWriter(**dict(row)) for row in await conn.fetch(_HOLDERS, FENCE_NAMESPACE)]


async def allow_ahead(owner: asyncpg.Connection, ahead: timedelta) -> None:
    """As the database's owner: times that are recorded may be so much ahead of the server's clock."""
    await owner.execute("UPDATE event_store.clock_allowance SET ahead = $1", ahead)
