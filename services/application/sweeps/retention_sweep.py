"""The sweep over pupils' records: erasure is proposed when the time to keep one is over, and done once confirmed.

The system erases nothing by itself: it destroys a key after a person's command alone, and with no placement open.
"""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import asyncpg

from domain.calendar.london import start_of, today
from domain.calendar.school_calendar import DAY
from domain.placement.record.retention import ProposeErasure, kept_until
from domain.placement.stages import TERMINAL
from events.ids import PlacementId, derived_id
from infra import commands
from infra.encryption.keys import DataKey, KeyErased, KeyProvider
from services.application import retention
from services.application.erasure import decide_unplaced, erase
from services.application.facts import registers
from services.application.facts.held import Held, hold
from services.application.sweeps.sweeping import Sweep, SweepResult
from services.application.system_commands import system_command

_NOTHING_MORE = SweepResult(recorded=0, again=None)


class RetentionSweep:
    def __init__(self, keys: KeyProvider) -> None:
        self._keys = keys

    def sweep(self) -> Sweep:
        return Sweep(name=retention.SWEEP, discover=retention.discover, look=self.look)

    async def look(self, conn: asyncpg.Connection, subject: str, now: datetime) -> SweepResult:
        """One pupil's record: when to look again, or what is proposed, or that the key goes."""
        pupil_id = UUID(subject)
        if await decide_unplaced(conn, pupil_id, self._keys, now):
            return SweepResult(recorded=0, again=now)
        try:
            key = await self._keys.get(pupil_id)
        except KeyErased:
            return _NOTHING_MORE
        held = await hold(conn, pupil_id, self._keys)
        states = held.states
        is_settled = await erase(conn, held, self._keys) or held.is_to_be_erased or not held.own
        if is_settled or any(state.stage not in TERMINAL for state in states.values()):
            return _NOTHING_MORE
        last_on = kept_until(states.values(), await self._last_entry(conn, states))
        if last_on is None or any(state.ending.erasure_proposed is not None for state in held.own.values()):
            return _NOTHING_MORE
        if today(now) <= last_on:
            return SweepResult(recorded=0, again=start_of(last_on + DAY))
        await self._propose(conn, held, key, last_on, now)
        return _NOTHING_MORE

    async def _propose(self, conn: asyncpg.Connection, held: Held, key: DataKey, last_on: date, now: datetime) -> None:
        placement_id = retention.latest(held)
        command_id = derived_id(placement_id, f"propose-erasure/{last_on.year}")
        command = system_command(
            ProposeErasure(kept_until_year=last_on.year),
            command_id=command_id,
            placement_id=placement_id,
            key=key,
            correlation_id=command_id,
            issued_at=now,
        )
        await commands.record(conn, command)

    async def _last_entry(self, conn: asyncpg.Connection, ids: Iterable[PlacementId]) -> date | None:
        """The day on which something was last entered in a register of the pupil."""
        weeks = [await registers.weeks(conn, each, None) for each in ids]
        entries = [record.recorded_at for found in weeks for records in found.values() for record in records]
        return max(map(today, entries), default=None)
