"""Names in lists and by search: for whom, logged how, corrected, rebuilt, limited, and in no address."""

import json
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.shared.references import reference_of
from domain.shared.upn import check_letter
from events.codec import canonical_json
from infra.ids import uuid7
from services.gateway.commands.examples import PLACEMENT_ID
from services.gateway.lists.searches import MOST_AN_HOUR
from tests.conftest import Database
from tests.gateway.commandline import placements
from tests.gateway.driving import DRAFT, Driver
from tests.gateway.test_reading import told

NAME, UPN, REFERENCE = "Rowan Tester-Field", "B801200005001", reference_of(UUID(str(PLACEMENT_ID)))
COMMANDS = f"/placements/{PLACEMENT_ID}/commands"
LISTS = (("/placements", "placements"), ("/deadlines", "deadlines"), ("/reviews", "reviews"))


async def names(
    driver: Driver, who: str, path: str = "/placements", rows: str = "placements", **asked: Any
) -> set[Any]:
    answer = await driver.get(path, who, **asked)
    answer.raise_for_status()
    return {each["pupil_name"] for each in answer.json()[rows] if each["placement_id"]}


async def searched(driver: Driver, who: str = "case_worker", **body: str) -> list[dict[str, Any]]:
    """What a search finds, by the address that it was answered with."""
    made = await driver.http.post("/api/v1/placements/searches", json=body, headers=driver.headers(who))
    assert made.status_code == 201, made.text
    assert made.headers["location"] == made.json()["href"]
    found = await driver.http.get(made.json()["href"], headers=driver.headers(who))
    found.raise_for_status()
    rows: list[dict[str, Any]] = found.json()["placements"]
    return rows


async def refused(driver: Driver, body: Any, who: str = "case_worker") -> tuple[int, str]:
    answer = await driver.http.post("/api/v1/placements/searches", json=body, headers=driver.headers(who))
    return answer.status_code, answer.json()["code"]


async def test_lists_name_the_pupil_to_those_who_read_names_and_log_it_once(whole: Driver, database: Database) -> None:
    await told(whole, "invite-to-review")
    owner = await asyncpg.connect(database.owner_url)

    for path, rows in LISTS:
        for who in ("case_worker", "head", "la_officer", "social_worker", "provider_user"):
            assert await names(whole, who, path, rows) == {NAME}, (path, who)
        for who in ("auditor", "integration"):
            assert await names(whole, who, path, rows) <= {None}, (path, who)
        for who in ("other_school", "other_provider"):
            assert await names(whole, who, path, rows) == set(), (path, who)
    (row,) = (await whole.get("/placements")).json()["placements"]
    assert (row["year_group"], row["restricted"], row["reference"]) == (9, False, REFERENCE)

    read = "SELECT what, count(*) AS times FROM access_log WHERE placement_id = $1 AND what = ANY($2) GROUP BY what"
    logged = {each["what"]: each["times"] for each in await owner.fetch(read, PLACEMENT_ID, list(_LOGGED))}
    # Once for each time that the list was shown with the name, however many rows of it the placement has.
    assert logged == {"caseload_list": 6, "deadlines_list": 5, "reviews_list": 5}
    await owner.close()


_LOGGED = ("caseload_list", "deadlines_list", "reviews_list")


async def test_a_search_finds_by_name_upn_and_reference_what_is_visible(whole: Driver, database: Database) -> None:
    await told(whole, "submit-referral")
    owner = await asyncpg.connect(database.owner_url)
    ways = ({"name": "row"}, {"name": "FIELD rowan"}, {"name": "tester-fi"}, {"upn": UPN}, {"upn": f" {UPN.lower()} "})

    for body in (*ways, {"reference": REFERENCE}, {"reference": REFERENCE.lower()[3:]}):
        for who in ("case_worker", "head", "la_officer"):
            found = await searched(whole, who, **body)
            assert [each["pupil_name"] for each in found] == [NAME], (body, who)
        assert await searched(whole, "other_school", **body) == [], body
    other = UPN[1:-1] + "7"
    for body in ({"name": "owan"}, {"name": "row smith"}, {"upn": check_letter(other) + other}):
        assert await searched(whole, **body) == [], body
    assert [each["pupil_name"] for each in await searched(whole, "auditor", reference=REFERENCE)] == [None]
    # No provider finds a child before a place is agreed.
    assert await searched(whole, "provider_user", name="rowan") == []

    kept = await owner.fetch("SELECT kind, sealed FROM placement_search")
    assert {each["kind"] for each in kept} == {"name", "upn", "reference"}
    assert not any(word in each["sealed"].lower() for each in kept for word in (b"row", b"field", UPN.lower().encode()))
    assert await owner.fetchval("SELECT count(*) FROM access_log WHERE what = 'search'") > 0
    await owner.close()


async def test_a_search_is_for_who_made_it_and_for_an_hour(whole: Driver, database: Database) -> None:
    await told(whole, "submit-referral")
    owner = await asyncpg.connect(database.owner_url)
    made = await whole.http.post(
        "/api/v1/placements/searches", json={"name": "rowan"}, headers=whole.headers("case_worker")
    )
    search_id = made.json()["id"]
    assert "owan" not in made.text

    mine = await whole.get("/placements", search=search_id)
    another = await whole.get("/placements", "head", search=search_id)
    assert (mine.status_code, another.status_code, another.json()["code"]) == (200, 404, "search_over")

    await owner.execute("UPDATE placement_search SET made_at = made_at - interval '61 minutes'")
    over = await whole.get("/placements", search=search_id)
    assert (over.status_code, over.json()["code"]) == (404, "search_over")
    await searched(whole, name="rowan")
    # Whoever searches next takes away what was searched for before; that somebody searched stays.
    assert await owner.fetch("SELECT sealed IS NULL AS gone FROM placement_search ORDER BY made_at") == [
        (True,),
        (False,),
    ]
    await owner.close()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"name": "ro"}, (422, "malformed")),
        ({"name": ""}, (422, "malformed")),
        ({"upn": "B801200005002"}, (422, "malformed")),
        ({"upn": "Rowan"}, (422, "malformed")),
        ({"reference": "Rowan"}, (422, "malformed")),
        ({"reference": "AP-7K3M-9QX2-4D"}, (422, "reference_mistyped")),
        ({"name": "rowan", "upn": UPN}, (422, "malformed")),
        ({}, (422, "malformed")),
        ({"name": "x" * 201}, (422, "malformed")),
        ({"named": "rowan"}, (422, "malformed")),
        (["rowan"], (422, "malformed")),
    ],
    ids=lambda value: json.dumps(value)[:30],
)
async def test_a_search_by_too_little_or_by_what_is_none_is_refused(
    gw: Driver, body: Any, expected: tuple[int, str]
) -> None:
    assert await refused(gw, body) == expected


async def test_searches_by_name_are_for_those_who_read_names_and_limited(gw: Driver, database: Database) -> None:
    for who in ("auditor", "integration"):
        assert await refused(gw, {"name": "rowan"}, who) == (403, "role_not_allowed")
        assert await refused(gw, {"upn": UPN}, who) == (403, "role_not_allowed")
    owner = await asyncpg.connect(database.owner_url)
    await searched(gw, name="rowan")
    person = await owner.fetchval("SELECT person_id FROM placement_search")
    for _ in range(MOST_AN_HOUR - 1):
        insert = "INSERT INTO placement_search (search_id, person_id, kind) VALUES ($1, $2, 'name')"
        await owner.execute(insert, uuid7(), person)

    limited = await gw.http.post(
        "/api/v1/placements/searches", json={"reference": REFERENCE}, headers=gw.headers("case_worker")
    )
    assert (limited.status_code, limited.json()["code"]) == (429, "too_many_searches")
    assert 0 < int(limited.headers["retry-after"]) <= 3600
    await searched(gw, "head", name="rowan")
    await owner.execute("UPDATE placement_search SET made_at = made_at - interval '61 minutes'")
    await searched(gw, name="rowan")
    await owner.close()


async def test_a_restricted_record_is_a_row_with_a_reference_and_no_name(whole: Driver) -> None:
    await told(whole, "propose-provider")
    body = {"reader_roles": ["head"], "reason": "A relative works in the office"}
    (await whole.give(f"{COMMANDS}/restrict-access", body, "head")).raise_for_status()

    (row,) = (await whole.get("/placements", "head")).json()["placements"]
    assert (row["pupil_name"], row["restricted"], row["reference"]) == (None, True, REFERENCE)
    assert await names(whole, "head", "/deadlines", "deadlines") <= {None}
    assert [each["pupil_name"] for each in await searched(whole, "head", name="rowan")] == [None]
    for asked in ({"name": "rowan"}, {"upn": UPN}, {"reference": REFERENCE}):
        assert await searched(whole, "case_worker", **asked) == [], asked


async def test_a_corrected_name_is_shown_and_found_and_the_wrong_one_is_not(whole: Driver, database: Database) -> None:
    await told(whole, "submit-referral")
    drafted = (await whole.get(f"/placements/{PLACEMENT_ID}/timeline")).json()["events"][0]
    pupil = {**DRAFT.body["pupil"], "legal_name": "Ronan O\u2019Tester"}
    body = {
        "corrects_event_id": drafted["event_id"],
        "field": "pupil",
        "value": canonical_json(pupil),
        "reason": "Misspelt",
    }
    (await whole.give(f"{COMMANDS}/correct-record", body, "head")).raise_for_status()

    assert await names(whole, "case_worker") == {pupil["legal_name"]}
    assert [each["pupil_name"] for each in await searched(whole, name="otester")] == [pupil["legal_name"]]
    assert await searched(whole, name="rowan") == []

    owner = await asyncpg.connect(database.owner_url)
    live = await owner.fetch("SELECT * FROM placement_name")
    assert len(live) == 1
    await owner.execute("DELETE FROM placement_name")
    code, printed = await placements(whole, database, "rebuild", "read-models", "pupil-names")
    assert code == 0, printed
    assert await owner.fetch("SELECT * FROM placement_name") == live
    await owner.close()
