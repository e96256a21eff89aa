"""`/placements`, its search and its CSV."""

from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from domain.calendar.london import today as day_of
from events.codes import PupilFlag
from infra.postgres.db import connection
from services.application.authorisation import require_organisation
from services.application.colleagues import colleagues
from services.gateway.http.deps import Runtime
from services.gateway.http.problems import Problem
from services.gateway.http.runtime import Gateway
from services.gateway.lists import searches
from services.gateway.pages.caseload import asked as asking
from services.gateway.pages.caseload.asked import WITHIN, CaseloadAsked, asked_in, flag_name
from services.gateway.pages.caseload.caseload_table import as_csv, table
from services.gateway.pages.caseload.searching import LONGEST, searched_by
from services.gateway.pages.session.current import SEE_OTHER, PostedForm, SignedInVisitor, Visitor
from services.gateway.pages.web.page import ErrorLine, page
from services.gateway.pages.web.router import PageRouter

router = PageRouter()
Asked = Annotated[CaseloadAsked, Depends(asked_in)]
_UNPROCESSABLE: Final = 422
_SEARCH: Final = "/placements/search"


@router.get("/placements")
async def placements(request: Request, gateway: Runtime, visitor: SignedInVisitor, asked: Asked) -> Response:
    require_organisation(visitor.person)
    today = day_of(await gateway.now())
    shown, found = await table(gateway, visitor.person, asked, today)
    seen = await gateway.seeing(visitor.person)
    workers = await _workers(gateway, visitor) if seen.places else {}
    return page(
        request,
        visitor,
        "caseload/placements.html",
        table=shown,
        asked=asked,
        chosen=asked.chosen(workers),
        paging=asked.paging(found.next),
        csv=asked.href("/placements.csv", cursor=None, before=()),
        may_search=bool(seen.named) or seen.opens,
        whole=seen.whole,
        named=bool(seen.named),
        stages=asking.stage_options(),
        workers=workers,
        within=WITHIN,
        flags=[(each.value, flag_name(each)) for each in PupilFlag],
    )


async def _workers(gateway: Gateway, visitor: Visitor) -> dict[str, str]:
    """By whom the caseload of an organisation can be narrowed."""
    person = visitor.person
    found = {"me": "Me", "nobody": "Nobody"}
    if person.org is None:
        return found
    async with connection(gateway.engine) as conn:
        staff = await colleagues(conn, person.org)
    others = [each for each in staff if each.holds_cases and each.person.id != person.id]
    return found | {str(each.person.id): each.person.name or "Name not known" for each in others}


@router.get("/placements.csv")
async def placements_csv(gateway: Runtime, visitor: SignedInVisitor, asked: Asked) -> Response:
    require_organisation(visitor.person)
    query = asked.query(day_of(await gateway.now()), visitor.person.id)
    headers = {"Content-Disposition": 'attachment; filename="placements.csv"', "Cache-Control": "no-store"}
    lines = as_csv(gateway, visitor.person, query)
    # What is wrong with the filters is answered as a page, before the first line is sent.
    first = await anext(lines)
    second = await anext(lines)

    async def whole() -> AsyncIterator[str]:
        yield first + second
        async for each in lines:
            yield each

    return StreamingResponse(whole(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get(_SEARCH)
async def search_form(request: Request, visitor: SignedInVisitor) -> Response:
    require_organisation(visitor.person)
    return page(request, visitor, "caseload/search.html", typed="")


@router.post(_SEARCH)
async def search(request: Request, gateway: Runtime, visitor: SignedInVisitor, form: PostedForm) -> Response:
    """Keeps what was searched for under an id; the address of what is found has that id and no name."""
    require_organisation(visitor.person)
    typed = str(form.get("for") or "").strip()[:LONGEST]
    if not typed:
        return _again(request, visitor, typed, "Enter a name, a UPN or a reference.")
    try:
        found = await searches.search(gateway, visitor.person, searched_by(typed), typed)
    except Problem as problem:
        errors = problem.more.get("errors")
        if not errors:
            raise
        return _again(request, visitor, typed, errors[0]["detail"])
    return RedirectResponse(f"{asking.PATH}?search={found}", SEE_OTHER)


def _again(request: Request, visitor: Visitor, typed: str, words: str) -> Response:
    errors = [ErrorLine(text=words, field="for")]
    return page(request, visitor, "caseload/search.html", status=_UNPROCESSABLE, typed=typed, errors=errors)
