"""The pages of a placement: who sees what of it, that nothing is shown untraced, and that nobody is shut out."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest
from playwright.async_api import APIResponse

from events.codec import UnknownType
from infra.postgres.db import connection
from infra.streams import records
from services.gateway.commands.examples import BESIDE, OF_PLACEMENT, PLACEMENT_ID, PUPIL_ID, SCHOOL_URN
from services.gateway.pages.placement import opening
from tests.gateway.driving import path_of
from tests.pages.browsing import Visit
from tests.pages.conftest import Site

HERE: Final = f"/placements/{PLACEMENT_ID}"
FOR_ALL: Final = ("", "/tasks", "/timeline", "/documents", "/people", "/deadlines")
FOR_WHO_PLACES: Final = (
    *("/notes", "/contacts", "/dates", "/evidence"),
    *(f"/dates/{name}/change" for name in ("start", "end", "review", "return")),
)
PAGES: Final = (*FOR_ALL, *FOR_WHO_PLACES)
NAMES: Final = ("Rowan", "Tester", "Marlow", "B801200005001", "2 Example Row", "01632 960001")
# Of the school alone: reasons, notes, what the parents said, who was spoken to.
OF_THE_SCHOOL: Final = ("B801200005001", "2 Example Row", "In favour, if the workshop", "Happier at home", "UPN")
SEEING: Final = ("case_worker", "head", "dsl", "la_officer", "social_worker", "auditor", "provider_user")
Check = Callable[[Visit], Awaitable[None]]


async def _get(visit: Visit, path: str, **how: Any) -> APIResponse:
    return await visit.context.request.get(f"{visit.origin}{path}", max_redirects=0, **how)


@pytest.mark.parametrize("who", ["case_worker", "provider_user", "auditor"])
async def test_pages_of_placement_shut_nobody_out(told: Site, checked: Check, who: str) -> None:
    visit = await told.visit(who)
    for page in FOR_ALL if who == "provider_user" else PAGES:
        await visit.go(f"{HERE}{page}")
        await checked(visit)


async def test_each_role_has_the_pages_that_the_api_shows_it(told: Site) -> None:
    found = {}
    for who in (*SEEING, "other_school", "other_provider", None):
        visit = await told.visit(who)
        found[who] = {page: (await _get(visit, f"{HERE}{page}")).status for page in PAGES}

    whole, gone = dict.fromkeys(PAGES, 200), dict.fromkeys(PAGES, 404)
    in_part = dict.fromkeys(FOR_ALL, 200) | dict.fromkeys(FOR_WHO_PLACES, 403)
    others = {"provider_user": in_part, "other_school": gone, "other_provider": gone, None: dict.fromkeys(PAGES, 303)}
    assert found == dict.fromkeys(SEEING, whole) | others


async def test_page_of_no_placement_or_no_date_is_not_found(told: Site) -> None:
    visit = await told.visit("case_worker")

    await visit.go("/placements/0190a1b2-0000-7000-8000-00000000ffff", status=404)
    await visit.go(f"{HERE}/dates/birthday/change", status=404)
    await visit.go(f"{HERE}/documents/0190a1b2-0000-7000-8000-00000000ffff", status=404)


async def test_no_name_is_in_a_title_or_an_address_of_a_placement(told: Site) -> None:
    visit = await told.visit("case_worker")
    for path in PAGES:
        page = await visit.go(f"{HERE}{path}")
        addresses = await page.eval_on_selector_all("a[href], form", "found => found.map(e => e.href || e.action)")

        texts = [await page.title(), page.url, *addresses]
        assert not [text for text in texts if any(name in text for name in NAMES)], path


async def test_link_of_each_page_opens_for_who_has_it(told: Site) -> None:
    for who in ("case_worker", "provider_user", "auditor"):
        visit = await told.visit(who)
        page = await visit.go(HERE)
        found = await page.eval_on_selector_all(".moj-sub-navigation a", "found => found.map(e => e.pathname)")

        assert {(await _get(visit, each)).status for each in found} == {200}, (who, found)
        assert all(each.startswith("/placements/AP-") for each in found)


async def test_auditor_reads_pages_without_names(told: Site) -> None:
    visit = await told.visit("auditor")
    for path in PAGES:
        await visit.go(f"{HERE}{path}")
        html = await visit.html()

        assert not [name for name in NAMES if name in html], path
    await visit.go(f"{HERE}/documents/full-record", status=403)


async def test_provider_sees_no_more_on_pages_than_by_the_api(told: Site) -> None:
    visit = await told.visit("provider_user")
    for path in FOR_ALL:
        await visit.go(f"{HERE}{path}")
        html = await visit.html()

        assert not [words for words in OF_THE_SCHOOL if words in html], path
    await visit.go(f"{HERE}/documents/full-record", status=403)


async def test_each_reading_of_a_page_is_logged_by_the_pages_name(told: Site) -> None:
    visit = await told.visit("dsl")
    logged = []
    for path in PAGES:
        await visit.go(f"{HERE}{path}")
        logged.append(await _last_reading(told))

    names = ["overview", *(path[1:] for path in PAGES[1:6]), "notes", "contacts", "dates", "evidence", *["date"] * 4]
    assert [what for what, _ in logged] == [f"page: {name}" for name in names]


async def _last_reading(site: Site) -> tuple[str, str | None]:
    async with connection(site.driver.gateway.engine) as conn:
        row = await conn.fetchrow("SELECT what, why FROM access_log ORDER BY access_id DESC LIMIT 1")
    assert row is not None
    return row["what"], row["why"]


async def test_documents_open_as_page_and_as_pdf_by_the_session(told: Site) -> None:
    visit = await told.visit("case_worker")
    page = await visit.go(f"{HERE}/documents")
    found = await page.eval_on_selector_all("main td a", "found => found.map(e => e.pathname + e.search)")
    kinds = [(await _get(visit, each)).headers["content-type"].partition(";")[0] for each in found]

    assert kinds == ["text/html", "application/pdf"] * (len(found) // 2)
    assert found
    provider, auditor, other = [await told.visit(who) for who in ("provider_user", "auditor", "other_school")]
    pages = found[::2]
    assert {(await _get(auditor, each)).status for each in pages} == {403}
    assert {(await _get(other, each)).status for each in pages} == {404}
    # The agreement, and what is addressed to the provider.
    assert sorted({(await _get(provider, each)).status for each in pages}) == [200, 404]


async def test_one_button_says_what_is_next_for_this_person(told: Site) -> None:
    said = {}
    for who in ("case_worker", "provider_user", "auditor"):
        page = await (await told.visit(who)).go(HERE)
        said[who] = await page.locator("main .govuk-button").all_inner_texts()

    assert said == {"case_worker": ["Decide after the review"], "provider_user": ["Take the register"], "auditor": []}


async def test_tasks_link_what_this_role_may_give_and_say_who_does_the_rest(told: Site) -> None:
    worker = await (await told.visit("case_worker")).go(f"{HERE}/tasks")
    links = await worker.eval_on_selector_all(".govuk-task-list a", "found => found.map(e => e.pathname)")
    officer = await (await told.visit("la_officer")).go(f"{HERE}/tasks")

    assert links
    visit = await told.visit("case_worker")
    assert {(await _get(visit, each)).status for each in links} == {200}
    assert "Set the time of the review first." in await worker.locator("main").inner_text()
    assert "This is for the case worker or head teacher." in await officer.locator("main").inner_text()


async def test_date_that_moved_shows_each_earlier_day_with_its_reason(told: Site) -> None:
    page = await (await told.visit("case_worker")).go(f"{HERE}/dates/start/change")
    rows = await page.locator("main tbody tr").all_inner_texts()

    assert ["8 December 2026" in row for row in rows] == [True, True, False]
    assert "The workshop's induction is on Tuesdays" in rows[1]
    assert "7 December 2026" in rows[2]


async def test_provider_that_is_asked_for_a_place_sees_no_name(whole_site: Site, checked: Check) -> None:
    driver = whole_site.driver
    for step in (*OF_PLACEMENT[1:3], BESIDE["record-consultation"][0]):
        await driver.move_clock(step)
        (await driver.take(step)).raise_for_status()
    visit = await whole_site.visit("provider_user")
    for path, status in [("", 200), ("/tasks", 200), ("/timeline", 200), ("/people", 404), ("/deadlines", 404)]:
        page = await visit.go(f"{HERE}{path}", status=status)

        assert not [name for name in NAMES if name in await visit.html()], path
        if status == 200:
            await checked(visit)
    page = await visit.go(HERE)
    assert await page.locator("main .govuk-button").all_inner_texts() == ["Offer a place"]


async def test_restricted_record_asks_why_before_anything_is_shown(whole_site: Site, checked: Check) -> None:
    body = {"reader_roles": ["dsl", "head"], "reason": "A relation works in the office"}
    (await whole_site.driver.give(path_of("restrict-access"), body, "dsl")).raise_for_status()
    outsider = await whole_site.visit("case_worker")
    await outsider.go(HERE, status=404)
    visit = await whole_site.visit("dsl")

    page = await visit.go(f"{HERE}/people")
    assert not [name for name in NAMES if name in await visit.html()]
    await checked(visit)
    page = await visit.click("Open the record", role="button", status=422)
    await checked(visit)
    await page.get_by_label("Why do you open this record?").fill("The parent rang about the bus")
    page = await visit.click("Open the record", role="button")

    assert page.url.endswith("/people")
    assert "Marlow" in await page.content()
    assert await _last_reading(whole_site) == ("page: people", "The parent rang about the bus")
    await visit.go(f"{HERE}/timeline")
    assert await _last_reading(whole_site) == ("page: timeline", "The parent rang about the bus")
    again = await whole_site.visit("dsl")
    page = await again.go(HERE)
    assert await page.locator("h1").inner_text() == "Why do you open this record?"
    # Its steps ask as well: they name the pupil.
    page = await again.go(f"{HERE}/do/add-note")
    assert await page.locator("h1").inner_text() == "Why do you open this record?"
    outside = {"csrf": "", "why": "Curious", "next": "//elsewhere.example/"}
    assert (await outsider.context.request.post(f"{outsider.origin}{HERE}/why", form=outside)).status in {403, 404}


async def test_corrected_fact_is_struck_through_with_the_reason(whole_site: Site, checked: Check) -> None:
    driver = whole_site.driver
    (await driver.give(path_of("add-note"), {"text": "The taxi was late"})).raise_for_status()
    events = (await driver.get(f"{HERE}/timeline")).json()["events"]
    body = {
        "corrects_event_id": next(each["event_id"] for each in events if each["type"] == "NoteAdded"),
        "field": "text",
        "value": '"The bus was late"',
        "reason": "It was the bus",
    }
    (await driver.give(path_of("correct-record"), body)).raise_for_status()
    visit = await whole_site.visit("case_worker")
    page = await visit.go(f"{HERE}/timeline")

    struck = page.locator("li", has=page.locator("del"))
    assert await page.locator("del").all_inner_texts() == ["A note was added."]
    text = await struck.inner_text()
    assert "Corrected: It was the bus" in text
    assert "it said The taxi was late; it is The bus was late." in text
    await checked(visit)
    page = await visit.go(f"{HERE}/notes")
    assert "The bus was late" in await page.content()
    auditor = await whole_site.visit("auditor")
    await auditor.go(f"{HERE}/timeline")
    assert "It was the bus" not in await auditor.html()
    # The link leads to the correction of this entry.
    page = await visit.go(f"{HERE}/timeline")
    await page.locator("li", has=page.locator("del")).get_by_role("link", name=re.compile("Correct this")).click()
    assert body["corrects_event_id"] in page.url
    assert body["corrects_event_id"] in await page.content()


async def test_erased_pupils_pages_say_so_and_name_nobody(whole_site: Site, checked: Check) -> None:
    await whole_site.driver.gateway.keys.destroy(PUPIL_ID, owner=f"school:{SCHOOL_URN}")
    for who in ("case_worker", "auditor"):
        visit = await whole_site.visit(who)
        for path in PAGES:
            page = await visit.go(f"{HERE}{path}")
            html = await visit.html()

            assert "personal data has been erased" in html, path
            assert not [name for name in NAMES if name in html], path
            assert await page.locator("main a[href*='/do/']").count() == 0, path
        await checked(visit)


async def test_entry_of_a_later_release_is_shown_plainly(
    told: Site, checked: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def decode(stored: Any, codec: Any, opener: Any) -> Any:
        if stored.type == "NoteAdded":
            raise UnknownType(stored.type)
        return await records.decode(stored, codec, opener)

    monkeypatch.setattr(opening, "decode", decode)
    visit = await told.visit("case_worker")
    page = await visit.go(f"{HERE}/timeline")

    assert "Something that this version of the service cannot read: note added" in await page.content()
    await checked(visit)
