"""Read models whose rows follow from one placement's stream and its school's calendar.

A batch of events only says which placements to look at again; their rows are then written anew. So the rows are
the same whether they were kept up to date event by event or are built afresh.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import ARRAY, Column, Table, Uuid, any_, literal
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.attendance.register import Register
from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.state import Placement
from events.ids import PlacementId, placement_id_of, placement_stream
from infra.event_store.lookup import archived
from infra.event_store.types import StoredEvent
from infra.postgres.db import raw
from infra.projections import attendance as registers
from infra.streams.placement_streams import PlacementStreams
from infra.streams.reference import Reference
from infra.subscriptions.subscription import Apply


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementSources:
    """A placement as its rows are made from it. The register is empty for a read model that does not ask for it."""

    state: Placement
    calendar: SchoolCalendar
    register: Register


Rows = Callable[[PlacementSources], Iterable[dict[str, Any]]]
"""A placement's rows, without its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadModel:
    """A table by the name under which it follows the record. The table has a column `placement_id`.

    `with_register`: the rows follow from the placement's register as well.
    """

    name: str
    table: Table
    rows: Rows
    with_register: bool = False

    def follower(self, reference: Reference, streams: PlacementStreams) -> Apply:
        return Keeper(self, reference, streams).apply


async def write_anew(
    conn: AsyncConnection, key: Column[UUID], touched: Sequence[UUID], rows: Sequence[dict[str, Any]]
) -> None:
    """Replace the rows of these records, which `key` names, by others."""
    table = key.table
    assert isinstance(table, Table)
    await conn.execute(table.delete().where(key == any_(literal(touched, ARRAY(Uuid)))))
    if rows:
        await conn.execute(table.insert(), rows)


class Keeper:
    """Keeps a read model's rows as the record stands. Those of an archived placement stay as they were."""

    def __init__(self, model: ReadModel, reference: Reference, streams: PlacementStreams) -> None:
        self._model = model
        self._reference = reference
        self._streams = streams

    async def apply(self, conn: AsyncConnection, events: Sequence[StoredEvent]) -> None:
        """Bring the rows of every placement that these events touch up to date."""
        driver = await raw(conn)
        touched = sorted(await self._touched(driver, events))
        if not touched:
            return
        rows = [row for placement_id in touched for row in await self._rows(driver, PlacementId(placement_id))]
        await write_anew(conn, self._model.table.c.placement_id, touched, rows)

    async def _rows(self, driver: asyncpg.Connection, placement_id: PlacementId) -> list[dict[str, Any]]:
        state = (await self._streams.current(driver, placement_id)).state
        school, _ = await self._reference.current(driver, state.home_school_urn, None)
        register = Register(weeks={})
        if self._model.with_register:
            register = await registers.register(driver, placement_id, self._streams.keys)
        seen = PlacementSources(state=state, calendar=self._reference.calendar_of(state, school), register=register)
        return [{"placement_id": placement_id, **row} for row in self._model.rows(seen)]

    async def _touched(self, conn: asyncpg.Connection, events: Iterable[StoredEvent]) -> set[UUID]:
        """The placements whose stream, whose register where it is wanted, or whose school's calendar changed."""
        touched, schools = set[UUID](), set[str]()
        for event in events:
            kind, _, name = event.stream_id.partition("-")
            if kind == "placement" or (kind == "attendance" and self._model.with_register):
                touched.add(placement_id_of(event.stream_id))
            elif kind == "school":
                schools.add(name)
        if schools:
            # Those that are closed as well: their lengths in school days follow from the calendar too.
            rows = await conn.fetch("SELECT placement_id FROM placement WHERE home_school_urn = ANY($1)", list(schools))
            touched |= {row["placement_id"] for row in rows}
        names = {placement_stream(PlacementId(each)): each for each in touched}
        return touched - {names[each] for each in await archived(conn, list(names))}
