import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest
from pydantic import SecretStr
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.ids import uuid7
from infra.postgres.db import ConnectionLost, async_url, connection, create_engine, raw, transaction
from infra.settings import Settings

INSERT = "INSERT INTO access_log (person_id, placement_id, what) VALUES ($1, $1, 'test')"
COUNT = "SELECT count(*) FROM access_log WHERE person_id = $1"


def test_a_plain_url_is_told_to_use_asyncpg() -> None:
    assert async_url("postgresql://a:b@host:1/d").render_as_string(False) == "postgresql+asyncpg://a:b@host:1/d"


async def test_the_server_limits_what_a_stuck_process_may_hold(conn: asyncpg.Connection) -> None:
    names = [
        *("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "transaction_timeout"),
        *("synchronous_commit", "jit", "transaction_isolation", "application_name"),
    ]
    found = {name: await conn.fetchval(f"SHOW {name}") for name in names}

    assert found == {
        "statement_timeout": "10s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "10s",
        "transaction_timeout": "30s",
        "synchronous_commit": "on",
        "jit": "off",
        "transaction_isolation": "read committed",
        "application_name": "placements",
    }


async def test_a_transaction_commits_at_its_end_and_not_after_an_error(engine: AsyncEngine) -> None:
    kept, lost = uuid7(), uuid7()

    async with transaction(engine) as driver:
        await driver.execute(INSERT, kept)
    with suppress(ZeroDivisionError):
        async with transaction(engine) as driver:
            await driver.execute(INSERT, lost)
            raise ZeroDivisionError

    async with connection(engine) as driver:
        assert [await driver.fetchval(COUNT, each) for each in (kept, lost)] == [1, 0]


async def test_work_beneath_sqlalchemy_is_part_of_its_transaction(engine: AsyncEngine) -> None:
    """Even when it is the first thing done, before SQLAlchemy has sent anything."""
    kept, lost = uuid7(), uuid7()

    async with engine.begin() as conn:
        await (await raw(conn)).execute(INSERT, kept)
    async with engine.connect() as conn:
        await conn.begin()
        await (await raw(conn)).execute(INSERT, lost)
        await conn.rollback()

    async with connection(engine) as driver:
        assert [await driver.fetchval(COUNT, each) for each in (kept, lost)] == [1, 0]


async def test_a_connection_that_the_server_ended_is_replaced_unnoticed(settings: Settings) -> None:
    engine = create_engine(settings.model_copy(update={"database_pool_size": 1, "database_pool_overflow": 0}))
    async with connection(engine) as driver:
        first = driver.get_server_pid()
    await _end_on_the_server(settings, first)
    while not driver.is_closed():  # noqa: ASYNC110 - asyncpg offers a flag, no event
        await asyncio.sleep(0.01)

    async with connection(engine) as driver:
        assert driver.get_server_pid() != first
    await engine.dispose()


async def _asked_beneath(engine: AsyncEngine) -> int:
    async with connection(engine) as driver:
        return int(await driver.fetchval("SELECT pg_backend_pid()"))


async def _asked_through_sqlalchemy(engine: AsyncEngine) -> int:
    async with engine.connect() as conn:
        return int((await conn.execute(text("SELECT pg_backend_pid()"))).scalar_one())


@pytest.mark.parametrize("asked", [_asked_beneath, _asked_through_sqlalchemy])
async def test_a_connection_with_a_half_read_end_counts_as_lost_and_is_replaced(
    settings: Settings, asked: Callable[[AsyncEngine], Awaitable[int]]
) -> None:
    """The server's last words come before the end of its stream, which here does not come at all."""
    async with _endless(settings) as (reached, ended):
        engine = create_engine(reached.model_copy(update={"database_pool_size": 1, "database_pool_overflow": 0}))
        first = await asked(engine)
        await _end_on_the_server(settings, first)
        await ended.wait()

        with pytest.raises(ConnectionLost):
            await asked(engine)

        assert await asked(engine) != first
        await engine.dispose()


async def _end_on_the_server(settings: Settings, pid: int) -> None:
    other = await asyncpg.connect(settings.database_url.get_secret_value())
    await other.execute("SELECT pg_terminate_backend($1)", pid)
    await other.close()


@asynccontextmanager
async def _endless(settings: Settings) -> AsyncIterator[tuple[Settings, asyncio.Event]]:
    """A way to the server that passes on all it says, but not the first time that it has hung up; the event says so."""
    url = make_url(settings.database_url.get_secret_value())
    assert url.port is not None
    ended = asyncio.Event()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while said := await reader.read(65_536):
            writer.write(said)
            await writer.drain()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection(url.host, url.port)

        async def answers() -> None:
            await relay(from_server, writer)
            if ended.is_set():
                writer.close()
            ended.set()

        answering = asyncio.create_task(answers())
        await relay(reader, to_server)
        await answering
        for each in (to_server, writer):
            each.close()

    async with await asyncio.start_server(meet, url.host) as server:
        port = server.sockets[0].getsockname()[1]
        dsn = url.set(port=port).render_as_string(hide_password=False)
        yield settings.model_copy(update={"database_url": SecretStr(dsn)}), ended


async def test_an_error_does_not_repeat_the_values_it_was_given(engine: AsyncEngine) -> None:
    with pytest.raises(DBAPIError) as failed:
        async with engine.connect() as conn:
            await conn.execute(text("SELECT 1 / :divisor, :name"), {"divisor": 0, "name": "Planted Name"})

    assert "Planted" not in str(failed.value)
