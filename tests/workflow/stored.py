"""A whole store in a file: its events as they were stored, and the keys of the invented pupils whose they are."""

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

import asyncpg

from infra.event_store.types import StoredEvent
from infra.keys import DataKey, KeyMissing

STORES = Path(__file__).with_name("stores")
# As `append` has it while it inserts: the row trigger lets in what is above position 0.
_AS_APPEND = "SELECT set_config('event_store.fence', '1', false)"
_HEADS = """
INSERT INTO event_store.stream
SELECT stream_id, max(version), max(recorded_at) FROM event_store.event GROUP BY stream_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    events: Sequence[StoredEvent]
    keys: dict[UUID, bytes]


@dataclass(slots=True, kw_only=True)
class KeptKeys:
    """The key provider of a store in a file."""

    secrets: dict[UUID, bytes]
    made: dict[UUID, DataKey] = field(default_factory=dict)

    async def create(self, key_id: UUID) -> DataKey:
        return await self.get(key_id)

    async def get(self, key_id: UUID) -> DataKey:
        if key_id not in self.secrets:
            raise KeyMissing(str(key_id))
        return self.made.setdefault(key_id, DataKey(key_id=key_id, secret=self.secrets[key_id]))

    async def destroy(self, key_id: UUID) -> None:
        del self.secrets[key_id]


def write(store: Store, path: Path) -> None:
    """A line for each key, then for each event."""
    lines = [{"key_id": str(key_id), "secret": secret.hex()} for key_id, secret in store.keys.items()]
    for event in store.events:
        row = {
            **event._asdict(),
            "event_id": str(event.event_id),
            "personal": None if event.personal is None else b64encode(event.personal).decode(),
            "recorded_at": event.recorded_at.isoformat(),
            "hash": event.hash.hex(),
        }
        lines.append(row)
    path.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), "utf-8")


def read(path: Path) -> Store:
    keys: dict[UUID, bytes] = {}
    events: list[StoredEvent] = []
    for line in map(json.loads, path.read_text("utf-8").splitlines()):
        if "secret" in line:
            keys[UUID(line["key_id"])] = bytes.fromhex(line["secret"])
            continue
        line["event_id"] = UUID(line["event_id"])
        line["personal"] = None if line["personal"] is None else b64decode(line["personal"])
        line["recorded_at"] = datetime.fromisoformat(line["recorded_at"])
        line["hash"] = bytes.fromhex(line["hash"])
        events.append(StoredEvent(**line))
    return Store(events=events, keys=keys)


async def load(store: Store, owner_url: str) -> None:
    """Into an empty database, as its owner, each row as it was."""
    owner = await asyncpg.connect(owner_url)
    try:
        await owner.execute(_AS_APPEND)
        await owner.copy_records_to_table(
            "event", schema_name="event_store", records=store.events, columns=StoredEvent._fields
        )
        await owner.execute(_HEADS)
        await owner.execute("SELECT setval('event_store.event_position_seq', $1)", store.events[-1].position)
    finally:
        await owner.close()
