"""How much one person may have under way at once, and that what all ask for is asked once."""

import asyncio
from typing import Any

import httpx2
import pytest

from infra.ids import uuid7
from services.gateway.http.problems import Problem
from services.gateway.http.shared import Shared
from services.gateway.http.shares import Shares, Use
from services.gateway.service import health
from services.gateway.service.health import readiness
from tests.gateway.driving import Driver, listening

NOBODYS = "01920000-0000-7000-8000-000000000001"
ONE_OF_EACH = dict.fromkeys(Use, 1)
LIMITED = {
    "/api/v1/placements",
    "/api/v1/deadlines",
    "/api/v1/letters",
    "/api/v1/events",
    "/api/v1/events/stream",
}


@pytest.mark.parametrize("use", list(Use))
def test_one_persons_share_is_bounded_and_given_back(use: Use) -> None:
    shares, person, other = Shares(ONE_OF_EACH | {use: 2}), uuid7(), uuid7()

    with shares.held(person, use), shares.held(person, use):
        with pytest.raises(Problem) as refused, shares.held(person, use):
            pass
        with shares.held(other, use):
            pass
    with shares.held(person, use):
        pass

    assert refused.value.kind.status == 429
    assert "2" in refused.value.detail
    assert shares._held == {}


async def test_a_stream_too_many_is_429_until_another_ends(gw: Driver) -> None:
    object.__setattr__(gw.gateway, "shares", Shares(ONE_OF_EACH))

    async with listening(gw) as url, httpx2.AsyncClient(headers=gw.headers("auditor")) as client:
        async with client.stream("GET", f"{url}/events/stream") as first:
            assert first.status_code == 200
            refused = await client.get(f"{url}/events/stream")
            other = await client.get(f"{url}/events")
        while (again := await _status(client, f"{url}/events/stream")) == 429:
            pass

    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_at_once")
    assert int(refused.headers["Retry-After"]) > 0
    assert (other.status_code, again) == (200, 200)


async def _status(client: httpx2.AsyncClient, url: str) -> int:
    async with client.stream("GET", url) as answer:
        return answer.status_code


@pytest.mark.parametrize(
    ("path", "use"),
    [
        ("/placements", Use.LIST),
        ("/deadlines", Use.LIST),
        ("/today", Use.LIST),
        ("/events", Use.FEED),
        (f"/placements/{NOBODYS}/full-record", Use.DOCUMENT),
        (f"/providers/{NOBODYS}/directory-entry", Use.DOCUMENT),
    ],
)
async def test_lists_feed_and_documents_have_a_share_each(gw: Driver, path: str, use: Use) -> None:
    object.__setattr__(gw.gateway, "shares", Shares(dict.fromkeys(Use, 5) | {use: 0}))

    answer = await gw.get(path)

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_at_once")


async def test_the_description_says_where_shares_are(gw: Driver) -> None:
    described = (await gw.http.get("/api/openapi.json")).json()["paths"]
    limited = {path for path, methods in described.items() if "429" in methods.get("get", {}).get("responses", {})}

    assert limited >= LIMITED


async def test_readiness_is_found_once_for_however_many_ask(gw: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    async def counted(_gateway: Any) -> bool:
        asked.append(True)
        await asyncio.sleep(0)
        return True

    monkeypatch.setattr(health, "_database", counted)
    object.__setattr__(gw.gateway, "readiness", Shared[dict[str, Any]](3_600))

    found = await asyncio.gather(*(readiness(gw.gateway) for _ in range(60)))

    assert len(asked) == 1
    assert all(each is found[0] for each in found)


async def test_what_is_shared_is_asked_again_when_it_is_old_or_failed() -> None:
    asked: list[int] = []

    async def ask() -> int:
        asked.append(1)
        if len(asked) == 2:
            raise LookupError
        return len(asked)

    old, kept = Shared[int](0), Shared[int](3_600)

    assert await old.get(ask) == 1
    with pytest.raises(LookupError):
        await old.get(ask)
    assert await kept.get(ask) == await kept.get(ask) == 3


async def test_who_stops_waiting_ends_it_for_nobody_else() -> None:
    may_end = asyncio.Event()

    async def ask() -> str:
        await may_end.wait()
        return "found"

    shared = Shared[str](3_600)
    first, second = (asyncio.create_task(shared.get(ask)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    may_end.set()

    assert await second == "found"
