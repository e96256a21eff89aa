from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.postgres.db import connection, create_engine, create_signing_engine
from infra.settings import Settings
from tests import aws_kms
from tests.conftest import Database


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return Settings.model_validate(
        {
            "database_url": database.app_url,
            "owner_database_url": database.owner_url,
            "signer_database_url": database.signer_url,
            "keys_directory": tmp_path / "keys",
            "issuer": "https://issuer.example",
            "jwks_url": "https://issuer.example/jwks.json",
        }
    )


@pytest.fixture
async def engine(settings: Settings) -> AsyncIterator[AsyncEngine]:
    made = create_engine(settings)
    yield made
    await made.dispose()


@pytest.fixture
async def signing_engine(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """Of the role that signs the record."""
    made = create_signing_engine(settings)
    yield made
    await made.dispose()


@pytest.fixture
async def conn(engine: AsyncEngine) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the services' role, each statement its own transaction."""
    async with connection(engine) as driver:
        yield driver


@pytest.fixture(scope="session")
def kms_server(server_folder: Path) -> Iterator[str]:
    with aws_kms.serving(server_folder / "kms.log") as url:
        yield url


@pytest.fixture
def kms(kms_server: str, monkeypatch: pytest.MonkeyPatch) -> aws_kms.Kms:
    return aws_kms.found(kms_server, monkeypatch)
