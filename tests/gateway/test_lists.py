"""The lists over all placements: whose they are, what they say of one story, and what is held back from whom."""

import asyncio
from typing import Any

import asyncpg
import pytest

from events.codes import Role
from services.gateway.commands.examples import OF_PLACEMENT, PLACEMENT_ID, PROVIDER_ID, SCHOOL_URN
from tests.conftest import Database
from tests.gateway.driving import Driver
from tests.infra.test_outcomes import ended

_OTHERS = ("other_school", "other_provider", "parent")


async def told(driver: Driver, until: str, *, after: str | None = None) -> None:
    """The story behind one command, if any, up to and with another, and all that follows from it."""
    names = [step.command for step in OF_PLACEMENT]
    first = 0 if after is None else names.index(after) + 1
    for step in OF_PLACEMENT[first : names.index(until) + 1]:
        await driver.move_clock(step)
        (await driver.take(step)).raise_for_status()
    await driver.rest()


async def shown(driver: Driver, path: str, name: str, who: str = "case_worker", **query: Any) -> list[dict[str, Any]]:
    answer = await driver.get(path, who, **query)
    answer.raise_for_status()
    rows: list[dict[str, Any]] = answer.json()[name]
    return rows


async def followed(driver: Driver, path: str, name: str, **expected: str) -> dict[str, Any]:
    """The first row that says this: the read models follow the record within moments, not at once."""
    async with asyncio.timeout(60):
        while True:
            for row in await shown(driver, path, name):
                if all(row[field] == value for field, value in expected.items()):
                    return row
            await asyncio.sleep(0.05)


async def evaluated(driver: Driver) -> dict[str, Any]:
    """The placement's outcome with its evaluation: the end alone already makes a row."""
    async with asyncio.timeout(60):
        while True:
            one = await followed(driver, "/outcomes", "placements", placement_id=str(PLACEMENT_ID))
            if one["cost_pennies"] is not None:
                return one
            await asyncio.sleep(0.05)


@pytest.mark.obligation("S15")
async def test_the_diary_shows_each_review_by_its_day_with_its_letters(whole: Driver) -> None:
    await told(whole, "invite-to-review")

    invited = await followed(whole, "/reviews", "reviews", status="invited")

    assert invited["placement_id"] == str(PLACEMENT_ID)
    assert (invited["day"], invited["source"]) == ("2027-01-20", "plan")
    assert (invited["invitation"]["standing"], invited["outcome"]["standing"]) == ("met", "not_yet")
    assert await shown(whole, "/reviews", "reviews", **{"from": "2027-01-20", "to": "2027-01-20"}) == [invited]
    assert await shown(whole, "/reviews", "reviews", **{"from": "2027-01-21", "status": "invited"}) == []
    assert await shown(whole, "/reviews", "reviews", to="2027-01-19", status="invited") == []
    unnamed = invited | {"pupil_name": None}
    assert unnamed in await shown(whole, "/reviews", "reviews", "auditor")
    for who in ("head", "la_officer"):
        assert invited in await shown(whole, "/reviews", "reviews", who), who
    for_the_provider = invited | dict.fromkeys(("source", "rule", "missed", "invitation", "outcome"))
    assert for_the_provider in await shown(whole, "/reviews", "reviews", "provider_user")
    for who in _OTHERS:
        assert await shown(whole, "/reviews", "reviews", who) == [], who

    everything = await shown(whole, "/reviews", "reviews")
    paged: list[dict[str, Any]] = []
    path: str | None = "/api/v1/reviews?limit=1&from=2026-01-01"
    while path:
        page = (await whole.http.get(path, headers=whole.headers("case_worker"))).json()
        paged += page["reviews"]
        path = page["next"]
    assert paged == everything

    due = await shown(whole, "/deadlines", "deadlines", due_within=0)
    later = await shown(whole, "/deadlines", "deadlines", due_within=60)
    assert all(row["due_on"] <= "2027-01-11" for row in due)
    assert len(due) < len(later)
    assert {row["overdue"] for row in later if row["due_on"] > "2027-01-11"} == {False}
    assert {row["assigned_to"] for row in later} == {await _assigned(whole)}

    assert await standings_by_turn(whole) == {"to_come", "escalated"}


async def standings_by_turn(driver: Driver) -> set[str]:
    """The status of what is due. What each role is asked for is what the rows say is its turn."""
    async with asyncio.timeout(60):
        while True:
            listed = await shown(driver, "/deadlines", "deadlines")
            asked = {role: await shown(driver, "/deadlines", "deadlines", turn_of=role.value) for role in Role}
            if listed == await shown(driver, "/deadlines", "deadlines"):
                break
    for role, theirs in asked.items():
        assert theirs == [row for row in listed if row["turn_of"] == role], role
    return {row["standing"] for row in listed}


async def _assigned(driver: Driver) -> str:
    [row] = await shown(driver, "/placements", "placements")
    worker: str = row["assigned_to"]
    return worker


@pytest.mark.obligation("S29")
async def test_the_school_sees_each_outcome_and_others_see_anonymous_numbers(
    whole: Driver,
) -> None:
    """Outcomes are for the school one by one, and for others in numbers that name nobody."""
    await told(whole, "close")
    one = await evaluated(whole)

    answer = (await whole.get("/outcomes", school=SCHOOL_URN, provider=str(PROVIDER_ID))).json()

    assert (answer["placements"], answer["next"]) == ([one], None)
    assert (answer["totals"]["placements"], answer["totals"]["suppressed"]) == (1, False)
    assert answer["totals"]["destinations"] == {one["destination"]: 1}
    assert answer["totals"]["median_school_days"] == one["school_days"]
    assert answer["totals"]["cost_pennies"] == one["cost_pennies"]
    change = one["attendance_during"] - one["attendance_before"]
    assert answer["totals"]["median_attendance_change"] == change
    assert await shown(whole, "/outcomes", "placements", **{"from": "2027-03-26"}) == []
    assert await shown(whole, "/outcomes", "placements", to="2027-03-24") == []
    for who in ("la_officer", "provider_user", "auditor"):
        others = (await whole.get("/outcomes", who)).json()
        assert (others["placements"], others["totals"]["placements"]) == ([], None), who
        assert (others["totals"]["destinations"], others["totals"]["suppressed"]) == ({}, True), who
    assert (await whole.get("/outcomes", "other_school")).json()["totals"]["placements"] == 0


@pytest.mark.obligation("S28")
async def test_the_caseload_shows_what_is_next_and_flags_and_rating_where_asked(
    whole: Driver, database: Database
) -> None:
    await told(whole, "invite-to-review")

    [row] = await shown(whole, "/placements", "placements")
    [opened] = await shown(whole, "/placements", "placements", opened=True)

    due = await shown(whole, f"/placements/{PLACEMENT_ID}/deadlines", "deadlines")
    assert row["next_review_on"] == "2027-01-20"
    assert tuple(row[f"next_deadline_{part}"] for part in ("rule", "on", "severity")) in {
        (each["rule"], each["due_on"], each["severity"]) for each in due
    }
    assert row["days_to_period_end"] == 73, "from 11 January to 25 March"
    assert not {"flags", "rag"} & set(row)
    assert (opened["placement_id"], opened["flags"], opened["rag"]) == (row["placement_id"], ["social_worker"], "A")
    for who in ("head", "la_officer"):
        [flagged] = await shown(whole, "/placements", "placements", who, flag="social_worker")
        assert (flagged["placement_id"], flagged["flags"]) == (str(PLACEMENT_ID), ["social_worker"]), who
    assert await shown(whole, "/placements", "placements", flag="ehcp") == []
    assert await shown(whole, "/placements", "placements", "other_school", flag="social_worker") == []
    for asked in ({"flag": "social_worker"}, {"opened": True}):
        for who in ("auditor", "integration", "parent", "provider_user", "other_provider"):
            refused = await whole.get("/placements", who, **asked)
            assert (refused.status_code, refused.json()["code"]) == (403, "role_not_allowed"), who
    assert await _opened(database) == 4, "each by the school, its head and the officer"

    second = (await whole.draft()).json()["placement_id"]
    by_page: list[str] = []
    path: str | None = "/api/v1/placements?flag=social_worker&limit=1&sort=updated"
    while path:
        page = (await whole.http.get(path, headers=whole.headers("case_worker"))).json()
        by_page += [each["placement_id"] for each in page["placements"]]
        path = page["next"]
    assert (by_page, second in by_page) == ([str(PLACEMENT_ID)], False)


async def _opened(database: Database) -> int:
    conn = await asyncpg.connect(database.owner_url)
    count: int = await conn.fetchval("SELECT count(*) FROM access_log WHERE what = 'caseload'")
    await conn.close()
    return count


async def test_the_pages_of_outcomes_join_to_the_whole_and_each_has_the_totals(gw: Driver) -> None:
    for n in range(3):
        await ended(gw.gateway.engine, n=n)

    days: list[str] = []
    path: str | None = "/api/v1/outcomes?limit=2&from=2027-03-25&school=900001"
    while path:
        page = (await gw.http.get(path, headers=gw.headers("case_worker"))).json()
        assert page["totals"]["placements"] == 3
        days += [row["ended_on"] for row in page["placements"]]
        path = page["next"]

    assert days == ["2027-03-27", "2027-03-26", "2027-03-25"]


async def test_what_is_asked_in_another_form_is_malformed(gw: Driver) -> None:
    asked: tuple[tuple[str, dict[str, Any]], ...] = (
        ("/reviews", {"from": "yesterday"}),
        ("/reviews", {"status": "nothing"}),
        ("/reviews", {"limit": 0}),
        ("/outcomes", {"school": "1"}),
        ("/outcomes", {"provider": "x"}),
        ("/outcomes", {"cursor": "x"}),
        ("/deadlines", {"due_within": -1}),
        ("/deadlines", {"due_within": 367}),
        ("/placements", {"flag": "nothing"}),
        ("/placements", {"opened": "perhaps"}),
    )
    for path, query in asked:
        assert (await gw.get(path, **query)).status_code == 422, (path, query)
    for path in ("/reviews", "/outcomes", "/deadlines"):
        assert (await gw.http.get(f"/api/v1{path}")).status_code == 401, path


@pytest.mark.obligation("S9", "S26")
async def test_what_falls_due_about_a_provider_is_listed_to_those_whose_it_is(whole: Driver) -> None:
    async def about(who: str) -> list[tuple[str, str, str]]:
        rows = await shown(whole, "/deadlines", "deadlines", who, due_before="2028-01-01", limit=200)
        return [(row["rule"], row["due_on"], row["owner"]) for row in rows if row["provider_id"] == str(PROVIDER_ID)]

    visit = ("QA_VISIT", "2027-11-16", "la_officer")
    checks = [("T11", due_on, "case_worker") for due_on in ("2027-08-31", "2027-09-30", "2027-11-16")]
    async with asyncio.timeout(60):
        while await about("la_officer") != [visit]:  # noqa: ASYNC110 # the follower is another process's
            await asyncio.sleep(0.05)
    assert await about("case_worker") == [], "no placement is there so far"

    await told(whole, "propose-provider")

    assert await about("case_worker") == checks
    assert await about("auditor") == [*checks[:2], visit, checks[2]]
    for who in _OTHERS:
        assert await about(who) == [], who
    paged: list[tuple[str, str]] = []
    path: str | None = "/api/v1/deadlines?limit=1"
    while path:
        page = (await whole.http.get(path, headers=whole.headers("auditor"))).json()
        paged += [(row["rule"], row["due_on"]) for row in page["deadlines"] if row["provider_id"]]
        path = page["next"]
    assert paged == [each[:2] for each in (*checks[:2], visit, checks[2])]
    [own] = (await whole.get("/providers")).json()["providers"]
    assert [each["due_on"] for each in own["deadlines"]] == [due_on for _, due_on, _ in checks]
    [others] = (await whole.get("/providers", "other_school")).json()["providers"]
    assert others["deadlines"] == []


@pytest.mark.obligation("S2", "S9")
async def test_the_directory_is_narrowed_by_a_providers_offer_and_who_lists_it(whole: Driver) -> None:
    offers = {"key_stages": ["KS4"], "needs": ["SEMH"]}
    path = f"/providers/{PROVIDER_ID}/commands/record-provider-details"
    (await whole.give(path, offers, "provider_user")).raise_for_status()
    refused = await whole.give(path, offers, "other_provider")

    async def found(**query: str) -> list[str]:
        return [each["name"] for each in await shown(whole, "/providers", "providers", **query)]

    assert refused.status_code == 403
    for query in ({"need": "SEMH"}, {"key_stage": "KS4"}, {"setting_type": "OTH"}, {"approved_by": "831"}):
        assert await found(**query) == ["Millrace Workshop"], query
    for query in ({"need": "ASD"}, {"key_stage": "KS1"}, {"setting_type": "WBP"}, {"approved_by": "830"}):
        assert await found(**query) == [], query
    assert await found(need="SEMH", key_stage="KS1") == []
    for query in ({"need": "x"}, {"key_stage": "KS9"}, {"setting_type": ""}, {"approved_by": "x"}):
        assert (await whole.get("/providers", **query)).status_code == 422, query
    [one] = await shown(whole, "/providers", "providers")
    assert [each["standard"] for each in one["standards"]] == ["safeguarding_and_welfare", "health_and_safety"]


@pytest.mark.obligation("S18")
async def test_a_council_sees_how_many_pupils_a_provider_has_and_others_do_not(whole: Driver) -> None:
    async def occupancy(who: str) -> Any:
        return (await whole.get(f"/providers/{PROVIDER_ID}", who)).json()["occupancy"]

    await told(whole, "propose-provider")
    nobody = await occupancy("la_officer")
    await told(whole, "determine", after="propose-provider")

    [proposed] = [step for step in OF_PLACEMENT if step.command == "propose-provider"]
    assert nobody == {"pupils": 0, "minutes_a_week": 0, "full_time": 0, "counting_alone": 0}
    one = {**nobody, "pupils": 1, "minutes_a_week": proposed.body.get("minutes_a_week", 10 * 150)}
    for who in ("la_officer", "auditor"):
        seen = await occupancy(who)
        assert {**seen, "full_time": 0} == one, who
    for who in ("case_worker", "provider_user", *_OTHERS):
        assert await occupancy(who) is None, who
