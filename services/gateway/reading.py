"""Reading one child's record: as it stands, as it stood, as it was known; each reading logged before it is shown."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from starlette.responses import Response

from domain.attendance.deadlines import all_deadlines
from domain.deadlines import Deadline
from domain.history import as_at, as_known, corrected, fold
from domain.placement.view import view
from domain.regimes import RULES
from domain.turns import turn
from events.codec import ATTENDANCE, PLACEMENT, PROVIDER, PUPIL, SCHOOL, Codec
from events.definition import personal_fields
from events.envelope import Recorded
from events.ids import PlacementId, placement_stream
from infra import attendance as registers
from infra import placements
from infra.db import connection
from infra.event_store.lookup import find_event
from infra.event_store.types import StoredEvent
from infra.evidence import gather
from infra.identity import Person
from infra.placements import PlacementRow
from infra.read_log import record_access
from infra.records import Opener, decode, load
from services.gateway import permissions
from services.gateway.commanding import not_found
from services.gateway.notifications import placement_of
from services.gateway.parameters import not_to_come
from services.gateway.permissions import Sights
from services.gateway.responses import json_response
from services.gateway.runtime import Gateway


async def record(
    gateway: Gateway, person: Person, placement_id: UUID, at: datetime | None, known_at: datetime | None
) -> Response:
    """The record. `at` asks how it stood, `known_at` what had been written down by then."""
    now = await gateway.now()
    not_to_come("as_at", at, now)
    not_to_come("known_at", known_at, now)
    records, _ = await _records(gateway, person, placement_id, "record")
    if known_at is not None:
        records = as_known(records, known_at)
    version = len(records)
    records = corrected(records) if at is None else as_at(records, at)
    if not records:
        raise not_found()
    state = fold(records)
    headers = {"ETag": f'"{version}"'} if at is None and known_at is None else {}
    content = {
        "placement_id": placement_id,
        "version": version,
        "stage": state.stage,
        "as_at": at,
        "known_at": known_at,
        "record": view(state),
    }
    return json_response(content, headers=headers)


async def timeline(gateway: Gateway, person: Person, placement_id: UUID) -> Response:
    records, names = await _records(gateway, person, placement_id, "timeline")
    return json_response(
        {
            "placement_id": placement_id,
            "version": len(records),
            "events": [shown(each, names=names) for each in records],
        }
    )


async def due(gateway: Gateway, person: Person, placement_id: UUID) -> Response:
    """What is due on one placement and its register, with the arithmetic in words. It names nobody."""
    placement = PlacementId(placement_id)
    async with connection(gateway.engine) as conn:
        checked(await placements.find(conn, placement_id), person)
        await record_access(conn, person, placement_id, "deadlines")
        setting = await registers.setting(conn, placement, gateway.reference, gateway.keys)
        register = await registers.register(conn, placement, gateway.keys)
        now = await gateway.clock.now(conn)
    found = all_deadlines(setting.placement, register, setting.calendar)
    return json_response({"deadlines": [_due(each, now) for each in found]})


def _due(found: Deadline, now: datetime) -> dict[str, Any]:
    whose = turn(RULES[found.rule], found.owner, found.due_on, found.due_at, now)
    return {**dataclasses.asdict(found), **dataclasses.asdict(whose)}


async def evidence(gateway: Gateway, person: Person, placement_id: UUID) -> Response:
    """For each clause the event that proves it, what is outstanding, what was missed. It names nobody."""
    async with connection(gateway.engine) as conn:
        checked(await placements.find(conn, placement_id), person)
        await record_access(conn, person, placement_id, "evidence")
        rows = await gather(conn, PlacementId(placement_id), gateway.keys, gateway.reference)
    return json_response({"placement_id": placement_id, "evidence": rows})


async def event_in_full(gateway: Gateway, person: Person, event_id: UUID) -> Response:
    async with connection(gateway.engine) as conn:
        stored, names = await visible_event(conn, person, event_id)
        name = placement_of(stored.stream_id)
        if name is not None:
            await record_access(conn, person, UUID(name), "event")
    opened = await decode(stored, _codec(stored), Opener(gateway.keys if names else None))
    return json_response({"placement_id": name, **shown(opened, names=names)})


async def visible_event(conn: asyncpg.Connection, person: Person, event_id: UUID) -> tuple[StoredEvent, bool]:
    """An event of a placement that this person may see, or of anything for whoever sees everything; and whether they
    see names there. Raises Problem.
    """
    stored = await find_event(conn, event_id)
    if stored is None:
        raise not_found()
    name = placement_of(stored.stream_id)
    if name is not None:
        return stored, bool(checked(await placements.find(conn, UUID(name)), person).named)
    if not permissions.sights(person).everything:
        raise not_found()
    return stored, False


def shown(record: Recorded[Any], *, names: bool) -> dict[str, Any]:
    event, metadata = record.event, record.metadata
    hidden = frozenset() if names else personal_fields(type(event))
    return {
        "event_id": record.event_id,
        "type": type(event).__name__,
        "version": record.version,
        "position": record.position,
        "occurred_at": metadata.occurred_at,
        "recorded_at": record.recorded_at,
        "actor": metadata.actor,
        "command_id": metadata.command_id,
        "legal_refs": metadata.legal_refs,
        "data": {
            field.name: getattr(event, field.name) for field in dataclasses.fields(event) if field.name not in hidden
        },
        "withheld": sorted(hidden),
    }


async def _records(
    gateway: Gateway, person: Person, placement_id: UUID, what: str
) -> tuple[Sequence[Recorded[Any]], bool]:
    """The placement's events, opened as far as this person may read them, and whether with names.

    Raises Problem: not visible.
    """
    async with connection(gateway.engine) as conn:
        names = bool(checked(await placements.find(conn, placement_id), person).named)
        await record_access(conn, person, placement_id, what)
        keys = gateway.keys if names else None
        return await load(conn, placement_stream(PlacementId(placement_id)), PLACEMENT, keys), names


def checked(row: PlacementRow | None, person: Person) -> Sights:
    """In which roles this person sees a placement.

    Raises Problem: there is no such placement, or none that this person may know of.
    """
    seen = permissions.sights(person).of(row)
    if not seen:
        raise not_found()
    return seen


def _codec(stored: StoredEvent) -> Codec[Any]:
    family = stored.stream_id.partition("-")[0]
    return _CODECS[family]


_CODECS: dict[str, Codec[Any]] = {
    "placement": PLACEMENT,
    "provider": PROVIDER,
    "school": SCHOOL,
    "attendance": ATTENDANCE,
    "pupil": PUPIL,
}
