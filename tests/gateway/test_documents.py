"""Documents over HTTP: who may read them, in which form, and that each reading is logged."""

import asyncio
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import asyncpg
import pytest

from infra.ids import uuid7
from services.gateway.commands.examples import BEFORE, PLACEMENT_ID, PROVIDER_ID
from services.gateway.http.cursors import LETTERS
from tests.conftest import Database
from tests.gateway.driving import Driver
from tests.gateway.test_reading import told

FULL = f"/placements/{PLACEMENT_ID}/full-record"


@pytest.mark.obligation("S29")
async def test_those_who_see_names_read_the_full_record_and_each_time_is_logged(
    whole: Driver, database: Database
) -> None:
    await told(whole, "submit-referral")
    people = ("case_worker", "la_officer", "auditor", "integration", "other_school", "parent")

    answers = {who: await whole.get(FULL, who) for who in people}
    pdf = await whole.get(FULL, format="pdf")

    assert [answers[who].status_code for who in people] == [200, 200, 403, 403, 404, 404]
    page = answers["case_worker"]
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "Rowan Tester-Field" in page.text
    assert "2. Referral submitted" in page.text
    assert "Rowan" not in answers["auditor"].text
    assert (pdf.headers["content-type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    conn = await asyncpg.connect(database.owner_url)
    rows = await conn.fetch("SELECT what FROM access_log WHERE what = 'full_record'")
    await conn.close()
    assert len(rows) == 3


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "text/html; charset=utf-8"),
        ("text/html,application/pdf;q=0.9", "text/html; charset=utf-8"),
        ("application/pdf", "application/pdf"),
    ],
)
@pytest.mark.obligation("S11", "S36")
async def test_a_directory_entry_comes_in_the_form_that_is_asked_for(gw: Driver, accept: str, kind: str) -> None:
    for step in BEFORE:
        (await gw.take(step)).raise_for_status()

    found = await gw.http.get(
        f"/api/v1/providers/{PROVIDER_ID}/directory-entry", headers=gw.headers("parent", Accept=accept)
    )
    missing = await gw.get(f"/providers/{PLACEMENT_ID}/directory-entry")
    odd = await gw.get(f"/providers/{PROVIDER_ID}/directory-entry", format="docx")

    assert found.status_code == 200
    assert found.headers["content-type"] == kind
    assert (missing.status_code, odd.status_code) == (404, 422)


async def _documents(driver: Driver, kind: str) -> list[dict[str, Any]]:
    """The documents of a kind once they are on record: they are made a moment after their event."""
    async with asyncio.timeout(60):
        while True:
            listed = (await driver.get(f"/placements/{PLACEMENT_ID}/documents")).json()["documents"]
            found = [each for each in listed if each["kind"] == kind]
            if found:
                return found
            await asyncio.sleep(0.05)


@pytest.mark.obligation("S14", "S36")
async def test_a_document_is_read_as_it_was_made_by_those_who_see_names(whole: Driver, database: Database) -> None:
    await told(whole, "submit-referral")
    (listed,) = await _documents(whole, "referral_form")
    path = listed["href"].removeprefix("/api/v1")
    people = ("case_worker", "auditor", "other_school")

    answers = {who: await whole.get(path, who) for who in people}
    pdf = await whole.get(path, format="pdf")
    unknown = await whole.get(f"/placements/{PLACEMENT_ID}/documents/{PROVIDER_ID}")

    assert [answers[who].status_code for who in people] == [200, 403, 404]
    assert "Rowan Tester-Field" in answers["case_worker"].text
    assert (await whole.get(path)).content == answers["case_worker"].content
    assert pdf.content.startswith(b"%PDF-")
    assert unknown.status_code == 404
    names = (await whole.get(f"/placements/{PLACEMENT_ID}/documents", "auditor")).text
    assert "Rowan" not in names
    conn = await asyncpg.connect(database.owner_url)
    rows = await conn.fetch("SELECT what FROM access_log WHERE what = 'document'")
    await conn.close()
    assert len(rows) == 3


@pytest.mark.obligation("S14", "S23", "S31")
async def test_an_unsendable_letter_is_listed_for_those_who_see_its_placement(whole: Driver) -> None:
    """No sender is set up here, so every letter by post or e-mail is to be handed over; one by hand is not."""
    await told(whole, "notify-outcome")
    await _documents(whole, "outcome_notification")

    listed = await _to_hand_over(whole, "outcome_notification")
    page = (await whole.get("/letters", limit=1)).json()
    following = dict(parse_qsl(urlsplit(page["next"]).query))
    second = (await whole.get("/letters", **following)).json()
    odd = [
        await whole.get("/letters", cursor=each)
        for each in ("nonsense", LETTERS.pack((datetime.fromisoformat("2026-09-01"), uuid7())))
    ]
    documents = (await whole.get(f"/placements/{PLACEMENT_ID}/documents")).json()["documents"]

    assert {each["why"] for each in listed} <= {"no_sender", "no_postal_address", "no_email_address"}
    assert {each["placement_id"] for each in listed} == {str(PLACEMENT_ID)}
    assert [len(each["letters"]) for each in (page, second)] == [1, 1]
    assert page["letters"] != second["letters"]
    assert [each.status_code for each in odd] == [422, 422]
    assert (await whole.get("/letters", "other_school")).json() == {"letters": [], "next": None}
    by_id = {each["document_id"]: each["letter"] for each in documents}
    assert {by_id[each["document_id"]]["status"] for each in listed} == {"to_hand_over"}
    (agreement,) = [each for each in documents if each["kind"] == "agreement"]
    assert [each["party"] for each in agreement["signed"]] == ["school", "provider"]
    assert agreement["letter"] is None


async def _to_hand_over(driver: Driver, kind: str) -> list[dict[str, Any]]:
    """The letters of a kind to hand over, once one is on the list."""
    async with asyncio.timeout(60):
        while True:
            listed = (await driver.get("/letters", limit=200)).json()["letters"]
            found = [each for each in listed if each["kind"] == kind]
            if found:
                return found
            await asyncio.sleep(0.05)
