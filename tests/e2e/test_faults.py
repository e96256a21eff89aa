"""Processes and servers that die in the middle of work: what was acknowledged stays, once, and all agrees."""

import asyncio
import functools
import signal
from typing import Any

import httpx2
import pytest

from examples.journey import CALENDAR, Journey
from infra.ids import uuid7
from services.local.children import stop
from tests.e2e.clients import body_of, side_by_side
from tests.e2e.site import Site, until

_AT_WORK = 8
_UNDER_WAY = """
SELECT count(*) FILTER (WHERE status <> 'recorded') >= $1 AND count(*) FILTER (WHERE status = 'recorded') > 0
FROM command
"""


@pytest.fixture
async def site(whole_site: Site) -> Site:
    whole_site.office.seen.clear()
    return whole_site


@pytest.mark.obligation("C4", "C6")
async def test_a_worker_killed_amid_commands_loses_none_and_doubles_none(site: Site) -> None:
    working = await _amid_commands(site, "worker")

    site.stack.kill(site.stack.worker)
    await site.stack.start_worker()

    await working
    await site.holds()


@pytest.mark.obligation("C6")
async def test_a_gateway_killed_amid_commands_loses_none_and_doubles_none(site: Site) -> None:
    working = await _amid_commands(site, "gateway")

    site.stack.kill(site.stack.gateway)
    await _seen(site, 0)
    await site.stack.start_gateway()

    await working
    await site.holds()


@pytest.mark.obligation("C6")
async def test_a_database_crash_amid_commands_is_a_503_and_nothing_is_half_done(site: Site) -> None:
    working = await _amid_commands(site, "database")

    # The signal for "stop at once": what was not committed is lost, and the next start recovers.
    stop(site.servers.postgres.child, (signal.SIGQUIT, 20.0))
    await _seen(site, httpx2.codes.SERVICE_UNAVAILABLE)
    await site.servers.start_postgres()

    await working
    await site.holds()


@pytest.mark.obligation("C4", "C6")
async def test_with_temporal_away_commands_are_kept_and_carried_out_once_later(site: Site) -> None:
    journeys = [site.journey(f"away/{number}") for number in range(3)]
    await asyncio.to_thread(side_by_side, [journey.draft for journey in journeys])
    asked = [(f"{each.path}/commands/submit-referral", each.referral(), str(uuid7())) for each in journeys]
    home = {"home_school_urn": journeys[0].urn, "commissioner": "academy", "legal_basis": "OSD"}
    pupil = journeys[0].child.body(journeys[0].day.isoformat())
    asked.append(("/placements", {**home, "pupil": pupil, "another_child": True}, str(uuid7())))
    site.servers.temporal.stop()

    answers = await _all_at_once(site, asked)
    statuses = [(await _get(site, answer.headers["Location"])) for answer in answers]
    await site.servers.start_temporal()

    assert [answer.status_code for answer in answers] == [202] * 4
    assert [body_of(answer)["status"] for answer in answers] == ["recorded"] * 4
    assert [(each["status"], each["outcome"]) for each in statuses] == [("recorded", None)] * 4
    await until(site.store.at_rest, "the sweeper has handed all over")
    again = await _all_at_once(site, asked)
    assert [answer.status_code for answer in again] == [200, 200, 200, 201]
    for answer, final in zip(answers, again, strict=True):
        became = await _get(site, answer.headers["Location"])
        assert (became["status"], became["outcome"]) == ("accepted", body_of(final))
    swept = "SELECT count(*) FROM command WHERE command_id = ANY($1::uuid[]) AND attempts > 0"
    assert await site.store.value(swept, [key for _, _, key in asked]) == 4
    await site.holds()


@pytest.mark.obligation("C6")
async def test_the_same_command_sent_twenty_times_at_once_is_done_once(site: Site) -> None:
    journey = site.journey("twenty")
    await asyncio.to_thread(journey.draft)
    asked = (f"{journey.path}/commands/submit-referral", journey.referral(), str(uuid7()))

    answers = await _all_at_once(site, [asked] * 20)
    await until(site.store.at_rest, "it is decided")
    final = await _all_at_once(site, [asked] * 20)

    assert {answer.status_code for answer in answers} <= {200, 202}
    assert {answer.status_code for answer in final} == {200}
    told = {answer.content for answer in [*answers, *final] if answer.status_code == 200}
    assert len(told) == 1, "all are told the same, byte for byte"
    assert body_of(final[0])["version"] == 2
    await site.holds()


@pytest.mark.obligation("C7")
async def test_of_two_people_who_saw_the_same_version_one_moves_the_placement(site: Site) -> None:
    journey = await _screened(site, "two")
    path = f"{journey.path}/commands"
    seen = (await asyncio.to_thread(site.office.read, journey.case_worker, journey.path))["version"]
    matching = {"If-Match": f'"{seen}"'}
    stopped = {"reason_code": "parent_request", "reason_text": "The family asked"}

    answers = await asyncio.gather(
        _decided(site, journey.case_worker, f"{path}/withdraw", stopped, str(uuid7()), **matching),
        _decided(site, journey.head, f"{path}/decline-referral", stopped, str(uuid7()), **matching),
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412]
    late = next(body_of(answer) for answer in answers if answer.status_code == 412)
    changes = [change["type"] for change in late["changes"] if change["type"] != "DocumentProduced"]
    assert changes in (["ReferralWithdrawn"], ["ReferralDeclined"])
    await site.holds()


@pytest.mark.obligation("C7")
async def test_two_people_who_name_no_version_are_both_decided_in_turn(site: Site) -> None:
    journey = await _screened(site, "in turn")
    path = f"{journey.path}/commands/record-consultation"
    said = {"consulted_on": journey.day.isoformat(), "body": "A service", "view": "Supports it"}

    answers = await asyncio.gather(
        _decided(site, journey.case_worker, path, {"role": "social_worker", **said}, str(uuid7())),
        _decided(site, journey.case_worker, path, {"role": "virtual_school", **said}, str(uuid7())),
    )

    assert [answer.status_code for answer in answers] == [200, 200]
    first, second = sorted(body_of(answer)["version"] for answer in answers)
    assert first < second
    await site.holds()


async def test_a_correction_reaches_all_that_follows_from_the_record(site: Site) -> None:
    journey = site.journey("correction")
    await asyncio.to_thread(_determined, journey)
    later = CALENDAR.nth_after(journey.start_on, 40)
    timeline = await _get(site, f"{journey.path}/timeline")
    by_type = {each["type"]: each["event_id"] for each in timeline["events"]}
    slip = {"corrects_event_id": by_type["PlacementDetermined"], "reason": "The wrong column was read"}
    said = {**slip, "field": "proposed_end", "value": f'"{later}"'}

    answer = await _decided(site, journey.head, f"{journey.path}/commands/correct-record", said, str(uuid7()))

    assert answer.status_code == httpx2.codes.OK
    assert (await _get(site, journey.path))["record"]["proposed_end"] == later.isoformat()
    query = "SELECT proposed_end_on FROM placement WHERE placement_id = $1::uuid"
    assert await site.store.value(query, journey.placement_id) == later
    await site.holds()


def _determined(journey: Journey) -> None:
    for step in (journey.draft, journey.submit, journey.propose):
        step()
    meet_on = CALENDAR.nth_after(journey.day, 1)
    journey.convene(meet_on)
    journey.move(meet_on, 12)
    journey.meet()
    start = CALENDAR.nth_after(meet_on, 8)
    journey.determine(start, 30, CALENDAR.nth_after(start, 10))


def _tell(journey: Journey) -> None:
    journey.draft()
    journey.submit()
    journey.propose()
    journey.convene(CALENDAR.nth_after(journey.day, 2))
    journey.stop(journey.case_worker, "withdraw", "parent_request", "The family asked")


async def _amid_commands(site: Site, case: str) -> asyncio.Task[Any]:
    """Eight placements on their way at once, at a moment when some commands are decided and some are not."""
    decided = await site.store.value("SELECT count(*) FROM command WHERE status <> 'recorded'")
    journeys = [site.journey(f"{case}/{number}") for number in range(_AT_WORK)]
    telling = [functools.partial(_tell, journey) for journey in journeys]
    working = asyncio.create_task(asyncio.to_thread(side_by_side, telling))

    async def under_way() -> bool:
        if working.done():
            working.result()
        return bool(await site.store.value(_UNDER_WAY, decided + _AT_WORK))

    await until(under_way, "commands are under way")
    return working


async def _seen(site: Site, status: int) -> None:
    async def seen() -> bool:
        return status in site.office.seen

    await until(seen, f"a client was answered {status}")


async def _screened(site: Site, case: str) -> Journey:
    journey = site.journey(case)
    for step in (journey.draft, journey.submit, journey.propose):
        await asyncio.to_thread(step)
    return journey


async def _all_at_once(site: Site, asked: list[tuple[str, dict[str, Any], str]]) -> list[httpx2.Response]:
    return await asyncio.gather(*(_post(site, "amara-case-worker", *each) for each in asked))


async def _post(site: Site, person: str, path: str, body: dict[str, Any], key: str, **headers: str) -> httpx2.Response:
    answer = await asyncio.to_thread(
        site.office.once, "POST", person, path, json=body, headers={"Idempotency-Key": key, **headers}
    )
    assert answer is not None
    return answer


async def _decided(
    site: Site, person: str, path: str, body: dict[str, Any], key: str, **headers: str
) -> httpx2.Response:
    """As a client does that is told to come again."""
    while (answer := await _post(site, person, path, body, key, **headers)).status_code == httpx2.codes.ACCEPTED:
        pass
    return answer


async def _get(site: Site, location: str) -> dict[str, Any]:
    return await asyncio.to_thread(site.office.read, "amara-case-worker", location.removeprefix("/api/v1"))
