"""The sweep over registers: alerts, absences that stay without a reason, and illness, from the record alone."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from typing import Final
from uuid import UUID

import asyncpg

from domain.attendance.duty import RegisterDue, WatchedRegister
from domain.attendance.register import Register
from domain.attendance.state import Week, evolve, initial, week_of
from domain.attendance.timers import fallen_due, next_look
from events.ids import IsoWeek, PlacementId, derived_id
from infra.encryption.keys import DataKey, KeyErased, KeyProvider
from infra.projections.holding import hold
from infra.streams.reference import Reference
from services.application.decider import Loaded, of_system
from services.application.deciders import register
from services.application.facts import registers
from services.application.handling import handle
from services.application.rows import ListRows
from services.application.sweeps.sweeping import Sweep, SweepResult

# Each is an append of its own, and the store refuses more than a thousand in one transaction. The rest is due at once.
_AT_ONCE: Final = 500


class RegisterSweep:
    def __init__(self, keys: KeyProvider, reference: Reference, rows: ListRows) -> None:
        self._keys = keys
        self._reference = reference
        self._rows = rows

    def sweep(self) -> Sweep:
        return Sweep(name=registers.SWEEP, discover=registers.discover, look=self.look, hold=_hold)

    async def look(self, conn: asyncpg.Connection, subject: str, now: datetime) -> SweepResult:
        """Record what has fallen due in one placement's register. Nothing more is written of an erased pupil."""
        placement_id = PlacementId(UUID(subject))
        setting = await registers.setting(conn, placement_id, self._reference, self._keys)
        assert setting.placement.pupil_id is not None, "a row is made for a placement that has begun"
        try:
            key = await self._keys.get(setting.placement.pupil_id)
        except KeyErased:
            return SweepResult(recorded=0, again=None)
        streams = await registers.weeks(conn, placement_id, self._keys)
        weeks = {
            week: Loaded(stream=tuple(records), state=registers.fold(records)) for week, records in streams.items()
        }
        kept = WatchedRegister(
            placement_id=placement_id,
            register=Register(weeks={week: each.state for week, each in weeks.items()}),
            placement=setting.placement,
            calendar=setting.calendar,
        )
        every = fallen_due(kept, now)
        due = every[:_AT_ONCE]
        moved = {week: _after(kept.register, week, due) for week in {week_of(each.day) for each in due}}
        # Also where nothing fell due: what was said in the register may be from a release that wrote no rows of it.
        await self._rows.write_register(conn, placement_id, kept.placement, kept.calendar, moved)
        for each in due:
            week = week_of(each.day)
            weeks[week] = await _recorded(conn, placement_id, each, weeks.get(week), now, key)
        return SweepResult(recorded=len(due), again=next_look(kept, now) if len(due) == len(every) else now)


async def _hold(conn: asyncpg.Connection, subject: str) -> None:
    await hold(conn, UUID(subject))


def _after(register: Register, week: IsoWeek, due: Sequence[RegisterDue]) -> Week:
    """A week with what fell due in it."""
    events = (each.event for each in due if week_of(each.day) == week)
    return reduce(evolve, events, register.weeks.get(week, initial()))


async def _recorded(  # noqa: PLR0917 # one caller, which has all of it at hand
    conn: asyncpg.Connection,
    placement_id: PlacementId,
    due: RegisterDue,
    week: Loaded[Week] | None,
    now: datetime,
    key: DataKey,
) -> Loaded[Week]:
    """One event, by a command of the system that follows from the register as it was, the rule and the day."""
    decider = register.passing_time(placement_id, week_of(due.day), key)
    loaded = week or Loaded(state=decider.initial())
    name = f"register/{due.rule}/{due.day}/{due.about}/{loaded.version}"
    result = await handle(conn, decider, due, of_system(derived_id(placement_id, name), now), loaded)
    return result.seen.record
