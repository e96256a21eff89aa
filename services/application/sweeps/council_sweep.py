"""The sweep over open placements for a council's officer: one child with placements of two of its schools."""

from datetime import datetime
from uuid import UUID

import asyncpg

from domain.placement.record.history import current
from domain.placement.state import Placement
from events.codec import PLACEMENT
from events.ids import PlacementId, placement_stream
from infra.encryption.keys import KeyProvider
from infra.projections import council_numbers, placements, pupil_numbers
from infra.projections.council_numbers import Kind
from infra.projections.placements import PlacementRow
from infra.streams.records import load
from services.application.sweeps.sweeping import Looked, Sweep

_NOTHING_MORE = Looked(recorded=0, again=None)


class CouncilSweep:
    """Records no event and wakes nobody: a school could see either."""

    def __init__(self, keys: KeyProvider) -> None:
        self._keys = keys

    def sweep(self) -> Sweep:
        return Sweep(name=council_numbers.SWEEP, discover=council_numbers.discover, look=self.look)

    async def look(self, conn: asyncpg.Connection, subject: str, now: datetime) -> Looked:
        row = await placements.find(conn, UUID(subject))
        if row is None:
            return _NOTHING_MORE
        state = await self._state(conn, row) if row.is_open and row.la_code else None
        number = pupil_numbers.normal(state.pupil.upn) if state and state.pupil else None
        if row.la_code is None or number is None:
            await council_numbers.leave(conn, row.placement_id)
        else:
            await self._compare(conn, row, row.la_code, number, now)
        await council_numbers.prune(conn, row.pupil_id)
        return _NOTHING_MORE

    async def _compare(
        self, conn: asyncpg.Connection, row: PlacementRow, la_code: str, number: str, now: datetime
    ) -> None:
        alike = await council_numbers.enter(
            conn, self._keys, la_code, number, placement_id=row.placement_id, pupil_id=row.pupil_id, now=now
        )
        for other in alike:
            await council_numbers.add_task(conn, la_code, Kind.SAME_UPN, (row.pupil_id, other.pupil_id), now)

    async def _state(self, conn: asyncpg.Connection, row: PlacementRow) -> Placement:
        return current(await load(conn, placement_stream(PlacementId(row.placement_id)), PLACEMENT, self._keys))
