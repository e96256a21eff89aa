"""Signing in and out by page, at the embedded issuer: everything that a browser would do, but for looking."""

import asyncio
import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx2
import pytest
from joserfc import jwt

from infra.ids import uuid7
from infra.settings import Settings
from services.commands import doctor
from services.gateway.http.runtime import Gateway
from services.gateway.pages.session.sweeping import keep_swept
from services.local import issuer
from services.local.issuer_pages import ALGORITHM
from services.local.people import DemonstrationPerson, find
from services.local.ports import free_port
from tests.conftest import Database
from tests.gateway.conftest import driving
from tests.gateway.driving import Driver, Tokens
from tests.gateway.signing_in import CLIENT, PAGES_URL, Browser, of_pages

COOKIE = "placements-session-9"
AMARA = find("amara-case-worker")


@pytest.fixture(scope="module")
async def tokens(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tokens]:
    """With the pages of the issuer, which serve one gateway."""
    port = free_port()
    key = issuer.load_key(tmp_path_factory.mktemp("issuer"))
    async with issuer.serving(key, port, CLIENT):
        yield Tokens(key=key, url=issuer.issuer_url(port))


@pytest.fixture
async def driver(settings: Settings, tokens: Tokens) -> AsyncIterator[Driver]:
    async with driving(of_pages(settings), tokens) as made:
        yield made


@pytest.fixture
async def browser(driver: Driver, tokens: Tokens) -> AsyncIterator[Browser]:
    async with Browser(driver.app, tokens) as made:
        yield made


async def test_a_person_signs_in_comes_back_to_their_page_and_signs_out(browser: Browser) -> None:
    await browser.open("/your-sessions?x=1")
    assert browser.heading == "Sign in"
    await browser.follow("/sign-in/start")
    assert "Choose who to sign in as" in browser.shown.text
    assert "Alderbrook Academy" in browser.shown.text
    await browser.choose("amara-case-worker")

    assert str(browser.shown.url) == f"{PAGES_URL}/your-sessions?x=1"
    assert browser.heading == "Where you are signed in"
    assert "Amara Thistlewood, Alderbrook Academy" in browser.shown.text
    assert "default-src 'none'" in browser.shown.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in browser.shown.headers["content-security-policy"]
    assert browser.shown.headers["x-frame-options"] == "DENY"
    assert browser.shown.headers["cache-control"] == "no-store"
    csrf = browser.hidden["csrf"]
    held = browser.http.cookies[COOKIE]

    await browser.send("/sign-out", {"csrf": csrf})
    assert str(browser.shown.url).startswith(f"{PAGES_URL}/signed-out")
    assert browser.heading == "You have signed out"
    assert COOKIE not in browser.http.cookies

    # The back button asks again, as nothing was kept; and the cookie of before is of no more use.
    await browser.open("/your-sessions")
    assert browser.heading == "Sign in"
    browser.http.cookies.set(COOKIE, held, domain="127.0.0.1")
    await browser.open("/your-sessions")
    assert browser.heading == "Sign in"


async def test_a_session_that_was_planted_is_not_the_one_after_sign_in(browser: Browser, driver: Driver) -> None:
    await browser.sign_in("hector-head")
    planted = browser.http.cookies[COOKIE]
    browser.http.cookies.clear()
    browser.http.cookies.set(COOKIE, planted, domain="127.0.0.1", path="/")

    await browser.open("/sign-in/start")
    await browser.choose("amara-case-worker")

    own = {each.value for each in browser.http.cookies.jar if each.name == COOKIE}
    assert own == {browser.http.cookies[COOKIE]}
    assert planted not in own
    assert await sessions_of(driver.gateway, "hector-head") == 0


async def sessions_of(gateway: Gateway, slug: str) -> int:
    person = find(slug)
    assert person is not None
    conn = await asyncpg.connect(gateway.settings.database_url.get_secret_value())
    found = await conn.fetchval("SELECT count(*) FROM web_session WHERE person_id = $1 AND ended IS NULL", person.id)
    await conn.close()
    return int(found)


async def test_signing_in_never_leads_to_another_site(browser: Browser) -> None:
    elsewhere = (
        "//evil.test",
        "https://evil.test/",
        "/\\evil.test",
        "/\t/evil.test",
        "javascript:a()",
        "/sign-in?next=/x",
    )
    for onward in elsewhere:
        browser.http.cookies.clear()
        await browser.open(str(httpx2.URL("/sign-in", params={"next": onward})))
        await browser.follow("/sign-in/start")
        await browser.choose("amara-case-worker")
        assert str(browser.shown.url) == f"{PAGES_URL}/", onward


async def callback_of(browser: Browser, slug: str = "amara-case-worker") -> str:
    """The address that the issuer sends the browser to, not yet opened."""
    browser.http.follow_redirects = False
    page = await browser.http.get("/sign-in/start")
    browser.page = await browser.http.get(page.headers["location"])
    await browser.choose(slug)
    browser.http.follow_redirects = True
    return str(browser.shown.headers["location"])


async def test_an_answer_that_was_tampered_with_signs_nobody_in(
    browser: Browser, driver: Driver, tokens: Tokens
) -> None:
    url = httpx2.URL(await callback_of(browser))
    assert url.params["iss"] == tokens.url
    held = dict(browser.http.cookies)
    for changed in (
        {"state": "another"},
        {"state": ""},
        {"iss": "https://evil.test"},
        {"iss": ""},
        {"code": "another"},
        {"code": ""},
        {"error": "access_denied"},
        {"error": "<script>"},
    ):
        browser.http.cookies.clear()
        for name, value in held.items():
            browser.http.cookies.set(name, value, domain="127.0.0.1", path="/")
        await browser.open(str(url.copy_merge_params(changed)))
        assert browser.shown.status_code in {400, 403}, changed
        assert "<script>" not in browser.shown.text
        assert COOKIE not in browser.http.cookies
    assert await sessions_of(driver.gateway, "amara-case-worker") == 0


async def test_an_answer_is_good_once_and_in_the_browser_that_asked(
    browser: Browser, driver: Driver, tokens: Tokens
) -> None:
    url = await callback_of(browser)
    async with Browser(driver.app, tokens) as other:
        await other.open(url)
        assert other.heading == "Start signing in again"
        assert COOKIE not in other.http.cookies

    await browser.open(url)
    assert COOKIE in browser.http.cookies
    browser.http.cookies.delete(COOKIE)
    await browser.open(url)
    assert browser.heading == "Start signing in again"


async def test_the_cookie_of_a_sign_in_cannot_be_changed_and_lasts_ten_minutes(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = await callback_of(browser)
    name = "placements-sign-in-9"
    cookie = browser.http.cookies[name]
    browser.http.cookies.clear()
    browser.http.cookies.set(name, "x" + cookie[1:], domain="127.0.0.1")
    await browser.open(url)
    assert browser.heading == "Start signing in again"

    browser.http.cookies.clear()
    browser.http.cookies.set(name, cookie, domain="127.0.0.1")
    now = time.time()
    with monkeypatch.context() as later:
        later.setattr("itsdangerous.timed.time.time", lambda: now + 601)
        await browser.open(url)
    assert browser.heading == "Start signing in again"


class _Answers(httpx2.AsyncBaseTransport):
    """An issuer's token endpoint that answers as a test says; the rest is the real one's."""

    def __init__(self, answer: httpx2.Response | Exception) -> None:
        self.answer = answer

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path != "/token":
            async with httpx2.AsyncHTTPTransport() as real:
                response = await real.handle_async_request(request)
                return httpx2.Response(response.status_code, headers=response.headers, content=await response.aread())
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def id_token(tokens: Tokens, nonce: str, **changed: Any) -> str:
    assert AMARA is not None
    now = int(time.time())
    claims = {
        "iss": tokens.url,
        "aud": CLIENT.client_id,
        "sub": str(AMARA.id),
        "roles": ["case_worker"],
        "org": "school:900001",
        "nonce": nonce,
        "iat": now,
        "exp": now + 300,
    } | changed
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": ALGORITHM, "kid": tokens.key.kid}, claims, tokens.key)


WRONG_TOKENS: dict[str, tuple[dict[str, Any], str]] = {
    "another sign-in's": ({"nonce": "another"}, "Signing in did not work"),
    "without a nonce": ({"nonce": None}, "Signing in did not work"),
    "another issuer's": ({"iss": "https://evil.test"}, "Signing in did not work"),
    "for the API": ({"aud": "placements"}, "Signing in did not work"),
    "for another application": ({"azp": "payroll"}, "Signing in did not work"),
    "of nobody": ({"sub": None}, "Signing in did not work"),
    "without an end": ({"exp": None}, "Signing in did not work"),
    "expired": ({"exp": 1_000_000_000}, "You cannot sign in because two clocks differ"),
    "of tomorrow": ({"iat": 4_000_000_000, "exp": 4_000_000_300}, "You cannot sign in because two clocks differ"),
    "of no role": ({"roles": []}, "You cannot use this service yet"),
    "of no organisation": ({"org": None}, "You cannot use this service yet"),
}


async def test_an_id_token_is_of_this_issuer_this_sign_in_and_now(
    browser: Browser, driver: Driver, tokens: Tokens
) -> None:
    answering = _Answers(httpx2.Response(500))
    driver.app.state.pages_issuer._client.client_kwargs["transport"] = answering
    found = {}
    for name, (changed, _) in WRONG_TOKENS.items():
        url = await callback_of(browser)
        nonce = await nonce_of(browser)
        made = id_token(tokens, **({"nonce": nonce} | changed))
        answering.answer = httpx2.Response(200, json={"id_token": made, "access_token": "x", "token_type": "Bearer"})
        await browser.open(url)
        found[name] = browser.heading
        assert COOKIE not in browser.http.cookies, name
    assert found == {name: heading for name, (_, heading) in WRONG_TOKENS.items()}

    url = await callback_of(browser)
    right = id_token(tokens, await nonce_of(browser))
    answering.answer = httpx2.Response(200, json={"id_token": right, "access_token": "x", "token_type": "Bearer"})
    await browser.open(url)
    assert COOKIE in browser.http.cookies


async def nonce_of(browser: Browser) -> str:
    """What the sign-in that is under way asked the issuer for."""
    return parse_qs(urlsplit(str(browser.shown.request.url)).query).get("nonce", [""])[0] or browser_nonce(browser)


def browser_nonce(browser: Browser) -> str:
    signed = browser.http.cookies["placements-sign-in-9"]
    data = json.loads(base64.b64decode(signed.split(".")[0]))
    [state] = data.values()
    return str(state["data"]["nonce"])


async def test_an_issuer_that_is_away_or_answers_nonsense_is_said_so(browser: Browser, driver: Driver) -> None:
    answering = _Answers(httpx2.ConnectError("away"))
    driver.app.state.pages_issuer._client.client_kwargs["transport"] = answering
    answers: list[tuple[httpx2.Response | Exception, str]] = [
        (httpx2.ConnectError("away"), "You cannot sign in for a moment"),
        (httpx2.ReadTimeout("slow"), "You cannot sign in for a moment"),
        (httpx2.Response(502, text="<html>"), "You cannot sign in for a moment"),
        (httpx2.Response(200, text="not JSON"), "Signing in did not work"),
        (httpx2.Response(200, json=["x"]), "Signing in did not work"),
        (httpx2.Response(200, json={"access_token": "x", "token_type": "Bearer"}), "Signing in did not work"),
        (httpx2.Response(400, json={"error": "invalid_grant"}), "Signing in did not work"),
        (httpx2.Response(200, json={"id_token": "a.b.c", "token_type": "Bearer"}), "Signing in did not work"),
    ]
    found = []
    for answer, _ in answers:
        answering.answer = answer
        await browser.open(await callback_of(browser))
        found.append(browser.heading)
        assert COOKIE not in browser.http.cookies
    assert found == [heading for _, heading in answers]


async def test_a_link_of_another_site_signs_nobody_in(browser: Browser) -> None:
    await browser.open("/sign-in/start?next=/your-sessions", **{"Sec-Fetch-Site": "cross-site"})

    assert str(browser.shown.url) == f"{PAGES_URL}/sign-in?next=%2Fyour-sessions"
    assert browser.heading == "Sign in"


async def test_an_operator_ends_the_sessions_of_a_person_and_of_everybody(
    browser: Browser, driver: Driver, tokens: Tokens, database: Database
) -> None:
    variables = {"PLACEMENTS_DATABASE_URL": database.app_url} | {
        f"PLACEMENTS_{name.upper()}": str(getattr(driver.gateway.settings, name))
        for name in ("keys_directory", "issuer", "jwks_url")
    }
    await browser.sign_in("amara-case-worker")
    async with Browser(driver.app, tokens) as other:
        await other.sign_in("hector-head")
        said = await asyncio.to_thread(_placements, variables, "sign-out", str(AMARA.id if AMARA else ""))
        assert said == "1 session ended.\n"
        assert (await browser.open("/your-sessions")).heading == "Sign in"
        assert (await other.open("/your-sessions")).heading == "Where you are signed in"
        assert await asyncio.to_thread(_placements, variables, "sign-out", "--everybody") == "1 session ended.\n"
        assert (await other.open("/your-sessions")).heading == "Sign in"
        assert "name one person" in await asyncio.to_thread(_placements, variables, "sign-out")


def _placements(variables: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "services.cli", *words],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout or done.stderr


async def test_doctor_says_what_is_wrong_with_the_sign_in(settings: Settings, tokens: Tokens, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s")
    secret.chmod(0o604)
    wrong: dict[str, dict[str, Any]] = {
        "nobody signs in by page": {"pages_url": ""},
        "people sign in at": {},
        "no client id": {"sign_in_client_id": ""},
        "no client secret": {"sign_in_client_secret": ""},
        "cannot be read": {"sign_in_client_secret_file": tmp_path / "none"},
        "everybody may read": {"sign_in_client_secret_file": secret},
        "one name at the issuer": {"audience": CLIENT.client_id},
        "calls itself otherwise": {"issuer": f"{tokens.url}/"},
        "publishes its keys elsewhere": {"jwks_url": f"{tokens.url}/keys"},
        "no document at": {"issuer": f"{tokens.url}/realms/x"},
    }
    for words, changed in wrong.items():
        found = await doctor.pages(of_pages(settings, **changed))
        assert [words in each.found for each in found] == [True], (words, found)
        assert all(each.well is (not each.remedy) for each in found)


async def test_what_is_left_of_sessions_goes_by_itself(driver: Driver, browser: Browser, database: Database) -> None:
    await browser.sign_in("amara-case-worker")
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute("UPDATE web_session SET created = created - interval '3 days'")
    sweeping = asyncio.create_task(keep_swept(driver.gateway.engine, 0.01))
    while await owner.fetchval("SELECT count(*) FROM web_session"):  # noqa: ASYNC110 - a row has no event
        await asyncio.sleep(0.01)
    sweeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sweeping
    await owner.close()


async def test_on_https_cookies_are_for_this_host_and_browsers_keep_to_https(
    settings: Settings, tokens: Tokens
) -> None:
    https = of_pages(settings, pages_url="https://placements.council.example")
    async with driving(https, tokens) as made:
        answer = await made.http.get("/sign-in/start")
        api = await made.http.get("/api/v1/placements")

    [cookie] = answer.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-placements-sign-in=")
    assert {"path=/", "Max-Age=600", "httponly", "samesite=lax", "secure"} <= set(cookie.split("; "))
    for each in (answer, api):
        assert each.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["redirect_uri"] == ["https://placements.council.example/sign-in/callback"]
    assert asked["code_challenge_method"] == ["S256"]


async def test_who_cancels_is_told_that_nothing_changed(browser: Browser) -> None:
    await browser.open("/sign-in/start")
    await browser.send("/authorize", browser.hidden | {"cancel": "1"})

    assert browser.shown.status_code == 403
    assert browser.heading == "You did not sign in"


async def test_without_its_settings_the_sign_in_says_so(settings: Settings, tokens: Tokens) -> None:
    async with driving(of_pages(settings, sign_in_client_id=""), tokens) as made, Browser(made.app, tokens) as browser:
        for path in ("/sign-in", "/sign-in/start", "/sign-in/callback?code=x&state=y"):
            await browser.open(path)
            assert browser.shown.status_code == 503
            assert browser.heading == "Signing in is not set up yet"


async def test_sign_in_happens_at_the_host_that_has_the_cookies(browser: Browser) -> None:
    browser.http.follow_redirects = False
    answer = await browser.http.get("/sign-in/start?next=/placements", headers={"Host": "localhost:9"})

    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGES_URL}/sign-in/start?next=/placements")


async def test_signing_out_everywhere_ends_the_other_browsers_too(
    browser: Browser, driver: Driver, tokens: Tokens
) -> None:
    await browser.sign_in("amara-case-worker")
    async with Browser(driver.app, tokens) as other, Browser(driver.app, tokens) as third:
        await other.sign_in("amara-case-worker")
        await third.sign_in("hector-head")
        await browser.open("/your-sessions")
        assert "2 browsers" in browser.shown.text
        await browser.send("/your-sessions", {"csrf": browser.hidden["csrf"], "session": browser.hidden["session"]})
        await other.open("/your-sessions")
        assert other.heading == "Sign in"
        await other.sign_in("amara-case-worker")

        await browser.open("/your-sessions")
        await browser.send("/your-sessions", {"csrf": browser.hidden["csrf"], "session": "all"})
        assert browser.heading == "You have signed out"
        await other.open("/your-sessions")
        assert other.heading == "Sign in"
        await third.open("/your-sessions")
        assert third.heading == "Where you are signed in"


async def test_every_form_of_the_session_pages_needs_its_token(browser: Browser, driver: Driver) -> None:
    await browser.sign_in("amara-case-worker")
    forms = ("/sign-out", "/stay-signed-in", "/your-sessions", "/choose-organisation")
    for path in forms:
        for data, headers in (
            ({}, {}),
            ({"csrf": "x"}, {}),
            ({"csrf": browser.hidden["csrf"]}, {"Sec-Fetch-Site": "cross-site"}),
        ):
            await browser.send(path, {**data, "session": "all"}, **headers)
            assert browser.shown.status_code == 403, (path, data, headers)
            await browser.open("/your-sessions")
    assert await sessions_of(driver.gateway, "amara-case-worker") == 1


async def test_the_warning_before_the_end_keeps_a_session_that_goes_on(browser: Browser, database: Database) -> None:
    await browser.sign_in("amara-case-worker")
    assert 'data-idle-seconds="7200"' in browser.shown.text
    csrf = browser.hidden["csrf"]
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute("UPDATE web_session SET seen = seen - interval '119 minutes'")

    await browser.send("/stay-signed-in", {"csrf": csrf})
    assert browser.shown.status_code == 204
    assert await owner.fetchval("SELECT seen > clock_timestamp() - interval '1 minute' FROM web_session")

    await owner.execute("UPDATE web_session SET seen = seen - interval '2 hours'")
    await browser.open("/signed-out?why=idle")
    assert browser.heading == "You have been signed out"
    await browser.send("/stay-signed-in", {"csrf": csrf})
    assert browser.shown.status_code == 401
    await owner.close()


def logout_token(tokens: Tokens, typ: str = "logout+jwt", **changed: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": tokens.url,
        "aud": CLIENT.client_id,
        "iat": now,
        "exp": now + 120,
        "jti": str(uuid7()),
        "sub": str(AMARA.id if AMARA else ""),
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    } | changed
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": ALGORITHM, "kid": tokens.key.kid, "typ": typ}, claims, tokens.key)


async def test_the_issuer_ends_the_sessions_of_who_signed_out_there(
    browser: Browser, driver: Driver, tokens: Tokens
) -> None:
    await browser.sign_in("amara-case-worker")
    address = "/sign-in/back-channel-logout"
    refused = {
        "no token": {},
        "nonsense": {"logout_token": "x"},
        "an id token": {"logout_token": id_token(tokens, "x")},
        "no event": {"logout_token": logout_token(tokens, events=None)},
        "another event": {"logout_token": logout_token(tokens, events={"https://other.example": {}})},
        "a nonce": {"logout_token": logout_token(tokens, nonce="x")},
        "another audience": {"logout_token": logout_token(tokens, aud="placements")},
        "another issuer": {"logout_token": logout_token(tokens, iss="https://evil.test")},
        "expired": {"logout_token": logout_token(tokens, exp=1_000_000_000)},
        "nobody": {"logout_token": logout_token(tokens, sub=None)},
    }
    for name, data in refused.items():
        answer = await driver.http.post(address, data=data)
        assert answer.status_code == 400, name
        assert answer.json()["error"] == "invalid_request"
    assert await sessions_of(driver.gateway, "amara-case-worker") == 1

    answer = await driver.http.post(address, data={"logout_token": logout_token(tokens)})
    assert (answer.status_code, answer.json(), answer.headers["cache-control"]) == (200, {"ended": 1}, "no-store")
    await browser.open("/your-sessions")
    assert browser.heading == "Sign in"


async def test_who_has_several_organisations_chooses_and_may_change(
    browser: Browser, driver: Driver, tokens: Tokens
) -> None:
    answering = _Answers(httpx2.Response(500))
    driver.app.state.pages_issuer._client.client_kwargs["transport"] = answering
    url = await callback_of(browser)
    roles = ["case_worker@school:900001", "head@school:900002"]
    made = id_token(tokens, browser_nonce(browser), roles=roles, org=None)
    answering.answer = httpx2.Response(200, json={"id_token": made, "token_type": "Bearer", "access_token": "x"})
    await browser.open(url)
    assert browser.heading == "Who are you working for?"
    assert "School 900001" in browser.shown.text
    before = browser.http.cookies[COOKIE]

    await browser.send("/choose-organisation", browser.hidden | {"organisation": "7"})
    assert browser.shown.status_code == 422
    assert "<title>Error: Who are you working for?" in browser.shown.text
    await browser.send("/choose-organisation", browser.hidden | {"organisation": "1", "next": "/your-sessions"})
    assert browser.heading == "Where you are signed in"
    assert "School 900002" in browser.shown.text
    assert browser.http.cookies[COOKIE] != before

    await browser.open("/choose-organisation?next=/your-sessions")
    await browser.send("/choose-organisation", browser.hidden | {"organisation": "0"})
    assert "School 900001" in browser.shown.text


def test_an_example_person_signs_in_as_what_the_list_says() -> None:
    assert isinstance(AMARA, DemonstrationPerson)
    assert "Case worker" in AMARA.does
