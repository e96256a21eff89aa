"""Which two placements of one child, of two schools of a council, expect it in the same sessions.

Kept by the sweep that compares the council's numbers, for its officer's tasks alone.
"""

from datetime import date
from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy import Column, Date, Index, PrimaryKeyConstraint, Table, Uuid

from infra.postgres.db import metadata

council_overlap = Table(
    "council_overlap",
    metadata,
    # The lesser id first.
    Column("first_placement_id", Uuid, nullable=False),
    Column("second_placement_id", Uuid, nullable=False),
    # The last day on which both expect the child: from then on nobody can do anything about it.
    Column("last_on", Date, nullable=False),
    PrimaryKeyConstraint("first_placement_id", "second_placement_id"),
)
Index("council_overlap_second_placement_id_idx", council_overlap.c.second_placement_id)

_ADD: Final = """
INSERT INTO council_overlap (first_placement_id, second_placement_id, last_on)
VALUES (least($1::uuid, $2::uuid), greatest($1::uuid, $2::uuid), $3)
ON CONFLICT (first_placement_id, second_placement_id) DO UPDATE SET last_on = excluded.last_on
"""
_CLEAR: Final = "DELETE FROM council_overlap WHERE first_placement_id = $1 OR second_placement_id = $1"
_FORGET: Final = """
DELETE FROM council_overlap o USING council_number n
WHERE n.pupil_id = $1 AND n.placement_id IN (o.first_placement_id, o.second_placement_id)
"""


async def add(conn: asyncpg.Connection, placements: tuple[UUID, UUID], last_on: date) -> None:
    await conn.execute(_ADD, *placements, last_on)


async def clear(conn: asyncpg.Connection, placement_id: UUID) -> None:
    """Of a placement that is about to be compared, or is over."""
    await conn.execute(_CLEAR, placement_id)


async def forget(conn: asyncpg.Connection, pupil_id: UUID) -> None:
    """Of a pupil whose numbers are deleted next in the same transaction."""
    await conn.execute(_FORGET, pupil_id)
