"""Returns gathered out of the store: opened under the pupils' keys for this one answer, and kept nowhere.

Each placement that is opened is written to the access log first.
"""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.placement.record.history import current
from domain.placement.state import Placement
from domain.provider.state import Provider
from domain.returns.census import Body, CensusPeriod, CensusRecord, compared, returned_by, row
from domain.returns.checks import RowFault
from domain.returns.register import Registered, registered
from events.codec import PLACEMENT
from events.codes import CommissionerKind
from events.ids import PlacementId, placement_stream
from infra.encryption.keys import KeyProvider
from infra.identity.read_log import record_access
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.projections.placements import placement, ran_between
from infra.projections.visibility import OfAuthority, OfSchool, visible
from infra.streams.records import load
from infra.streams.reference import Reference

_PAGE: Final = 500
CENSUS_COLUMNS: Final = tuple(each.name for each in fields(CensusRecord) if each.name != "pupil_id")
REGISTER_COLUMNS: Final = tuple(each.name for each in fields(Registered))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnReader:
    """Who reads, on whose behalf, and by what means."""

    engine: AsyncEngine
    keys: KeyProvider
    reference: Reference
    reader: Person
    visibility: OfSchool | OfAuthority
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A placement with its provider as they stand."""

    state: Placement = field(repr=False)
    provider: Provider | None


async def census(reading: ReturnReader, period: CensusPeriod) -> tuple[CensusRecord, ...]:
    """The rows that the reader's school or council returns for a term."""
    body = body_of(reading.visibility)
    # The school returns also what the authority arranged for a pupil on two rolls, which only the record tells.
    commissioned = placement.c.commissioner == CommissionerKind.LA if body is Body.LA else true()
    opened = running(reading, period.first, period.census_on, commissioned, what="census_return")
    rows = [row(each.state, each.provider, period) async for each in opened if returned_by(each.state) is body]
    return compared(each for each in rows if each is not None)


async def register(reading: ReturnReader, on: date) -> tuple[Registered, ...]:
    """The entries of the reader's council for a day, by the school and the day on which they began."""
    opened = running(reading, on, on, true(), what="register_feed")
    found = [registered(each.state, each.provider, on) async for each in opened]
    entries = [each for each in found if each is not None]
    return tuple(sorted(entries, key=lambda each: (each.home_school_urn, each.since, each.placement_id)))


def body_of(visibility: OfSchool | OfAuthority) -> Body:
    return Body.SCHOOL if isinstance(visibility, OfSchool) else Body.LA


def _own_schools(visibility: OfSchool | OfAuthority) -> ColumnElement[bool]:
    """A return is of the council's own schools, whatever else it sees."""
    return placement.c.la_code == visibility.la_code if isinstance(visibility, OfAuthority) else true()


async def running(
    reading: ReturnReader, first: date, last: date, narrowed: ColumnElement[bool], *, what: str
) -> AsyncIterator[Opened]:
    """Each placement that ran on a day from `first` to `last`, in the order of its id; `what` goes to the log."""
    of = placement.c
    within = (visible(reading.visibility), _own_schools(reading.visibility), ran_between(first, last), narrowed)
    query = select(of.placement_id).where(*within).order_by(of.placement_id)
    after: UUID | None = None
    while True:
        page = query.limit(_PAGE) if after is None else query.where(of.placement_id > after).limit(_PAGE)
        async with reading.engine.connect() as conn:
            ids = list((await conn.execute(page)).scalars())
        for placement_id in ids:
            yield await _opened(reading, PlacementId(placement_id), what)
        if len(ids) < _PAGE:
            return
        after = ids[-1]


async def _opened(reading: ReturnReader, placement_id: PlacementId, what: str) -> Opened:
    async with connection(reading.engine) as conn:
        await record_access(conn, reading.reader, placement_id, what, reading.why)
        state = current(await load(conn, placement_stream(placement_id), PLACEMENT, reading.keys))
        _, provider = await reading.reference.current(conn, None, state.proposal.provider_id)
    return Opened(state=state, provider=provider)


def line(row: CensusRecord | Registered, columns: Sequence[str]) -> dict[str, Any]:
    """A row on one line: its faults as code and field, several values of one field side by side."""
    return {name: _on_one_line(getattr(row, name)) for name in columns}


def _on_one_line(value: Any) -> Any:
    if not isinstance(value, tuple):
        return value
    return "; ".join(f"{each.code} ({each.field})" if isinstance(each, RowFault) else str(each) for each in value)


BYTE_ORDER_MARK = "\ufeff"


def as_csv(rows: Iterable[CensusRecord | Registered], columns: Sequence[str]) -> str:
    """RFC 4180, with the byte order mark by which Excel knows UTF-8. A formula is quoted, so that it stays a text."""
    written = io.StringIO()
    written.write(BYTE_ORDER_MARK)
    writer = csv.writer(written)
    writer.writerow(columns)
    writer.writerows([csv_cell(each) for each in line(row, columns).values()] for row in rows)
    return written.getvalue()


def csv_cell(value: Any) -> str:
    """The text of one cell; a formula is quoted, so that it stays a text."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str() if value.startswith(("=", "+", "-", "@", "\t", "\r")):
            return f"'{value}"
    return str(value)
