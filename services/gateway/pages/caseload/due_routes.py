"""`/due`, `/overdue`, `/reviews/due` and `/on-hold`."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from domain.calendar.london import today as day_of
from domain.placement.parts.reviews import ReviewStatus
from domain.placement.stages import Stage
from infra.postgres.db import connection
from services.application.authorisation import require_organisation
from services.gateway.http.deps import Runtime
from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import Problem
from services.gateway.http.runtime import Gateway
from services.gateway.lists import caseload, due, reviews
from services.gateway.lists.due import DueQuery
from services.gateway.lists.reviews import DiaryQuery
from services.gateway.pages.caseload import due_tables
from services.gateway.pages.caseload.asked import CaseloadAsked
from services.gateway.pages.caseload.caseload_table import names_beside
from services.gateway.pages.session.current import SignedInVisitor, Visitor
from services.gateway.pages.web.page import page
from services.gateway.pages.web.parts import Chosen, DataTable, Link, Paging
from services.gateway.pages.web.router import PageRouter

router = PageRouter()
_ROWS: Final = 50
_TO_HOLD: Final = (ReviewStatus.DUE.value, ReviewStatus.SCHEDULED.value, ReviewStatus.INVITED.value)
_SEVERITIES: Final[Mapping[str, str]] = {"BREACH": "Law", "ADVISORY": "Good practice"}
CursorParameter = Annotated[str | None, Query(max_length=1_500)]


def _address(path: str, **kept: str | None) -> str:
    query = urlencode({name: value for name, value in kept.items() if value is not None})
    return f"{path}?{query}" if query else path


def _list_page(
    request: Request, visitor: Visitor, title: str, table: DataTable, paging: Paging, **more: Any
) -> Response:
    values = {"chosen": (), "narrowed": (), "clear": request.url.path} | more
    return page(request, visitor, "caseload/list.html", heading=title, table=table, paging=paging, **values)


@router.get("/due")
async def everything_due(
    request: Request,
    gateway: Runtime,
    visitor: SignedInVisitor,
    severity: Annotated[str | None, Query(max_length=20)] = None,
    cursor: CursorParameter = None,
) -> Response:
    return await _due(
        request, gateway, visitor, "Everything that is due", severity=severity, cursor=cursor, overdue=False
    )


@router.get("/overdue")
async def overdue(
    request: Request,
    gateway: Runtime,
    visitor: SignedInVisitor,
    severity: Annotated[str | None, Query(max_length=20)] = None,
    cursor: CursorParameter = None,
) -> Response:
    return await _due(request, gateway, visitor, "Overdue", severity=severity, cursor=cursor, overdue=True)


async def _due(
    request: Request,
    gateway: Gateway,
    visitor: Visitor,
    title: str,
    *,
    severity: str | None,
    cursor: str | None,
    overdue: bool,
) -> Response:
    require_organisation(visitor.person)
    if severity not in {None, *_SEVERITIES}:
        raise Problem("not_found", OWN["not_found"].words)
    path, today = request.url.path, day_of(await gateway.now())
    query = DueQuery(
        severity=severity,
        due_before=today if overdue else None,
        due_within=None,
        turn_of=None,
        cursor=cursor,
        limit=_ROWS,
    )
    found = await due.listed(gateway, visitor.person, query)
    roles = due_tables.roles_of(await gateway.seeing(visitor.person))
    async with connection(gateway.engine) as conn:
        rows = await due_tables.rows_of(conn, found)
        providers = await due_tables.provider_names(conn, gateway, found)
    table = due_tables.due_table(found, rows, providers, roles, caption=title, today=today)
    on = None if found.next is None else _address(path, severity=severity, cursor=found.next)
    chosen = [] if severity is None else [Chosen("Kind", _SEVERITIES[severity], path)]
    narrowed = [Link(f"{words} alone", _address(path, severity=each)) for each, words in _SEVERITIES.items()]
    others = Link("Overdue alone", "/overdue") if not overdue else Link("Everything that is due", "/due")
    return _list_page(
        request,
        visitor,
        title,
        table,
        Paging(previous=None if cursor is None else _address(path, severity=severity), next=on, what="what is due"),
        chosen=chosen,
        narrowed=[others, *(narrowed if severity is None else ())],
    )


@router.get("/reviews/due")
async def reviews_due(
    request: Request, gateway: Runtime, visitor: SignedInVisitor, cursor: CursorParameter = None
) -> Response:
    require_organisation(visitor.person)
    query = DiaryQuery(first=None, last=None, statuses=_TO_HOLD, cursor=cursor, limit=_ROWS)
    found = await reviews.listed(gateway, visitor.person, query)
    roles = due_tables.roles_of(await gateway.seeing(visitor.person))
    async with connection(gateway.engine) as conn:
        rows = await due_tables.rows_of(conn, found)
    table = due_tables.reviews_table(found, rows, roles)
    on = None if found.next is None else _address("/reviews/due", cursor=found.next)
    back = None if cursor is None else "/reviews/due"
    return _list_page(request, visitor, "Reviews to hold", table, Paging(previous=back, next=on, what="reviews"))


@router.get("/on-hold")
async def on_hold(
    request: Request, gateway: Runtime, visitor: SignedInVisitor, cursor: CursorParameter = None
) -> Response:
    require_organisation(visitor.person)
    today = day_of(await gateway.now())
    query = CaseloadAsked(stage=Stage.PAUSED.value, cursor=cursor).query(today, visitor.person.id)
    found = await caseload.listed(gateway, visitor.person, query)
    roles = due_tables.roles_of(await gateway.seeing(visitor.person))
    async with connection(gateway.engine) as conn:
        beside = await names_beside(conn, gateway, [each.row for each in found.placements])
    table = due_tables.on_hold_table(found, beside, roles, today)
    on = None if found.next is None else _address("/on-hold", cursor=found.next)
    back = None if cursor is None else "/on-hold"
    return _list_page(request, visitor, "On hold", table, Paging(previous=back, next=on, what="placements on hold"))
