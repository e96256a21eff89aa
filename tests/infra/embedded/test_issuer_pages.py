"""The embedded issuer's sign-in by page: codes once and for a minute, one address to go back to, this machine only."""

import base64
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from services.local.issuer_pages import CODE_SECONDS, IssuerPages, PagesClient, application, is_here
from services.local.people import PEOPLE, find

ISSUER = "http://127.0.0.1:8090"
CLIENT = PagesClient(client_id="placements-pages", secret="s3cret:with a colon", pages_url="http://127.0.0.1:8080")
VERIFIER = "a-verifier-of-forty-three-characters-or-more-0123"
ASKED = {
    "response_type": "code",
    "client_id": CLIENT.client_id,
    "redirect_uri": CLIENT.redirect_uri,
    "scope": "openid profile",
    "state": "a state & more",
    "nonce": "n-1",
    "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode(),
    "code_challenge_method": "S256",
}
KEY = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)


@dataclass(slots=True, kw_only=True)
class Issuer:
    now: float = 1_000.0
    pages: IssuerPages = field(init=False)
    http: httpx2.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        self.pages = IssuerPages(KEY, ISSUER, CLIENT, now=lambda: self.now)
        self.http = self.reached()

    def reached(self, *, by: str = "127.0.0.1", name: str = ISSUER) -> httpx2.AsyncClient:
        app = application(ISSUER, {"/jwks.json": {"keys": []}}, self.pages)
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app, client=(by, 1)), base_url=name)

    async def ask(self, **changed: str) -> httpx2.Response:
        return await self.http.get("/authorize", params=ASKED | changed)

    async def code(self, slug: str = "amara-case-worker") -> str:
        answer = await self.http.post("/authorize", data=ASKED | {"person": slug})
        return str(told(answer)["code"])

    async def exchange(self, given: str, **changed: str) -> httpx2.Response:
        form = {
            "grant_type": "authorization_code",
            "code": given,
            "redirect_uri": CLIENT.redirect_uri,
            "code_verifier": VERIFIER,
            "client_id": CLIENT.client_id,
            "client_secret": CLIENT.secret,
        }
        return await self.http.post("/token", data=form | changed)


def told(answer: httpx2.Response) -> dict[str, str]:
    """What is sent back to the application, which is at the one address."""
    assert answer.status_code == 303, answer.text
    address, _, query = answer.headers["location"].partition("?")
    assert address == CLIENT.redirect_uri
    return {name: values[0] for name, values in parse_qs(query).items()}


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    made = Issuer()
    yield made
    await made.http.aclose()


async def test_the_page_shows_each_example_person_by_organisation(issuer: Issuer) -> None:
    answer = await issuer.ask()

    assert answer.status_code == 200
    for person in PEOPLE:
        assert (person.name in answer.text) is ("integration" not in person.roles), person.slug
    order = [answer.text.index(f"<h2>{name}</h2>") for name in ("Alderbrook Academy", "Alderbrook Council", "Mindjam")]
    assert order == sorted(order)
    assert 'value="a state &amp; more"' in answer.text
    assert f"form-action 'self' {CLIENT.pages_url}" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


async def test_a_code_gives_the_tokens_of_who_was_chosen(issuer: Issuer) -> None:
    answer = await issuer.http.post("/authorize", data=ASKED | {"person": "hector-head"})
    back = told(answer)
    assert (back["state"], back["iss"]) == (ASKED["state"], ISSUER)

    given = (await issuer.exchange(back["code"])).json()

    claims = jwt.decode(given["id_token"], KEY, algorithms=["ES256"]).claims
    person = find("hector-head")
    assert person is not None
    assert claims["sub"] == str(person.id)
    assert (claims["aud"], claims["nonce"], claims["org_name"]) == (CLIENT.client_id, "n-1", "Alderbrook Academy")
    assert jwt.decode(given["access_token"], KEY, algorithms=["ES256"]).claims["aud"] != "placements"


async def test_the_secret_may_come_in_the_header_as_clients_send_it(issuer: Issuer) -> None:
    form = {
        "grant_type": "authorization_code",
        "code": await issuer.code(),
        "redirect_uri": CLIENT.redirect_uri,
        "code_verifier": VERIFIER,
    }
    answer = await issuer.http.post("/token", data=form, auth=(CLIENT.client_id, CLIENT.secret))

    assert answer.status_code == 200


async def test_a_code_is_good_once(issuer: Issuer) -> None:
    code = await issuer.code()

    assert (await issuer.exchange(code)).status_code == 200
    again = await issuer.exchange(code)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(("seconds", "status"), [(CODE_SECONDS - 1, 200), (CODE_SECONDS, 400)])
async def test_a_code_is_good_for_a_minute(issuer: Issuer, seconds: float, status: int) -> None:
    code = await issuer.code()
    issuer.now += seconds

    assert (await issuer.exchange(code)).status_code == status


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code": "another"}, "invalid_grant"),
        ({"code_verifier": VERIFIER + "x"}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"code_verifier": ASKED["code_challenge"]}, "invalid_grant"),
        ({"redirect_uri": CLIENT.redirect_uri + "/"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_secret": "another"}, "invalid_client"),
        ({"client_secret": ""}, "invalid_client"),
        ({"client_id": "another"}, "invalid_client"),
    ],
)
async def test_a_code_is_for_who_asked_with_their_own_secrets(
    issuer: Issuer, changed: dict[str, str], error: str
) -> None:
    answer = await issuer.exchange(await issuer.code(), **changed)

    assert answer.json() == {"error": error}


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:8080/sign-in/callback/",
        "http://127.0.0.1:8080/sign-in/callback?x=1",
        "http://127.0.0.1:8080.evil.test/sign-in/callback",
        "http://127.0.0.1:8081/sign-in/callback",
        "https://evil.test/",
        "",
    ],
)
async def test_nobody_is_sent_anywhere_but_to_the_pages(issuer: Issuer, uri: str) -> None:
    for answer in (
        await issuer.ask(redirect_uri=uri),
        await issuer.ask(client_id="another"),
        await issuer.http.post("/authorize", data=ASKED | {"redirect_uri": uri, "person": "hector-head"}),
    ):
        assert answer.status_code == 400
        assert "location" not in answer.headers
    ended = await issuer.http.get("/end", params={"post_logout_redirect_uri": uri})
    assert "location" not in ended.headers


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
    ],
)
async def test_what_cannot_be_asked_for_is_answered_to_the_pages(
    issuer: Issuer, changed: dict[str, str], error: str
) -> None:
    back = told(await issuer.ask(**changed))

    assert (back["error"], back["state"], back["iss"]) == (error, ASKED["state"], ISSUER)


async def test_nobody_is_chosen_but_an_example_person_on_the_page_itself(issuer: Issuer) -> None:
    assert (await issuer.http.post("/authorize", data=ASKED | {"person": "nobody"})).status_code == 422
    foreign = await issuer.http.post(
        "/authorize", data=ASKED | {"person": "hector-head"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == 403
    assert told(await issuer.http.post("/authorize", data=ASKED | {"cancel": "1"}))["error"] == "access_denied"


async def test_a_sign_out_goes_back_to_the_pages(issuer: Issuer) -> None:
    asked = {"post_logout_redirect_uri": CLIENT.after_logout, "state": "s"}
    for answer in (await issuer.http.get("/end", params=asked), await issuer.http.post("/end", data=asked)):
        assert answer.headers["location"] == f"{CLIENT.after_logout}?state=s"


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"by": "192.0.2.7"},
        {"by": "testclient"},
        {"name": "http://rebound.evil.test:8090"},
        {"name": "http://127.0.0.1:8091"},
    ],
)
async def test_the_issuer_answers_on_its_own_machine_alone(issuer: Issuer, elsewhere: dict[str, Any]) -> None:
    async with issuer.reached(**elsewhere) as http:
        for path in ("/authorize", "/jwks.json", "/end"):
            assert (await http.get(path, params=ASKED)).status_code == 403


@pytest.mark.parametrize(("address", "here"), [("127.0.0.1", True), ("::1", True), ("10.0.0.1", False), ("", False)])
def test_this_machine_is_known_by_its_address(address: str, here: bool) -> None:
    assert is_here(address) is here
    assert urlsplit(ISSUER).hostname == "127.0.0.1"
