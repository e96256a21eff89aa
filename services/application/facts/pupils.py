"""What is kept of a pupil: the flags by the pupil's own record, and what an organisation may be given a copy of."""

from functools import reduce
from uuid import UUID

import asyncpg

from domain.placement.record.history import current
from domain.pupil import state as pupil_state
from domain.pupil.facts import Copyable
from domain.pupil.state import FlagPeriod
from events.codec import PLACEMENT, PUPIL
from events.ids import PlacementId, PupilId, placement_stream, pupil_stream
from infra.encryption.keys import KeyProvider
from infra.streams.records import load

_LATEST = "SELECT placement_id FROM placement WHERE pupil_id = $1 ORDER BY updated_at DESC, placement_id DESC LIMIT 1"


async def flag_changes(conn: asyncpg.Connection, pupil_id: UUID, keys: KeyProvider) -> tuple[FlagPeriod, ...]:
    """The changes of the pupil's flags by the pupil's own record; those of an erased pupil say nothing any more."""
    records = await load(conn, pupil_stream(PupilId(pupil_id)), PUPIL, keys)
    return reduce(pupil_state.evolve, (each.event for each in records), pupil_state.initial()).standings


async def copyable(conn: asyncpg.Connection, pupil_id: UUID, keys: KeyProvider) -> Copyable:
    """Nothing where there is no placement of the pupil."""
    placement_id = await conn.fetchval(_LATEST, pupil_id)
    if placement_id is None:
        return Copyable()
    state = current(await load(conn, placement_stream(PlacementId(placement_id)), PLACEMENT, keys))
    return Copyable(
        pupil=state.referral.pupil, picture=state.referral.submitted.picture if state.referral.submitted else None
    )
