"""Reading the whole record: decoded, folded into states, opened, and verified, each beside the least there is to do."""

import gc
import hashlib
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.ratio import Ratio, ratio
from bench.rig import Rig
from bench.sizes import Sizes
from domain.placement.state import Placement, evolve, initial
from events.codec import PLACEMENT
from events.ids import PlacementId, placement_stream
from infra.encryption.key_store.provider import FileKeyProvider
from infra.encryption.keys import KeyProvider
from infra.event_store.append import append
from infra.event_store.chain import NO_HASH, hashed_bytes
from infra.event_store.read import read_all
from infra.event_store.types import NO_STREAM, StoredEvent, StreamAppend
from infra.ids import uuid7
from infra.proof.notes import Signer
from infra.proof.verifying import RecordVerification
from infra.streams.records import Decryptor, decode, load, new_event

_PAGE = 2_000
_RAW = """
SELECT position, stream_id, version, event_id, type, schema_version, data, personal, meta, recorded_at, hash
FROM event_store.event ORDER BY position
"""
_READ_AIM, _FOLD_AIM, _VERIFY_AIM = 0.5, 0.7, 0.3

Pass = Callable[[], Awaitable[int]]


async def run(rig: Rig, placement_id: str, sizes: Sizes) -> list[Ratio]:
    """Copies of one placement's whole story, each under a key of its own, read back in pages of 2,000."""
    database = await rig.database("bench_reading")
    keys = FileKeyProvider(rig.folder / "reading-keys", cache_size=sizes.replay_events)
    conn = await asyncpg.connect(database.app)
    try:
        events = await _fill(rig, conn, keys, placement_id, sizes.replay_events)
        decoded, folded = f"{events:,} events read in order, decoded", "decoded and folded into states"
        opened = "opened, decoded and folded"
        took = await _rounds(
            sizes.replay_rounds,
            events,
            {
                "raw": lambda: _raw(conn),
                decoded: lambda: _replay(conn, None, fold=False),
                folded: lambda: _replay(conn, None, fold=True),
                opened: lambda: _replay(conn, keys, fold=True),
            },
        )
        stored = await _all(conn)
    finally:
        await conn.close()
    return [
        ratio(decoded, "rows of a cursor, thrown away", events, took[decoded], took["raw"], aim=_READ_AIM),
        ratio(folded, "decoded alone", events, took[folded], took[decoded], aim=_FOLD_AIM),
        ratio(opened, "decoded and folded", events, took[opened], took[folded]),
        await _verified(stored, sizes.replay_rounds),
    ]


async def _rounds(rounds: int, count: int, passes: dict[str, Pass]) -> dict[str, list[float]]:
    """The seconds of each pass in each round. Every pass sees `count`, or the run ends with an assertion."""
    took: dict[str, list[float]] = {what: [] for what in passes}
    for _ in range(rounds):
        for what, each in passes.items():
            gc.collect()
            began = time.perf_counter()
            seen = await each()
            took[what].append(time.perf_counter() - began)
            assert seen == count
    return took


async def _fill(rig: Rig, conn: asyncpg.Connection, keys: FileKeyProvider, placement_id: str, wanted: int) -> int:
    theirs = await asyncpg.connect(rig.stack_database.app)
    try:
        source = placement_stream(PlacementId(UUID(placement_id)))
        story = await load(theirs, source, PLACEMENT, FileKeyProvider(rig.folder / "keys"))
    finally:
        await theirs.close()
    done = 0
    while done < wanted:
        stream_id = placement_stream(PlacementId(uuid7()))
        key = await keys.create(uuid7())
        events = tuple(
            new_event(PLACEMENT.encode(each.event), each.metadata, stream_id=stream_id, event_id=uuid7(), key=key)
            for each in story
        )
        await append(
            conn,
            StreamAppend(stream_id=stream_id, expected=NO_STREAM, events=events),
            recorded_at=story[-1].recorded_at,
        )
        done += len(events)
    return done


async def _raw(conn: asyncpg.Connection) -> int:
    seen = 0
    async with conn.transaction(readonly=True):
        async for _ in conn.cursor(_RAW, prefetch=_PAGE):
            seen += 1
    return seen


async def _replay(conn: asyncpg.Connection, keys: KeyProvider | None, *, fold: bool) -> int:
    opener = Decryptor(keys)
    states: dict[str, Placement] = {}
    after = seen = 0
    more = True
    while more:
        page = await read_all(conn, after=after, limit=_PAGE)
        for stored in page.events:
            record = await decode(stored, PLACEMENT, opener)
            if fold:
                states[record.stream_id] = evolve(states.get(record.stream_id) or initial(), record.event)
        seen += len(page.events)
        after, more = page.next, page.more
    return seen


async def _all(conn: asyncpg.Connection) -> list[StoredEvent]:
    found: list[StoredEvent] = []
    more = True
    while more:
        page = await read_all(conn, after=found[-1].position if found else 0, limit=_PAGE)
        found += page.events
        more = page.more
    return found


async def _verified(stored: Sequence[StoredEvent], rounds: int) -> Ratio:
    """From memory: a checkpoint's tree and every chain, beside SHA-256 of the bytes that these two hash."""
    verifier = Signer(name="bench.example/record", key=Ed25519PrivateKey.generate()).verifier
    heads: dict[str, bytes] = {}
    texts = []
    for event in stored:
        texts.append(hashed_bytes(heads.get(event.stream_id, NO_HASH), event))
        heads[event.stream_id] = event.hash
    # A leaf is a byte and a hash, a node a byte and two; there are as many nodes as leaves, but one.
    tree = [bytes(33)] * len(stored) + [bytes(65)] * (len(stored) - 1)

    async def hashed() -> int:
        for text in texts:
            hashlib.sha256(text).digest()
        for text in tree:
            hashlib.sha256(text).digest()
        return len(texts)

    async def verified() -> int:
        verification = RecordVerification(verifier, allowance=timedelta.max)
        for event in stored:
            verification.event(event)
        assert verification.findings.sound
        return verification.findings.events

    took = await _rounds(rounds, len(stored), {"floor": hashed, "ours": verified})
    return ratio(
        "chains and tree verified",
        "SHA-256 of the same bytes",
        len(stored),
        took["ours"],
        took["floor"],
        aim=_VERIFY_AIM,
    )
