"""A council's overview of its schools: who opens it, what it says, and that what it shows is logged."""

from collections.abc import Awaitable, Callable

import pytest

from infra.postgres.db import connection
from services.gateway.commands.examples import PLACEMENT_ID
from services.gateway.pages.council.overview import READERS
from services.local.people import PEOPLE, find
from tests.pages.browsing import Visit
from tests.pages.conftest import Site

PUPIL = "Rowan Tester-Field"
OF_PAGES = [each for each in PEOPLE if "integration" not in each.roles]


@pytest.mark.parametrize("who", [each.slug for each in OF_PAGES])
async def test_overview_is_for_the_staff_of_a_council(told: Site, who: str) -> None:
    person = find(who)
    assert person is not None
    visit = await told.visit(who)

    answer = await visit.context.request.get(f"{told.origin}/overview")

    may = bool({role.value for role in READERS} & set(person.roles))
    assert answer.status == (200 if may else 403)


@pytest.mark.parametrize("who", ["la_officer", "saskia-send-officer", "social_worker"])
async def test_overview_shuts_nobody_out(told: Site, checked: Callable[[Visit], Awaitable[None]], who: str) -> None:
    visit = await told.visit(who)
    await visit.go("/overview")

    await checked(visit)


async def test_few_placements_of_a_school_are_not_counted(told: Site) -> None:
    visit = await told.visit("la_officer")

    page = await visit.go("/overview")

    row = page.locator("figure tbody tr", has_text="Alderbrook Academy")
    assert "Not shown" in (await row.text_content() or "")


async def test_names_on_the_overview_are_logged_as_such(told: Site) -> None:
    visit = await told.visit("la_officer")
    page = await visit.go("/overview")
    named = await page.get_by_role("link", name=PUPIL).count()

    async with connection(told.driver.gateway.engine) as conn:
        logged = await conn.fetchval(
            "SELECT count(*) FROM access_log WHERE placement_id = $1 AND what = 'overview'", PLACEMENT_ID
        )

    assert named
    assert logged


async def test_tasks_are_for_the_officers_alone(told: Site) -> None:
    officer = await told.visit("la_officer")
    other = await told.visit("social_worker")

    assert await (await officer.go("/overview")).get_by_role("heading", name="To look into").count() == 1
    assert await (await other.go("/overview")).get_by_role("heading", name="To look into").count() == 0
