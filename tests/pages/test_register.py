"""The register by page: today for a school and for its provider, and who sees what of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from infra.postgres.db import connection
from services.gateway.commands.examples import PLACEMENT_ID, SITE_ID
from services.local.people import find
from tests.gateway.driving import WHO, Driver, path_of
from tests.gateway.test_lists import told as told_up_to
from tests.pages.browsing import Visit
from tests.pages.conftest import Site, site_of
from tests.pages.every_page import opener

NAME = "Rowan Tester-Field"
A_DAY = "2026-12-10"
TODAY = f"/today?date={A_DAY}"
SEES_THE_NAME = ("case_worker", "head", "dsl", "la_officer")
SEES_NOBODY = ("other_school", "other_provider", "parent")


@pytest.fixture
async def whole_started(chromium: Browser, whole: Driver) -> AsyncIterator[Site]:
    """A gateway of its own with the example placement on its first day, at noon."""
    await told_up_to(whole, "start-placement")
    async with site_of(chromium, whole) as made:
        yield made


async def _reference(driver: Driver) -> str:
    found: str = (await driver.get(f"/placements/{PLACEMENT_ID}")).json()["reference"]
    return found


@pytest.mark.parametrize("who", SEES_THE_NAME)
async def test_today_shows_where_each_pupil_is(
    told: Site, checked: Callable[[Visit], Awaitable[None]], who: str
) -> None:
    visit = await told.visit(who)
    page = await visit.go(TODAY)

    words = await page.locator("main").inner_text()
    assert NAME in words
    assert "Millrace Workshop" in words
    await checked(visit)


@pytest.mark.parametrize("who", SEES_NOBODY)
async def test_today_of_others_is_empty(told: Site, who: str) -> None:
    visit = await told.visit(who)
    await visit.go(TODAY)

    assert NAME not in await visit.html()
    assert await _reference(told.driver) not in await visit.html()


async def test_today_names_nobody_to_an_auditor(told: Site) -> None:
    visit = await told.visit("auditor")
    await visit.go(TODAY)

    assert await _reference(told.driver) in await visit.html()
    assert NAME not in await visit.html()


async def test_today_logs_each_reading(told: Site) -> None:
    async def logged() -> int:
        async with connection(told.driver.gateway.engine) as conn:
            found: int = await conn.fetchval("SELECT count(*) FROM access_log WHERE what = 'today'")
            return found

    visit = await told.visit("head")
    before = await logged()
    await visit.go(TODAY)

    assert await logged() == before + 1


async def test_unexplained_absence_and_overdue_register_are_said_in_words(told: Site) -> None:
    visit = await told.visit("case_worker")
    page = await visit.go("/today?date=2026-12-10")

    assert "Register overdue" in await page.get_by_role("table", name="What to do first").inner_text()


@pytest.mark.parametrize("width", [1280, 375])
async def test_provider_finds_the_register_of_the_day(
    told: Site, checked: Callable[[Visit], Awaitable[None]], width: int
) -> None:
    visit = await told.visit("provider_user", width=width)
    page = await visit.go(TODAY)

    assert await page.locator("h1").inner_text() == "Register"
    assert await page.get_by_role("group", name=f"{NAME}: Morning, from 09:00").count() == 1
    await checked(visit)


async def _marks(driver: Driver) -> list[dict[str, object]]:
    week = (await driver.get(f"/placements/{PLACEMENT_ID}/attendance/2026-W50")).json()
    return [each["proposed"] for each in week["marks"] if each["proposed"]]


async def _fields(page: Page) -> dict[str, Any]:
    """What the form sends when its button is pressed."""
    found: dict[str, Any] = await page.evaluate(
        "() => Object.fromEntries(new FormData(document.querySelector('main form')))"
    )
    return found


async def test_register_is_saved_once_without_scripts_and_said_row_by_row(
    whole: Driver, whole_started: Site, checked: Callable[[Visit], Awaitable[None]]
) -> None:
    visit = await whole_started.visit("provider_user")
    page = await visit.go("/today")
    key = await _reference(whole)
    await page.locator(f"#mark-{key}-AM-late").check()
    await page.locator(f"#minutes-{key}-AM").fill("ten")
    await page.locator(f"#mark-{key}-PM").check()

    page = await visit.click("Save register", role="button", status=422)

    assert "Minutes late must be a whole number" in await page.locator(".govuk-error-summary").inner_text()
    assert [each["session"] for each in await _marks(whole)] == ["PM"], "the row without a fault is saved"
    assert await page.locator(f"#minutes-{key}-AM").input_value() == "ten"
    await checked(visit)
    await page.locator(f"#minutes-{key}-AM").fill("10")
    fields = await _fields(page)
    page = await visit.click("Save register", role="button")
    assert "1 mark saved" in await page.locator(".govuk-notification-banner").inner_text()
    again = await visit.context.request.post(f"{whole_started.origin}/today", form=fields)

    assert again.url == page.url, "sent twice, it is done once"
    morning, afternoon = await _marks(whole)
    assert (morning["mark"], morning["minutes_late"], morning["site_id"]) == ("late", 10, str(SITE_ID))
    assert afternoon["mark"] == "present"
    records = (await whole.get(f"/placements/{PLACEMENT_ID}/attendance/2026-W50")).json()
    assert records["version"] == 2


async def test_register_that_somebody_else_changed_meanwhile_is_not_overwritten(
    whole: Driver, whole_started: Site
) -> None:
    visit = await whole_started.visit("provider_user", scripts=False)
    page = await visit.go("/today")
    key = await _reference(whole)
    body = {"day": "2026-12-08", "session": "AM", "mark": "absent", "site_id": str(SITE_ID)}
    (await whole.give(path_of("record-mark"), body, "provider_user")).raise_for_status()
    await page.locator(f"#mark-{key}-AM").check()

    page = await visit.click("Save register", role="button", status=422)

    assert "Somebody else changed this register" in await page.locator(".govuk-error-summary").inner_text()
    assert [each["mark"] for each in await _marks(whole)] == ["absent"]
    await visit.click("Save register", role="button")
    assert [each["mark"] for each in await _marks(whole)] == ["present"]


async def test_unexplained_absence_stands_out_for_the_school_as_words(
    whole: Driver, whole_started: Site, checked: Callable[[Visit], Awaitable[None]]
) -> None:
    body = {"day": "2026-12-08", "session": "AM", "mark": "absent", "site_id": str(SITE_ID)}
    (await whole.give(path_of("record-mark"), body, "provider_user")).raise_for_status()
    visit = await whole_started.visit("case_worker")
    page = await visit.go("/today")

    first = page.locator("tbody tr").first
    assert "Absent, and nobody has said why" in await first.inner_text()
    assert "No reason given" in await first.inner_text()
    await checked(visit)


@pytest.mark.parametrize(("who", "status"), [("case_worker", 403), ("other_provider", 422)])
async def test_nothing_is_saved_of_what_others_mark(told_driver: Driver, who: str, status: int) -> None:
    visitor = await opener(told_driver, find(WHO[who]))
    assert visitor.session is not None
    fields = {"date": A_DAY, f"mark-{await _reference(told_driver)}-AM": "present"}
    address = f"/placements/{PLACEMENT_ID}/attendance/2026-W50"
    before = (await told_driver.get(address)).json()

    answer = await visitor.post("/today", visitor.session.csrf, **fields)

    assert answer.status_code == status
    assert (await told_driver.get(address)).json() == before


async def test_register_is_not_saved_without_the_session_s_own_token(told: Site) -> None:
    visit = await told.visit("provider_user")
    answer = await visit.context.request.post(f"{told.origin}/today", form={"date": A_DAY, "csrf": "x"})

    assert answer.status == 403
