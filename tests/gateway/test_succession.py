"""A school's name put right, and another school in its place: who sees and owns what, and what letters say."""

import asyncio
from typing import Any

import httpx2
import pytest

from infra.encryption.keys import KeyErased
from infra.ids import uuid7
from infra.temporal import client as temporal
from services.gateway.commands.examples import EXAMPLES, PLACEMENT_ID, PUPIL_ID, SCHOOL_URN, StoryStep
from services.local.people import DemonstrationPerson
from tests.conftest import Database
from tests.gateway.commandline import placements
from tests.gateway.driving import DRAFT, Driver, path_of
from tests.gateway.test_reading import told

NEW = "900011"
RECORD = f"/placements/{PLACEMENT_ID}"
CONVERT = {
    "successor_urn": NEW,
    "kind": "maintained",
    "name": "Alderbrook School",
    "effective_on": "2026-11-23",
    "laestab": "8314011",
}
ERASURE = {"decided_on": "2026-11-23", "ground": "unlawfully_processed", "reference": "IG-2026/041"}


def people(driver: Driver) -> None:
    """Staff of the school that takes the place."""
    for slug, role in (("worker_there", "case_worker"), ("head_there", "head"), ("body_there", "body_delegate")):
        person = DemonstrationPerson(slug=slug.replace("_", "-"), name=slug, roles=(role,), org=f"school:{NEW}")
        driver.tokens.minted[slug] = driver.tokens.mint(person, lifetime_seconds=36_000)


async def give(driver: Driver, command: str, body: Any, who: str, *, school: str = SCHOOL_URN) -> httpx2.Response:
    return await driver.give(f"/schools/{school}/commands/{command}", body, who)


async def taken_over(driver: Driver) -> dict[str, Any]:
    """The placement's record as the successor's staff see it, once it is told who has the school's place."""
    async with asyncio.timeout(60):
        while True:
            answer = await driver.get(RECORD, "worker_there")
            if answer.status_code == httpx2.codes.OK and answer.json()["record"]["home_school_urn"] == NEW:
                found: dict[str, Any] = answer.json()["record"]
                return found
            await asyncio.sleep(0.05)


async def documents(driver: Driver, kind: str, who: str) -> list[str]:
    """The documents of a kind, as pages."""
    async with asyncio.timeout(60):
        while True:
            answer = await driver.get(f"{RECORD}/documents", who)
            found = [each for each in answer.json()["documents"] if each["kind"] == kind]
            if found:
                return [(await driver.get(f"{RECORD}/documents/{each['document_id']}", who)).text for each in found]
            await asyncio.sleep(0.05)


async def test_letters_have_the_right_name_from_the_day_and_old_ones_keep_theirs(whole: Driver) -> None:
    await told(whole, "give-notice")
    before = await documents(whole, "notice", "case_worker")

    corrected = await give(whole, "correct-school", EXAMPLES["correct-school"], "case_worker")
    await whole.rest()
    shown = (await whole.get(f"/schools/{SCHOOL_URN}")).json()
    again = await documents(whole, "notice", "case_worker")

    assert corrected.status_code == 200, corrected.text
    assert shown["name"] == "Alder Brook Academy"
    assert "Alderbrook Academy" in before[0]
    assert again == before, "a letter that was made stays as it was"
    second = await whole.take(StoryStep(whole_day(), "give-notice", "case_worker", EXAMPLES["give-notice"]), uuid7())
    assert second.status_code == 200, second.text
    async with asyncio.timeout(60):
        while len(latest := await documents(whole, "notice", "case_worker")) == len(before):  # noqa: ASYNC110 # a follower of another process
            await asyncio.sleep(0.05)
    assert any("Alder Brook Academy" in each for each in latest)


def whole_day() -> Any:
    return DRAFT.day


async def test_from_the_day_the_successor_sees_and_controls_what_the_school_had(
    whole: Driver, database: Database
) -> None:
    people(whole)
    await told(whole, "submit-referral")
    over = uuid7()
    closed = (await whole.give("/placements", DRAFT.body | {"pupil_id": str(over)})).json()["placement_id"]
    (await whole.give(f"/placements/{closed}/commands/withdraw", EXAMPLES["withdraw"], "head")).raise_for_status()

    converted = await give(whole, "convert-school", CONVERT, "head")
    await whole.rest()
    listed = {
        who: {each["placement_id"] for each in (await whole.get("/placements", who)).json()["placements"]}
        for who in ("case_worker", "worker_there", "la_officer")
    }
    record = (await whole.get(RECORD, "worker_there")).json()["record"]
    types = [each["type"] for each in (await whole.get(f"{RECORD}/timeline", "worker_there")).json()["events"]]

    assert converted.status_code == 200, converted.text
    assert [each["type"] for each in converted.json()["events"]] == ["SuccessionPlanned", "SchoolSucceeded"]
    assert listed["case_worker"] == set()
    assert listed["worker_there"] == listed["la_officer"] == {str(PLACEMENT_ID), closed}
    assert (record["home_school_urn"], record["commissioner"]) == (NEW, "maintained")
    assert record["pupil"]["legal_name"] == "Rowan Tester-Field"
    assert types[-1] == "HomeSchoolSucceeded"
    assert (await whole.get(RECORD, "case_worker")).status_code == 404
    assert (await whole.get(f"/pupils/{PUPIL_ID}", "worker_there")).json()["controller"] == f"school:{NEW}"

    there = (await whole.get(f"/schools/{NEW}")).json()
    here = (await whole.get(f"/schools/{SCHOOL_URN}")).json()
    assert (there["kind"], there["laestab"], there["taken_over"]) == ("maintained", "8314011", [SCHOOL_URN])
    assert [each["provisional"] for each in there["years"]] == [False, True], "it goes on by the same days"
    assert here["succeeded"]["successor_urn"] == NEW
    replayed = await placements(whole, database, "audit", "replay")
    assert replayed[0] == 0, replayed

    again = await whole.give("/placements", {k: v for k, v in DRAFT.body.items() if k != "pupil_id"})
    renewed = await give(whole, "correct-school", EXAMPLES["correct-school"], "case_worker")
    theirs = DRAFT.body | {"pupil_id": str(over), "home_school_urn": NEW, "commissioner": "maintained"}
    drafted = await whole.give("/placements", theirs, "worker_there")
    flags = await whole.give(path_of("change-pupil-flags"), EXAMPLES["change-pupil-flags"], "worker_there")
    assert (again.status_code, NEW in again.text) == (409, True), again.text
    assert (renewed.status_code, NEW in renewed.text) == (409, True), renewed.text
    assert drafted.status_code == 201, drafted.text
    assert flags.status_code == 200, flags.text

    withdraw = f"/placements/{drafted.json()['placement_id']}/commands/withdraw"
    (await whole.give(withdraw, EXAMPLES["withdraw"], "head_there")).raise_for_status()
    by_old = await whole.give(f"/placements/{closed}/commands/decide-erasure", ERASURE, "head")
    erased = await whole.give(f"/placements/{closed}/commands/decide-erasure", ERASURE, "head_there")
    assert (by_old.status_code, erased.status_code) == (404, 200), erased.text
    await temporal.sweep_due(whole.gateway.temporal)
    # Claimed for the school before, and destroyed by who has its place.
    with pytest.raises(KeyErased):
        await whole.gateway.keys.get(over)


async def test_a_planned_conversion_takes_effect_on_its_day_and_wakes_placements(whole: Driver) -> None:
    """A planned conversion takes effect on its day, and wakes running placements."""
    people(whole)
    await told(whole, "start-placement")
    day = (await whole.gateway.now()).date().replace(day=30)
    convert = CONVERT | {"kind": "academy", "name": "Alderbrook Trust Academy", "effective_on": day.isoformat()}

    planned = await give(whole, "convert-school", convert, "head")
    before = (await whole.get(RECORD)).json()["record"]
    await whole.move_clock(StoryStep(day, "close", "head", {}))
    after = await taken_over(whole)

    assert [each["type"] for each in planned.json()["events"]] == ["SuccessionPlanned"], planned.text
    assert before["home_school_urn"] == SCHOOL_URN
    assert after["regime_id"] == before["regime_id"]
    assert after["calendar_version"] == 1
    page = (await whole.get(f"{RECORD}/full-record", "worker_there")).text
    assert "Alderbrook Trust Academy" in page
    deadlines = (await whole.get(f"{RECORD}/deadlines", "worker_there")).json()["deadlines"]
    assert deadlines
