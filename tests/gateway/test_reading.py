"""Reading: who sees what, how the record stood and was known, pages that neither skip nor repeat."""

import asyncio
import json
from typing import Any

import asyncpg
import pytest

from infra.ids import uuid7
from services.gateway.commands import examples
from services.gateway.commands.examples import EXAMPLES, OF_PLACEMENT, PLACEMENT_ID, PROVIDER_ID, SCHOOL_URN, STORY
from tests.conftest import Database
from tests.gateway.driving import DRAFT, Driver, path_of


async def told(driver: Driver, until: str) -> None:
    """The story up to and with a command, and all that follows from it."""
    names = [step.command for step in OF_PLACEMENT]
    for step in OF_PLACEMENT[: names.index(until) + 1]:
        await driver.move_clock(step)
        (await driver.take(step)).raise_for_status()
    await driver.rest()


async def test_who_sees_a_placement(whole: Driver) -> None:
    await told(whole, "submit-referral")
    people = (
        *("case_worker", "head", "la_officer", "auditor", "integration", "social_worker"),
        *("other_school", "other_provider", "provider_user", "parent"),
    )

    seen = {who: (await whole.get(f"/placements/{PLACEMENT_ID}", who)).status_code for who in people}
    listed = {who: len((await whole.get("/placements", who)).json()["placements"]) for who in people}

    assert [who for who, status in seen.items() if status == 200] == list(people[:6])
    assert [who for who, status in seen.items() if status == 404] == list(people[6:])
    assert [who for who, count in listed.items() if count] == list(people[:6])


async def test_a_provider_sees_a_placement_once_it_is_asked_for_a_place(whole: Driver) -> None:
    await told(whole, "propose-provider")
    asking = f"/placements/{PLACEMENT_ID}/commands/request-provider-offer"
    (await whole.give(asking, EXAMPLES["request-provider-offer"])).raise_for_status()

    assert (await whole.get(f"/placements/{PLACEMENT_ID}", "provider_user")).status_code == 200
    assert (await whole.get(f"/placements/{PLACEMENT_ID}", "other_provider")).status_code == 404
    other = await whole.give(f"/placements/{PLACEMENT_ID}/commands/close", {}, "other_provider")
    assert other.status_code == 404


async def test_names_are_for_those_who_need_them_and_each_reading_is_logged(whole: Driver, database: Database) -> None:
    await told(whole, "draft-referral")

    worker = await whole.get(f"/placements/{PLACEMENT_ID}")
    auditor = await whole.get(f"/placements/{PLACEMENT_ID}", "auditor")
    timeline = await whole.get(f"/placements/{PLACEMENT_ID}/timeline", "auditor")
    await whole.get(f"/placements/{PLACEMENT_ID}/deadlines", "head")
    await whole.get(f"/placements/{PLACEMENT_ID}", "other_school")

    assert worker.json()["record"]["pupil"]["legal_name"] == "Rowan Tester-Field"
    assert "Tester" not in auditor.text + timeline.text
    assert timeline.json()["events"][0]["withheld"] == ["pupil"]
    conn = await asyncpg.connect(database.owner_url)
    rows = await conn.fetch("SELECT what FROM access_log WHERE placement_id = $1 ORDER BY access_id", PLACEMENT_ID)
    await conn.close()
    assert [row["what"] for row in rows] == ["record", "record", "timeline", "deadlines"]


async def test_the_record_as_it_stood_and_as_it_was_known(whole: Driver) -> None:
    await told(whole, "determine")

    async def record(**when: str) -> Any:
        return await whole.get(f"/placements/{PLACEMENT_ID}", **when)

    now = await record()
    assert (now.json()["stage"], now.headers.get("ETag")) == ("determined", f'"{now.json()["version"]}"')
    assert (await record(as_at="2026-11-25")).json()["stage"] == "awaiting_decision"
    assert (await record(known_at="2026-11-23")).json()["stage"] == "screening"
    assert (await record(as_at="2026-11-24T00:00:00+00:00")).json()["stage"] == "screening"
    assert "ETag" not in (await record(as_at="2026-11-25")).headers
    assert (await record(as_at="2026-11-01")).status_code == 404


async def test_times_of_another_form_are_malformed(whole: Driver) -> None:
    await told(whole, "draft-referral")

    for text in ("yesterday", "2026-13-01", "2026-11-23T09:00:00", "0001-01-01", "9999-12-31T23:59:59-12:00", "5", ""):
        answer = await whole.get(f"/placements/{PLACEMENT_ID}", as_at=text)

        assert answer.status_code == 422, text


async def test_which_commands_may_be_given_and_why_not_the_others(whole: Driver) -> None:
    await told(whole, "draft-referral")

    answer = await whole.get(f"/placements/{PLACEMENT_ID}/commands")
    head = await whole.get(f"/placements/{PLACEMENT_ID}/commands", "head")

    offered = {each["command"]: each for each in answer.json()["commands"]}
    assert offered["submit-referral"]["allowed"]
    assert offered["close"]["why_not"][0]["code"] == "wrong_stage"
    assert {each["command"]: each for each in head.json()["commands"]}["submit-referral"]["why_not"][0]["code"] == (
        "role_not_allowed"
    )
    marking = offered["record-mark"]
    assert marking["href"].endswith(f"{PLACEMENT_ID}/attendance/2026-W48/commands/record-mark")
    assert {each["code"] for each in marking["why_not"]} == {"wrong_stage", "role_not_allowed"}
    assert "pass-time" not in offered
    assert "draft-referral" not in offered


async def test_pages_of_the_caseload_join_to_the_whole(whole: Driver) -> None:
    drafted = {(await whole.draft()).json()["placement_id"] for _ in range(7)}

    for sort in ("next_deadline", "updated"):
        seen: list[str] = []
        path: str | None = f"/api/v1/placements?limit=3&sort={sort}&stage=draft"
        while path:
            page = (await whole.http.get(path, headers=whole.headers("case_worker"))).json()
            seen += [each["placement_id"] for each in page["placements"]]
            path = page["next"]

        assert len(seen) == 7
        assert set(seen) == drafted


async def test_one_reference_is_found_and_a_name_is_not_searched(whole: Driver) -> None:
    await told(whole, "draft-referral")

    assert len((await whole.get("/placements", q=str(PLACEMENT_ID))).json()["placements"]) == 1
    assert (await whole.get("/placements", "other_school", q=str(PLACEMENT_ID))).json()["placements"] == []
    assert (await whole.get("/placements", q=str(uuid7()))).json()["placements"] == []
    assert (await whole.get("/placements", q="Rowan")).status_code == 422


async def test_cursors_that_no_page_gave_are_malformed(gw: Driver) -> None:
    for path in ("/placements", "/schools", "/deadlines", "/reviews"):
        for cursor in ("x", "!!!", "\x00", "e30", "WzFd", "W10", "WyJhIiwiYiIsImMiXQ", "ü", "a" * 256, "null"):
            answer = await gw.get(path, cursor=cursor)

            assert answer.status_code == 422, (path, cursor)


async def test_deadlines_say_their_arithmetic(whole: Driver) -> None:
    await told(whole, "determine")

    answer = await whole.get(f"/placements/{PLACEMENT_ID}/deadlines")

    notice = next(each for each in answer.json()["deadlines"] if each["rule"] == "T1")
    assert notice["due_on"] == "2026-12-02"
    assert "two clear school days" in notice["words"]
    assert (await whole.get("/deadlines", severity="BREACH")).status_code == 200
    assert (await whole.get("/deadlines", "other_school")).json()["deadlines"] == []


async def test_every_deadline_says_in_a_field_whether_its_day_may_move(whole: Driver) -> None:
    """In answers, on one placement, over all, in the caseload and in the evidence: known first, then unpublished."""
    await told(whole, "start-placement")
    calendar = EXAMPLES["publish-calendar"]
    short = [each for each in calendar["half_terms"] if each["first_on"] < "2026-12-31"]
    of_one, path = f"/placements/{PLACEMENT_ID}", f"/placements/{PLACEMENT_ID}/commands/add-note"

    async def fields() -> dict[str, set[bool]]:
        listed = {
            "one": (await whole.get(f"{of_one}/deadlines")).json()["deadlines"],
            "all": [each for each in (await whole.get("/deadlines")).json()["deadlines"] if each["placement_id"]],
        }
        for each in (*listed["one"], *listed["all"]):
            assert each["provisional"] is ("(provisional: " in each["words"]), each["words"]
        listed["evidence"] = (await whole.get(f"{of_one}/evidence")).json()["evidence"]
        (row,) = (await whole.get("/placements")).json()["placements"]
        answer = await whole.give(path, {"text": "Telephoned the school office"})
        listed["answer"] = answer.json()["deadlines"]
        found = {name: {each["provisional"] for each in rows} for name, rows in listed.items()}
        return found | {"caseload": {row["next_deadline_provisional"]}}

    known = await fields()
    revised = await whole.give(path_of("publish-calendar"), {"half_terms": short, "inset_days": ["2026-09-02"]}, "head")
    assert revised.status_code == 200, revised.text
    await whole.rest()
    unknown = await fields()

    assert known == {name: {False} for name in ("one", "all", "evidence", "answer", "caseload")}
    # The next deadline of the caseload lies in the term that is published.
    assert unknown == {name: {False} if name == "caseload" else {False, True} for name in known}


async def test_what_a_commissioner_found_out_about_a_provider_is_its_own(whole: Driver) -> None:
    async def shown(who: str) -> dict[str, Any]:
        (listed,) = (await whole.get("/providers", who)).json()["providers"]
        one: dict[str, Any] = (await whole.get(f"/providers/{PROVIDER_ID}", who)).json()
        del one["occupancy"]  # counted for one provider alone
        assert listed == one
        return one

    seen = {
        who: [each["org_id"] for each in (await shown(who))["due_diligence"]]
        for who in ("case_worker", "auditor", "other_school", "la_officer", "provider_user", "parent")
    }

    own = [f"school:{SCHOOL_URN}"]
    assert seen == {
        "case_worker": own,
        "auditor": own,
        "other_school": [],
        "la_officer": [],
        "provider_user": [],
        "parent": [],
    }


async def test_schools_providers_and_codes_are_for_everybody_signed_in(whole: Driver) -> None:
    schools = (await whole.get("/schools", "parent")).json()
    providers = (await whole.get("/providers", "parent")).json()
    provider = await whole.get(f"/providers/{PROVIDER_ID}", "parent")

    assert [each["name"] for each in schools["schools"]] == ["Alderbrook Academy"]
    assert [each["name"] for each in providers["providers"]] == ["Millrace Workshop"]
    assert provider.json()["visits"][0]["sections"][0]["status"] == "complete"
    assert provider.headers["ETag"] == '"4"'
    assert "OSD" in (await whole.get("/reference/legal-basis", "parent")).json()["codes"]
    assert (await whole.get("/reference/nothing", "parent")).json()["code"] == "code_set_unknown"
    assert (await whole.get("/schools/999999", "parent")).status_code == 404
    assert (await whole.get(f"/providers/{uuid7()}", "parent")).status_code == 404


async def test_pages_of_the_directory_join_to_the_whole(gw: Driver) -> None:
    body = examples.EXAMPLES["register-provider"]
    ids = {str(uuid7()) for _ in range(5)}
    for each in ids:
        (await gw.give(f"/providers/{each}/commands/register-provider", body, "la_officer")).raise_for_status()

    seen: list[str] = []
    path: str | None = "/api/v1/providers?limit=2"
    while path:
        page = (await gw.http.get(path, headers=gw.headers("auditor"))).json()
        seen += [each["provider_id"] for each in page["providers"]]
        path = page["next"]

    assert len(seen) == 5
    assert set(seen) == ids


async def test_one_event_in_full_is_permission_checked(whole: Driver) -> None:
    await told(whole, "draft-referral")
    [event] = (await whole.get(f"/placements/{PLACEMENT_ID}/timeline")).json()["events"]
    path = f"/events/{event['event_id']}"

    worker, auditor = await whole.get(path), await whole.get(path, "auditor")

    assert worker.json()["data"]["pupil"]["legal_name"] == DRAFT.body["pupil"]["legal_name"]
    assert "pupil" not in auditor.json()["data"]
    assert (await whole.get(path, "other_school")).status_code == 404
    assert (await whole.get(f"/events/{uuid7()}")).status_code == 404
    feed = (await whole.get("/events", "auditor", type="school.registered")).json()["events"]
    assert (await whole.get(f"/events/{feed[0]['id']}", "auditor")).status_code == 200
    assert (await whole.get(f"/events/{feed[0]['id']}", "other_provider")).status_code == 404


async def test_a_correction_that_cannot_be_shown_is_refused_and_quotes_nothing(whole: Driver) -> None:
    await told(whole, "draft-referral")
    [event] = (await whole.get(f"/placements/{PLACEMENT_ID}/timeline")).json()["events"]
    pupil = json.dumps(event["data"]["pupil"])

    for value in (pupil.replace("Rowan", "Zebedee\\u0000"), '"Zebedee"', "Zebedee", '{"Zebedee":1}', "1e999"):
        body = {"corrects_event_id": event["event_id"], "field": "pupil", "value": value, "reason": "wrong"}
        answer = await whole.give(f"/placements/{PLACEMENT_ID}/commands/correct-record", body)

        code = "value_out_of_bounds" if "u0000" in value else "value_unreadable"
        assert (answer.status_code, answer.json()["code"]) == (409, code)
        assert "Zebedee" not in answer.text
    assert (await whole.get(f"/placements/{PLACEMENT_ID}")).status_code == 200


async def test_code_lists_are_dated_and_named(gw: Driver) -> None:
    listed = (await gw.get("/reference", "parent")).json()["code_sets"]
    hrefs = [each["href"].removeprefix("/api/v1") for each in listed]
    statuses = {(await gw.get(href, "parent")).status_code for href in hrefs}
    before = (await gw.get("/reference/regimes", "parent", on="2026-07-25")).json()
    now = (await gw.get("/reference/regimes", "parent")).json()

    assert {"/reference/legal_basis", "/reference/roles", "/reference/rules"} <= set(hrefs)
    assert statuses == {200}
    assert ("ACAD-PRE" in before["codes"], "ACAD-2026" in before["codes"]) == (True, False)
    assert ("ACAD-PRE" in now["codes"], now["on"]) == (False, "2026-11-23")
    unsure = next(each for each in now["entries"] if each["code"] == "ACAD-2026")
    assert (unsure["certainty"], unsure["from_on"]) == ("unconfirmed", "2026-07-26")
    assert (await gw.get("/reference/regimes", "parent", on="yesterday")).status_code == 422


@pytest.mark.obligation("C8")
async def test_a_revised_calendar_moves_the_deadlines_of_the_schools_placements(whole: Driver) -> None:
    await told(whole, "start-placement")
    calendar = next(step for step in STORY if step.command == "publish-calendar")
    half_terms = [
        {**each, "last_on": "2026-12-22"} if each["name"] == "Autumn 2" else each
        for each in calendar.body["half_terms"]
    ]

    revised = await whole.give(path_of("publish-calendar"), {**calendar.body, "half_terms": half_terms}, "head")

    assert revised.status_code == 200, revised.text
    moved = None
    async with asyncio.timeout(60):
        while moved is None:
            due = (await whole.get(f"/placements/{PLACEMENT_ID}/deadlines")).json()["deadlines"]
            await asyncio.sleep(0.05)
            moved = next((each for each in due if each["was_on"] is not None), None)
    assert (moved["rule"], moved["due_on"]) == ("T5", "2026-12-22")
    assert "before the school's calendar was revised" in moved["words"]
