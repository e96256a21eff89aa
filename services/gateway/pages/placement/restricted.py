"""A restricted record asks why it is opened, once a session, before any page of it shows anything."""

from typing import Final
from uuid import UUID

import asyncpg

from infra.identity.read_log import record_access, why_opened
from infra.postgres.db import connection
from infra.projections.placements import PlacementRow
from services.gateway.http.runtime import Gateway
from services.gateway.pages.session.current import Visitor
from services.gateway.placements.seeing import checked

_OPENED: Final = "page: why a restricted record is opened"


class WhyFirst(Exception):
    """The record is restricted, and this person has not said in this session why they open it."""

    def __init__(self, row: PlacementRow) -> None:
        super().__init__(str(row.placement_id))
        self.row = row


async def why_of(conn: asyncpg.Connection, visitor: Visitor, row: PlacementRow) -> str | None:
    """The reason that was given in this session; none for a record that is not restricted. Raises WhyFirst."""
    if row.readers is None:
        return None
    found = await why_opened(conn, visitor.person, row.placement_id, _OPENED, visitor.created)
    if found is None:
        raise WhyFirst(row)
    return found


async def require_why(gateway: Gateway, visitor: Visitor, placement_id: UUID) -> None:
    """Raises WhyFirst. Raises Problem: there is no such placement, or not for this person."""
    async with connection(gateway.engine) as conn:
        row, _ = await checked(gateway, conn, visitor.person, placement_id)
        await why_of(conn, visitor, row)


async def keep_why(conn: asyncpg.Connection, visitor: Visitor, placement_id: UUID, why: str) -> None:
    await record_access(conn, visitor.person, placement_id, _OPENED, why)
