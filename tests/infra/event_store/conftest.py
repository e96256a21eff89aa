"""One migrated database for the store's tests, and short ways to make events."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from infra.event_store.append import append
from infra.event_store.types import Appended, Expected, NewEvent, StreamAppend
from infra.ids import uuid7
from services.local import postgres
from tests.conftest import Database, Postgres, reached

AT = datetime(2026, 9, 1, 8, 30, 0, 123457, tzinfo=UTC)

Connect = Callable[[str], Awaitable[asyncpg.Connection]]


def new_event(data: str = "{}", *, kind: str = "Agreed", personal: bytes | None = None) -> NewEvent:
    return NewEvent(event_id=uuid7(), type=kind, schema_version=1, data=data, personal=personal, meta="{}")


def new_stream() -> str:
    return f"test-{uuid7()}"


async def put(
    conn: asyncpg.Connection, stream_id: str, expected: Expected, *events: NewEvent, at: datetime = AT
) -> Appended:
    (appended,) = await append(
        conn, StreamAppend(stream_id=stream_id, expected=expected, events=events), recorded_at=at
    )
    return appended


async def count(conn: asyncpg.Connection, stream_id: str) -> int:
    found: int = await conn.fetchval("SELECT count(*) FROM event_store.event WHERE stream_id = $1", stream_id)
    return found


@pytest.fixture(scope="session")
async def store(postgres_server: Postgres, template: str) -> AsyncIterator[Database]:
    name = f"placements_store_{uuid7().hex[-12:]}"
    await postgres.create_database(postgres_server.admin_dsn, name, template=template)
    yield reached(postgres_server, name)
    await postgres.drop_database(postgres_server.admin_dsn, name)


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Open connections that are closed after the test."""
    async with AsyncExitStack() as stack:

        async def opened(url: str) -> asyncpg.Connection:
            conn = await asyncpg.connect(url)
            stack.push_async_callback(conn.close)
            return conn

        yield opened


@pytest.fixture
async def app(store: Database, connect: Connect) -> asyncpg.Connection:
    return await connect(store.app_url)


@pytest.fixture
async def owner(store: Database, connect: Connect) -> asyncpg.Connection:
    return await connect(store.owner_url)


@pytest.fixture
def superuser_url(postgres_server: Postgres, store: Database) -> str:
    parts = urlsplit(postgres_server.admin_dsn)
    return urlunsplit((parts.scheme, parts.netloc, f"/{store.name}", parts.query, ""))
