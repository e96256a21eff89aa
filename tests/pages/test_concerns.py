"""Concerns by page: for those who answer them, with what is to be done; and raising one for a placement."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Browser

from infra.postgres.db import connection
from services.gateway.commands.examples import PLACEMENT_ID
from tests.gateway.driving import Driver, path_of
from tests.gateway.test_lists import told as told_up_to
from tests.pages.browsing import Visit
from tests.pages.conftest import Site, site_of

SAID = "Came in with a bruise and would not say how."
RAISED = {"raised_on": "2026-12-08", "severity": "serious", "concern": SAID, "pause_requested": True}
TO_ANSWER = "Waiting for an answer"


@pytest.fixture
async def concerned(chromium: Browser, whole: Driver) -> AsyncIterator[Site]:
    """The example placement on its first day, with a concern that its provider raised."""
    await told_up_to(whole, "start-placement")
    (await whole.give(path_of("raise-safeguarding-concern"), RAISED, "provider_user")).raise_for_status()
    await whole.rest()
    async with site_of(chromium, whole) as made:
        yield made


@pytest.mark.parametrize("who", ["case_worker", "provider_user", "auditor", "parent", "other_provider"])
async def test_concerns_are_for_those_who_answer_them(told: Site, who: str) -> None:
    visit = await told.visit(who)
    await visit.go("/concerns", status=403)


@pytest.mark.parametrize("who", ["dsl", "head", "la_officer"])
async def test_without_a_concern_the_page_says_so(
    told: Site, checked: Callable[[Visit], Awaitable[None]], who: str
) -> None:
    visit = await told.visit(who)
    page = await visit.go("/concerns")

    assert "No concern waits for an answer." in await page.locator("main").inner_text()
    await checked(visit)


async def test_concern_is_raised_for_the_placement_of_a_reference(
    told: Site, checked: Callable[[Visit], Awaitable[None]]
) -> None:
    visit = await told.visit("dsl")
    page = await visit.go("/concerns")
    await page.get_by_label("Reference of the placement").fill("AP-0000-0000-00")
    page = await visit.click("Continue", role="button", status=422)
    assert "Enter the reference" in await page.locator(".govuk-error-summary").inner_text()
    await checked(visit)
    reference = (await told.driver.get(f"/placements/{PLACEMENT_ID}")).json()["reference"]
    await page.get_by_label("Reference of the placement").fill(reference.lower())

    page = await visit.click("Continue", role="button")

    assert page.url.endswith(f"/placements/{reference}/do/raise-safeguarding-concern")


async def test_open_concern_is_shown_with_what_is_to_be_done_until_it_is_paused(
    concerned: Site, checked: Callable[[Visit], Awaitable[None]]
) -> None:
    visit = await concerned.visit("dsl")
    page = await visit.go("/concerns")
    words = await page.locator("main").inner_text()

    for each in (SAID, "Serious", "by the provider", "The placement to be paused", "9 December 2026"):
        assert each in words
    await checked(visit)
    await visit.click("Pause the placement", exact=False)
    body = {
        "concern_id": (await _open(concerned.driver)),
        "paused_on": "2026-12-08",
        "interim_education": "In the learning base",
    }
    (await concerned.driver.give(path_of("pause-for-safeguarding"), body, "dsl")).raise_for_status()
    await concerned.driver.rest()
    page = await visit.go("/concerns")
    words = await page.locator("main").inner_text()
    assert "No concern waits for an answer." in words
    assert "In the learning base" in words
    assert "Review of the pause" in words
    await checked(visit)


async def _open(driver: Driver) -> str:
    found = (await driver.get(f"/placements/{PLACEMENT_ID}/timeline", "dsl")).json()["events"]
    return next(str(each["data"]["concern_id"]) for each in found if each["type"] == "SafeguardingConcernRaised")


async def test_concern_of_another_school_is_not_shown_and_each_reading_is_logged(concerned: Site) -> None:
    for who, times in (("rufus-case-worker", 0), ("head", 1)):
        visit = await concerned.visit(who)
        await visit.go("/concerns", status=200 if times else 403)
        assert (SAID in await visit.html()) == bool(times)
        async with connection(concerned.driver.gateway.engine) as conn:
            assert await conn.fetchval("SELECT count(*) FROM access_log WHERE what = 'concerns'") == times
