"""The placements that are still open, page by page, for what is done to each of them."""

from collections.abc import AsyncIterator
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from infra.postgres.db import connection
from infra.projections import placements

_PAGE = 500


async def open_placements(engine: AsyncEngine) -> AsyncIterator[UUID]:
    after: UUID | None = None
    while True:
        async with connection(engine) as conn:
            page = await placements.open_ids(conn, after, _PAGE)
        for placement_id in page:
            yield placement_id
        if len(page) < _PAGE:
            return
        after = page[-1]
