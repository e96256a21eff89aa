"""The access log: which person read which child's record, kept apart from the events and never edited."""

from uuid import UUID

import asyncpg
from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Table, Text, Uuid, text

from infra.db import metadata
from infra.identity import Person

access_log = Table(
    "access_log",
    metadata,
    Column("access_id", BigInteger, Identity(always=True), primary_key=True),
    Column("read_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("person_id", Uuid, nullable=False),
    Column("org", Text),
    Column("placement_id", Uuid, nullable=False),
    Column("what", Text, nullable=False),
    Column("why", Text),
)
Index("access_log_placement_id_read_at_idx", access_log.c.placement_id, access_log.c.read_at)
Index("access_log_person_id_read_at_idx", access_log.c.person_id, access_log.c.read_at)

_RECORD = "INSERT INTO access_log (person_id, org, placement_id, what, why) VALUES ($1, $2, $3, $4, $5)"


async def record_access(
    conn: asyncpg.Connection, person: Person, placement_id: UUID, what: str, why: str | None = None
) -> None:
    """Keeps one reading. `what` is a code for the part that was read; `why` is asked for some parts only.

    Recorded before the record is shown, so that nothing is read without its trace.
    """
    await conn.execute(_RECORD, person.id, person.org, placement_id, what, why)
