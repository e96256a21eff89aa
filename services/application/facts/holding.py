"""What a decision reads of others: held until it is stored, or for a preview, which stores nothing, only read."""

from collections.abc import Collection
from uuid import UUID

import asyncpg

from infra.projections import placements


async def placements_of(conn: asyncpg.Connection, pupil_id: UUID, *, holds: bool) -> list[UUID]:
    """Ids of all placements of a pupil."""
    read = placements.hold_of_pupil if holds else placements.ids_of_pupil
    return await read(conn, pupil_id)


async def placed_at(conn: asyncpg.Connection, provider_id: UUID, stages: Collection[str], *, holds: bool) -> list[UUID]:
    """Ids of the placements at a provider that are at one of these stages."""
    read = placements.hold_placed_at if holds else placements.placed_at
    return await read(conn, provider_id, stages)
