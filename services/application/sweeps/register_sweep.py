"""The sweep over registers: alerts, absences that stay without a reason, and illness, from the record alone."""

from datetime import datetime
from uuid import UUID

import asyncpg

from domain.attendance.register import Register
from domain.attendance.state import week_of
from domain.attendance.timers import RegisterDue, WatchedRegister, fallen_due, next_look
from domain.law.legal_refs import legal_refs
from domain.placement.record.history import occurred_at
from events.codec import ATTENDANCE
from events.envelope import Metadata
from events.ids import CommandId, PlacementId, attendance_stream, derived_id
from infra.encryption.keys import DataKey, KeyErased, KeyProvider
from infra.projections import attendance
from infra.streams.records import PendingEvent, append_noted
from infra.streams.reference import Reference
from services.application.deciding import SYSTEM
from services.application.sweeps.sweeping import Sweep, SweepResult


class RegisterSweep:
    def __init__(self, keys: KeyProvider, reference: Reference) -> None:
        self._keys = keys
        self._reference = reference

    def sweep(self) -> Sweep:
        return Sweep(name=attendance.SWEEP, discover=attendance.discover, look=self.look)

    async def look(self, conn: asyncpg.Connection, subject: str, now: datetime) -> SweepResult:
        """Record what has fallen due in one placement's register. Nothing more is written of an erased pupil."""
        placement_id = PlacementId(UUID(subject))
        setting = await attendance.setting(conn, placement_id, self._reference, self._keys)
        assert setting.placement.pupil_id is not None, "a row is made for a placement that has begun"
        try:
            key = await self._keys.get(setting.placement.pupil_id)
        except KeyErased:
            return SweepResult(recorded=0, again=None)
        streams = await attendance.weeks(conn, placement_id, self._keys)
        kept = WatchedRegister(
            placement_id=placement_id,
            register=Register(weeks={week: attendance.fold(records) for week, records in streams.items()}),
            placement=setting.placement,
            calendar=setting.calendar,
        )
        due = fallen_due(kept, now)
        versions = {week: len(records) for week, records in streams.items()}
        for each in due:
            week = week_of(each.day)
            versions[week] = await _record(conn, placement_id, each, versions.get(week, 0), now, key)
        return SweepResult(recorded=len(due), again=next_look(kept, now))


async def _record(  # noqa: PLR0917 # one caller, which has all of it at hand
    conn: asyncpg.Connection, placement_id: PlacementId, due: RegisterDue, version: int, now: datetime, key: DataKey
) -> int:
    """One event, by a command of the system that follows from the register as it stood, the rule and the day."""
    session = getattr(due.event, "session", "")
    cause = getattr(due.event, "cause", "")
    command_id = CommandId(derived_id(placement_id, f"register/{due.rule}/{due.day}/{session}/{cause}/{version}"))
    metadata = Metadata(
        occurred_at=occurred_at(due.event, now),
        actor=SYSTEM,
        command_id=command_id,
        correlation_id=command_id,
        legal_refs=legal_refs(due.event),
    )
    _, appended = await append_noted(
        conn,
        attendance_stream(placement_id, week_of(due.day)),
        [PendingEvent(event=due.event, metadata=metadata)],
        codec=ATTENDANCE,
        version=version,
        recorded_at=now,
        key=key,
    )
    return appended.version
