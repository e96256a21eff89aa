"""The example's people wait for what the service does by its answers, not by the clock of a busy machine."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from examples import office
from examples.office import Office, Unexpected
from infra.settings import Settings


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Each pause, none of which is taken; an hour passes at each look at the clock."""
    pauses: list[float] = []
    hours = iter(range(0, 10**9, 3_600))
    monkeypatch.setattr(time, "sleep", pauses.append)
    monkeypatch.setattr(office.time, "monotonic", lambda: float(next(hours)))
    return pauses


def _office(answers: Iterator[httpx2.Response]) -> Office:
    http = httpx2.Client(base_url="http://127.0.0.1", transport=httpx2.MockTransport(lambda _: next(answers)))
    settings = Settings.model_construct()
    return Office(settings=settings, http=http, local=Path("unused"), tokens={"amara-case-worker": "token"})


def _ok(**body: Any) -> httpx2.Response:
    return httpx2.Response(200, json=body)


def _busy() -> httpx2.Response:
    return httpx2.Response(503, json={"code": "busy"}, headers={"Retry-After": "2"})


@pytest.mark.usefixtures("slept")
def test_what_comes_after_hours_on_a_busy_machine_is_waited_for() -> None:
    there = _office(iter([*(_ok(there=False) for _ in range(200)), _ok(there=True)]))

    assert there.wait_until("amara-case-worker", "/x", lambda body: body["there"], "it") == {"there": True}


@pytest.mark.usefixtures("slept")
def test_a_command_that_is_decided_after_hours_is_waited_for() -> None:
    decided = _office(iter([*(httpx2.Response(202, json={}) for _ in range(50)), _ok(version=1)]))

    assert decided.send("amara-case-worker", "/x", {}, name="one").body == {"version": 1}


@pytest.mark.usefixtures("slept")
def test_what_never_comes_ends_the_waiting() -> None:
    def never() -> Iterator[httpx2.Response]:
        while True:
            yield _ok(there=False)

    with pytest.raises(Unexpected, match="it did not happen"):
        _office(never()).wait_until("amara-case-worker", "/x", lambda body: body["there"], "it")


@pytest.mark.usefixtures("slept")
def test_a_command_that_is_never_decided_ends_the_waiting() -> None:
    def never() -> Iterator[httpx2.Response]:
        while True:
            yield httpx2.Response(202, json={})

    with pytest.raises(Unexpected, match="not decided"):
        _office(never()).send("amara-case-worker", "/x", {}, name="one")


def test_a_service_that_is_busy_is_asked_again_when_it_says(slept: list[float]) -> None:
    busy = _office(iter([_busy(), _busy(), _ok(there=True)]))

    assert busy.read("amara-case-worker", "/x") == {"there": True}
    assert slept == [2.0, 2.0]


def test_an_error_without_a_time_to_come_back_is_told_at_once(slept: list[float]) -> None:
    with pytest.raises(Unexpected, match="503"):
        _office(iter([httpx2.Response(503, json={})])).read("amara-case-worker", "/x")
    assert slept == []


async def test_a_connection_that_a_busy_machine_makes_late_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service's own limit, after which it answers 503, is not the one of the story."""
    given: list[Settings] = []
    monkeypatch.setattr(office, "create_engine", given.append)

    await office._open(Settings.model_construct())

    assert given[0].database_pool_wait_seconds >= 60
