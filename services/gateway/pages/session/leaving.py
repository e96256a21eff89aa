"""Signing out, here and elsewhere: one session, all of them, or what the issuer ends."""

from typing import Annotated, Final
from uuid import UUID

import structlog
from fastapi import Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from infra.identity import sessions
from infra.identity.tokens import IssuerUnavailable, NotAuthenticated
from infra.postgres.db import connection
from services.gateway.http.deps import Runtime
from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import Problem
from services.gateway.http.responses import json_response
from services.gateway.http.runtime import Gateway
from services.gateway.pages.session import cookies, csrf
from services.gateway.pages.session.current import SEE_OTHER, AnyVisitor, PostedForm, VisitorWithSession, token_of
from services.gateway.pages.session.issuer import SIGNED_OUT
from services.gateway.pages.session.own_paths import HOME
from services.gateway.pages.session.sign_in import issuer_of
from services.gateway.pages.web.page import page
from services.gateway.pages.web.router import PageRouter

router = PageRouter()
# What a browser kept of the pages goes with the session, the page behind the back button too.
_FORGET: Final = {"Clear-Site-Data": '"cache", "storage"'}
_NO_CONTENT = 204
_log = structlog.get_logger("gateway")


@router.post("/sign-out")
async def sign_out(request: Request, gateway: Runtime, visitor: AnyVisitor) -> Response:
    """Ends this session, and then the issuer's. Whose session is over already is told the same."""
    csrf.require_own_site(request, gateway.settings.pages_url)
    if visitor is None:
        return _gone(RedirectResponse(SIGNED_OUT, SEE_OTHER), gateway)
    async with request.form() as form:
        csrf.require_token(form, visitor.csrf)
    async with connection(gateway.engine) as conn:
        id_token = await sessions.id_token_of(conn, token_of(request, gateway.settings) or "")
        await sessions.end(conn, visitor.person.id, visitor.session_id)
    _log.info("signed_out")
    return await _leaving(request, gateway, id_token)


async def _leaving(request: Request, gateway: Gateway, id_token: str | None) -> Response:
    """A form may not lead to another site, so that a page does, at once and without a script."""
    there = await issuer_of(request).leave(id_token)
    if there is None:
        return _gone(RedirectResponse(SIGNED_OUT, SEE_OTHER), gateway)
    answer = page(request, None, "session/leaving.html", there=there)
    answer.headers["Refresh"] = f"0; url={there}"
    return _gone(answer, gateway)


def _gone(answer: Response, gateway: Gateway) -> Response:
    cookies.take_session(answer, gateway.settings)
    answer.headers.update(_FORGET)
    return answer


@router.get(SIGNED_OUT)
async def signed_out(
    request: Request, visitor: AnyVisitor, why: Annotated[str | None, Query(max_length=100)] = None
) -> Response:
    if visitor is not None:
        return RedirectResponse(HOME, SEE_OTHER)
    return page(request, None, "session/signed_out.html", was_idle=why == "idle")


@router.post("/stay-signed-in")
async def stay_signed_in(request: Request, gateway: Runtime, visitor: AnyVisitor) -> Response:
    """Asked by the page before a session ends; that it was asked is use enough."""
    csrf.require_own_site(request, gateway.settings.pages_url)
    if visitor is None:
        raise Problem("not_signed_in", OWN["not_signed_in"].words)
    async with request.form() as form:
        csrf.require_token(form, visitor.csrf)
    return Response(status_code=_NO_CONTENT)


@router.get("/your-sessions")
async def your_sessions(request: Request, gateway: Runtime, visitor: VisitorWithSession) -> Response:
    async with connection(gateway.engine) as conn:
        found = await sessions.of_person(conn, visitor.person.id)
    return page(request, visitor, "session/your_sessions.html", sessions=found, this=visitor.session_id)


@router.post("/your-sessions")
async def end_sessions(request: Request, gateway: Runtime, visitor: VisitorWithSession, form: PostedForm) -> Response:
    """`session` is the id of the one to end, or `all`."""
    stated = str(form.get("session", ""))
    async with connection(gateway.engine) as conn:
        if stated == "all":
            id_token = await sessions.id_token_of(conn, token_of(request, gateway.settings) or "")
            count = await sessions.end_all(conn, visitor.person.id)
            _log.info("signed_out_everywhere", count=count)
        elif (session_id := _id(stated)) is not None:
            await sessions.end(conn, visitor.person.id, session_id)
            _log.info("session_ended")
    if stated == "all":
        return await _leaving(request, gateway, id_token)
    return RedirectResponse("/your-sessions", SEE_OTHER)


def _id(stated: str) -> UUID | None:
    try:
        return UUID(stated)
    except ValueError:
        return None


@router.post("/sign-in/back-channel-logout")
async def back_channel_logout(request: Request, gateway: Runtime) -> Response:
    """The issuer's own request, without a browser: it proves itself by its signature."""
    async with request.form(max_files=0, max_fields=10) as form:
        token = form.get("logout_token")
    try:
        subject, session = await issuer_of(request).signed_out_elsewhere(
            gateway.verifier, token if isinstance(token, str) else ""
        )
    except NotAuthenticated as refused:
        return json_response({"error": "invalid_request", "error_description": refused.why}, status=400)
    except IssuerUnavailable:
        raise Problem("sign_in_away", OWN["sign_in_away"].words) from None
    async with connection(gateway.engine) as conn:
        count = await sessions.end_of_issuer(conn, subject=subject, session=session)
    _log.info("signed_out_at_issuer", count=count)
    return json_response({"ended": count})
