"""The access log: which person read which child's record, kept apart from the events and never edited."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Table, Text, Uuid, text

from infra.identity.tokens import Person
from infra.postgres.db import metadata

access_log = Table(
    "access_log",
    metadata,
    Column("access_id", BigInteger, Identity(always=True), primary_key=True),
    Column("read_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("person_id", Uuid, nullable=False),
    Column("org", Text),
    # None for a reading of the log itself, or of the whole record.
    Column("placement_id", Uuid),
    Column("what", Text, nullable=False),
    Column("why", Text),
    # Of a reading of the log: what was asked for.
    Column("asked", Text),
)
Index("access_log_placement_id_read_at_idx", access_log.c.placement_id, access_log.c.read_at)
Index("access_log_read_at_idx", access_log.c.read_at, access_log.c.access_id)
Index("access_log_person_id_read_at_idx", access_log.c.person_id, access_log.c.read_at)

# Nobody signs in on the command line: the access log knows whoever may run it by this id.
OPERATOR: Final = UUID("6f1a3f3e-6d0b-5a55-9d7c-2b5a5a9e0c12")
_RECORD = "INSERT INTO access_log (person_id, org, placement_id, what, why, asked) VALUES ($1, $2, $3, $4, $5, $6)"
_RECORD_EACH: Final = """
INSERT INTO access_log (person_id, org, placement_id, what) SELECT $1, $2, id, $4 FROM unnest($3::uuid[]) AS id
"""
_WHY: Final = """
SELECT why FROM access_log
WHERE person_id = $1 AND placement_id = $2 AND what = $3 AND why IS NOT NULL AND read_at >= $4
ORDER BY read_at DESC LIMIT 1
"""
_READER_LOCKS: Final = 0x52454144
_HOLD: Final = "SELECT pg_advisory_xact_lock($1, hashtext($2::uuid::text))"
_LATELY: Final = """
SELECT count(*) AS count, extract(epoch FROM min(read_at) + interval '1 hour' - clock_timestamp())::int AS seconds
FROM access_log WHERE person_id = $1 AND what = $2 AND read_at > clock_timestamp() - interval '1 hour'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lately:
    """How many readings of a part there were in an hour, and in how many seconds the first of them is an hour old."""

    count: int
    seconds: int


async def hold_of_reader(conn: asyncpg.Connection, person: Person) -> None:
    """What is counted of this person's readings stays true until the caller's transaction ends."""
    await conn.execute(_HOLD, _READER_LOCKS, person.id)


async def shown_lately(conn: asyncpg.Connection, person: Person, what: str) -> Lately:
    row = await conn.fetchrow(_LATELY, person.id, what)
    assert row is not None, "a count has a row"
    return Lately(count=row["count"], seconds=row["seconds"] or 0)


async def record_access(
    conn: asyncpg.Connection,
    person: Person,
    placement_id: UUID | None,
    what: str,
    why: str | None = None,
    *,
    asked: str | None = None,
) -> None:
    """Keeps one reading. `what` is a code for the part that was read; `why` is asked for some parts only.

    `placement_id` is None, and `asked` says what was asked for, where what is read is of no one placement.
    Recorded before the record is shown, so that nothing is read without its trace.
    """
    await conn.execute(_RECORD, person.id, person.org, placement_id, what, why, asked)


async def record_accesses(conn: asyncpg.Connection, person: Person, placement_ids: Collection[UUID], what: str) -> None:
    """Keeps the readings of a list in one statement, before it is shown. Nothing where it names nobody."""
    if placement_ids:
        await conn.execute(_RECORD_EACH, person.id, person.org, sorted(placement_ids), what)


async def why_opened(
    conn: asyncpg.Connection, person: Person, placement_id: UUID, what: str, since: datetime
) -> str | None:
    """The reason that this person gave last, since an instant, for reading a part."""
    found: str | None = await conn.fetchval(_WHY, person.id, placement_id, what, since)
    return found
