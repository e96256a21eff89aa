"""The feed: nothing missed and nothing twice, in commit order, whoever writes and however often a reader comes back."""

import asyncio
import contextlib
import itertools
import json
import random
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sse_starlette.sse import AppStatus

from events.codec import ATTENDANCE, PLACEMENT, PROVIDER, PUPIL, SCHOOL
from infra.event_store.append import append
from infra.event_store.types import ANY, NewEvent, StreamAppend
from infra.ids import uuid7
from infra.postgres.db import transaction
from services.application.feed.feed import share_of
from services.application.feed.notifications import EVENT_TYPES, PUBLIC_NAMES
from services.gateway.commands.examples import OF_PLACEMENT, PLACEMENT_ID
from tests.gateway.driving import Driver, listening

_DATA = '{"kind":"academy","la_code":"831","name":"x","urn":"900009"}'
WRITERS, EACH = 16, 25


def test_public_names_are_unique_and_say_what_happened() -> None:
    stored = [cls.__name__ for codec in (PLACEMENT, PROVIDER, SCHOOL, ATTENDANCE, PUPIL) for cls in codec.types()]

    assert sorted(PUBLIC_NAMES) == sorted(stored)
    assert len(EVENT_TYPES) == len(PUBLIC_NAMES)
    assert PUBLIC_NAMES["ReviewHeld"] == "placement.review.held"
    assert PUBLIC_NAMES["PlacementStarted"] == "placement.started"
    assert PUBLIC_NAMES["ProfessionalsMeetingNotRequired"] == "placement.professionals_meeting.not_required"
    assert PUBLIC_NAMES["CalendarPublished"] == "school.calendar.published"


async def _write(
    driver: Driver,
    *,
    pause: bool = False,
    stream_id: str | None = None,
    type_: str = "SchoolRegistered",
    version: int = 1,
) -> None:
    """One event, on a stream of its own unless one is named; some take their time, and some are taken back."""
    event = NewEvent(event_id=uuid7(), type=type_, schema_version=version, data=_DATA, personal=None, meta="{}")
    gateway = driver.gateway
    with contextlib.suppress(_TakenBack):
        async with transaction(gateway.engine) as conn:
            now = await gateway.clock.now(conn)
            stream = StreamAppend(stream_id=stream_id or f"school-{uuid7()}", expected=ANY, events=(event,))
            await append(conn, stream, recorded_at=now)
            if pause:
                await asyncio.sleep(random.random() * 0.03)  # noqa: S311 - a spread, not a secret
                if random.random() < 0.2:  # noqa: S311 - the same
                    raise _TakenBack
    gateway.notifier.wake()


class _TakenBack(Exception):
    pass


async def _stored(driver: Driver) -> list[int]:
    async with transaction(driver.gateway.engine) as conn:
        return [row["position"] for row in await conn.fetch("SELECT position FROM event_store.event ORDER BY position")]


async def _caught_up(driver: Driver) -> list[int]:
    """Every stored position, once the feed has come to the last of them: it follows commits within moments."""
    positions = await _stored(driver)
    tail = driver.gateway.tail
    while tail.recent.looked_at < positions[-1]:
        await tail.wait(tail.moved, 0.1)
    return positions


class _Follower:
    """A client of the stream: what it was sent, and where it would resume."""

    def __init__(self, http: httpx2.AsyncClient, url: str, headers: dict[str, str], *, query: str = "") -> None:
        self.http, self.url, self.headers = http, f"{url}/events/stream{query}", headers
        self.seen: list[int] = []

    async def take(self, count: int) -> None:
        """Up to so many events, then hangs up."""
        async with self.http.stream("GET", self.url, headers=self.headers) as answer:
            assert answer.status_code == 200
            async for line in answer.aiter_lines():
                if line.startswith("id:"):
                    self.headers["Last-Event-ID"] = line[3:].strip()
                elif line.startswith("data:"):
                    self.seen.append(json.loads(line[5:])["data"]["position"])
                    count -= 1
                    if count == 0:
                        return


@pytest.mark.obligation("C10")
async def test_sixteen_writers_and_every_reader_gets_each_event_once_in_order(gw: Driver) -> None:
    writing = asyncio.Event()

    async def write() -> None:
        await writing.wait()
        for _ in range(EACH):
            await _write(gw, pause=True)

    async def poll() -> list[int]:
        seen: list[int] = []
        after = 0
        while not done.is_set() or after < settled[0]:
            page = (await gw.get("/events", "auditor", after=after, limit=7, wait=0.3)).json()
            seen += [event["data"]["position"] for event in page["events"]]
            after = page["next"]
        return seen

    async def follow(follower: _Follower) -> list[int]:
        while not done.is_set() or follower.seen[-1:] < settled:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await follower.take(random.randint(1, 60))  # noqa: S311 - a spread, not a secret
        return follower.seen

    done, settled = asyncio.Event(), [0]
    async with listening(gw) as url, httpx2.AsyncClient(timeout=60) as http:
        followers = [_Follower(http, url, gw.headers("auditor")) for _ in range(2)]
        readers = [asyncio.create_task(reader) for reader in (poll(), *map(follow, followers))]
        writers = [asyncio.create_task(write()) for _ in range(WRITERS)]
        writing.set()
        await asyncio.gather(*writers)
        stored = await _stored(gw)
        settled[0] = stored[-1]
        done.set()
        seen = await asyncio.gather(*readers)

    assert WRITERS * EACH * 0.5 < len(stored) <= WRITERS * EACH
    for each in seen:
        assert each == stored


async def test_what_was_just_written_is_in_the_next_page_though_nobody_follows(gw: Driver) -> None:
    after = 0
    for _ in range(5):
        await _write(gw)
        page = (await gw.get("/events", "auditor", after=after)).json()

        assert not gw.gateway.tail.attended
        assert [event["data"]["position"] for event in page["events"]] == (await _stored(gw))[-1:]
        after = page["next"]


async def test_older_events_than_memory_holds_come_from_the_store(gw: Driver) -> None:
    for _ in range(12):
        await _write(gw)
    gw.gateway.tail.recent._size = 3
    for _ in range(12):
        await _write(gw)
    await _caught_up(gw)

    seen: list[int] = []
    after = 0
    while True:
        page = (await gw.get("/events", "auditor", after=after, limit=5)).json()
        if not page["events"]:
            break
        seen += [event["data"]["position"] for event in page["events"]]
        after = page["next"]

    assert seen == await _stored(gw)


async def test_a_long_poll_answers_as_soon_as_something_happens(gw: Driver) -> None:
    async def later() -> None:
        await asyncio.sleep(0.2)
        await _write(gw)

    waiting, _ = await asyncio.gather(gw.get("/events", "auditor", wait=30), later())

    assert len(waiting.json()["events"]) == 1


async def test_next_moves_past_what_is_filtered_out(gw: Driver) -> None:
    for _ in range(3):
        await _write(gw)
    positions = await _caught_up(gw)

    filtered = (await gw.get("/events", "auditor", type="placement.review.held")).json()
    unseen = (await gw.get("/events", "case_worker")).json()

    assert (filtered["events"], filtered["next"]) == ([], positions[-1])
    assert (unseen["events"], unseen["next"]) == ([], positions[-1])


@pytest.mark.parametrize(
    ("type_", "version", "name"),
    [("SchoolTwinned", 1, "school.twinned"), ("SchoolRegistered", 9, "school.registered")],
)
async def test_only_a_later_release_reads_its_event_and_an_older_passes_it_on(
    gw: Driver, type_: str, version: int, name: str
) -> None:
    """A notification says no more than that something happened, so an older gateway can say it as well."""
    await _write(gw)
    await _write(gw, type_=type_, version=version)
    await _write(gw)
    positions = await _caught_up(gw)

    page = (await gw.get("/events", "auditor")).json()
    async with listening(gw) as url, httpx2.AsyncClient(timeout=60) as http:
        follower = _Follower(http, url, gw.headers("auditor"))
        await follower.take(3)

    assert [event["data"]["position"] for event in page["events"]] == follower.seen == positions
    assert page["next"] == positions[-1]
    of_later = page["events"][1]
    assert (of_later["type"], of_later["data"]["event_version"]) == (name, version)
    in_full = await gw.http.get(of_later["data"]["detail_url"], headers=gw.headers("auditor"))
    assert (in_full.status_code, in_full.json()["code"]) == (503, "release_too_old")
    assert in_full.headers["Retry-After"]


async def test_a_place_that_the_record_never_came_to_is_refused(gw: Driver) -> None:
    """It is of another record, or of this one before a restore: its reader would miss events in silence."""
    await _write(gw)
    (last,) = await _caught_up(gw)

    at_the_end = await gw.get("/events", "auditor", after=last)
    answers = [
        await gw.get("/events", "auditor", after=last + 1),
        await gw.get("/events", "auditor", after=2**62),
        await gw.get("/events/stream", "auditor", after=last + 1),
    ]

    assert (at_the_end.status_code, at_the_end.json()["next"]) == (200, last)
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "position_unknown")] * 3


async def test_a_stream_that_opens_as_the_process_stops_is_ended_and_not_cut_off(
    gw: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AppStatus, "should_exit", True)
    async with listening(gw) as url, httpx2.AsyncClient(timeout=60) as http:
        headers = gw.headers("auditor")
        async with http.stream("GET", f"{url}/events/stream", headers=headers) as answer:
            gw.gateway.tail.close()

            assert await answer.aread() == b""


async def test_a_stream_ends_when_the_process_stops(gw: Driver) -> None:
    async with listening(gw) as url, httpx2.AsyncClient(timeout=60) as http:

        async def stop() -> None:
            await asyncio.sleep(0.3)
            gw.gateway.tail.close()

        stopping = asyncio.create_task(stop())
        follower = _Follower(http, url, gw.headers("auditor"))
        await follower.take(1)
        polled = await gw.get("/events", "auditor", wait=30)
        await stopping

    assert follower.seen == []
    assert polled.json()["events"] == []


def test_whose_share_an_event_is_never_changes() -> None:
    """Members keep their places by it, and may work it out for themselves."""
    assert share_of("0190a1b2-0000-7000-8000-000000000001") == 9879403808405226696
    assert share_of("school-900001") == 13724303188821149934


@pytest.mark.obligation("C10")
async def test_each_event_goes_to_one_of_a_group_and_a_placements_stay_in_order(gw: Driver) -> None:
    """The members of a group get each event once, and all about one placement in its order."""
    placements = [UUID(int=number) for number in range(8)]
    streams = [
        name
        for each in placements
        for name in (f"placement-{each}", f"attendance-{each}-2026-W48", f"school-{each}", f"provider-{each}")
    ]
    for name in [*streams, *reversed(streams)]:
        await _write(gw, stream_id=name)
    positions = await _caught_up(gw)

    def told(page: list[dict[str, Any]]) -> list[tuple[int, str]]:
        return [(event["data"]["position"], event["data"]["placement_id"] or event["subject"]) for event in page]

    shares: list[list[tuple[int, str]]] = []
    for number in range(3):
        share: list[tuple[int, str]] = []
        after, moved = 0, True
        while moved:
            page = (await gw.get("/events", "auditor", after=after, limit=5, member=number, of=3)).json()
            share += told(page["events"])
            moved, after = page["next"] > after, page["next"]
        assert after == positions[-1], "the last member's place is past what was not its own"
        shares.append(share)

    assert sorted(each for share in shares for each in share) == told(
        (await gw.get("/events", "auditor", limit=500)).json()["events"]
    )
    assert [position for position, _ in sorted(itertools.chain(*shares))] == positions
    for share in shares:
        assert share
        assert share == sorted(share)
    of_member = [{about for _, about in share} for share in shares]
    assert sum(map(len, of_member)) == len(set().union(*of_member)), "no event goes to two members"


async def test_a_members_share_is_the_same_by_the_earlier_names(gw: Driver) -> None:
    for number in range(20):
        await _write(gw, stream_id=f"school-{900_000 + number}")
    await _caught_up(gw)

    now = (await gw.get("/events", "auditor", group_member=1, group_size=2)).json()
    before = (await gw.get("/events", "auditor", member=1, of=2)).json()

    assert now["events"]
    assert now == before


async def test_a_stream_gives_a_member_its_share(gw: Driver) -> None:
    for number in range(20):
        await _write(gw, stream_id=f"school-{900_000 + number}")
    positions = await _caught_up(gw)
    page = (await gw.get("/events", "auditor", member=1, of=2)).json()
    own = [event["data"]["position"] for event in page["events"]]
    assert 0 < len(own) < len(positions)

    async with listening(gw) as url, httpx2.AsyncClient(timeout=60) as http:
        follower = _Follower(http, url, gw.headers("auditor"), query="?group_member=1&group_size=2")
        await follower.take(len(own))
        refused = await http.get(f"{url}/events/stream?member=2&of=2", headers=gw.headers("auditor"))

    assert follower.seen == own
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"after": -1}, 422),
        ({"after": 2**63}, 422),
        ({"after": "x"}, 422),
        ({"limit": 0}, 422),
        ({"limit": 501}, 422),
        ({"wait": 31}, 422),
        ({"wait": "nan"}, 422),
        ({"type": "placement.nothing"}, 422),
        ({"type": "placement.started", "limit": 500}, 200),
        ({"member": 0}, 422),
        ({"of": 2}, 422),
        ({"member": 2, "of": 2}, 422),
        ({"member": -1, "of": 2}, 422),
        ({"member": 0, "of": 0}, 422),
        ({"member": 0, "of": 257}, 422),
        ({"member": "x", "of": 2}, 422),
        ({"member": 255, "of": 256}, 200),
        ({"group_member": 0}, 422),
        ({"group_size": 2}, 422),
        ({"group_member": 2, "group_size": 2}, 422),
        ({"group_member": -1, "group_size": 2}, 422),
        ({"group_member": 0, "group_size": 0}, 422),
        ({"group_member": 0, "group_size": 257}, 422),
        ({"group_member": 255, "group_size": 256}, 200),
        ({"group_member": 1, "of": 2}, 200),
        ({"group_member": 1, "member": 1, "group_size": 2, "of": 2}, 200),
        ({"group_member": 1, "member": 0, "group_size": 2}, 422),
        ({"group_member": 1, "group_size": 2, "of": 3}, 422),
    ],
)
async def test_parameters_of_the_feed(gw: Driver, parameters: dict[str, object], status: int) -> None:
    assert (await gw.get("/events", "auditor", **parameters)).status_code == status


async def test_who_follows_the_feed(gw: Driver) -> None:
    people = ("integration", "auditor", "la_officer", "case_worker", "provider_user", "parent", "social_worker")

    seen = {who: (await gw.get("/events", who)).status_code for who in people}

    assert [who for who, status in seen.items() if status == 403] == ["parent", "social_worker"]
    for last in ("x", "-1", "9" * 30, "²"):
        headers = {**gw.headers("auditor"), "Last-Event-ID": last.encode("utf-8").decode("latin-1")}
        sent = [(name.encode(), text.encode("latin-1")) for name, text in headers.items()]
        assert (await gw.http.get("/api/v1/events/stream", headers=sent)).status_code == 422


async def test_a_notification_holds_opaque_ids_only(whole: Driver) -> None:
    for step in OF_PLACEMENT[:2]:
        (await whole.take(step)).raise_for_status()
    await _caught_up(whole)

    page = (await whole.get("/events", "case_worker", wait=30)).json()
    school = (await whole.get("/events", "other_school")).json()

    # A document of the referral may be among them already.
    types = [event["type"] for event in page["events"]]
    assert types[:2] == ["placement.referral.drafted", "placement.referral.submitted"]
    first = page["events"][0]
    assert first["specversion"] == "1.0"
    assert first["data"].keys() == {"placement_id", "detail_url", "event_version", "position"}
    assert first["data"]["placement_id"] == str(PLACEMENT_ID)
    assert first["data"]["detail_url"] == f"/api/v1/events/{first['id']}"
    assert (await whole.http.get(first["data"]["detail_url"], headers=whole.headers("case_worker"))).status_code == 200
    assert school["events"] == []
    for private in ("Rowan", "Tester", "B801200005001", "2012", "900001", "BEHAVIOUR"):
        assert private not in json.dumps(page["events"])
