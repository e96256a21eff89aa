"""Today: for a school where each pupil is, for a provider the register of the day."""

from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.access.roles import OrgKind
from domain.calendar.date_text import day_of
from domain.calendar.london import today as day_in_london
from services.gateway.commands import commanding
from services.gateway.commands.catalogue import SPECS
from services.gateway.http.deps import Runtime
from services.gateway.http.parameters import DayParameter
from services.gateway.http.problems import FieldError, malformed
from services.gateway.http.runtime import Gateway
from services.gateway.lists.today import DayOpened, TodayQuery, opened
from services.gateway.pages.register.day_shown import day_shown
from services.gateway.pages.register.giving import text_of
from services.gateway.pages.register.marking import PupilRow, register_of
from services.gateway.pages.register.saving import Saved, save
from services.gateway.pages.session.current import SEE_OTHER, PostedForm, SignedInVisitor, Visitor
from services.gateway.pages.web.page import ErrorLine, page
from services.gateway.pages.web.parts import Link, Paging
from services.gateway.pages.web.router import PageRouter

router = PageRouter()
_A_PAGE = 50
_UNPROCESSABLE = 422


@router.get("/today")
async def one_day(
    *,
    request: Request,
    gateway: Runtime,
    visitor: SignedInVisitor,
    on: Annotated[DayParameter | None, Query(alias="date")] = None,
    after: Annotated[str | None, Query(max_length=256)] = None,
    saved: Annotated[int, Query(ge=0, le=1000)] = 0,
) -> Response:
    found = await _opened(gateway, visitor, on, after)
    if await _is_provider(gateway, visitor):
        rows = register_of(found, day_in_london(found.now))
        return _register(request, visitor, found, rows, after=after, saved=saved)
    values = _around(found, after)
    return page(request, visitor, "register/today.html", shown=day_shown(found), **values)


@router.post("/today")
async def mark(request: Request, gateway: Runtime, visitor: SignedInVisitor, form: PostedForm) -> Response:
    """Saves what was marked. What could not be saved is shown again with why; what was saved stays saved.

    Raises NotAllowed: the person keeps no provider's register.
    """
    commanding.acting(visitor.person, SPECS["attendance"]["record-mark"], await gateway.seeing(visitor.person))
    after = text_of(form, "after") or None
    found = await _opened(gateway, visitor, _day(form), after)
    today = day_in_london(found.now)
    done = await save(gateway, visitor.person, found, register_of(found, today), form)
    if done.tried and not done.unsaved:
        kept = {"date": found.day, "after": after, "saved": done.count}
        return RedirectResponse(_address(**kept), SEE_OTHER)
    again = await _opened(gateway, visitor, found.day, after)
    rows = register_of(again, today, done.unsaved)
    return _register(request, visitor, again, rows, after=after, saved=done.count, errors=_errors(rows, done))


def _day(form: PostedForm) -> date:
    """Raises Problem: the form has no day."""
    try:
        return day_of(text_of(form, "date"))
    except ValueError:
        raise malformed([FieldError(pointer="/date", detail="This form has no day.")]) from None


def _errors(rows: list[PupilRow], done: Saved) -> list[ErrorLine]:
    if not done.tried:
        return [ErrorLine(text="Mark at least one pupil before you save the register.", field=_first(rows))]
    return [
        ErrorLine(text=f"{pupil.name}, {session.legend.lower()}: {fault}", field=f"mark-{session.key}")
        for pupil in rows
        for session in pupil.sessions
        for fault in session.filled.faults
    ]


def _first(rows: list[PupilRow]) -> str | None:
    return next((f"mark-{row.key}" for pupil in rows for row in pupil.sessions if row.can_mark), None)


async def _opened(gateway: Gateway, visitor: Visitor, on: date | None, after: str | None) -> DayOpened:
    asked = TodayQuery(on=on, provider=None, school=None, cursor=after, limit=_A_PAGE)
    return await opened(gateway, visitor.person, asked)


async def _is_provider(gateway: Gateway, visitor: Visitor) -> bool:
    return (await gateway.seeing(visitor.person)).organisation(OrgKind.PROVIDER) is not None


def _register(
    request: Request, visitor: Visitor, found: DayOpened, rows: list[PupilRow], *, after: str | None, **values: Any
) -> Response:
    errors = values.get("errors", ())
    return page(
        request,
        visitor,
        "register/marking.html",
        status=_UNPROCESSABLE if errors else 200,
        rows=rows,
        may_save=any(row.can_mark for pupil in rows for row in pupil.sessions),
        after=after or "",
        **_around(found, after),
        **values,
    )


def _around(found: DayOpened, after: str | None) -> dict[str, Any]:
    """What both pages have around the day: the days beside it, and the rest of a long list."""
    today = day_in_london(found.now)
    days = [Link("Previous day", _address(date=found.day - timedelta(days=1)))]
    if found.day != today:
        days.append(Link("Today", "/today"))
    days.append(Link("Next day", _address(date=found.day + timedelta(days=1))))
    paging = Paging(
        previous=None if after is None else _address(date=found.day),
        next=None if found.cursor is None else _address(date=found.day, after=found.cursor),
        what="pupils",
    )
    return {"day": found.day, "is_today": found.day == today, "now": found.now, "days": days, "paging": paging}


def _address(**asked: Any) -> str:
    return "/today?" + urlencode({name: value for name, value in asked.items() if value is not None})
