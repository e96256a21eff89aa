"""The directory of providers and the page of each: who sees what, and the steps that are theirs."""

from collections.abc import Awaitable, Callable

import pytest

from services.gateway.commands import examples
from services.gateway.commands.examples import PROVIDER_ID
from services.local.people import PEOPLE
from tests.gateway.driving import Driver
from tests.pages.browsing import Visit
from tests.pages.conftest import Site

PROVIDER = f"/providers/{PROVIDER_ID}"
PEOPLE_OF_PAGES = [each.slug for each in PEOPLE if "integration" not in each.roles]
READERS = ("la_officer", "case_worker", "provider_user", "auditor")
CONCERN = "Two drivers were not checked."
WITHDRAWN = "Nobody answers the council's letters."


@pytest.fixture
async def registered(site: Site) -> Site:
    """The school and the provider of the example story, before any placement: nothing here needs Temporal."""
    for step in examples.BEFORE:
        await site.driver.move_clock(step)
        (await site.driver.take(step)).raise_for_status()
    return site


@pytest.mark.parametrize("who", PEOPLE_OF_PAGES)
async def test_directory_opens_for_whom_the_api_answers(told: Site, who: str) -> None:
    visit = await told.visit(who)

    for path in ("/providers", PROVIDER, f"{PROVIDER}/directory-entry"):
        asked = (await told.driver.get(path, who=who)).status_code
        assert (await visit.context.request.get(f"{told.origin}{path}")).status == asked, path


async def test_who_is_not_signed_in_is_sent_to_sign_in(told: Site) -> None:
    visit = await told.visit()

    answer = await visit.context.request.get(f"{told.origin}{PROVIDER}", max_redirects=0)

    assert (answer.status, answer.headers["location"].startswith("/sign-in?")) == (303, True)


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("path", ["/providers", "/providers?need=SEMH&key_stage=KS3&approved_by=831", PROVIDER])
async def test_directory_shuts_nobody_out(
    told: Site, checked: Callable[[Visit], Awaitable[None]], who: str, path: str
) -> None:
    visit = await told.visit(who)
    await visit.go(path)

    await checked(visit)


async def test_filters_are_tags_that_can_be_removed(told: Site) -> None:
    visit = await told.visit("la_officer")
    page = await visit.go("/providers")
    await page.get_by_label("Kind of setting").select_option("OOT")
    page = await visit.click("Show", role="button")

    assert await page.get_by_text("No provider fits these filters.").count() == 1
    page = await visit.click("Remove the filter Kind of setting: One-on-one tuition")
    assert await page.get_by_role("link", name="Millrace Workshop").count() == 1
    assert await page.get_by_text("Filters in use").count() == 0


async def test_filter_by_own_directory_keeps_what_is_listed(told: Site) -> None:
    visit = await told.visit("la_officer")

    page = await visit.go("/providers?approved_by=831")
    assert await page.get_by_role("link", name="Millrace Workshop").count() == 1
    page = await visit.go("/providers?approved_by=830")
    assert await page.get_by_role("link", name="Millrace Workshop").count() == 0


@pytest.mark.parametrize("query", ["need=nothing", "key_stage=KS9", "approved_by=8", "cursor=no"])
async def test_filter_of_a_wrong_form_is_said(told: Site, query: str) -> None:
    visit = await told.visit("la_officer")
    await visit.go(f"/providers?{query}", status=422)


async def test_pages_go_on_from_where_the_one_before_ended(told: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.gateway.pages.directory.provider_list.ON_A_PAGE", 1)
    monkeypatch.setattr("services.gateway.pages.directory.provider_list._READINGS", 1)
    visit = await told.visit("la_officer")
    page = await visit.go("/providers")
    names = set()
    while True:
        names.update(await page.locator("tbody th").all_inner_texts())
        if not await page.get_by_role("link", name="Next page").count():
            break
        page = await visit.click("Next page")

    listed = (await told.driver.get("/providers", who="la_officer")).json()["providers"]
    assert {each.splitlines()[0] for each in names} == {each["name"] for each in listed}


async def _steps(visit: Visit) -> set[str]:
    page = await visit.go(PROVIDER)
    return set(await page.locator(".app-steps a").all_inner_texts())


async def test_each_reader_has_the_steps_that_are_theirs(told: Site) -> None:
    assert await _steps(await told.visit("la_officer")) == {
        "Record what the provider teaches",
        "Record an address",
        "Renew the entry",
        "Suspend the entry",
        "Withdraw the entry",
        "Apply to join a directory",
        "Record a visit",
        "Record your checks",
        "Raise a concern",
        "Record the number of full-time pupils",
    }
    assert await _steps(await told.visit("case_worker")) == {
        "Record your checks",
        "Raise a concern",
        "Record the number of full-time pupils",
    }
    assert await _steps(await told.visit("provider_user")) == {
        "Record what the provider teaches",
        "Record an address",
        "Apply to join a directory",
        "Record the number of full-time pupils",
    }
    assert await _steps(await told.visit("auditor")) == set()
    # Of another provider than their own.
    assert await _steps(await told.visit("other_provider")) == set()


async def test_each_step_shown_opens_its_form(told: Site) -> None:
    for who in ("la_officer", "case_worker", "provider_user", "head", "dsl"):
        visit = await told.visit(who)
        page = await visit.go(PROVIDER)
        for href in [await each.get_attribute("href") for each in await page.locator(".app-steps a").all()]:
            assert (await visit.context.request.get(f"{told.origin}{href}")).status == 200, href


async def _give(driver: Driver, command: str, body: dict[str, object]) -> None:
    (await driver.give(f"{PROVIDER}/commands/{command}", body, who="la_officer")).raise_for_status()


async def test_concern_is_for_councils_and_its_entry_has_a_history(
    registered: Site, checked: Callable[[Visit], Awaitable[None]]
) -> None:
    driver = registered.driver
    await _give(driver, "raise-provider-concern", {"kind": "staffing", "severity": "serious", "concern": CONCERN})
    withdrawal = {"la_code": "831", "reason_code": "safeguarding", "barred": True, "reason": WITHDRAWN}
    await _give(driver, "withdraw-directory-entry", withdrawal)

    officer = await registered.visit("la_officer")
    page = await officer.go(PROVIDER)
    assert await page.get_by_text(CONCERN).count() == 1
    assert await page.get_by_text(WITHDRAWN).count() == 1
    assert await page.get_by_text("Withdrawn, not to be used").count() == 1
    assert "List in your directory" in await _steps(officer)
    await checked(officer)
    for who in ("case_worker", "provider_user"):
        other = await registered.visit(who)
        page = await other.go(PROVIDER)
        assert await page.get_by_text(CONCERN).count() == 0
        assert await page.get_by_text("No concern is open.").count() == 0


async def test_officer_publishes_an_entry_by_clicking_alone(registered: Site) -> None:
    withdrawal = {"la_code": "831", "reason_code": "other", "barred": False, "reason": WITHDRAWN}
    await _give(registered.driver, "withdraw-directory-entry", withdrawal)
    visit = await registered.visit("la_officer", scripts=False)
    await visit.go("/providers")
    await visit.click("Millrace Workshop")

    page = await visit.click("List in your directory", role="button")
    assert await page.locator("#la_code").input_value() == "831"
    for part, value in (("Day", "20"), ("Month", "11"), ("Year", "2026")):
        await page.get_by_role("group", name="When was the provider approved?").get_by_label(part).fill(value)
    await visit.click("Continue", role="button")
    page = await visit.click("Confirm and send", role="button")

    assert "/done/" in page.url
    page = await visit.go(PROVIDER)
    assert "Listed" in await page.locator("section", has_text="Directory entry").first.inner_text()


async def test_provider_that_must_be_a_school_is_said_so(
    registered: Site, checked: Callable[[Visit], Awaitable[None]]
) -> None:
    await _give(registered.driver, "record-full-time-pupils", {"counted_on": "2026-11-23", "pupils": 5})
    visit = await registered.visit("case_worker")

    page = await visit.go(PROVIDER)

    assert await page.get_by_text("must be registered as a school").count() == 1
    await checked(visit)


async def test_application_waits_for_the_officer_who_decides_it(registered: Site) -> None:
    withdrawal = {"la_code": "831", "reason_code": "other", "barred": False, "reason": WITHDRAWN}
    await _give(registered.driver, "withdraw-directory-entry", withdrawal)
    await _give(registered.driver, "submit-directory-application", {"la_code": "831", "statement": "We teach bricks."})

    officer = await registered.visit("la_officer")
    page = await officer.go(PROVIDER)
    assert await page.get_by_text("We teach bricks.").count() == 1
    assert "Decide an application" in await _steps(officer)
    worker = await registered.visit("case_worker")
    page = await worker.go(PROVIDER)
    assert await page.get_by_text("We teach bricks.").count() == 0


async def test_entry_is_printed_as_a_page_and_as_a_pdf(told: Site) -> None:
    visit = await told.visit("case_worker")

    as_page = await visit.context.request.get(f"{told.origin}{PROVIDER}/directory-entry")
    as_pdf = await visit.context.request.get(f"{told.origin}{PROVIDER}/directory-entry?format=pdf")

    assert "Millrace Workshop" in await as_page.text()
    assert (await as_pdf.body()).startswith(b"%PDF")
