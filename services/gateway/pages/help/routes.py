"""`/help`, the accessibility statement, the privacy notice, and what each problem's code means."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import Problem, rules
from services.gateway.pages.session.current import AnyVisitor
from services.gateway.pages.web.page import page
from services.gateway.pages.web.router import PageRouter

router = PageRouter()


@router.get("/help")
async def help_page(request: Request, visitor: AnyVisitor) -> Response:
    return page(request, visitor, "help/help.html")


@router.get("/accessibility")
async def accessibility(request: Request, visitor: AnyVisitor) -> Response:
    return page(request, visitor, "help/accessibility.html")


@router.get("/privacy-notice")
async def privacy_notice(request: Request, visitor: AnyVisitor) -> Response:
    return page(request, visitor, "help/privacy_notice.html")


@router.get("/problems")
async def problem_index(request: Request, visitor: AnyVisitor) -> Response:
    titles = {code: kind.title for code, kind in OWN.items()} | {code: rule.title for code, rule in rules().items()}
    return page(request, visitor, "help/problems.html", titles=sorted(titles.items()))


@router.get("/problems/{code}")
async def problem(request: Request, visitor: AnyVisitor, code: str) -> Response:
    shown: dict[str, Any]
    if code in OWN:
        kind = OWN[code]
        shown = {"title": kind.title, "code_status": kind.status, "words": kind.words, "legal_refs": kind.legal_refs}
    elif code in rules():
        rule = rules()[code]
        words = " ".join((rule.__doc__ or rule.title).split())
        shown = {"title": rule.title, "code_status": 409, "words": words, "legal_refs": rule.legal_refs}
    else:
        raise Problem("not_found", OWN["not_found"].words)
    return page(request, visitor, "help/problem.html", code=code, **shown)
