"""The one clock of deadlines and records: the system's, or the demonstration's, which may be moved forward.

Tokens, sessions and signatures use the system clock whatever this says.
"""

from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

import asyncpg
from sqlalchemy import Boolean, CheckConstraint, Column, DateTime, Integer, Interval, Table, false, text

from infra.event_store.relations import EVENTS
from infra.event_store.writers import allow_ahead
from infra.postgres.db import metadata
from infra.settings import Settings

demonstration_clock = Table(
    "demonstration_clock",
    metadata,
    # A single row: the key can only be 1.
    Column("id", Integer, primary_key=True, autoincrement=False, server_default=text("1")),
    Column("moved_by", Interval, nullable=False),
    Column("moved_at", DateTime(timezone=True), nullable=False),
    # The mark of a demonstration, which the owner alone can set: without it the setting moves no time.
    Column("allowed", Boolean, nullable=False, server_default=false()),
    CheckConstraint("id = 1", name="single_row"),
)

_BEGIN: Final = f"""
UPDATE demonstration_clock SET moved_by = $1::timestamptz - $2::timestamptz, moved_at = clock_timestamp()
WHERE allowed AND NOT EXISTS (SELECT FROM {EVENTS}) AND NOT EXISTS (SELECT FROM command)
"""  # noqa: S608 - constants only


class ClockCannotMove(Exception):
    """Time may be moved on the demonstration set-up only, and forward only."""


class Clock(Protocol):
    """What time it is. `offset_sql` lets a busy query bring the offset along, for `reading` to add."""

    offset_sql: str

    async def now(self, conn: asyncpg.Connection) -> datetime: ...

    def reading(self, offset: timedelta) -> datetime: ...


class SystemClock:
    """The machine's time; asks nobody."""

    offset_sql = "interval '0'"

    async def now(self, conn: asyncpg.Connection) -> datetime:  # noqa: ARG002 - the demonstration clock needs it
        return datetime.now(UTC)

    def reading(self, offset: timedelta) -> datetime:
        return datetime.now(UTC) + offset


class DemonstrationClock:
    """The machine's time plus what it has been moved on by, the same in every process of the set-up.

    In a database without the mark of a demonstration it is the machine's time.
    """

    offset_sql = "(SELECT CASE WHEN allowed THEN moved_by ELSE interval '0' END FROM demonstration_clock)"

    async def now(self, conn: asyncpg.Connection) -> datetime:
        return self.reading(await conn.fetchval(f"SELECT {self.offset_sql}"))

    def reading(self, offset: timedelta) -> datetime:
        return datetime.now(UTC) + offset


def clock_for(settings: Settings) -> Clock:
    return DemonstrationClock() if settings.demonstration_clock else SystemClock()


async def begin(clock: Clock, conn: asyncpg.Connection, at: datetime) -> bool:
    """Sets the demonstration clock of a store in which nothing has happened yet; False once something has.

    The example begins on a day of its own, so that it does not age; from then on time moves forward only.

    Raises:
        ClockCannotMove: on any other clock, and in a database without the mark.
    """
    await _require_demonstration(clock, conn)
    tag = await conn.execute(_BEGIN, at, datetime.now(UTC))
    return tag == "UPDATE 1"


async def advance(clock: Clock, conn: asyncpg.Connection, to: datetime) -> datetime:
    """Moves the demonstration clock on to `to` and returns what it now reads.

    Raises ClockCannotMove on any other clock, in a database without the mark, and for a time that has passed: deadlines
    that were met or missed cannot be unmade.
    """
    await _require_demonstration(clock, conn)
    moved_by: timedelta | None = await conn.fetchval(
        "UPDATE demonstration_clock SET moved_by = $1, moved_at = clock_timestamp()"
        " WHERE allowed AND moved_by <= $1 RETURNING moved_by",
        to - datetime.now(UTC),
    )
    if moved_by is None:
        raise ClockCannotMove(f"{to.isoformat()} has passed already; time moves forward only")
    return clock.reading(moved_by)


async def runs_since(clock: Clock, conn: asyncpg.Connection) -> datetime | None:
    """What the clock read when it was last moved: no time has been jumped over since. None for one that never was."""
    if not isinstance(clock, DemonstrationClock):
        return None
    moved: datetime | None = await conn.fetchval(
        "SELECT moved_at + moved_by FROM demonstration_clock WHERE allowed AND moved_by <> interval '0'"
    )
    return moved


async def is_demonstration(conn: asyncpg.Connection) -> bool:
    """Whether the database has the mark."""
    return bool(await conn.fetchval("SELECT allowed FROM demonstration_clock"))


async def mark_demonstration(owner_url: str) -> None:
    """As the database's owner: its clock may be moved, and what is recorded by it may be ahead of the server's."""
    owner = await asyncpg.connect(owner_url)
    try:
        async with owner.transaction():
            await owner.execute("UPDATE demonstration_clock SET allowed = true")
            await allow_ahead(owner, timedelta(days=73_000))
    finally:
        await owner.close()


async def _require_demonstration(clock: Clock, conn: asyncpg.Connection) -> None:
    if not isinstance(clock, DemonstrationClock) or not await is_demonstration(conn):
        raise ClockCannotMove("time can be moved on the demonstration set-up only")
