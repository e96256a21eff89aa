"""Today over HTTP: who sees whom, as the day goes on; and that each reading is logged."""

from datetime import date
from typing import Any

import asyncpg
import pytest

from infra.postgres.db import connection
from infra.projections.placements import upsert
from services.gateway.commands.examples import PLACEMENT_ID, PROVIDER_ID, SCHOOL_URN, SITE_ID
from tests.conftest import Database
from tests.gateway.driving import Driver, path_of
from tests.gateway.test_lists import shown, told
from tests.infra.test_placements import a_row

WEDNESDAY = {"date": "2026-12-09"}


async def today(driver: Driver, who: str = "case_worker", **asked: Any) -> list[dict[str, Any]]:
    return await shown(driver, "/today", "placements", who, **asked)


async def _say(driver: Driver, command: str, who: str, **body: Any) -> None:
    (await driver.give(path_of(command), {"day": "2026-12-08", "session": "AM", **body}, who)).raise_for_status()


@pytest.mark.obligation("S21", "S28")
async def test_the_day_shows_who_is_expected_where_and_what_was_said(whole: Driver, database: Database) -> None:
    await told(whole, "start-placement")

    [one] = await today(whole)

    morning, afternoon = one["sessions"]
    assert (one["placement_id"], one["pupil_name"]) == (str(PLACEMENT_ID), "Rowan Tester-Field")
    assert (one["provider_name"], one["school_day"], one["paused"]) == ("Millrace Workshop", True, False)
    assert (morning["where"], morning["said"], morning["starts_at"]) == ("awaited", "nothing", "09:00:00")
    assert morning["site"] == {
        "site_id": str(SITE_ID),
        "name": "Canalside",
        "address": "1 Example Wharf, Derby, DE99 9ZZ",
    }
    assert (morning["overdue"], afternoon["overdue"]) == (True, False), "it is noon on that day"
    conn = await asyncpg.connect(database.owner_url)
    logged = await conn.fetch("SELECT placement_id, org FROM access_log WHERE what = 'today'")
    await conn.close()
    assert [tuple(row) for row in logged] == [(PLACEMENT_ID, f"school:{SCHOOL_URN}")]

    seen = {"mark": "absent", "site_id": str(SITE_ID)}
    await _say(whole, "record-mark", "provider_user", **seen)
    [row] = await today(whole)
    assert (row["sessions"][0]["where"], row["sessions"][0]["unexplained"]) == ("absent", True)
    await _say(whole, "record-mark", "provider_user", **seen, explanation="A dentist's appointment")
    [row] = await today(whole)
    assert (row["sessions"][0]["said"], row["sessions"][0]["unexplained"]) == ("proposed", False)
    await _say(whole, "confirm-mark", "case_worker", code="M")
    for who in ("case_worker", "head", "la_officer", "provider_user", "auditor", "integration"):
        [row] = await today(whole, who)
        names = who not in {"auditor", "integration"}
        assert row["pupil_name"] == ("Rowan Tester-Field" if names else None), who
        assert (row["sessions"][0]["said"], row["sessions"][0]["code"]) == ("confirmed", "M"), who
    for who in ("other_school", "other_provider", "parent"):
        assert await today(whole, who) == [], who

    assert await today(whole, date="2026-12-07") == []
    assert await today(whole, school="900002", **WEDNESDAY) == []
    assert await today(whole, provider=str(PLACEMENT_ID), **WEDNESDAY) == []
    [row] = await today(whole, provider=str(PROVIDER_ID), school=SCHOOL_URN, **WEDNESDAY)
    assert [each["said"] for each in row["sessions"]] == ["nothing", "nothing"]
    [row] = await today(whole, date="2026-12-12")
    assert (row["school_day"], row["sessions"]) == (False, [])

    async with connection(whole.gateway.engine) as opened:
        await upsert(opened, a_row(started_on=date(2026, 12, 8)))
    paged: list[str] = []
    path: str | None = "/api/v1/today?limit=1&date=2026-12-08"
    while path:
        page = (await whole.http.get(path, headers=whole.headers("case_worker"))).json()
        paged += [each["placement_id"] for each in page["placements"]]
        path = page["next"]
    assert paged == [str(PLACEMENT_ID)], "of the other there is a row alone, and nothing that ran"


@pytest.mark.parametrize(
    "asked", [{"date": "x"}, {"date": "0001-01-01"}, {"limit": 0}, {"limit": 101}, {"provider": "x"}, {"cursor": "x"}]
)
async def test_a_day_asked_for_in_another_form_is_malformed(gw: Driver, asked: dict[str, Any]) -> None:
    assert (await gw.get("/today", **asked)).status_code == 422


async def test_the_day_is_for_people_who_are_signed_in(gw: Driver) -> None:
    assert (await gw.http.get("/api/v1/today")).status_code == 401
