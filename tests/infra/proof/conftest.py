"""A store of its own for each test, with a log that signs it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.clock import Clock, SystemClock
from infra.event_store.types import ANY
from infra.proof.checkpoints import Checkpointer, Outside
from infra.proof.notes import Signer
from tests.conftest import Database, Postgres
from tests.infra.event_store.conftest import new_event, new_stream, put

ORIGIN = "council.example/record"
SIGNER = Signer(name=ORIGIN, key=Ed25519PrivateKey.from_private_bytes(b"k" * 32))


async def record(conn: asyncpg.Connection, events: int, *, streams: int = 3) -> None:
    """So many events over a few streams, one call each."""
    names = [new_stream() for _ in range(streams)]
    for number in range(events):
        await put(conn, names[number % streams], ANY, new_event(f'{{"n":{number}}}', personal=b"sealed"))


@pytest.fixture
def outside(tmp_path: Path) -> Outside:
    return Outside(tmp_path / "checkpoints")


@dataclass(frozen=True)
class MakeCheckpointer:
    """Makes checkpointers of the test's log; `parts` and `folder` are for one of another."""

    parts: tuple[AsyncEngine, Clock]
    outside: Outside
    folder: Path

    def __call__(self) -> Checkpointer:
        return Checkpointer(*self.parts, SIGNER, self.outside)


@pytest.fixture
def checkpointer(signing_engine: AsyncEngine, outside: Outside, tmp_path: Path) -> MakeCheckpointer:
    return MakeCheckpointer(parts=(signing_engine, SystemClock()), outside=outside, folder=tmp_path)


@pytest.fixture
async def superuser(postgres_server: Postgres, database: Database) -> AsyncIterator[asyncpg.Connection]:
    """Who may do anything to the database, triggers off."""
    parts = urlsplit(postgres_server.admin_dsn)
    conn = await asyncpg.connect(urlunsplit(parts._replace(path=f"/{database.name}")))
    for table in ("event", "stream"):
        await conn.execute(f"ALTER TABLE event_store.{table} DISABLE TRIGGER ALL")
    yield conn
    await conn.close()
