"""What is remembered of a placement equals what is stored: after more of it, a correction, an erasure, another copy."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.placement.record.history import current
from domain.placement.stages import Stage
from domain.placement.state import Placement
from events.codec import PLACEMENT, canonical_json
from events.codes import Role
from events.envelope import Metadata
from events.ids import CommandId, EventId, PlacementId, placement_stream
from events.placement.record import RecordCorrected
from infra.encryption.key_store.provider import FileKeyProvider
from infra.ids import derived, uuid7
from infra.streams import placement_streams
from infra.streams.placement_streams import PlacementStreams
from infra.streams.records import PendingEvent, append_noted, load
from services.local import postgres
from services.local.postgres_data import APP
from tests.conftest import Postgres
from tests.domain.examples import PUPIL, at, day
from tests.dsl import actor, london

NOW = london(day("2026-11-23"))
STORY = at(Stage.READY_TO_START).events
PUPIL_ID = STORY[0].pupil_id  # type: ignore[union-attr] # a story begins with its draft


@pytest.fixture
async def keys(tmp_path: Path) -> FileKeyProvider:
    provider = FileKeyProvider(tmp_path / "keys")
    await provider.create(PUPIL_ID)
    return provider


@pytest.fixture
async def streams(keys: FileKeyProvider) -> PlacementStreams:
    return PlacementStreams(keys)


async def _append(
    conn: asyncpg.Connection, keys: FileKeyProvider, placement_id: PlacementId, version: int, *events: Any
) -> UUID:
    """Returns the command's id, from which the events' ids follow."""
    command_id = CommandId(uuid7())
    about = Metadata(occurred_at=NOW, actor=actor(Role.CASE_WORKER), command_id=command_id, correlation_id=command_id)
    await append_noted(
        conn,
        placement_stream(placement_id),
        [PendingEvent(event=event, metadata=about) for event in events],
        codec=PLACEMENT,
        version=version,
        recorded_at=NOW,
        key=await keys.get(PUPIL_ID),
    )
    return command_id


async def _fresh(conn: asyncpg.Connection, keys: FileKeyProvider, placement_id: PlacementId) -> Placement:
    return current(await load(conn, placement_stream(placement_id), PLACEMENT, keys))


async def test_what_came_since_is_added_and_a_correction_takes_its_place(
    conn: asyncpg.Connection, keys: FileKeyProvider, streams: PlacementStreams
) -> None:
    placement_id = PlacementId(uuid7())
    assert (await streams.current(conn, placement_id)).version == 0
    first = await _append(conn, keys, placement_id, 0, *STORY[:3])
    assert (await streams.current(conn, placement_id)).state == await _fresh(conn, keys, placement_id)
    await _append(conn, keys, placement_id, 3, *STORY[3:])
    assert (await streams.current(conn, placement_id)).state == await _fresh(conn, keys, placement_id)
    renamed = RecordCorrected(
        corrects_event_id=EventId(derived(first, 0)),
        field="pupil",
        value=canonical_json(replace(PUPIL, legal_name="Wren Sample")),
        reason="misheard",
    )
    await _append(conn, keys, placement_id, len(STORY), renamed)

    known = await streams.current(conn, placement_id)

    assert known.version == len(STORY) + 1
    assert known.state == await _fresh(conn, keys, placement_id)
    assert known.state.referral.pupil is not None
    assert known.state.referral.pupil.legal_name == "Wren Sample"


async def test_what_is_known_is_not_read_again(
    conn: asyncpg.Connection, keys: FileKeyProvider, streams: PlacementStreams, monkeypatch: pytest.MonkeyPatch
) -> None:
    placement_id = PlacementId(uuid7())
    await _append(conn, keys, placement_id, 0, *STORY)
    before = await streams.current(conn, placement_id)
    after_versions = []
    read_stream = placement_streams.read_stream

    async def counted(conn: asyncpg.Connection, stream_id: str, *, after_version: int = 0) -> Any:
        after_versions.append(after_version)
        return await read_stream(conn, stream_id, after_version=after_version)

    monkeypatch.setattr(placement_streams, "read_stream", counted)

    assert await streams.current(conn, placement_id) == before
    assert after_versions == [len(STORY) - 1]


async def test_nothing_clear_is_left_once_the_key_is_destroyed(
    conn: asyncpg.Connection, keys: FileKeyProvider, streams: PlacementStreams
) -> None:
    placement_id = PlacementId(uuid7())
    await _append(conn, keys, placement_id, 0, *STORY)
    assert (await streams.current(conn, placement_id)).state.referral.pupil == PUPIL

    await keys.destroy(PUPIL_ID)

    known = await streams.current(conn, placement_id)
    assert (known.state.referral.pupil, known.version) == (None, len(STORY))


@pytest.fixture
async def other_copy(postgres_server: Postgres, template: str) -> AsyncIterator[asyncpg.Connection]:
    name = f"placements_copy_{secrets.token_hex(6)}"
    await postgres.create_database(postgres_server.admin_dsn, name, template=template)
    conn = await asyncpg.connect(postgres_server.dsn(name, APP))
    yield conn
    await conn.close()
    await postgres.drop_database(postgres_server.admin_dsn, name)


@pytest.mark.parametrize("length", [1, len(STORY)])
async def test_another_copy_of_the_database_is_read_from_its_beginning(
    conn: asyncpg.Connection,
    other_copy: asyncpg.Connection,
    keys: FileKeyProvider,
    streams: PlacementStreams,
    length: int,
) -> None:
    """As after a failover to a copy that lacks the last events, or has others in their place."""
    placement_id = PlacementId(uuid7())
    await _append(conn, keys, placement_id, 0, *STORY)
    await streams.current(conn, placement_id)
    others = (*STORY[:-1], replace(STORY[-1], signatory="Somebody else"))[:length]  # type: ignore[call-arg] # the last is a signature
    await _append(other_copy, keys, placement_id, 0, *others)

    known = await streams.current(other_copy, placement_id)

    assert known.version == length
    assert known.state == await _fresh(other_copy, keys, placement_id)
