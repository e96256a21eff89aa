"""Signed checkpoints of the tree: made on a schedule, kept in the database, and a copy of each kept outside it.

The copies are what a rewritten or rolled back database cannot take back. Where they go, others can fetch them.
"""

import os
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from sqlalchemy import BigInteger, Column, Table, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.clock import Clock
from infra.db import metadata, transaction
from infra.proof import tree
from infra.proof.notes import Checkpoint, Signer

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    Column("verifier_key", Text, nullable=False),
    Column("made_at", TIMESTAMP(timezone=True), nullable=False),
)

_SUFFIX: Final = ".checkpoint"
_DIGITS: Final = 20
_COLUMNS = """size, position, note, verifier_key, made_at, (
    SELECT coalesce(string_agg(line, '' ORDER BY witness), '') FROM cosignature s
    WHERE s.origin = checkpoint.origin AND s.size = checkpoint.size
) AS cosignatures"""
_KEPT = f"""
SELECT {_COLUMNS} FROM checkpoint WHERE origin = $1 AND size > $2 ORDER BY size LIMIT $3
"""  # noqa: S608 - constants only
_LATEST = f"""
SELECT {_COLUMNS} FROM checkpoint WHERE origin = $1 ORDER BY size DESC LIMIT 1
"""  # noqa: S608 - constants only
_PUT = "INSERT INTO checkpoint (origin, size, position, note, verifier_key, made_at) VALUES ($1, $2, $3, $4, $5, $6)"
# The first eight digits of a WAL file's name are the timeline, which changes with each failover and restore.
_TIMELINE = "SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int"


class KeyUnusable(Exception):
    """The file of the checkpoints' key is missing, readable by others, or holds no Ed25519 key."""


class RecordRolledBack(Exception):
    """A checkpoint outside the database is of more, or of other, than the database holds: it was put back in time.

    Nothing is signed under this origin any more: two histories under one name would be a lie. Give the origin a new
    name, and keep the old checkpoints for those who hold them.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A checkpoint and its note."""

    checkpoint: Checkpoint
    note: str


def signer(origin: str, path: Path) -> Signer:
    """The private key in a PEM file. Raises KeyUnusable."""
    try:
        if path.stat().st_mode & 0o077:
            raise KeyUnusable(f"{path} can be read by others: chmod 600 it")
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise KeyUnusable(f"{path} holds no key that can be read: {type(error).__name__}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable(f"{path} holds a key of another kind than Ed25519")
    return Signer(name=origin, key=key)


def make_key(path: Path) -> None:
    """A new private key in a file of 0600, unless there is one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        os.fsync(file.fileno())


class Outside:
    """A folder with each note in a file of its own, named by size; written whole, and never again."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def put(self, size: int, note: str) -> None:
        """Raises RecordRolledBack where another note of this size is kept."""
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / f"{size:0{_DIGITS}}{_SUFFIX}"
        if path.exists():
            if path.read_text("utf-8") != note:
                raise RecordRolledBack(f"another checkpoint of {size} events is kept outside")
            return
        half = path.with_suffix(".half")
        with half.open("w", encoding="utf-8") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        half.rename(path)

    def notes(self) -> Iterator[str]:
        """By size, the smallest first."""
        for path in sorted(self._directory.glob(f"*{_SUFFIX}")):
            yield path.read_text("utf-8")

    def largest(self) -> int:
        """Of how many events the largest is; 0 without any."""
        return max((int(path.stem) for path in self._directory.glob(f"*{_SUFFIX}")), default=0)


class Checkpointer:
    """Grows the tree by what is settled and signs it. One at a time: the tree's row is locked meanwhile."""

    def __init__(self, engine: AsyncEngine, clock: Clock, signer: Signer, outside: Outside | None) -> None:
        self._engine = engine
        self._clock = clock
        self._signer = signer
        self._outside = outside

    async def checkpoint(self) -> Made | None:
        """A new checkpoint; None where nothing was recorded since the last. Raises RecordRolledBack.

        Costs what was recorded since: a tile of each level is read, and those that grow are written.
        """
        while True:
            async with transaction(self._engine) as conn:
                grown = await tree.grow(conn)
            if not grown.more:
                break
        async with transaction(self._engine) as conn:
            made = await self._signed(conn)
        # After the commit, so that nothing is outside that is not inside; a crash between is made good by the next.
        if made is not None and self._outside is not None:
            self._outside.put(made.checkpoint.size, made.note)
        return made

    async def _signed(self, conn: asyncpg.Connection) -> Made | None:
        size = await tree.hold(conn)
        last = await latest(conn, self._signer.name)
        signed = 0 if last is None else last.size
        if self._outside is not None:
            if self._outside.largest() > signed:
                raise RecordRolledBack(f"a checkpoint outside is of more than the {signed} events last signed here")
            if last is not None:
                self._outside.put(signed, last.note)
        if size.leaves == signed:
            return None
        now = await self._clock.now(conn)
        found = Checkpoint(
            origin=self._signer.name,
            size=size.leaves,
            root=await tree.root(conn, size.leaves),
            others=(
                f"position {size.position}",
                f"time {now:%Y-%m-%dT%H:%M:%SZ}",
                f"timeline {await conn.fetchval(_TIMELINE)}",
            ),
        )
        note = self._signer.signed(found.text())
        await conn.execute(_PUT, found.origin, found.size, size.position, note, self._signer.verifier.written(), now)
        return Made(checkpoint=found, note=note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A checkpoint as the database has it. `note` is as it was signed here; witnesses' lines came later."""

    size: int
    position: int
    note: str
    verifier_key: str
    made_at: datetime
    cosignatures: str

    @property
    def cosigned(self) -> str:
        """The note with every signature there is."""
        return self.note + self.cosignatures


async def kept(conn: asyncpg.Connection, origin: str, *, after: int = 0, limit: int = 1000) -> Sequence[Kept]:
    """Checkpoints of this origin over more than `after` events, the smallest first."""
    return [Kept(**dict(row)) for row in await conn.fetch(_KEPT, origin, after, limit)]


async def latest(conn: asyncpg.Connection, origin: str) -> Kept | None:
    row = await conn.fetchrow(_LATEST, origin)
    return None if row is None else Kept(**dict(row))


async def not_kept(conn: asyncpg.Connection, origin: str, outside: Outside) -> AsyncIterator[str]:
    """Notes that are outside and not in the database: what it once held it holds no more."""
    for note in outside.notes():
        if not await conn.fetchval("SELECT true FROM checkpoint WHERE origin = $1 AND note = $2", origin, note):
            yield note
