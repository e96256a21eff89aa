"""My work, the caseload, what is due and the team: who sees what, that it is logged, and that nobody is shut out."""

import csv
import io
from collections.abc import Awaitable, Callable
from typing import Final

import pytest

from infra.postgres.db import connection
from services.gateway.commands.examples import PLACEMENT_ID
from tests.pages.browsing import Visit
from tests.pages.conftest import Site

Check = Callable[[Visit], Awaitable[None]]
NAME: Final = "Rowan Tester-Field"
LISTS: Final = ("/", "/placements", "/due", "/overdue", "/reviews/due", "/on-hold", "/placements/search")
SCHOOL: Final = ("case_worker", "head")
NAMED: Final = ("case_worker", "head", "dsl", "la_officer", "social_worker", "provider_user")
UNNAMED: Final = ("auditor", "other_school", "other_provider")


async def _text(visit: Visit, path: str) -> tuple[int, str]:
    answer = await visit.context.request.get(f"{visit.origin}{path}", max_redirects=0)
    return answer.status, await answer.text()


@pytest.mark.parametrize("who", [*NAMED, *UNNAMED])
async def test_lists_name_pupils_to_those_alone_who_may_read_names(told: Site, who: str) -> None:
    visit = await told.visit(who)
    status, text = await _text(visit, "/placements?stage=active")

    assert status == 200
    assert (NAME in text) == (who in NAMED)
    if who == "auditor":
        assert "AP-" in text


@pytest.mark.parametrize("who", [*NAMED, *UNNAMED, "body_delegate", "parent"])
async def test_team_and_my_work_open_for_the_roles_that_have_them(told: Site, who: str) -> None:
    visit = await told.visit(who)

    assert (await _text(visit, "/"))[0] == 200
    team = (await _text(visit, "/team"))[0]
    assert (team == 200) == (who in {*SCHOOL, "other_school"})
    assert (await _text(visit, "/team/done/01a227f3-9931-729f-8257-36148ef25b5e"))[0] == team


async def test_lists_send_who_is_not_signed_in_to_sign_in(told: Site) -> None:
    visit = await told.visit()
    for path in (*LISTS, "/team", "/placements.csv"):
        answer = await visit.context.request.get(f"{told.origin}{path}", max_redirects=0)
        assert (answer.status, answer.headers["location"].partition("?")[0]) == (303, "/sign-in"), path


@pytest.mark.parametrize("path", [*LISTS, "/placements?stage=active&worker=me&due=28&sort=updated", "/team"])
async def test_list_shuts_nobody_out(told: Site, checked: Check, path: str) -> None:
    visit = await told.visit("case_worker")
    await visit.go(path)

    await checked(visit)


@pytest.mark.parametrize("who", ["provider_user", "la_officer", "auditor"])
async def test_my_work_of_others_shuts_nobody_out(told: Site, checked: Check, who: str) -> None:
    visit = await told.visit(who)
    await visit.go("/")

    await checked(visit)


@pytest.mark.parametrize("who", ["case_worker", "head", "provider_user"])
async def test_each_thing_to_do_has_a_verb_that_opens_its_page(told: Site, who: str) -> None:
    visit = await told.visit(who)
    page = await visit.go("/")
    verbs = page.locator(".app-work tbody td:last-child a")
    hrefs = [await each.get_attribute("href") for each in await verbs.all()]

    assert hrefs
    for href in hrefs:
        assert href is not None
        if "/attendance/" in href:
            continue
        # 409: the form says that the placement is not at the stage for it.
        assert (await _text(visit, href))[0] in {200, 409}, href


async def test_my_work_is_in_order_of_date_with_the_overdue_first(told: Site) -> None:
    visit = await told.visit("case_worker")
    page = await visit.go("/")
    rows = [await each.inner_text() for each in await page.locator(".app-work tbody tr").all()]

    late = ["Overdue" in row for row in rows]
    assert any(late)
    assert late == sorted(late, reverse=True)


async def test_names_that_a_list_shows_are_in_the_access_log(told: Site) -> None:
    visit = await told.visit("case_worker")
    for path in ("/", "/placements", "/placements.csv", "/due", "/reviews/due", f"/team/{await _own_id(told)}"):
        before = await _read(told)
        assert NAME in (await _text(visit, path))[1], path
        assert await _read(told) > before, path


async def _own_id(told: Site) -> str:
    async with connection(told.driver.gateway.engine) as conn:
        return str(await conn.fetchval("SELECT assigned_to FROM placement WHERE placement_id = $1", PLACEMENT_ID))


async def _read(told: Site) -> int:
    async with connection(told.driver.gateway.engine) as conn:
        found: int = await conn.fetchval("SELECT count(*) FROM access_log WHERE placement_id = $1", PLACEMENT_ID)
        return found


async def test_filters_are_tags_that_are_taken_away_one_by_one(told: Site) -> None:
    visit = await told.visit("case_worker")
    page = await visit.go("/placements?stage=active&worker=me")
    tags = page.locator(".moj-filter__tag")

    assert await tags.count() == 2
    assert await tags.first.get_attribute("href") == "/placements?worker=me"
    assert (await _text(visit, "/placements?stage=unheard-of"))[0] == 422
    assert (await _text(visit, "/placements?cursor=not-one"))[0] == 422


async def test_search_by_name_puts_no_name_into_an_address(told: Site, checked: Check) -> None:
    visit = await told.visit("case_worker", scripts=False)
    page = await visit.go("/placements/search")
    await page.get_by_label("Find a placement").fill("rowan test")
    await visit.click("Search", role="button")

    assert NAME in await page.locator("main").inner_text()
    assert "rowan" not in page.url.lower()
    assert "/placements?search=" in page.url
    await page.get_by_label("Find a placement").fill("ro")
    await visit.click("Search", role="button", status=422)
    assert (await page.title()).startswith("Error: ")
    assert await page.get_by_label("Find a placement").input_value() == "ro"
    await checked(visit)


async def test_caseload_as_csv_has_its_columns_and_no_name_for_an_auditor(told: Site) -> None:
    for who, named in (("case_worker", True), ("auditor", False)):
        visit = await told.visit(who)
        _, text = await _text(visit, "/placements.csv?stage=active")
        head, row = csv.reader(io.StringIO(text.removeprefix("\ufeff")))

        assert head[:3] == ["Reference", "Pupil", "Stage"]
        assert (row[0].startswith("AP-"), row[1] == NAME) == (True, named)


@pytest.mark.parametrize("scripts", [True, False])
async def test_cases_are_given_to_somebody_and_what_failed_is_said(
    whole_site: Site, checked: Check, scripts: bool
) -> None:
    visit = await whole_site.visit("case_worker", scripts=scripts)
    await visit.go("/")
    page = await visit.go("/team")
    await visit.click("Assign", role="button", status=422)
    assert "Choose at least one case" in await page.locator(".govuk-error-summary").inner_text()
    if scripts:
        await checked(visit)
    await page.locator("input[name=case]").first.check()
    await page.get_by_label("Who looks after them?").select_option(index=1)
    await page.get_by_label("Note for the new case worker").fill("They know the family.")
    await visit.click("Assign", role="button")

    assert await page.locator("h1").inner_text() == "Cases assigned"
    if scripts:
        await checked(visit)
    await visit.go("/team")
    assert "Every open case has a case worker." in await page.locator("main").inner_text()
