"""What is kept of a pupil: what the latest placement tells that another organisation may be given a copy of."""

from uuid import UUID

import asyncpg

from domain.history import current
from domain.pupil.facts import Copyable
from events.codec import PLACEMENT
from events.ids import PlacementId, placement_stream
from infra.keys import KeyProvider
from infra.records import load

_LATEST = "SELECT placement_id FROM placement WHERE pupil_id = $1 ORDER BY updated_at DESC, placement_id DESC LIMIT 1"


async def copyable(conn: asyncpg.Connection, pupil_id: UUID, keys: KeyProvider) -> Copyable:
    """Nothing where there is no placement of the pupil."""
    placement_id = await conn.fetchval(_LATEST, pupil_id)
    if placement_id is None:
        return Copyable()
    state = current(await load(conn, placement_stream(PlacementId(placement_id)), PLACEMENT, keys))
    return Copyable(pupil=state.pupil, picture=state.referral.picture if state.referral else None)
