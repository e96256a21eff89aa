"""People at work over HTTP: each sends commands with a token of their own, and the clock is moved between them."""

import asyncio
import os
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import httpx

from infra import clock, demonstration
from infra.clock import clock_for
from infra.db import connection, create_engine, transaction
from infra.embedded import environment, issuer
from infra.embedded.config import EmbeddedSettings
from infra.embedded.people import find
from infra.settings import Settings
from infra.temporal import connect

_NAMESPACE = UUID("0b0c5c0f-2f0c-5f6e-9f1d-5b7a0a3a6f10")
_PATIENCE_SECONDS = 60.0
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
    http: httpx.Client
    local: Path
    tokens: dict[str, str] = field(default_factory=dict)

    def send(self, person: str, path: str, body: dict[str, Any], *, name: str) -> Answer:
        """Give one command; `name` makes its id, so that sending it again changes nothing.

        A 202 is followed up until the command is decided.
        """
        headers = {"Idempotency-Key": str(uuid5(_NAMESPACE, name))}
        response = self._call("POST", person, path, json=body, headers=headers)
        if response.status_code == httpx.codes.ACCEPTED:
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
        return asyncio.run(self._now())

    def begin(self, at: datetime) -> None:
        """Set the demonstration clock of a set-up in which nothing has happened yet; otherwise leave it alone."""
        asyncio.run(self._begin(at))

    def advance(self, to: datetime) -> None:
        """Move the demonstration clock on; a time that has passed already is left alone."""
        if to > self.now():
            asyncio.run(self._advance(to))

    def wait_until(self, person: str, path: str, seen: Any, what: str) -> dict[str, Any]:
        """Read `path` until `seen(body)`: timers act by themselves, a moment after the clock was moved."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while True:
            body = self.read(person, path)
            if seen(body):
                return body
            if time.monotonic() > until:
                raise Unexpected(f"{what} did not happen within {_PATIENCE_SECONDS:.0f} s: {body}")
            time.sleep(_POLL_SECONDS)

    def token(self, person: str) -> str:
        if person not in self.tokens:
            found = find(person)
            if found is None:
                raise Unexpected(f"nobody is called {person}")
            key = issuer.load_key(self.local / "issuer")
            self.tokens[person] = issuer.mint(found, key=key, issuer=self.settings.issuer)
        return self.tokens[person]

    def _call(self, method: str, person: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token(person)}", **more.pop("headers", {})}
        return self.http.request(method, f"/api/v1{path}", headers=headers, **more)

    def _decided(self, person: str, path: str, body: dict[str, Any], headers: dict[str, str]) -> httpx.Response:
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            response = self._call("POST", person, path, json=body, headers=headers)
            if response.status_code != httpx.codes.ACCEPTED:
                return response
            time.sleep(_POLL_SECONDS)
        raise Unexpected(f"{path}: not decided within {_PATIENCE_SECONDS:.0f} s")

    async def _now(self) -> datetime:
        engine = create_engine(self.settings)
        try:
            async with connection(engine) as conn:
                return await clock_for(self.settings).now(conn)
        finally:
            await engine.dispose()

    async def _begin(self, at: datetime) -> None:
        engine = create_engine(self.settings)
        try:
            async with transaction(engine) as conn:
                await clock.begin(clock_for(self.settings), conn, at)
        finally:
            await engine.dispose()

    async def _advance(self, to: datetime) -> None:
        engine = create_engine(self.settings)
        try:
            await demonstration.advance(engine, await connect(), clock_for(self.settings), to)
        finally:
            await engine.dispose()


def open_office() -> Office:
    """The office of the set-up that runs in this folder, or that the environment's settings name."""
    local = EmbeddedSettings().local_directory
    os.environ.update({name: value for name, value in environment.read(local).items() if name not in os.environ})
    settings = Settings()
    url = f"http://{settings.gateway_host}:{settings.gateway_port}"
    return Office(settings=settings, http=httpx.Client(base_url=url, timeout=30.0, trust_env=False), local=local)
