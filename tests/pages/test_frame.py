"""What is around every page for who is signed in: their name, the way out, and the warning before the session ends."""

import time
from collections.abc import Awaitable, Callable

import pytest

from infra.identity.sessions import IDLE
from services.gateway.pages.web.page import PageSetup
from tests.pages.browsing import Visit
from tests.pages.conftest import Site

IDLE_SECONDS = int(IDLE.total_seconds())


@pytest.mark.parametrize("who", ["amara-case-worker", "lorcan-la-officer", "provider_user", "aubrey-auditor"])
async def test_signed_in_page_shuts_nobody_out(
    told: Site, checked: Callable[[Visit], Awaitable[None]], who: str
) -> None:
    visit = await told.visit(who)
    page = await visit.go("/help")

    assert await page.get_by_role("button", name="Sign out").is_visible()
    await checked(visit)


async def test_page_shows_who_is_signed_in_and_for_whom(site: Site) -> None:
    visit = await site.visit("amara-case-worker")
    page = await visit.go("/help")

    shown = await page.get_by_role("group", name="Your account").inner_text()

    assert "Amara Thistlewood" in shown
    assert "school:" not in shown, "an organisation is shown by name, or not at all"


async def test_page_without_a_session_has_no_account(site: Site) -> None:
    visit = await site.visit()
    page = await visit.go("/help")

    assert await page.get_by_role("button", name="Sign out").count() == 0
    assert await page.locator("#time-out").count() == 0


async def test_warning_comes_before_the_session_ends_and_can_be_answered(site: Site) -> None:
    visit = await site.visit("amara-case-worker")
    asked: list[str] = []

    async def stay(route: object) -> None:
        asked.append(route.request.post_data or "")  # type: ignore[attr-defined]
        await route.fulfill(status=204)  # type: ignore[attr-defined]

    await visit.page.route("**/stay-signed-in", stay)
    await visit.page.clock.install(time=time.time())
    page = await visit.go("/help")
    dialog = page.get_by_role("dialog", name="You are about to be signed out")

    await page.clock.fast_forward((IDLE_SECONDS - 130) * 1000)
    assert not await dialog.is_visible()
    await page.clock.fast_forward(20_000)
    await dialog.wait_for()
    assert await page.evaluate("document.activeElement.id") == "time-out-stay"
    await page.get_by_role("button", name="Stay signed in").click()
    await dialog.wait_for(state="hidden")

    assert [each.split("=")[0] for each in asked] == ["csrf"]


async def test_page_is_left_when_the_session_has_ended(site: Site) -> None:
    visit = await site.visit("amara-case-worker")
    await visit.page.route("**/signed-out*", _signed_out)
    await visit.page.clock.install(time=time.time())
    page = await visit.go("/help")

    await page.clock.fast_forward((IDLE_SECONDS + 5) * 1000)
    await page.wait_for_url("**/signed-out?why=idle")


async def _signed_out(route: object) -> None:
    await route.fulfill(status=200, content_type="text/html", body="<h1>Signed out</h1>")  # type: ignore[attr-defined]


def test_pages_warn_by_the_limit_that_sessions_have(site: Site) -> None:
    made: PageSetup = site.driver.app.state.pages

    assert made.idle_seconds == IDLE_SECONDS
