"""A worker in process on a real database, with Temporal's own development server or one that skips time."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from infra.clock import Clock, DemonstrationClock, begin
from infra.documents.renderer import Renderer
from infra.encryption.key_store.provider import FileKeyProvider
from infra.event_store.wake import Notifier
from infra.postgres.db import connection, connector, create_engine
from infra.settings import Settings
from infra.streams.placement_streams import PlacementStreams
from services.workflow.activities import PlacementActivities
from services.workflow.worker import placements_worker
from tests.conftest import Database
from tests.workflow.driving import Driver, register

MONDAY = datetime.combine(date(2026, 11, 23), time(9), tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class Setup:
    """One test's database, keys and clock, and the Temporal server that it shares."""

    settings: Settings
    engine: AsyncEngine
    keys: FileKeyProvider
    clock: Clock
    client: Client
    notifier: Notifier
    renderer: Renderer

    def activities(self) -> PlacementActivities:
        return PlacementActivities(
            self.engine,
            keys=self.keys,
            streams=PlacementStreams(self.keys),
            clock=self.clock,
            notifier=self.notifier,
            client=self.client,
        )


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return Settings.model_validate(
        {
            "database_url": database.app_url,
            "signer_database_url": database.signer_url,
            "keys_directory": tmp_path / "keys",
            "issuer": "https://issuer.example",
            "jwks_url": "https://issuer.example/jwks.json",
            "demonstration_clock": True,
        }
    )


@asynccontextmanager
async def set_up(settings: Settings, client: Client, clock: Clock) -> AsyncIterator[Setup]:
    async with AsyncExitStack() as stack:
        engine = create_engine(settings)
        stack.push_async_callback(engine.dispose)
        notifier = await stack.enter_async_context(Notifier(connector(settings, application_name="test-notices")))
        keys = FileKeyProvider(settings.keys_directory)
        yield Setup(
            settings=settings,
            engine=engine,
            keys=keys,
            clock=clock,
            client=client,
            notifier=notifier,
            renderer=await stack.enter_async_context(Renderer()),
        )


@pytest.fixture
async def client(temporal_server: Any) -> Client:
    return await Client.connect(temporal_server.address, namespace=temporal_server.namespace)


@pytest.fixture
async def setup(settings: Settings, client: Client) -> AsyncIterator[Setup]:
    """On the development server, without a worker; the example school and provider are registered."""
    async with set_up(settings, client, DemonstrationClock()) as made:
        async with connection(made.engine) as conn:
            await begin(made.clock, conn, MONDAY)
        await register(made, MONDAY)
        yield made


@pytest.fixture
async def driver(setup: Setup) -> AsyncIterator[Driver]:
    """A placement of the test's own, and a worker."""
    one = Driver(setting=setup)
    async with placements_worker(setup.client, setup.activities()):
        yield one
        await one.gone()
