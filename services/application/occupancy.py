"""The pupils at a provider whose placements somebody may see, counted. Nothing of one pupil comes out."""

from datetime import date

import asyncpg

from domain.law.registration import registration_test
from domain.placement.record.history import current
from domain.placement.referral.occupancy import Occupancy, occupancy
from domain.placement.referral.threshold import there
from domain.placement.stages import DECIDED, RUNNING
from events.codec import PLACEMENT
from events.ids import PlacementId, ProviderId, placement_stream
from infra.encryption.keys import KeyProvider
from infra.projections import placements
from infra.projections.visibility import Visibility, sees
from infra.streams.records import load


async def at_provider(
    conn: asyncpg.Connection, provider_id: ProviderId, visibility: Visibility, keys: KeyProvider, on: date
) -> Occupancy:
    """Of placements that are decided or run. `keys` tells who has a plan or is looked after, which no row says."""
    placed = await placements.placed_at(conn, provider_id, [*DECIDED, *RUNNING])
    rows = await placements.find_many(conn, placed)
    seen = [each for each in placed if each in rows and sees(visibility, rows[each])]
    states = [current(await load(conn, placement_stream(PlacementId(each)), PLACEMENT, keys)) for each in seen]
    return occupancy([there(state, on) for state in states], registration_test(on))
