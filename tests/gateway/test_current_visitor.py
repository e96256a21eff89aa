"""Who opens a page, and which forms are taken: by two small pages of the test's own."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import httpx2
import pytest
from starlette.responses import JSONResponse, Response

from infra.identity import sessions
from infra.identity.claims import Membership
from infra.identity.sessions import SignIn
from infra.postgres.db import connection
from infra.settings import Settings
from services.gateway.pages.session import cookies, own_paths
from services.gateway.pages.session.current import AnyVisitor, PostedForm, SignedInVisitor
from tests.gateway.conftest import driving
from tests.gateway.driving import Driver, Tokens

AMARA = UUID("01932f3a-7c1e-7d2b-9a54-0b6f6e1c2d3f")
SIGN_IN = SignIn(
    person_id=AMARA,
    name="Amara Thistlewood",
    memberships=(Membership(org="school:900001", roles=frozenset({"case_worker"}), org_name="Alderbrook Academy"),),
    issuer_subject="amara",
    issuer_session=None,
    id_token="",
    browser="Firefox",
)


async def shown(visitor: SignedInVisitor) -> Response:
    return JSONResponse({"org": visitor.organisation, "name": visitor.organisation_name, "csrf": visitor.csrf})


async def for_all(visitor: AnyVisitor) -> Response:
    return JSONResponse({"signed_in": visitor is not None})


async def sent(visitor: SignedInVisitor, form: PostedForm) -> Response:
    return JSONResponse({"who": visitor.person.name, "typed": form.getlist("text")})


@dataclass(slots=True, kw_only=True)
class Browser:
    driver: Driver
    cookie: str
    token: str | None = None
    headers: dict[str, str] = field(default_factory=lambda: {"Sec-Fetch-Site": "same-origin"})

    async def begin(self, sign_in: SignIn = SIGN_IN) -> str:
        async with connection(self.driver.gateway.engine) as conn:
            self.token = await sessions.begin(conn, sign_in)
        return self.token

    async def csrf(self) -> str:
        answer: dict[str, Any] = (await self.get("/test-page")).json()
        return str(answer["csrf"])

    async def get(self, path: str) -> httpx2.Response:
        return await self.driver.http.get(path, headers=self._sent())

    async def post(self, csrf: str | None, **headers: str) -> httpx2.Response:
        data = {"text": ["a", "b"]} | ({} if csrf is None else {"csrf": csrf})
        return await self.driver.http.post("/test-page", data=data, headers=self._sent() | headers)

    def _sent(self) -> dict[str, str]:
        return self.headers | ({} if self.token is None else {"Cookie": f"{self.cookie}={self.token}"})


@pytest.fixture
async def browser(settings: Settings, tokens: Tokens) -> AsyncIterator[Browser]:
    of_pages = settings.model_copy(update={"pages_url": "https://gateway.test"})
    async with driving(of_pages, tokens) as driver:
        driver.app.add_api_route("/test-page", shown, methods=["GET"])
        driver.app.add_api_route("/test-page", sent, methods=["POST"])
        driver.app.add_api_route("/test-for-all", for_all, methods=["GET"])
        yield Browser(driver=driver, cookie=cookies.name_of(of_pages, "session"))


async def test_a_session_opens_a_page_for_its_organisation(browser: Browser) -> None:
    await browser.begin()

    answer = await browser.get("/test-page")

    assert answer.status_code == 200
    assert (answer.json()["org"], answer.json()["name"]) == ("school:900001", "Alderbrook Academy")


async def test_without_a_session_a_page_leads_to_the_sign_in_and_back(browser: Browser) -> None:
    for token in (None, "", "x", "x" * 5_000, "null"):
        browser.token = token
        answer = await browser.get("/test-page?due_within=7&stage=a%26b")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/sign-in?next=%2Ftest-page%3Fdue_within%3D7%26stage%3Da%2526b"
        assert (await browser.get("/test-for-all")).json() == {"signed_in": False}


async def test_who_has_several_organisations_is_asked_which_first(browser: Browser) -> None:
    other = Membership(org="school:900002", roles=frozenset({"head"}))
    await browser.begin(replace(SIGN_IN, memberships=(*SIGN_IN.memberships, other)))

    answer = await browser.get("/test-page")

    assert (answer.status_code, answer.headers["location"]) == (303, "/choose-organisation?next=%2Ftest-page")


async def test_a_form_of_the_session_is_taken(browser: Browser) -> None:
    await browser.begin()

    answer = await browser.post(await browser.csrf())

    assert answer.json() == {"who": "Amara Thistlewood", "typed": ["a", "b"]}


async def test_a_form_without_the_sessions_own_token_is_refused(browser: Browser) -> None:
    await browser.begin()
    of_another = await browser.csrf()
    await browser.begin()
    own = await browser.csrf()

    for wrong in (None, "", "x", of_another, own[:-1], own + "x", "\u00e9"):
        answer = await browser.post(wrong)
        assert answer.status_code == 403, wrong
        assert "form_of_another" in answer.text
    assert (await browser.post(own)).status_code == 200


OF_SITES = {
    "from another site": ({"Sec-Fetch-Site": "cross-site"}, 403),
    "from another host of the domain": ({"Sec-Fetch-Site": "same-site"}, 403),
    "from no page": ({"Sec-Fetch-Site": "none"}, 403),
    "from an empty site": ({"Sec-Fetch-Site": ""}, 403),
    "from here": ({"Sec-Fetch-Site": "same-origin", "Origin": "https://gateway.test"}, 200),
    "an old browser, which says nothing": ({}, 200),
    "an old browser, from here": ({"Origin": "https://gateway.test"}, 200),
    "an old browser, from elsewhere": ({"Origin": "https://evil.test"}, 403),
    "an old browser, from http": ({"Origin": "http://gateway.test"}, 403),
    "an old browser, from a sandbox": ({"Origin": "null"}, 403),
}


async def test_a_form_that_another_site_sends_is_refused(browser: Browser) -> None:
    await browser.begin()
    csrf = await browser.csrf()
    browser.headers = {}

    answered = {name: (await browser.post(csrf, **headers)).status_code for name, (headers, _) in OF_SITES.items()}

    assert answered == {name: status for name, (_, status) in OF_SITES.items()}


async def test_a_form_after_the_end_of_its_session_keeps_what_was_typed(browser: Browser) -> None:
    await browser.begin()
    csrf = await browser.csrf()
    async with connection(browser.driver.gateway.engine) as conn:
        await sessions.end_all(conn, AMARA)

    answer = await browser.post(csrf)

    assert answer.status_code == 401
    assert 'name="text" value="a"' in answer.text
    assert 'name="text" value="b"' in answer.text
    assert "/sign-in?next=%2Ftest-page" in answer.text
    assert csrf not in answer.text


@pytest.mark.parametrize(
    ("stated", "taken"),
    [
        ("/placements?stage=running&sort=name", "/placements?stage=running&sort=name"),
        ("/placements/AP-1234/do/give-notice", "/placements/AP-1234/do/give-notice"),
        ("/help/sign-in", "/help/sign-in"),
        (None, "/"),
        ("", "/"),
        ("placements", "/"),
        ("//evil.test", "/"),
        ("/\\evil.test", "/"),
        ("\\\\evil.test", "/"),
        ("/\t/evil.test", "/"),
        ("/\n/evil.test", "/"),
        ("/placements\r\nSet-Cookie: a=b", "/"),
        ("https://evil.test/", "/"),
        ("javascript:alert(1)", "/"),
        ("/placements#x", "/"),
        ("/%", "/%"),
        ("/\u2215evil.test", "/"),
        ("/" + "x" * 2_000, "/"),
        ("/sign-in?next=/x", "/"),
        ("/sign-out", "/"),
        ("/choose-organisation", "/"),
        ("/api/v1/placements", "/"),
    ],
)
def test_a_sign_in_goes_on_to_a_page_of_ours_and_nowhere_else(stated: str | None, taken: str) -> None:
    assert own_paths.own_path(stated) == taken


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://placements.council.example", "__Host-placements-session"),
        ("http://127.0.0.1:8080", "placements-session-8080"),
        ("http://localhost:9000", "placements-session-9000"),
    ],
)
def test_the_cookie_is_for_this_host_alone_where_there_is_https(settings: Settings, url: str, name: str) -> None:
    answer = Response()
    of_pages = settings.model_copy(update={"pages_url": url})

    cookies.give_session(answer, of_pages, "opaque")

    given = answer.headers["set-cookie"]
    assert given.startswith(f"{name}=opaque;")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(given.split("; "))
    assert ("Secure" in given.split("; ")) is url.startswith("https")
    assert "domain" not in given.lower()
