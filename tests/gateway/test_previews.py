"""Previews: by the command's own decision, with nothing held, made or stored, and no more shown than one may see."""

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from infra.ids import uuid7
from infra.postgres.db import connection
from services.application import previewing as application
from services.gateway.commands import examples
from services.gateway.commands.catalogue import SPECS
from services.gateway.commands.examples import PLACEMENT_ID, PROVIDER_ID, SCHOOL_URN, STORY
from services.gateway.http.shares import Use
from services.gateway.previews import previewing
from tests.conftest import Database
from tests.gateway.driving import DRAFT, Driver, path_of
from tests.gateway.foreseeing import CHECKED_WHEN_SENT, foreseen_and_given, preview
from tests.gateway.test_reading import told

NOTICE = next(step for step in STORY if step.command == "give-notice")
SUBMIT = next(step for step in STORY if step.command == "submit-referral")
OF_PLACEMENT = f"/placements/{PLACEMENT_ID}/commands"
_TABLES = """
SELECT schemaname || '.' || relname FROM pg_stat_user_tables
WHERE schemaname NOT LIKE 'pg_%' AND relname <> 'access_log' ORDER BY 1
"""


def _files(folder: Path) -> list[str]:
    return sorted(str(each) for each in folder.rglob("*"))


async def _stored(database: Database, keys: Path) -> dict[str, Any]:
    """How many rows there are of everything but the access log, the last position given out, and the keys."""
    owner = await asyncpg.connect(database.owner_url)
    try:
        tables = [row[0] for row in await owner.fetch(_TABLES)]
        counts = {each: await owner.fetchval(f"SELECT count(*) FROM {each}") for each in tables}  # noqa: S608
        newest = {
            each: await owner.fetchval(f"SELECT max(xmin::text::bigint) FROM {each}")  # noqa: S608
            for each in tables
            if each.startswith("event_store.")
        }
        positions = {
            row[0]: row[1]
            for row in await owner.fetch("SELECT schemaname || sequencename, last_value FROM pg_sequences")
            if "access_log" not in row[0]
        }
    finally:
        await owner.close()
    return {"counts": counts, "newest": newest, "positions": positions, "keys": _files(keys)}


async def test_a_preview_stores_nothing_and_makes_no_key(
    gw: Driver, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in examples.BEFORE:
        (await gw.take(step)).raise_for_status()
    keys = Path(str(gw.gateway.settings.keys_directory))
    modes: list[str] = []
    of_the_command = application.preview

    async def watched(conn: asyncpg.Connection, *arguments: Any) -> Any:
        modes.append(await conn.fetchval("SHOW transaction_read_only"))
        return await of_the_command(conn, *arguments)

    monkeypatch.setattr(application, "preview", watched)
    before = await _stored(database, keys)

    answers = [
        await preview(gw, "/placements", DRAFT.body),
        await preview(gw, f"/schools/{SCHOOL_URN}/commands/publish-calendar", STORY[1].body, "head"),
        await preview(gw, "/schools/900009/commands/register-school", STORY[0].body, "la_officer"),
        await preview(gw, f"/providers/{uuid7()}/commands/register-provider", STORY[2].body, "la_officer"),
        await preview(gw, f"/providers/{PROVIDER_ID}/commands/register-provider", STORY[2].body, "la_officer"),
    ]

    assert [each.status_code for each in answers] == [200] * 5, [each.text for each in answers]
    assert [each.json()["would"] for each in answers] == ["accept", "accept", "accept", "accept", "refuse"]
    assert modes == ["on"] * 5
    assert await _stored(database, keys) == before


async def test_previews_of_a_placement_store_nothing(whole: Driver, database: Database) -> None:
    await told(whole, "sign-agreement")
    await whole.move_clock(NOTICE)
    await whole.rest()
    keys = Path(str(whole.gateway.settings.keys_directory))
    before = await _stored(database, keys)

    said = await preview(whole, f"{OF_PLACEMENT}/give-notice", NOTICE.body)
    pupil = await preview(
        whole, f"/pupils/{examples.PUPIL_ID}/commands/change-pupil-flags", examples.EXAMPLES["change-pupil-flags"]
    )

    assert said.json()["would"] == "accept", said.text
    assert pupil.status_code == 200, pupil.text
    assert await _stored(database, keys) == before


@contextlib.asynccontextmanager
async def _everything_held(database: Database) -> AsyncIterator[None]:
    """Somebody else is at work on each placement, and on each pupil, provider and index of numbers of theirs."""
    conn = await asyncpg.connect(database.owner_url)
    try:
        async with conn.transaction():
            await conn.execute("SELECT FROM placement FOR UPDATE")
            await conn.execute("LOCK TABLE pupil_number, pupil_number_key, command IN EXCLUSIVE MODE")
            for name in (str(examples.PUPIL_ID), str(PROVIDER_ID), str(SCHOOL_URN)):
                for space in (0x5055504C, 0x50524F56, 0x55504E53, 0x50524C53):
                    await conn.execute("SELECT pg_advisory_xact_lock($1, hashtext($2))", space, name)
            yield
    finally:
        await conn.close()


async def test_a_preview_waits_for_nobody(whole: Driver, database: Database) -> None:
    await told(whole, "submit-referral")
    propose = next(step for step in STORY if step.command == "propose-provider")

    async with _everything_held(database):
        drafted = await preview(whole, "/placements", DRAFT.body)
        proposed = await preview(whole, path_of(propose.command), propose.body, propose.role)

    assert drafted.status_code == 200, drafted.text
    assert proposed.json()["would"] == "accept", proposed.text


async def test_letters_read_in_a_preview_as_they_are_made(whole: Driver) -> None:
    await told(whole, "sign-agreement")
    await whole.move_clock(NOTICE)

    said = (await preview(whole, path_of("give-notice"), NOTICE.body)).json()
    (await whole.take(NOTICE)).raise_for_status()
    await whole.rest()

    made = (await whole.get(f"/placements/{PLACEMENT_ID}/documents")).json()["documents"]
    notices = [each for each in made if each["kind"] in {"notice", "la_notice"}]
    pages = [(await whole.get(f"/placements/{PLACEMENT_ID}/documents/{each['document_id']}")).text for each in notices]
    assert notices
    assert [(each["kind"], each["html"]) for each in said["documents"]] == [
        (each["kind"], page) for each, page in zip(notices, pages, strict=True)
    ]
    assert [[to["role"] for to in each["recipients"]] for each in said["documents"]] == [
        [each["recipient"]] for each in notices
    ]
    assert "Rowan" in said["documents"][0]["html"]
    assert said["events"][0]["summary"].startswith("Notice of the start on")
    assert said["deadlines"]["met"]


async def test_a_preview_says_each_reason_with_its_clause_and_its_page(whole: Driver) -> None:
    await told(whole, "draft-referral")

    said = (await preview(whole, path_of("give-notice"), NOTICE.body)).json()

    assert (said["would"], said["events"], said["documents"]) == ("refuse", [], [])
    [reason] = said["reasons"]
    refused = (await whole.give(path_of("give-notice"), NOTICE.body)).json()
    assert {**refused["reasons"][0], "title": refused["title"], "type": refused["type"], "offers": []} == reason


async def test_a_preview_is_refused_as_the_command_itself_is(whole: Driver) -> None:
    await told(whole, "draft-referral")
    path = path_of("submit-referral")

    for who in ("auditor", "head", "other_school", "other_provider", "parent"):
        asked, given = await preview(whole, path, SUBMIT.body, who), await whole.give(path, SUBMIT.body, who)
        assert (asked.status_code, asked.json()["code"]) == (given.status_code, given.json()["code"]), who
    for body in ({"surplus": 1}, {**SUBMIT.body, "proposed_days": "many"}):
        asked, given = await preview(whole, path, body), await whole.give(path, body)
        assert (asked.status_code, asked.json()["errors"]) == (422, given.json()["errors"])
    anonymous = await whole.http.post(f"/api/v1{path}/preview", json=SUBMIT.body)
    assert anonymous.status_code == 401
    typed = await whole.http.post(f"/api/v1{path}/preview", content=b"x=1", headers=whole.headers("case_worker"))
    assert typed.status_code == 415
    stale = await preview(whole, path, SUBMIT.body, headers={"If-Match": '"0"'})
    assert (stale.status_code, stale.json()["version"]) == (412, 1)
    assert [each["type"] for each in stale.json()["changes"]] == ["ReferralDrafted"]
    now = await preview(whole, path, SUBMIT.body, headers={"If-Match": '"1"'})
    assert now.json()["would"] == "accept"


async def test_a_preview_of_a_draft_says_nothing_of_other_peoples_pupils(whole: Driver) -> None:
    drafted = (await whole.draft()).json()
    own = (await whole.get(f"/placements/{drafted['placement_id']}")).json()["record"]["pupil_id"]
    of_other_school = {**DRAFT.body, "home_school_urn": "900002"}

    about = {
        name: await preview(whole, "/placements", {**of_other_school, "pupil_id": str(pupil_id)}, "other_school")
        for name, pupil_id in (("foreign", own), ("free", uuid7()), ("provider", PROVIDER_ID))
    }
    unnamed = await preview(whole, "/placements", of_other_school, "other_school")
    mine = await preview(whole, "/placements", {**DRAFT.body, "pupil_id": own})

    assert {each.status_code for each in about.values()} == {200}
    assert len({each.text for each in (*about.values(), unnamed)}) == 1
    assert CHECKED_WHEN_SENT in [each["code"] for each in unnamed.json()["warnings"]]
    assert mine.status_code == 200


async def test_a_draft_with_a_known_upn_of_the_own_school_is_foreseen_as_refused(whole: Driver) -> None:
    drafted = (await whole.draft()).json()
    own = (await whole.get(f"/placements/{drafted['placement_id']}")).json()["record"]["pupil_id"]

    said = (await preview(whole, "/placements", DRAFT.body)).json()
    given = await whole.give("/placements", DRAFT.body)

    assert given.status_code == 409
    assert [each["code"] for each in said["reasons"]] == [each["code"] for each in given.json()["reasons"]]
    assert said["reasons"][0]["offers"] == [own]


async def test_a_provider_is_shown_of_a_preview_what_it_sees(whole: Driver) -> None:
    await told(whole, "issue-agreement")
    sign = next(step for step in STORY if step.command == "sign-agreement")
    by_provider = next(each for each in (sign, *examples.given_again("sign-agreement")) if each.role == "provider_user")
    await whole.move_clock(by_provider)

    said = (await preview(whole, path_of("sign-agreement"), by_provider.body, "provider_user")).json()

    assert said["would"] == "accept", said
    assert [each["type"] for each in said["events"]] == ["AgreementSigned"]
    assert all(each["rule"] in {"T9", "T10"} for part in said["deadlines"].values() for each in part)
    assert "Rowan" not in json.dumps(said)


async def test_each_preview_is_logged_and_an_hour_has_a_most(whole: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    await told(whole, "draft-referral")
    monkeypatch.setattr(previewing, "MOST_AN_HOUR", 2)

    answers = [
        await preview(whole, path_of("submit-referral"), SUBMIT.body),
        await preview(whole, "/placements", DRAFT.body),
        await preview(whole, path_of("submit-referral"), SUBMIT.body),
    ]

    assert [each.status_code for each in answers] == [200, 200, 429]
    assert answers[2].json()["code"] == "too_many_readings"
    assert 0 < int(answers[2].headers["Retry-After"]) <= 3600
    async with connection(whole.gateway.engine) as conn:
        rows = await conn.fetch("SELECT placement_id, why FROM access_log WHERE what = 'preview' ORDER BY access_id")
    assert [(row["placement_id"], row["why"]) for row in rows] == [
        (UUID(str(PLACEMENT_ID)), "submit-referral"),
        (previewing.NOBODY, "draft-referral"),
    ]


async def test_one_person_has_a_few_previews_under_way(gw: Driver) -> None:
    signed_in = await gw.gateway.verifier.verify(gw.tokens.of("case_worker"))
    with contextlib.ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(gw.gateway.shares.held(signed_in.id, Use.PREVIEW))
        answer = await preview(gw, "/placements", DRAFT.body)

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_at_once")


async def test_a_preview_says_in_words_what_would_happen(whole: Driver) -> None:
    await told(whole, "draft-referral")

    said = (await preview(whole, path_of("submit-referral"), SUBMIT.body)).json()

    assert said["version"] == 1
    assert [each["type"] for each in said["events"]] == ["ReferralSubmitted"]
    assert said["events"][0]["summary"].startswith("The referral was submitted for")


async def test_nothing_is_foreseen_of_a_pupil_whose_data_are_erased(whole: Driver) -> None:
    await told(whole, "draft-referral")
    await whole.gateway.keys.destroy(examples.PUPIL_ID, owner=f"school:{SCHOOL_URN}")

    answer = await preview(whole, path_of("submit-referral"), SUBMIT.body)

    assert (answer.status_code, answer.json()["code"]) == (409, "personal_data_erased")


async def test_each_step_before_the_story_does_what_its_preview_said(gw: Driver) -> None:
    for step in examples.BEFORE:
        answer = await foreseen_and_given(gw, step)

        assert answer.status_code == 200, f"{step.command}: {answer.text}"


async def test_each_step_of_the_register_does_what_its_preview_said(whole: Driver) -> None:
    await told(whole, "start-placement")
    steps = [step for step in STORY if step.command in SPECS["attendance"]]
    made, met = set[str](), set[str]()
    for step in steps:
        await whole.move_clock(step)
        said = (await preview(whole, path_of(step.command), step.body, step.role)).json()
        made |= {each["rule"] for each in said["deadlines"]["created"]}
        met |= {each["rule"] for each in said["deadlines"]["met"]}

        answer = await foreseen_and_given(whole, step)

        assert answer.status_code == 200, f"{step.command}: {answer.text}"
    assert {step.command for step in steps} == set(SPECS["attendance"])
    assert "T9" in made & met
