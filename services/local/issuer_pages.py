"""The embedded issuer's sign-in by page: somebody is chosen from the example people, and there is no password.

For this machine alone: it answers nobody from elsewhere and under no other name (a page of another site could
otherwise reach it by a name that leads here), and sends people back to one address only.
"""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from infra.ids import uuid7
from services.local.people import PEOPLE, DemonstrationPerson, by_organisation, find, organisation_name

CODE_SECONDS: Final = 60.0
ID_TOKEN_SECONDS: Final = 300
ALGORITHM: Final = "ES256"
_LARGEST_FORM = 16_384
_MOST_CODES = 1_000
_SEE_OTHER = 303
_PASSED_ON: Final = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
)
_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesClient:
    """The one application that people sign in to: the gateway's pages."""

    client_id: str
    secret: str = field(repr=False)
    pages_url: str

    @property
    def redirect_uri(self) -> str:
        return f"{self.pages_url}/sign-in/callback"

    @property
    def after_logout(self) -> str:
        return f"{self.pages_url}/signed-out"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grant:
    """What a code is good for, once, for a minute."""

    person: DemonstrationPerson
    nonce: str | None
    challenge: str
    until: float


class IssuerPages:
    """The routes, and the codes that are out."""

    def __init__(
        self, key: ECKey, issuer: str, client: PagesClient, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._key = key
        self._issuer = issuer
        self._client = client
        self._now = now
        self._grants: dict[str, _Grant] = {}

    @property
    def document(self) -> Mapping[str, Any]:
        """What the issuer says of itself beyond its keys."""
        return {
            "authorization_endpoint": f"{self._issuer}/authorize",
            "token_endpoint": f"{self._issuer}/token",
            "end_session_endpoint": f"{self._issuer}/end",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "scopes_supported": ["openid", "profile"],
            "authorization_response_iss_parameter_supported": True,
        }

    def routes(self) -> list[Route]:
        return [
            Route("/authorize", self._ask, methods=["GET"]),
            Route("/authorize", self._chosen, methods=["POST"]),
            Route("/token", self._token, methods=["POST"]),
            Route("/end", self._end, methods=["GET", "POST"]),
        ]

    async def _ask(self, request: Request) -> Response:
        asked = dict(request.query_params)
        return self._refused(asked) or self._page(asked)

    async def _chosen(self, request: Request) -> Response:
        asked = await _form(request)
        refused = self._refused(asked)
        if refused is not None:
            return refused
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return _plain("This form was not sent from its own page.", 403)
        if "cancel" in asked:
            return self._back(asked, error="access_denied")
        person = find(asked.get("person", ""))
        if person is None:
            return self._page(asked, status=422)
        now = self._now()
        self._grants = {code: each for code, each in self._grants.items() if each.until > now}
        if len(self._grants) >= _MOST_CODES:
            return self._back(asked, error="temporarily_unavailable")
        code = secrets.token_urlsafe(32)
        self._grants[code] = _Grant(
            person=person, nonce=asked.get("nonce"), challenge=asked["code_challenge"], until=now + CODE_SECONDS
        )
        return self._back(asked, code=code)

    def _refused(self, asked: Mapping[str, str]) -> Response | None:
        """Whom nothing is sent back to, and what is sent back of the rest."""
        known = asked.get("client_id") == self._client.client_id
        if not known or asked.get("redirect_uri") != self._client.redirect_uri:
            return _plain("This sign-in serves the pages of this machine's set-up alone.", 400)
        if asked.get("response_type") != "code":
            return self._back(asked, error="unsupported_response_type")
        if "openid" not in asked.get("scope", "").split():
            return self._back(asked, error="invalid_scope")
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            return self._back(asked, error="invalid_request")
        return None

    def _back(self, asked: Mapping[str, str], **answer: str) -> Response:
        told = {**answer, **({"state": asked["state"]} if "state" in asked else {}), "iss": self._issuer}
        return RedirectResponse(f"{self._client.redirect_uri}?{urlencode(told)}", _SEE_OTHER)

    def _page(self, asked: Mapping[str, str], *, status: int = 200) -> Response:
        nonce = secrets.token_urlsafe(16)
        content = _TEMPLATES.get_template("issuer_page.html.jinja").render(
            organisations=by_organisation(PEOPLE),
            passed_on=[(name, asked[name]) for name in _PASSED_ON if name in asked],
            nonce=nonce,
        )
        # Browsers hold the whole way of a form to `form-action`: without the gateway's origin a click does nothing.
        policy = (
            f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self' {self._client.pages_url}; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
        return HTMLResponse(content, status, {"Content-Security-Policy": policy})

    async def _token(self, request: Request) -> Response:
        asked = await _form(request)
        if not self._is_client(request, asked):
            return _error("invalid_client", 401)
        if asked.get("grant_type") != "authorization_code":
            return _error("unsupported_grant_type")
        # Used up whether or not the rest of the request is right.
        grant = self._grants.pop(asked.get("code", ""), None)
        if grant is None or grant.until <= self._now() or asked.get("redirect_uri") != self._client.redirect_uri:
            return _error("invalid_grant")
        if not hmac.compare_digest(_challenge(asked.get("code_verifier", "")), grant.challenge.encode()):
            return _error("invalid_grant")
        return JSONResponse(
            {
                "access_token": self._signed(grant.person, audience=f"{self._client.client_id}/userinfo"),
                "token_type": "Bearer",
                "expires_in": ID_TOKEN_SECONDS,
                "id_token": self._signed(
                    grant.person,
                    audience=self._client.client_id,
                    sid=str(uuid7()),
                    auth_time=int(time.time()),
                    **({} if grant.nonce is None else {"nonce": grant.nonce}),
                ),
            }
        )

    def _is_client(self, request: Request, asked: Mapping[str, str]) -> bool:
        name, secret = asked.get("client_id", ""), asked.get("client_secret", "")
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
            except ValueError:
                return False
            name, secret = unquote(name), unquote(secret)
        own = hmac.compare_digest(secret.encode(), self._client.secret.encode())
        return own and name == self._client.client_id

    def _signed(self, person: DemonstrationPerson, *, audience: str, **more: Any) -> str:
        now = int(time.time())
        claims = {
            "iss": self._issuer,
            "aud": audience,
            "sub": str(person.id),
            "name": person.name,
            "roles": list(person.roles),
            "org": person.org,
            "org_name": organisation_name(person.org),
            "iat": now,
            "exp": now + ID_TOKEN_SECONDS,
            **more,
        }
        return jwt.encode({"alg": ALGORITHM, "kid": self._key.kid, "typ": "JWT"}, claims, self._key)

    async def _end(self, request: Request) -> Response:
        asked = dict(request.query_params) if request.method == "GET" else await _form(request)
        if asked.get("post_logout_redirect_uri") != self._client.after_logout:
            return _plain("You are signed out. Nothing was kept of who you were.", 200)
        state = f"?{urlencode({'state': asked['state']})}" if "state" in asked else ""
        return RedirectResponse(self._client.after_logout + state, _SEE_OTHER)


def application(issuer: str, documents: Mapping[str, Mapping[str, Any]], pages: IssuerPages | None) -> ASGIApp:
    """The whole issuer: its two documents, and its pages where it has some."""

    async def document(request: Request) -> Response:
        return JSONResponse(documents[request.url.path])

    routes = [Route(path, document) for path in documents] + (pages.routes() if pages is not None else [])
    return _OnThisMachine(Starlette(routes=routes), urlsplit(issuer).port)


class _OnThisMachine:
    """Refuses whoever comes from elsewhere, or by a name that only leads here."""

    def __init__(self, app: ASGIApp, port: int | None) -> None:
        self._app = app
        self._hosts = {f"{host}:{port}" for host in ("127.0.0.1", "localhost", "[::1]")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        if not is_here(request.client.host if request.client else "") or request.headers.get("host") not in self._hosts:
            await _plain("This sign-in answers on its own machine alone.", 403)(scope, receive, send)
            return
        await self._app(scope, receive, _never_kept(send))


def is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _never_kept(send: Send) -> Send:
    async def sent(message: Any) -> None:
        if message["type"] == "http.response.start":
            message["headers"] += [
                (b"cache-control", b"no-store"),
                (b"x-content-type-options", b"nosniff"),
                (b"referrer-policy", b"no-referrer"),
                (b"x-frame-options", b"DENY"),
            ]
        await send(message)

    return sent


async def _form(request: Request) -> dict[str, str]:
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > _LARGEST_FORM:
            return {}
    return dict(parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True))


def _challenge(verifier: str) -> bytes:
    """RFC 7636, S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")


def _error(code: str, status: int = 400) -> Response:
    return JSONResponse({"error": code}, status)


def _plain(words: str, status: int) -> Response:
    return Response(words, status, {"Content-Security-Policy": "default-src 'none'"}, "text/plain; charset=utf-8")
