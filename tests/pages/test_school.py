"""A school's own set-up: its calendar as a picture, its delegations, its people, and the steps of each reader."""

from collections.abc import Awaitable, Callable

import pytest

from services.gateway.commands.examples import SCHOOL_URN
from services.local.people import PEOPLE
from tests.pages.browsing import Visit
from tests.pages.conftest import Site

SCHOOL = f"/schools/{SCHOOL_URN}"
OF_PAGES = [each.slug for each in PEOPLE if "integration" not in each.roles]


@pytest.mark.parametrize("who", OF_PAGES)
async def test_school_opens_for_whom_the_api_answers(told: Site, who: str) -> None:
    visit = await told.visit(who)

    for path in (SCHOOL, "/schools/999999", "/schools/9"):
        asked = (await told.driver.get(path, who=who)).status_code
        assert (await visit.context.request.get(f"{told.origin}{path}")).status == asked, path


@pytest.mark.parametrize("who", ["head", "la_officer", "body_delegate"])
async def test_school_shuts_nobody_out(told: Site, checked: Callable[[Visit], Awaitable[None]], who: str) -> None:
    visit = await told.visit(who)
    await visit.go(SCHOOL)

    await checked(visit)


async def test_year_is_shown_with_its_dates_as_a_table(told: Site) -> None:
    visit = await told.visit("head")

    page = await visit.go(SCHOOL)

    rows = " ".join(await page.locator("figure tbody tr").all_text_contents())
    for words in ("Autumn 2", "2 Nov 2026", "18 Dec 2026", "INSET day", "4 Jan 2027", "Half day, AM only"):
        assert words in rows


async def _steps(visit: Visit) -> set[str]:
    page = await visit.go(SCHOOL)
    return set(await page.locator(".app-steps a").all_inner_texts())


async def test_each_reader_of_a_school_has_the_steps_that_are_theirs(told: Site) -> None:
    future = {"Record a conversion to an academy", "Record that the school closes"}
    kept = {"Correct the details", "Publish term dates"}
    granted = {"Record a delegation", "Record that it was taken back"}

    assert await _steps(await told.visit("head")) == kept | granted | future
    assert await _steps(await told.visit("body_delegate")) == granted | future
    assert await _steps(await told.visit("case_worker")) == kept
    assert await _steps(await told.visit("la_officer")) == kept | future
    assert await _steps(await told.visit("other_school")) == set()
    assert await _steps(await told.visit("provider_user")) == set()


async def test_each_step_of_a_school_opens_its_form(told: Site) -> None:
    for who in ("head", "body_delegate", "case_worker", "la_officer"):
        visit = await told.visit(who)
        page = await visit.go(SCHOOL)
        for href in [await each.get_attribute("href") for each in await page.locator(".app-steps a").all()]:
            assert (await visit.context.request.get(f"{told.origin}{href}")).status == 200, href


async def test_people_are_shown_to_their_own_school_alone(told: Site) -> None:
    head = await told.visit("head")
    other = await told.visit("other_school")

    assert await (await head.go(SCHOOL)).get_by_role("heading", name="People").count() == 1
    assert await (await other.go(SCHOOL)).get_by_role("heading", name="People").count() == 0


async def test_own_school_is_linked_from_every_page(told: Site) -> None:
    visit = await told.visit("head")
    await visit.go("/help")

    page = await visit.click("Our school")

    assert page.url.endswith(SCHOOL)
