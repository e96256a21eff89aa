"""The register over HTTP: who may mark, who may enter a code, and who may not even see it."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from events.attendance import SessionMarkProposed
from events.codec import ATTENDANCE
from events.codes import Activity, MarkPlace, ProposedMark, Role, Session
from events.envelope import Actor, ActorKind, Metadata
from events.ids import CommandId, IsoWeek, PlacementId, SiteId, attendance_stream
from infra.ids import uuid7
from infra.postgres.db import transaction
from infra.streams.records import PendingEvent, append_noted
from infra.temporal import client as temporal
from services.gateway.commands import examples
from services.gateway.commands.examples import PLACEMENT_ID, SITE_ID, WEEK, StoryStep
from services.local.people import DemonstrationPerson
from tests.gateway.driving import Driver, path_of
from tests.gateway.test_lists import followed, standings_by_turn

MARK: dict[str, Any] = {"day": "2026-12-08", "session": "AM", "mark": "present", "site_id": str(SITE_ID)}
CODE: dict[str, Any] = {"day": "2026-12-08", "session": "AM", "code": "B"}


@pytest.fixture
async def started(whole: Driver) -> Driver:
    """The example placement on its first day."""
    names = [step.command for step in examples.STORY]
    for step in examples.STORY[len(examples.BEFORE) : names.index("start-placement") + 1]:
        await whole.move_clock(step)
        (await whole.take(step)).raise_for_status()
    return whole


@pytest.mark.obligation("S34")
async def test_each_may_do_their_own_part_of_the_register(started: Driver) -> None:
    asked = [
        (path_of("confirm-mark"), CODE, "provider_user", 403),
        (path_of("record-mark"), MARK, "case_worker", 403),
        (path_of("record-mark"), MARK, "other_provider", 404),
        (path_of("confirm-mark"), CODE, "other_school", 404),
        (path_of("record-mark").replace(WEEK, "2026-W54"), MARK, "provider_user", 422),
        (path_of("record-mark").replace(WEEK, "1899-W01"), MARK, "provider_user", 422),
        (path_of("record-mark").replace(WEEK, "2026-W49"), MARK, "provider_user", 409),
        (path_of("record-mark"), MARK, "provider_user", 200),
        (path_of("confirm-mark"), CODE, "case_worker", 200),
    ]

    answers = [(await started.give(path, body, who)).status_code for path, body, who, _ in asked]

    assert answers == [expected for *_, expected in asked]


async def test_a_mark_is_in_the_feed_of_those_who_see_the_placement(started: Driver) -> None:
    answer = await started.give(path_of("record-mark"), MARK | {"explanation": "Rowan was early"}, "provider_user")
    assert answer.json()["iso_week"] == WEEK
    [made] = answer.json()["events"]

    mine, theirs = [
        await started.get("/events", who, type="attendance.session_mark.proposed", wait=30)
        for who in ("case_worker", "integration")
    ]
    in_full = await started.get(f"/events/{made['event_id']}")
    unseen = await started.get(f"/events/{made['event_id']}", "other_school")

    for feed in (mine, theirs):
        [event] = feed.json()["events"]
        assert event["data"]["placement_id"] == str(PLACEMENT_ID)
        assert "Rowan" not in feed.text
    assert in_full.json()["data"]["explanation"] == "Rowan was early"
    assert unseen.status_code == 404


async def test_a_register_is_not_kept_by_a_councils_system(started: Driver) -> None:
    system = DemonstrationPerson(slug="council-system", name="Council system", roles=("integration",), org="la:831")
    started.tokens.minted["council_system"] = started.tokens.mint(system)

    answers = [
        await started.give(path_of(command), body, "council_system")
        for command, body in (("record-mark", MARK), ("correct-mark", examples.EXAMPLES["correct-mark"]))
    ]
    register = await started.get(f"/placements/{PLACEMENT_ID}/attendance/{WEEK}")

    assert {(each.status_code, each.json()["code"]) for each in answers} == {(403, "organisation_not_allowed")}
    assert register.json()["marks"] == []


async def test_a_second_placement_may_not_expect_the_pupil_at_the_same_time(started: Driver) -> None:
    """The pupil's other placement is drafted, decided and given its pattern, each by its own commands."""
    record = await started.get(f"/placements/{PLACEMENT_ID}")
    pupil_id = record.json()["record"]["pupil_id"]
    drafted = await started.draft(pupil_id=pupil_id)
    second = drafted.json()["placement_id"]
    names = [step.command for step in examples.STORY]
    for step in examples.STORY[names.index("submit-referral") : names.index("determine") + 1]:
        if step.command not in {"record-consultation", "convene-professionals-meeting"}:
            step = again(step)  # noqa: PLW2901 - the same step, told otherwise
            answer = await started.give(f"/placements/{second}/commands/{step.command}", step.body, step.role)
            assert answer.status_code == 200, answer.text
    pattern = next(step.body for step in examples.STORY if step.command == "set-attendance-pattern")
    path = f"/placements/{second}/commands/set-attendance-pattern"

    clashing = await started.give(path, {**pattern, "effective_from": "2026-12-15"})
    mornings = [
        {**each, "place": "provider" if each["weekday"] in {1, 5} else "school"} for each in pattern["sessions"]
    ]
    beside = await started.give(
        path, {**pattern, "effective_from": "2026-12-15", "sessions": mornings, "part_time_until": None}
    )

    assert [reason["code"] for reason in clashing.json()["reasons"]] == ["sessions_overlap"]
    assert beside.status_code == 200, beside.text
    await _seen_there(started, PlacementId(UUID(second)), pupil_id)
    twice = await started.give(path_of("record-mark"), MARK, "provider_user")
    away = await started.give(path_of("record-mark"), MARK | {"mark": "absent"}, "provider_user")
    assert [reason["code"] for reason in twice.json()["reasons"]] == ["present_elsewhere"]
    assert away.status_code == 200, away.text


async def _seen_there(driver: Driver, placement_id: PlacementId, pupil_id: str) -> None:
    """The other placement's provider had the pupil in the session, recorded as the gateway does."""
    command_id = CommandId(uuid7())
    actor = Actor(kind=ActorKind.PERSON, id=uuid7(), role=Role.PROVIDER_USER)
    seen = SessionMarkProposed(
        placement_id=placement_id,
        day=date(2026, 12, 8),
        session=Session.AM,
        mark=ProposedMark.PRESENT,
        place=MarkPlace.ON_SITE,
        activity=Activity.EDUCATION,
        site_id=SiteId(SITE_ID),
    )
    async with transaction(driver.gateway.engine) as conn:
        now = await driver.gateway.clock.now(conn)
        about = Metadata(occurred_at=now, actor=actor, command_id=command_id, correlation_id=command_id)
        await append_noted(
            conn,
            attendance_stream(placement_id, IsoWeek(WEEK)),
            [PendingEvent(event=seen, metadata=about)],
            codec=ATTENDANCE,
            version=0,
            recorded_at=now,
            key=await driver.gateway.keys.get(UUID(pupil_id)),
        )


def again(step: StoryStep) -> StoryStep:
    """The step as the second placement takes it: without a social worker or a meeting, and from the week after."""
    match step.command:
        case "submit-referral":
            picture = {**step.body["picture"], "flags": [], "social_care_contact": None}
            return step._replace(body={**step.body, "picture": picture})
        case "record-professionals-meeting":
            return examples.INSTEAD[step.command]
        case "determine":
            return step._replace(body={**step.body, "start_date": "2026-12-15", "days": 40})
        case _:
            return step


@pytest.mark.obligation("S7")
async def test_the_first_mark_starts_the_placement(whole: Driver) -> None:
    names = [step.command for step in examples.STORY]
    start = names.index("start-placement")
    for step in examples.STORY[len(examples.BEFORE) : start]:
        await whole.move_clock(step)
        (await whole.take(step)).raise_for_status()
    await whole.move_clock(examples.STORY[start])

    (await whole.give(path_of("record-mark"), MARK, "provider_user")).raise_for_status()

    record = f"/placements/{PLACEMENT_ID}"
    while (found := (await whole.get(record)).json())["stage"] != "active":  # noqa: ASYNC110 - another process starts it
        await asyncio.sleep(0.05)
    assert found["record"]["started_on"] == "2026-12-08"
    assert found["record"]["first_site_id"] == str(SITE_ID)


@pytest.mark.obligation("S21")
async def test_a_register_is_read_by_the_week_and_counted_over_a_period(started: Driver) -> None:
    afternoon = {"session": "PM"}
    said = [
        ("record-mark", MARK | {"explanation": "Rowan was early"}, "provider_user"),
        ("confirm-mark", CODE, "case_worker"),
        ("record-mark", MARK | afternoon | {"mark": "absent", "explanation": "Felt ill at noon"}, "provider_user"),
        ("confirm-mark", CODE | afternoon | {"code": "I"}, "case_worker"),
    ]
    for command, body, who in said:
        (await started.give(path_of(command), body, who)).raise_for_status()
    address = f"/placements/{PLACEMENT_ID}/attendance"

    week = await started.get(f"{address}/{WEEK}", "provider_user")
    without_names = await started.get(f"{address}/{WEEK}", "auditor")
    period = await started.get(address, **{"from": "2026-12-08", "to": "2026-12-08"})
    other_days = await started.get(address, **{"from": "2026-12-09"})
    unseen = [(await started.get(path, "other_provider")).status_code for path in (address, f"{address}/{WEEK}")]
    no_week = await started.get(f"{address}/2026-W54")

    assert week.headers["ETag"] == f'"{week.json()["version"]}"'
    assert [mark["code"] for mark in week.json()["marks"]] == ["B", "I"]
    assert week.json()["marks"][0]["proposed"]["explanation"] == "Rowan was early"
    assert without_names.json()["marks"][0]["proposed"]["explanation"] is None
    assert period.json()["attendance_basis_points"] == 5000
    assert (period.json()["possible"], period.json()["approved_activity"], period.json()["authorised"]) == (2, 1, 1)
    assert [each["category"] for each in period.json()["sessions"]] == ["approved_activity", "authorised"]
    assert (other_days.json()["possible"], other_days.json()["attendance_basis_points"]) == (0, None)
    assert unseen == [404, 404]
    assert no_week.status_code == 422


@pytest.mark.obligation("S34")
async def test_what_is_due_on_a_register_is_in_the_deadline_lists_the_same_day(started: Driver) -> None:
    absent = MARK | {"mark": "absent"}
    (await started.give(path_of("record-mark"), absent, "provider_user")).raise_for_status()
    (await started.give(path_of("confirm-mark"), CODE | {"code": "N"})).raise_for_status()

    await temporal.sweep_due(started.gateway.temporal)

    found = (await started.get(f"/placements/{PLACEMENT_ID}/deadlines", "provider_user")).json()["deadlines"]
    turns = {each["rule"]: (each["standing"], each["turn_of"]) for each in found}
    assert (turns["T9"], turns["T10"]) == (("to_come", None), ("reminded", "case_worker"))
    ours = {each["rule"]: (each["due_on"], each["owner"], each["remind_on"], each["escalate_to"]) for each in found}
    assert ours["T9"] == ("2026-12-15", "case_worker", "2026-12-13", "head")
    assert ours["T10"] == ("2026-12-08", "case_worker", "2026-12-08", "dsl")
    for rule in ("T9", "T10"):
        row = await followed(started, "/deadlines", "deadlines", rule=rule, placement_id=str(PLACEMENT_ID))
        assert (row["due_on"], row["severity"], row["overdue"]) == (ours[rule][0], "ADVISORY", False)
        assert "morning of Tuesday 8 December 2026" in row["words"]
    assert "reminded" in await standings_by_turn(started)


def test_the_example_week_is_that_of_its_days() -> None:
    assert f"2026-W{date(2026, 12, 9).isocalendar().week:02}" == WEEK
