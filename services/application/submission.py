"""A command that a person submits: may it be, and its row, kept before anything is tried.

The row comes first: whatever happens after it, the command is neither lost nor done twice.
"""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.access.controllers import controller_of, may_draft
from domain.placement.referral.drafting import DraftReferral
from events.codec import canonical_json
from events.envelope import Actor
from infra import commands
from infra.clock import Clock
from infra.commands import CommandRow, NewCommand
from infra.encryption import vault
from infra.encryption.keys import (
    DataKey,
    KeyErased,
    KeyMissing,
    KeyProvider,
    KeyStoreDamaged,
    KeyStoreUnavailable,
)
from infra.event_store.lookup import stream_versions
from infra.postgres.db import connection
from infra.streams.reference import Reference
from services.application.facts.holders import Holder, holders
from services.application.facts.ownership import ownership


class CommandIdReused(Exception):
    """The command's id was used before, by somebody else or for something else."""


class PupilIdUnusable(Exception):
    """The pupil's id is another organisation's, a provider's, or of what was erased; it is not said which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedCommand:
    """What was asked, by whom, of which stream."""

    command_id: UUID
    kind: str
    stream_id: str
    actor: Actor
    expected_versions: tuple[int, ...]
    command: Any
    body: bytes

    def identity(self) -> bytes:
        """What makes a repeat a repeat: these bytes are fingerprinted."""
        match self.expected_versions:
            case () | (_,):
                expected: Any = next(iter(self.expected_versions), None)
            case several:
                expected = several
        around = [self.kind, self.stream_id, str(self.actor.id), expected]
        return canonical_json(around).encode() + self.body


async def keep(
    conn: asyncpg.Connection, submitted: SubmittedCommand, key: DataKey | None, clock: Clock
) -> CommandRow | None:
    """Write the command's row, sealed with the key; on a repeat, the row that is there.

    Raises:
        CommandIdReused
    """
    if key is None:
        body, fingerprint = submitted.body, hashlib.sha256(submitted.identity()).digest()
    else:
        body = vault.seal_body(key, command_id=submitted.command_id, kind=submitted.kind, clear=submitted.body)
        fingerprint = vault.fingerprint(key, submitted.identity())
    new = NewCommand(
        command_id=submitted.command_id,
        stream_id=submitted.stream_id,
        kind=submitted.kind,
        actor=canonical_json(submitted.actor),
        key_id=None if key is None else key.key_id,
        body=body,
        body_hmac=fingerprint,
        correlation_id=submitted.command_id,
        expected_version=await _expected(conn, submitted),
        issued_at=await clock.now(conn),
    )
    kept = await commands.record(conn, new)
    if isinstance(kept, commands.NewlyRecorded):
        return None
    if not kept.row.repeats(new):
        raise CommandIdReused
    return kept.row


async def earlier(conn: asyncpg.Connection, submitted: SubmittedCommand, *, key_id: UUID | None) -> CommandRow | None:
    """The row of the command, if it was given before. Asked before a key is made or touched.

    Raises:
        CommandIdReused: among others, for something of which `key_id` is not the key.
    """
    row = await commands.find(conn, submitted.command_id)
    if row is not None and (row.stream_id != submitted.stream_id or row.key_id not in {None, key_id}):
        raise CommandIdReused
    return row


async def _expected(conn: asyncpg.Connection, submitted: SubmittedCommand) -> int | None:
    """The one version to compare with: of several the latest that the record has reached."""
    versions = submitted.expected_versions
    if len(versions) <= 1:
        return next(iter(versions), None)
    present = (await stream_versions(conn, [submitted.stream_id])).get(submitted.stream_id, 0)
    return max((each for each in versions if each <= present), default=versions[0])


async def require_usable(
    engine: AsyncEngine,
    command: DraftReferral,
    actor: Actor,
    *,
    named: bool,
    keys: KeyProvider,
    reference: Reference,
) -> None:
    """That the actor may draft with the pupil's id that the command has: `named` by them, or made from its own id.

    Asked before any key is made or touched.

    Raises:
        PupilIdUnusable: the same for each reason, so that nobody learns from it who is known.
    """
    assert command.pupil_id is not None
    async with connection(engine) as conn:
        if Holder.PROVIDER in await holders(conn, command.pupil_id):
            raise PupilIdUnusable
        if not named:
            return
        owned = await ownership(conn, command.pupil_id)
        school, _ = await reference.current(conn, command.home_school_urn, None)
    if owned is None:
        usable = await _is_free(keys, command.pupil_id)
    else:
        controller = controller_of(command.commissioner, command.home_school_urn, school.la_code if school else None)
        usable = may_draft(owned, controller, command.home_school_urn, actor.org_id)
    if not usable:
        raise PupilIdUnusable


async def _is_free(keys: KeyProvider, key_id: UUID) -> bool:
    """Whether there is no key of this id, nor was one. Who makes the key next says that keys are away."""
    try:
        await keys.get(key_id)
    except KeyErased:
        return False
    except (KeyMissing, KeyStoreDamaged, KeyStoreUnavailable, OSError):
        return True
    return False
