"""Real servers for the tests: started when a test first asks, ended with the run, beside any running set-up."""

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import hypothesis
import pytest

from infra.clock import mark_demonstration
from infra.postgres.migrations import upgrade
from services.local import postgres, temporal
from services.local.ports import free_port
from services.local.postgres_data import APP, OWNER, SIGNER, install

PROJECT = Path(__file__).parents[1]
# How long an example takes depends on what else the machine does.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")
# What somebody keeps in `.env` for a set-up of their own is not for the tests, nor for the processes that they start.
os.environ["PLACEMENTS_ENV_FILE"] = ""
# Small, as tests share the machine with whatever else runs. fsync stays on: faults are tested here too.
# Prepared transactions are off by default; where somebody turns them on, they must not break the order.
_TEST_SETTINGS = {
    "shared_buffers": "64MB",
    "max_wal_size": "1GB",
    "autovacuum_naptime": "5min",
    "max_prepared_transactions": "4",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """A server: the one started for this run, or the one that PLACEMENTS_TEST_DATABASE_URL names."""

    admin_dsn: str
    passwords: dict[str, str]

    def dsn(self, database: str, user: str) -> str:
        """Return a connection string; `user` is `placements_owner` or `placements`."""
        parts = urlsplit(self.admin_dsn)
        host = parts.netloc.rpartition("@")[2]
        netloc = f"{user}:{self.passwords[user]}@{host}"
        return urlunsplit((parts.scheme, netloc, f"/{database}", parts.query, ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A test's own database, migrated: the owner may change its shape, services connect by `app_url`."""

    name: str
    owner_url: str
    app_url: str
    signer_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Temporal:
    """A server: the one started for this run, or the one that PLACEMENTS_TEST_TEMPORAL_ADDRESS names."""

    address: str
    namespace: str


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder that also an unprivileged account can pass through, which pytest's own does not allow."""
    folder = Path(tempfile.mkdtemp(prefix="placements-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def postgres_server(server_folder: Path) -> AsyncIterator[Postgres]:
    given = os.environ.get("PLACEMENTS_TEST_DATABASE_URL")
    if given:
        # A fixed password, so that two runs against one server do not lock each other out.
        passwords = dict.fromkeys((OWNER, APP, SIGNER), "placements")
        connection = await asyncpg.connect(given)
        await postgres.make_roles(connection, passwords)
        await connection.close()
        yield Postgres(admin_dsn=given, passwords=passwords)
        return
    installation = install(server_folder / "postgres", project=PROJECT)
    server = await postgres.start(
        installation, port=free_port(), log=server_folder / "postgres.log", settings=_TEST_SETTINGS
    )
    yield Postgres(admin_dsn=server.admin_dsn, passwords=dict(server.passwords))
    server.stop()


@pytest.fixture(scope="session")
async def template(postgres_server: Postgres) -> AsyncIterator[str]:
    """The migrated database that each test's own is copied from. Nothing may stay connected to it."""
    name = f"placements_template_{secrets.token_hex(4)}"
    await postgres.create_database(postgres_server.admin_dsn, name)
    await upgrade(postgres_server.dsn(name, OWNER))
    # Tests move the clock, and record on days that the server's clock may not have come to.
    await mark_demonstration(postgres_server.dsn(name, OWNER))
    yield name
    await postgres.drop_database(postgres_server.admin_dsn, name)


@pytest.fixture
async def empty_database(postgres_server: Postgres) -> AsyncIterator[Database]:
    """A database that no migration has touched."""
    name = f"placements_empty_{secrets.token_hex(6)}"
    await postgres.create_database(postgres_server.admin_dsn, name)
    yield reached(postgres_server, name)
    await postgres.drop_database(postgres_server.admin_dsn, name)


@pytest.fixture
async def database(postgres_server: Postgres, template: str) -> AsyncIterator[Database]:
    name = f"placements_test_{secrets.token_hex(6)}"
    await postgres.create_database(postgres_server.admin_dsn, name, template=template)
    yield reached(postgres_server, name)
    await postgres.drop_database(postgres_server.admin_dsn, name)


def reached(server: Postgres, name: str) -> Database:
    return Database(
        name=name,
        owner_url=server.dsn(name, OWNER),
        app_url=server.dsn(name, APP),
        signer_url=server.dsn(name, SIGNER),
    )


@pytest.fixture(scope="session")
async def temporal_server(server_folder: Path) -> AsyncIterator[Temporal]:
    given = os.environ.get("PLACEMENTS_TEST_TEMPORAL_ADDRESS")
    if given:
        yield Temporal(address=given, namespace=os.environ.get("TEMPORAL_NAMESPACE", temporal.NAMESPACE))
        return
    server = await temporal.start(port=free_port(), ui_port=None, database=None, log=server_folder / "temporal.log")
    yield Temporal(address=server.address, namespace=server.namespace)
    server.stop()
