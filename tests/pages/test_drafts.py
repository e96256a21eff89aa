"""Forms are kept as they were typed: for who typed them, sealed, until they are sent or erased."""

from uuid import UUID

import asyncpg
import pytest

from infra.identity import form_drafts
from infra.identity.tokens import Person
from infra.ids import uuid7
from infra.postgres.db import connection
from services.gateway.commands import examples
from services.gateway.pages.drafts.sweeping import sweep
from services.gateway.pages.started.unsent import unsent
from tests.conftest import Database
from tests.gateway.driving import Driver
from tests.pages.posting import PagesOf

NOTE = {"text": "Piper's mother rang about the bus."}
DO = f"/placements/{examples.PLACEMENT_ID}/do/add-note"


@pytest.fixture
async def amara(whole: Driver) -> PagesOf:
    (await whole.take(examples.OF_PLACEMENT[0])).raise_for_status()
    return await PagesOf.signed_in(whole, "case_worker")


GRANT = "/schools/900001/do/grant-delegation"
TYPED = {"granted_on-day": "the 13th"}


@pytest.fixture
async def hector(gw: Driver) -> PagesOf:
    """The head, whose school's forms wait for nothing else that runs."""
    for step in examples.BEFORE[:2]:
        (await gw.take(step)).raise_for_status()
    return await PagesOf.signed_in(gw, "head")


async def _typed(hector: PagesOf) -> tuple[str, UUID]:
    """The address of a form in which a mistake was found."""
    command_id = uuid7()
    answer = await hector.post(GRANT, {**TYPED, "command_id": str(command_id), "version": "2", "do": "check"})
    assert answer.status_code == 422
    return f"{GRANT}/{command_id}", command_id


async def _begun(amara: PagesOf) -> tuple[str, UUID]:
    """The address of a form that was checked and not sent."""
    command_id = uuid7()
    version = (await amara.driver.get(f"/placements/{examples.PLACEMENT_ID}")).json()["version"]
    form = {**NOTE, "command_id": str(command_id), "version": str(version), "do": "check"}
    answer = await amara.post(DO, form)
    assert answer.status_code == 303
    return answer.headers["location"].removesuffix("/check"), command_id


async def _rows(driver: Driver) -> list[UUID]:
    async with connection(driver.gateway.engine) as conn:
        return [row["command_id"] for row in await conn.fetch("SELECT command_id FROM form_draft")]


async def test_form_is_kept_as_typed_and_sent_from_its_check_page_once(amara: PagesOf) -> None:
    at, command_id = await _begun(amara)

    shown, check = await amara.get(at), await amara.get(f"{at}/check")
    listed = await amara.get("/started")

    assert "Piper&#39;s mother rang about the bus." in shown.text
    assert "Check before you send" in check.text
    assert f'href="{at}"' in listed.text
    assert "Piper" not in listed.text
    sent = await amara.post(f"{at}/check")
    assert (sent.status_code, "/done/" in sent.headers["location"]) == (303, True)
    assert await _rows(amara.driver) == []
    again = [await amara.post(f"{at}/check"), await amara.get(f"{at}/check"), await amara.get(at)]
    assert {each.headers["location"] for each in again} == {sent.headers["location"]}
    assert command_id


async def test_what_is_kept_is_sealed_and_nobody_elses(amara: PagesOf) -> None:
    at, command_id = await _begun(amara)
    head = await PagesOf.signed_in(amara.driver, "head")

    others, listed = await head.get(at), await head.get("/started")

    assert others.headers["location"] == at.rpartition("/")[0]
    assert at not in listed.text
    async with connection(amara.driver.gateway.engine) as conn:
        assert b"Piper" not in await conn.fetchval("SELECT sealed FROM form_draft")
    taken = await head.post(DO, {**NOTE, "command_id": str(command_id), "version": "1", "do": "check"})
    assert taken.status_code == 422
    async with connection(amara.driver.gateway.engine) as conn:
        await form_drafts.forget(conn, examples.PUPIL_ID)  # as its erasure does
    assert await _rows(amara.driver) == []


async def test_list_that_grows_is_shown_by_its_own_address(amara: PagesOf) -> None:
    command_id = uuid7()
    fields = {"objectives.0.text": "Reads alone", "command_id": str(command_id), "version": "1", "add": "objectives"}
    submit = DO.replace("add-note", "submit-referral")

    answer = await amara.post(submit, fields)
    grown = await amara.get(answer.headers["location"])
    removed = await amara.post(submit, {**fields, "add": (), "remove": "objectives.0"})

    assert (answer.status_code, removed.status_code) == (303, 303)
    assert 'name="objectives.1.text"' in grown.text
    assert "Reads alone" not in (await amara.get(removed.headers["location"])).text


async def test_form_of_an_old_session_is_shown_as_typed_and_does_nothing(hector: PagesOf) -> None:
    fields = {**TYPED, "command_id": str(uuid7()), "version": "2", "do": "check"}

    answer = await hector.post(GRANT, fields, csrf="of-the-session-before")

    assert answer.status_code == 409
    assert "the 13th" in answer.text
    assert hector.csrf in answer.text
    assert await _rows(hector.driver) == []
    at, _ = await _typed(hector)
    sent = await hector.post(f"{at}/check", csrf="of-the-session-before")
    assert sent.headers["location"] == f"{at}/check"


async def test_lost_session_loses_nothing_that_was_typed(hector: PagesOf) -> None:
    hector.cookie.clear()

    answer = await hector.post(GRANT, {**TYPED, "command_id": str(uuid7()), "version": "2", "do": "check"})

    assert answer.status_code == 401
    assert "the 13th" in answer.text
    assert hector.csrf not in answer.text
    assert "no-store" in answer.headers["cache-control"]


async def test_form_from_another_site_is_neither_kept_nor_shown(hector: PagesOf) -> None:
    for session in (hector.cookie, {}):
        hector.cookie = session
        answer = await hector.driver.http.post(
            GRANT, data=TYPED, headers={**hector.headers(), "Sec-Fetch-Site": "cross-site"}
        )
        assert "the 13th" not in answer.text
        assert answer.status_code in {303, 403}
    assert await _rows(hector.driver) == []


async def test_deleted_form_is_gone_and_only_its_owner_deletes_it(hector: PagesOf) -> None:
    at, command_id = await _typed(hector)
    other = await PagesOf.signed_in(hector.driver, "case_worker")

    await other.post(f"/started/{command_id}/delete")
    assert await _rows(hector.driver) == [command_id]
    answer = await hector.post(f"/started/{command_id}/delete")

    assert answer.headers["location"] == "/started"
    assert (await hector.get(at)).headers["location"] == GRANT
    assert await _rows(hector.driver) == []


async def test_form_is_swept_thirty_days_after_it_was_last_changed(hector: PagesOf, database: Database) -> None:
    await _typed(hector)
    owner = await asyncpg.connect(database.owner_url)
    for days, left in ((29, 1), (2, 0)):
        await owner.execute("UPDATE form_draft SET saved = saved - make_interval(days => $1)", days)
        await sweep(hector.driver.gateway)
        assert len(await _rows(hector.driver)) == left
    await owner.close()


async def test_my_work_finds_what_was_started_for_this_organisation(hector: PagesOf) -> None:
    at, command_id = await _typed(hector)
    async with connection(hector.driver.gateway.engine) as conn:
        row = await conn.fetchrow("SELECT person_id, org FROM form_draft")
    assert row is not None
    person = Person(id=row["person_id"], roles=frozenset({"head"}), org=row["org"])
    elsewhere = Person(id=row["person_id"], roles=frozenset({"head"}), org="school:900002")

    found = await unsent(hector.driver.gateway, person)

    assert [(each.command_id, each.href) for each in found] == [(command_id, at)]
    assert await unsent(hector.driver.gateway, elsewhere) == []
