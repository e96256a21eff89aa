"""A store that an earlier release wrote can always be read: as stored, decoded, folded, followed and proved."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.placement.record.history import current
from domain.placement.stages import Stage
from domain.placement.time.deadlines import deadlines
from events.codec import ATTENDANCE, PLACEMENT, PROVIDER, PUPIL, SCHOOL, Codec
from events.ids import PlacementId, ProviderId
from infra.event_store.chain import verify_stored
from infra.postgres.db import connection, create_engine, create_signing_engine, transaction
from infra.proof import tree
from infra.proof.export import verify_stored as verify_record
from infra.proof.merkle import consistency_ranges, verify_consistency
from infra.proof.notes import checkpoint
from infra.proof.verifying import FlawKind
from infra.settings import Settings
from infra.streams.placement_streams import PlacementStreams
from infra.streams.records import load
from infra.streams.reference import Reference
from services.application.rows import ListRows, write_provider
from tests.conftest import Database
from tests.workflow import stored
from tests.workflow.stored import STORES, KeptKeys

CODECS: dict[str, Codec[Any]] = {
    "placement": PLACEMENT,
    "school": SCHOOL,
    "provider": PROVIDER,
    "attendance": ATTENDANCE,
    "pupil": PUPIL,
}
PATHS = sorted(STORES.glob("*.jsonl"))
SIGNED = [path for path in PATHS if stored.read(path).checkpoints]


def test_there_are_some() -> None:
    assert PATHS
    assert SIGNED


@pytest.mark.obligation("C6")
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
async def test_it_is_read_as_it_was_written(settings: Settings, database: Database, path: Path) -> None:
    store = stored.read(path)
    keys = KeptKeys(secrets=store.keys)
    await stored.load(store, database.owner_url)

    conn = await asyncpg.connect(database.app_url)
    assert [fault async for fault in verify_stored(conn)] == []
    streams = await _streams(conn)
    records = {name: await load(conn, name, CODECS[name.partition("-")[0]], keys) for name in streams}
    await conn.close()

    assert sum(map(len, records.values())) == len(store.events)
    [(name, placement)] = [each for each in records.items() if each[0].startswith("placement-")]
    state = current(placement)
    assert state.stage is Stage.CLOSED
    assert state.referral.pupil is not None
    assert state.referral.pupil.legal_name == "Rowan Tester-Field"

    engine = create_engine(settings)
    reference = Reference()
    rows = ListRows(streams=PlacementStreams(keys), reference=reference)
    placement_id = PlacementId(UUID(name.removeprefix("placement-")))
    async with transaction(engine) as conn:
        school, _ = await reference.current(conn, state.home_school_urn, None)
        calendar = reference.calendar_of(state, school)
        await rows.write_placement(conn, placement_id, state, calendar, deadlines(state, calendar))
        assert await conn.fetchval("SELECT count(*) FROM outcome WHERE placement_id = $1", placement_id) == 1
        for provider_id in (name.partition("-")[2] for name in streams if name.startswith("provider-")):
            _, provider = await reference.current(conn, None, ProviderId(UUID(provider_id)))
            assert provider is not None
            await write_provider(conn, ProviderId(UUID(provider_id)), provider)
    await engine.dispose()


@pytest.mark.obligation("C6")
@pytest.mark.parametrize("path", SIGNED, ids=lambda path: path.stem)
async def test_what_it_signed_is_still_proved_by_it(settings: Settings, database: Database, path: Path) -> None:
    store = stored.read(path)
    first, *_, last = store.checkpoints
    await stored.load(store, database.owner_url)
    engine = create_signing_engine(settings)

    async with connection(engine) as conn:
        findings = await verify_record(conn, last.verifier, last.made_at)
        assert findings.flaws == []
        assert (findings.checkpoints, findings.proved) == (len(store.checkpoints), len(store.events))

        # The tree that this release makes of it is the one that was signed then, and may be grown and signed further.
        await tree.grow(conn)
        for each in store.checkpoints:
            signed = checkpoint(each.note, each.verifier)
            assert (signed.size, signed.position) == (each.size, each.position)
            assert await tree.root(conn, each.size) == signed.root
        proof = await tree.range_hashes(conn, consistency_ranges(first.size, last.size))
        roots = [checkpoint(each.note, each.verifier).root for each in (first, last)]
        verify_consistency(first.size, last.size, *roots, proof)
    await engine.dispose()


@pytest.mark.parametrize("path", SIGNED, ids=lambda path: path.stem)
async def test_with_one_event_cut_off_its_end_it_is_proved_no_longer(
    settings: Settings, database: Database, path: Path
) -> None:
    store = stored.read(path)
    last = store.checkpoints[-1]
    await stored.load(replace(store, events=store.events[:-1]), database.owner_url)
    engine = create_engine(settings)

    async with connection(engine) as conn:
        findings = await verify_record(conn, last.verifier, last.made_at)

    assert {flaw.kind for flaw in findings.flaws} == {FlawKind.CUT}
    await engine.dispose()


async def _streams(conn: asyncpg.Connection) -> list[str]:
    return [row[0] for row in await conn.fetch("SELECT stream_id FROM event_store.stream ORDER BY stream_id")]
