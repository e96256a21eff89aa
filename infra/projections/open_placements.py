"""Which placements can still change, of schools, pupils and providers that something happened to."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

import asyncpg

_OPEN_AT_PROVIDERS: Final = """
SELECT placement_id FROM placement
WHERE is_open AND provider_id = ANY($1::uuid[])
ORDER BY placement_id
"""
_OPEN_OF_PUPILS: Final = """
SELECT placement_id FROM placement
WHERE is_open AND pupil_id = ANY($1)
ORDER BY placement_id
"""
_OPEN_OF_SCHOOLS: Final = """
SELECT placement_id FROM placement
WHERE is_open AND home_school_urn = ANY($1)
ORDER BY placement_id
"""


async def open_of_schools(conn: asyncpg.Connection, urns: Collection[str]) -> list[UUID]:
    """Ids of the placements of these home schools that can still change."""
    return [found["placement_id"] for found in await conn.fetch(_OPEN_OF_SCHOOLS, list(urns))]


async def open_of_pupils(conn: asyncpg.Connection, pupil_ids: Collection[str]) -> list[UUID]:
    """Ids of the placements of these pupils that can still change."""
    return [found["placement_id"] for found in await conn.fetch(_OPEN_OF_PUPILS, [UUID(each) for each in pupil_ids])]


async def open_at_providers(conn: asyncpg.Connection, provider_ids: Collection[str]) -> list[UUID]:
    """Ids of the placements at these providers that can still change."""
    return [found["placement_id"] for found in await conn.fetch(_OPEN_AT_PROVIDERS, list(provider_ids))]
