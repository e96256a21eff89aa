"""One week of a placement's register: what is said of its sessions, and what time brings to it."""

from functools import partial
from typing import Any
from uuid import UUID

import asyncpg

from domain.attendance import state as states
from domain.attendance import steps as rules
from domain.attendance.duty import RegisterDue
from domain.attendance.facts import AttendanceFacts
from domain.attendance.state import Week
from events.codec import ATTENDANCE
from events.ids import IsoWeek, PlacementId, attendance_stream
from infra.encryption.keys import DataKey, KeyProvider
from infra.streams.reference import Reference
from services.application.decider import Context, DecidedCommand, Decider, Loaded
from services.application.facts import registers
from services.application.rows import ListRows


def register(
    placement_id: PlacementId,
    week: IsoWeek,
    *,
    pupil_id: UUID,
    short_reference: str | None = None,
    name: str | None,
    keys: KeyProvider,
    reference: Reference,
    rows: ListRows,
) -> Decider[Week, AttendanceFacts]:
    """An amendment carries the `name` of the person who gives the command."""

    async def gather(
        conn: asyncpg.Connection, _loaded: Loaded[Week], _command: Any, context: Context
    ) -> AttendanceFacts:
        return await registers.facts(
            conn,
            placement_id,
            week,
            pupil_id=pupil_id,
            now=context.now,
            reference=reference,
            keys=keys,
            role=context.actor.role,
            name=name,
            holds=context.holds,
        )

    return Decider(
        stream_id=attendance_stream(placement_id, week),
        about={"placement_id": placement_id, "reference": short_reference, "iso_week": week},
        codec=ATTENDANCE,
        initial=states.initial,
        evolve=states.evolve,
        decide=rules.decide,
        gather=gather,
        keys=keys,
        key=partial(_key, keys, pupil_id),
        rows=partial(_write_rows, rows, placement_id, week),
    )


def passing_time(placement_id: PlacementId, week: IsoWeek, key: DataKey) -> Decider[Week, None]:
    """Its command is one thing of the week that fell due, found by a look at the whole register."""

    async def no_facts(_conn: asyncpg.Connection, _loaded: Loaded[Week], _due: RegisterDue, _context: Context) -> None:
        return None

    async def the_key(_state: Week) -> DataKey:
        return key

    return Decider(
        stream_id=attendance_stream(placement_id, week),
        about={"placement_id": placement_id, "iso_week": week},
        codec=ATTENDANCE,
        initial=states.initial,
        evolve=states.evolve,
        decide=lambda _state, due, _facts: (due.event,),
        gather=no_facts,
        key=the_key,
    )


async def _key(keys: KeyProvider, pupil_id: UUID, _state: Week) -> DataKey:
    return await keys.get(pupil_id)


async def _write_rows(
    rows: ListRows,
    placement_id: PlacementId,
    week: IsoWeek,
    conn: asyncpg.Connection,
    decided: DecidedCommand[Week, AttendanceFacts],
) -> None:
    facts = decided.facts
    await rows.write_register(conn, placement_id, facts.placement, facts.calendar, {week: decided.after.state})
    await registers.changed(conn, placement_id, decided.context.now)
