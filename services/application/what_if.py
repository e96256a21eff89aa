"""The caseload judged under another regime or reading, from one snapshot that nothing can be written through."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.calendar.school_calendar import SchoolCalendar
from domain.law.regimes import regime
from domain.placement.record.history import Record, current
from domain.placement.record.what_if import Judgement, Line, NoticeReading, RuleReading, compare
from domain.school import evolve as school_fold
from domain.school.state import School
from events.codec import PLACEMENT, SCHOOL
from events.codes import RegimeId, RuleId
from events.ids import PLACEMENT_STREAMS, Urn, placement_id_of, school_stream
from infra.bank_holidays import bank_holidays
from infra.encryption.keys import KeyProvider
from infra.event_store.lookup import stream_ids
from infra.postgres.db import connection
from infra.streams.records import load

_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One placement; `lines` is None where the reading does not concern it."""

    placement_id: UUID
    lines: tuple[Line, ...] | None

    @property
    def judged(self) -> int:
        return len(self.lines or ())

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What would differ, a row for each fact."""
        return [_row(self.placement_id, line) for line in self.lines or () if line.differs]


READINGS = {f"{RuleId.T1}={reading}": reading for reading in NoticeReading}
"""The other readings of a rule, as they are asked for."""


def reading_of(regime_id: RegimeId | None, rule: str | None) -> RuleReading:
    """What is asked for: as if a regime had bound each placement that it fits, or by another reading of a rule."""
    return RuleReading(
        regime=regime(regime_id) if regime_id else None,
        notice=READINGS[rule] if rule else NoticeReading.CLEAR,
    )


def _row(placement_id: UUID, line: Line) -> dict[str, Any]:
    return {
        "placement": placement_id,
        "clause": line.clause,
        "event": type(line.record.event).__name__,
        "position": line.record.position,
        "was": _said(line.was),
        "would": _said(line.would),
    }


def _said(judged: Judgement) -> str:
    """`late (BREACH)`."""
    return f"{judged.outcome} ({judged.severity})" if judged.severity else str(judged.outcome)


async def compared(engine: AsyncEngine, keys: KeyProvider, reading: RuleReading) -> AsyncIterator[Compared]:
    """Each placement of the store in the order of its id. `keys` tells who must be told; nothing personal comes out."""
    async with connection(engine) as conn, conn.transaction(isolation="repeatable_read", readonly=True):
        schools = _Schools(conn)
        after = ""
        while True:
            page = await stream_ids(conn, prefix=PLACEMENT_STREAMS, after=after, limit=_PAGE)
            for stream_id in page:
                records: list[Record] = await load(conn, stream_id, PLACEMENT, keys)
                yield await _one(placement_id_of(stream_id), records, reading, schools)
            if len(page) < _PAGE:
                return
            after = page[-1]


async def _one(placement_id: UUID, records: list[Record], reading: RuleReading, schools: "_Schools") -> Compared:
    state = current(records)
    school = await schools.of(state.home_school_urn)
    if not reading.concerns(state, school.now.kind):
        return Compared(placement_id=placement_id, lines=None)
    began_at = school if state.began_at is None else await schools.of(state.began_at)
    return Compared(placement_id=placement_id, lines=compare(records, reading, began_at.calendar))


@dataclass(frozen=True, slots=True, kw_only=True)
class _KnownSchool:
    """A school as it is now, and each calendar that it has published."""

    now: School
    calendars: dict[int, SchoolCalendar]

    def calendar(self, version: int) -> SchoolCalendar:
        return self.calendars.get(version, SchoolCalendar(bank_holidays=bank_holidays()))


class _Schools:
    """Schools by URN, each read once."""

    def __init__(self, conn: asyncpg.Connection) -> None:
        self._conn = conn
        self._known: dict[Urn | None, _KnownSchool] = {}

    async def of(self, urn: Urn | None) -> _KnownSchool:
        if urn not in self._known:
            self._known[urn] = await self._read(urn)
        return self._known[urn]

    async def _read(self, urn: Urn | None) -> _KnownSchool:
        state, calendars = school_fold.initial(), dict[int, SchoolCalendar]()
        for record in await load(self._conn, school_stream(urn), SCHOOL) if urn else ():
            state = school_fold.evolve(state, record.event)
            calendars[state.calendar_version] = state.calendar(bank_holidays())
        return _KnownSchool(now=state, calendars=calendars)
