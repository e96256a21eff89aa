"""The issuer as the pages sign people in there: OpenID Connect's code flow with PKCE, by Authlib.

State, nonce and verifier are in a signed cookie of the browser for ten minutes and nowhere else.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, cast

import httpx2
import structlog
from authlib.integrations.starlette_client import OAuth, OAuthError  # type: ignore[import-untyped]  # ships no types
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError, MissingClaimError
from starlette.requests import Request

from infra.identity.claims import Claimant, ClaimsUnusable, claimant
from infra.identity.dfe_roles import with_dfe_roles
from infra.identity.id_tokens import id_claims, logout_claims
from infra.identity.tokens import IssuerUnavailable, NotAuthenticated, TokenVerifier
from infra.settings import Settings, is_reached_safely

CALLBACK: Final = "/sign-in/callback"
SIGNED_OUT: Final = "/signed-out"
_SECONDS: Final = 5.0
_NAME: Final = "issuer"
_log = structlog.get_logger("gateway")
_AWAY: Final = (httpx2.HTTPError, httpx2.InvalidURL, IssuerUnavailable, OSError)


class Failure(Enum):
    """Why nobody is signed in."""

    NOT_SET_UP = "not_set_up"
    CANCELLED = "cancelled"
    AWAY = "away"
    CLOCK = "clock"
    OUT_OF_DATE = "out_of_date"
    REFUSED = "refused"


class SignInFailed(Exception):
    """`reason` is for the log, and repeats nothing that was sent."""

    def __init__(self, failure: Failure, reason: str) -> None:
        super().__init__(reason)
        self.failure = failure
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who came back from the issuer, and to which page they go on."""

    claimant: Claimant
    subject: str
    session: str | None
    id_token: str
    next: str


class PagesIssuer:
    """One for each application."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._secret = _secret(settings)
        oauth = OAuth()
        oauth.register(
            _NAME,
            client_id=settings.sign_in_client_id,
            client_secret=self._secret,
            server_metadata_url=f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": settings.sign_in_scope,
                "code_challenge_method": "S256",
                "timeout": _SECONDS,
                "follow_redirects": False,
            },
        )
        self._client = oauth.create_client(_NAME)

    @property
    def is_set_up(self) -> bool:
        return bool(self._settings.pages_url and self._settings.sign_in_client_id and self._secret)

    @property
    def cookie_key(self) -> str:
        """Every gateway has the same, as each has the same secret; it is of no use for anything else."""
        return hmac.digest(self._secret.encode(), b"placements/sign-in-cookie/1", "sha256").hex()

    async def begin(self, request: Request, next_path: str) -> str:
        """The issuer's address where the browser goes now. Raises SignInFailed."""
        await self._metadata()
        there = await self._client.create_authorization_url(self._settings.pages_url + CALLBACK)
        await self._client.save_authorize_data(
            request, redirect_uri=self._settings.pages_url + CALLBACK, next=next_path, **there
        )
        return cast("str", there["url"])

    async def finish(self, request: Request, verifier: TokenVerifier) -> SignedIn:
        """Who signed in. Raises SignInFailed."""
        metadata = await self._metadata()
        answer = request.query_params
        state = answer.get("state", "")
        begun = await self._client.framework.get_state_data(request.session, state)
        # Whatever comes of it, this state is used up.
        await self._client.framework.clear_state_data(request.session, state)
        if not begun:
            raise SignInFailed(Failure.OUT_OF_DATE, "no sign-in of this browser has this state")
        self._require_issuer(answer.get("iss"), metadata)
        if (error := answer.get("error")) is not None:
            cancelled = error in {"access_denied", "user_cancelled"}
            raise SignInFailed(
                Failure.CANCELLED if cancelled else Failure.REFUSED, error if error in _ERRORS else "another error"
            )
        token = await self._exchange(answer.get("code", ""), begun)
        try:
            claims = await id_claims(
                verifier,
                token,
                issuer=self._settings.issuer,
                client_id=self._settings.sign_in_client_id,
                nonce=begun["nonce"],
            )
            found = claimant(await with_dfe_roles(self._settings, claims))
        except NotAuthenticated as refused:
            raise SignInFailed(Failure.CLOCK if _is_of_time(refused) else Failure.REFUSED, refused.why) from None
        except ClaimsUnusable as refused:
            raise SignInFailed(Failure.REFUSED, refused.why) from None
        except IssuerUnavailable as away:
            raise SignInFailed(Failure.AWAY, str(away)) from None
        session = claims.get("sid")
        return SignedIn(
            claimant=found,
            subject=str(claims["sub"]),
            session=session if isinstance(session, str) else None,
            id_token=token,
            next=begun["next"],
        )

    async def leave(self, id_token: str | None) -> str | None:
        """The issuer's address where its own session ends; None where it offers none, or is away."""
        try:
            metadata = await self._metadata()
        except SignInFailed:
            return None
        if not isinstance(metadata.get("end_session_endpoint"), str):
            return None
        there = await self._client.create_logout_url(
            post_logout_redirect_uri=self._settings.pages_url + SIGNED_OUT,
            id_token_hint=id_token,
            client_id=self._settings.sign_in_client_id,
        )
        return cast("str", there["url"])

    async def signed_out_elsewhere(self, verifier: TokenVerifier, token: str) -> tuple[str | None, str | None]:
        """The `sub` and the `sid` of who signed out at the issuer. Raises NotAuthenticated or IssuerUnavailable."""
        claims = await logout_claims(
            verifier, token, issuer=self._settings.issuer, client_id=self._settings.sign_in_client_id
        )
        subject, session = claims.get("sub"), claims.get("sid")
        return (subject if isinstance(subject, str) else None), (session if isinstance(session, str) else None)

    async def _metadata(self) -> Mapping[str, Any]:
        """What the issuer says of itself, asked once. It has to be the one that the settings name."""
        if not self.is_set_up:
            raise SignInFailed(Failure.NOT_SET_UP, "a setting of the sign-in is missing")
        try:
            metadata = await self._client.load_server_metadata()
        except (*_AWAY, ValueError) as error:
            raise SignInFailed(Failure.AWAY, type(error).__name__) from None
        ends = (metadata.get(name) for name in ("authorization_endpoint", "token_endpoint"))
        if metadata.get("issuer") != self._settings.issuer or not all(is_reached_safely(each) for each in ends):
            self._client.server_metadata.clear()
            raise SignInFailed(Failure.REFUSED, "the issuer's document is another issuer's, or names no safe address")
        return cast("Mapping[str, Any]", metadata)

    def _require_issuer(self, stated: str | None, metadata: Mapping[str, Any]) -> None:
        """RFC 9207: an answer that another issuer gave is not taken to ours."""
        promised = metadata.get("authorization_response_iss_parameter_supported") is True
        if stated != self._settings.issuer and (promised or stated is not None):
            raise SignInFailed(Failure.REFUSED, "the answer is another issuer's")

    async def _exchange(self, code: str, begun: Mapping[str, Any]) -> str:
        """The id token that the code is good for."""
        try:
            token = await self._client.fetch_access_token(
                redirect_uri=begun["redirect_uri"], code=code, code_verifier=begun["code_verifier"]
            )
        except OAuthError as refused:
            raise SignInFailed(
                Failure.REFUSED, refused.error if refused.error in _ERRORS else "the code was refused"
            ) from None
        except _AWAY as error:
            raise SignInFailed(Failure.AWAY, type(error).__name__) from None
        except (ValueError, TypeError, JoseError) as error:
            raise SignInFailed(Failure.REFUSED, type(error).__name__) from None
        found = token.get("id_token") if isinstance(token, Mapping) else None
        if not isinstance(found, str):
            raise SignInFailed(Failure.REFUSED, "there is no id token")
        return found


# What an issuer may answer (RFC 6749, OpenID Connect Core): these are logged, and nothing else that was sent.
_ERRORS: Final = frozenset(
    {
        "access_denied",
        "account_selection_required",
        "consent_required",
        "interaction_required",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "login_required",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_response_type",
        "user_cancelled",
    }
)


def _secret(settings: Settings) -> str:
    """Nothing where its file cannot be read: the sign-in then says that it is not set up, and the rest goes on."""
    try:
        return settings.client_secret()
    except OSError as error:
        _log.error("client_secret_not_read", error_type=type(error).__name__)
        return ""


def _is_of_time(refused: NotAuthenticated) -> bool:
    """Whether the token is good but for its times: then the clocks of the two machines differ."""
    cause = refused.__cause__
    if isinstance(cause, ExpiredTokenError):
        return True
    return isinstance(cause, ClaimError) and not isinstance(cause, MissingClaimError) and cause.claim in {"iat", "nbf"}
