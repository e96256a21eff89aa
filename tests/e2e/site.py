"""A whole set-up of its own for one test module: servers that may be stopped and killed, processes, people at work."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from examples.caseload import BEGINS_AT, directory
from examples.children import CHILDREN
from examples.journey import Journey
from infra.clock import mark_demonstration
from infra.encryption.key_store.provider import FileKeyProvider
from infra.postgres import migrations
from infra.settings import Settings
from services.local import postgres, temporal
from services.local.ports import free_port
from services.local.postgres import PostgresServer
from services.local.postgres_data import APP, OWNER, Installation, install
from services.local.temporal import TemporalServer
from tests.e2e.checks import Store
from tests.e2e.clients import PatientOffice
from tests.stack import Stack, stack

PROJECT = Path(__file__).parents[2]
PATIENCE_SECONDS = 90.0
_POLL_SECONDS = 0.05
# Small, as tests share the machine. fsync stays on: faults are what these servers are for.
_POSTGRES_SETTINGS = {"shared_buffers": "64MB", "max_wal_size": "1GB"}
_DATABASE = "placements"
_LIMITS = httpx2.Limits(max_connections=64)
_VARIABLES = {"PLACEMENTS_COMMAND_WAIT_SECONDS": "3"}


@dataclass(slots=True, kw_only=True)
class Servers:
    """They keep their data in `folder`, so that each can be stopped and started again on its old port."""

    folder: Path
    installation: Installation
    postgres: PostgresServer
    temporal: TemporalServer

    async def start_postgres(self) -> None:
        self.postgres = await _postgres(self.installation, self.folder, self.postgres.port)

    async def start_temporal(self) -> None:
        self.temporal = await _temporal(self.folder, self.temporal.port)

    def dsn(self, user: str) -> str:
        return self.postgres.dsn(_DATABASE, user)


@dataclass(slots=True, kw_only=True)
class Site:
    servers: Servers
    stack: Stack
    office: PatientOffice
    store: Store

    def journey(self, case: str, child: str = "bramwell") -> Journey:
        """A placement of its own on the example's first day; `case` and chance make the ids of its commands."""
        begun = Journey(
            office=self.office, case=f"{case}/{secrets.token_hex(4)}", child=CHILDREN[child], another_child=True
        )
        begun.day = BEGINS_AT.date()
        return begun

    async def holds(self) -> None:
        """Once all is at rest: each answer given so far is true, and the record agrees with itself."""
        await until(self.store.at_rest, "everything is decided and followed")
        await self.store.everything_holds(self.office.told)


async def until(seen: Callable[[], Awaitable[bool]], what: str) -> None:
    """Look again and again until `seen`; the limit is generous, since the machine may be busy."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + PATIENCE_SECONDS
    while not await seen():
        assert loop.time() < ends, f"{what} within {PATIENCE_SECONDS:.0f} s"
        await asyncio.sleep(_POLL_SECONDS)


@contextlib.asynccontextmanager
async def site(folder: Path) -> AsyncIterator[Site]:
    """Everything from PostgreSQL to the gateway, the example's schools and providers registered, its clock begun."""
    folder.mkdir()  # noqa: ASYNC240 - a folder is made in no time
    folder.chmod(0o755)  # noqa: ASYNC240 - the same; PostgreSQL's account passes through it
    local = folder / "local"
    with pytest.MonkeyPatch.context() as environment:
        async with _servers(folder) as servers:
            # The office moves the clock, and so wakes workflows, with a client of its own.
            environment.setenv("TEMPORAL_ADDRESS", servers.temporal.address)
            environment.setenv("TEMPORAL_NAMESPACE", servers.temporal.namespace)
            address = servers.temporal.address
            database_url = servers.dsn(APP)
            async with stack(
                database_url=database_url, temporal_address=address, folder=local, more=_VARIABLES
            ) as processes:
                with httpx2.Client(base_url=processes.url, timeout=30.0, trust_env=False, limits=_LIMITS) as http:
                    office = PatientOffice(settings=_settings(processes), http=http, local=local)
                    await asyncio.to_thread(office.begin, BEGINS_AT)
                    await asyncio.to_thread(directory, office)
                    store = Store(dsn=servers.dsn(OWNER), keys=FileKeyProvider(office.settings.keys_directory))
                    yield Site(servers=servers, stack=processes, office=office, store=store)


@contextlib.asynccontextmanager
async def _servers(folder: Path) -> AsyncIterator[Servers]:
    installation = install(folder / "postgres", project=PROJECT)
    database = await _postgres(installation, folder, free_port())
    try:
        durable = await _temporal(folder, free_port())
    except BaseException:  # also when cancelled: a server must not stay behind
        database.stop()
        raise
    running = Servers(folder=folder, installation=installation, postgres=database, temporal=durable)
    try:
        await postgres.create_database(database.admin_dsn, _DATABASE)
        await migrations.upgrade(running.dsn(OWNER))
        await mark_demonstration(running.dsn(OWNER))
        yield running
    finally:
        running.temporal.stop()
        running.postgres.stop()


def _settings(processes: Stack) -> Settings:
    prefix = "PLACEMENTS_"
    variables = processes.variables.items()
    return Settings.model_validate(
        {name.removeprefix(prefix).lower(): text for name, text in variables if name.startswith(prefix)}
    )


async def _postgres(installation: Installation, folder: Path, port: int) -> PostgresServer:
    return await postgres.start(installation, port=port, log=folder / "postgres.log", settings=_POSTGRES_SETTINGS)


async def _temporal(folder: Path, port: int) -> TemporalServer:
    return await temporal.start(
        port=port, ui_port=None, database=folder / "temporal" / "state.db", log=folder / "temporal.log"
    )
