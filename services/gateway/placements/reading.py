"""Reading one child's record: as it is, as it was, as it was known; each reading logged before it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from starlette.responses import Response

from domain.attendance.deadlines import all_deadlines
from domain.placement.provider_sight.fields import PROVIDER_RULES
from domain.placement.provider_sight.own import own_concerns
from domain.placement.provider_sight.record import record as provider_record
from domain.placement.record.history import as_at, as_known, corrected, fold
from domain.placement.record.view import view
from domain.placement.time.deadline_view import deadline_view
from events.codec import PLACEMENT
from events.envelope import Recorded
from events.ids import PlacementId, placement_stream
from infra.identity.read_log import record_access
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.projections import placements
from infra.projections.placements import PlacementRow
from infra.streams.records import load
from services.application.authorisation import Sights
from services.application.evidence import gather
from services.application.facts import registers
from services.gateway.commands.commanding import not_found
from services.gateway.http.parameters import not_to_come
from services.gateway.http.problems import Problem
from services.gateway.http.responses import json_response
from services.gateway.http.runtime import Gateway
from services.gateway.placements.seeing import AsProvider, checked, provider_of
from services.gateway.placements.shown_events import add_names, shown, shown_in_part


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
        "reference": seen.row.reference,
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
    version, events = await timeline_events(gateway, person, placement_id)
    async with connection(gateway.engine) as conn:
        reference = await placements.reference_of(conn, placement_id)
    return json_response({"placement_id": placement_id, "reference": reference, "version": version, "events": events})


async def timeline_events(gateway: Gateway, person: Person, placement_id: UUID) -> tuple[int, list[dict[str, Any]]]:
    """The placement's version, and its events as this person sees them, oldest first. Raises Problem."""
    records, seen = await _records(gateway, person, placement_id, "timeline")
    found = (
        [shown(each, names=seen.names) for each in records]
        if seen.provider is None
        else [shown_in_part(each, names=seen.names) for each in seen.provider.of(records)]
    )
    async with connection(gateway.engine) as conn:
        await add_names(conn, found, person, seen.sights, seen.row)
    return len(records), found


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
        {
            "placement_id": placement_id,
            "reference": row.reference,
            "deadlines": [
                deadline_view(each, now) for each in found if shown_to is None or each.rule in PROVIDER_RULES
            ],
        }
    )


async def evidence(gateway: Gateway, person: Person, placement_id: UUID) -> Response:
    """For each clause the event that proves it, what is outstanding, what was missed. It names no child."""
    async with connection(gateway.engine) as conn:
        row, seen = await checked(gateway, conn, person, placement_id)
        if not seen.whole:
            raise Problem("role_not_allowed", "Evidence is for the school and the council that place the pupil.")
        await record_access(conn, person, placement_id, "evidence")
        rows = await gather(conn, PlacementId(placement_id), gateway.keys, gateway.reference)
        await add_names(conn, [each["event"] for each in rows if each["event"]], person, seen, row)
    return json_response({"placement_id": placement_id, "reference": row.reference, "evidence": rows})


@dataclass(frozen=True, slots=True, kw_only=True)
class HowSeen:
    """How a placement is seen: with names or without, whole, or as its provider sees it."""

    names: bool
    provider: AsProvider | None
    sights: Sights
    row: PlacementRow


async def _records(
    gateway: Gateway, person: Person, placement_id: UUID, what: str
) -> tuple[Sequence[Recorded[Any]], HowSeen]:
    """The placement's events, opened as far as this person may read them. Raises Problem: not visible."""
    async with connection(gateway.engine) as conn:
        row, seen = await checked(gateway, conn, person, placement_id)
        provider = provider_of(row, seen)
        names = bool(seen.named) if provider is None else seen.opens
        await record_access(conn, person, placement_id, what)
        keys = gateway.keys if names else None
        records = await load(conn, placement_stream(PlacementId(placement_id)), PLACEMENT, keys)
    return records, HowSeen(names=names, provider=provider, sights=seen, row=row)
