"""Signing in: the page with the button, the way to the issuer, and what comes back from there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, cast
from urllib.parse import urlsplit

import structlog
from fastapi import Query
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from infra.identity import sessions
from infra.identity.claims import Membership
from infra.identity.sessions import SignIn
from infra.postgres.db import connection
from services.gateway.http.deps import Runtime
from services.gateway.pages.session import cookies
from services.gateway.pages.session.browsers import described
from services.gateway.pages.session.current import SEE_OTHER, AnyVisitor, token_of
from services.gateway.pages.session.issuer import CALLBACK, Failure, PagesIssuer, SignedIn, SignInFailed
from services.gateway.pages.session.organisations import called
from services.gateway.pages.session.own_paths import HOME, after_sign_in, own_path
from services.gateway.pages.web.page import page
from services.gateway.pages.web.router import PageRoute, PageRouter

_TEN_MINUTES: Final = 600
_log = structlog.get_logger("gateway")


def issuer_of(request: Request) -> PagesIssuer:
    return cast("PagesIssuer", request.app.state.pages_issuer)


class SignInRoute(PageRoute):
    """A step of a sign-in, with the cookie that it has for ten minutes."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        settings = scope["app"].state.gateway.settings
        with_cookie = SessionMiddleware(
            super().handle,
            secret_key=scope["app"].state.pages_issuer.cookie_key,
            session_cookie=cookies.name_of(settings, "sign-in"),
            max_age=_TEN_MINUTES,
            same_site="lax",
            https_only=cookies.is_secure(settings),
        )
        await with_cookie(scope, receive, send)


router = PageRouter()
router.route_class = SignInRoute
Next = Annotated[str | None, Query(alias="next", max_length=4_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureWords:
    """A page for a sign-in that came to nothing."""

    status: int
    heading: str
    says: tuple[str, ...]


_AGAIN: Final = "Sign in again. If it happens a second time, tell the person who looks after this service."
WORDS: Final[Mapping[Failure, FailureWords]] = {
    Failure.NOT_SET_UP: FailureWords(
        status=503,
        heading="Signing in is not set up yet",
        says=("The person who looks after this service has still to connect it to your organisation's sign-in.",),
    ),
    Failure.CANCELLED: FailureWords(
        status=403,
        heading="You did not sign in",
        says=("Signing in was stopped before the end. Nothing has changed.",),
    ),
    Failure.AWAY: FailureWords(
        status=503,
        heading="You cannot sign in for a moment",
        says=("The sign-in of your organisation does not answer.", "Try again in a few minutes."),
    ),
    Failure.CLOCK: FailureWords(
        status=503,
        heading="You cannot sign in because two clocks differ",
        says=(
            "This service and your organisation's sign-in disagree about the time.",
            "Tell the person who looks after this service: the clock of one of the two computers is wrong.",
        ),
    ),
    Failure.OUT_OF_DATE: FailureWords(
        status=400,
        heading="Start signing in again",
        says=("It took more than 10 minutes, or you began again in another window.",),
    ),
    Failure.REFUSED: FailureWords(
        status=403,
        heading="Signing in did not work",
        says=("What your organisation's sign-in answered could not be accepted, so you are not signed in.", _AGAIN),
    ),
}


@router.get("/sign-in")
async def sign_in(request: Request, gateway: Runtime, visitor: AnyVisitor, next_: Next = None) -> Response:
    """The page with the button. It is a link: the way to the issuer is one that a form may not take."""
    if (elsewhere := _own_host(request, gateway.settings.pages_url)) is not None:
        return elsewhere
    onward = own_path(next_)
    if visitor is not None:
        return RedirectResponse(onward, SEE_OTHER)
    if not issuer_of(request).is_set_up:
        return _failed(request, SignInFailed(Failure.NOT_SET_UP, "a setting of the sign-in is missing"))
    return page(request, None, "session/sign_in.html", start=after_sign_in(onward, at="/sign-in/start"))


@router.get("/sign-in/start")
async def start(request: Request, gateway: Runtime, next_: Next = None) -> Response:
    if (elsewhere := _own_host(request, gateway.settings.pages_url)) is not None:
        return elsewhere
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        # Another site's link signs nobody in: the person presses the button of our own page.
        return RedirectResponse(after_sign_in(own_path(next_)), SEE_OTHER)
    try:
        return RedirectResponse(await issuer_of(request).begin(request, own_path(next_)), SEE_OTHER)
    except SignInFailed as failed:
        return _failed(request, failed)


@router.get(CALLBACK)
async def callback(request: Request, gateway: Runtime, visitor: AnyVisitor) -> Response:
    """What the issuer answers. A new session has a new token, whatever the browser held before."""
    try:
        found = await issuer_of(request).finish(request, gateway.verifier)
    except SignInFailed as failed:
        if failed.failure is Failure.OUT_OF_DATE and visitor is not None:
            return RedirectResponse(HOME, SEE_OTHER)  # signed in meanwhile, in another window
        return _failed(request, failed)
    memberships = found.claimant.usable
    if not memberships:
        _log.warning("sign_in_refused", code="no_role", actor_id=str(found.claimant.person_id))
        return await _not_allowed(request, found)
    async with connection(gateway.engine) as conn:
        named = [await _named(conn, each) for each in memberships]
        before = token_of(request, gateway.settings)
        if before is not None and (session := await sessions.find(conn, before)) is not None:
            await sessions.end(conn, session.person.id, session.session_id)
        token = await sessions.begin(conn, _beginning(request, found, named))
    _log.info("signed_in", actor_id=str(found.claimant.person_id))
    onward = own_path(found.next)
    answer = RedirectResponse(
        onward if len(named) == 1 else after_sign_in(onward, at="/choose-organisation"), SEE_OTHER
    )
    cookies.give_session(answer, gateway.settings, token)
    return answer


def _beginning(request: Request, found: SignedIn, memberships: list[Membership]) -> SignIn:
    return SignIn(
        person_id=found.claimant.person_id,
        name=found.claimant.name,
        memberships=tuple(memberships),
        issuer_subject=found.subject,
        issuer_session=found.session,
        id_token=found.id_token,
        browser=described(request.headers.get("user-agent", "")),
    )


async def _named(conn: Any, membership: Membership) -> Membership:
    return replace(membership, org_name=membership.org_name or await called(conn, membership.org))


def _own_host(request: Request, pages_url: str) -> Response | None:
    """On this machine `localhost` and `127.0.0.1` are two hosts for cookies: the sign-in is at one of them."""
    parts = urlsplit(pages_url)
    if parts.scheme != "http" or request.headers.get("host") == parts.netloc:
        return None
    query = request.url.query
    return RedirectResponse(f"{pages_url}{request.url.path}" + (f"?{query}" if query else ""), SEE_OTHER)


def _failed(request: Request, failed: SignInFailed) -> Response:
    _log.warning("sign_in_refused", code=failed.failure.value, fault=failed.reason)
    words = WORDS[failed.failure]
    may_try = failed.failure is not Failure.NOT_SET_UP
    answer = page(
        request,
        None,
        "session/failed.html",
        status=words.status,
        heading=words.heading,
        says=words.says,
        may_try=may_try,
    )
    if words.status == 503:  # noqa: PLR2004 - the status that says when to come back
        answer.headers["Retry-After"] = "60"
    return answer


async def _not_allowed(request: Request, found: SignedIn) -> Response:
    return page(
        request,
        None,
        "session/not_allowed.html",
        status=403,
        name=found.claimant.name,
        lacks_organisation=found.claimant.lacks_organisation,
        leave=await issuer_of(request).leave(found.id_token),
    )
