"""Who has agreed to be served by e-mail, read from a pupil's own record."""

from functools import reduce
from uuid import UUID

import asyncpg

from domain.pupil import state as pupil_state
from domain.shared.electronic import Agreement
from events.codec import PUPIL
from events.ids import PupilId, pupil_stream
from infra.encryption.keys import KeyProvider
from infra.streams.records import load


async def agreements(conn: asyncpg.Connection, pupil_id: UUID, keys: KeyProvider) -> tuple[Agreement, ...]:
    """Every agreement, those that were withdrawn among them."""
    records = await load(conn, pupil_stream(PupilId(pupil_id)), PUPIL, keys)
    folded = reduce(pupil_state.evolve, (each.event for each in records), pupil_state.initial())
    return folded.agreements
