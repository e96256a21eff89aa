"""The sweep over open placements for a council's officer: one child with placements of two of its schools."""

from datetime import date, datetime
from uuid import UUID

import asyncpg

from domain.calendar.london import today
from domain.placement.agreement.pattern import elsewhere, last_overlap
from domain.placement.record.history import current
from domain.placement.state import Placement
from events.codec import PLACEMENT
from events.ids import PlacementId, placement_stream
from infra.encryption.keys import KeyProvider
from infra.projections import council_numbers, council_overlaps, placements, pupil_numbers
from infra.projections.council_numbers import CouncilTaskKind
from infra.projections.placements import PlacementRow
from infra.streams.records import load
from services.application.sweeps.sweeping import Sweep, SweepResult

_NOTHING_MORE = SweepResult(recorded=0, again=None)


class CouncilSweep:
    """Records no event and wakes nobody: a school could see either."""

    def __init__(self, keys: KeyProvider) -> None:
        self._keys = keys

    def sweep(self) -> Sweep:
        return Sweep(name=council_numbers.SWEEP, discover=council_numbers.discover, look=self.look)

    async def look(self, conn: asyncpg.Connection, subject: str, now: datetime) -> SweepResult:
        row = await placements.find(conn, UUID(subject))
        if row is None:
            return _NOTHING_MORE
        state = await self._state(conn, row.placement_id) if row.is_open and row.la_code else None
        number = pupil_numbers.normal(state.referral.pupil.upn) if state and state.referral.pupil else None
        if row.la_code is None or state is None or number is None:
            await council_overlaps.clear(conn, row.placement_id)
            await council_numbers.leave(conn, row.placement_id)
        else:
            await self._compare(conn, row, state, number, la_code=row.la_code, now=now)
        await council_numbers.prune(conn, row.pupil_id, today(now))
        return _NOTHING_MORE

    async def _compare(
        self,
        conn: asyncpg.Connection,
        row: PlacementRow,
        state: Placement,
        number: str,
        *,
        la_code: str,
        now: datetime,
    ) -> None:
        alike = await council_numbers.enter(
            conn, self._keys, la_code, number, placement_id=row.placement_id, pupil_id=row.pupil_id, now=now
        )
        # With the council's index held: of two placements that are compared at once, the second sees the first.
        await council_overlaps.clear(conn, row.placement_id)
        for other in alike:
            pupils = (row.pupil_id, other.pupil_id)
            await council_numbers.add_task(conn, la_code, CouncilTaskKind.SAME_UPN, pupils, now)
            last_on = await self._last_overlap(conn, state, other.placement_id)
            if last_on is not None and last_on >= today(now):
                await council_overlaps.add(conn, (row.placement_id, other.placement_id), last_on)
                await council_numbers.add_task(conn, la_code, CouncilTaskKind.OVERLAPPING_SESSIONS, pupils, now)

    async def _last_overlap(self, conn: asyncpg.Connection, state: Placement, other_id: UUID) -> date | None:
        mine = elsewhere(state)
        if mine is None:
            return None
        theirs = elsewhere(await self._state(conn, other_id))
        return None if theirs is None else last_overlap(mine, theirs)

    async def _state(self, conn: asyncpg.Connection, placement_id: UUID) -> Placement:
        return current(await load(conn, placement_stream(PlacementId(placement_id)), PLACEMENT, self._keys))
