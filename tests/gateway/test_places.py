"""A reader's place that is of another history of the record is refused, though the record has grown past it."""

import json

import httpx2
import pytest

from infra.event_store.append import append
from infra.event_store.types import ANY, NewEvent, StreamAppend
from infra.ids import uuid7
from infra.postgres.db import transaction
from tests.gateway.driving import Driver, listening

_DATA = '{"kind":"academy","la_code":"831","name":"x","urn":"900009"}'
_ELSEWHERE = "0123456789abcdef"
"""Of an event that another history has at some position."""


async def _write(gw: Driver) -> None:
    event = NewEvent(event_id=uuid7(), type="SchoolRegistered", schema_version=1, data=_DATA, personal=None, meta="{}")
    async with transaction(gw.gateway.engine) as conn:
        stream = StreamAppend(stream_id=f"school-{uuid7()}", expected=ANY, events=(event,))
        await append(conn, stream, recorded_at=await gw.gateway.clock.now(conn))
    gw.gateway.notifier.wake()


async def test_a_reader_that_sends_its_marks_back_goes_on_page_by_page(gw: Driver) -> None:
    place: dict[str, object] = {"after": 0, "mark": ""}
    seen: list[int] = []
    for _ in range(5):
        await _write(gw)
        page = (await gw.get("/events", "auditor", **place)).json()
        seen += [event["data"]["position"] for event in page["events"]]
        place = {"after": page["next"], "mark": page["mark"]}

    idle = (await gw.get("/events", "auditor", **place)).json()

    assert len(seen) == 5
    assert idle == {"events": [], "next": place["after"], "mark": place["mark"]}


@pytest.mark.parametrize("remembered", [True, False], ids=["from memory", "from the store"])
async def test_a_mark_of_another_history_is_refused_though_the_record_reached_it(gw: Driver, remembered: bool) -> None:
    for _ in range(3):
        await _write(gw)
    page = (await gw.get("/events", "auditor", limit=1)).json()
    tail = gw.gateway.tail
    while tail.recent.looked_at < page["next"] + 2:
        await tail.wait(tail.moved, 0.1)
    if not remembered:
        tail.recent.begin(tail.recent.looked_at)
    place = page["next"]

    taken = await gw.get("/events", "auditor", after=place, mark=page["mark"])
    refused = [
        await gw.get("/events", "auditor", after=place, mark=_ELSEWHERE),
        await gw.get("/events/stream", "auditor", after=place, mark=_ELSEWHERE),
    ]
    without = await gw.get("/events", "auditor", after=place)

    assert len(taken.json()["events"]) == 2
    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(409, "record_restored")] * 2
    assert without.json() == taken.json()


async def test_a_stream_carries_marks_in_its_ids_if_asked_and_takes_them_back(gw: Driver) -> None:
    await _write(gw)
    async with listening(gw) as url, httpx2.AsyncClient(timeout=60) as http:

        async def first_id(query: str, **more: str) -> str | None:
            async with http.stream(
                "GET", f"{url}/events/stream{query}", headers={**gw.headers("auditor"), **more}
            ) as answer:
                async for line in answer.aiter_lines():
                    if line.startswith("id:"):
                        return line[3:].strip()
            return None

        plain = await first_id("?after=0")
        marked = await first_id("?after=0&mark=")
        assert plain is not None
        assert marked is not None
        assert plain.isdecimal()
        assert marked.startswith(f"{plain}-")
        await _write(gw)
        assert str(await first_id("", **{"Last-Event-ID": marked})).startswith(f"{int(plain) + 1}-")
        assert await first_id("", **{"Last-Event-ID": plain}) == str(int(plain) + 1)
        of_another = {**gw.headers("auditor"), "Last-Event-ID": f"{plain}-{_ELSEWHERE}"}
        answer = await http.get(f"{url}/events/stream", headers=of_another)
        assert (answer.status_code, answer.json()["code"]) == (409, "record_restored")


@pytest.mark.parametrize("mark", ["x", "0123456789ABCDEF", "0123456789abcdef0"])
async def test_what_is_no_mark_is_malformed(gw: Driver, mark: str) -> None:
    assert (await gw.get("/events", "auditor", mark=mark)).status_code == 422
    headers = {**gw.headers("auditor"), "Last-Event-ID": f"1-{mark}"}
    assert (await gw.http.get("/api/v1/events/stream", headers=headers)).status_code == 422


async def test_a_reader_that_begins_now_gets_nothing_from_before_and_all_after(gw: Driver) -> None:
    await _write(gw)
    last = (await gw.get("/events", "auditor", after=0, limit=500)).json()["next"]

    begun = (await gw.get("/events", "auditor", after="now", mark="")).json()
    await _write(gw)
    since = (await gw.get("/events", "auditor", after=begun["next"], mark=begun["mark"], wait=5)).json()

    assert (begun["events"], begun["next"]) == ([], last)
    assert len(since["events"]) == 1
    assert since["events"][0]["data"]["position"] > last
    assert (await gw.get("/events", "auditor", after="now", mark=_ELSEWHERE)).status_code == 422
    assert (await gw.get("/events", "auditor", after="then")).status_code == 422


async def test_a_stream_that_begins_now_tells_its_place_first_and_goes_on_there(gw: Driver) -> None:
    """One that is cut off before its first event misses none: it comes back with the id that it was given."""
    await _write(gw)
    last = (await gw.get("/events", "auditor", after=0, limit=500)).json()["next"]
    async with listening(gw) as url, httpx2.AsyncClient(timeout=60) as http:
        async with http.stream("GET", f"{url}/events/stream?after=now", headers=gw.headers("auditor")) as answer:
            lines = answer.aiter_lines()
            place = await anext(line[3:].strip() async for line in lines if line.startswith("id:"))
        await _write(gw)
        headers = {**gw.headers("auditor"), "Last-Event-ID": place}
        async with http.stream("GET", f"{url}/events/stream?after=now", headers=headers) as answer:
            first = await anext(line[5:] async for line in answer.aiter_lines() if line.startswith("data:"))

    assert place == str(last)
    assert json.loads(first)["data"]["position"] > last
