"""The placements with a concern that waits for its answer, and those that are paused for one."""

from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.placement.stages import Stage
from events.codes import RuleId
from infra.projections.deadlines import deadline
from infra.projections.placements import placement
from infra.projections.visibility import Visibility, visible


async def with_concerns(
    conn: AsyncConnection, visibility: Visibility, *, after: UUID | None = None, limit: int
) -> list[UUID]:
    """Ids in order, from the one after `after`, of those that a person may see."""
    waits = exists(
        select(deadline.c.number).where(
            deadline.c.placement_id == placement.c.placement_id, deadline.c.rule == RuleId.CONCERN.value
        )
    )
    query = select(placement.c.placement_id).where(
        visible(visibility), or_(placement.c.stage == Stage.PAUSED.value, waits)
    )
    if after is not None:
        query = query.where(placement.c.placement_id > after)
    return list((await conn.execute(query.order_by(placement.c.placement_id).limit(limit))).scalars())
