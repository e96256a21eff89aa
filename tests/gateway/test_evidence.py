"""The evidence of a placement over HTTP and on the command line."""

import json

import asyncpg
import pytest

from infra.ids import uuid7
from services.gateway.commands.examples import PLACEMENT_ID
from tests.conftest import Database
from tests.gateway.commandline import placements
from tests.gateway.driving import Driver
from tests.gateway.test_reading import told


@pytest.mark.obligation("C6", "S29")
async def test_each_clause_is_proved_by_an_event_with_its_place_and_its_hash(whole: Driver, database: Database) -> None:
    await told(whole, "start-placement")

    answer = (await whole.get(f"/placements/{PLACEMENT_ID}/evidence", "auditor")).json()
    lines = {line["clause_id"]: line for line in answer["evidence"]}
    notice = lines["notice-timely"]

    assert (notice["standing"], notice["binding"], notice["event"]["type"]) == ("satisfied", True, "NoticeGiven")
    assert lines["meeting"]["standing"] == "satisfied", "the pupil's key tells that there is a social worker"
    assert lines["meals"]["standing"] == lines["transport"]["standing"] == lines["told"]["standing"] == "satisfied"
    assert (lines["review-planned"]["standing"], lines["review-planned"]["due_on"]) == ("outstanding", "2027-01-22")
    assert lines["ehc-told"]["standing"] == "not_applicable"
    conn = await asyncpg.connect(database.owner_url)
    stored = await conn.fetchval("SELECT hash FROM event_store.event WHERE position = $1", notice["event"]["position"])
    logged = await conn.fetchval("SELECT count(*) FROM access_log WHERE what = 'evidence'")
    await conn.close()
    assert stored.hex() == notice["event"]["hash"]
    assert logged == 1
    assert "Tester" not in json.dumps(answer)
    assert (await whole.get(f"/placements/{PLACEMENT_ID}/evidence", "other_school")).status_code == 404


async def test_the_command_line_gives_the_same_and_says_when_there_is_nothing(
    whole: Driver, database: Database
) -> None:
    await told(whole, "determine")

    code, printed = await placements(whole, database, "audit", "evidence", str(PLACEMENT_ID), "--json")
    table_code, table = await placements(whole, database, "audit", "evidence", str(PLACEMENT_ID))
    nothing, words = await placements(whole, database, "audit", "evidence", str(uuid7()))

    assert (code, table_code) == (0, 0), printed
    over_http = (await whole.get(f"/placements/{PLACEMENT_ID}/evidence")).json()["evidence"]
    assert [line["standing"] for line in json.loads(printed)] == [line["standing"] for line in over_http]
    assert "outstanding" in table
    assert (nothing, "There is no placement" in words) == (1, True)
