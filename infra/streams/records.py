"""Streams of facts in and out of the event store: decoded, and with their personal part opened or sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import asyncpg

from events.codec import Codec, Encoded, canonical_json, read_metadata
from events.envelope import Metadata, Recorded
from events.ids import EventId
from infra.encryption import vault
from infra.encryption.keys import DataKey, KeyErased, KeyProvider
from infra.event_store.append import append
from infra.event_store.lookup import refuse_archived
from infra.event_store.read import read_stream
from infra.event_store.types import Appended, Exactly, NewEvent, StoredEvent, StreamAppend
from infra.ids import derived

E = TypeVar("E")


class Decryptor:
    """Opens the personal part of stored events with the key of each pupil, looked up once."""

    def __init__(self, keys: KeyProvider | None) -> None:
        """Without `keys` nothing personal is opened: the reader has no right to it."""
        self._keys = keys
        self._found: dict[UUID, DataKey | None] = {}

    async def open(self, stored: StoredEvent) -> bytes | None:
        """The clear text; None where there is none, its key was destroyed, or the reader has no right to it.

        Raises:
            PersonalDataUnreadable: the stored bytes were changed or moved.
            KeyMissing: the key should be there and is not.
        """
        if stored.personal is None or self._keys is None:
            return None
        key = await self._key(vault.key_id_of(stored.personal), self._keys)
        if key is None:
            return None
        return vault.open_(
            key,
            event_id=stored.event_id,
            stream_id=stored.stream_id,
            type_=stored.type,
            schema_version=stored.schema_version,
            sealed=stored.personal,
        )

    async def _key(self, key_id: UUID, keys: KeyProvider) -> DataKey | None:
        if key_id not in self._found:
            try:
                self._found[key_id] = await keys.get(key_id)
            except KeyErased:
                self._found[key_id] = None
        return self._found[key_id]


async def decode(stored: StoredEvent, codec: Codec[E], opener: Decryptor) -> Recorded[E]:
    """Raises what `Codec.decode` and `Opener.open` raise."""
    position, stream_id, version, event_id, type_, schema_version, data, _, meta, recorded_at, _ = stored
    event = codec.decode(type_, schema_version, data, await opener.open(stored))
    return Recorded(position, stream_id, version, EventId(event_id), recorded_at, read_metadata(meta), event)


async def load(
    conn: asyncpg.Connection,
    stream_id: str,
    codec: Codec[E],
    keys: KeyProvider | None = None,
) -> list[Recorded[E]]:
    """A whole stream in version order; empty if there is none. Raises StreamArchived."""
    opener = Decryptor(keys)
    events = await read_stream(conn, stream_id)
    if not events:
        await refuse_archived(conn, stream_id)
    return [await decode(stored, codec, opener) for stored in events]


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingEvent:
    """An event about to be stored, with its metadata."""

    event: Any
    metadata: Metadata


def new_event(encoded: Encoded, metadata: Metadata, *, stream_id: str, event_id: UUID, key: DataKey | None) -> NewEvent:
    """Seals the personal part. Asserts that a key is there for what needs one."""
    personal: bytes | None = None
    if encoded.personal is not None:
        assert key is not None, "an event with a personal part belongs to a pupil"
        personal = vault.seal(
            key,
            event_id=event_id,
            stream_id=stream_id,
            type_=encoded.type,
            schema_version=encoded.schema_version,
            clear=encoded.personal.encode(),
        )
    return NewEvent(
        event_id=event_id,
        type=encoded.type,
        schema_version=encoded.schema_version,
        data=encoded.data,
        personal=personal,
        meta=canonical_json(metadata),
    )


def event_ids(noted: Sequence[PendingEvent], numbered_from: int = 0) -> list[UUID]:
    """The ids of what a command brings: the same each time it is carried out."""
    return [derived(each.metadata.command_id, number) for number, each in enumerate(noted, numbered_from)]


async def append_noted(
    conn: asyncpg.Connection,
    stream_id: str,
    noted: Sequence[PendingEvent],
    *,
    codec: Codec[Any],
    version: int,
    recorded_at: datetime,
    key: DataKey | None = None,
    numbered_from: int = 0,
) -> tuple[list[UUID], Appended]:
    """Append the events of one command or timer, onto version `version`.

    The ids of the events follow from the command's, so the same command makes the same events. A command that
    appends to a second stream numbers its events there on from those of the first.

    Raises:
        VersionConflict: someone else was first.
    """
    ids = event_ids(noted, numbered_from)
    events = tuple(
        new_event(codec.encode(each.event), each.metadata, stream_id=stream_id, event_id=event_id, key=key)
        for each, event_id in zip(noted, ids, strict=True)
    )
    (appended,) = await append(
        conn, StreamAppend(stream_id=stream_id, expected=Exactly(version), events=events), recorded_at=recorded_at
    )
    return ids, appended
