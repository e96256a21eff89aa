"""How tests speak to the gateway: as a person, over ASGI, with fresh keys where none is given."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any, Self
from uuid import UUID

import httpx2
import uvicorn
from fastapi import FastAPI
from joserfc.jwk import ECKey

from infra.ids import uuid7
from infra.postgres.db import connection
from services.gateway.commands import examples
from services.gateway.commands.bodies import JSON
from services.gateway.commands.catalogue import SPECS
from services.gateway.commands.examples import PROVIDER_ID, SCHOOL_URN, StoryStep, key_of
from services.gateway.http.runtime import Gateway
from services.local import issuer
from services.local.demonstration import advance, next_due
from services.local.people import DemonstrationPerson, find
from tests.resting import until_at_rest

_SOON_SECONDS = 0.1
EXAMPLE_PROVIDER_USER = DemonstrationPerson(
    slug="example-provider-user", name="Sorrel Sample", roles=("provider_user",), org=f"provider:{PROVIDER_ID}"
)
WHO = {
    "case_worker": "amara-case-worker",
    "head": "hector-head",
    "body_delegate": "bettina-body-delegate",
    "dsl": "dilys-dsl",
    "la_officer": "lorcan-la-officer",
    "auditor": "aubrey-auditor",
    "integration": "school-system",
    "parent": "perdita-parent",
    "other_school": "rufus-case-worker",
    "other_provider": "kit-key-college",
    "social_worker": "sunniva-social-worker",
}


@dataclass(slots=True, kw_only=True)
class Tokens:
    key: ECKey
    url: str
    minted: dict[str, str] = field(default_factory=dict)

    def of(self, who: str) -> str:
        if who not in self.minted:
            person = EXAMPLE_PROVIDER_USER if who == "provider_user" else find(WHO.get(who, who))
            assert person is not None, f"nobody is called {who}"
            self.minted[who] = self.mint(person)
        return self.minted[who]

    def mint(self, person: DemonstrationPerson, *, lifetime_seconds: int = 3_600) -> str:
        return issuer.mint(person, key=self.key, issuer=self.url, lifetime_seconds=lifetime_seconds)


class Driver:
    def __init__(self, app: FastAPI, tokens: Tokens) -> None:
        self.app = app
        self.tokens = tokens
        transport = httpx2.ASGITransport(app=app)
        self.http = httpx2.AsyncClient(transport=transport, base_url="http://gateway.test", timeout=30)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    @property
    def gateway(self) -> Gateway:
        found: Gateway = self.app.state.gateway
        return found

    def headers(self, who: str, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens.of(who)}", **more}

    async def get(self, path: str, who: str = "case_worker", **parameters: Any) -> httpx2.Response:
        return await self.http.get(f"/api/v1{path}", headers=self.headers(who), params=parameters)

    async def once(
        self,
        path: str,
        body: Any,
        who: str = "case_worker",
        *,
        key: UUID | None = None,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx2.Response:
        """Give a command, and take whatever is answered: 202 too, for one that is recorded and not decided yet."""
        sent = self.headers(who, **{"Idempotency-Key": str(key or uuid7()), **(headers or {})})
        if content is not None:
            return await self.http.post(f"/api/v1{path}", content=content, headers={"Content-Type": JSON} | sent)
        return await self.http.post(f"/api/v1{path}", json=body, headers=sent)

    async def give(
        self, path: str, body: Any, who: str = "case_worker", *, key: UUID | None = None, **how: Any
    ) -> httpx2.Response:
        """Give a command, and ask again with the same key for as long as it is only recorded, as a client does.

        A slow machine does not decide every command in time; and one that meets its placement's workflow as that
        ends is recorded, and the sweeper hands it over.
        """
        key = key or uuid7()
        while True:
            answer = await self.once(path, body, who, key=key, **how)
            if answer.status_code != httpx2.codes.ACCEPTED:
                return answer
            await asyncio.sleep(_SOON_SECONDS)

    async def take(self, step: StoryStep, key: UUID | None = None) -> httpx2.Response:
        """Give a command of the example story."""
        return await self.give(path_of(step.command), step.body, step.role, key=key or key_of(step))

    async def rest(self) -> None:
        """Until every command is decided and all that follows the record has caught up: then lists say what it says."""
        await until_at_rest(self.gateway.settings.database_url.get_secret_value())

    async def draft(self, **changed: Any) -> httpx2.Response:
        """The example's draft, of another child each time, although all have its UPN."""
        return await self.give("/placements", DRAFT.body | {"another_child": True} | changed)

    async def move_clock(self, step: StoryStep) -> None:
        """To noon on the step's day; placements are woken, and every timer due by then has fired."""
        gateway = self.gateway
        noon = datetime.combine(step.day, time(12), tzinfo=UTC)
        async with connection(gateway.engine) as conn:
            if noon <= await gateway.clock.now(conn):
                return
        await advance(gateway.engine, gateway.temporal, gateway.clock, noon)
        while True:
            due = await next_due(gateway.engine)
            if due is None or due > noon:
                return
            await asyncio.sleep(0.02)


DRAFT = next(step for step in examples.STORY if step.command == "draft-referral")


def path_of(command: str) -> str:
    if command == "draft-referral":
        return "/placements"
    if command in SPECS["school"]:
        return f"/schools/{SCHOOL_URN}/commands/{command}"
    if command in SPECS["provider"]:
        return f"/providers/{PROVIDER_ID}/commands/{command}"
    if command in SPECS["pupil"]:
        return f"/pupils/{examples.PUPIL_ID}/commands/{command}"
    if command in SPECS["attendance"]:
        return f"/placements/{examples.PLACEMENT_ID}/attendance/{examples.WEEK}/commands/{command}"
    return f"/placements/{examples.PLACEMENT_ID}/commands/{command}"


@contextlib.asynccontextmanager
async def listening(driver: Driver, port: int = 0) -> AsyncIterator[str]:
    """The address of the application behind a socket: in process a stream cannot be read while it lasts."""
    listener = socket.create_server(("127.0.0.1", port))
    server = _Quiet(uvicorn.Config(driver.app, lifespan="off", log_config=None, timeout_graceful_shutdown=5))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn offers a flag, no event
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1"
    finally:
        driver.gateway.tail.close()
        server.should_exit = True
        await task
        listener.close()


class _Quiet(uvicorn.Server):
    """uvicorn without its signal handlers: they are the test run's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
