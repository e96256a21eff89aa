"""Reading one placement's register: a week of it as it is now, and how a period counts."""

from datetime import date
from typing import Any
from uuid import UUID

from starlette.responses import Response

from domain.attendance.codes import CODES
from domain.attendance.register import tally
from domain.attendance.state import SessionMark
from domain.attendance.view import week_view
from domain.placement.provider_sight.phases import ProviderPart
from domain.placement.provider_sight.record import week as provider_week
from events.codec import ATTENDANCE, canonical_json, from_json
from events.ids import IsoWeek, PlacementId, attendance_stream
from infra.identity.read_log import record_access
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.streams.records import load
from services.application.facts import registers
from services.gateway.commands.commanding import not_found
from services.gateway.commands.offering import visible
from services.gateway.http.responses import json_response
from services.gateway.http.runtime import Gateway
from services.gateway.http.schemas import named_in
from services.gateway.placements.attendance_schemas import AttendancePeriod


async def week(gateway: Gateway, person: Person, placement_id: UUID, iso_week: IsoWeek) -> Response:
    """Every session of which something was said, with what the provider saw and each entry and correction."""
    row, seen = await visible(gateway, person, placement_id)
    shown = seen.part(row)
    if shown is ProviderPart.OFFER:
        raise not_found()  # a register is for teaching
    async with connection(gateway.engine) as conn:
        await record_access(conn, person, placement_id, "attendance")
        stream = attendance_stream(PlacementId(placement_id), iso_week)
        records = await load(conn, stream, ATTENDANCE, gateway.keys if seen.opens else None)
    version = len(records)
    found = week_view(registers.fold(records))
    content = {
        "placement_id": placement_id,
        "reference": row.reference,
        "iso_week": iso_week,
        "version": version,
        "marks": found.marks,
        "illness": found.illness,
    }
    if shown is not None:
        content |= provider_week(from_json(canonical_json({"marks": found.marks}), dict)) | {"illness": []}
    return json_response(content, headers={"ETag": f'"{version}"'})


async def period(
    gateway: Gateway, person: Person, placement_id: UUID, first: date | None, last: date | None
) -> Response:
    """The sessions from one day to another with their codes, and what they come to."""
    row, seen = await visible(gateway, person, placement_id)
    if seen.part(row) is ProviderPart.OFFER:
        raise not_found()
    async with connection(gateway.engine) as conn:
        await record_access(conn, person, placement_id, "attendance")
        # Codes and days are in clear: the personal parts stay closed.
        register = await registers.register(conn, PlacementId(placement_id), None)
    marks = register.between(first or date.min, last or date.max)
    counted = tally(marks)
    return json_response(
        {
            "placement_id": placement_id,
            "reference": row.reference,
            "from": first,
            "to": last,
            "attendance_basis_points": counted.basis_points,
            "possible": counted.possible,
            **named_in(AttendancePeriod, counted),
            "sessions": [_session(mark) for mark in marks],
        }
    )


def _session(mark: SessionMark) -> dict[str, Any]:
    category = None if mark.code is None else CODES[mark.code].category
    return {"day": mark.day, "session": mark.session, "code": mark.code, "category": category}
