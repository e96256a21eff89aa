"""People at work over HTTP: each sends commands with a token of their own, and the clock is moved between them."""

import asyncio
import os
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid5

import httpx2
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from infra import clock
from infra.clock import clock_for
from infra.postgres.db import connection, create_engine, transaction
from infra.settings import Settings
from infra.temporal.client import connect
from services.local import demonstration, environment, issuer
from services.local.config import EmbeddedSettings
from services.local.people import find

T = TypeVar("T")

_NAMESPACE = UUID("0b0c5c0f-2f0c-5f6e-9f1d-5b7a0a3a6f10")
# Counted in answers and not in seconds: on a busy machine the service answers us as slowly as it does its work, and a
# limit by the clock would end the story of a set-up that is well.
_PATIENCE_ANSWERS = 1_200
# Each of these holds the answer for as long as a command is waited for; of those that are told to come back, few do.
_PATIENCE_UNDECIDED = 120
_PATIENCE_BUSY = 30
_CONNECTS_SECONDS = 120.0
_POLL_SECONDS = 0.05
DECIDED = {200, 201}


class Unexpected(Exception):
    """The service answered otherwise than the example's story has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    body: dict[str, Any]
    path: str


@dataclass(slots=True)
class Office:
    """A client of the running service for all of its people at once."""

    settings: Settings
    http: httpx2.Client
    local: Path
    tokens: dict[str, str] = field(default_factory=dict)
    _line: "_Line | None" = None
    _reached: datetime | None = None

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """Keep one connection to the database and to Temporal for all moves of the clock within, by one thread."""
        line = self._line = _Line(self.settings)
        try:
            yield
        finally:
            self._line = self._reached = None
            line.close()

    def send(self, person: str, path: str, body: dict[str, Any], *, name: str) -> Answer:
        """Give one command; `name` makes its id, so that sending it again changes nothing.

        A 202 is followed up until the command is decided.
        """
        headers = {"Idempotency-Key": str(uuid5(_NAMESPACE, name))}
        response = self._call("POST", person, path, json=body, headers=headers)
        if response.status_code == httpx2.codes.ACCEPTED:
            response = self._decided(person, path, body, headers)
        return Answer(status=response.status_code, body=response.json(), path=path)

    def must(self, person: str, path: str, body: dict[str, Any], *, name: str) -> Answer:
        """Raises `Unexpected` when the command is not accepted."""
        answer = self.send(person, path, body, name=name)
        if answer.status not in DECIDED:
            raise Unexpected(f"{person} {path}: {answer.status} {answer.body}")
        return answer

    def read(self, person: str, path: str, **params: str) -> dict[str, Any]:
        response = self._call("GET", person, path, params=params)
        if response.is_error:
            raise Unexpected(f"{person} {path}: {response.status_code} {response.text}")
        found: dict[str, Any] = response.json()
        return found

    def now(self) -> datetime:
        return self._ask(_now)

    def begin(self, at: datetime) -> None:
        """Set the demonstration clock of a set-up in which nothing has happened yet; otherwise leave it alone."""
        self._ask(lambda each: _begin(each, at))

    def advance(self, to: datetime, *, on_the_way: bool = False) -> None:
        """Move the demonstration clock on; a time that has passed already is left alone.

        `on_the_way`: a further move follows at once, as in `demonstration.advance`; the last has the record signed.
        """
        if self._reached is not None and to <= self._reached:
            return
        if to > self.now():
            self._ask(lambda each: _advance(each, to, on_the_way=on_the_way))
        if self._line is not None:
            self._reached = to

    def _ask(self, work: "Callable[[_Opened], Coroutine[Any, Any, T]]") -> T:
        if self._line is not None:
            return self._line.do(work)
        return asyncio.run(_alone(self.settings, work))

    def wait_until(self, person: str, path: str, seen: Any, what: str) -> dict[str, Any]:
        """Read `path` until `seen(body)`: timers act by themselves, a moment after the clock was moved."""
        for _ in range(_PATIENCE_ANSWERS):
            body = self.read(person, path)
            if seen(body):
                return body
            time.sleep(_POLL_SECONDS)
        raise Unexpected(f"{what} did not happen, asked for {_PATIENCE_ANSWERS} times: {body}")

    def token(self, person: str) -> str:
        if person not in self.tokens:
            found = find(person)
            if found is None:
                raise Unexpected(f"nobody is called {person}")
            key = issuer.load_key(self.local / "issuer")
            self.tokens[person] = issuer.mint(found, key=key, issuer=self.settings.issuer)
        return self.tokens[person]

    def _call(self, method: str, person: str, path: str, **more: Any) -> httpx2.Response:
        """What is too busy for us says when to come back."""
        headers = {"Authorization": f"Bearer {self.token(person)}", **more.pop("headers", {})}
        for _ in range(_PATIENCE_BUSY):
            response = self.http.request(method, f"/api/v1{path}", headers=headers, **more)
            if response.status_code != httpx2.codes.SERVICE_UNAVAILABLE or "Retry-After" not in response.headers:
                break
            time.sleep(float(response.headers["Retry-After"]))
        return response

    def _decided(self, person: str, path: str, body: dict[str, Any], headers: dict[str, str]) -> httpx2.Response:
        for _ in range(_PATIENCE_UNDECIDED):
            response = self._call("POST", person, path, json=body, headers=headers)
            if response.status_code != httpx2.codes.ACCEPTED:
                return response
            time.sleep(_POLL_SECONDS)
        raise Unexpected(f"{path}: not decided, asked for {_PATIENCE_UNDECIDED} times")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """The database, and Temporal's client once something needs it."""

    settings: Settings
    engine: AsyncEngine
    client: Callable[[], Awaitable[Client]]


class _Line:
    """A thread with an event loop, an engine and a client, for many short questions one after another."""

    def __init__(self, settings: Settings) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._opened = self._wait(_open(settings))

    def do(self, work: Callable[[_Opened], Coroutine[Any, Any, T]]) -> T:
        return self._wait(work(self._opened))

    def close(self) -> None:
        self._wait(self._opened.engine.dispose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


async def _open(settings: Settings) -> _Opened:
    connected: list[Client] = []

    async def client() -> Client:
        if not connected:
            connected.append(await connect())
        return connected[0]

    # The service answers 503 rather than wait for longer; we would rather wait than end a story half told.
    patient = settings.model_copy(update={"database_pool_wait_seconds": _CONNECTS_SECONDS})
    return _Opened(settings=settings, engine=create_engine(patient), client=client)


async def _alone(settings: Settings, work: Callable[[_Opened], Coroutine[Any, Any, T]]) -> T:
    opened = await _open(settings)
    try:
        return await work(opened)
    finally:
        await opened.engine.dispose()


async def _now(opened: _Opened) -> datetime:
    async with connection(opened.engine) as conn:
        return await clock_for(opened.settings).now(conn)


async def _begin(opened: _Opened, at: datetime) -> None:
    async with transaction(opened.engine) as conn:
        await clock.begin(clock_for(opened.settings), conn, at)


async def _advance(opened: _Opened, to: datetime, *, on_the_way: bool) -> None:
    the_clock, client = clock_for(opened.settings), await opened.client()
    if on_the_way:
        await demonstration.advance(opened.engine, client, the_clock, to, on_the_way=True)
    else:
        await demonstration.advance_and_sign(opened.engine, client, the_clock, to)


def open_office() -> Office:
    """The office of the set-up that runs in this folder, or that the environment's settings name."""
    local = EmbeddedSettings().local_directory
    os.environ.update({name: value for name, value in environment.of_services(local).items() if name not in os.environ})
    settings = Settings()
    url = f"http://{settings.gateway_host}:{settings.gateway_port}"
    return Office(settings=settings, http=httpx2.Client(base_url=url, timeout=120.0, trust_env=False), local=local)
