"""Every page, and what pages need: their files, and an answer where no page is."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from infra.identity.sessions import IDLE
from infra.settings import Settings
from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import Problem, response
from services.gateway.pages.audit import routes as audit_pages
from services.gateway.pages.caseload import due_routes as due_pages
from services.gateway.pages.caseload import routes as caseload_pages
from services.gateway.pages.concerns import routes as concern_pages
from services.gateway.pages.council import routes as council_pages
from services.gateway.pages.directory import routes as directory_pages
from services.gateway.pages.help import routes as help_pages
from services.gateway.pages.home import routes as home_pages
from services.gateway.pages.placement import routes as placement_pages
from services.gateway.pages.referral import routes as referral_pages
from services.gateway.pages.register import routes as register_pages
from services.gateway.pages.register import week_routes as week_pages
from services.gateway.pages.school import routes as school_pages
from services.gateway.pages.session import choosing, current, leaving, sign_in
from services.gateway.pages.session.issuer import PagesIssuer
from services.gateway.pages.started import routes as started_pages
from services.gateway.pages.steps import routes as step_pages
from services.gateway.pages.team import routes as team_pages
from services.gateway.pages.web.errors import problem_page
from services.gateway.pages.web.look import Branding
from services.gateway.pages.web.page import PageSetup, pages_of
from services.gateway.pages.web.router import PageRouter

_A_YEAR = "public, max-age=31536000, immutable"
_NOT_PAGES = ("/api/", "/health/", "/metrics")

files = PageRouter()


@files.get("/assets/{name}")
async def asset(request: Request, name: str) -> Response:
    found = pages_of(request).assets.get(name)
    if found is None:
        raise Problem("not_found", OWN["not_found"].words)
    headers = {"Cache-Control": _A_YEAR, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.compressed, 200, headers | {"Content-Encoding": "gzip"}, found.media_type)
    return Response(found.content, 200, headers, found.media_type)


# Each topic adds its own here.
_ROUTERS = (
    *(files, help_pages.router, sign_in.router, leaving.router, choosing.router),
    *(home_pages.router, caseload_pages.router, due_pages.router, team_pages.router),
    *(step_pages.router, started_pages.router, referral_pages.router, placement_pages.router),
    audit_pages.router,
    *(concern_pages.router, register_pages.router, week_pages.router),
    *(directory_pages.router, council_pages.router, school_pages.router),
)


def install(app: FastAPI, settings: Settings) -> None:
    """Adds the pages to the gateway. Raises AssetsMissing."""
    current.install(app)
    placement_pages.install(app)
    app.state.pages_issuer = PagesIssuer(settings)
    app.state.pages = PageSetup.of(Branding.of(settings), idle_seconds=int(IDLE.total_seconds()))
    for router in _ROUTERS:
        app.include_router(router)
    app.router.default = _not_found


async def _not_found(scope: Scope, receive: Receive, send: Send) -> None:
    """Where no route is: as a page, unless a program asks."""
    problem = Problem("not_found", OWN["not_found"].words)
    path = scope["path"]
    is_program = path.startswith(_NOT_PAGES) or path in {"/api", "/health"}
    answer = response(problem, path) if is_program else problem_page(Request(scope), problem)
    await answer(scope, receive, send)
