"""Signed checkpoints of the tree: made on a schedule, kept in the database, and a copy of each kept outside it.

The copies are what a rewritten or rolled back database cannot take back. Where they go, others can fetch them.
"""

import os
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import asyncpg
import structlog
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

from domain.shared.words import figure
from events.codec import canonical_json
from infra.clock import Clock, SystemClock
from infra.durable import write_whole
from infra.event_store.read import horizon
from infra.postgres.db import connection, metadata, transaction
from infra.proof import entries, tree
from infra.proof.notes import Checkpoint, NoteInvalid, Signer
from infra.proof.notes import checkpoint as checkpoint_in
from infra.proof.signed import NoteNotOurs, RecordForked, RecordRolledBack, Signed, read_state

log = structlog.get_logger()

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

signing = Table(
    "signing",
    metadata,
    Column("origin", Text, primary_key=True),
    # By the signer's own clock: when it last looked, and since when it does not sign.
    Column("looked_at", TIMESTAMP(timezone=True), nullable=False),
    Column("stopped_at", TIMESTAMP(timezone=True)),
    Column("why", Text),
)

_SUFFIX: Final = ".checkpoint"
_STATE: Final = "signer.json"
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
_SAID: Final = """
INSERT INTO signing (origin, looked_at, stopped_at, why) VALUES ($1, $2, $3, $4)
ON CONFLICT (origin) DO UPDATE SET looked_at = excluded.looked_at, why = excluded.why,
    stopped_at = CASE WHEN excluded.stopped_at IS NOT NULL THEN coalesce(signing.stopped_at, excluded.stopped_at) END
"""
# The first eight digits of a WAL file's name are the timeline, which changes with each failover and restore.
_TIMELINE = "SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int"


class KeyUnusable(Exception):
    """The file of the checkpoints' key is missing, readable by others, or holds no Ed25519 key."""


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
    """A folder with each note in a file of its own, named by size; written whole, and never again.

    Beside them is what the signer knows of its own work, and when it last looked.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def put(self, size: int, note: str) -> None:
        """Raises RecordForked where another note of this size is kept."""
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / f"{size:0{_DIGITS}}{_SUFFIX}"
        if path.exists():
            if path.read_text("utf-8") != note:
                raise RecordForked(f"another checkpoint of {figure(size, 'event')} is kept outside")
            return
        half = path.with_suffix(".half")
        with half.open("w", encoding="utf-8") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        half.rename(path)

    def notes(self) -> Iterator[str]:
        """By size, the smallest first."""
        for _, path in self._files():
            yield path.read_text("utf-8", errors="replace")

    def named(self) -> Iterator[tuple[int, str]]:
        """Each note with the size that its file is named by."""
        for size, path in self._files():
            yield size, path.read_text("utf-8", errors="replace")

    def last(self) -> str | None:
        """The note of the most events."""
        files = self._files()
        return files[-1][1].read_text("utf-8", errors="replace") if files else None

    def largest(self) -> int:
        """Of how many events the largest is; 0 without any."""
        files = self._files()
        return files[-1][0] if files else 0

    def _files(self) -> list[tuple[int, Path]]:
        found = [(path.stem, path) for path in self._directory.glob(f"*{_SUFFIX}")]
        return sorted((int(stem), path) for stem, path in found if stem.isascii() and stem.isdigit())

    def state(self) -> tuple[Signed | None, dict[str, Any]]:
        """What the signer left; nothing where that cannot be read."""
        try:
            return read_state((self._directory / _STATE).read_text("utf-8", errors="replace"))
        except FileNotFoundError:
            return None, {}

    def keep_state(self, **state: Any) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        write_whole(self._directory / _STATE, canonical_json(state).encode())


class Checkpointer:
    """Grows the tree by what is settled and signs it. One at a time: the tree's row is locked meanwhile.

    What is signed goes on from this log's own last note outside the database, over the events' hashes alone. The tiles
    are for proofs: those that do not fit what is signed are made again.
    """

    def __init__(self, engine: AsyncEngine, clock: Clock, signer: Signer, outside: Outside | None) -> None:
        """`engine` is the signer's own: the services' role may not write what this writes."""
        self._engine = engine
        self._clock = clock
        self._signer = signer
        self._outside = outside
        self._signed: Signed | None = None
        self._ahead = Signed()

    async def checkpoint(self) -> Made | None:
        """A new checkpoint; None where nothing was recorded since the last. Raises RecordRolledBack.

        Costs what was recorded since: a tile of each level is read, and those that grow are written.
        """
        try:
            made = await self._made()
        except RecordRolledBack as stopped:
            await self._say(stopped)
            raise
        # After the commit, so that nothing is outside that is not inside; a crash between is made good by the next.
        if made is not None and self._outside is not None:
            self._outside.put(made.checkpoint.size, made.note)
        await self._say(None)
        return made

    async def _made(self) -> Made | None:
        while True:
            await self._grow()
            await self._catch_up()
            async with transaction(self._engine) as conn:
                fits, made = await self._sign(conn)
            if fits:
                return made
            log.warning("tree_made_again")

    async def _grow(self) -> None:
        while True:
            try:
                async with transaction(self._engine) as conn:
                    if not (await tree.grow(conn)).more:
                        return
            except tree.TreeDamaged:
                log.warning("tree_made_again")
                async with transaction(self._engine) as conn:
                    await tree.begin_again(conn)

    async def _catch_up(self) -> None:
        """Bring what is known here to this log's own last note, and from there to what is settled now."""
        async with connection(self._engine) as conn:
            known = (self._signed or self._left_outside() or Signed()).copy()
            note = await self._own_last(conn)
            if note is not None and note.size < known.size:
                known = Signed()  # this folder, or this database, was changed for another
            if note is not None:
                await known.reach(conn, note)
            elif known.size:
                known = Signed()
            self._signed = known
            # In steps of their own, as the first checkpoint of a large record is over all of it.
            self._ahead = known.copy()
            await self._ahead.go_on(conn, up_to=(await horizon(conn)).limit)

    def _left_outside(self) -> Signed | None:
        """What the signer wrote beside its notes, where a note of that size bears it out."""
        if self._outside is None:
            return None
        known, _ = self._outside.state()
        if known is None:
            return None
        for size, note in self._outside.named():
            if size == known.size and (own := self._read(note)) is not None and known.fits(own):
                return known
        return None

    async def _own_last(self, conn: asyncpg.Connection) -> Checkpoint | None:
        """The last note outside; where none is there, as for a new folder, the database's. Raises NoteNotOurs."""
        last = await latest(conn, self._signer.name)
        note = None if self._outside is None else self._outside.last()
        if note is not None:
            if (own := self._read(note)) is None:
                raise NoteNotOurs("the last checkpoint outside is not signed by this log's key")
            _refuse_fewer(own.size, last)
            return own
        return None if last is None else self._owned(last)

    def _owned(self, kept: "StoredCheckpoint") -> Checkpoint:
        if (own := self._read(kept.note)) is None or own.size != kept.size:
            raise NoteNotOurs(
                f"the checkpoint of {figure(kept.size, 'event')} in the database is not signed by this log's key"
            )
        return own

    def _read(self, note: str) -> Checkpoint | None:
        try:
            return checkpoint_in(note, self._signer.verifier)
        except NoteInvalid:
            return None

    async def _sign(self, conn: asyncpg.Connection) -> tuple[bool, Made | None]:
        """Whether the tiles fit what is signed, and what was signed, if anything was new."""
        held = await tree.hold(conn)
        assert self._signed is not None
        known = self._signed.copy()
        last = await latest(conn, self._signer.name)
        signed = 0 if last is None else last.size
        _refuse_fewer(known.size if self._outside is None else self._outside.largest(), last)
        if last is not None:
            own = self._owned(last)
            _refuse_fewer(known.size, last)
            await known.reach(conn, own)
            if known.size > self._signed.size:
                self._ahead = known.copy()  # another signed meanwhile
            if self._outside is not None:
                self._outside.put(own.size, last.note)
        await known.go_on(conn, up_to=(await horizon(conn)).limit)
        held = (
            await tree.grow(conn, known.size - held.leaves, up_to=known.position) if known.size > held.leaves else held
        )
        if not await _fits(conn, held, known):
            await tree.begin_again(conn)
            return False, None
        if known.size == signed:
            self._signed = known
            return True, None
        await entries.take(conn, known.entries)
        made = await self._put(conn, known)
        self._signed = known
        return True, made

    async def _put(self, conn: asyncpg.Connection, known: Signed) -> Made:
        now = await self._clock.now(conn)
        found = Checkpoint(
            origin=self._signer.name,
            size=known.size,
            root=known.frontier.root(),
            others=(
                f"position {known.position}",
                f"time {now:%Y-%m-%dT%H:%M:%SZ}",
                f"timeline {await conn.fetchval(_TIMELINE)}",
                f"entries {known.entries.size}",
                f"entries-root {b64encode(known.entries.root()).decode()}",
            ),
        )
        note = self._signer.signed(found.text())
        await conn.execute(_PUT, found.origin, found.size, known.position, note, self._signer.verifier.written(), now)
        return Made(checkpoint=found, note=note)

    async def _say(self, stopped: RecordRolledBack | None) -> None:
        """Leave when this log was last looked at, and since when and why it is not signed, inside and outside."""
        async with transaction(self._engine) as conn:
            # The signer's own clock, which nobody moves.
            now = await SystemClock().now(conn)
            since = None if stopped is None else now
            await conn.execute(_SAID, self._signer.name, now, since, None if stopped is None else str(stopped))
            since = await conn.fetchval("SELECT stopped_at FROM signing WHERE origin = $1", self._signer.name)
        if self._outside is None:
            return
        _, before = self._outside.state()
        at_stop = before.get("stopped") or {}
        self._outside.keep_state(
            origin=self._signer.name,
            signed=self._signed.written() if stopped is None and self._signed is not None else before.get("signed"),
            looked_at=now,
            stopped=None if stopped is None else {"at": at_stop.get("at") or now, "why": str(stopped)},
        )


def _refuse_fewer(signed: int, last: "StoredCheckpoint | None") -> None:
    here = 0 if last is None else last.size
    if signed > here:
        raise RecordRolledBack(f"a checkpoint outside is of more than the {figure(here, 'event')} last signed here")


async def _fits(conn: asyncpg.Connection, held: tree.TreeSize, known: Signed) -> bool:
    try:
        return (held.leaves, held.position) == (known.size, known.position) and await tree.root(
            conn, known.size
        ) == known.frontier.root()
    except tree.TreeDamaged:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCheckpoint:
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


async def kept(
    conn: asyncpg.Connection, origin: str, *, after: int = 0, limit: int = 1000
) -> Sequence[StoredCheckpoint]:
    """Checkpoints of this origin over more than `after` events, the smallest first."""
    return [StoredCheckpoint(**dict(row)) for row in await conn.fetch(_KEPT, origin, after, limit)]


async def latest(conn: asyncpg.Connection, origin: str) -> StoredCheckpoint | None:
    row = await conn.fetchrow(_LATEST, origin)
    return None if row is None else StoredCheckpoint(**dict(row))
