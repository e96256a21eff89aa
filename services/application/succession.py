"""Schools whose place another took: which one has it now, and the rows that go along."""

import json
from datetime import date
from functools import reduce
from typing import Final

import asyncpg

from domain.access.roles import Organisation, OrgKind, organisation
from domain.calendar.london import start_of
from domain.school.evolve import evolve, initial
from domain.school.state import School
from events.codec import SCHOOL
from events.ids import Urn, school_stream
from events.school import SchoolSucceeded
from infra.event_store.relations import EVENTS
from infra.projections import due, pupil_numbers
from infra.streams.records import load

SWEEP: Final = "successions"

_SUCCEEDED: Final = f"SELECT data FROM {EVENTS} WHERE stream_id = $1 AND type = $2"  # noqa: S608 - constants only
# As every writer holds them: by their ids, and before the index of numbers (`infra.projections.holding`).
_HOLD: Final = "SELECT FROM placement WHERE home_school_urn = $1 ORDER BY placement_id FOR UPDATE"
_MOVE: Final = """
UPDATE placement SET home_school_urn = $2, rows_version = NULL WHERE home_school_urn = $1
"""


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
    """The school's placements, closed ones as well, are the successor's from now on, and its pupils found there.

    The sweep writes their rows again, since names are found under a key of the school.
    """
    await conn.execute(_HOLD, before)
    await pupil_numbers.make_again(conn, before, after)
    await conn.execute(_MOVE, before, after)


async def folded(conn: asyncpg.Connection, urn: Urn) -> School | None:
    """The school as it is now; None where it is not registered."""
    records = await load(conn, school_stream(urn), SCHOOL)
    return reduce(evolve, (each.event for each in records), initial()) if records else None


async def anything_to_sweep(conn: asyncpg.Connection) -> bool:
    """A conversion or a closure waits for its day."""
    found: bool = await conn.fetchval("SELECT EXISTS (SELECT FROM due_row WHERE sweep = $1)", SWEEP)
    return found


async def plan(conn: asyncpg.Connection, urn: Urn, on: date) -> None:
    """Have the school looked at when the day begins."""
    await due.look_at(conn, SWEEP, urn, start_of(on))
