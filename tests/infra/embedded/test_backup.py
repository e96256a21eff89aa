"""A copy taken under load, put back as it stood at a moment: every acknowledged event until then, and none after."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from infra.clock import SystemClock
from infra.encryption import vault
from infra.encryption.key_store.provider import FileKeyProvider
from infra.encryption.keys import DataKey
from infra.event_store.chain import verify_stored
from infra.event_store.read import read_all, read_stream
from infra.event_store.types import ANY, NO_STREAM, StoredEvent
from infra.ids import uuid7
from infra.postgres.db import async_url
from infra.postgres.migrations import upgrade
from infra.proof.checkpoints import Checkpointer, Outside
from infra.proof.notes import Signer
from infra.proof.signed import RecordRolledBack
from infra.streams.records import Decryptor
from services.local import backup, postgres, wal_archive
from services.local.errors import EmbeddedError
from services.local.ports import free_port
from services.local.postgres import PostgresServer
from services.local.postgres_data import OWNER, Installation, install
from services.local.postgres_data import SIGNER as SIGNING_ROLE
from tests.conftest import PROJECT
from tests.infra.event_store.conftest import new_event, new_stream, put
from tests.infra.proof.conftest import SIGNER

_WRITERS = 4
_SETTINGS = {"shared_buffers": "64MB", "max_wal_size": "1GB"}


@dataclass(slots=True, kw_only=True)
class Kept:
    """A server of the test's own, which archives its log of changes, and its one database."""

    installation: Installation
    folder: Path
    port: int
    server: PostgresServer

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    async def connect(self) -> asyncpg.Connection:
        return await asyncpg.connect(self.server.dsn("placements"))

    def engine(self) -> AsyncEngine:
        return create_async_engine(async_url(self.server.dsn("placements", SIGNING_ROLE)))

    async def start(self) -> None:
        archiving = backup.archiving(self.archive, self.installation.account)
        self.server = await postgres.start(
            self.installation, port=self.port, log=self.log, settings={**_SETTINGS, **archiving}
        )


@pytest.fixture
async def kept(server_folder: Path) -> AsyncIterator[Kept]:
    folder = server_folder / f"backup-{uuid7()}"
    folder.mkdir()
    folder.chmod(0o755)
    installation, port = install(folder / "postgres", project=PROJECT), free_port()
    archiving = backup.archiving(folder / "archive", installation.account)
    server = await postgres.start(
        installation, port=port, log=folder / "postgres.log", settings={**_SETTINGS, **archiving}
    )
    made = Kept(installation=installation, folder=folder, port=port, server=server)
    try:
        await postgres.create_database(server.admin_dsn, "placements")
        await upgrade(server.dsn("placements", OWNER))
        yield made
    finally:
        made.server.stop()


async def _write(kept: Kept, acknowledged: list[int], enough: asyncio.Event) -> None:
    conn = await kept.connect()
    stream = new_stream()
    while not enough.is_set():
        appended = await put(conn, stream, ANY, new_event(personal=b"sealed"))
        acknowledged += appended.positions
    await conn.close()


async def _sealed(kept: Kept, key: DataKey) -> StoredEvent:
    """An event of a pupil's, with what is sealed under the key."""
    stream, event = new_stream(), new_event()
    clear = b'{"name":"Wren Sample"}'
    personal = vault.seal(
        key, event_id=event.event_id, stream_id=stream, type_=event.type, schema_version=1, clear=clear
    )
    conn = await kept.connect()
    await put(conn, stream, NO_STREAM, replace(event, personal=personal))
    (stored,) = await read_stream(conn, stream)
    await conn.close()
    return stored


async def _positions(kept: Kept) -> list[int]:
    conn = await kept.connect()
    found: list[int] = []
    more = True
    while more:
        page = await read_all(conn, after=found[-1] if found else 0, limit=500)
        found += [event.position for event in page.events]
        more = page.more
    await conn.close()
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """An event and a moment after it and before the next."""

    stream: str
    position: int
    hash: bytes
    at: datetime


async def _note(kept: Kept) -> Noted:
    conn = await kept.connect()
    stream = new_stream()
    await put(conn, stream, NO_STREAM, new_event())
    (found,) = await read_stream(conn, stream)
    at: datetime = await conn.fetchval("SELECT clock_timestamp()")
    await conn.close()
    return Noted(stream=stream, position=found.position, hash=found.hash, at=at)


def _cut_off(kept: Kept) -> None:
    """As by a power cut: what was written last is not in the archive."""
    os.kill(kept.server.child.pid, signal.SIGKILL)
    kept.server.child.process.wait()


async def _go_back(kept: Kept, copy: Path, *, until: datetime | None = None, timeline: int | None = None) -> None:
    backup.put_back(kept.installation, copy, archive=kept.archive, until=until, timeline=timeline)
    await kept.start()


@pytest.mark.obligation("C6")
async def test_a_copy_taken_under_load_is_put_back_as_it_stood_at_a_moment(kept: Kept, tmp_path: Path) -> None:
    """And a pupil whose key was destroyed since does not come back with it."""
    outside = Outside(tmp_path / "checkpoints")
    keys = FileKeyProvider(tmp_path / "keys")
    sealed = await _sealed(kept, await keys.create(uuid7()))
    acknowledged: list[int] = []
    enough = asyncio.Event()
    writing = [asyncio.create_task(_write(kept, acknowledged, enough)) for _ in range(_WRITERS)]
    copy = kept.folder / "copy"
    await backup.take(kept.installation, kept.port, copy, log=kept.log)
    since = len(acknowledged)
    while len(acknowledged) < since + 100:  # noqa: ASYNC110 - writers tell nobody
        await asyncio.sleep(0.01)
    enough.set()
    await keys.destroy(vault.key_id_of(sealed.personal))
    await asyncio.gather(*writing)
    conn = await kept.connect()
    moment: datetime = await conn.fetchval("SELECT clock_timestamp()")
    await put(conn, new_stream(), ANY, new_event())
    engine = kept.engine()
    await Checkpointer(engine, SystemClock(), SIGNER, outside).checkpoint()
    await engine.dispose()
    await conn.close()
    kept.server.stop()

    aside = backup.put_back(kept.installation, copy, archive=kept.archive, until=moment)
    await kept.start()

    assert aside is not None
    assert aside.exists()
    conn = await kept.connect()
    (found,) = await read_stream(conn, sealed.stream_id)
    await conn.close()
    assert found == sealed
    assert await Decryptor(FileKeyProvider(tmp_path / "keys")).open(found) is None, "its name stays unreadable"
    acknowledged.append(sealed.position)
    assert await _positions(kept) == sorted(acknowledged), "each that was acknowledged by then, and no later one"
    conn = await kept.connect()
    assert [fault async for fault in verify_stored(conn)] == []
    again = await put(conn, new_stream(), ANY, new_event())
    assert again.positions[0] > max(acknowledged)
    await conn.close()
    # Its checkpoint knows of more than there is now: under this name nothing is signed any more, under another it is.
    engine = kept.engine()
    with pytest.raises(RecordRolledBack):
        await Checkpointer(engine, SystemClock(), SIGNER, outside).checkpoint()
    renamed = Signer(name=f"{SIGNER.name}-2", key=SIGNER.key)
    made = await Checkpointer(engine, SystemClock(), renamed, Outside(tmp_path / "checkpoints-2")).checkpoint()
    await engine.dispose()
    assert made is not None
    assert made.checkpoint.size == len(acknowledged) + 1


async def test_each_moment_of_each_history_can_be_gone_back_to(kept: Kept) -> None:
    """After a restore, the newest history goes on; the one that was left can be named. So can a copy of either."""
    copy = kept.folder / "copy"
    await backup.take(kept.installation, kept.port, copy, log=kept.log)
    shared = await _note(kept)
    left = await _note(kept)
    await _note(kept)
    _cut_off(kept)
    await _go_back(kept, copy, until=shared.at)
    assert await _positions(kept) == [shared.position]

    newer = await _note(kept)
    await _note(kept)
    kept.server.stop()
    await _go_back(kept, copy, until=newer.at)
    assert await _positions(kept) == [shared.position, newer.position]
    conn = await kept.connect()
    (of_newer,) = await read_stream(conn, newer.stream)
    await conn.close()
    assert of_newer.hash == newer.hash, "at the place of an event of the history that was left"

    kept.server.stop()
    await _go_back(kept, copy, until=left.at, timeline=1)
    assert await _positions(kept) == [shared.position, left.position]

    again = kept.folder / "again"
    await backup.take(kept.installation, kept.port, again, log=kept.log)
    last = await _note(kept)
    _cut_off(kept)
    await _go_back(kept, again)
    assert await _positions(kept) == [shared.position, left.position, last.position]


async def _copied(kept: Kept, name: str) -> Path:
    copy = kept.folder / name
    await backup.take(kept.installation, kept.port, copy, log=kept.log, archive=kept.archive)
    return copy


async def _archived(kept: Kept) -> None:
    """Until the segment that is written now is in the archive."""
    conn = await asyncpg.connect(kept.server.admin_dsn)
    segment: str = await conn.fetchval("SELECT pg_walfile_name(pg_switch_wal())")
    while not (kept.archive / segment).exists():  # noqa: ASYNC110 - the server tells nobody
        await asyncio.sleep(0.02)
    await conn.close()


@pytest.mark.obligation("C6")
async def test_the_archive_keeps_what_the_newest_copies_need_and_no_more(kept: Kept) -> None:
    """Each moment since the older of two kept copies can be gone back to, by either; from before them by none."""
    for _ in range(3):
        await _note(kept)
        await _archived(kept)
    oldest = await _copied(kept, "oldest")
    before = await _note(kept)
    await _archived(kept)
    older = await _copied(kept, "older")
    between = await _note(kept)
    await _archived(kept)
    newest = await _copied(kept, "newest")
    await _note(kept)
    there = wal_archive.size(kept.archive)

    removed = wal_archive.prune(kept.archive, keep=2)

    assert removed.files >= 5
    assert wal_archive.size(kept.archive) == wal_archive.ArchiveSize(
        files=there.files - removed.files, bytes=there.bytes - removed.bytes
    )
    assert wal_archive.prune(kept.archive, keep=2).files == 0
    kept.server.stop()
    with pytest.raises(EmbeddedError, match="pruned behind newer copies"):
        backup.put_back(kept.installation, oldest, archive=kept.archive, until=before.at)
    await _go_back(kept, older, until=between.at)
    assert (await _positions(kept))[-1] == between.position
    kept.server.stop()
    await _go_back(kept, newest, timeline=1)
    assert len(await _positions(kept)) == 6, "along the history that was left"
    kept.server.stop()
    backup.put_back(kept.installation, oldest)
    await kept.start()
    assert len(await _positions(kept)) == 3, "as it was taken: it is complete in itself"


async def test_after_a_restore_both_histories_stay_archived_from_the_oldest_copy(kept: Kept) -> None:
    """A copy of the newer history begins at an earlier place than one of the history that was left."""
    first = await _copied(kept, "first")
    early = await _note(kept)
    for _ in range(3):
        await _note(kept)
        await _archived(kept)
    await _copied(kept, "of-the-left")
    kept.server.stop()
    await _go_back(kept, first, until=early.at)
    newer = await _note(kept)
    again = await _copied(kept, "of-the-newer")
    last = await _note(kept)
    await _note(kept)
    await _archived(kept)

    wal_archive.prune(kept.archive, keep=1)

    kept.server.stop()
    await _go_back(kept, again, until=last.at)
    assert await _positions(kept) == [early.position, newer.position, last.position]


async def test_a_segment_that_a_switch_cut_short_takes_little_of_the_disk(kept: Kept) -> None:
    await _note(kept)
    await _archived(kept)
    await _note(kept)
    await _archived(kept)

    found = wal_archive.size(kept.archive)

    whole = sum(each.stat().st_size for each in kept.archive.iterdir())
    assert found.bytes < whole / 2


async def test_a_copy_that_failed_displaces_none_that_is_whole(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = await _copied(kept, "whole")
    await _note(kept)
    await _archived(kept)

    async def fails(*_: object, **__: object) -> int:
        await asyncio.sleep(0)
        return 1

    real = backup.finished

    async def finishes_and_fails(child: Any, *, seconds: float) -> int:
        await real(child, seconds=seconds)
        return await fails()

    monkeypatch.setattr(backup, "finished", finishes_and_fails)
    with pytest.raises(EmbeddedError, match="not made"):
        await _copied(kept, "failed")
    monkeypatch.undo()
    await _archived(kept)

    assert wal_archive.prune(kept.archive, keep=1).files <= 2, "what was before the whole one"
    kept.server.stop()
    await _go_back(kept, whole)
    assert len(await _positions(kept)) == 1


async def test_a_copy_is_enough_where_everything_was_lost(kept: Kept) -> None:
    """The passwords of its roles come with it, to a machine that has none or others, and those of others stay."""
    noted = await _note(kept)
    copy = kept.folder / "copy"
    await backup.take(kept.installation, kept.port, copy, log=kept.log)
    kept.server.stop()
    folder = kept.installation.folder
    shutil.rmtree(folder)
    folder.mkdir()
    folder.chmod(0o755)

    assert backup.put_back(kept.installation, copy) is None
    await kept.start()

    assert await _positions(kept) == [noted.position]
    assert kept.installation.caseload_marker.exists(), "the example would be mixed into the record"
    passwords = kept.installation.passwords.read_text()
    kept.server.stop()
    kept.installation.passwords.write_text(passwords.replace('": "', '": "not-'))
    aside = backup.put_back(kept.installation, copy)
    assert aside is not None
    assert "not-" in (aside / "passwords.json").read_text()
    await kept.start()
    assert await _positions(kept) == [noted.position]
    assert not (kept.installation.data / "passwords.json").exists()


async def test_a_changed_or_cut_copy_and_a_moment_with_no_archive_are_refused(kept: Kept) -> None:
    copy = kept.folder / "copy"
    await backup.take(kept.installation, kept.port, copy, log=kept.log)
    kept.server.stop()
    with pytest.raises(EmbeddedError, match="only with the archive"):
        backup.put_back(kept.installation, copy, until=datetime.fromisoformat("2026-11-26T10:00:00Z"))
    with (copy / "global" / "pg_control").open("r+b") as file:
        file.write(b"changed")

    with pytest.raises(EmbeddedError, match="not as it was taken"):
        backup.put_back(kept.installation, copy)
    (copy / "backup_manifest").unlink()
    with pytest.raises(EmbeddedError, match="not a whole copy"):
        backup.put_back(kept.installation, copy)

    await kept.start()
    assert await _positions(kept) == []


async def test_what_is_no_copy_and_a_place_that_is_taken_are_refused(server_folder: Path, tmp_path: Path) -> None:
    installation = install(server_folder / f"none-{tmp_path.name}", project=PROJECT)
    with pytest.raises(EmbeddedError, match="is not a whole copy"):
        backup.put_back(installation, tmp_path)
    with pytest.raises(EmbeddedError, match="is there already"):
        await backup.take(installation, 1, tmp_path, log=tmp_path / "log")
