"""Forms that a person began and has not sent, as they were typed.

What was typed is sealed under the key of whom it is about, bound to the person and to the command that it becomes: it
goes when the command is accepted, when the key is destroyed, and after 30 days without a change. Timed by the
database's clock, never by the demonstration's.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy import Column, DateTime, Index, LargeBinary, Table, Text, Uuid, text

from infra.encryption import vault
from infra.encryption.keys import DataKey, KeyMissing, KeyProvider
from infra.identity.tokens import Person
from infra.postgres.db import metadata

KEPT: Final = timedelta(days=30)
LARGEST_BYTES: Final = 900_000
MOST_OF_ONE_PERSON: Final = 200
DRAFTS_KEY: Final = UUID("d7af75a1-0000-4000-8000-706c6163656d")
"""The key in the key store for forms that are about no pupil and no provider; no pupil has it, and it is claimed."""
_OWNER: Final = "drafts:"

form_draft = Table(
    "form_draft",
    metadata,
    Column("command_id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("org", Text),
    Column("kind", Text, nullable=False),
    # The address of what the form is about; it names nobody.
    Column("target", Text, nullable=False),
    Column("key_id", Uuid, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("saved", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
)
Index("form_draft_person_id_saved_idx", form_draft.c.person_id, form_draft.c.saved)
Index("form_draft_key_id_idx", form_draft.c.key_id)
Index("form_draft_saved_idx", form_draft.c.saved)

_KEEP: Final = """
INSERT INTO form_draft AS kept (command_id, person_id, org, kind, target, key_id, sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (command_id) DO UPDATE SET sealed = excluded.sealed, saved = clock_timestamp()
WHERE (kept.person_id, kept.kind, kept.target, kept.key_id)
    = (excluded.person_id, excluded.kind, excluded.target, excluded.key_id)
"""
_MANY: Final = "SELECT count(*) FROM form_draft WHERE person_id = $1 AND command_id <> $2"
_FIND: Final = """
SELECT kind, target, key_id, sealed, saved FROM form_draft
WHERE command_id = $1 AND person_id = $2 AND org IS NOT DISTINCT FROM $3
"""
# Of a command that is still to be decided, or was accepted, there is nothing left to send.
_OF_PERSON: Final = """
SELECT d.command_id, d.kind, d.target, d.key_id, d.saved FROM form_draft AS d
LEFT JOIN command AS c ON c.command_id = d.command_id
WHERE d.person_id = $1 AND d.org IS NOT DISTINCT FROM $2 AND (c.status IS NULL OR c.status = 'refused')
ORDER BY d.saved DESC, d.command_id LIMIT 200
"""
_LATEST: Final = """
SELECT d.command_id FROM form_draft AS d LEFT JOIN command AS c ON c.command_id = d.command_id
WHERE d.person_id = $1 AND d.org IS NOT DISTINCT FROM $2 AND d.kind = $3 AND d.target = $4 AND c.status IS NULL
ORDER BY d.saved DESC LIMIT 1
"""
_DROP: Final = "DELETE FROM form_draft WHERE command_id = $1 AND person_id = $2 RETURNING key_id"
_FORGET: Final = "DELETE FROM form_draft WHERE key_id = $1"
_SWEEP: Final = """
DELETE FROM form_draft AS d WHERE d.saved < clock_timestamp() - $1::interval
OR EXISTS (SELECT FROM command AS c WHERE c.command_id = d.command_id AND c.status = 'accepted')
RETURNING d.command_id, d.key_id
"""
_USED: Final = "SELECT EXISTS (SELECT FROM command WHERE key_id = $1)"


class DraftTooLarge(Exception):
    """There is more in the form than is kept of one."""


class TooManyDrafts(Exception):
    """The person has begun as many forms as one may have at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormBegun:
    """That a form was begun: which command of what, and when it was last saved."""

    command_id: UUID
    kind: str
    target: str
    key_id: UUID
    saved: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a form holds. `version` is that of the record which the person looked at."""

    version: int
    fields: dict[str, list[str]] = field(repr=False)


async def own_key(keys: KeyProvider) -> DataKey:
    """Made by the first who needs it."""
    try:
        return await keys.get(DRAFTS_KEY)
    except KeyMissing:
        key = await keys.create(DRAFTS_KEY)
        await keys.claim(DRAFTS_KEY, _OWNER)
        return key


async def keep(
    conn: asyncpg.Connection, key: DataKey, person: Person, *, command_id: UUID, kind: str, target: str, typed: Typed
) -> bool:
    """False where another form has this id: another person's, or of something else.

    Raises:
        DraftTooLarge, TooManyDrafts
    """
    clear = msgspec.json.encode(typed)
    if len(clear) > LARGEST_BYTES:
        raise DraftTooLarge
    if await conn.fetchval(_MANY, person.id, command_id) >= MOST_OF_ONE_PERSON:
        raise TooManyDrafts
    sealed = vault.seal_draft(key, command_id=command_id, person_id=person.id, clear=clear)
    done = await conn.execute(_KEEP, command_id, person.id, person.org, kind, target, key.key_id, sealed)
    return not done.endswith(" 0")


async def find(conn: asyncpg.Connection, person: Person, command_id: UUID) -> tuple[FormBegun, bytes] | None:
    """With what was typed, still sealed. None where this person began no such form for their organisation."""
    row = await conn.fetchrow(_FIND, command_id, person.id, person.org)
    if row is None:
        return None
    begun = FormBegun(
        command_id=command_id, kind=row["kind"], target=row["target"], key_id=row["key_id"], saved=row["saved"]
    )
    return begun, row["sealed"]


def opened(key: DataKey, person: Person, command_id: UUID, sealed: bytes) -> Typed:
    clear = vault.open_draft(key, command_id=command_id, person_id=person.id, sealed=sealed)
    return msgspec.json.decode(clear, type=Typed)


async def of_person(conn: asyncpg.Connection, person: Person) -> list[FormBegun]:
    """What they began for the organisation that they act for and have still to send, the last saved first."""
    return [FormBegun(**dict(row)) for row in await conn.fetch(_OF_PERSON, person.id, person.org)]


async def latest(conn: asyncpg.Connection, person: Person, kind: str, target: str) -> UUID | None:
    """The form of this command that they saved last and have not sent."""
    found: UUID | None = await conn.fetchval(_LATEST, person.id, person.org, kind, target)
    return found


async def drop(conn: asyncpg.Connection, person: Person, command_id: UUID) -> UUID | None:
    """The key under which it was sealed; None where there is no such form of this person."""
    found: UUID | None = await conn.fetchval(_DROP, command_id, person.id)
    return found


async def forget(conn: asyncpg.Connection, key_id: UUID) -> None:
    """Of a pupil whose key is destroyed in the same transaction."""
    await conn.execute(_FORGET, key_id)


async def sweep(conn: asyncpg.Connection) -> list[tuple[UUID, UUID]]:
    """Removes what was sent, and what nobody has touched for 30 days: the ids of commands, with their keys."""
    return [(row["command_id"], row["key_id"]) for row in await conn.fetch(_SWEEP, KEPT)]


async def is_used(conn: asyncpg.Connection, key_id: UUID) -> bool:
    """Whether a command is kept under the key."""
    found: bool = await conn.fetchval(_USED, key_id)
    return found
