"""The gateway in process on a real database, with people who hold tokens; with and without Temporal and a worker."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from infra.clock import begin, clock_for
from infra.postgres.db import connection, create_signing_engine
from infra.proof.checkpoints import Checkpointer, make_key
from infra.settings import Settings
from services.gateway.app import create_app
from services.gateway.commands import examples
from services.local import issuer, temporal
from services.local.ports import free_port
from services.workflow.schedules.checkpointing import checkpointer_for
from services.workflow.worker import run
from tests.conftest import Database
from tests.gateway.driving import Driver, Tokens

MONDAY = datetime.combine(date(2026, 11, 23), time(9), tzinfo=UTC)


@pytest.fixture(scope="session")
async def tokens(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tokens]:
    port = free_port()
    key = issuer.load_key(tmp_path_factory.mktemp("issuer"))
    async with issuer.serving(key, port):
        yield Tokens(key=key, url=issuer.issuer_url(port))


@pytest.fixture
def settings(database: Database, tokens: Tokens, tmp_path: Path) -> Settings:
    return made_settings(database, tokens, tmp_path)


def made_settings(database: Database, tokens: Tokens, folder: Path) -> Settings:
    make_key(folder / "log.pem")
    return Settings.model_validate(
        {
            "database_url": database.app_url,
            "signer_database_url": database.signer_url,
            "keys_directory": folder / "keys",
            "issuer": tokens.url,
            "jwks_url": f"{tokens.url}/jwks.json",
            "command_wait_seconds": 30,
            "demonstration_clock": True,
            "record_origin": "council.example/placements",
            "checkpoint_key": folder / "log.pem",
            "checkpoints_directory": folder / "checkpoints",
        }
    )


@contextlib.asynccontextmanager
async def driving(settings: Settings, tokens: Tokens) -> AsyncIterator[Driver]:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        gateway = app.state.gateway
        async with connection(gateway.engine) as conn:
            await begin(clock_for(settings), conn, MONDAY)
        async with Driver(app, tokens) as driver:
            yield driver


@pytest.fixture
async def gw(settings: Settings, tokens: Tokens, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Driver]:
    """The gateway while Temporal is away."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    hasty = settings.model_copy(update={"command_wait_seconds": 0.3})
    async with driving(hasty, tokens) as driver:
        yield driver


@pytest.fixture
async def own_temporal(server_folder: Path) -> AsyncIterator[temporal.TemporalServer]:
    """A server for one test: the story's ids are the same each time, and a server remembers what it was sent."""
    server = await temporal.start(
        port=free_port(), ui_port=None, database=None, log=server_folder / "gateway-temporal.log"
    )
    yield server
    server.stop()


@pytest.fixture
async def whole(
    settings: Settings, tokens: Tokens, own_temporal: temporal.TemporalServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Driver]:
    """The gateway with Temporal and a worker, the example school and provider registered, on the story's first day."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", own_temporal.address)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", own_temporal.namespace)
    stopping = asyncio.Event()
    working = asyncio.create_task(run(settings, stopping))
    try:
        async with driving(settings, tokens) as driver:
            for step in examples.BEFORE:
                (await driver.take(step)).raise_for_status()
            yield driver
    finally:
        stopping.set()
        await working


@pytest.fixture
async def checkpointer(whole: Driver) -> AsyncIterator[Checkpointer]:
    """Beside the worker's own, whose minute may come at any time."""
    engine = create_signing_engine(whole.gateway.settings)
    yield checkpointer_for(whole.gateway.settings, engine)
    await engine.dispose()
