"""A child with placements of two schools of one council is a task of its officer, and no school learns of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from events.codec import canonical_json
from events.ids import derived_id
from infra.encryption.keys import KeyErased
from infra.identity.tokens import Person as Reader
from infra.ids import uuid7
from infra.postgres.db import transaction
from infra.projections import council_numbers
from infra.temporal import client as temporal
from services.application import access_pack
from services.application.erasure import erase
from services.application.facts.held import hold
from services.gateway.commands.examples import EXAMPLES, PLACEMENT_ID, PUPIL_ID, STORY
from services.gateway.lists.council_tasks import MOST_AN_HOUR
from services.local.people import DemonstrationPerson
from tests.conftest import Database
from tests.gateway.driving import DRAFT, Driver, path_of
from tests.gateway.test_attendance import again
from tests.gateway.test_reading import told

OWN, OTHER, FAR = "900001", "900002", "900003"
UPN, SPARE = "L831400126001", "P207000016049"
NEIGHBOUR = DemonstrationPerson(slug="neighbour", name="Neighbour", roles=("la_officer",), org="la:830")
FAR_WORKER = DemonstrationPerson(slug="far-worker", name="Far Worker", roles=("case_worker",), org=f"school:{FAR}")
OTHER_HEAD = "henrietta-head"
_SOON_SECONDS = 0.1


class Council:
    """Schools of two councils, and their people."""

    def __init__(self, driver: Driver, conn: asyncpg.Connection) -> None:
        self.driver = driver
        self.conn = conn
        for person in (NEIGHBOUR, FAR_WORKER):
            driver.tokens.minted[person.slug] = driver.tokens.mint(person)

    async def school(self, urn: str, la_code: str, who: str) -> None:
        register = EXAMPLES["register-school"] | {
            "name": f"School {urn}",
            "la_code": la_code,
            "laestab": f"{la_code}{urn[-4:]}",
        }
        for command, body in (("register-school", register), ("publish-calendar", EXAMPLES["publish-calendar"])):
            answer = await self.driver.give(f"/schools/{urn}/commands/{command}", body, who)
            assert answer.status_code == 200, answer.text

    async def draft(self, urn: str = OWN, upn: str = UPN, **changed: Any) -> Any:
        who = {OWN: "case_worker", OTHER: "other_school", FAR: FAR_WORKER.slug}[urn]
        body = DRAFT.body | {"pupil": DRAFT.body["pupil"] | {"upn": upn}, "home_school_urn": urn} | changed
        answer = await self.driver.give("/placements", body, who)
        assert answer.status_code == 201, answer.text
        return answer

    async def give(self, placement: str, command: str, who: str = "case_worker", **changed: Any) -> None:
        body = EXAMPLES.get(command, {}) | changed
        answer = await self.driver.give(f"/placements/{placement}/commands/{command}", body, who)
        assert answer.status_code == 200, answer.text

    async def swept(self) -> None:
        """Until each placement was looked at; the worker's own sweep may have one in hand."""
        while True:
            await temporal.sweep_due(self.driver.gateway.temporal)
            left = await self.conn.fetchval(
                """
                SELECT count(*) FROM placement p
                LEFT JOIN due_row d ON d.sweep = $1 AND d.subject = p.placement_id::text
                WHERE p.is_open AND (d.due_at IS NOT NULL OR d.seen IS DISTINCT FROM p.version)
                """,
                council_numbers.SWEEP,
            )
            if not left:
                return
            await asyncio.sleep(_SOON_SECONDS)

    async def tasks(self, who: str = "la_officer", **asked: Any) -> list[Any]:
        answer = await self.driver.get("/council-tasks", who, **asked)
        assert answer.status_code == 200, answer.text
        found: list[Any] = answer.json()["tasks"]
        return found

    async def logged(self) -> list[str]:
        rows = await self.conn.fetch("SELECT placement_id FROM access_log WHERE what = 'council_task'")
        return sorted(str(row["placement_id"]) for row in rows)


@pytest.fixture
async def council(whole: Driver, database: Database) -> AsyncIterator[Council]:
    conn = await asyncpg.connect(database.owner_url)
    made = Council(whole, conn)
    await made.school(OTHER, "831", "la_officer")
    yield made
    await conn.close()


def _of(*drafted: Any) -> list[str]:
    return sorted(each.json()["placement_id"] for each in drafted)


def _pupil_of(drafted: Any) -> str:
    return str(derived_id(UUID(drafted.json()["command_id"]), "pupil"))


def _named(task: Any) -> list[str]:
    return sorted(each["placement_id"] for each in task["placements"])


async def test_one_upn_at_two_schools_of_a_council_is_a_logged_task(council: Council) -> None:
    first = await council.draft()
    await council.draft(upn=SPARE)
    await council.swept()
    assert await council.tasks() == []

    other = await council.draft(OTHER)
    await council.swept()
    [task] = await council.tasks()

    assert (task["kind"], task["found_on"]) == ("same_upn", "2026-11-23")
    assert _named(task) == _of(first, other)
    assert {each["home_school_urn"] for each in task["placements"]} == {OWN, OTHER}
    assert DRAFT.body["pupil"]["legal_name"] not in str(task)
    assert await council.logged() == _of(first, other)
    # One task for the two records, however many placements they have, and for as long as both have an open one.
    second = await council.draft(pupil_id=_pupil_of(first))
    await council.swept()
    [again] = await council.tasks()
    assert (again["task_id"], _named(again)) == (task["task_id"], _of(first, second, other))
    await council.give(other.json()["placement_id"], "withdraw", "other_school")
    assert await council.tasks() == [], "at once, without a sweep"
    await council.swept()
    assert await council.conn.fetchval("SELECT count(*) FROM council_task") == 0


async def test_a_number_that_is_put_right_ends_one_task_and_begins_another(council: Council) -> None:
    first, other, third = await council.draft(), await council.draft(OTHER), await council.draft(OTHER, SPARE)
    await council.swept()
    assert [_named(each) for each in await council.tasks()] == [_of(first, other)]

    await council.give(
        first.json()["placement_id"],
        "correct-record",
        corrects_event_id=first.json()["events"][0]["event_id"],
        field="pupil",
        value=canonical_json(DRAFT.body["pupil"] | {"upn": SPARE}),
        reason="A slip of the pen",
    )
    await council.swept()

    assert [_named(each) for each in await council.tasks()] == [_of(first, third)]


async def _all_that_a_school_sees(council: Council, placement: str, pupil: str, who: str) -> dict[str, Any]:
    driver = council.driver
    paths = (
        f"/placements/{placement}",
        *(f"/placements/{placement}/{part}" for part in ("timeline", "deadlines", "commands", "evidence", "documents")),
        f"/pupils/{pupil}",
        "/placements",
        "/placements?opened=true",
        "/deadlines",
        "/reviews",
        "/letters",
        "/today",
        "/events",
        "/council-tasks",
    )
    seen = {}
    for path in paths:
        answer = await driver.get(path, who)
        headers = {name: value for name, value in answer.headers.items() if name not in _OF_ONE_ANSWER}
        seen[path] = (answer.status_code, headers, answer.text)
    return seen


_OF_ONE_ANSWER = {"date", "x-request-id", "request-id", "server-timing"}


async def test_neither_school_learns_that_there_is_a_task(council: Council) -> None:
    first, other = await council.draft(), await council.draft(OTHER)
    await council.driver.rest()
    before = [
        await _all_that_a_school_sees(council, each.json()["placement_id"], _pupil_of(each), who)
        for each, who in ((first, "case_worker"), (other, "other_school"))
    ]

    await council.swept()
    assert len(await council.tasks()) == 1
    await council.driver.rest()

    after = [
        await _all_that_a_school_sees(council, each.json()["placement_id"], _pupil_of(each), who)
        for each, who in ((first, "case_worker"), (other, "other_school"))
    ]
    assert after == before
    assert {seen["/council-tasks"][0] for seen in after} == {403}
    # And what is answered to a school is the same where no other has the child.
    alone = await council.draft(OTHER, SPARE)
    assert other.headers.keys() == alone.headers.keys()
    for name in other.headers.keys() - _OF_ONE_ANSWER - {"location", "content-length"}:
        assert other.headers[name] == alone.headers[name], name
    assert other.json()["warnings"] == alone.json()["warnings"] == []


async def test_the_tasks_are_for_officers_of_that_council_alone(council: Council) -> None:
    await council.draft()
    await council.draft(OTHER)
    await council.swept()

    for who in ("case_worker", "head", OTHER_HEAD, "social_worker", "auditor", "integration", "parent"):
        assert (await council.driver.get("/council-tasks", who)).status_code == 403, who
    assert await council.tasks(NEIGHBOUR.slug) == []
    assert await council.logged() == []


async def test_across_councils_nobody_gets_a_task(council: Council) -> None:
    await council.school(FAR, "830", NEIGHBOUR.slug)
    await council.draft()
    await council.draft(FAR)
    await council.swept()

    assert await council.tasks() == await council.tasks(NEIGHBOUR.slug) == []
    assert await council.conn.fetchval("SELECT count(*) FROM council_task") == 0
    digests = await council.conn.fetch("SELECT la_code, digest FROM council_number")
    assert {row["la_code"] for row in digests} == {"830", "831"}
    assert len({bytes(row["digest"]) for row in digests}) == 2, "one number has another hash in each council"
    assert UPN.encode() not in b"".join(bytes(row["digest"]) for row in digests)


async def test_a_restricted_placement_is_in_no_task_of_who_may_not_read_it(council: Council) -> None:
    first = await council.draft()
    await council.draft(OTHER)
    await council.swept()
    assert len(await council.tasks()) == 1
    logged = await council.logged()

    restricted = {"reason": "A relative works for the council", "reader_roles": ["case_worker", "head"]}
    await council.give(first.json()["placement_id"], "restrict-access", "head", **restricted)
    await council.swept()

    assert await council.tasks() == []
    assert await council.logged() == logged


async def test_tasks_are_shown_in_pages_and_up_to_a_number_an_hour(council: Council) -> None:
    for upn in (UPN, SPARE):
        await council.draft(upn=upn)
        await council.draft(OTHER, upn)
    await council.swept()
    page = (await council.driver.get("/council-tasks", "la_officer", limit=1)).json()
    rest = await council.driver.http.get(page["next"], headers=council.driver.headers("la_officer"))
    assert (len(page["tasks"]), len(rest.json()["tasks"]), rest.json()["next"]) == (1, 1, None)
    assert page["tasks"][0]["task_id"] < rest.json()["tasks"][0]["task_id"]

    fill = """
    INSERT INTO access_log (person_id, org, placement_id, what)
    SELECT person_id, org, placement_id, what FROM access_log, generate_series(1, $1)
    WHERE access_id = (SELECT max(access_id) FROM access_log WHERE what = 'council_task')
    """
    await council.conn.execute(fill, MOST_AN_HOUR - 4 - 3)
    short = (await council.driver.get("/council-tasks", "la_officer")).json()
    assert (len(short["tasks"]), short["next"] is None) == (1, False), "as many as are left, and where to go on"
    refused = await council.driver.get("/council-tasks", "la_officer")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_readings")
    assert 0 < int(refused.headers["Retry-After"]) <= 3_600
    await council.conn.execute("UPDATE access_log SET read_at = read_at - interval '61 minutes'")
    assert len(await council.tasks()) == 2


async def test_without_its_key_the_council_s_index_is_made_again(council: Council) -> None:
    first, other = await council.draft(), await council.draft(OTHER)
    await council.swept()
    key_id = await council.conn.fetchval("SELECT key_id FROM council_number_key WHERE la_code = '831'")
    before = await council.conn.fetch("SELECT placement_id, digest FROM council_number ORDER BY 1")
    taken = await council.driver.once(
        "/placements", DRAFT.body | {"pupil_id": str(key_id), "another_child": True}, "case_worker"
    )
    assert taken.status_code == 422, "no pupil gets the key of the numbers"

    await council.driver.gateway.keys.destroy(key_id, owner="numbers:la:831")
    third = await council.draft(OTHER, SPARE)
    await council.swept()

    assert [_named(each) for each in await council.tasks()] == [_of(first, other)]
    after = await council.conn.fetch("SELECT placement_id, digest FROM council_number ORDER BY 1")
    assert [str(row["placement_id"]) for row in after] == _of(first, other, third)
    assert not {bytes(row["digest"]) for row in before} & {bytes(row["digest"]) for row in after}


async def test_the_access_pack_of_a_school_does_not_tell_of_a_task(council: Council) -> None:
    first = await council.draft()
    await council.draft(OTHER)
    await council.swept()
    await council.tasks()
    pupil = UUID(_pupil_of(first))
    gateway = council.driver.gateway

    reader = Reader(id=uuid7(), roles=frozenset(), org=None)
    made = [each async for each in access_pack.files(gateway.engine, pupil, gateway.keys, reader)]

    [readings] = [content.decode() for name, content in made if name.endswith("readings.json")]
    assert "la:831" in readings
    assert "task" not in b"".join(content for _, content in made if content[:5] != b"%PDF-").decode()
    assert OTHER not in readings


async def test_the_entry_and_the_task_of_a_pupil_go_with_its_key(council: Council) -> None:
    first, other = await council.draft(), await council.draft(OTHER)
    await council.swept()
    gateway, pupil = council.driver.gateway, UUID(_pupil_of(first))

    async with transaction(gateway.engine) as conn:
        held = await hold(conn, pupil, gateway.keys)
        assert await erase(conn, replace(held, states={}, own={}, decided_unplaced=True), gateway.keys)

    with pytest.raises(KeyErased):
        await gateway.keys.get(pupil)
    left = await council.conn.fetch("SELECT pupil_id FROM council_number")
    assert [str(row["pupil_id"]) for row in left] == [_pupil_of(other)]
    assert await council.conn.fetchval("SELECT count(*) FROM council_task") == 0
    assert await council.conn.fetchval("SELECT count(*) FROM pupil_number WHERE pupil_id = $1", pupil) == 0


_PATTERN = EXAMPLES["set-attendance-pattern"] | {"effective_from": "2026-12-15"}
_BESIDE = _PATTERN | {
    "sessions": [
        each | {"place": "provider" if each["weekday"] in {1, 5} else "school"} for each in _PATTERN["sessions"]
    ],
    "part_time_until": None,
}


@pytest.fixture
async def decided(council: Council) -> str:
    """The example's placement has its pattern, and one of the other school for its UPN is determined."""
    await told(council.driver, "set-attendance-pattern")
    second: str = (await council.draft(OTHER, DRAFT.body["pupil"]["upn"])).json()["placement_id"]
    checked = await council.driver.give(
        path_of("complete-due-diligence"), EXAMPLES["complete-due-diligence"], "other_school"
    )
    assert checked.status_code == 200, checked.text
    granted = await council.driver.give(
        f"/schools/{OTHER}/commands/grant-delegation", EXAMPLES["grant-delegation"], OTHER_HEAD
    )
    assert granted.status_code == 200, granted.text
    names = [step.command for step in STORY]
    for step in STORY[names.index("submit-referral") : names.index("determine") + 1]:
        if step.command not in {"record-consultation", "convene-professionals-meeting"}:
            taken = again(step)
            who = {"case_worker": "other_school", "head": OTHER_HEAD}[taken.role]
            answer = await council.driver.give(f"/placements/{second}/commands/{taken.command}", taken.body, who)
            assert answer.status_code == 200, answer.text
    await council.driver.rest()
    await council.swept()
    return second


async def _kinds(council: Council) -> list[str]:
    return [each["kind"] for each in await council.tasks()]


async def _set_pattern(council: Council, placement: str, pattern: Any) -> Any:
    path = f"/placements/{placement}/commands/set-attendance-pattern"
    answer = await council.driver.give(path, pattern, "other_school")
    assert answer.status_code == 200, answer.text
    await council.driver.rest()
    return answer


async def test_sessions_that_overlap_across_schools_are_a_task_while_they_do(council: Council, decided: str) -> None:
    await _set_pattern(council, decided, _BESIDE)
    await council.swept()
    assert await _kinds(council) == ["same_upn"], "two placements in different sessions"
    before = len(await council.logged())

    await _set_pattern(council, decided, _PATTERN)
    await council.swept()
    _, task = await council.tasks()
    assert task["kind"] == "overlapping_sessions"
    assert _named(task) == sorted([str(PLACEMENT_ID), decided])
    assert {each["home_school_urn"] for each in task["placements"]} == {OWN, OTHER}
    assert "same session" in task["detail"]
    assert len(await council.logged()) == before + 4, "each placement of each task"
    assert await council.tasks(NEIGHBOUR.slug) == []

    await _set_pattern(council, decided, _BESIDE)
    await council.swept()
    assert await _kinds(council) == ["same_upn"], "the pattern changed"
    assert await council.conn.fetchval("SELECT count(*) FROM council_task") == 1

    await _set_pattern(council, decided, _PATTERN)
    await council.swept()
    assert await _kinds(council) == ["same_upn", "overlapping_sessions"]
    await council.conn.execute("UPDATE council_overlap SET last_on = '2026-11-30'")
    assert await _kinds(council) == ["same_upn"], "the last day in common is over"
    await council.conn.execute("UPDATE council_overlap SET last_on = '2026-12-15'")
    await council.give(decided, "withdraw", OTHER_HEAD)
    assert await _kinds(council) == [], "at once, without a sweep"
    await council.swept()
    left = "SELECT (SELECT count(*) FROM council_task) + (SELECT count(*) FROM council_overlap)"
    assert await council.conn.fetchval(left) == 0


async def test_neither_school_learns_that_sessions_overlap(council: Council, decided: str) -> None:
    overlapping = await _set_pattern(council, decided, _PATTERN)
    assert overlapping.json()["warnings"] == []
    pupil = str(await council.conn.fetchval("SELECT pupil_id FROM placement WHERE placement_id = $1", UUID(decided)))
    whose = ((str(PLACEMENT_ID), str(PUPIL_ID), "case_worker"), (decided, pupil, "other_school"))
    before = [await _all_that_a_school_sees(council, *each) for each in whose]

    await council.swept()
    assert await _kinds(council) == ["same_upn", "overlapping_sessions"]
    await council.driver.rest()

    assert [await _all_that_a_school_sees(council, *each) for each in whose] == before


async def test_what_is_kept_of_an_overlap_goes_with_the_pupil_s_key(council: Council, decided: str) -> None:
    await _set_pattern(council, decided, _PATTERN)
    await council.swept()
    assert await council.conn.fetchval("SELECT count(*) FROM council_overlap") == 1

    async with transaction(council.driver.gateway.engine) as conn:
        await council_numbers.forget(conn, PUPIL_ID)

    left = "SELECT (SELECT count(*) FROM council_task) + (SELECT count(*) FROM council_overlap)"
    assert await council.conn.fetchval(left) == 0
