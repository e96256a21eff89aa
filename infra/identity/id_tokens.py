"""The tokens of a sign-in by page: who signed in, and who signed out elsewhere. Signed as bearer tokens are."""

import hmac
from collections.abc import Mapping
from typing import Any, Final

from joserfc.jwt import JWTClaimsRegistry

from infra.identity.tokens import ACCESS_TOKENS, LEEWAY_SECONDS, NotAuthenticated, TokenVerifier

# OpenID Connect Back-Channel Logout 1.0, section 2.4.
_LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
_LOGOUT_TOKENS: Final = frozenset({"jwt", "logout+jwt", "application/logout+jwt"})


async def id_claims(
    verifier: TokenVerifier, token: str, *, issuer: str, client_id: str, nonce: str
) -> Mapping[str, Any]:
    """What the issuer says of the person of this sign-in. Raises NotAuthenticated or IssuerUnavailable."""
    claims = await verifier.signed_claims(token, _registry(issuer, client_id), ACCESS_TOKENS)
    stated = claims.get("nonce")
    if not isinstance(stated, str) or not hmac.compare_digest(stated.encode(), nonce.encode()):
        raise NotAuthenticated("the token is of another sign-in")
    party = claims.get("azp", client_id)
    if party != client_id:
        raise NotAuthenticated("the token was made for another application")
    return claims


async def logout_claims(verifier: TokenVerifier, token: str, *, issuer: str, client_id: str) -> Mapping[str, Any]:
    """Whose sessions end: `sub`, `sid` or both. Raises NotAuthenticated or IssuerUnavailable."""
    claims = await verifier.signed_claims(token, _registry(issuer, client_id, subject=False), _LOGOUT_TOKENS)
    events = claims.get("events")
    if not isinstance(events, Mapping) or not isinstance(events.get(_LOGOUT_EVENT), Mapping) or "nonce" in claims:
        raise NotAuthenticated("this is a token for something else")
    if not any(isinstance(claims.get(name), str) for name in ("sub", "sid")):
        raise NotAuthenticated("the token names nobody")
    return claims


def _registry(issuer: str, client_id: str, *, subject: bool = True) -> JWTClaimsRegistry:
    return JWTClaimsRegistry(
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": subject},
    )
