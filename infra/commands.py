"""Command rows: what was asked, kept before it is attempted, and what became of it.

A row is what makes a command happen once: it is locked while the command is decided, and its answer is given
again, byte for byte, to whoever repeats it. Bodies are opaque here; `infra.encryption.vault` seals them.
"""

import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

import asyncpg
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)

from infra.clock import Clock
from infra.postgres.db import metadata

RowStatus = Literal["recorded", "accepted", "refused"]

command = Table(
    "command",
    metadata,
    Column("command_id", Uuid, primary_key=True),
    Column("stream_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("key_id", Uuid),
    Column("body", LargeBinary, nullable=False),
    Column("body_hmac", LargeBinary, nullable=False),
    Column("correlation_id", Uuid, nullable=False),
    Column("expected_version", Integer),
    Column("issued_at", DateTime(timezone=True), nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("status", Text, nullable=False, server_default=text("'recorded'")),
    Column("http_status", Integer),
    Column("answer", Text),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("decided_at", DateTime(timezone=True)),
    # Its number among what the signer has taken (infra/proof/entries.py), who alone writes it.
    Column("proved_as", BigInteger),
    CheckConstraint("status IN ('recorded', 'accepted', 'refused')", name="status"),
    CheckConstraint(
        "(status = 'recorded') = (decided_at IS NULL)"
        " AND (status = 'recorded') = (answer IS NULL)"
        " AND (status = 'recorded') = (http_status IS NULL)",
        name="decided",
    ),
)
Index("command_undecided_idx", command.c.received_at, postgresql_where=text("status = 'recorded'"))
Index(
    "command_unproved_idx",
    command.c.command_id,
    postgresql_where=text("status <> 'recorded' AND proved_as IS NULL"),
)
Index("command_stream_id_issued_at_idx", command.c.stream_id, command.c.issued_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCommand:
    """A command as the gateway records it.

    `actor` is canonical JSON text (kind, id, role, org_id). `body` is sealed under the pupil's key `key_id`,
    or canonical JSON where no pupil's key applies; `body_hmac` is its fingerprint either way.
    `expected_version` is the version that the caller was looking at, when they said so.
    """

    command_id: UUID
    stream_id: str
    kind: str
    actor: str
    key_id: UUID | None
    body: bytes = field(repr=False)
    body_hmac: bytes = field(repr=False)
    correlation_id: UUID
    expected_version: int | None = None
    issued_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRow(NewCommand):
    received_at: datetime
    status: RowStatus
    http_status: int | None
    answer: str | None = field(repr=False)
    attempts: int
    decided_at: datetime | None

    def repeats(self, offered: NewCommand) -> bool:
        """Whether the same actor offers the same command again: an id belongs to who used it first."""
        return (
            (self.stream_id, self.kind) == (offered.stream_id, offered.kind)
            and _actor_id(self.actor) == _actor_id(offered.actor)
            and hmac.compare_digest(self.body_hmac, offered.body_hmac)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewlyRecorded:
    """The command is kept now, and was not before."""

    command_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """A command with this id was kept before, by this actor or another: `row.repeats` tells."""

    row: CommandRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """A command row held until the transaction ends, and the time read in the same round trip."""

    row: CommandRow
    now: datetime


class AlreadyDecided(Exception):
    """A decided command keeps its first answer."""


_COLUMNS: Final = (
    "command_id, stream_id, kind, actor, key_id, body, body_hmac, correlation_id, expected_version, issued_at,"
    " received_at, status, http_status, answer, attempts, decided_at"
)
_RECORD: Final = """
INSERT INTO command (
    command_id, stream_id, kind, actor, key_id, body, body_hmac, correlation_id, expected_version, issued_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (command_id) DO NOTHING
RETURNING command_id
"""
_FIND: Final = f"SELECT {_COLUMNS} FROM command WHERE command_id = $1"  # noqa: S608 - constants only
_UNDECIDED: Final = f"""
SELECT {_COLUMNS} FROM command
WHERE status = 'recorded' AND received_at < clock_timestamp() - $1::interval AND starts_with(stream_id, $3)
ORDER BY attempts, received_at
LIMIT $2
"""  # noqa: S608 - constants only
_UNTRIED: Final = f"""
SELECT {_COLUMNS} FROM command
WHERE status = 'recorded' AND attempts = 0 AND kind = $1 AND actor = $2
ORDER BY received_at
LIMIT $3
"""  # noqa: S608 - constants only
_UNDECIDED_OF: Final = f"""
SELECT {_COLUMNS} FROM command WHERE stream_id = $1 AND kind = $2 AND status = 'recorded'
ORDER BY issued_at, command_id FOR UPDATE
"""  # noqa: S608 - constants only
_WAS_ACCEPTED: Final = """
SELECT EXISTS (SELECT FROM command WHERE stream_id = $1 AND kind = $2 AND status = 'accepted')
"""
_OF_STREAM: Final = f"""
SELECT {_COLUMNS} FROM command
WHERE stream_id = $1 AND (issued_at, command_id) > ($2, $3)
ORDER BY issued_at, command_id
LIMIT $4
"""  # noqa: S608 - constants only
_DECIDE: Final = """
UPDATE command SET status = $2, http_status = $3, answer = $4, decided_at = $5
WHERE command_id = $1 AND status = 'recorded'
"""


async def record(conn: asyncpg.Connection, new: NewCommand) -> NewlyRecorded | Existing:
    """Keeps a command; one round trip unless it is a repeat."""
    inserted = await conn.fetchval(
        _RECORD,
        new.command_id,
        new.stream_id,
        new.kind,
        new.actor,
        new.key_id,
        new.body,
        new.body_hmac,
        new.correlation_id,
        new.expected_version,
        new.issued_at,
    )
    if inserted is not None:
        return NewlyRecorded(command_id=new.command_id)
    row = await find(conn, new.command_id)
    assert row is not None, "command rows are never deleted"
    return Existing(row=row)


async def find(conn: asyncpg.Connection, command_id: UUID) -> CommandRow | None:
    return _row(await conn.fetchrow(_FIND, command_id))


async def lock(conn: asyncpg.Connection, command_id: UUID) -> CommandRow | None:
    """The row, held until the caller's transaction ends; a second attempt waits here and finds it decided."""
    return _row(await conn.fetchrow(f"{_FIND} FOR UPDATE", command_id))


async def lock_and_read_clock(conn: asyncpg.Connection, command_id: UUID, clock: Clock) -> Locked | None:
    """`lock`, with the clock's offset brought along instead of asked for in a round trip of its own."""
    found = await conn.fetchrow(
        f"SELECT {_COLUMNS}, {clock.offset_sql} AS clock_offset"  # noqa: S608 - constants only
        " FROM command WHERE command_id = $1 FOR UPDATE OF command",
        command_id,
    )
    if found is None:
        return None
    values = dict(found)
    now = clock.reading(values.pop("clock_offset"))
    return Locked(row=CommandRow(**values), now=now)


async def decide(
    conn: asyncpg.Connection, command_id: UUID, status: RowStatus, http_status: int, answer: str, *, at: datetime
) -> None:
    """Keeps the final answer, in the transaction that carried the command out. Raises AlreadyDecided.

    `at` is by the clock that the command was issued by.
    """
    tag = await conn.execute(_DECIDE, command_id, status, http_status, answer, at)
    if tag != "UPDATE 1":
        raise AlreadyDecided(f"command {command_id} is missing or decided already")


async def count_attempt(conn: asyncpg.Connection, command_id: UUID) -> int | None:
    """Numbers a further attempt to hand an undecided command over; None once it is decided."""
    number: int | None = await conn.fetchval(
        "UPDATE command SET attempts = attempts + 1 WHERE command_id = $1 AND status = 'recorded' RETURNING attempts",
        command_id,
    )
    return number


async def undecided(conn: asyncpg.Connection, older_than: timedelta, limit: int, *, of: str = "") -> list[CommandRow]:
    """Undecided commands received longer ago than `older_than` by the database's clock, `of` streams that begin so.

    The least often tried come first, and of those the oldest: what cannot be decided keeps nothing else waiting.
    """
    return [CommandRow(**dict(found)) for found in await conn.fetch(_UNDECIDED, older_than, limit, of)]


async def untried(conn: asyncpg.Connection, kind: str, *, actor: str, limit: int) -> list[CommandRow]:
    """Undecided commands of one kind and one actor that no sweep has tried yet, the oldest first."""
    return [CommandRow(**dict(found)) for found in await conn.fetch(_UNTRIED, kind, actor, limit)]


async def undecided_of(conn: asyncpg.Connection, stream_id: str, kind: str) -> list[CommandRow]:
    """The undecided commands of one kind that were given to one stream, held until the caller's transaction ends."""
    return [CommandRow(**dict(found)) for found in await conn.fetch(_UNDECIDED_OF, stream_id, kind)]


async def was_accepted(conn: asyncpg.Connection, stream_id: str, kind: str) -> bool:
    """Whether a command of this kind that was given to a stream was ever accepted."""
    found: bool = await conn.fetchval(_WAS_ACCEPTED, stream_id, kind)
    return found


async def of_stream(
    conn: asyncpg.Connection, stream_id: str, *, after: tuple[datetime, UUID], limit: int
) -> list[CommandRow]:
    """The commands given to one stream, accepted and refused, in the order they were issued."""
    return [CommandRow(**dict(found)) for found in await conn.fetch(_OF_STREAM, stream_id, *after, limit)]


def _row(found: asyncpg.Record | None) -> CommandRow | None:
    return None if found is None else CommandRow(**dict(found))


def _actor_id(actor: str) -> object:
    return json.loads(actor)["id"]
