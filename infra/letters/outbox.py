"""The list of letters: one row for each document that goes to somebody, and what became of it.

A row is written once for a document's id, which follows from the event, the kind and the recipient: however often the
list is filled again, there is no second letter.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    and_,
    case,
    literal,
    select,
    text,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.event_store.tables import event
from infra.postgres.db import metadata
from infra.projections.placements import placement
from infra.projections.visibility import Visibility, visible

letter = Table(
    "letter",
    metadata,
    Column("document_id", Uuid, primary_key=True),
    Column("placement_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("why", Text),
    Column("sender_reference", Text),
    Column("queued_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("not_before", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("sent_at", DateTime(timezone=True)),
    Column("method", Text),
    Column("sent_by", Text),
    Column("handed_over", Boolean, nullable=False, server_default=text("false")),
    Column("fate", Text),
    Column("fate_at", DateTime(timezone=True)),
    CheckConstraint("status IN ('waiting', 'sent', 'by_hand', 'not_sendable')", name="status"),
)
Index("letter_waiting_idx", letter.c.not_before, postgresql_where=text("status = 'waiting'"))
Index("letter_placement_id_idx", letter.c.placement_id)

# When the sender of a letter is asked again what became of it; `ask_at` is empty once it has said something final.
letter_asking = Table(
    "letter_asking",
    metadata,
    Column("document_id", Uuid, primary_key=True),
    Column("sender", Text, nullable=False),
    Column("ask_at", DateTime(timezone=True)),
    Column("asked", Integer, nullable=False, server_default=text("0")),
)
Index("letter_asking_ask_at_idx", letter_asking.c.ask_at, postgresql_where=text("ask_at IS NOT NULL"))

_QUEUE: Final = """
INSERT INTO letter (document_id, placement_id, version, method, status) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (document_id) DO NOTHING
"""
_NEXT: Final = """
UPDATE letter SET attempts = attempts + 1,
    not_before = clock_timestamp() + least(power(2, attempts), 3600) * interval '1 second'
WHERE document_id = (
    SELECT document_id FROM letter
    WHERE status = 'waiting' AND NOT handed_over AND not_before <= clock_timestamp()
    ORDER BY not_before LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING document_id, placement_id, version, attempts
"""
_HOLD: Final = "SELECT status = 'waiting' AND NOT handed_over FROM letter WHERE document_id = $1 FOR UPDATE"
_SENT: Final = """
UPDATE letter SET status = 'sent', sent_by = $2, sender_reference = $3, sent_at = clock_timestamp()
WHERE document_id = $1 AND status = 'waiting'
"""
_ASK: Final = """
INSERT INTO letter_asking (document_id, sender, ask_at) VALUES ($1, $2, clock_timestamp())
ON CONFLICT (document_id) DO NOTHING
"""
# At once, then more and more seldom, up to every six hours. Notify forgets a letter after a week and then says so.
_NEXT_TO_ASK: Final = """
UPDATE letter_asking SET asked = asked + 1,
    ask_at = clock_timestamp() + least(30 * power(2, asked), 21600) * interval '1 second'
FROM letter
WHERE letter.document_id = letter_asking.document_id AND letter_asking.document_id = (
    SELECT document_id FROM letter_asking
    WHERE ask_at <= clock_timestamp() AND sender = $1 ORDER BY ask_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING letter.document_id, letter.placement_id, letter.method, letter.sender_reference
"""
_TOLD_FATE: Final = "UPDATE letter SET fate = $2, fate_at = clock_timestamp() WHERE document_id = $1"
_ASK_NO_MORE: Final = "UPDATE letter_asking SET ask_at = NULL WHERE document_id = $1"
_FAILED: Final = """
UPDATE letter SET status = 'not_sendable', why = $2 WHERE document_id = $1 AND status = 'sent'
"""
_RETURNED: Final = """
UPDATE letter SET status = 'not_sendable', why = 'returned', handed_over = $2
WHERE document_id = $1 AND why IS DISTINCT FROM 'personal_data_erased'
"""
_GIVEN_UP: Final = "UPDATE letter SET status = 'not_sendable', why = $2 WHERE document_id = $1 AND status = 'waiting'"
_HANDED_OVER: Final = "UPDATE letter SET handed_over = true WHERE document_id = $1 AND NOT handed_over"


class Status(StrEnum):
    """What is known of a letter. `by_hand`: the step that brought it says that it was given by hand. `to_hand_over`:
    it cannot be sent, so somebody has to. `handed_over`: somebody did. `not_sendable`: nobody can any more.
    """

    WAITING = "waiting"
    SENT = "sent"
    BY_HAND = "by_hand"
    TO_HAND_OVER = "to_hand_over"
    HANDED_OVER = "handed_over"
    NOT_SENDABLE = "not_sendable"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLetter:
    """A letter to send now; `version` is that of the event that put its document on record."""

    document_id: UUID
    placement_id: UUID
    version: int
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of a letter so far, all in codes: by which way it goes, why it cannot, by which sender it went.

    `fate` is what its sender said of it last.
    """

    status: str
    method: str | None
    why: str | None
    sent_by: str | None
    sent_at: datetime | None
    fate: str | None = None
    fate_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedLetter:
    """A letter that its sender took, and is asked about now."""

    document_id: UUID
    placement_id: UUID
    method: str
    sender_reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Fate):
    """A letter in the list over all placements. `type`, `schema_version` and `data` are its event's, in clear."""

    document_id: UUID
    placement_id: UUID
    reference: str | None
    queued_at: datetime
    type: str
    schema_version: int
    data: str


OutboxCursor = tuple[datetime, UUID]
"""Where a page of the list ended: when the letter was queued, and its document."""


async def queue(
    conn: asyncpg.Connection, document_id: UUID, *, placement_id: UUID, version: int, method: str, by_hand: bool
) -> None:
    await conn.execute(_QUEUE, document_id, placement_id, version, method, "by_hand" if by_hand else "waiting")


async def next_waiting(conn: asyncpg.Connection) -> WaitingLetter | None:
    """The next letter, with this attempt counted before it is made, so that a later one knows of it.

    Until then or until it is sent, it is not due again: a sender that is away is asked more and more seldom.
    """
    found = await conn.fetchrow(_NEXT)
    return None if found is None else WaitingLetter(**dict(found))


async def method_of(conn: asyncpg.Connection, document_id: UUID) -> str | None:
    """By which way a letter goes; None of one that was queued before that was kept."""
    found: str | None = await conn.fetchval("SELECT method FROM letter WHERE document_id = $1", document_id)
    return found


async def still_waiting(conn: asyncpg.Connection, document_id: UUID) -> bool:
    """Holds the row until the transaction ends: two workers never send one letter at the same time."""
    found: bool = await conn.fetchval(_HOLD, document_id)
    return found


async def sent(
    conn: asyncpg.Connection, document_id: UUID, *, by: str, sender_reference: str, tracked: bool = False
) -> None:
    """Its sender took it. `tracked`: the sender is asked from now on what became of it."""
    await conn.execute(_SENT, document_id, by, sender_reference)
    if tracked:
        await conn.execute(_ASK, document_id, by)


async def next_to_ask(conn: asyncpg.Connection, sender: str) -> TrackedLetter | None:
    """The next letter of which its sender is asked, with this asking counted before it is done."""
    found = await conn.fetchrow(_NEXT_TO_ASK, sender)
    return None if found is None else TrackedLetter(**dict(found))


async def told(conn: asyncpg.Connection, document_id: UUID, fate: str | None, *, final: bool) -> None:
    """What its sender says of it now; once that is final it is asked no more."""
    if fate is not None:
        await conn.execute(_TOLD_FATE, document_id, fate)
    if final:
        await conn.execute(_ASK_NO_MORE, document_id)


async def failed(conn: asyncpg.Connection, document_id: UUID, why: str) -> None:
    """Its sender took it and could not bring it: somebody has to hand it over."""
    await conn.execute(_FAILED, document_id, why)


async def returned(conn: asyncpg.Connection, document_id: UUID, *, handed_over: bool) -> None:
    """It came back: somebody has to hand it over, unless somebody had and that stays."""
    await conn.execute(_RETURNED, document_id, handed_over)
    await conn.execute(_ASK_NO_MORE, document_id)


async def given_up(conn: asyncpg.Connection, document_id: UUID, why: str) -> None:
    await conn.execute(_GIVEN_UP, document_id, why)


async def handed_over(conn: asyncpg.Connection, document_id: UUID) -> None:
    """Somebody gave it, whatever was to become of it; one that was sent stays sent."""
    await conn.execute(_HANDED_OVER, document_id)


ERASED: Final = "personal_data_erased"
"""Why nobody can give a letter: what it says is gone with its pupil's key."""

_TOLD = case(
    (and_(letter.c.handed_over, letter.c.status != "sent"), Status.HANDED_OVER),
    (and_(letter.c.status == "not_sendable", letter.c.why != ERASED), Status.TO_HAND_OVER),
    else_=letter.c.status,
)
_FATE = (
    _TOLD.label("status"),
    *(letter.c.method, letter.c.why, letter.c.sent_by, letter.c.sent_at, letter.c.fate, letter.c.fate_at),
)


async def of_placement(conn: AsyncConnection, placement_id: UUID) -> dict[UUID, Fate]:
    found = await conn.execute(select(letter.c.document_id, *_FATE).where(letter.c.placement_id == placement_id))
    return {row.pop("document_id"): Fate(**row) for row in map(dict, found.mappings())}


async def listing(
    conn: AsyncConnection, visibility: Visibility, status: Status, *, after: OutboxCursor | None = None, limit: int = 50
) -> list[Listed]:
    """The letters of one status on placements that may be seen, the longest waiting first, after a place."""
    place = (letter.c.queued_at, letter.c.document_id)
    stream = literal("placement-").concat(letter.c.placement_id.cast(Text))
    query = (
        select(
            *place,
            letter.c.placement_id,
            placement.c.reference,
            *_FATE,
            event.c.type,
            event.c.schema_version,
            event.c.data,
        )
        .join(placement, placement.c.placement_id == letter.c.placement_id)
        .join(event, (event.c.stream_id == stream) & (event.c.version == letter.c.version))
        .where(literal(status.value) == _TOLD, visible(visibility))
        .order_by(*place)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(*place) > tuple_(*(literal(part) for part in after)))
    return [Listed(**row) for row in (await conn.execute(query)).mappings()]
