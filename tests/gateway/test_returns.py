"""The returns over HTTP and on the command line: whose they are, what they open, and what of it is written down."""

import csv
import json
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.gateway.commands.examples import PLACEMENT_ID, SCHOOL_URN
from tests.conftest import Database
from tests.gateway.commandline import placements
from tests.gateway.driving import Driver
from tests.gateway.test_lists import told

SPRING = {"term": "spring", "year": 2027}


async def census(driver: Driver, who: str = "case_worker", **asked: Any) -> dict[str, Any]:
    answer = await driver.get("/returns/census", who, **(SPRING | asked))
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


async def _logged(database: Database, what: str) -> list[tuple[str | None, str | None]]:
    """By whose organisation and why each placement was opened for this."""
    conn = await asyncpg.connect(database.owner_url)
    rows = await conn.fetch("SELECT org, why FROM access_log WHERE what = $1 ORDER BY access_id", what)
    await conn.close()
    return [(row["org"], row["why"]) for row in rows]


async def _erase(driver: Driver, database: Database) -> None:
    conn = await asyncpg.connect(database.owner_url)
    pupil_id: UUID = await conn.fetchval("SELECT pupil_id FROM placement WHERE placement_id = $1", PLACEMENT_ID)
    await conn.close()
    await driver.gateway.keys.destroy(pupil_id, owner="school:900001")


@pytest.mark.obligation("S29")
async def test_a_school_returns_what_it_commissions_and_the_reading_is_logged(
    whole: Driver, database: Database
) -> None:
    await told(whole, "start-placement")

    found = await census(whole)

    [row] = found["rows"]
    assert (found["from"], found["census_on"], found["returned_by"]) == ("2026-10-02", "2027-01-21", "school")
    assert (found["complete"], found["incomplete"]) == (1, 0)
    assert (row["placement_id"], row["upn"]) == (str(PLACEMENT_ID), "B801200005001")
    assert (row["urn"], row["ukprn"], row["setting_type"]) == (None, None, "OTH")
    assert (row["primary_reason"], row["entered_on"], row["left_on"]) == ("BEHAVIOUR", "2026-12-08", None)
    assert (row["attends"], row["sessions_a_week"], row["on_roll"]) == ("part_time", 6, True)
    assert (row["erased"], row["faults"], row["complete"]) == (False, [], True)
    assert "unconfirmed" in {note["certainty"] for note in found["notes"]}
    assert await _logged(database, "census_return") == [(f"school:{SCHOOL_URN}", None)]
    assert (await census(whole, "head"))["rows"] == [row]
    assert (await census(whole, term="autumn", year=2026))["rows"] == []
    assert (await census(whole, "other_school"))["rows"] == []
    authority = await census(whole, "la_officer", term="summer")
    assert (authority["rows"], authority["returned_by"]) == ([], "la"), "the academy commissioned it"
    assert authority["notes"][-1]["code"] == "not_collected"
    for who in ("provider_user", "parent", "auditor", "integration", "social_worker"):
        refused = await whole.get("/returns/census", who, **SPRING)
        assert (refused.status_code, refused.json()["code"]) == (403, "role_not_allowed"), who

    table = await whole.get("/returns/census", format="csv", **SPRING)
    [line] = csv.DictReader(table.text.splitlines())
    assert table.headers["content-type"].startswith("text/csv")
    assert table.content.startswith(b"\xef\xbb\xbfplacement_id")
    assert (line["upn"], line["sessions_a_week"], line["left_on"], line["faults"]) == ("B801200005001", "6", "", "")
    accepting = {**whole.headers("case_worker"), "Accept": "text/csv"}
    assert (await whole.http.get("/api/v1/returns/census", params=SPRING, headers=accepting)).text == table.text

    await _erase(whole, database)
    [row] = (await census(whole))["rows"]
    assert (row["upn"], row["on_roll"], row["erased"], row["complete"]) == (None, None, True, False)
    assert {(fault["code"], fault["field"]) for fault in row["faults"]} == {("erased", "upn"), ("erased", "on_roll")}
    assert (row["entered_on"], row["sessions_a_week"]) == ("2026-12-08", 6)


async def test_the_command_line_draws_up_the_same_return(whole: Driver, database: Database) -> None:
    await told(whole, "start-placement")
    term = ("returns", "census", "--term", "spring", "--year", "2027")
    school = (*term, "--school", SCHOOL_URN)

    code, as_json = await placements(whole, database, *school, "--json")
    csv_code, as_csv = await placements(whole, database, *school, "--csv")
    table_code, table = await placements(whole, database, *school)

    [row] = json.loads(as_json)
    assert (code, csv_code, table_code) == (0, 0, 0), as_json + as_csv + table
    assert (row["upn"], row["complete"]) == ("B801200005001", True)
    assert [line["upn"] for line in csv.DictReader(as_csv.splitlines())] == ["B801200005001"]
    assert as_csv.startswith("\ufeffplacement_id")
    assert "BEHAVIOUR" in table
    assert "check it against the day" in table
    assert await _logged(database, "census_return") == [(f"school:{SCHOOL_URN}", "command line")] * 3

    authority, nothing = await placements(whole, database, *term, "--la", "831", "--json")
    assert (authority, json.loads(nothing)) == (0, [])
    for wrong in (term, (*school, "--la", "831"), (*school, "--json", "--csv")):
        assert (await placements(whole, database, *wrong))[0] == 2, wrong

    await _erase(whole, database)
    assert (await placements(whole, database, *school))[0] == 1, "a row is not complete"


@pytest.mark.obligation("S7")
async def test_a_council_sees_who_is_taught_elsewhere_today_and_nobody_else_does(
    whole: Driver, database: Database
) -> None:
    await told(whole, "start-placement")

    answer = (await whole.get("/returns/register", "la_officer", la="831")).json()

    [entry] = answer["entries"]
    assert (answer["la_code"], answer["on"]) == ("831", "2026-12-08")
    assert (answer["in_force"], answer["certainty"]) == (False, "unconfirmed")
    assert (entry["placement_id"], entry["legal_name"]) == (str(PLACEMENT_ID), "Rowan Tester-Field")
    assert (entry["parents"], entry["provider_name"]) == (["Marlow Tester-Field"], "Millrace Workshop")
    assert (entry["absent"], entry["sessions_a_week"], entry["faults"]) == ("some", 6, [])
    assert await _logged(database, "register_feed") == [("la:831", None)]
    table = await whole.get("/returns/register", "la_officer", la="831", format="csv")
    assert [line["legal_name"] for line in csv.DictReader(table.text.splitlines())] == ["Rowan Tester-Field"]
    printed_code, printed = await placements(whole, database, "returns", "register", "--la", "831", "--json")
    assert (printed_code, json.loads(printed)[0]["upn"]) == (0, "B801200005001")
    empty_code, empty = await placements(whole, database, "returns", "register", "--la", "999")
    assert (empty_code, "not known to be commenced" in empty) == (0, True)

    for who, code in (("case_worker", "organisation_not_allowed"), ("social_worker", "role_not_allowed")):
        refused = await whole.get("/returns/register", who, la="831")
        assert (refused.status_code, refused.json()["code"]) == (403, code), who
    assert (await whole.get("/returns/register", "la_officer", la="832")).status_code == 403
    assert (await whole.get("/returns/register", "la_officer", la="x")).status_code == 422


@pytest.mark.parametrize(
    "asked", [{}, {"term": "winter", "year": 2027}, {"term": "spring"}, SPRING | {"year": 1}, SPRING | {"format": "x"}]
)
async def test_a_return_asked_for_in_another_form_is_malformed(gw: Driver, asked: dict[str, Any]) -> None:
    assert (await gw.get("/returns/census", **asked)).status_code == 422


async def test_a_return_is_for_people_who_are_signed_in(gw: Driver) -> None:
    assert (await gw.http.get("/api/v1/returns/census", params=SPRING)).status_code == 401
