"""Reading one child's record: as it is, as it was, as it was known; each reading logged before it is shown."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from starlette.responses import Response

from domain.attendance.deadlines import all_deadlines
from domain.placement.provider_sight import own, shown_events
from domain.placement.provider_sight.fields import PROVIDER_RULES
from domain.placement.provider_sight.own import own_concerns
from domain.placement.provider_sight.phases import ProviderPart, ProviderPhase
from domain.placement.provider_sight.record import record as provider_record
from domain.placement.record.deadline_view import deadline_view
from domain.placement.record.history import as_at, as_known, corrected, fold
from domain.placement.record.view import view
from events.codec import ATTENDANCE, PLACEMENT, PROVIDER, PUPIL, SCHOOL, Codec
from events.definition import personal_fields
from events.envelope import Recorded
from events.ids import PlacementId, ProviderId, placement_id_in, placement_stream
from infra.event_store.lookup import find_event, read_streams, stream_ids
from infra.event_store.types import StoredEvent
from infra.identity.read_log import record_access
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.projections import placements
from infra.projections.placements import PlacementRow
from infra.streams.records import Decryptor, decode, load
from services.application import authorisation
from services.application.authorisation import Sights
from services.application.evidence import gather
from services.application.facts import registers
from services.gateway.commands.commanding import not_found
from services.gateway.http.parameters import not_to_come
from services.gateway.http.problems import Problem
from services.gateway.http.responses import json_response
from services.gateway.http.runtime import Gateway


async def record(
    gateway: Gateway, person: Person, placement_id: UUID, at: datetime | None, known_at: datetime | None
) -> Response:
    """The record. `at` asks how it stood, `known_at` what had been written down by then."""
    now = await gateway.now()
    not_to_come("as_at", at, now)
    not_to_come("known_at", known_at, now)
    records, seen = await _records(gateway, person, placement_id, "record")
    if known_at is not None:
        records = as_known(records, known_at)
    version = len(records)
    records = corrected(records) if at is None else as_at(records, at)
    if not records:
        raise not_found()
    state = fold(records)
    shown_to = seen.provider
    headers = {"ETag": f'"{version}"'} if at is None and known_at is None else {}
    content = {
        "placement_id": placement_id,
        "version": version,
        "stage": state.stage,
        "as_at": at,
        "known_at": known_at,
        "record": view(state)
        if shown_to is None
        else provider_record(state, shown_to.part, own_concerns(records, shown_to.provider_id), shown_to.provider_id),
    }
    return json_response(content, headers=headers)


async def timeline(gateway: Gateway, person: Person, placement_id: UUID) -> Response:
    records, seen = await _records(gateway, person, placement_id, "timeline")
    found = (
        [shown(each, names=seen.names) for each in records]
        if seen.provider is None
        else [_shown_in_part(each, names=seen.names) for each in seen.provider.of(records)]
    )
    return json_response(
        {
            "placement_id": placement_id,
            "version": len(records),
            "events": found,
        }
    )


async def due(gateway: Gateway, person: Person, placement_id: UUID) -> Response:
    """What is due on one placement and its register, with the arithmetic in words. It names nobody."""
    placement = PlacementId(placement_id)
    async with connection(gateway.engine) as conn:
        row, seen = await checked(gateway, conn, person, placement_id)
        shown_to = seen.part(row)
        await record_access(conn, person, placement_id, "deadlines")
        setting = await registers.setting(conn, placement, gateway.reference, gateway.keys)
        register = await registers.register(conn, placement, gateway.keys)
        now = await gateway.clock.now(conn)
    found = all_deadlines(setting.placement, register, setting.calendar)
    return json_response(
        {"deadlines": [deadline_view(each, now) for each in found if shown_to is None or each.rule in PROVIDER_RULES]}
    )


async def evidence(gateway: Gateway, person: Person, placement_id: UUID) -> Response:
    """For each clause the event that proves it, what is outstanding, what was missed. It names nobody."""
    async with connection(gateway.engine) as conn:
        _, seen = await checked(gateway, conn, person, placement_id)
        if not seen.whole:
            raise Problem("role_not_allowed", "Evidence is for the school and the council that place the pupil.")
        await record_access(conn, person, placement_id, "evidence")
        rows = await gather(conn, PlacementId(placement_id), gateway.keys, gateway.reference)
    return json_response({"placement_id": placement_id, "evidence": rows})


async def own_records(gateway: Gateway, person: Person, placement_id: UUID) -> Response:
    """What its provider takes along of one placement, by name. Logged as each reading.

    The school and the council, who read all of it anyway, can hand it to a provider that sees the placement no more.
    """
    async with connection(gateway.engine) as conn:
        row, seen = await checked(gateway, conn, person, placement_id)
        if not seen.opens:
            raise Problem("role_not_allowed", "A provider's own records name the pupil. Your roles read without names.")
        if row.provider_id is None:
            raise not_found()
        provider_id = ProviderId(row.provider_id)
        await record_access(conn, person, placement_id, "own_records")
        placement = PlacementId(placement_id)
        records = await load(conn, placement_stream(placement), PLACEMENT, gateway.keys)
        weeks = await _register(gateway, conn, placement)
    state = fold(corrected(records))
    found = own.own_records(records, weeks, provider_id)
    named = None if seen.part(row) is ProviderPart.OFFER else state.referral.pupil
    lasts = timedelta(days=gateway.settings.provider_sight_days)
    ends = row.ended_on + lasts if row.ended_on is not None and row.phase is ProviderPhase.ENDED else None
    return json_response(
        {
            "placement_id": placement_id,
            "provider_id": provider_id,
            "pupil": None if named is None else {"legal_name": named.legal_name, "born_on": named.born_on},
            "started_on": row.started_on,
            "ended_on": row.ended_on,
            "seen_until": ends,
            "marks": [shown(each, names=True) for each in found.marks],
            "reports": [shown(each, names=True) for each in found.reports],
            "concerns": [shown(each, names=True) for each in found.concerns],
        }
    )


async def _register(gateway: Gateway, conn: asyncpg.Connection, placement_id: PlacementId) -> list[Recorded[Any]]:
    """The events of all weeks of a register, week by week. A year has some fifty of them."""
    prefix = f"attendance-{placement_id}-"
    found: list[str] = []
    while page := await stream_ids(conn, prefix=prefix, after=found[-1] if found else prefix, limit=_WEEKS):
        found += page
    opener = Decryptor(gateway.keys)
    return [await decode(each, ATTENDANCE, opener) for each in await read_streams(conn, found)]


_WEEKS = 500


async def event_in_full(gateway: Gateway, person: Person, event_id: UUID) -> Response:
    async with connection(gateway.engine) as conn:
        stored, seen = await visible_event(gateway, conn, person, event_id)
        placement_id = placement_id_in(stored.stream_id)
        if placement_id is not None:
            await record_access(conn, person, placement_id, "event")
    if seen.in_part is not None:
        return json_response({"placement_id": placement_id, **_shown_in_part(seen.in_part, names=seen.names)})
    opened = await decode(stored, _codec(stored), Decryptor(gateway.keys if seen.names else None))
    return json_response({"placement_id": placement_id, **shown(opened, names=seen.names)})


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSeen:
    """How an event is seen: with names or without, whole, or `in_part` by a provider."""

    names: bool
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
        if not authorisation.sights(person).everything:
            raise not_found()
        return stored, EventSeen(names=False)
    row, seen = await checked(gateway, conn, person, placement_id)
    provider = _provider(row, seen)
    if provider is None:
        return stored, EventSeen(names=bool(seen.named))
    records: Sequence[Recorded[Any]] = ()
    if stored.stream_id == placement_stream(placement_id) or provider.part is ProviderPart.TEACHING:
        records = await load(conn, stored.stream_id, _codec(stored), gateway.keys if seen.opens else None)
    found = next((each for each in provider.of(records) if each.record.event_id == event_id), None)
    if found is None:
        raise not_found()
    return stored, EventSeen(names=seen.opens, in_part=found)


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


def _shown_in_part(seen: shown_events.EventForProvider, *, names: bool) -> dict[str, Any]:
    whole = shown(seen.record, names=names)
    data = {name: part for name, part in seen.data.items() if name in whole["data"]}
    withheld = sorted({*whole["withheld"], *seen.withheld})
    return {**whole, "data": data, "withheld": withheld}


@dataclass(frozen=True, slots=True, kw_only=True)
class AsProvider:
    """Who sees a placement as its provider, and what of it."""

    provider_id: ProviderId
    part: ProviderPart

    def of(self, records: Sequence[Recorded[Any]]) -> Sequence[shown_events.EventForProvider]:
        return shown_events.timeline(records, self.part, self.provider_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class HowSeen:
    """How a placement is seen: with names or without, whole, or as its provider sees it."""

    names: bool
    provider: AsProvider | None


async def _records(
    gateway: Gateway, person: Person, placement_id: UUID, what: str
) -> tuple[Sequence[Recorded[Any]], HowSeen]:
    """The placement's events, opened as far as this person may read them. Raises Problem: not visible."""
    async with connection(gateway.engine) as conn:
        row, seen = await checked(gateway, conn, person, placement_id)
        provider = _provider(row, seen)
        names = bool(seen.named) if provider is None else seen.opens
        await record_access(conn, person, placement_id, what)
        keys = gateway.keys if names else None
        records = await load(conn, placement_stream(PlacementId(placement_id)), PLACEMENT, keys)
    return records, HowSeen(names=names, provider=provider)


def _provider(row: PlacementRow, seen: Sights) -> AsProvider | None:
    part = seen.part(row)
    if part is None:
        return None
    assert row.provider_id is not None, "it is seen by its provider"
    return AsProvider(provider_id=ProviderId(row.provider_id), part=part)


async def checked(
    gateway: Gateway, conn: asyncpg.Connection, person: Person, placement_id: UUID
) -> tuple[PlacementRow, Sights]:
    """A placement, and in which roles this person sees it.

    Raises Problem: there is no such placement, or none that this person may know of.
    """
    row = await placements.find(conn, placement_id)
    seen = (await gateway.seeing(person, conn)).of(row)
    if row is None or not seen:
        raise not_found()
    return row, seen


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
