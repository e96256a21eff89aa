"""What falls due on records that have no workflow: a row for each, swept every few minutes.

A row says when to look, never what will be found: whoever looks decides from the record.
"""

from datetime import datetime
from typing import Final

import asyncpg
from sqlalchemy import BigInteger, Column, DateTime, Index, Table, Text, text

from infra.postgres.db import metadata

due_row = Table(
    "due_row",
    metadata,
    # Which sweep looks, and at which record of its kind.
    Column("sweep", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    # When to look; null where time brings nothing more.
    Column("due_at", DateTime(timezone=True)),
    # What the row follows from: once that has moved on, it is looked at again.
    Column("seen", BigInteger, nullable=False, server_default=text("0")),
)
Index("due_row_due_at_idx", due_row.c.sweep, due_row.c.due_at, postgresql_where=text("due_at IS NOT NULL"))

_LOOK_AT: Final = """
INSERT INTO due_row (sweep, subject, due_at) VALUES ($1, $2, $3)
ON CONFLICT (sweep, subject) DO UPDATE SET due_at = least(due_row.due_at, excluded.due_at)
"""
_DISCOVERED: Final = """
ON CONFLICT (sweep, subject) DO UPDATE
SET due_at = least(due_row.due_at, excluded.due_at), seen = excluded.seen
WHERE due_row.seen < excluded.seen
"""
_PEEK: Final = """
SELECT subject FROM due_row
WHERE sweep = $1 AND due_at <= $2 AND NOT subject = ANY ($3)
ORDER BY due_at, subject LIMIT 1
"""
_CLAIM_ONE: Final = """
SELECT subject FROM due_row WHERE sweep = $1 AND subject = $3 AND due_at <= $2
FOR UPDATE SKIP LOCKED
"""
_CLAIM: Final = """
SELECT subject FROM due_row
WHERE sweep = $1 AND due_at <= $2 AND NOT subject = ANY ($3)
ORDER BY due_at, subject LIMIT 1
FOR UPDATE SKIP LOCKED
"""


async def look_at(conn: asyncpg.Connection, sweep: str, subject: str, at: datetime) -> None:
    """Have a record looked at, at that time or earlier."""
    await conn.execute(_LOOK_AT, sweep, subject, at)


async def discover(conn: asyncpg.Connection, sweep: str, found: str, now: datetime, *given: object) -> None:
    """Have each record that is found looked at now, if it has no row or has moved on.

    `found` is a query of its columns for a row: the sweep ($1), the subject, the time ($2), and what it follows from.
    """
    await conn.execute(f"INSERT INTO due_row (sweep, subject, due_at, seen) {found} {_DISCOVERED}", sweep, now, *given)


async def claim(conn: asyncpg.Connection, sweep: str, now: datetime, *, but: list[str]) -> str | None:
    """The longest due record, held until the caller's transaction ends; None when none is due but these."""
    found: str | None = await conn.fetchval(_CLAIM, sweep, now, but)
    return found


async def peek(conn: asyncpg.Connection, sweep: str, now: datetime, *, but: list[str]) -> str | None:
    """The longest due record, for who has to hold something else before he claims it."""
    found: str | None = await conn.fetchval(_PEEK, sweep, now, but)
    return found


async def claim_one(conn: asyncpg.Connection, sweep: str, now: datetime, subject: str) -> bool:
    """Whether this record is due and nobody else looks at it; then it is held until the transaction ends."""
    return await conn.fetchval(_CLAIM_ONE, sweep, now, subject) is not None


async def looked(conn: asyncpg.Connection, sweep: str, subject: str, again: datetime | None) -> None:
    """The record was looked at, and is to be again then."""
    await conn.execute("UPDATE due_row SET due_at = $3 WHERE sweep = $1 AND subject = $2", sweep, subject, again)


async def next_at(conn: asyncpg.Connection, sweeps: list[str], now: datetime) -> datetime | None:
    """When one of these sweeps next has a record to look at; what is due already waits for its next turn alone."""
    wanted = "SELECT min(due_at) FROM due_row WHERE sweep = ANY ($1) AND due_at > $2"
    found: datetime | None = await conn.fetchval(wanted, sweeps, now)
    return found
