"""What a decision about a placement's register rests on, gathered from the placement and its streams of weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any
from uuid import UUID

import asyncpg

from domain.attendance.facts import AttendanceFacts
from domain.attendance.presence import attended
from domain.attendance.register import Register
from domain.attendance.state import Slot, Week, evolve, initial
from domain.attendance.timers import SWEPT
from domain.calendar.london import today
from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.record.history import current
from domain.placement.state import Placement
from domain.provider.state import Provider
from events.codec import ATTENDANCE, PLACEMENT
from events.codes import Role
from events.envelope import Recorded
from events.ids import IsoWeek, PlacementId, attendance_stream, placement_stream
from infra.encryption.keys import KeyProvider
from infra.event_store.lookup import stream_ids
from infra.event_store.relations import STREAMS
from infra.projections import due
from infra.streams.records import load
from infra.streams.reference import Reference
from services.application.facts.holding import placements_of

SWEEP = "register"
# A placement is looked at again when it or its school, with the calendar, has moved on.
_DISCOVER = f"""
SELECT $1, placement.placement_id::text, $2, placement.version + coalesce(school.version, 0)
FROM placement LEFT JOIN {STREAMS} AS school ON school.stream_id = 'school-' || placement.home_school_urn
WHERE placement.stage = ANY ($3)
"""  # noqa: S608 - constants only
# More weeks than any placement lasts: seven years of them.
_MOST_WEEKS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A placement with its provider and the calendar of its home school."""

    placement: Placement
    provider: Provider | None
    calendar: SchoolCalendar


async def setting(
    conn: asyncpg.Connection, placement_id: PlacementId, reference: Reference, keys: KeyProvider | None
) -> Setting:
    placement = current(await load(conn, placement_stream(placement_id), PLACEMENT, keys))
    school, provider = await reference.current(conn, placement.home_school_urn, placement.proposal.provider_id)
    return Setting(placement=placement, provider=provider, calendar=reference.calendar_of(placement, school))


async def facts(
    conn: asyncpg.Connection,
    placement_id: PlacementId,
    week: IsoWeek,
    *,
    pupil_id: UUID,
    now: datetime,
    reference: Reference,
    keys: KeyProvider,
    role: Role,
    name: str | None,
    holds: bool = True,
) -> AttendanceFacts:
    """Held until this decision is stored, if it `holds`: the placement, whose state decides on the rows of the
    register, and the pupil's others, since nobody is in two places. `role` and `name` are of the person who gives the
    command.
    """
    held = await placements_of(conn, pupil_id, holds=holds)
    found = await setting(conn, placement_id, reference, keys)
    return AttendanceFacts(
        placement_id=placement_id,
        week=week,
        now=now,
        today=today(now),
        placement=found.placement,
        provider=found.provider,
        calendar=found.calendar,
        elsewhere=await _elsewhere(conn, [each for each in held if each != placement_id], week),
        name=name,
        role=role,
    )


async def _elsewhere(conn: asyncpg.Connection, others: Sequence[UUID], week: IsoWeek) -> frozenset[Slot]:
    """Where the pupil's other registers have them."""
    streams = [attendance_stream(PlacementId(each), week) for each in others]
    # Codes and places are in clear: the personal parts stay closed.
    weeks_there = [fold(await load(conn, each, ATTENDANCE)) for each in streams]
    return frozenset[Slot]().union(*map(attended, weeks_there))


def fold(records: Sequence[Recorded[Any]]) -> Week:
    return reduce(evolve, (record.event for record in records), initial())


async def weeks(
    conn: asyncpg.Connection, placement_id: PlacementId, keys: KeyProvider | None
) -> dict[IsoWeek, list[Recorded[Any]]]:
    """Every week of a placement's register that something was said in, in order."""
    prefix = attendance_stream(placement_id, IsoWeek(""))
    ids = await stream_ids(conn, prefix=prefix, after="", limit=_MOST_WEEKS)
    return {IsoWeek(each.removeprefix(prefix)): await load(conn, each, ATTENDANCE, keys) for each in ids}


async def register(conn: asyncpg.Connection, placement_id: PlacementId, keys: KeyProvider | None) -> Register:
    """A placement's whole register as it is now."""
    streams = await weeks(conn, placement_id, keys)
    return Register(weeks={week: fold(records) for week, records in streams.items()})


async def discover(conn: asyncpg.Connection, now: datetime) -> None:
    """A row for each placement in whose register time may bring something, if it has none or has moved on."""
    await due.discover(conn, SWEEP, _DISCOVER, now, [stage.value for stage in SWEPT])


async def anything_to_sweep(conn: asyncpg.Connection) -> bool:
    """Some placement has begun and is not closed."""
    found: bool = await conn.fetchval(
        "SELECT EXISTS (SELECT FROM placement WHERE stage = ANY ($1))", [stage.value for stage in SWEPT]
    )
    return found


async def changed(conn: asyncpg.Connection, placement_id: PlacementId, now: datetime) -> None:
    """Something was said in a register: have it looked at."""
    await due.look_at(conn, SWEEP, str(placement_id), now)
