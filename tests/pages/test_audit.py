"""The pages of those who check on the service, each opened in a browser by those who may and those who may not."""

from collections.abc import Awaitable, Callable

import pytest

from domain.access.roles import RIGHTS
from services.gateway.commands.examples import PLACEMENT_ID
from services.gateway.pages.audit.log_filters import NotADay, typed_day
from tests.gateway.driving import WHO
from tests.gateway.test_people import id_of
from tests.pages.browsing import Visit
from tests.pages.conftest import Site

Check = Callable[[Visit], Awaitable[None]]
LOG = "/audit/access-log"
OFFICER = "odette-data-protection"
AUDITORS = {"auditor", OFFICER}
PEOPLE = sorted({*WHO, OFFICER} & {*(role.value for role in RIGHTS), OFFICER, "other_school"})


async def _reference(site: Site) -> str:
    answer = await site.driver.get(f"/placements/{PLACEMENT_ID}")
    found: str = answer.json()["reference"]
    return found


async def _logged(site: Site, **asked: str) -> list[dict[str, str | None]]:
    found: list[dict[str, str | None]] = (await site.driver.get(LOG, "auditor", **asked)).json()["readings"]
    return found


@pytest.mark.parametrize("who", PEOPLE)
async def test_audit_opens_for_those_who_audit_alone(told: Site, who: str) -> None:
    visit = await told.visit(who)
    status = 200 if who in AUDITORS else 403
    for path in ("/audit", LOG, f"{LOG}?placement=AP-0000-0000-00"):
        # Who may not audit hears that, whatever is asked for.
        wrong = 422 if "?" in path and who in AUDITORS else status
        page = await visit.go(path, status=wrong)

        assert (await page.get_by_role("link", name="Audit", exact=True).count() > 0) == (who in AUDITORS)


@pytest.mark.parametrize("who", sorted(AUDITORS))
async def test_front_page_of_the_audit_leads_to_what_it_offers(told: Site, checked: Check, who: str) -> None:
    visit = await told.visit(who)
    page = await visit.go("/audit")
    await checked(visit)
    for href in await page.locator("main h2 a").evaluate_all("links => links.map(each => each.pathname)"):
        await visit.go(href)


async def test_log_says_who_read_what_when_and_why(told: Site, checked: Check) -> None:
    reference = await _reference(told)
    visit = await told.visit("auditor")

    page = await visit.go(f"{LOG}?placement={reference}&why=complaint")

    row = await page.locator("tbody tr").first.inner_text()
    assert "Aubrey Inkpen" in row
    assert "The access log" in row
    assert "A complaint or concern" in row
    assert f"Filters: {reference}" in row
    assert "Amara Thistlewood" in await page.locator("tbody").inner_text()
    assert (await _logged(told, person=id_of("auditor")))[1]["why"] == "A complaint or concern"
    await checked(visit)


async def test_each_filter_of_the_log_is_a_tag_that_takes_it_away(told: Site) -> None:
    reference = await _reference(told)
    visit = await told.visit("auditor", scripts=False)
    page = await visit.go(LOG)
    await page.get_by_label("Placement").fill(reference.lower().replace("-", " "))
    await page.get_by_label("From").fill("1/1/2020")
    page = await visit.click("Show readings", role="button")
    page = await visit.click("Amara Thistlewood alone")

    assert {*await page.locator("tbody td:nth-child(2)").all_inner_texts()} == {"Amara Thistlewood\nSchool 900001"}
    assert {*await page.locator("tbody td:nth-child(3)").all_inner_texts()} == {reference}
    page = await visit.click("Remove the filter From: 1 January 2020")
    assert "from=" not in page.url
    page = await visit.click("Remove the filter Read by: Amara Thistlewood")
    page = await visit.click("Clear all filters")
    assert page.url.endswith(LOG)


async def test_what_is_typed_wrongly_is_said_at_its_field_and_reads_nothing(told: Site, checked: Check) -> None:
    before = (await _logged(told))[0]["access_id"]
    visit = await told.visit("auditor")
    page = await visit.go(f"{LOG}?placement=AP-7K3M-9QX2-4D&from=tomorrow&to=31+2+2026", status=422)

    assert (await page.title()).startswith("Error: ")
    assert [await page.locator(f"#{each}-error").count() for each in ("placement", "from", "to")] == [1, 1, 1]
    assert await page.get_by_label("From").input_value() == "tomorrow"
    assert await page.locator("table").count() == 0
    await checked(visit)
    assert (await _logged(told))[1]["access_id"] == before


async def test_pages_of_the_log_join_and_each_reading_of_them_is_logged(told: Site, checked: Check) -> None:
    for _ in range(60):
        await told.driver.get(f"/placements/{PLACEMENT_ID}", "dsl")
    visit = await told.visit("auditor")
    page = await visit.go(f"{LOG}?person={id_of('dsl')}")
    first = await page.locator("tbody tr").count()
    page = await visit.click("Next page")

    assert first == 50
    assert await page.locator("tbody tr").count() >= 10
    assert [each["what"] for each in (await _logged(told))[1:3]] == ["access_log", "access_log"]
    await checked(visit)
    page = await visit.click("Previous page")
    assert "cursor" not in page.url


async def test_officer_sees_the_log_of_their_own_organisation_alone(told: Site) -> None:
    visit = await told.visit(OFFICER)
    await visit.go(f"{LOG}?placement={await _reference(told)}")
    page = await visit.go(f"{LOG}?placement=0190a1b2-0000-7000-8000-00000000ffff", status=404)

    assert await page.locator("tbody").count() == 0


@pytest.mark.parametrize(
    "text", ["9 12 2026", "09/12/2026", "9.12.2026", "9 December 2026", "9 dec 2026", "2026-12-09"]
)
def test_day_is_read_in_each_form_that_people_type(text: str) -> None:
    assert typed_day(text).isoformat() == "2026-12-09"


@pytest.mark.parametrize("text", ["12 2026", "31 2 2026", "9 12 0026", "1", "today", "9 12 2026 8"])
def test_what_is_no_day_is_not_read_as_one(text: str) -> None:
    with pytest.raises(NotADay):
        typed_day(text)
