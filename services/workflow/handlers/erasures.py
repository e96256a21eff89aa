"""Erases a pupil's data as soon as a person has said so. What cannot be erased then, the sweep looks at again."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from events.ids import placement_id_of
from events.placement.record import ErasureConfirmed, ErasureDecided
from infra.clock import Clock
from infra.encryption.keys import KeyMissing, KeyOfAnother, KeyProvider, KeyStoreDamaged, KeyStoreUnavailable
from infra.event_store.types import StoredEvent
from infra.projections import due, placements
from services.application import erasure, retention
from services.application.supervision import ERASURES

_log = structlog.get_logger()
_POSTPONING: Final = (KeyMissing, KeyOfAnother, KeyStoreDamaged, KeyStoreUnavailable, OSError)


class Erasures:
    """The handler of a person's word that a pupil's data go."""

    name = ERASURES
    types = (ErasureConfirmed.__name__, ErasureDecided.__name__)

    def __init__(self, keys: KeyProvider, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        # Lost with the process, and then done by the sweep.
        self._asked: list[UUID] = []

    async def handle(self, conn: asyncpg.Connection, events: Sequence[StoredEvent]) -> None:
        """Have the sweep look at each pupil, which it does until the data are gone."""
        now = await self._clock.now(conn)
        for stored in events:
            row = await placements.find(conn, placement_id_of(stored.stream_id))
            if row is not None:
                await due.look_at(conn, retention.SWEEP, str(row.pupil_id), now)
                self._asked.append(row.pupil_id)

    async def drain(self, conn: asyncpg.Connection) -> None:
        while self._asked:
            pupil_id = self._asked.pop()
            try:
                async with conn.transaction():
                    await erasure.carry_out(conn, pupil_id, self._keys)
            except _POSTPONING as error:
                _log.warning("erasure_postponed", key_id=str(pupil_id), error_type=type(error).__name__)
