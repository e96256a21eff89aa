"""The database's shape, moved forward by hand-written revisions; run by the owner's role alone."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from infra.postgres.db import async_url
from infra.postgres.migrations import signer

# Two processes that migrate one database at once take turns; the figure only has to differ from other locks.
_LOCK = 0x706C_6163_656D_6967

# A revision that waits for a lock holds up everyone behind it: it gives up and can be tried again.
_LIMITS = "SELECT set_config('lock_timeout', '10s', true), set_config('statement_timeout', '15min', true)"


def config() -> Config:
    """Alembic's settings, from where this package is installed; no file in the working directory is read."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return made


def head() -> str:
    """The newest revision this code knows."""
    newest = ScriptDirectory.from_config(config()).get_current_head()
    assert newest is not None
    return newest


def superuser_sql() -> str:
    """What a superuser does in the service's database, once a cluster."""
    return (Path(__file__).parent / "superuser.sql").read_text("utf-8")


async def upgrade(owner_url: str) -> None:
    """Brings the database to the newest revision; does nothing, quickly, when it is there already."""
    engine = create_async_engine(async_url(owner_url), poolclass=NullPool, hide_parameters=True)
    try:
        async with engine.connect() as conn:
            await conn.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            await conn.commit()
            # Closing the connection lets the lock go, whatever happens between.
            if await current(conn) != head():
                await conn.execute(text(_LIMITS))
                await conn.run_sync(_upgrade)
                await conn.commit()
            await conn.execute(text(_LIMITS))
            await signer.grant(conn)
            await conn.commit()
    finally:
        await engine.dispose()


async def current(conn: AsyncConnection) -> str | None:
    """The revision the database is at; None when it is empty."""
    revision = await conn.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    await conn.rollback()
    return revision


def _upgrade(conn: Connection) -> None:
    settings = config()
    settings.attributes["connection"] = conn
    command.upgrade(settings, "head")
