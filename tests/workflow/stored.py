"""A whole store in a file: its events and checkpoints as stored, and the keys of the invented pupils whose they are."""

import json
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from infra.encryption.keys import DataKey, KeyMissing
from infra.event_store.types import StoredEvent
from infra.proof.notes import NoteVerifier

STORES = Path(__file__).with_name("stores")
# As `append` has it while it inserts: the row trigger lets in what is above position 0.
_AS_APPEND = "SELECT set_config('event_store.fence', '1', false)"
_HEADS = """
INSERT INTO event_store.stream
SELECT stream_id, max(version), max(recorded_at) FROM event_store.event GROUP BY stream_id
"""


_PUT = "INSERT INTO checkpoint (origin, size, position, note, verifier_key, made_at) VALUES ($1, $2, $3, $4, $5, $6)"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCheckpoint:
    """A row of the table of checkpoints; its origin is the name in the verifier key."""

    size: int
    position: int
    note: str
    verifier_key: str
    made_at: datetime

    @property
    def verifier(self) -> NoteVerifier:
        return NoteVerifier.read(self.verifier_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """The first one that was kept has no checkpoints."""

    events: Sequence[StoredEvent]
    keys: dict[UUID, bytes]
    checkpoints: Sequence[KeptCheckpoint] = ()


@dataclass(slots=True, kw_only=True)
class KeptKeys:
    """The key provider of a store in a file."""

    secrets: dict[UUID, bytes]
    made: dict[UUID, DataKey] = field(default_factory=dict)

    async def create(self, key_id: UUID) -> DataKey:
        """Those that a file has not are made for one run, such as the search key."""
        self.secrets.setdefault(key_id, key_id.bytes * 2)
        return await self.get(key_id)

    async def get_many(self, key_ids: Collection[UUID]) -> Mapping[UUID, DataKey]:
        return {key_id: await self.get(key_id) for key_id in key_ids if key_id in self.secrets}

    async def get(self, key_id: UUID) -> DataKey:
        if key_id not in self.secrets:
            raise KeyMissing(str(key_id))
        return self.made.setdefault(key_id, DataKey(key_id=key_id, secret=self.secrets[key_id]))

    async def claim(self, key_id: UUID, owner: str) -> None:
        """A key in a file is nobody's in particular."""

    async def destroy(self, key_id: UUID, *, owner: str | None = None) -> None:
        assert owner is None, "nobody claimed a key in a file"
        del self.secrets[key_id]


def write(store: Store, path: Path) -> None:
    """A line for each key, then for each event, then for each checkpoint."""
    lines: list[dict[str, Any]] = [
        {"key_id": str(key_id), "secret": secret.hex()} for key_id, secret in store.keys.items()
    ]
    for event in store.events:
        row = {
            **event._asdict(),
            "event_id": str(event.event_id),
            "personal": None if event.personal is None else b64encode(event.personal).decode(),
            "recorded_at": event.recorded_at.isoformat(),
            "hash": event.hash.hex(),
        }
        lines.append(row)
    lines += [{**asdict(each), "made_at": each.made_at.isoformat()} for each in store.checkpoints]
    path.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), "utf-8")


def read(path: Path) -> Store:
    keys: dict[UUID, bytes] = {}
    events: list[StoredEvent] = []
    checkpoints: list[KeptCheckpoint] = []
    for line in map(json.loads, path.read_text("utf-8").splitlines()):
        if "secret" in line:
            keys[UUID(line["key_id"])] = bytes.fromhex(line["secret"])
            continue
        if "table" in line:
            continue  # of a store that was recorded with the tables that follow from it
        if "note" in line:
            line["made_at"] = datetime.fromisoformat(line["made_at"])
            checkpoints.append(KeptCheckpoint(**line))
            continue
        line["event_id"] = UUID(line["event_id"])
        line["personal"] = None if line["personal"] is None else b64decode(line["personal"])
        line["recorded_at"] = datetime.fromisoformat(line["recorded_at"])
        line["hash"] = bytes.fromhex(line["hash"])
        events.append(StoredEvent(**line))
    return Store(events=events, keys=keys, checkpoints=checkpoints)


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
        rows = [
            (each.verifier.name, each.size, each.position, each.note, each.verifier_key, each.made_at)
            for each in store.checkpoints
        ]
        await owner.executemany(_PUT, rows)
    finally:
        await owner.close()
