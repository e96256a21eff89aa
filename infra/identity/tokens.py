"""Who is calling: bearer tokens checked against the issuer's published keys.

Nothing here knows what a role may do; it only says who holds it. Tokens are timed by the system clock.
"""

import asyncio
import base64
import hashlib
import json
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic, time
from typing import Any, Final
from uuid import UUID

import httpx2
import structlog
from cachetools import TLRUCache
from joserfc import jwt
from joserfc.errors import BadSignatureError, ClaimError, ExpiredTokenError, JoseError
from joserfc.jwk import JWKRegistry, KeySet, RSAKey
from joserfc.jwt import JWTClaimsRegistry

from infra.identity.claims import ClaimsUnusable, claimant
from infra.settings import Settings

ALGORITHMS: Final = ("RS256", "ES256")
LEEWAY_SECONDS: Final = 5
_LONGEST_TOKEN: Final = 8_192
# Keys are asked for again when they are older than this: by then one that the issuer withdraws is refused.
_KEYS_AGE_SECONDS: Final = 300.0
# While the issuer cannot be asked, the keys held so far stay good for this long and no longer.
_KEYS_STALE_SECONDS: Final = 3_600.0
_RSA_LEAST_BITS: Final = 2_048
# What an access token may call itself (RFC 7519, RFC 9068). Other tokens of the issuer, as of a logout, let nobody in.
ACCESS_TOKENS: Final = frozenset({"jwt", "at+jwt", "application/jwt", "application/at+jwt"})
_CACHED_TOKENS: Final = 2_000
_FETCH_SECONDS: Final = 5.0

_log = structlog.stdlib.get_logger(__name__)


class NotAuthenticated(Exception):
    """The token does not show who is calling; `why` is safe to tell them."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class IssuerUnavailable(Exception):
    """The issuer's keys were never fetched, or long ago, and cannot be now, so no token can be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who a valid token speaks for. `org` is `school:<urn>`, `provider:<uuid>` or `la:<code>`.

    `expires_at` is when the token ends, in seconds of the system clock: nothing that was begun with it goes on longer.
    `issued_at` is when it was issued, where it says so.
    """

    id: UUID
    roles: frozenset[str]
    org: str | None
    name: str | None = field(default=None, repr=False)
    expires_at: float = field(default=math.inf, repr=False, compare=False)
    issued_at: datetime | None = field(default=None, repr=False, compare=False)


class TokenVerifier:
    """Checks tokens. One for each process, on one event loop; its client is closed by `aclose`."""

    def __init__(self, settings: Settings) -> None:
        self._jwks_url = settings.jwks_url
        self._refetch_seconds = settings.jwks_refetch_seconds
        self._client = httpx2.AsyncClient(timeout=_FETCH_SECONDS, follow_redirects=False)
        self._registry = JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._keys: KeySet | None = None
        self._fetched_at = self._tried_at = float("-inf")
        self._fetching = asyncio.Lock()
        self._known: TLRUCache[bytes, Person] = TLRUCache(_CACHED_TOKENS, _known_until, _now)

    async def aclose(self) -> None:
        await self._client.aclose()

    async def verify(self, token: str) -> Person:
        """The person a bearer token speaks for. Raises NotAuthenticated or IssuerUnavailable."""
        if len(token) > _LONGEST_TOKEN:
            raise NotAuthenticated("the token is too long")
        # Only the hash is kept, so that a memory dump holds no token that still works.
        digest = hashlib.sha256(token.encode("utf-8", "replace")).digest()
        known = None if self._stale else self._known.get(digest)
        if known is not None:
            return known
        self._known.pop(digest, None)
        person = _person(await self._claims(token, self._registry, ACCESS_TOKENS))
        self._known[digest] = person
        return person

    async def signed_claims(self, token: str, registry: JWTClaimsRegistry, types: frozenset[str]) -> dict[str, Any]:
        """What another kind of token of the issuer says. Raises NotAuthenticated or IssuerUnavailable."""
        if len(token) > _LONGEST_TOKEN:
            raise NotAuthenticated("the token is too long")
        return await self._claims(token, registry, types)

    async def _claims(self, token: str, registry: JWTClaimsRegistry, types: frozenset[str]) -> dict[str, Any]:
        key_id = _key_id(token, types)
        keys = await self._keys_with(key_id)
        try:
            # The algorithms are ours to choose, never the token's: "none", or a public key taken for a
            # shared secret, is refused here.
            decoded = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
            registry.validate(decoded.claims)
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as refused:
            raise NotAuthenticated(_reason(refused)) from refused
        return decoded.claims

    async def _keys_with(self, key_id: str) -> KeySet:
        """The issuer's keys: asked for again when `key_id` is not among them or they are old, but not too often."""
        if not self._usable(key_id):
            async with self._fetching:
                if not self._usable(key_id) and monotonic() - self._tried_at >= self._refetch_seconds:
                    await self._fetch()
        if self._keys is None or self._stale:
            raise IssuerUnavailable("the issuer's keys could not be fetched")
        if not self._has(key_id):
            raise NotAuthenticated("the token is signed by a key the issuer does not publish")
        return self._keys

    @property
    def _stale(self) -> bool:
        return monotonic() - self._fetched_at >= _KEYS_STALE_SECONDS

    def _usable(self, key_id: str) -> bool:
        return self._has(key_id) and monotonic() - self._fetched_at < _KEYS_AGE_SECONDS

    def _has(self, key_id: str) -> bool:
        return self._keys is not None and any(key.kid == key_id for key in self._keys.keys)

    async def _fetch(self) -> None:
        # Counted as tried whatever the result, or each request would ask a broken issuer again.
        self._tried_at = monotonic()
        try:
            answer = await self._client.get(self._jwks_url)
            answer.raise_for_status()
            self._keys = _public_keys(answer.json())
        except (httpx2.HTTPError, ValueError) as failed:
            # The keys held so far stay good for an hour: an issuer that is away for a while locks nobody out.
            _log.warning("issuer_keys_not_fetched", error_type=type(failed).__name__)
            return
        self._fetched_at = self._tried_at
        self._known.clear()


def _known_until(_digest: bytes, person: Person, now: float) -> float:
    """A token is checked again when it has ended, or when its key may have been withdrawn."""
    return min(person.expires_at + LEEWAY_SECONDS, now + _KEYS_AGE_SECONDS)


def _now() -> float:
    return time()


def _public_keys(published: Any) -> KeySet:
    """The signing keys of a published set; one that cannot be used does not spoil the others."""
    if not isinstance(published, dict) or not isinstance(published.get("keys"), list):
        raise ValueError("not a key set")  # noqa: TRY004 - what was fetched is wrong, not an argument
    keys = []
    for each in published["keys"]:
        if isinstance(each, dict) and each.get("kty") in {"RSA", "EC"} and each.get("use", "sig") == "sig":
            try:
                key = JWKRegistry.import_key(each)
                if isinstance(key, RSAKey) and key.public_key.key_size < _RSA_LEAST_BITS:
                    raise ValueError("an RSA key of fewer than 2048 bits")  # noqa: TRY301 - refused as the others are
                keys.append(key)
            except (JoseError, ValueError, TypeError, KeyError) as failed:
                _log.warning("issuer_key_not_usable", error_type=type(failed).__name__)
    return KeySet(keys)


def _key_id(token: str, types: frozenset[str]) -> str:
    try:
        encoded = token.split(".", 1)[0]
        header = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except (ValueError, RecursionError) as refused:
        raise NotAuthenticated("this is not a token") from refused
    if not isinstance(header, dict):
        raise NotAuthenticated("this is not a token")
    type_ = header.get("typ", "JWT")
    if not isinstance(type_, str) or type_.lower() not in types:
        raise NotAuthenticated("this is a token for something else")
    key_id = header.get("kid")
    if not isinstance(key_id, str):
        raise NotAuthenticated("the token names no key")
    return key_id


def _person(claims: dict[str, Any]) -> Person:
    try:
        found = claimant(claims)
    except ClaimsUnusable as refused:
        raise NotAuthenticated(refused.why) from refused
    if len(found.memberships) > 1:
        raise NotAuthenticated("the token names several organisations: ask the issuer for one that names one")
    return Person(
        id=found.person_id,
        roles=found.memberships[0].roles,
        org=found.memberships[0].org,
        name=found.name,
        expires_at=_seconds(claims["exp"]),
        issued_at=_issued(claims.get("iat")),
    )


def _issued(stated: Any) -> datetime | None:
    """None where the token does not say so, or says no time that there is."""
    try:
        return datetime.fromtimestamp(float(stated), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _seconds(stated: float) -> float:
    """A time beyond the range has no end; a value that is no number cannot be compared."""
    try:
        seconds = float(stated)
    except OverflowError:
        return math.inf
    if math.isnan(seconds):
        raise NotAuthenticated("the token's claim exp is missing or not acceptable")
    return seconds


def _reason(refused: Exception) -> str:
    """Words for the caller, which never repeat what the token holds."""
    match refused:
        case ExpiredTokenError():
            return "the token has expired"
        case ClaimError():
            known = refused.claim if refused.claim in {"iss", "aud", "nbf", "iat", "exp", "sub"} else "?"
            return f"the token's claim {known} is missing or not acceptable"
        case BadSignatureError():
            return "the token's signature does not hold"
        case _:
            return "the token cannot be accepted"
