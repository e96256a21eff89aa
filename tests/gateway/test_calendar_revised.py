"""A calendar that is revised, over HTTP: a correction of the past by two people, and a notice that it overtakes."""

import asyncio
from typing import Any

import pytest

from events.ids import derived_id
from infra.ids import uuid7
from services.gateway.commands.examples import EXAMPLES, PLACEMENT_ID, SCHOOL_URN, SITE_ID
from tests.gateway.driving import Driver, path_of
from tests.gateway.test_reading import told

SCHOOL = f"/schools/{SCHOOL_URN}/commands"
CALENDAR = EXAMPLES["publish-calendar"]
OF_PLACEMENT = f"/placements/{PLACEMENT_ID}"


async def test_a_school_day_added_to_the_past_waits_for_a_second_person(whole: Driver) -> None:
    """Wednesday 2 September 2026 was published as an INSET day, and was none."""
    corrected = {**CALENDAR, "inset_days": ["2027-01-04"], "revision": "corrected", "reason": "A slip in the list"}
    key = uuid7()
    before = (await whole.get(f"/schools/{SCHOOL_URN}", "head")).json()

    quiet = await whole.give(f"{SCHOOL}/publish-calendar", {**corrected, "revision": "changed"}, "head")
    proposed = await whole.give(f"{SCHOOL}/publish-calendar", corrected, "head", key=key)
    waiting = (await whole.get(f"/schools/{SCHOOL_URN}", "head")).json()
    confirm = {"correction_id": str(derived_id(key, "correction/2026"))}
    alone = await whole.give(f"{SCHOOL}/confirm-calendar-correction", confirm, "head")
    none = await whole.give(f"{SCHOOL}/confirm-calendar-correction", {"correction_id": str(uuid7())}, "la_officer")
    other = await whole.give(f"{SCHOOL}/confirm-calendar-correction", confirm, "other_school")
    confirmed = await whole.give(f"{SCHOOL}/confirm-calendar-correction", confirm, "la_officer")
    twice = await whole.give(f"{SCHOOL}/confirm-calendar-correction", confirm, "la_officer")
    after = (await whole.get(f"/schools/{SCHOOL_URN}", "head")).json()

    assert (quiet.status_code, quiet.json()["code"]) == (409, "past_day_changed")
    assert proposed.status_code == 200, proposed.text
    assert [each["code"] for each in proposed.json()["warnings"]] == ["second_person_needed"]
    assert waiting["inset_days"] == before["inset_days"], "nothing holds before the second person confirms it"
    assert waiting["calendar_version"] == before["calendar_version"]
    assert (alone.status_code, alone.json()["code"]) == (409, "second_person_needed")
    assert (none.status_code, none.json()["code"]) == (409, "correction_unknown")
    assert other.status_code == 403
    assert confirmed.status_code == 200, confirmed.text
    assert (twice.status_code, twice.json()["code"]) == (409, "correction_unknown")
    assert after["inset_days"] == ["2027-01-04"]
    assert after["calendar_version"] == before["calendar_version"] + 1


@pytest.mark.parametrize("revision", ["changed", "corrected"])
async def test_a_timely_notice_whose_days_are_lost_is_late_and_the_start_says_so(whole: Driver, revision: str) -> None:
    """Notice on Monday 30 November for Tuesday 8 December; then four of the five days between are INSET days."""
    await told(whole, "give-notice")
    four = [f"2026-12-0{n}" for n in range(1, 5)]
    body: dict[str, Any] = {**CALENDAR, "inset_days": [*CALENDAR["inset_days"], *four], "revision": revision}
    before = await _line(whole)

    revised = await whole.give(path_of("publish-calendar"), body | {"reason": "The heating has failed"}, "head")
    assert revised.status_code == 200, revised.text
    timeline = await _heard(whole)
    kinds = [each["type"] for each in timeline]
    line = await _line(whole)
    due = {each["rule"] for each in (await whole.get(f"{OF_PLACEMENT}/deadlines")).json()["deadlines"]}
    start = await whole.give(
        f"{OF_PLACEMENT}/commands/start-placement", {"started_on": "2026-12-08", "first_site_id": str(SITE_ID)}
    )

    assert (before["standing"], before["outcome"]) == ("satisfied", "met")
    assert "DeadlineRecalculated" in kinds
    assert start.status_code == 409
    (why,) = [each["detail"] for each in start.json()["reasons"] if each["code"] == "notice_not_timely"]
    assert "Move the start date to" in why
    if revision == "changed":
        assert line["outcome"] == "overtaken"
        assert "DutyOvertaken" in kinds
        assert "OVERTAKEN" in due
        assert not any(each["type"] == "DeadlineMissed" and each["data"]["rule"] == "T1" for each in timeline)
    else:
        assert line["outcome"] != "met"
        assert "DutyOvertaken" not in kinds


async def _heard(driver: Driver) -> list[dict[str, Any]]:
    """The timeline once the revised calendar applies to the placement."""
    async with asyncio.timeout(60):
        while True:
            timeline = (await driver.get(f"{OF_PLACEMENT}/timeline", "auditor")).json()["events"]
            if any(each["type"] == "CalendarTaken" for each in timeline):
                return list(timeline)
            await asyncio.sleep(0.05)


async def _line(driver: Driver) -> dict[str, Any]:
    lines = (await driver.get(f"{OF_PLACEMENT}/evidence", "auditor")).json()["evidence"]
    found: dict[str, Any] = next(each for each in lines if each["clause_id"] == "notice-timely")
    return found
