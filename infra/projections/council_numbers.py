"""Open placements of one council's schools with the same UPN: a task for its officer, of which no school learns.

Numbers are compared by hashes under a random key of the council in the key store. They are compared after the
command that gave the number, by a sweep: what a school is answered, and how soon, says nothing about another school.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy import Column, DateTime, Index, LargeBinary, Table, Text, Uuid

from infra.encryption.keys import DataKey, KeyProvider
from infra.ids import uuid7
from infra.postgres.db import metadata
from infra.projections import council_overlaps, due, number_keys
from infra.projections.pupil_numbers import digest

council_number_key = Table(
    "council_number_key",
    metadata,
    Column("la_code", Text, primary_key=True),
    Column("key_id", Uuid, nullable=False),
)
council_number = Table(
    "council_number",
    metadata,
    Column("placement_id", Uuid, primary_key=True),
    Column("la_code", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("pupil_id", Uuid, nullable=False),
)
Index("council_number_digest_idx", council_number.c.la_code, council_number.c.digest)
Index("council_number_pupil_id_idx", council_number.c.pupil_id)
council_task = Table(
    "council_task",
    metadata,
    Column("task_id", Uuid, primary_key=True),
    Column("la_code", Text, nullable=False),
    Column("kind", Text, nullable=False),
    # The lesser id first; twice the same where one record has placements of two schools.
    Column("first_pupil_id", Uuid, nullable=False),
    Column("second_pupil_id", Uuid, nullable=False),
    Column("found_at", DateTime(timezone=True), nullable=False),
)
Index(
    "council_task_pair_idx",
    council_task.c.la_code,
    council_task.c.kind,
    council_task.c.first_pupil_id,
    council_task.c.second_pupil_id,
    unique=True,
)
Index("council_task_first_pupil_id_idx", council_task.c.first_pupil_id)
Index("council_task_second_pupil_id_idx", council_task.c.second_pupil_id)

SWEEP: Final = "council-numbers"


class CouncilTaskKind(StrEnum):
    """What an officer is to look into."""

    SAME_UPN = "same_upn"
    OVERLAPPING_SESSIONS = "overlapping_sessions"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerTask:
    task_id: UUID
    kind: CouncilTaskKind
    found_at: datetime
    placements: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Another open placement with the same UPN, of another school of the council."""

    placement_id: UUID
    pupil_id: UUID


_LOCKS: Final = 0x4C41554E
_LOCK: Final = "SELECT pg_advisory_xact_lock($1, hashtext($2))"
_KEY: Final = "SELECT key_id FROM council_number_key WHERE la_code = $1"
_SET_KEY: Final = """
INSERT INTO council_number_key (la_code, key_id) VALUES ($1, $2)
ON CONFLICT (la_code) DO UPDATE SET key_id = excluded.key_id
"""
_CLEAR: Final = "DELETE FROM council_number WHERE la_code = $1"
# A row that another worker holds is being looked at now, and waits for this key.
_LOOK_AGAIN: Final = """
UPDATE due_row SET due_at = $3
WHERE sweep = $1 AND subject IN (
    SELECT d.subject FROM due_row d JOIN placement p ON p.placement_id::text = d.subject
    WHERE d.sweep = $1 AND p.is_open AND p.la_code = $2
    FOR UPDATE OF d SKIP LOCKED
)
"""
# A closed one is looked at once more, as it leaves the index.
_DISCOVER: Final = """
SELECT $1, p.placement_id::text, $2, p.version
FROM placement p LEFT JOIN council_number n USING (placement_id)
WHERE p.is_open AND p.la_code IS NOT NULL OR n.placement_id IS NOT NULL
"""
_ENTER: Final = """
INSERT INTO council_number (placement_id, la_code, digest, pupil_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (placement_id) DO UPDATE
SET la_code = excluded.la_code, digest = excluded.digest, pupil_id = excluded.pupil_id
"""
_LEAVE: Final = "DELETE FROM council_number WHERE placement_id = $1"
_ALIKE: Final = """
SELECT p.placement_id, p.pupil_id
FROM council_number mine
JOIN placement my ON my.placement_id = mine.placement_id
JOIN council_number n ON n.la_code = mine.la_code AND n.digest = mine.digest
JOIN placement p ON p.placement_id = n.placement_id
WHERE mine.placement_id = $1 AND p.is_open AND p.home_school_urn <> my.home_school_urn
ORDER BY p.placement_id
"""
_ADD: Final = """
INSERT INTO council_task (task_id, la_code, kind, first_pupil_id, second_pupil_id, found_at)
VALUES ($1, $2, $3, least($4::uuid, $5::uuid), greatest($4::uuid, $5::uuid), $6)
ON CONFLICT (la_code, kind, first_pupil_id, second_pupil_id) DO NOTHING
"""
_FORGET: Final = (
    "DELETE FROM council_number WHERE pupil_id = $1",
    "DELETE FROM council_task WHERE first_pupil_id = $1 OR second_pupil_id = $1",
)
_GROUND: Final = f"""
FROM council_number a
JOIN council_number b ON b.la_code = a.la_code AND b.digest = a.digest
JOIN placement pa ON pa.placement_id = a.placement_id
JOIN placement pb ON pb.placement_id = b.placement_id
WHERE a.la_code = t.la_code AND a.pupil_id = t.first_pupil_id AND b.pupil_id = t.second_pupil_id
AND pa.is_open AND pb.is_open AND pa.home_school_urn <> pb.home_school_urn
AND (t.kind <> '{CouncilTaskKind.OVERLAPPING_SESSIONS}' OR EXISTS (
    SELECT FROM council_overlap o
    WHERE o.first_placement_id = least(pa.placement_id, pb.placement_id)
    AND o.second_placement_id = greatest(pa.placement_id, pb.placement_id) AND o.last_on >= $2
))
"""
_PRUNE: Final = f"""
DELETE FROM council_task t
WHERE (first_pupil_id = $1 OR second_pupil_id = $1) AND NOT EXISTS (SELECT {_GROUND})
"""  # noqa: S608 - constants only
# As the placements are now, whether or not the sweep has looked at each since.
_OF_COUNCIL: Final = f"""
SELECT t.task_id, t.kind, t.found_at, array(
    SELECT DISTINCT each.id {_GROUND.replace("WHERE", "CROSS JOIN LATERAL (VALUES (pa.placement_id), (pb.placement_id)) each (id) WHERE")}
    ORDER BY each.id
) AS placements
FROM council_task t
WHERE t.la_code = $1 AND ($3::uuid IS NULL OR t.task_id > $3) AND EXISTS (SELECT {_GROUND})
ORDER BY t.task_id
LIMIT $4
"""  # noqa: S608, E501 - constants only


async def discover(conn: asyncpg.Connection, now: datetime) -> None:
    await due.discover(conn, SWEEP, _DISCOVER, now)


async def enter(
    conn: asyncpg.Connection,
    keys: KeyProvider,
    la_code: str,
    number: str,
    *,
    placement_id: UUID,
    pupil_id: UUID,
    now: datetime,
) -> tuple[Alike, ...]:
    """Keep the number, as `pupil_numbers.normal` gives it, and find the placements alike.

    The council's index is held until the caller's transaction ends: of two placements that are entered at once,
    the second finds the first.
    """
    key = await _held(conn, keys, la_code, now)
    await conn.execute(_ENTER, placement_id, la_code, digest(key, number), pupil_id)
    found = await conn.fetch(_ALIKE, placement_id)
    return tuple(Alike(placement_id=row["placement_id"], pupil_id=row["pupil_id"]) for row in found)


async def leave(conn: asyncpg.Connection, placement_id: UUID) -> None:
    """Of a placement that is closed, or has no number."""
    await conn.execute(_LEAVE, placement_id)


async def forget(conn: asyncpg.Connection, pupil_id: UUID) -> None:
    """Of a pupil whose key is destroyed in the same transaction."""
    await council_overlaps.forget(conn, pupil_id)
    for statement in _FORGET:
        await conn.execute(statement, pupil_id)


async def add_task(
    conn: asyncpg.Connection, la_code: str, kind: CouncilTaskKind, pupils: tuple[UUID, UUID], now: datetime
) -> None:
    """One for each two pupils' records, however many placements they have."""
    await conn.execute(_ADD, uuid7(), la_code, kind, *pupils, now)


async def prune(conn: asyncpg.Connection, pupil_id: UUID, on: date) -> None:
    """Delete the tasks of a pupil's record that have no ground any more on a day."""
    await conn.execute(_PRUNE, pupil_id, on)


async def tasks(
    conn: asyncpg.Connection, la_code: str, on: date, *, after: UUID | None, limit: int
) -> Sequence[OfficerTask]:
    """The tasks that a council has on a day, the oldest first."""
    return [
        OfficerTask(
            task_id=row["task_id"],
            kind=CouncilTaskKind(row["kind"]),
            found_at=row["found_at"],
            placements=tuple(row["placements"]),
        )
        for row in await conn.fetch(_OF_COUNCIL, la_code, on, after, limit)
    ]


async def _held(conn: asyncpg.Connection, keys: KeyProvider, la_code: str, now: datetime) -> DataKey:
    """The council's key. Where there is none, each open placement is looked at again with the new one."""
    await conn.execute(_LOCK, _LOCKS, la_code)
    key = await number_keys.kept(keys, await conn.fetchval(_KEY, la_code))
    if key is not None:
        return key
    key = await number_keys.new(keys, f"la:{la_code}")
    await conn.execute(_CLEAR, la_code)
    await conn.execute(_SET_KEY, la_code, key.key_id)
    await conn.execute(_LOOK_AGAIN, SWEEP, la_code, now)
    return key
