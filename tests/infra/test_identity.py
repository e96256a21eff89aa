import asyncio
import hmac
import json
import math
import threading
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jws, jwt
from joserfc.jwk import ECKey, RSAKey
from joserfc.util import urlsafe_b64encode

from infra.identity import tokens as identity
from infra.identity.tokens import IssuerUnavailable, NotAuthenticated, Person, TokenVerifier
from infra.settings import Settings

ISSUER = "https://issuer.example"
SUBJECT = UUID("01932f3a-7c1e-7d2b-9a54-0b6f6e1c2d3f")
EC_KEY = ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"})
RSA_KEY = RSAKey.generate_key(2048, {"kid": "rsa"})
NEW_KEY = ECKey.generate_key("P-256", {"kid": "new"})


class Issuer(ThreadingHTTPServer):
    """Publishes a key set that a test may change, and counts how often it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.keys: Any = {"keys": [EC_KEY.as_dict(private=False), RSA_KEY.as_dict(private=False)]}
        self.status = 200
        self.asked = 0

    @property
    def jwks_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/jwks.json"


class _Answer(BaseHTTPRequestHandler):
    server: Issuer

    def do_GET(self) -> None:
        self.server.asked += 1
        body = json.dumps(self.server.keys).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Keeps the test's output quiet."""


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    server = Issuer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def settings(issuer: Issuer, **others: Any) -> Settings:
    given = {
        "database_url": "postgresql://unused",
        "keys_directory": Path("/unused"),
        "issuer": ISSUER,
        "jwks_url": issuer.jwks_url,
        "jwks_refetch_seconds": 0.001,
    }
    return Settings(**{**given, **others})


@pytest.fixture
async def verifier(issuer: Issuer) -> AsyncIterator[TokenVerifier]:
    made = TokenVerifier(settings(issuer))
    yield made
    await made.aclose()


def claims(**changed: Any) -> dict[str, Any]:
    """The usual claims with some changed; a `timedelta` says so long from now.

    Good for a day: some tokens are made as the tests are collected, and must be refused for what is wrong with them.
    """
    now = int(time.time())
    changed = {
        name: now + int(value.total_seconds()) if isinstance(value, timedelta) else value
        for name, value in changed.items()
    }
    usual = {
        "iss": ISSUER,
        "aud": "placements",
        "sub": str(SUBJECT),
        "name": "An Example",
        "roles": ["case_worker", "dsl"],
        "org": "school:900001",
        "iat": now,
        "nbf": now,
        "exp": now + 86_400,
    }
    return {name: value for name, value in {**usual, **changed}.items() if value is not None}


def signed(key: Any = EC_KEY, header: dict[str, Any] | None = None, **changed: Any) -> str:
    algorithm = "RS256" if isinstance(key, RSAKey) else "ES256"
    return jwt.encode({"alg": algorithm, "kid": key.kid, **(header or {})}, claims(**changed), key)


@pytest.mark.parametrize("key", [EC_KEY, RSA_KEY], ids=["ES256", "RS256"])
async def test_a_token_of_the_issuer_says_who_is_calling(verifier: TokenVerifier, key: Any) -> None:
    person = await verifier.verify(signed(key))

    assert person == Person(id=SUBJECT, roles=frozenset({"case_worker", "dsl"}), org="school:900001", name="An Example")
    assert "An Example" not in repr(person)


async def test_what_a_token_need_not_say(verifier: TokenVerifier) -> None:
    person = await verifier.verify(signed(roles=None, org=None, name=None, nbf=None, iat=None))

    assert person == Person(id=SUBJECT, roles=frozenset(), org=None, name=None)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        pytest.param({"exp": timedelta(seconds=-60)}, "expired", id="expired"),
        pytest.param({"exp": None}, "exp", id="never expires"),
        pytest.param({"exp": "tomorrow"}, "exp", id="expiry is no number"),
        pytest.param({"nbf": timedelta(seconds=3600)}, "nbf", id="not yet valid"),
        pytest.param({"iat": timedelta(seconds=3600)}, "iat", id="issued in the future"),
        pytest.param({"iss": "https://other.example"}, "iss", id="another issuer"),
        pytest.param({"iss": None}, "iss", id="no issuer"),
        pytest.param({"aud": "payroll"}, "aud", id="another audience"),
        pytest.param({"aud": ["payroll", "wages"]}, "aud", id="other audiences"),
        pytest.param({"aud": None}, "aud", id="no audience"),
        pytest.param({"sub": None}, "sub", id="no subject"),
        pytest.param({"sub": "somebody"}, "subject", id="subject is no id"),
        pytest.param({"sub": 7}, "sub", id="subject is a number"),
        pytest.param({"roles": "head"}, "roles", id="roles are no list"),
        pytest.param({"roles": [1]}, "roles", id="a role is no text"),
        pytest.param({"org": 900001}, "organisation", id="organisation is a number"),
    ],
)
async def test_a_token_with_wrong_claims_is_refused(verifier: TokenVerifier, changed: dict[str, Any], why: str) -> None:
    with pytest.raises(NotAuthenticated, match=why):
        await verifier.verify(signed(**changed))


@pytest.mark.parametrize(
    ("changed", "accepted"),
    [
        ({"exp": timedelta(seconds=-4)}, True),
        ({"exp": timedelta(seconds=-5)}, False),
        ({"nbf": timedelta(seconds=5)}, True),
        ({"nbf": timedelta(seconds=6)}, False),
    ],
    ids=["just expired", "expired", "nearly valid", "not valid yet"],
)
async def test_clocks_may_differ_by_five_seconds_and_no_more(
    verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], accepted: bool
) -> None:
    now = float(int(time.time()))
    monkeypatch.setattr(time, "time", lambda: now)
    monkeypatch.setattr(identity, "time", lambda: now)
    token = signed(**changed)

    if accepted:
        assert (await verifier.verify(token)).id == SUBJECT
    else:
        with pytest.raises(NotAuthenticated):
            await verifier.verify(token)


@pytest.mark.parametrize("typ", ["JWT", "jwt", "at+jwt", "application/at+jwt"])
async def test_an_access_token_may_say_that_it_is_one(verifier: TokenVerifier, typ: str) -> None:
    assert (await verifier.verify(signed(header={"typ": typ}))).id == SUBJECT


@pytest.mark.parametrize("typ", ["logout+jwt", "dpop+jwt", "secevent+jwt", "JOSE", "", 7, None, ["JWT"]])
async def test_a_token_of_another_type_lets_nobody_in(verifier: TokenVerifier, typ: Any) -> None:
    header = urlsafe_b64encode(json.dumps({"alg": "ES256", "kid": "ec", "typ": typ}).encode()).decode()

    with pytest.raises(NotAuthenticated, match="something else"):
        await verifier.verify(f"{header}.{signed().split('.', 1)[1]}")


@pytest.mark.filterwarnings("ignore:Key size")
@pytest.mark.parametrize("bits", [1024, 2040])
async def test_an_rsa_key_below_2048_bits_signs_nothing(issuer: Issuer, verifier: TokenVerifier, bits: int) -> None:
    weak = RSAKey.import_key(
        rsa.generate_private_key(65537, bits).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        {"kid": "weak"},
    )
    issuer.keys = {"keys": [weak.as_dict(private=False, kid="weak"), EC_KEY.as_dict(private=False)]}

    with pytest.raises(NotAuthenticated, match="does not publish"):
        await verifier.verify(signed(weak))
    assert (await verifier.verify(signed())).id == SUBJECT


async def test_a_person_knows_when_their_token_ends(verifier: TokenVerifier) -> None:
    ends = int(time.time()) + 600

    assert (await verifier.verify(signed(exp=ends))).expires_at == ends
    with pytest.raises(NotAuthenticated):
        await verifier.verify(signed(exp=math.nan))


async def test_one_of_several_audiences_is_enough(verifier: TokenVerifier) -> None:
    assert (await verifier.verify(signed(aud=["payroll", "placements"]))).id == SUBJECT


def unsigned(algorithm: str) -> str:
    header = urlsafe_b64encode(json.dumps({"alg": algorithm, "kid": "ec"}).encode()).decode()
    return f"{header}.{urlsafe_b64encode(json.dumps(claims()).encode()).decode()}."


def signed_with_the_public_key_as_a_secret() -> str:
    header = urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "rsa"}).encode())
    signed_part = header + b"." + urlsafe_b64encode(json.dumps(claims()).encode())
    signature = hmac.digest(RSA_KEY.as_pem(private=False), signed_part, "sha256")
    return (signed_part + b"." + urlsafe_b64encode(signature)).decode()


def tampered() -> str:
    header, _, signature = signed().split(".")
    return f"{header}.{urlsafe_b64encode(json.dumps(claims(roles=['head'])).encode()).decode()}.{signature}"


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(unsigned("none"), id="alg none"),
        pytest.param(unsigned("None"), id="alg None"),
        pytest.param(unsigned("ES256"), id="no signature"),
        pytest.param(unsigned("PS256"), id="an algorithm we do not take"),
        pytest.param(signed_with_the_public_key_as_a_secret(), id="public key taken for a shared secret"),
        pytest.param(tampered(), id="claims changed"),
        pytest.param(signed()[:-4] + "AAAA", id="signature changed"),
        pytest.param(signed(NEW_KEY, {"kid": "ec"}), id="another key under a known id"),
        pytest.param(signed(header={"kid": "rsa"}), id="ES256 with the id of an RSA key"),
        pytest.param(signed(NEW_KEY), id="unknown key id"),
        pytest.param("", id="empty"),
        pytest.param("garbage", id="garbage"),
        pytest.param("a.b.c", id="three letters"),
        pytest.param("é.ü.\ud800", id="not ASCII"),
        pytest.param("bnVsbA.e30.AA", id="header is null"),
        pytest.param("e30.e30.AA", id="header is empty"),
        pytest.param(urlsafe_b64encode(b"[" * 5000).decode() + ".e30.AA", id="deeply nested"),
        pytest.param(signed(note="x" * 10_000), id="huge"),
        pytest.param("." * 8_000, id="full stops"),
    ],
)
async def test_a_token_that_is_not_the_issuers_is_refused(verifier: TokenVerifier, token: str) -> None:
    with pytest.raises(NotAuthenticated):
        await verifier.verify(token)


@pytest.mark.parametrize("payload", [b"[" * 4_000, b"null", b"[]", b"{", b"\xff"])
async def test_what_the_issuer_signed_and_is_no_set_of_claims_is_refused(
    verifier: TokenVerifier, payload: bytes
) -> None:
    token = jws.serialize_compact({"alg": "ES256", "kid": EC_KEY.kid}, payload, EC_KEY)

    with pytest.raises(NotAuthenticated):
        await verifier.verify(token)


async def test_a_refusal_repeats_nothing_from_the_token(verifier: TokenVerifier) -> None:
    with pytest.raises(NotAuthenticated) as refused:
        await verifier.verify(signed(iss="https://planted.example"))

    assert "planted" not in refused.value.why


async def test_keys_are_fetched_once_and_again_when_the_issuer_changes_them(
    issuer: Issuer, verifier: TokenVerifier
) -> None:
    await verifier.verify(signed())
    await verifier.verify(signed(RSA_KEY))
    assert issuer.asked == 1

    issuer.keys = {"keys": [NEW_KEY.as_dict(private=False)]}
    await asyncio.sleep(0.005)

    assert (await verifier.verify(signed(NEW_KEY))).id == SUBJECT
    with pytest.raises(NotAuthenticated):
        await verifier.verify(signed())


async def test_unknown_key_ids_do_not_make_us_ask_the_issuer_each_time(issuer: Issuer) -> None:
    verifier = TokenVerifier(settings(issuer, jwks_refetch_seconds=600))
    for _ in range(5):
        with pytest.raises(NotAuthenticated):
            await verifier.verify(signed(NEW_KEY))
    await verifier.aclose()

    assert issuer.asked == 1


async def test_a_withdrawn_key_is_refused_after_a_while(
    issuer: Issuer, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "_KEYS_AGE_SECONDS", 0.0)
    token = signed()
    await verifier.verify(token)
    issuer.keys = {"keys": [NEW_KEY.as_dict(private=False)]}
    await asyncio.sleep(0.005)

    with pytest.raises(NotAuthenticated):
        await verifier.verify(token)


async def test_an_issuer_that_is_away_locks_nobody_out_whose_key_is_known(
    issuer: Issuer, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verifier.verify(signed())
    monkeypatch.setattr(identity, "_KEYS_AGE_SECONDS", 0.0)
    issuer.status = 503
    await asyncio.sleep(0.005)

    assert (await verifier.verify(signed(jti="another"))).id == SUBJECT


@pytest.mark.parametrize("again", [True, False], ids=["a checked token", "a new one"])
async def test_keys_are_good_for_an_hour_while_the_issuer_is_away(
    issuer: Issuer, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    token = signed()
    await verifier.verify(token)
    issuer.status = 503
    fetched = time.monotonic()
    # In this module alone: an event loop that sleeps by a clock set forward goes on sleeping for an hour.

    def asked() -> str:
        return token if again else signed(jti=str(time.monotonic_ns()))

    monkeypatch.setattr(identity, "monotonic", lambda: fetched + 3_590)
    assert (await verifier.verify(asked())).id == SUBJECT
    monkeypatch.setattr(identity, "monotonic", lambda: fetched + 3_600)
    with pytest.raises(IssuerUnavailable):
        await verifier.verify(asked())

    issuer.status = 200
    monkeypatch.setattr(identity, "monotonic", lambda: fetched + 3_601)
    assert (await verifier.verify(asked())).id == SUBJECT


@pytest.mark.parametrize("published", [[], {"keys": None}, "no key set", None])
async def test_without_any_keys_no_token_can_be_judged(issuer: Issuer, verifier: TokenVerifier, published: Any) -> None:
    issuer.keys = published

    with pytest.raises(IssuerUnavailable):
        await verifier.verify(signed())


async def test_a_key_that_cannot_be_used_does_not_spoil_the_others(issuer: Issuer, verifier: TokenVerifier) -> None:
    unusable = [None, {"kty": "oct", "k": "AAAA", "kid": "ec"}, {"kty": "EC", "kid": "bad"}, {"kty": "OKP"}]
    issuer.keys = {"keys": [*unusable, EC_KEY.as_dict(private=False)]}

    assert (await verifier.verify(signed())).id == SUBJECT


async def test_a_checked_token_is_not_checked_again_until_it_ends(
    issuer: Issuer, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = signed(exp=timedelta(minutes=10))
    first = await verifier.verify(token)

    assert await verifier.verify(token) is first

    later = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(identity, "time", lambda: later)
    with pytest.raises(NotAuthenticated, match="expired"):
        await verifier.verify(token)
    assert issuer.asked == 1


async def test_an_expiry_beyond_all_measure_is_no_fault(verifier: TokenVerifier) -> None:
    assert (await verifier.verify(signed(exp=10**400))).id == SUBJECT
