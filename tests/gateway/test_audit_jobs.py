"""Comparisons and exports as jobs: asked for, carried out once whatever dies, fetched once by who asked."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx2
import pytest

from domain.access.roles import RIGHTS
from events.codes import Role
from infra import audit_jobs as rows
from infra.audit_jobs import ClaimLost
from infra.postgres.db import connection
from infra.proof.export import verify
from services.application import audit_jobs
from services.application.audit_jobs import AuditJobs
from services.gateway.commands.examples import PLACEMENT_ID
from services.local.people import DemonstrationPerson
from tests.conftest import Database
from tests.gateway.driving import Driver
from tests.gateway.test_reading import told

API = "/api/v1"
EXPORTS = "/audit/exports"
AUDITOR = "aubrey-auditor"
WHOLE = {
    "/audit/exports": {},
    "/audit/what-if": {"regime": "ACAD-2026"},
    "/audit/diff": {"from": "2026-11-01"},
}


def _worker(driver: Driver) -> AuditJobs:
    gateway = driver.gateway
    return AuditJobs(gateway.engine, gateway.keys, gateway.settings)


async def _post(driver: Driver, path: str, body: Any, who: str = "auditor") -> httpx2.Response:
    return await driver.http.post(f"{API}{path}", json=body, headers=driver.headers(who))


async def _asked(driver: Driver, path: str = EXPORTS, body: Any = None, who: str = "auditor") -> str:
    answer = await _post(driver, path, WHOLE[path] if body is None else body, who)
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == answer.json()["href"]
    href: str = answer.json()["href"]
    return href.removeprefix(API)


async def _status(driver: Driver, href: str) -> str:
    found: str = (await driver.get(href, "auditor")).json()["status"]
    return found


async def _until_done(driver: Driver, href: str) -> None:
    while await _status(driver, href) != "done":  # noqa: ASYNC110 - another process's work
        await asyncio.sleep(0.1)


async def _code(driver: Driver, href: str, who: str = "auditor") -> tuple[int, str | None]:
    answer = await driver.get(f"{href}/result", who)
    return answer.status_code, answer.json()["code"] if answer.status_code != 200 else None


async def test_an_export_is_shown_with_progress_and_fetched_once(gw: Driver) -> None:
    href = await _asked(gw)
    waiting = (await _status(gw, href), await _code(gw, href))

    assert await _worker(gw).step()
    done = (await gw.get(href, "auditor")).json()
    first = await gw.get(f"{href}/result", "auditor")
    second = await _code(gw, href)

    assert waiting == ("waiting", (409, "not_done_yet"))
    lines = first.content.splitlines(keepends=True)
    assert (done["status"], done["reached"], done["result"]) == ("done", len(lines), f"{API}{href}/result")
    assert verify(lines, None).findings.flaws == []
    assert first.headers["content-disposition"].endswith('.jsonl"')
    assert second == (410, "result_gone")
    assert await _status(gw, href) == "fetched"


async def test_of_two_who_fetch_at_once_one_gets_it(gw: Driver) -> None:
    href = await _asked(gw)
    await _worker(gw).step()

    answers = await asyncio.gather(*(_code(gw, href) for _ in range(4)))

    assert sorted(answers) == [(200, None), *[(410, "result_gone")] * 3]


async def test_a_job_is_there_for_who_asked_and_for_nobody_else(gw: Driver) -> None:
    href = await _asked(gw)
    await _worker(gw).step()
    other = DemonstrationPerson(slug="other-auditor", name="Other", roles=("auditor",), org="la:831")
    headers = {"Authorization": f"Bearer {gw.tokens.mint(other)}"}

    theirs = [(await gw.http.get(f"{API}{path}", headers=headers)).status_code for path in (href, f"{href}/result")]
    of_another_kind = (await gw.get(href.replace("exports", "diff"), "auditor")).status_code

    assert theirs == [404, 404]
    assert of_another_kind == 404
    assert (await gw.get(f"{href}/result", "auditor")).status_code == 200


async def test_another_worker_begins_again_what_a_dead_one_left(gw: Driver) -> None:
    href = await _asked(gw)
    async with connection(gw.gateway.engine) as conn:
        dead = await rows.claim(conn)
        assert dead is not None
        await rows.keep(conn, dead, 0, b"half", reached=1)
        assert not await _worker(gw).step()
        await conn.execute("UPDATE audit_job SET claimed_until = now() - interval '1 second'")

        assert await _worker(gw).step()

        with pytest.raises(ClaimLost):
            await rows.keep(conn, dead, 1, b"late", reached=2)
    lines = (await gw.get(f"{href}/result", "auditor")).content.splitlines(keepends=True)
    assert verify(lines, None).findings.flaws == []


async def test_a_worker_that_stops_gives_its_job_back(gw: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    href = await _asked(gw)
    begun = asyncio.Event()

    async def endless(*_: Any) -> Any:
        begun.set()
        await asyncio.Event().wait()
        yield b""

    monkeypatch.setattr(audit_jobs, "export_lines", endless)
    working = asyncio.create_task(_worker(gw).run())
    await begun.wait()
    running = await _status(gw, href)
    working.cancel()
    await asyncio.wait({working})

    assert (running, await _status(gw, href)) == ("running", "waiting")


async def test_two_workers_never_take_the_same_job(gw: Driver) -> None:
    for _ in range(2):
        await _asked(gw)

    async with connection(gw.gateway.engine) as one, connection(gw.gateway.engine) as other:
        claimed = await asyncio.gather(rows.claim(one), rows.claim(other))

    assert len({each and each.job_id for each in claimed}) == 2


async def test_a_job_that_fails_again_and_again_says_so_in_words(gw: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    href = await _asked(gw)

    async def broken(*_: Any) -> Any:
        raise ValueError("a secret")
        yield b""

    monkeypatch.setattr(audit_jobs, "export_lines", broken)
    statuses = []
    async with connection(gw.gateway.engine) as conn:
        for _ in range(3):
            assert await _worker(gw).step()
            statuses.append(await _status(gw, href))
            await conn.execute("UPDATE audit_job SET claimed_until = now() - interval '1 second'")
    failed = (await gw.get(f"{href}/result", "auditor")).json()

    assert statuses == ["running", "running", "failed"]
    assert failed["code"] == "job_failed"
    assert "secret" not in json.dumps(failed)
    assert not await _worker(gw).step()


async def test_a_result_beyond_the_limit_is_refused_in_words(gw: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    href = await _asked(gw)
    monkeypatch.setattr(audit_jobs, "MOST_BYTES", 10)

    await _worker(gw).step()

    failed = (await gw.get(href, "auditor")).json()
    assert failed["status"] == "failed"
    assert "command line" in failed["failure"]
    assert await _parts(gw) == 0


async def _parts(driver: Driver) -> int:
    async with connection(driver.gateway.engine) as conn:
        found: int = await conn.fetchval("SELECT count(*) FROM audit_job_part")
        return found


async def test_what_nobody_fetches_is_deleted_after_a_day(gw: Driver, database: Database) -> None:
    href = await _asked(gw)
    await _worker(gw).step()
    conn = await asyncpg.connect(database.owner_url)
    try:
        kept = await rows.expire(conn), await _parts(gw)
        await conn.execute("UPDATE audit_job SET finished_at = finished_at - $1::interval", timedelta(hours=25))
        gone = await rows.expire(conn), await _parts(gw)
    finally:
        await conn.close()

    assert (kept, gone) == ((0, 1), (1, 0))
    assert await _code(gw, href) == (410, "result_gone")


async def test_nobody_has_more_than_three_jobs_under_way(gw: Driver) -> None:
    for _ in range(3):
        await _asked(gw)

    refused = await _post(gw, EXPORTS, {})
    await _worker(gw).step()
    again = await _post(gw, EXPORTS, {})

    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_at_once")
    assert again.status_code == 202


@pytest.mark.parametrize("path", WHOLE)
@pytest.mark.parametrize("org", ["school:900001", "la:831", f"provider:{UUID(int=3)}", ""])
async def test_the_whole_record_is_for_auditors_alone(gw: Driver, path: str, org: str) -> None:
    answers = {}
    for role in RIGHTS:
        person = DemonstrationPerson(slug=f"one-{role}", name="One", roles=(role.value,), org=org)
        headers = {"Authorization": f"Bearer {gw.tokens.mint(person)}"}
        answers[role] = (await gw.http.post(f"{API}{path}", json=WHOLE[path], headers=headers)).status_code

    allowed = {Role.AUDITOR} if org.startswith("la:") else set()
    assert answers == {role: 202 if role in allowed else 403 for role in RIGHTS}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/audit/exports", {"placement": "x"}),
        ("/audit/exports", {"all": True}),
        ("/audit/what-if", {}),
        ("/audit/what-if", {"rule": "T1=never"}),
        ("/audit/what-if", {"regime": "NONE"}),
        ("/audit/diff", {}),
        ("/audit/diff", {"from": "yesterday"}),
        ("/audit/diff", {"from": "2026-11-01", "by": "magic"}),
    ],
    ids=lambda each: each if isinstance(each, str) else json.dumps(each),
)
async def test_what_is_no_job_is_malformed(gw: Driver, path: str, body: Any) -> None:
    assert (await _post(gw, path, body)).status_code == 422


async def test_officers_compare_and_export_their_own_placements(whole: Driver) -> None:
    """The worker of the installation carries it out."""
    await told(whole, "submit-referral")
    one = {"placement": str(PLACEMENT_ID)}
    asked = {
        who: (await _post(whole, EXPORTS, one, who)).status_code
        for who in ("auditor", "odette-data-protection", "head", "other_school")
    }
    compared = {
        who: await whole.get("/audit/diff", who, placement=str(PLACEMENT_ID), **{"from": "2026-11-01"})
        for who in ("auditor", "odette-data-protection", "head")
    }
    mine = (await whole.get("/audit/access-log", "auditor", placement=str(PLACEMENT_ID))).json()["readings"]
    href = await _asked(whole, EXPORTS, one)
    await _until_done(whole, href)
    lines = (await whole.get(f"{href}/result", "auditor")).content.splitlines(keepends=True)

    assert asked == {"auditor": 202, "odette-data-protection": 202, "head": 403, "other_school": 403}
    assert {who: each.status_code for who, each in compared.items()} == {
        "auditor": 200,
        "odette-data-protection": 200,
        "head": 403,
    }
    assert "ReferralSubmitted" in {each["type"] for each in compared["auditor"].json()["came"]}
    assert {"diff", "export"} <= {each["what"] for each in mine}
    assert verify(lines, None).findings.flaws == []


async def test_the_whole_record_is_compared_and_judged_again(whole: Driver) -> None:
    await told(whole, "submit-referral")
    found = {}
    for path in ("/audit/diff", "/audit/what-if"):
        href = await _asked(whole, path)
        await _until_done(whole, href)
        found[path] = (await whole.get(f"{href}/result", "auditor")).json()

    counted = {(each["of"], each["name"]): each["change"] for each in found["/audit/diff"]["rows"]}
    assert counted["events", "ReferralSubmitted"] == 1
    assert found["/audit/what-if"]["placements"] + found["/audit/what-if"]["not_concerned"] == 1
