"""Placement rows: the status of each placement, written in the append's own transaction (read your writes).

Codes, ids and dates only; nothing here names a child. The row is derived from the stream and can be rebuilt.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    and_,
    or_,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from domain.placement.provider_sight.phases import ProviderPhase, phase_of_stage
from domain.placement.stages import Stage
from infra.postgres.db import metadata

placement = Table(
    "placement",
    metadata,
    Column("placement_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("stage", Text, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("pupil_id", Uuid, nullable=False),
    Column("home_school_urn", Text, nullable=False),
    Column("la_code", Text),
    Column("commissioner", Text, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("regime_id", Text),
    Column("provider_id", Uuid),
    Column("assigned_to", Uuid),
    # Where access is restricted: the roles and the ids of people who may read, and nobody else but an auditor.
    Column("readers", ARRAY(Text)),
    Column("next_deadline_on", Date),
    Column("next_deadline_rule", Text),
    Column("next_deadline_severity", Text),
    # Nothing in a row that an earlier release wrote.
    Column("next_deadline_provisional", Boolean),
    Column("next_review_on", Date),
    Column("next_wake_at", DateTime(timezone=True)),
    Column("started_on", Date),
    Column("proposed_end_on", Date),
    Column("ended_on", Date),
    # As `domain.placement.provider_sight`; nothing in a row that an earlier release wrote.
    Column("provider_phase", Text),
    # Those that see it beside `la_code`; nothing where there is none, or in a row that an earlier release wrote.
    Column("councils", ARRAY(Text)),
    # The version that its rows in the lists follow from, and of what else (`infra.projections.basis`); nothing where
    # an earlier release wrote them.
    Column("rows_version", Integer),
    Column("rows_basis", Integer),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    # As `domain.shared.references`; the database assigns it when the row comes, and nothing changes it.
    Column("reference", Text),
)
# One for each way the caseload is listed: all of it, one stage, one school, authority or provider, by date.
Index("placement_next_deadline_on_idx", placement.c.next_deadline_on, placement.c.placement_id)
Index("placement_stage_idx", placement.c.stage, placement.c.next_deadline_on, placement.c.placement_id)
Index(
    "placement_home_school_urn_idx",
    placement.c.home_school_urn,
    placement.c.next_deadline_on,
    placement.c.placement_id,
)
Index("placement_la_code_idx", placement.c.la_code, placement.c.next_deadline_on, placement.c.placement_id)
Index(
    "placement_provider_id_idx",
    placement.c.provider_id,
    placement.c.next_deadline_on,
    placement.c.placement_id,
)
Index("placement_pupil_id_idx", placement.c.pupil_id)
Index("placement_reference_idx", placement.c.reference, unique=True)
Index(
    "placement_councils_idx",
    placement.c.councils,
    postgresql_using="gin",
    postgresql_where=text("councils IS NOT NULL"),
)
Index("placement_updated_at_idx", placement.c.updated_at, placement.c.placement_id)
Index("placement_open_idx", placement.c.placement_id, postgresql_where=text("is_open"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementRow:
    """The status of a placement after its event number `version`.

    `reference` is as it was read; a row that is offered to `upsert` needs none.
    """

    placement_id: UUID
    version: int
    stage: str
    is_open: bool
    pupil_id: UUID
    home_school_urn: str
    la_code: str | None = None
    commissioner: str
    legal_basis: str
    regime_id: str | None = None
    provider_id: UUID | None = None
    assigned_to: UUID | None = None
    readers: tuple[str, ...] | None = None
    next_deadline_on: date | None = None
    next_deadline_rule: str | None = None
    next_deadline_severity: str | None = None
    next_deadline_provisional: bool | None = None
    next_review_on: date | None = None
    next_wake_at: datetime | None = None
    started_on: date | None = None
    proposed_end_on: date | None = None
    ended_on: date | None = None
    provider_phase: str | None = None
    councils: tuple[str, ...] | None = None
    rows_version: int | None = None
    rows_basis: int | None = None
    updated_at: datetime
    reference: str | None = field(default=None, compare=False)

    @property
    def phase(self) -> ProviderPhase:
        """How far the placement has come for its provider."""
        if self.provider_phase is not None:
            return ProviderPhase(self.provider_phase)
        return phase_of_stage(Stage(self.stage)) if self.stage in _STAGES else ProviderPhase.NONE


_STAGES: Final = frozenset(stage.value for stage in Stage)


class StaleRow(Exception):
    """The stored row is of a later version than the one offered."""


NAMES: Final = tuple(each.name for each in fields(PlacementRow))
_COLUMNS: Final = ", ".join(NAMES)
_WRITTEN: Final = tuple(name for name in NAMES if name != "reference")
_UPSERT: Final = f"""
INSERT INTO placement ({", ".join(_WRITTEN)})
VALUES ({", ".join(f"${number}" for number in range(1, len(_WRITTEN) + 1))})
ON CONFLICT (placement_id) DO UPDATE
SET {", ".join(f"{name} = excluded.{name}" for name in _WRITTEN[1:])}
WHERE placement.version <= excluded.version
"""  # noqa: S608 - constants only
_FIND: Final = f"SELECT {_COLUMNS} FROM placement WHERE placement_id = $1"  # noqa: S608 - constants only
_FIND_MANY: Final = f"SELECT {_COLUMNS} FROM placement WHERE placement_id = ANY($1)"  # noqa: S608 - constants only
_REFERENCE: Final = "SELECT reference FROM placement WHERE placement_id = $1"
_OF_REFERENCE: Final = "SELECT placement_id FROM placement WHERE reference = $1"
_ASSIGN: Final = "SELECT assign_placement_references()"
_PLACED_AT: Final = """
SELECT placement_id FROM placement
WHERE provider_id = $1 AND stage = ANY($2)
ORDER BY placement_id
LIMIT 500
"""
_IDS: Final = """
SELECT placement_id FROM placement
WHERE $1::uuid IS NULL OR placement_id > $1
ORDER BY placement_id
LIMIT $2
"""
_OPEN_IDS: Final = """
SELECT placement_id FROM placement
WHERE is_open AND ($1::uuid IS NULL OR placement_id > $1)
ORDER BY placement_id
LIMIT $2
"""

_LOCK: Final = "SELECT pg_advisory_xact_lock($1, hashtext($2::uuid::text))"
_PUPIL_LOCKS: Final = 0x5055504C
_PROVIDER_LOCKS: Final = 0x50524F56
_HOLD_OF_PUPIL: Final = "SELECT placement_id FROM placement WHERE pupil_id = $1 ORDER BY placement_id FOR UPDATE"
_IDS_OF_PUPIL: Final = "SELECT placement_id FROM placement WHERE pupil_id = $1 ORDER BY placement_id"
_OF_PUPIL: Final = f"SELECT {_COLUMNS} FROM placement WHERE pupil_id = $1 ORDER BY placement_id"  # noqa: S608 - constants only


async def upsert(conn: asyncpg.Connection, row: PlacementRow) -> None:
    """Writes the row. Raises StaleRow rather than put an older state over a newer one."""
    tag = await conn.execute(_UPSERT, *(getattr(row, name) for name in _WRITTEN))
    if tag != "INSERT 0 1":
        raise StaleRow(f"placement {row.placement_id} is beyond version {row.version}")


async def find(conn: asyncpg.Connection, placement_id: UUID) -> PlacementRow | None:
    found = await conn.fetchrow(_FIND, placement_id)
    return None if found is None else row_of(dict(found))


async def reference_of(conn: asyncpg.Connection, placement_id: UUID) -> str | None:
    """None of a placement that has not begun."""
    found: str | None = await conn.fetchval(_REFERENCE, placement_id)
    return found


async def id_of(conn: asyncpg.Connection, reference: str) -> UUID | None:
    """Whose reference it is, written as `domain.shared.references` writes it; None where nobody has it."""
    found: UUID | None = await conn.fetchval(_OF_REFERENCE, reference)
    return found


async def assign_references(conn: asyncpg.Connection) -> int:
    """Give a reference to each placement that has none, in the order in which they began; how many there were."""
    found: int = await conn.fetchval(_ASSIGN)
    return found


async def find_many(conn: asyncpg.Connection, placement_ids: Collection[UUID]) -> dict[UUID, PlacementRow]:
    """The rows of these placements by id; bounded by what the caller asks for."""
    if not placement_ids:
        return {}
    found = await conn.fetch(_FIND_MANY, list(placement_ids))
    return {each["placement_id"]: row_of(dict(each)) for each in found}


async def ids(conn: asyncpg.Connection, after: UUID | None, limit: int) -> list[UUID]:
    """Ids of all placements, in order; pass the last one to go on."""
    return [found["placement_id"] for found in await conn.fetch(_IDS, after, limit)]


async def open_ids(conn: asyncpg.Connection, after: UUID | None, limit: int) -> list[UUID]:
    """Ids of placements that can still change, in order; pass the last one to go on."""
    return [found["placement_id"] for found in await conn.fetch(_OPEN_IDS, after, limit)]


async def hold_of_pupil(conn: asyncpg.Connection, pupil_id: UUID) -> list[UUID]:
    """Ids of all placements of a pupil; none of them changes, nor begins, until the caller's transaction ends."""
    await conn.execute(_LOCK, _PUPIL_LOCKS, pupil_id)
    return [found["placement_id"] for found in await conn.fetch(_HOLD_OF_PUPIL, pupil_id)]


async def ids_of_pupil(conn: asyncpg.Connection, pupil_id: UUID) -> list[UUID]:
    """Ids of all placements of a pupil."""
    return [found["placement_id"] for found in await conn.fetch(_IDS_OF_PUPIL, pupil_id)]


async def of_pupil(conn: asyncpg.Connection, pupil_id: UUID) -> list[PlacementRow]:
    """The rows of all placements of a pupil."""
    return [row_of(dict(found)) for found in await conn.fetch(_OF_PUPIL, pupil_id)]


async def used_by(conn: asyncpg.Connection, provider_id: UUID, org_id: str | None) -> bool:
    """Whether a school or council has, or had, a placement at the provider. `org_id` as in an actor."""
    kind, _, name = (org_id or "").partition(":")
    column = {"school": "home_school_urn", "la": "la_code"}.get(kind)
    if column is None:
        return False
    found = await conn.fetchval(
        f"SELECT 1 FROM placement WHERE provider_id = $1 AND {column} = $2 LIMIT 1",  # noqa: S608 - constants only
        provider_id,
        name,
    )
    return found is not None


async def placed_at(conn: asyncpg.Connection, provider_id: UUID, stages: Collection[str]) -> list[UUID]:
    """Ids of the placements at a provider that are at one of these stages, up to 500 of them."""
    return [found["placement_id"] for found in await conn.fetch(_PLACED_AT, provider_id, list(stages))]


async def hold_placed_at(conn: asyncpg.Connection, provider_id: UUID, stages: Collection[str]) -> list[UUID]:
    """The same; nobody else is given a place there until the caller's transaction ends."""
    await conn.execute(_LOCK, _PROVIDER_LOCKS, provider_id)
    return await placed_at(conn, provider_id, stages)


def ran_between(first: date, last: date) -> ColumnElement[bool]:
    """The condition on placement rows that leaves those which ran on a day from `first` to `last`."""
    row = placement.c
    return and_(row.started_on <= last, or_(row.ended_on.is_(None), row.ended_on >= first))


def row_of(values: dict[str, Any]) -> PlacementRow:
    several = {name: None if values[name] is None else tuple(values[name]) for name in ("readers", "councils")}
    return PlacementRow(**{**values, **several})
