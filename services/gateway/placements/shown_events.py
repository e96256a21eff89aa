"""Events as they are answered, and whether a person sees one: each reading is logged before it is shown."""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from starlette.responses import Response

from domain.event_sentences.sentence import sentence
from domain.placement.provider_sight import shown_events
from domain.placement.provider_sight.phases import ProviderPart
from events.codec import ATTENDANCE, PLACEMENT, PROVIDER, PUPIL, SCHOOL, Codec
from events.definition import personal_fields
from events.envelope import Recorded
from events.ids import placement_id_in, placement_stream
from infra.event_store.lookup import find_event
from infra.event_store.types import StoredEvent
from infra.identity.read_log import record_access
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.projections.placements import PlacementRow
from infra.streams.records import Decryptor, decode, load
from services.application import authorisation
from services.application.authorisation import Sights
from services.application.names import names_of, reader_of
from services.gateway.commands.commanding import not_found
from services.gateway.http.responses import json_response
from services.gateway.http.runtime import Gateway
from services.gateway.placements.seeing import checked, provider_of


async def event_in_full(gateway: Gateway, person: Person, event_id: UUID) -> Response:
    async with connection(gateway.engine) as conn:
        stored, seen = await visible_event(gateway, conn, person, event_id)
        placement_id = placement_id_in(stored.stream_id)
        if placement_id is not None:
            await record_access(conn, person, placement_id, "event")
        if seen.in_part is not None:
            event = shown_in_part(seen.in_part, names=seen.names)
        else:
            opened = await decode(stored, _codec(stored), Decryptor(gateway.keys if seen.names else None))
            event = shown(opened, names=seen.names)
        await add_names(conn, [event], person, seen.sights, seen.row)
    return json_response({"placement_id": placement_id, **event})


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSeen:
    """How an event is seen: with names or without, whole, or `in_part` by a provider. `row`: of its placement."""

    names: bool
    sights: Sights
    row: PlacementRow | None = None
    in_part: shown_events.EventForProvider | None = None


async def visible_event(
    gateway: Gateway, conn: asyncpg.Connection, person: Person, event_id: UUID
) -> tuple[StoredEvent, EventSeen]:
    """An event of a placement that this person may see, or of anything for whoever sees everything. Raises Problem."""
    stored = await find_event(conn, event_id)
    if stored is None:
        raise not_found()
    placement_id = placement_id_in(stored.stream_id)
    if placement_id is None:
        sights = authorisation.sights(person)
        if not sights.everything:
            raise not_found()
        return stored, EventSeen(names=False, sights=sights)
    row, seen = await checked(gateway, conn, person, placement_id)
    provider = provider_of(row, seen)
    if provider is None:
        return stored, EventSeen(names=bool(seen.named), sights=seen, row=row)
    records: Sequence[Recorded[Any]] = ()
    if stored.stream_id == placement_stream(placement_id) or provider.part is ProviderPart.TEACHING:
        records = await load(conn, stored.stream_id, _codec(stored), gateway.keys if seen.opens else None)
    found = next((each for each in provider.of(records) if each.record.event_id == event_id), None)
    if found is None:
        raise not_found()
    return stored, EventSeen(names=seen.opens, sights=seen, row=row, in_part=found)


def shown(record: Recorded[Any], *, names: bool) -> dict[str, Any]:
    event, metadata = record.event, record.metadata
    hidden = frozenset() if names else personal_fields(type(event))
    return {
        "event_id": record.event_id,
        "type": type(event).__name__,
        "summary": sentence(event),
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


def shown_in_part(seen: shown_events.EventForProvider, *, names: bool) -> dict[str, Any]:
    whole = shown(seen.record, names=names)
    data = {name: part for name, part in seen.data.items() if name in whole["data"]}
    withheld = sorted({*whole["withheld"], *seen.withheld})
    return {**whole, "summary": sentence(seen.record.event, data), "data": data, "withheld": withheld}


async def add_names(
    conn: asyncpg.Connection,
    events: Iterable[dict[str, Any]],
    person: Person,
    seen: Sights,
    row: PlacementRow | None,
) -> None:
    """Beside the actor of each event, who that is, as far as this person may know (`by`)."""
    found = list(events)
    actors = {each["actor"] for each in found}
    known = await names_of(conn, actors, reader_of(person, seen, row, actors))
    for each in found:
        each["by"] = known[each["actor"]]


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
