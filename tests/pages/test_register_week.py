"""A week of a placement's register by page: the provider says what it saw, the school enters the codes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser

from infra.postgres.db import connection
from services.gateway.commands.examples import PLACEMENT_ID, SITE_ID, WEEK
from tests.gateway.driving import Driver, path_of
from tests.gateway.test_lists import told as told_up_to
from tests.pages.browsing import Visit
from tests.pages.conftest import Site, site_of

NAME = "Rowan Tester-Field"
REGISTER = f"/placements/{PLACEMENT_ID}/attendance"
PAGE = f"{REGISTER}/{WEEK}"
READERS = ("case_worker", "head", "dsl", "la_officer", "provider_user", "auditor")
NOT_READERS = ("other_school", "other_provider", "parent")


@pytest.fixture
async def marked(chromium: Browser, whole: Driver) -> AsyncIterator[Site]:
    """The first day of the example placement: absent in the morning, present in the afternoon."""
    await told_up_to(whole, "start-placement")
    for session, mark in (("AM", "absent"), ("PM", "present")):
        body = {"day": "2026-12-08", "session": session, "mark": mark, "site_id": str(SITE_ID)}
        (await whole.give(path_of("record-mark"), body, "provider_user")).raise_for_status()
    async with site_of(chromium, whole) as made:
        yield made


@pytest.mark.parametrize("path", [REGISTER, PAGE])
async def test_register_of_a_placement_is_for_those_who_see_it(told: Site, path: str) -> None:
    for who in (*READERS, *NOT_READERS):
        visit = await told.visit(who)
        await visit.go(path, status=200 if who in READERS else 404)

        assert (NAME in await visit.html()) == (who in READERS and who != "auditor"), who


@pytest.mark.parametrize("path", [REGISTER, PAGE])
async def test_each_reading_of_a_register_is_logged_once(told: Site, path: str) -> None:
    async def logged() -> int:
        async with connection(told.driver.gateway.engine) as conn:
            found: int = await conn.fetchval("SELECT count(*) FROM access_log WHERE what = 'page: attendance'")
            return found

    visit = await told.visit("head")
    before = await logged()
    await visit.go(path)

    assert await logged() == before + 1


async def test_week_that_is_none_is_said_to_be_none(told: Site) -> None:
    visit = await told.visit("case_worker")
    await visit.go(f"{REGISTER}/2026-W99", status=422)


async def test_weeks_lead_to_each_other_and_outside_the_placement_are_empty(told: Site) -> None:
    visit = await told.visit("case_worker")
    await visit.go(PAGE)
    page = await visit.click("Previous week")

    assert "The placement has no school day in this week." in await page.locator("main").inner_text()
    page = await visit.click("Next week")
    assert page.url.endswith(WEEK)


async def test_school_enters_codes_that_fit_by_clicking_alone(
    whole: Driver, marked: Site, checked: Callable[[Visit], Awaitable[None]]
) -> None:
    visit = await marked.visit("case_worker")
    page = await visit.go(PAGE)
    await checked(visit)
    offered = await page.locator("#code-2026-12-08-PM option").all_inner_texts()
    assert offered == ["Choose", "B: At another approved educational activity"]

    page = await visit.click("Save codes", role="button", status=422)
    assert "Choose at least one code" in await page.locator(".govuk-error-summary").inner_text()
    await page.select_option("#code-2026-12-08-AM", "N")
    await page.select_option("#code-2026-12-08-PM", "B")
    page = await visit.click("Save codes", role="button")

    assert "2 codes entered" in await page.locator(".govuk-notification-banner").inner_text()
    await checked(visit)
    await page.select_option("#code-2026-12-08-AM", "I")
    page = await visit.click("Save codes", role="button", status=422)
    assert "Say why the pupil was absent" in await page.locator(".govuk-error-summary").inner_text()
    await checked(visit)
    await page.locator("#reason-2026-12-08-AM").fill("A parent rang: a stomach upset")
    await visit.click("Save codes", role="button")
    week = (await whole.get(f"/placements/{PLACEMENT_ID}/attendance/{WEEK}")).json()
    assert [each["code"] for each in week["marks"]] == ["I", "B"]
    page = await visit.click("All weeks")
    assert "50.0%" in await page.locator("main").inner_text()
    await checked(visit)


async def test_provider_enters_no_code_and_reads_no_reason(whole: Driver, marked: Site) -> None:
    entered = {"day": "2026-12-08", "session": "AM", "code": "I", "reason": "A stomach upset"}
    (await whole.give(path_of("confirm-mark"), entered)).raise_for_status()
    visit = await marked.visit("provider_user")
    page = await visit.go(PAGE)

    assert "I: ill" in await page.locator("main").inner_text()
    assert "A stomach upset" not in await visit.html()
    assert await page.get_by_role("button", name="Save codes").count() == 0
    fields: dict[str, Any] = {"csrf": await page.locator("input[name=csrf]").first.get_attribute("value") or ""}
    answer = await visit.context.request.post(f"{marked.origin}{PAGE}", form=fields)
    assert answer.status == 403
