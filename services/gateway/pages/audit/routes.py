"""`/audit` and the pages below it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from services.application.auditing import audit
from services.gateway.audit import access_log
from services.gateway.http.deps import Runtime
from services.gateway.http.shares import Use
from services.gateway.pages.audit import entry, log_filters, log_shown
from services.gateway.pages.audit.log_filters import LogFilters
from services.gateway.pages.session.current import SignedInVisitor
from services.gateway.pages.web.page import page
from services.gateway.pages.web.parts import Paging
from services.gateway.pages.web.router import PageRouter

router = PageRouter()
_UNPROCESSABLE = 422


@router.get("/audit")
async def front(request: Request, visitor: SignedInVisitor) -> Response:
    audit(visitor.person)
    return page(request, visitor, "audit/front.html", offers=entry.OFFERS)


@router.get("/audit/access-log")
async def readings(request: Request, gateway: Runtime, visitor: SignedInVisitor) -> Response:
    """The log, a page at a time; what is typed wrongly reads nothing, so that nothing is logged."""
    typed = LogFilters.of(request.query_params)
    query, faults = await log_filters.asked(gateway, visitor, typed)
    shown: dict[str, Any] = {"typed": typed, "whys": log_filters.WHY, "clear": log_filters.ADDRESS}
    if faults:
        return page(request, visitor, "audit/access_log.html", status=_UNPROCESSABLE, errors=faults, **shown)
    with gateway.shares.held(visitor.person.id, Use.LIST):
        found, following = await access_log.readings(gateway, visitor.person, query)
    paging = Paging(
        previous=typed.address() if typed.cursor else None,
        next=typed.address(cursor=following) if following else None,
        what="readings",
    )
    shown |= {"log": log_shown.table(found, typed), "chosen": log_shown.chosen(found, typed), "paging": paging}
    return page(request, visitor, "audit/access_log.html", **shown)
