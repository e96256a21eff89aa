"""`/team`: cases of nobody, who has how many, and giving cases to somebody with a note."""

from collections.abc import Sequence
from typing import Annotated, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.calendar.london import today as day_of
from infra.ids import uuid7
from infra.postgres.db import connection
from services.application.colleagues import Colleague, colleagues, organisation_of
from services.gateway.http.deps import Runtime
from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import Problem
from services.gateway.http.runtime import Gateway
from services.gateway.lists import caseload
from services.gateway.pages.caseload.asked import CaseloadAsked
from services.gateway.pages.caseload.caseload_table import names_beside
from services.gateway.pages.session.current import SEE_OTHER, PostedForm, SignedInVisitor, Visitor
from services.gateway.pages.team import assigning
from services.gateway.pages.team.team_table import case_rows, workers_table
from services.gateway.pages.web.page import ErrorLine, page
from services.gateway.pages.web.parts import Paging
from services.gateway.pages.web.router import PageRouter

router = PageRouter()
_UNPROCESSABLE: Final = 422
_LONGEST_NOTE: Final = 500
MOST_CASES: Final = 50
"""As many as a page of the team shows: each is a command of its own."""
NOBODY: Final = "nobody"
CursorParameter = Annotated[str | None, Query(max_length=1_500)]


@router.get("/team")
async def team(
    request: Request, gateway: Runtime, visitor: SignedInVisitor, cursor: CursorParameter = None
) -> Response:
    return await _shown(request, gateway, visitor, NOBODY, cursor=cursor)


@router.get("/team/done/{sent_with}")
async def done(
    request: Request,
    gateway: Runtime,
    visitor: SignedInVisitor,
    sent_with: UUID,
    case: Annotated[list[str] | None, Query(max_length=MOST_CASES)] = None,
) -> Response:
    """What became of each case, one by one: some may be refused while others are assigned."""
    organisation_of(visitor.person)
    found = await assigning.became(gateway, sent_with, case or [], visitor.person)
    return page(
        request,
        visitor,
        "team/done.html",
        assigned=[each for each in found if not each.why and not each.waits],
        waiting=[each for each in found if each.waits],
        refused=[each for each in found if each.why],
    )


@router.get("/team/{worker}")
async def of_worker(
    request: Request, gateway: Runtime, visitor: SignedInVisitor, worker: UUID, cursor: CursorParameter = None
) -> Response:
    return await _shown(request, gateway, visitor, str(worker), cursor=cursor)


@router.post("/team")
async def reassign(request: Request, gateway: Runtime, visitor: SignedInVisitor, form: PostedForm) -> Response:
    organisation_of(visitor.person)
    cases = [str(each) for each in form.getlist("case")][:MOST_CASES]
    note = str(form.get("note") or "").strip()
    errors = [] if cases else [ErrorLine(text="Choose at least one case", field="cases")]
    to, sent_with = _id(form, "to"), _id(form, "form")
    if to is None or sent_with is None:
        errors.append(ErrorLine(text="Choose who looks after the cases", field="to"))
    if len(note) > _LONGEST_NOTE:
        errors.append(ErrorLine(text=f"The note must be {_LONGEST_NOTE} characters or fewer", field="note"))
    if errors or to is None or sent_with is None:
        whose = str(form.get("whose") or NOBODY)
        return await _shown(request, gateway, visitor, whose, errors=errors, form=form)
    await assigning.assign(gateway, visitor.person, sent_with, cases, to=to, note=note)
    return RedirectResponse(f"/team/done/{sent_with}?{urlencode([('case', each) for each in cases])}", SEE_OTHER)


def _id(form: FormData, name: str) -> UUID | None:
    try:
        return UUID(str(form.get(name)))
    except ValueError:
        return None


async def _shown(
    request: Request,
    gateway: Gateway,
    visitor: Visitor,
    whose: str,
    *,
    cursor: str | None = None,
    errors: Sequence[ErrorLine] = (),
    form: FormData | None = None,
) -> Response:
    person = visitor.person
    org = organisation_of(person)
    await gateway.people.settle()  # who asks finds themselves
    today = day_of(await gateway.now())
    async with connection(gateway.engine) as conn:
        staff = [each for each in await colleagues(conn, org) if each.holds_cases or each.open_placements]
    asked = CaseloadAsked(worker=_whose(whose, staff), cursor=cursor)
    found = await caseload.listed(gateway, person, asked.query(today, person.id), what="team")
    async with connection(gateway.engine) as conn:
        beside = await names_beside(conn, gateway, [each.row for each in found.placements])
    here = "/team" if whose == NOBODY else f"/team/{whose}"
    on = None if found.next is None else f"{here}?{urlencode({'cursor': found.next})}"
    chosen = set() if form is None else {str(each) for each in form.getlist("case")}
    return page(
        request,
        visitor,
        "team/team.html",
        status=_UNPROCESSABLE if errors else 200,
        errors=errors,
        whose=whose,
        whose_name=next((_name(each) for each in staff if str(each.person.id) == whose), ""),
        cases=case_rows(found, beside, today, chosen),
        paging=Paging(previous=here if cursor else None, next=on, what="cases"),
        workers=workers_table(staff),
        people=[(str(each.person.id), f"{_name(each)} ({each.open_placements})") for each in staff if each.holds_cases],
        to="" if form is None else str(form.get("to") or ""),
        note="" if form is None else str(form.get("note") or ""),
        form_id=(None if form is None else _id(form, "form")) or uuid7(),
    )


def _whose(whose: str, staff: Sequence[Colleague]) -> str:
    """Raises Problem: nobody of the organisation has this id."""
    if whose == NOBODY or whose in {str(each.person.id) for each in staff}:
        return whose
    raise Problem("not_found", OWN["not_found"].words)


def _name(each: Colleague) -> str:
    return each.person.name or "Name not known"
