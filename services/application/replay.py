"""Replaying the record: every placement, or one, folded from its stream as it is, was, or was known.

Also all events of some types, in the order of the feed. Whatever the size of the store, one page is in memory at a
time, and each can be gone on with from where it was left.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.placement.record.history import as_at, as_known, corrected, fold
from domain.placement.state import Placement
from domain.placement.time.deadlines import deadlines
from domain.school import evolve as school_fold
from events.codec import ATTENDANCE, PLACEMENT, PROVIDER, PUPIL, SCHOOL, read_metadata
from events.envelope import Recorded
from events.ids import PLACEMENT_STREAMS, PlacementId, Urn, placement_id_of, placement_stream, school_stream
from infra.encryption.keys import KeyProvider
from infra.event_store.lookup import stream_ids
from infra.event_store.read import horizon, read_all
from infra.event_store.relations import STREAMS
from infra.event_store.types import StoredEvent
from infra.postgres.db import connection
from infra.projections import placement_columns, placements
from infra.projections.placements import PlacementRow
from infra.streams.records import load
from infra.streams.reference import Reference
from services.application.succession import chain

_NO_STREAM = f"""
SELECT placement_id FROM placement p WHERE NOT EXISTS (
    SELECT FROM {STREAMS} s WHERE s.stream_id = 'placement-' || p.placement_id AND s.version > 0
) ORDER BY placement_id LIMIT 1000
"""  # noqa: S608 - constants only
_PAGE = 500

TYPES = frozenset(cls.__name__ for codec in (PLACEMENT, SCHOOL, PROVIDER, ATTENDANCE, PUPIL) for cls in codec.types())
"""The name of each event type that this release knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBack:
    """`known_at` leaves out what was recorded later, `at` what came about later; without either, all of it counts."""

    at: datetime | None = None
    known_at: datetime | None = None

    def counts(self, stored: StoredEvent) -> bool:
        """Whether a stored event counts, as it was recorded: corrections move none here."""
        if self.known_at is not None and stored.recorded_at > self.known_at:
            return False
        return self.at is None or read_metadata(stored.meta).occurred_at <= self.at


NOW = LookBack()


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One placement replayed: the records that counted, and the state they come to."""

    placement_id: UUID
    records: tuple[Recorded[Any], ...]
    state: Placement

    @property
    def version(self) -> int:
        return self.records[-1].version if self.records else 0


async def placement(
    engine: AsyncEngine, placement_id: UUID, moment: LookBack = NOW, *, keys: KeyProvider | None = None
) -> Replayed:
    """Fold one placement. Without `keys` the personal parts stay closed."""
    return _folded(placement_id, await _stream(engine, placement_id, keys), moment)


async def both(
    engine: AsyncEngine, placement_id: UUID, before: LookBack, after: LookBack, *, keys: KeyProvider | None = None
) -> tuple[Replayed, Replayed]:
    """One placement at two moments, from one reading."""
    stream = await _stream(engine, placement_id, keys)
    return _folded(placement_id, stream, before), _folded(placement_id, stream, after)


async def _stream(engine: AsyncEngine, placement_id: UUID, keys: KeyProvider | None) -> list[Recorded[Any]]:
    async with connection(engine) as conn:
        return await load(conn, placement_stream(PlacementId(placement_id)), PLACEMENT, keys)


def _folded(placement_id: UUID, stream: list[Recorded[Any]], moment: LookBack) -> Replayed:
    known = tuple(stream) if moment.known_at is None else as_known(stream, moment.known_at)
    records = corrected(known) if moment.at is None else as_at(known, moment.at)
    return Replayed(placement_id=placement_id, records=records, state=fold(records))


async def placement_ids(engine: AsyncEngine, *, after: UUID | None = None) -> AsyncIterator[UUID]:
    """Each placement of the store, in the order of the ids, from the one after `after`."""
    last = "" if after is None else placement_stream(PlacementId(after))
    while True:
        async with connection(engine) as conn:
            page = await stream_ids(conn, prefix=PLACEMENT_STREAMS, after=last, limit=_PAGE)
        for stream_id in page:
            yield placement_id_of(stream_id)
        if len(page) < _PAGE:
            return
        last = page[-1]


async def every_placement(
    engine: AsyncEngine, moment: LookBack = NOW, *, after: UUID | None = None
) -> AsyncIterator[Replayed]:
    """Each placement of the store folded, in the order of the ids, one in memory at a time."""
    async for placement_id in placement_ids(engine, after=after):
        yield await placement(engine, placement_id, moment)


async def events(
    engine: AsyncEngine, types: Sequence[str], moment: LookBack = NOW, *, after: int = 0
) -> AsyncIterator[StoredEvent]:
    """The settled events of these types past position `after`, in the order of the feed."""
    more = True
    while more:
        async with connection(engine) as conn:
            page = await read_all(conn, after=after, limit=_PAGE, types=types)
        for event in page.events:
            if moment.counts(event):
                yield event
        after, more = page.next, page.more


async def disagreement(
    engine: AsyncEngine, replayed: Replayed, keys: KeyProvider, reference: Reference | None = None
) -> str | None:
    """How the placement's row differs from its replay, in each column that follows from the record; None when not.

    When to look again (`next_wake_at`) follows from the moment of the last decision as well, and is not compared.
    Some deadlines follow from personal parts, such as that of an EHC plan's review. They are opened only where the row
    differs without them.
    """
    reference = reference or Reference()
    closed = await _difference(engine, replayed, reference)
    if closed is None:
        return None
    return await _difference(engine, await placement(engine, replayed.placement_id, keys=keys), reference)


async def _difference(engine: AsyncEngine, replayed: Replayed, reference: Reference) -> str | None:
    async with connection(engine) as conn:
        row = await placements.find(conn, replayed.placement_id)
        if row is None:
            return "has no row"
        expected = await _columns(conn, replayed, reference)
        homes = await _homes(conn, replayed.state)
        wrong = [
            f"{name} {_told(getattr(row, name))}, replay {_told(value)}"
            for name, value in expected.items()
            if getattr(row, name) != value
            and not _not_said(row, name)
            and not (name == "home_school_urn" and row.home_school_urn in homes)
        ]
        if row.la_code not in (codes := await _la_codes(conn, replayed.state)):
            wrong.append(f"la_code {_told(row.la_code)}, replay {_told(codes[-1])}")
    return f"row says {'; '.join(wrong)}" if wrong else None


def _not_said(row: PlacementRow, name: str) -> bool:
    """An earlier release wrote the row, and knew of no such column."""
    return name == "next_deadline_provisional" and row.next_deadline_provisional is None


async def _columns(conn: asyncpg.Connection, replayed: Replayed, reference: Reference) -> dict[str, Any]:
    state = replayed.state
    school, _ = await reference.current(conn, state.home_school_urn, None)
    due = deadlines(state, reference.calendar_of(state, school))
    return placement_columns.of_state(state, replayed.version) | placement_columns.of_deadlines(due)


async def _homes(conn: asyncpg.Connection, state: Placement) -> tuple[Urn, ...]:
    """The home school of the record, and those that took its place: the row of a closed placement goes along."""
    return () if state.home_school_urn is None else await chain(conn, state.home_school_urn)


async def _la_codes(conn: asyncpg.Connection, state: Placement) -> list[str | None]:
    """Those of the school since the beginning: the row has the one of its last decision."""
    if state.home_school_urn is None:
        return [None]
    found: list[str | None] = [None]
    school = school_fold.initial()
    for record in await load(conn, school_stream(state.home_school_urn), SCHOOL):
        school = school_fold.evolve(school, record.event)
        found.append(school.la_code)
    return found if len(found) == 1 else found[1:]


def _told(value: Any) -> str:
    return "nothing" if value is None else str(value)


async def strays(engine: AsyncEngine) -> list[str]:
    """What is beside the record and has nothing in it: rows of no stream, and followers beyond its end."""
    async with connection(engine) as conn:
        rows = await conn.fetch(_NO_STREAM)
        end = (await horizon(conn)).high
        beyond = await conn.fetch("SELECT name, position FROM subscription WHERE position > $1 ORDER BY name", end)
    return [f"{row['placement_id']} has a row and no record" for row in rows] + [
        f"follower {row['name']} is at position {row['position']}, beyond the end of the record at {end}"
        for row in beyond
    ]
