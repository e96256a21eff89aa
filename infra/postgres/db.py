"""The engine, its server-side limits, and the asyncpg connection beneath SQLAlchemy's."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
from pydantic import SecretStr
from sqlalchemy import URL, MetaData, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from infra.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.pool import ConnectionPoolEntry

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)

# A writer that is left open holds back every reader of the event feed, so each limit is set on the server,
# where a stuck process cannot forget it. In milliseconds.
SERVER_SETTINGS = {
    "default_transaction_isolation": "read committed",
    "statement_timeout": "10000",
    "lock_timeout": "5000",
    "idle_in_transaction_session_timeout": "10000",
    "synchronous_commit": "on",
    "jit": "off",
    "timezone": "UTC",
}
TRANSACTION_TIMEOUT_MS = 30_000


class ConnectionLost(ConnectionError):
    """The server ended the connection, and asyncpg has read its last message but not yet the end of the stream.

    asyncpg reports a statement sent in that moment as a misuse of its own (`InternalClientError`).
    """


def async_url(url: str | SecretStr) -> URL:
    """`postgresql://...` as SQLAlchemy wants it for asyncpg."""
    text = url.get_secret_value() if isinstance(url, SecretStr) else url
    return make_url(text).set(drivername="postgresql+asyncpg")


def create_engine(settings: Settings, *, application_name: str = "placements") -> AsyncEngine:
    """The one pool of a process. Parameters of a failed statement are never written into its error."""
    return _engine(settings, settings.database_url, application_name, settings.database_pool_size)


def create_signing_engine(settings: Settings) -> AsyncEngine:
    """A connection of the role that signs the record; where it has no role of its own, of the services' role."""
    return _engine(settings, settings.signer_database_url or settings.database_url, "placements-signer", 1)


def _engine(settings: Settings, url: SecretStr, application_name: str, connections: int) -> AsyncEngine:
    engine = create_async_engine(
        async_url(url),
        pool_size=connections,
        max_overflow=settings.database_pool_overflow,
        pool_timeout=settings.database_pool_wait_seconds,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={
            "timeout": settings.database_pool_wait_seconds,
            "server_settings": {**SERVER_SETTINGS, "application_name": application_name},
        },
    )
    event.listen(engine.sync_engine, "connect", _limit_transactions)
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    event.listen(engine.sync_engine, "handle_error", _lost_beneath_sqlalchemy)
    return engine


def _limit_transactions(dbapi_connection: Any, _entry: "ConnectionPoolEntry") -> None:
    # transaction_timeout is unknown before PostgreSQL 17, and an unknown start-up setting refuses the
    # connection; this asks only for what the server knows.
    dbapi_connection.run_async(_set_transaction_timeout)


async def _set_transaction_timeout(conn: asyncpg.Connection) -> None:
    await conn.execute(
        "SELECT set_config(name, $1, false) FROM pg_settings WHERE name = 'transaction_timeout'",
        str(TRANSACTION_TIMEOUT_MS),
    )


def _refuse_closed(dbapi_connection: Any, _entry: "ConnectionPoolEntry", _proxy: Any) -> None:
    # After a restart of the server asyncpg already knows its socket is gone: this costs no round trip, where
    # a ping before each use would. The pool opens another connection instead.
    if dbapi_connection.driver_connection.is_closed():
        raise DisconnectionError("the server closed this connection")


def _lost_beneath_sqlalchemy(context: ExceptionContext) -> Exception | None:
    error = context.original_exception
    if not isinstance(error.__cause__, asyncpg.InternalClientError):
        return None
    assert context.connection is not None
    driver = context.connection.connection.driver_connection
    assert driver is not None
    driver.terminate()  # not closed politely: the server no longer answers
    context.is_disconnect = True
    return ConnectionLost(str(error.__cause__))


def is_stale_plan(error: BaseException) -> bool:
    """Whether a statement was planned before a migration changed a type that it gives or takes.

    asyncpg and SQLAlchemy have dropped such plans by then, so whoever repeats the transaction gets new ones.
    """
    orig = error.orig if isinstance(error, DBAPIError) else None
    causes = (error, error.__cause__, orig, orig.__cause__ if orig is not None else None)
    return any(isinstance(each, _STALE) for each in causes)


_STALE = (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError)


async def raw(conn: AsyncConnection) -> asyncpg.Connection:
    """The asyncpg connection beneath, inside the same transaction.

    SQLAlchemy sends BEGIN only before its own first statement; without the one sent here, work on the
    returned connection would commit statement by statement.
    """
    driver: asyncpg.Connection | None = (await conn.get_raw_connection()).driver_connection
    assert driver is not None
    if conn.in_transaction() and not driver.is_in_transaction():
        await conn.exec_driver_sql("SELECT 1")
    return driver


@asynccontextmanager
async def connection(engine: AsyncEngine) -> AsyncIterator[asyncpg.Connection]:
    """A pooled asyncpg connection, each statement its own transaction.

    Raises:
        ConnectionLost: the server ended it; the pool does not hand it out again.
    """
    async with engine.connect() as conn:
        driver = await raw(conn)
        try:
            yield driver
        except asyncpg.InternalClientError as error:
            driver.terminate()  # not closed politely: the server no longer answers
            await conn.invalidate(error)
            raise ConnectionLost(str(error)) from error


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[asyncpg.Connection]:
    """A pooled asyncpg connection in one transaction, for the paths where SQLAlchemy would double the cost.

    Commits at the end, rolls back on any error. For Core statements use `engine.begin()` and `raw`.
    """
    async with connection(engine) as driver, driver.transaction():
        yield driver


@asynccontextmanager
async def snapshot(engine: AsyncEngine) -> AsyncIterator[asyncpg.Connection]:
    """A pooled asyncpg connection in one transaction that sees one moment of the database and can write nothing."""
    async with connection(engine) as driver, driver.transaction(isolation="repeatable_read", readonly=True):
        yield driver


def connector(settings: Settings, *, application_name: str) -> Callable[[], Awaitable[asyncpg.Connection]]:
    """Opens connections outside the pool, for what keeps one to itself: LISTEN and NOTIFY."""

    async def connect() -> asyncpg.Connection:
        return await asyncpg.connect(
            settings.database_url.get_secret_value(),
            timeout=settings.database_pool_wait_seconds,
            server_settings={"application_name": application_name},
        )

    return connect
