"""What must hold after any fault: nothing acknowledged is lost or doubled, and all that is derived agrees."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Table

from domain.calendar.london import today
from domain.placement.facts import Facts
from domain.placement.record.history import current
from domain.placement.state import Placement
from domain.placement.time.deadlines import deadlines
from events.codec import PLACEMENT
from events.ids import CommandId, PlacementId
from infra.encryption.keys import KeyProvider
from infra.event_store import chain
from infra.event_store.read import read_stream
from infra.projections import placements
from infra.projections.derived import PlacementSources, RegisterSources
from infra.projections.placements import PlacementRow
from infra.projections.registry import OF_PLACEMENTS
from infra.streams.records import Decryptor, decode
from infra.streams.reference import Reference
from services.application.decider import SYSTEM
from services.application.facts import registers
from services.application.standing import outlook, placement_row
from tests.e2e.clients import Told
from tests.resting import at_rest

_OK = {200, 201}
_SOON_SECONDS = 0.05
_EVENTS = """
SELECT meta::jsonb ->> 'command_id' AS command_id, meta::jsonb -> 'actor' ->> 'role' AS role,
    event_id, type, position, version, stream_id
FROM event_store.event ORDER BY position
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """The database as its owner sees it, past every service."""

    dsn: str = field(repr=False)
    keys: KeyProvider

    async def everything_holds(self, told: Sequence[Told]) -> None:
        """Each final answer that a client was given is true, and the record and all that follows from it agree.

        Looked at in one snapshot of a moment at rest: what time brings of itself comes whenever it likes.
        """
        conn = await asyncpg.connect(self.dsn)
        try:
            assert [fault async for fault in chain.verify_stored(conn)] == []
            while True:
                async with conn.transaction(isolation="repeatable_read", readonly=True):
                    if await at_rest(conn):
                        await _each_command_once(conn, told)
                        await self._derived_agree(conn)
                        return
                await asyncio.sleep(_SOON_SECONDS)
        finally:
            await conn.close()

    async def at_rest(self) -> bool:
        """Every command is decided and whatever follows the record has caught up with it."""
        conn = await asyncpg.connect(self.dsn)
        try:
            return await at_rest(conn)
        finally:
            await conn.close()

    async def value(self, query: str, *given: object) -> Any:
        conn = await asyncpg.connect(self.dsn)
        try:
            return await conn.fetchval(query, *given)
        finally:
            await conn.close()

    async def _derived_agree(self, conn: asyncpg.Connection) -> None:
        reference = Reference()
        rows = await conn.fetch("SELECT placement_id FROM placement")
        streams = await conn.fetch(
            "SELECT stream_id FROM event_store.stream WHERE starts_with(stream_id, 'placement-')"
        )
        assert {f"placement-{row[0]}" for row in rows} == {row[0] for row in streams}
        for (placement_id,) in rows:
            row = await placements.find(conn, placement_id)
            assert row is not None
            state, version = await self._replayed(conn, placement_id)
            facts = await _facts(conn, reference, row, state)
            assert placement_row(outlook(state, version, facts)) == row, "the row agrees with a fresh replay"
            register = await registers.register(conn, PlacementId(placement_id), self.keys)
            due = deadlines(state, facts.calendar)
            seen = PlacementSources(state=state, calendar=facts.calendar, due=due)
            of_register = RegisterSources(state=state, calendar=facts.calendar, register=register)
            for model in OF_PLACEMENTS.values():
                rows = [*model.rows(seen), *(model.register.rows(of_register) if model.register else ())]
                expected = [{"placement_id": placement_id, **each} for each in rows]
                table = model.part.table
                found = await _rows(conn, table, placement_id)
                assert found == _in_order(table, expected), f"{model.name} agrees with a fresh replay"

    async def rows(self, table: Table) -> list[dict[str, Any]]:
        """Every row of a list."""
        conn = await asyncpg.connect(self.dsn)
        try:
            return await _rows(conn, table)
        finally:
            await conn.close()

    async def _replayed(self, conn: asyncpg.Connection, placement_id: UUID) -> tuple[Placement, int]:
        opener = Decryptor(self.keys)
        stored = await read_stream(conn, f"placement-{placement_id}")
        assert [each.version for each in stored] == list(range(1, len(stored) + 1))
        return current([await decode(each, PLACEMENT, opener) for each in stored]), len(stored)


async def _rows(conn: asyncpg.Connection, table: Table, placement_id: UUID | None = None) -> list[dict[str, Any]]:
    query = f"SELECT * FROM {table.name}"  # noqa: S608 - a table of ours
    of_one = "" if placement_id is None else " WHERE placement_id = $1"
    found = await conn.fetch(query + of_one, *([] if placement_id is None else [placement_id]))
    return _in_order(table, [dict(row) for row in found])


def _in_order(table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By the primary key, each with every column."""
    names = [column.name for column in table.columns]
    whole = [{name: row.get(name) for name in names} for row in rows]
    return sorted(whole, key=lambda row: tuple(row[column.name] for column in table.primary_key))


async def _each_command_once(conn: asyncpg.Connection, told: Sequence[Told]) -> None:
    rows = {row["command_id"]: row for row in await conn.fetch("SELECT * FROM command")}
    caused: dict[UUID, list[Any]] = defaultdict(list)
    for event in await conn.fetch(_EVENTS):
        command_id = UUID(event["command_id"])
        if command_id not in rows:
            assert event["role"] == SYSTEM.role, "what nobody asked for is what time brought"
            continue
        caused[command_id].append(event)
    for each in told:
        row = rows[each.command_id]
        assert (row["http_status"], row["answer"].encode()) == (each.status, each.content), "told as it is kept"
    for command_id, row in rows.items():
        assert row["status"] in {"accepted", "refused"}, f"{row['kind']} was kept and never decided"
        assert (row["status"] == "accepted") == (row["http_status"] in _OK)
        stated = json.loads(row["answer"])["events"] if row["status"] == "accepted" else []
        own = [each for each in caused[command_id] if each["stream_id"] == row["stream_id"]]
        found = [(str(each["event_id"]), each["type"], each["position"]) for each in own]
        assert found == [(each["event_id"], each["type"], each["position"]) for each in stated], row["kind"]
        beside = [each["stream_id"] for each in caused[command_id] if each not in own]
        assert all(each.startswith("pupil-") for each in beside), "a draft opens its pupil's stream, nothing else's"


async def _facts(conn: asyncpg.Connection, reference: Reference, row: PlacementRow, state: Placement) -> Facts:
    """What the service knew at the moment it wrote the row."""
    school, _ = await reference.current(conn, state.home_school_urn, None)
    return Facts(
        placement_id=PlacementId(row.placement_id),
        command_id=CommandId(row.placement_id),
        actor=SYSTEM,
        now=row.updated_at,
        today=today(row.updated_at),
        calendar=reference.calendar(school),
        school=school,
    )
