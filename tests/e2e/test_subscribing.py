"""Following the events over HTTP while many placements move at once, and while the gateway dies under the follower."""

import asyncio
import contextlib
import functools
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import httpx2
import msgspec
import pytest

from examples.journey import CALENDAR, Journey
from tests.e2e.clients import side_by_side
from tests.e2e.site import Site, until

_PLACEMENTS = 16
_FOLLOWER = "school-system"
_RETRY_SECONDS = 0.1
_STORED = """
SELECT json_agg(json_build_array(position, event_id, stream_id) ORDER BY position)::text FROM event_store.event
WHERE position > $1 AND position <= $2 AND starts_with(stream_id, 'placement-')
"""
_OUT_OF_ORDER = """
SELECT count(*) FROM (
    SELECT version, row_number() OVER (PARTITION BY stream_id ORDER BY position) AS n FROM event_store.event
) counted WHERE version <> n
"""


@dataclass(slots=True, kw_only=True)
class Follower:
    """A client that goes on from the last position it was given, over as many connections as that takes."""

    http: httpx2.AsyncClient
    after: int
    events: list[dict[str, Any]] = field(default_factory=list)
    connections: int = 0

    async def by_stream(self) -> None:
        while True:
            with contextlib.suppress(httpx2.TransportError):
                await self._one_stream()
            await asyncio.sleep(_RETRY_SECONDS)

    async def by_long_poll(self) -> None:
        while True:
            with contextlib.suppress(httpx2.TransportError):
                answer = await self.http.get("/events", params={"after": self.after, "wait": 20, "limit": 7})
                answer.raise_for_status()
                self.connections += 1
                page = answer.json()
                self.events += page["events"]
                self.after = page["next"]
                continue
            await asyncio.sleep(_RETRY_SECONDS)

    async def _one_stream(self) -> None:
        headers = {"Last-Event-ID": str(self.after)}
        async with self.http.stream("GET", "/events/stream", headers=headers) as answer:
            answer.raise_for_status()
            self.connections += 1
            sent: dict[str, str] = {}
            async for line in answer.aiter_lines():
                if line:
                    name, _, text = line.partition(": ")
                    sent[name] = text
                    continue
                # Only an empty line ends an event: one that was cut off before it was never received.
                if "data" in sent:
                    self.events.append(msgspec.json.decode(sent["data"]))
                self.after = int(sent.get("id", self.after))
                sent = {}


@pytest.mark.obligation("C10")
async def test_sixteen_placements_at_once_are_followed_without_gap_or_repeat(whole_site: Site) -> None:
    async with _following(whole_site) as (begun, followers):
        await _move_sixteen(whole_site, "follow")
        last = await _caught_up(whole_site, followers)

    stored = await _stored(whole_site, begun, last)
    assert len(stored) > 3 * _PLACEMENTS
    for follower in followers:
        _nothing_missed_nothing_twice(follower, stored)
    assert [follower.connections > 0 for follower in followers] == [True, True]
    assert await whole_site.store.value(_OUT_OF_ORDER) == 0, "the order of the feed is the order of each placement"
    await whole_site.holds()


@pytest.mark.obligation("C10")
async def test_a_stream_goes_on_where_it_stopped_when_its_gateway_was_killed(whole_site: Site) -> None:
    async with _following(whole_site) as (begun, followers):
        moving = asyncio.create_task(_move_sixteen(whole_site, "killed"))
        for follower in followers:
            await until(_has_some(follower), "the follower has begun")
        whole_site.stack.kill(whole_site.stack.gateway)
        await whole_site.stack.start_gateway()
        await moving
        last = await _caught_up(whole_site, followers)

    stored = await _stored(whole_site, begun, last)
    for follower in followers:
        _nothing_missed_nothing_twice(follower, stored)
    assert followers[0].connections > 1, "the stream was begun again"
    await whole_site.holds()


def _nothing_missed_nothing_twice(follower: Follower, stored: list[tuple[int, str, str]]) -> None:
    received = [(each["data"]["position"], each["id"], each["subject"]) for each in follower.events]
    last, _, _ = stored[-1]
    # Documents go on being produced, so a follower may have been given events from after the look into the store.
    received = [each for each in received if each[0] <= last]
    assert received == stored
    of_each: dict[str, list[int]] = defaultdict(list)
    for position, _, subject in received:
        of_each[subject].append(position)
    assert len(of_each) == _PLACEMENTS
    assert all(positions == sorted(set(positions)) for positions in of_each.values())


@contextlib.asynccontextmanager
async def _following(site: Site) -> AsyncIterator[tuple[int, list[Follower]]]:
    """One follower by server-sent events and one by long polls, from the present on."""
    begun = int(await site.store.value("SELECT max(position) FROM event_store.event"))
    headers = {"Authorization": f"Bearer {site.office.token(_FOLLOWER)}"}
    timeout = httpx2.Timeout(30.0, read=60.0)
    async with httpx2.AsyncClient(
        base_url=f"{site.stack.url}/api/v1", headers=headers, trust_env=False, timeout=timeout
    ) as http:
        followers = [Follower(http=http, after=begun) for _ in range(2)]
        ways: list[Coroutine[Any, Any, None]] = [followers[0].by_stream(), followers[1].by_long_poll()]
        tasks = [asyncio.create_task(way) for way in ways]
        try:
            yield begun, followers
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(each) for each in ended] == [asyncio.CancelledError] * len(tasks), "a follower fails only by us"


async def _move_sixteen(site: Site, case: str) -> None:
    journeys = [site.journey(f"{case}/{number}") for number in range(_PLACEMENTS)]
    await asyncio.to_thread(side_by_side, [functools.partial(_move, journey) for journey in journeys])


def _move(journey: Journey) -> None:
    for step in (journey.draft, journey.submit, journey.propose):
        step()
    journey.convene(CALENDAR.nth_after(journey.day, 1))


async def _caught_up(site: Site, followers: list[Follower]) -> int:
    """The last position there was, which every follower has reached."""
    last = int(await site.store.value("SELECT max(position) FROM event_store.event"))
    for follower in followers:
        await until(_has(follower, last), f"the follower reaches {last}")
    return last


def _has(follower: Follower, position: int) -> Callable[[], Coroutine[Any, Any, bool]]:
    async def has() -> bool:
        return follower.after >= position

    return has


def _has_some(follower: Follower) -> Callable[[], Coroutine[Any, Any, bool]]:
    async def has() -> bool:
        return len(follower.events) >= _PLACEMENTS // 2

    return has


async def _stored(site: Site, begun: int, last: int) -> list[tuple[int, str, str]]:
    rows = await site.store.value(_STORED, begun, last)
    return [(position, event_id, stream_id) for position, event_id, stream_id in msgspec.json.decode(rows)]
