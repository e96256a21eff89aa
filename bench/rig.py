"""The servers and processes that are measured: started in a folder of their own, ended with the run."""

import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from bench import floor
from infra.clock import mark_demonstration
from infra.postgres.migrations import upgrade
from services.local import postgres, temporal
from services.local.children import forget, spawn, stop
from services.local.ports import free_port
from services.local.postgres import PostgresServer
from services.local.postgres_data import APP, OWNER, install
from services.local.services import STOP_STEPS
from services.local.temporal import TemporalServer
from tests.stack import Stack, stack

PROJECT = Path(__file__).parents[1]
FLOOR = "bench_floor"
_STACK = "bench_commands"


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    owner: str
    app: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    postgres: PostgresServer
    temporal: TemporalServer
    stack: Stack
    folder: Path

    @property
    def stack_database(self) -> Database:
        return _reached(self.postgres, _STACK)

    async def database(self, name: str) -> Database:
        """A migrated database of its own."""
        return await _migrated(self.postgres, name)


@asynccontextmanager
async def running() -> AsyncIterator[Rig]:
    """PostgreSQL and Temporal as `make run` has them, the worker, the gateway, and the floor's worker."""
    folder = _folder()
    async with AsyncExitStack() as parts:
        parts.callback(shutil.rmtree, folder, ignore_errors=True)
        installation = install(folder / "postgres", project=PROJECT)
        server = await postgres.start(installation, port=free_port(), log=folder / "postgres.log")
        parts.callback(server.stop)
        engine = await temporal.start(
            port=free_port(), ui_port=None, database=folder / "temporal" / "temporal.db", log=folder / "temporal.log"
        )
        parts.callback(engine.stop)
        ours = await _migrated(server, _STACK)
        await _floor(server, engine, folder, parts)
        services = await parts.enter_async_context(
            stack(database_url=ours.app, temporal_address=engine.address, folder=folder)
        )
        yield Rig(postgres=server, temporal=engine, stack=services, folder=folder)


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="placements-bench-"))
    folder.chmod(0o755)  # PostgreSQL's own account passes through it
    return folder


async def _migrated(server: PostgresServer, name: str) -> Database:
    await postgres.create_database(server.admin_dsn, name)
    made = _reached(server, name)
    await upgrade(made.owner)
    await mark_demonstration(made.owner)  # the story has days of its own
    return made


def _reached(server: PostgresServer, name: str) -> Database:
    return Database(owner=server.dsn(name, OWNER), app=server.dsn(name, APP))


async def _floor(server: PostgresServer, engine: TemporalServer, folder: Path, parts: AsyncExitStack) -> None:
    await postgres.create_database(server.admin_dsn, FLOOR)
    url = _reached(server, FLOOR).owner
    conn = await asyncpg.connect(url)
    await conn.execute(floor.SCHEMA)
    await conn.close()
    child = spawn(
        "floor",
        [sys.executable, "-m", "bench.floor"],
        log=folder / "logs" / "floor.log",
        env={**os.environ, "TEMPORAL_ADDRESS": engine.address, "BENCH_DATABASE_URL": url},
        cwd=PROJECT,
        on_spawn=forget,
    )
    parts.callback(stop, child, *STOP_STEPS)
