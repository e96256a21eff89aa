"""Concerns for the safety of pupils: what waits for an answer, and what is paused."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.calendar.london import today
from domain.placement.record.history import current
from events.codec import PLACEMENT
from events.ids import PlacementId, placement_stream
from infra.identity.read_log import record_access
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.projections import placements
from infra.projections.concerns import with_concerns
from infra.streams.records import load
from services.gateway.commands import commanding
from services.gateway.commands.catalogue import SPECS
from services.gateway.commands.commanding import keys_at_hand
from services.gateway.commands.offering import visible
from services.gateway.http import cursors
from services.gateway.http.deps import Runtime, placement_named
from services.gateway.http.problems import Problem
from services.gateway.http.runtime import Gateway
from services.gateway.pages.concerns.shown import ANSWER, PlacementConcerned, concerns_shown
from services.gateway.pages.session.current import SEE_OTHER, SignedInVisitor, Visitor
from services.gateway.pages.web.page import ErrorLine, page
from services.gateway.pages.web.parts import Paging
from services.gateway.pages.web.router import PageRouter

router = PageRouter()
_A_PAGE = 50
_UNPROCESSABLE = 422


@router.get("/concerns")
async def concerns(
    request: Request,
    gateway: Runtime,
    visitor: SignedInVisitor,
    after: Annotated[str | None, Query(max_length=256)] = None,
) -> Response:
    """Raises NotAllowed: for those who answer concerns alone, since it holds what was confided."""
    return await _page(request, gateway, visitor, after)


@router.get("/concerns/raise")
async def about_whom(
    request: Request, gateway: Runtime, visitor: SignedInVisitor, reference: Annotated[str, Query(max_length=64)] = ""
) -> Response:
    """From a placement's reference to the form of a concern for it."""
    try:
        found = await placement_named(gateway, reference.strip(), "/query/reference")
        row, _ = await visible(gateway, visitor.person, found) if found is not None else (None, None)
    except Problem:
        row = None
    if row is not None:
        return RedirectResponse(f"/placements/{row.reference}/do/raise-safeguarding-concern", SEE_OTHER)
    fault = ErrorLine(
        text="Enter the reference of a placement that you can open, as in AP-7K3M-9QX2-4C.", field="reference"
    )
    return await _page(request, gateway, visitor, None, typed=reference, errors=[fault])


async def _page(
    request: Request,
    gateway: Gateway,
    visitor: Visitor,
    after: str | None,
    *,
    typed: str = "",
    errors: Sequence[ErrorLine] = (),
) -> Response:
    person = visitor.person
    seen = await gateway.seeing(person)
    commanding.acting(person, SPECS["placement"][ANSWER], seen)
    (place,) = cursors.IDS.unpack(after) or (None,)
    async with gateway.engine.connect() as conn:
        ids = await with_concerns(conn, seen.visibility, after=place, limit=_A_PAGE + 1)
    with keys_at_hand():
        async with connection(gateway.engine) as driver:
            opened = [await _opened(gateway, driver, person, each) for each in ids[:_A_PAGE]]
    following = f"/concerns?after={cursors.IDS.pack((ids[_A_PAGE - 1],))}" if len(ids) > _A_PAGE else None
    return page(
        request,
        visitor,
        "concerns/concerns.html",
        status=_UNPROCESSABLE if errors else 200,
        typed=typed,
        errors=errors,
        shown=concerns_shown([each for each in opened if each is not None], today(await gateway.now())),
        paging=Paging(previous="/concerns" if after else None, next=following, what="concerns"),
    )


async def _opened(
    gateway: Gateway, conn: asyncpg.Connection, person: Person, placement_id: UUID
) -> PlacementConcerned | None:
    """None where it is no longer seen."""
    row = await placements.find(conn, placement_id)
    seen = (await gateway.seeing(person, conn)).of(row)
    if row is None or not seen:
        return None
    await record_access(conn, person, placement_id, "concerns")
    state = current(await load(conn, placement_stream(PlacementId(placement_id)), PLACEMENT, gateway.keys))
    school, _ = await gateway.reference.current(conn, state.home_school_urn, None)
    return PlacementConcerned(row=row, seen=seen, state=state, calendar=gateway.reference.calendar_of(state, school))
