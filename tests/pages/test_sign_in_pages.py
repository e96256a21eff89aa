"""Signing in and out in a real browser, at the embedded issuer, with scripts and without."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser

from infra.identity import sessions
from infra.identity.claims import Membership
from infra.postgres.db import connection
from infra.settings import Settings
from services.gateway.pages.session.cookies import name_of
from services.local import issuer
from services.local.issuer_pages import PagesClient
from services.local.people import find
from services.local.ports import free_port
from tests.gateway.conftest import driving
from tests.gateway.driving import Tokens, listening
from tests.gateway.signing_in import SECRET, of_pages
from tests.pages.browsing import Visit
from tests.pages.conftest import Site

Checked = Callable[[Visit], Awaitable[None]]
AMARA = "Amara Thistlewood"


@pytest.fixture
async def signing(chromium: Browser, settings: Settings, tmp_path: Path) -> AsyncIterator[Site]:
    """A gateway and an issuer that know each other by their real addresses."""
    issuer_port, port = free_port(), free_port()
    key = issuer.load_key(tmp_path / "issuer")
    url, pages_url = issuer.issuer_url(issuer_port), f"http://127.0.0.1:{port}"
    client = PagesClient(client_id=issuer.PAGES_CLIENT, secret=SECRET, pages_url=pages_url)
    own = of_pages(settings, pages_url=pages_url, issuer=url, jwks_url=f"{url}/jwks.json")
    async with (
        issuer.serving(key, issuer_port, client),
        driving(own, Tokens(key=key, url=url)) as driver,
        listening(driver, port),
    ):
        site = Site(driver, pages_url, chromium)
        async with site.visits:
            yield site


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
async def test_after_sign_out_the_back_button_shows_nothing(signing: Site, checked: Checked, scripts: bool) -> None:
    visit = await signing.visit(scripts=scripts)
    page = await visit.go("/your-sessions")
    if scripts:
        await checked(visit)
    await visit.click("Sign in", role="button")
    assert await page.locator("h1").inner_text() == "Choose who to sign in as"
    await page.locator("button[value=amara-case-worker]").click()
    await page.wait_for_url("**/your-sessions")
    assert f"{AMARA}, Alderbrook Academy" in await page.content()
    if scripts:
        await checked(visit)

    await page.get_by_role("button", name="Sign out", exact=True).click()
    await page.wait_for_url("**/signed-out*")
    assert await page.locator("h1").inner_text() == "You have signed out"
    if scripts:
        await checked(visit)

    for _ in range(3):
        await page.go_back()
        await page.wait_for_load_state()
        # The issuer's own page, which lists everybody, is on the way back too.
        assert f"{AMARA}, " not in await page.content()
        assert "Where you are signed in" not in await page.content()


async def test_who_has_several_organisations_chooses_one_by_keyboard(signing: Site, checked: Checked) -> None:
    person = find("amara-case-worker")
    assert person is not None
    memberships = (
        Membership(org="school:900001", roles=frozenset({"case_worker"}), org_name="Alderbrook Academy"),
        Membership(org="school:900002", roles=frozenset({"head", "dsl"}), org_name="Ravensmoor School"),
    )
    begun = sessions.SignIn(
        person_id=person.id,
        name=person.name,
        memberships=memberships,
        issuer_subject="amara",
        issuer_session=None,
        id_token="",
        browser="Chrome on Linux",
    )
    async with connection(signing.driver.gateway.engine) as conn:
        token = await sessions.begin(conn, begun)
    visit = await signing.visit()
    named = name_of(signing.driver.gateway.settings, "session")
    await visit.context.add_cookies([{"name": named, "value": token, "url": signing.origin}])

    page = await visit.go("/choose-organisation?next=/your-sessions")
    await checked(visit)
    visit.expected = {422}
    await page.get_by_role("button", name="Continue").press("Enter")
    await page.wait_for_load_state()
    await checked(visit)
    await page.get_by_label("Ravensmoor School").press("Space")
    visit.expected = {200}
    await page.get_by_role("button", name="Continue").press("Enter")
    await page.wait_for_url("**/your-sessions")
    assert "Ravensmoor School" in await page.content()


@pytest.mark.parametrize(
    ("path", "status"),
    [("/signed-out?why=idle", 200), ("/sign-in/callback?code=x&state=y", 400)],
    ids=["idle", "out of date"],
)
async def test_each_end_of_a_sign_in_shuts_nobody_out(signing: Site, checked: Checked, path: str, status: int) -> None:
    visit = await signing.visit()
    await visit.go(path, status=status)

    await checked(visit)
