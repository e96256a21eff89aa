"""The register of one placement: a week on one page, and how all weeks count."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.attendance.state import monday_of, week_of
from services.gateway.commands import commanding
from services.gateway.commands.catalogue import SPECS
from services.gateway.http.deps import Runtime, placement_in
from services.gateway.http.parameters import week_of as week_in
from services.gateway.pages.register import coding
from services.gateway.pages.register.counted import counted
from services.gateway.pages.register.week_read import WeekOpened, opened_week
from services.gateway.pages.register.week_shown import CONFIRM, WeekDay, week_days
from services.gateway.pages.session.current import SEE_OTHER, PostedForm, SignedInVisitor, Visitor
from services.gateway.pages.web.page import ErrorLine, page
from services.gateway.pages.web.parts import Identity, Link
from services.gateway.pages.web.router import PageRouter

router = PageRouter()
_UNPROCESSABLE = 422


@router.get("/placements/{placement_id}/attendance")
async def all_weeks(request: Request, gateway: Runtime, visitor: SignedInVisitor) -> Response:
    found = await counted(gateway, visitor, await placement_in(request))
    this_week = week_of((await gateway.now()).date())
    identity = Identity(name=found.name, reference=found.row.reference or "")
    href = f"/placements/{found.row.reference}"
    return page(
        request,
        visitor,
        "register/counted.html",
        found=found,
        identity=identity,
        back=Link("Back to the placement", href),
        this_week=Link("This week", f"{href}/attendance/{this_week}"),
    )


@router.get("/placements/{placement_id}/attendance/{iso_week}")
async def one_week(
    request: Request,
    gateway: Runtime,
    visitor: SignedInVisitor,
    saved: Annotated[int, Query(ge=0, le=1000)] = 0,
) -> Response:
    opened = await opened_week(gateway, visitor, await placement_in(request), week_in(request))
    return _week(request, visitor, opened, week_days(opened), saved=saved)


@router.post("/placements/{placement_id}/attendance/{iso_week}")
async def code(request: Request, gateway: Runtime, visitor: SignedInVisitor, form: PostedForm) -> Response:
    """Enters the codes that were chosen; what could not be entered is shown again with why.

    Raises NotAllowed: the person enters no codes.
    """
    placement_id, iso_week = await placement_in(request), week_in(request)
    opened = await opened_week(gateway, visitor, placement_id, iso_week)
    commanding.acting(visitor.person, SPECS["attendance"][CONFIRM], opened.seen)
    done = await coding.save(gateway, visitor.person, opened, week_days(opened), form)
    if done.count and not done.unsaved:
        address = f"/placements/{opened.row.reference}/attendance/{iso_week}?saved={done.count}"
        return RedirectResponse(address, SEE_OTHER)
    again = await opened_week(gateway, visitor, placement_id, iso_week)
    days = week_days(again, done.unsaved)
    return _week(request, visitor, again, days, saved=done.count, errors=_errors(days, done))


def _errors(days: list[WeekDay], done: coding.Coded) -> list[ErrorLine]:
    if not done.unsaved:
        first = next((f"code-{each.key}" for day in days for each in day.sessions if each.kind), None)
        return [ErrorLine(text="Choose at least one code before you save.", field=first)]
    return [
        ErrorLine(text=f"{day.title}, {each.legend.lower()}: {fault}", field=f"code-{each.key}")
        for day in days
        for each in day.sessions
        for fault in each.filled.faults
    ]


def _week(request: Request, visitor: Visitor, opened: WeekOpened, days: list[WeekDay], **values: Any) -> Response:
    href = f"/placements/{opened.row.reference}"
    monday = monday_of(opened.iso_week)
    beside = [
        Link(words, f"{href}/attendance/{week_of(monday + timedelta(days=days_on))}")
        for words, days_on in (("Previous week", -7), ("Next week", 7))
    ]
    return page(
        request,
        visitor,
        "register/week.html",
        status=_UNPROCESSABLE if values.get("errors") else 200,
        identity=Identity(name=opened.name, reference=opened.row.reference or ""),
        monday=monday,
        days=days,
        beside=[*beside, Link("All weeks", f"{href}/attendance")],
        back=Link("Back to the placement", href),
        action=f"{href}/attendance/{opened.iso_week}",
        version=opened.version,
        may_save=any(each.kind for day in days for each in day.sessions),
        **values,
    )
