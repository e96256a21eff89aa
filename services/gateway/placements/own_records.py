"""What a provider takes along of one placement: its marks, its reports, the concerns that it raised."""

import itertools
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
from starlette.responses import Response

from domain.placement.provider_sight import own
from domain.placement.provider_sight.phases import ProviderPart, ProviderPhase
from domain.placement.record.history import corrected, fold
from events.codec import ATTENDANCE, PLACEMENT
from events.envelope import Recorded
from events.ids import PlacementId, ProviderId, placement_stream
from infra.event_store.lookup import read_streams, stream_ids
from infra.identity.read_log import record_access
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.streams.records import Decryptor, decode, load
from services.gateway.commands.commanding import not_found
from services.gateway.http.problems import Problem
from services.gateway.http.responses import json_response
from services.gateway.http.runtime import Gateway
from services.gateway.placements.seeing import checked
from services.gateway.placements.shown_events import add_names, shown


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
        found = own.own_records(records, weeks, provider_id)
        lists = {
            name: [shown(each, names=True) for each in each_list]
            for name, each_list in (("marks", found.marks), ("reports", found.reports), ("concerns", found.concerns))
        }
        await add_names(conn, itertools.chain(*lists.values()), person, seen, row)
    state = fold(corrected(records))
    named = None if seen.part(row) is ProviderPart.OFFER else state.referral.pupil
    lasts = timedelta(days=gateway.settings.provider_sight_days)
    ends = row.ended_on + lasts if row.ended_on is not None and row.phase is ProviderPhase.ENDED else None
    return json_response(
        {
            "placement_id": placement_id,
            "reference": row.reference,
            "provider_id": provider_id,
            "pupil": None if named is None else {"legal_name": named.legal_name, "born_on": named.born_on},
            "started_on": row.started_on,
            "ended_on": row.ended_on,
            "seen_until": ends,
            **lists,
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
