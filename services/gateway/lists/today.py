"""One day of the placements a person may see: opened for the page shown, each reading logged before it is shown."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
from starlette.responses import Response

from domain.attendance.state import Week, week_of
from domain.attendance.today import PlacementDay, SessionToday, day_of
from domain.calendar.london import today as day_in_london
from domain.placement.record.history import current
from domain.placement.state import Placement
from domain.provider.state import Provider
from events.codec import ATTENDANCE, PLACEMENT
from events.ids import PlacementId, attendance_stream, placement_stream
from infra.identity.read_log import record_access
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.projections import placements
from infra.projections.caseload import of_day
from infra.projections.placements import PlacementRow
from infra.streams.records import load
from services.application.authorisation import Sights
from services.application.facts import registers
from services.gateway.http import cursors
from services.gateway.http.responses import json_response, link
from services.gateway.http.runtime import Gateway
from services.gateway.http.schemas import named_in
from services.gateway.lists.today_schemas import SessionOfDay


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayQuery:
    on: date | None
    provider: UUID | None
    school: str | None
    cursor: str | None
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementOfDay:
    """One placement on the day, opened for everybody: what of it a person may read, `seen` says.

    `version` is that of the register's week.
    """

    row: PlacementRow
    seen: Sights
    state: Placement
    provider: Provider | None
    week: Week
    version: int
    found: PlacementDay


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOpened:
    """A page of one day. `cursor` asks for the next page, where there is one."""

    day: date
    now: datetime
    placements: tuple[PlacementOfDay, ...]
    cursor: str | None


async def opened(gateway: Gateway, person: Person, asked: TodayQuery) -> DayOpened:
    """Raises Problem: the cursor is none of ours."""
    (after,) = cursors.IDS.unpack(asked.cursor) or (None,)
    now = await gateway.now()
    day = asked.on or day_in_london(now)
    seen = await gateway.seeing(person)
    async with gateway.engine.connect() as conn:
        ids = await of_day(
            conn,
            seen.visibility,
            day,
            provider_id=asked.provider,
            school_urn=asked.school,
            after=after,
            limit=asked.limit + 1,
        )
    async with connection(gateway.engine) as driver:
        each_opened = [
            await _one(gateway, driver, person, PlacementId(each), day=day, now=now) for each in ids[: asked.limit]
        ]
    following = cursors.IDS.pack((ids[asked.limit - 1],)) if len(ids) > asked.limit else None
    return DayOpened(
        day=day, now=now, placements=tuple(each for each in each_opened if each is not None), cursor=following
    )


async def page(gateway: Gateway, person: Person, asked: TodayQuery) -> Response:
    found = await opened(gateway, person, asked)
    following = None if found.cursor is None else _link(asked, found.day, found.cursor)
    return json_response(
        {"date": found.day, "placements": [_shown(each) for each in found.placements], "next": following}
    )


async def _one(
    gateway: Gateway, conn: asyncpg.Connection, person: Person, placement_id: PlacementId, *, day: date, now: datetime
) -> PlacementOfDay | None:
    """None where the record has moved on meanwhile, and the placement does not run on the day or is not seen."""
    row = await placements.find(conn, placement_id)
    seen = (await gateway.seeing(person, conn)).of(row)
    if row is None or not seen:
        return None
    await record_access(conn, person, placement_id, "today")
    # Opened for everybody, since an explanation decides whether an absence is unexplained; shown to those who may read.
    state = current(await load(conn, placement_stream(placement_id), PLACEMENT, gateway.keys))
    records = await load(conn, attendance_stream(placement_id, week_of(day)), ATTENDANCE, gateway.keys)
    week = registers.fold(records)
    school, provider = await gateway.reference.current(conn, state.home_school_urn, state.proposal.provider_id)
    found = day_of(state, week, gateway.reference.calendar_of(state, school), day, now=now)
    if found is None:
        return None
    return PlacementOfDay(
        row=row, seen=seen, state=state, provider=provider, week=week, version=len(records), found=found
    )


def _shown(each: PlacementOfDay) -> dict[str, Any]:
    state, provider, row = each.state, each.provider, each.row
    return {
        "placement_id": row.placement_id,
        "reference": row.reference,
        "pupil_name": state.referral.pupil.legal_name if each.seen.opens and state.referral.pupil else None,
        "home_school_urn": state.home_school_urn,
        "provider_id": state.proposal.provider_id,
        "provider_name": provider.name if provider else None,
        "school_day": each.found.school_day,
        "paused": each.found.paused,
        "sessions": [_session(session, state, provider, each.seen) for session in each.found.sessions],
        "href": f"/api/v1/placements/{row.placement_id}",
    }


def _session(session: SessionToday, state: Placement, provider: Provider | None, seen: Sights) -> dict[str, Any]:
    names = seen.opens
    fields = named_in(SessionOfDay, session)
    if not names or not seen.whole:
        fields["whereabouts"] = None
    return fields | {"site": _site(session, state, provider, names=names)}


def _site(session: SessionToday, state: Placement, provider: Provider | None, *, names: bool) -> dict[str, Any] | None:
    """The site with its address: the provider's own, else as the notice of this pupil gives it."""
    if session.site_id is None:
        return None
    sites = provider.sites if provider else ()
    site = next((each for each in sites if each.site_id == session.site_id), None)
    noticed = state.notices.current.address if names and state.notices.current else None
    return {
        "site_id": session.site_id,
        "name": site.name if site else None,
        "address": (site.address if site else None) or noticed,
    }


def _link(asked: TodayQuery, day: date, cursor: str) -> str:
    kept = {
        "date": day,
        "provider": asked.provider,
        "school": asked.school,
        "limit": asked.limit,
        "cursor": cursor,
    }
    return link("today", kept)
