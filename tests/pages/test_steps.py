"""Each command's page: it opens for whoever may give it, says what would follow, and gives the command once."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page

from services.gateway.commands import examples
from services.gateway.commands.catalogue import DRAFT_REFERRAL, SPECS
from tests.gateway.driving import WHO, Driver, path_of
from tests.pages.browsing import Visit
from tests.pages.conftest import Site

BEGUN = examples.OF_PLACEMENT[0].day
SAID = "The mother is glad that Piper likes the workshop."
PLACEMENT = f"/placements/{examples.PLACEMENT_ID}"
ROLES = sorted(WHO.keys() & {"case_worker", "head", "body_delegate", "dsl", "la_officer", "social_worker"})
COMMANDS = [kind for kind in SPECS["placement"] if kind != DRAFT_REFERRAL]
# What the form has to show: entries, choices by the record, a moment, a group, money and shares.
SHOWN = ("hold-review", "record-visit", "schedule-review", "change-terms", "receive-progress-report", "log-contact")


@pytest.mark.parametrize("who", ROLES)
async def test_each_command_has_a_page_for_each_role_that_may_give_it(told: Site, who: str) -> None:
    visit = await told.visit(who)
    answers = {}
    for kind in COMMANDS:
        answers[kind] = (await visit.context.request.get(f"{told.origin}{PLACEMENT}/do/{kind}")).status

    may = {kind for kind in COMMANDS if who in {role.value for role in SPECS["placement"][kind].step.people}}
    # 409: not at the stage that the placement is at.
    assert {kind for kind, status in answers.items() if status in {200, 409}} == may
    assert {kind for kind, status in answers.items() if status == 403} == set(COMMANDS) - may


@pytest.mark.parametrize("kind", SHOWN)
async def test_form_shuts_nobody_out(told: Site, checked: Callable[[Visit], Awaitable[None]], kind: str) -> None:
    visit = await told.visit("case_worker")
    await visit.go(f"{PLACEMENT}/do/{kind}")

    await checked(visit)


async def test_empty_form_says_at_each_field_what_is_missing(
    told: Site, checked: Callable[[Visit], Awaitable[None]]
) -> None:
    visit = await told.visit("case_worker")
    await visit.go(f"{PLACEMENT}/do/log-contact")

    page = await visit.click("Continue", role="button", status=422)

    assert (await page.title()).startswith("Error: ")
    await checked(visit)
    await page.get_by_role("link", name="When was the contact?").click()
    assert await page.evaluate("document.activeElement.id") == "contacted_on-day"


async def _fill_contact(page: Page) -> None:
    for part, value in (("Day", BEGUN.day), ("Month", BEGUN.month), ("Year", BEGUN.year)):
        await page.get_by_label(part, exact=True).fill(str(value))
    await page.get_by_label("Parent", exact=True).check()
    await page.get_by_label("Phone", exact=True).check()
    await page.get_by_label("What was said?").fill(SAID)


@pytest.mark.parametrize("scripts", [True, False])
async def test_command_is_given_by_clicking_alone_and_only_once(
    whole_site: Site, checked: Callable[[Visit], Awaitable[None]], scripts: bool
) -> None:
    visit = await whole_site.visit("case_worker", scripts=scripts)
    page = await visit.go(f"{PLACEMENT}/do/log-contact")
    await _fill_contact(page)

    page = await visit.click("Continue", role="button")
    assert await page.locator("h1").inner_text() == "Check before you send"
    page = await visit.click("Change what I typed")
    assert await page.get_by_label("What was said?").input_value() == SAID
    page = await visit.click("Continue", role="button")
    fields, check = await _hidden(page), page.url
    page = await visit.click("Confirm and send", role="button")
    assert "/done/" in page.url
    again = await visit.context.request.post(check, form=fields)

    assert again.url == page.url
    assert await _contacts(whole_site.driver) == 1
    if scripts:
        await checked(visit)


async def _hidden(page: Page) -> dict[str, str | float | bool]:
    """What the page sends when its first button is pressed."""
    inputs = await page.locator("main form input[type=hidden]").all()
    names = [(await each.get_attribute("name") or "", await each.get_attribute("value") or "") for each in inputs]
    return {**dict(names)}


async def _contacts(driver: Driver) -> int:
    found = (await driver.get(f"{PLACEMENT}/timeline")).json()["events"]
    return sum(each["type"] == "ContactLogged" for each in found)


async def test_stale_form_shows_what_changed_and_loses_nothing(whole_site: Site) -> None:
    visit = await whole_site.visit("case_worker")
    page = await visit.go(f"{PLACEMENT}/do/log-contact")
    await _fill_contact(page)
    (await whole_site.driver.give(path_of("add-note"), {"text": "Somebody else was faster."})).raise_for_status()

    page = await visit.click("Continue", role="button", status=409)

    assert "Note added" in await page.locator("section", has_text="The record changed").inner_text()
    assert await page.get_by_label("What was said?").input_value() == SAID
    await visit.click("Continue", role="button")
    page = await visit.click("Confirm and send", role="button")
    assert "/done/" in page.url


async def test_refusal_of_the_rules_is_at_its_field(whole_site: Site) -> None:
    visit = await whole_site.visit("case_worker")
    page = await visit.go(f"{PLACEMENT}/do/log-contact")
    await _fill_contact(page)
    await page.get_by_label("Year", exact=True).fill("2031")

    page = await visit.click("Continue", role="button", status=409)

    assert await page.locator("#contacted_on-error").count() == 1
    assert await page.get_by_label("Year", exact=True).input_value() == "2031"


async def test_placement_of_another_school_has_no_page(told: Site) -> None:
    visit = await told.visit("other_school")
    await visit.go(f"{PLACEMENT}/do/add-note", status=404)
    await visit.go("/placements/0190a1b2-0000-7000-8000-00000000ffff/do/add-note", status=404)
    await visit.go(f"{PLACEMENT}/do/no-such-command", status=404)


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("head", "/schools/900001/do/correct-school", 200),
        ("henrietta-head", "/schools/900001/do/correct-school", 403),
        ("la_officer", "/schools/900001/do/correct-school", 200),
        ("provider_user", f"/providers/{examples.PROVIDER_ID}/do/submit-directory-application", 200),
        ("other_provider", f"/providers/{examples.PROVIDER_ID}/do/submit-directory-application", 403),
        ("case_worker", f"/providers/{examples.PROVIDER_ID}/do/complete-due-diligence", 200),
    ],
)
async def test_step_of_a_school_or_provider_is_for_who_acts_for_it(
    told: Site, who: str, path: str, status: int
) -> None:
    visit = await told.visit(who)

    answer = await visit.context.request.get(f"{told.origin}{path}")

    assert answer.status == status
