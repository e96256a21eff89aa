"""Schools whose place another took: which one has it now, and the rows that go along."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import reduce
from typing import Any, Final

import asyncpg

from domain.access.roles import Organisation, OrgKind, organisation
from domain.calendar.london import start_of
from domain.law.legal_refs import legal_refs
from domain.placement.record.history import occurred_at
from domain.school import succession
from domain.school.state import School, evolve, initial
from events.codec import SCHOOL
from events.envelope import Metadata
from events.ids import Urn, school_stream
from events.school import SchoolSucceeded
from infra.projections import due, pupil_numbers
from infra.streams.records import PendingEvent, append_noted, load

SWEEP: Final = "successions"

_SUCCEEDED: Final = "SELECT data FROM event_store.event WHERE stream_id = $1 AND type = $2"
_MOVE: Final = "UPDATE placement SET home_school_urn = $2 WHERE home_school_urn = $1"


async def chain(conn: asyncpg.Connection, urn: Urn) -> tuple[Urn, ...]:
    """The school, and each that took the place of the one before it: the last has the place now."""
    found = [urn]
    while True:
        data = await conn.fetchval(_SUCCEEDED, school_stream(found[-1]), SchoolSucceeded.__name__)
        if data is None:
            return tuple(found)
        found.append(Urn(json.loads(data)["successor_urn"]))


async def present(conn: asyncpg.Connection, org_id: str | None) -> str | None:
    """The organisation that has the place of this one now: itself, unless it is a school that another succeeded."""
    found = organisation(org_id)
    if found is None or found.kind is not OrgKind.SCHOOL:
        return org_id
    return str(Organisation(kind=OrgKind.SCHOOL, name=(await chain(conn, Urn(found.name)))[-1]))


async def move_rows(conn: asyncpg.Connection, before: Urn, after: Urn) -> None:
    """The school's placements, closed ones as well, are the successor's from now on, and its pupils found there."""
    await pupil_numbers.make_again(conn, before, after)
    await conn.execute(_MOVE, before, after)


async def folded(conn: asyncpg.Connection, urn: Urn) -> School | None:
    """The school as it stands; None where it is not registered."""
    records = await load(conn, school_stream(urn), SCHOOL)
    return reduce(evolve, (each.event for each in records), initial()) if records else None


async def begin(conn: asyncpg.Connection, event: Any, metadata: Metadata, now: datetime, *, numbered_from: int) -> None:
    """Register a school that another converts to."""
    await _append(conn, event.urn, [event], metadata, now, version=0, numbered_from=numbered_from)


async def anything_to_sweep(conn: asyncpg.Connection) -> bool:
    """A conversion or a closure waits for its day."""
    found: bool = await conn.fetchval("SELECT EXISTS (SELECT FROM due_row WHERE sweep = $1)", SWEEP)
    return found


async def plan(conn: asyncpg.Connection, urn: Urn, on: date) -> None:
    """Have the school looked at when the day begins."""
    await due.look_at(conn, SWEEP, urn, start_of(on))


async def take_over(
    conn: asyncpg.Connection,
    before: School,
    event: SchoolSucceeded,
    metadata: Metadata,
    now: datetime,
    *,
    numbered_from: int,
) -> None:
    """What the successor's record gets, and the rows that are its own from now on."""
    assert before.urn is not None
    records = await load(conn, school_stream(event.successor_urn), SCHOOL)
    successor = reduce(evolve, (each.event for each in records), initial())
    events = succession.taken_over(before, successor, event)
    version = records[-1].version
    await _append(conn, event.successor_urn, events, metadata, now, version=version, numbered_from=numbered_from)
    await move_rows(conn, before.urn, event.successor_urn)


async def _append(  # what an append needs, and no more
    conn: asyncpg.Connection,
    urn: Urn,
    events: Sequence[Any],
    metadata: Metadata,
    now: datetime,
    *,
    version: int,
    numbered_from: int,
) -> None:
    noted = [
        PendingEvent(
            event=each,
            metadata=replace(metadata, occurred_at=occurred_at(each, now), legal_refs=legal_refs(each)),
        )
        for each in events
    ]
    await append_noted(
        conn,
        school_stream(urn),
        noted,
        codec=SCHOOL,
        version=version,
        recorded_at=now,
        numbered_from=numbered_from,
    )
