"""Streams taken off into a file that proves itself; what stays of them; and what tampering with either is found by."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import pytest

from infra.event_store.chain import verify_stored as chain_faults
from infra.event_store.limits import EventIdReused, StreamArchived
from infra.event_store.lookup import find_event, hash_at, stream_ids
from infra.event_store.read import read_all, read_stream
from infra.event_store.types import ANY
from infra.proof import tree
from infra.proof.archive import (
    Archive,
    Detached,
    NotArchivable,
    archive_lines,
    check_held,
    detach,
    events_of,
    read_archive,
)
from infra.proof.export import record_lines, stream_lines, verify, verify_stored
from infra.proof.merkle import consistency_ranges, verify_consistency
from infra.proof.notes import checkpoint
from infra.proof.verifying import Findings, FlawKind
from tests.conftest import Database
from tests.infra.event_store.conftest import AT, new_event, put
from tests.infra.proof.conftest import SIGNER, MakeCheckpointer

Conn = asyncpg.Connection
SECOND_VERIFIER = Path(__file__).parents[3] / "examples" / "verify_export.py"


@pytest.fixture
async def record(conn: Conn, checkpointer: MakeCheckpointer) -> None:
    """Four streams; `old-1` and `old-2` end early, the others go on between and after them. Two checkpoints."""
    order = ["open-1", "old-1", "old-1", "old-2", "open-1", "old-2", "open-2", "old-1", "open-2", "open-2", "open-1"]
    for number, stream in enumerate(order):
        if number == 8:
            await checkpointer().checkpoint()
        await put(conn, stream, ANY, new_event(f'{{"n":{number}}}', personal=b"sealed"))
    await checkpointer().checkpoint()


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[Conn]:
    conn = await asyncpg.connect(database.owner_url)
    yield conn
    await conn.close()


async def archived(conn: Conn, folder: Path, *streams: str, name: str = "old.jsonl") -> Path:
    path = folder / name
    lines = [line async for line in archive_lines(conn, SIGNER.verifier, AT, streams or ("old-1", "old-2"))]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def read(path: Path) -> Archive:
    found, findings = read_archive(path, SIGNER.verifier)
    assert findings.flaws == []
    return found


async def second_verifier(path: Path, *archives: Path) -> tuple[int, str]:
    arguments = (str(path), SIGNER.verifier.written(), *map(str, archives))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", SECOND_VERIFIER, *arguments, stdout=PIPE, stderr=STDOUT
    )
    printed, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, printed.decode()


async def exported(conn: Conn) -> str:
    return "".join([line async for line in record_lines(conn, SIGNER.verifier, AT)])


@pytest.mark.usefixtures("record")
async def test_an_archive_proves_itself_to_both_verifiers(conn: Conn, tmp_path: Path) -> None:
    path = await archived(conn, tmp_path)

    archive, found = read_archive(path, SIGNER.verifier)

    assert (found.events, found.elsewhere, found.proved, found.flaws) == (5, 6, 11, [])
    assert {stream: head.version for stream, head in archive.heads.items()} == {"old-1": 3, "old-2": 2}
    assert await second_verifier(path) == (0, "5 events; the last checkpoint covers 11 of the record; 0 wrong.\n")


@pytest.mark.usefixtures("record")
async def test_after_a_detachment_the_record_is_proved_goes_on_and_is_exported(
    conn: Conn, owner: Conn, checkpointer: MakeCheckpointer, tmp_path: Path
) -> None:
    path = await archived(conn, tmp_path)
    before = await read_stream(conn, "old-1")

    assert await detach(owner, read(path)) == Detached(streams=2, events=5)
    await put(conn, "open-1", ANY, new_event())
    made = await checkpointer().checkpoint()

    assert await read_stream(conn, "old-1") == []
    assert await find_event(conn, before[0].event_id) is None
    assert await stream_ids(conn, prefix="o", after="", limit=9) == ["open-1", "open-2"]
    page = await read_all(conn, after=0, limit=100)
    assert [event.stream_id.partition("-")[0] for event in page.events] == ["open"] * 7

    found = await verify_stored(conn, SIGNER.verifier, AT)
    assert (found.events, found.elsewhere, found.proved, found.flaws) == (7, 5, 12, [])
    await check_held(conn, read(path), found)
    assert found.flaws == []

    whole = tmp_path / "record.jsonl"
    whole.write_text(await exported(conn), encoding="utf-8")
    lines = whole.read_bytes().splitlines()
    assert json.loads(lines[0])["archives"] == [{"sha256": read(path).sha256.hex(), "name": "old.jsonl", "events": 5}]
    found = verify(lines, SIGNER.verifier).findings
    assert (found.events, found.elsewhere, found.checkpoints, found.proved, found.flaws) == (7, 5, 3, 12, [])
    assert (found.unseen, found.unproved) == (5, 5)
    told = "7 events; the last checkpoint covers 12 of the record; 0 wrong."
    unproved = " 5 are unproved: their content is in archives that were not given."
    assert await second_verifier(whole) == (0, f"{told}{unproved}\n")

    # Together with the file, all of it is proved.
    found = verify(lines, SIGNER.verifier, archives={read(path).sha256: events_of(path)}).findings
    assert (found.verified, found.unproved, found.flaws) == (5, 0, [])
    assert await second_verifier(whole, path) == (0, f"{told}\n")

    # The checkpoint that the archive is under begins the one that was signed after it was taken off.
    note = next(
        json.loads(line)["checkpoint"] for line in path.read_bytes().splitlines() if b'"checkpoint"' in line[:20]
    )
    then = checkpoint(note, SIGNER.verifier)
    assert made is not None
    now = made.checkpoint
    path_between = await tree.range_hashes(conn, consistency_ranges(then.size, now.size))
    verify_consistency(then.size, now.size, then.root, now.root, path_between)


@pytest.mark.usefixtures("record")
async def test_an_open_stream_among_detached_ones_is_still_proved_event_by_event(
    conn: Conn, owner: Conn, tmp_path: Path
) -> None:
    await detach(owner, read(await archived(conn, tmp_path)))

    lines = [line.encode() async for line in stream_lines(conn, SIGNER.verifier, AT, "open-2")]

    found = verify(lines, SIGNER.verifier).findings
    assert (found.events, found.proved, found.flaws) == (3, 3, [])
    with pytest.raises(StreamArchived):
        _ = [line async for line in stream_lines(conn, SIGNER.verifier, AT, "old-1")]


@pytest.mark.usefixtures("record")
async def test_archiving_twice_does_nothing_and_another_goes_on_from_the_first(
    conn: Conn, owner: Conn, tmp_path: Path
) -> None:
    first = await archived(conn, tmp_path, "old-1")
    again = await archived(conn, tmp_path, "old-1", "old-2", name="again.jsonl")
    assert await detach(owner, read(first)) == Detached(streams=1, events=3)

    assert await detach(owner, read(first)) == Detached(streams=0, events=0)
    assert await owner.fetchval("SELECT count(*) FROM event_store.archive") == 1

    # Of the second file, made before the first was taken off, only what is still there.
    assert await detach(owner, read(again)) == Detached(streams=1, events=2)
    later = await archived(conn, tmp_path, "open-2", name="later.jsonl")
    assert await detach(owner, read(later)) == Detached(streams=1, events=3)
    found = await verify_stored(conn, SIGNER.verifier, AT)
    assert (found.events, found.elsewhere, found.flaws) == (3, 8, [])


@pytest.mark.usefixtures("record")
async def test_an_archived_stream_never_goes_on_and_its_ids_are_never_reused(
    conn: Conn, owner: Conn, tmp_path: Path
) -> None:
    last = (await read_stream(conn, "old-1"))[-1]
    await detach(owner, read(await archived(conn, tmp_path)))

    with pytest.raises(StreamArchived) as refused:
        await put(conn, "old-1", ANY, new_event())
    assert refused.value.stream_id == "old-1"
    with pytest.raises(EventIdReused, match="archived"):
        await put(conn, "open-1", ANY, replace(new_event(), event_id=last.event_id))


@pytest.mark.usefixtures("record")
async def test_nothing_is_detached_that_the_archive_does_not_have_whole(
    conn: Conn, owner: Conn, superuser: Conn, tmp_path: Path
) -> None:
    path = await archived(conn, tmp_path)
    archive = read(path)

    await put(conn, "old-2", ANY, new_event())
    with pytest.raises(NotArchivable, match="old-2 is not as the archive has it"):
        await detach(owner, archive)
    with pytest.raises(NotArchivable, match="old-2 is not under a checkpoint"):
        await archived(conn, tmp_path, name="late.jsonl")

    await superuser.execute("UPDATE event_store.event SET data = '{}' WHERE stream_id = 'old-1' AND version = 2")
    with pytest.raises(NotArchivable, match="old-1 version 2 is at fault"):
        await detach(owner, archive)
    assert await owner.fetchval("SELECT count(*) FROM event_store.event_archived") == 0


@pytest.mark.usefixtures("record")
async def test_what_stood_at_a_position_is_told_when_its_event_was_archived_too(
    conn: Conn, owner: Conn, tmp_path: Path
) -> None:
    """A subscriber whose place it is has heard of it, and is not of another history."""
    before = {event.position: event.hash for event in (await read_all(conn, after=0, limit=100)).events}

    await detach(owner, read(await archived(conn, tmp_path)))

    assert {position: await hash_at(conn, position) for position in before} == before
    assert await hash_at(conn, max(before) + 1) is None


@pytest.mark.usefixtures("record")
async def test_nothing_is_detached_that_a_follower_has_not_read(conn: Conn, owner: Conn, tmp_path: Path) -> None:
    archive = read(await archived(conn, tmp_path))
    await conn.execute("INSERT INTO subscription (name, position) VALUES ('documents', 2)")

    with pytest.raises(NotArchivable, match="documents has not yet read"):
        await detach(owner, archive)


@pytest.mark.usefixtures("record")
async def test_the_services_role_can_take_nothing_off(conn: Conn, tmp_path: Path) -> None:
    archive = read(await archived(conn, tmp_path))

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await detach(conn, archive)


@pytest.mark.usefixtures("record")
async def test_a_changed_archive_is_found_by_both_verifiers_and_is_not_taken_off(conn: Conn, tmp_path: Path) -> None:
    path = await archived(conn, tmp_path)
    whole = path.read_bytes().splitlines(keepends=True)
    at = next(number for number, line in enumerate(whole) if line.startswith(b'{"event"'))
    event, elsewhere = json.loads(whole[at]), next(n for n, line in enumerate(whole) if line.startswith(b'{"else'))
    event["event"]["data"] = '{"n":99}'
    moved = json.loads(whole[elsewhere])
    moved["elsewhere"][0][0] += 1
    swapped = json.loads(whole[elsewhere])
    swapped["elsewhere"][0][1] = event["event"]["hash"][:43] + "="

    async def flaws(*lines: bytes) -> set[FlawKind]:
        path.write_bytes(b"".join(lines))
        _, found = read_archive(path, SIGNER.verifier)
        assert (await second_verifier(path))[0] == 1
        return {flaw.kind for flaw in found.flaws}

    def with_line(number: int, line: dict[str, object]) -> list[bytes]:
        return [*whole[:number], json.dumps(line).encode() + b"\n", *whole[number + 1 :]]

    assert await flaws(*with_line(at, event)) == {FlawKind.CHAIN}
    assert FlawKind.ROOT in await flaws(*with_line(elsewhere, swapped))
    assert await flaws(*with_line(elsewhere, moved)) & {FlawKind.CUT, FlawKind.FILE}
    assert FlawKind.CUT in await flaws(*whole[:at], *whole[at + 1 :])
    assert FlawKind.FILE in await flaws(*whole[:-1])

    path.write_bytes(b"".join([*whole[:-2], b'{"end":{"events":5,"checkpoints":0}}']))
    assert {flaw.kind for flaw in read_archive(path, SIGNER.verifier)[1].flaws} == {FlawKind.UNCOVERED}
    assert await second_verifier(path) == (0, "5 events; the last checkpoint covers 0 of the record; 0 wrong.\n")


@dataclass(frozen=True)
class Tampering:
    """With what the owner keeps: where the tree tells of it; None where the archive alone does."""

    statement: str
    kind: FlawKind | None


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(
    "tampering",
    [
        Tampering("UPDATE event_store.event_archived SET hash = sha256('x') WHERE position = 3", FlawKind.ROOT),
        Tampering("UPDATE event_store.event_archived SET position = 0 WHERE position = 3", FlawKind.ROOT),
        Tampering("DELETE FROM event_store.event_archived WHERE position = 3", FlawKind.ROOT),
        Tampering("DELETE FROM event_store.event_archived WHERE position = 8", FlawKind.CHAIN),
        Tampering("UPDATE event_store.event_archived SET event_id = gen_random_uuid() WHERE position = 3", None),
        Tampering("UPDATE event_store.event_archived SET stream_id = 'old-2', version = 1 WHERE position = 3", None),
    ],
    ids=lambda each: each.statement.partition(".")[2],
)
async def test_a_changed_stub_is_found_by_the_tree_or_by_the_archive(
    conn: Conn, owner: Conn, superuser: Conn, tmp_path: Path, tampering: Tampering
) -> None:
    archive = read(await archived(conn, tmp_path))
    await detach(owner, archive)
    await superuser.execute("ALTER TABLE event_store.event_archived DISABLE TRIGGER ALL")

    await superuser.execute(tampering.statement)

    kinds = {flaw.kind for flaw in (await verify_stored(conn, SIGNER.verifier, AT)).flaws}
    assert (tampering.kind in kinds) if tampering.kind else not kinds
    held = Findings()
    await check_held(conn, archive, held)
    assert [flaw.kind for flaw in held.flaws] == [FlawKind.ARCHIVE]


@pytest.mark.usefixtures("record")
async def test_a_stream_begun_again_beside_its_stubs_is_found(
    conn: Conn, owner: Conn, superuser: Conn, tmp_path: Path
) -> None:
    await detach(owner, read(await archived(conn, tmp_path)))
    await superuser.execute("UPDATE event_store.stream SET archive = NULL, version = 0 WHERE stream_id = 'old-1'")
    await put(conn, "old-1", ANY, new_event())

    assert [(fault.stream_id, fault.version) async for fault in chain_faults(conn)] != []


@pytest.mark.usefixtures("record")
async def test_another_file_is_none_of_the_records_archives(conn: Conn, owner: Conn, tmp_path: Path) -> None:
    await detach(owner, read(await archived(conn, tmp_path, "old-1")))
    other = read(await archived(conn, tmp_path, "open-1", name="other.jsonl"))

    found = Findings()
    await check_held(conn, other, found)

    assert [(flaw.kind, flaw.place) for flaw in found.flaws] == [(FlawKind.ARCHIVE, "other.jsonl")]


async def destroyed(superuser: Conn, stream: str, *, marked: bytes | None = None) -> None:
    """Stubs put in for a stream and its events deleted, with the guards away; nothing says in which file they are."""
    await superuser.execute("ALTER TABLE event_store.event_archived DISABLE TRIGGER ALL")
    await superuser.execute("UPDATE event_store.stream SET archive = $2 WHERE stream_id = $1", stream, marked)
    await superuser.execute(
        """
        INSERT INTO event_store.event_archived (position, stream_id, version, event_id, recorded_at, hash)
        SELECT position, stream_id, version, event_id, recorded_at, hash FROM event_store.event WHERE stream_id = $1
        """,
        stream,
    )
    await superuser.execute("DELETE FROM event_store.event WHERE stream_id = $1", stream)


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("how", ["never marked", "an archive that is not named", "one that was taken off before"])
async def test_content_destroyed_behind_stubs_is_a_flaw_everywhere(
    conn: Conn, owner: Conn, superuser: Conn, tmp_path: Path, how: str
) -> None:
    path = await archived(conn, tmp_path)
    archive = read(path)
    await detach(owner, archive)
    marks = {"an archive that is not named": b"x" * 32, "one that was taken off before": archive.sha256}

    await destroyed(superuser, "open-2", marked=marks.get(how))

    stored = await verify_stored(conn, SIGNER.verifier, AT)
    assert {flaw.kind for flaw in stored.flaws} == {FlawKind.ARCHIVE}
    await check_held(conn, archive, held := Findings())
    beside = how == "one that was taken off before"
    assert [flaw.place for flaw in held.flaws] == [f"open-2 version {n}" for n in (1, 2, 3)] * beside
    whole = tmp_path / "record.jsonl"
    whole.write_text(await exported(conn), encoding="utf-8")
    lines = whole.read_bytes().splitlines()
    for archives in ({}, {archive.sha256: events_of(path)}):
        found = verify(lines, SIGNER.verifier, archives=archives).findings
        assert {flaw.kind for flaw in found.flaws} == {FlawKind.ARCHIVE}
    assert (await second_verifier(whole))[0] == 1
    assert (await second_verifier(whole, path))[0] == 1


@pytest.mark.usefixtures("record")
async def test_content_said_to_be_in_a_file_nobody_has_is_unproved_and_counted(
    conn: Conn, owner: Conn, tmp_path: Path
) -> None:
    """The owner names a file that never was: nothing contradicts it, and nothing proves it."""
    await owner.fetchval("SELECT event_store.detach($1, 'lost.jsonl', 3, ARRAY['open-2'])", b"x" * 32)

    stored = await verify_stored(conn, SIGNER.verifier, AT)
    whole = tmp_path / "record.jsonl"
    whole.write_text(await exported(conn), encoding="utf-8")

    found = verify(whole.read_bytes().splitlines(), SIGNER.verifier).findings
    assert [(each.flaws, each.elsewhere, each.unproved) for each in (stored, found)] == [([], 3, 3)] * 2
    assert "3 are unproved" in (await second_verifier(whole))[1]


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(
    "change",
    [
        {"position": 1},
        {"stream_id": "old-9"},
        {"version": 9},
        {"event_id": "0199a1c4-7f2e-7000-8000-000000000001"},
        {"hash": "00" * 32},
        {"archive": "00" * 32},
    ],
    ids=str,
)
async def test_a_stub_changed_in_an_export_is_found_beside_its_archive(
    conn: Conn, owner: Conn, tmp_path: Path, change: dict[str, object]
) -> None:
    path = await archived(conn, tmp_path)
    archive = read(path)
    await detach(owner, archive)
    lines = [json.loads(line) for line in (await exported(conn)).splitlines()]
    at = max(number for number, line in enumerate(lines) if "archived" in line)
    lines[at]["archived"] |= change
    whole = tmp_path / "record.jsonl"
    whole.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")

    found = verify(whole.read_bytes().splitlines(), None, archives={archive.sha256: events_of(path)}).findings

    assert FlawKind.ARCHIVE in {flaw.kind for flaw in found.flaws}
    assert (await second_verifier(whole, path))[0] == 1
