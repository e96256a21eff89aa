"""What the database's superuser, or whoever holds the file, may try with the record, and where each is found."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infra.event_store.chain import NO_HASH, hash_of
from infra.event_store.read import read_stream
from infra.event_store.types import ANY
from infra.proof import export
from infra.proof.checkpoints import Checkpointer
from infra.proof.export import record_lines, stream_lines, verify
from infra.proof.lines import NotAnExport
from infra.proof.notes import Signer
from infra.proof.verifying import Findings, FlawKind
from tests.infra.event_store.conftest import AT, new_event, put
from tests.infra.proof.conftest import ORIGIN, SIGNER, MakeCheckpointer

Conn = asyncpg.Connection
Lines = list[bytes]


async def exported(conn: Conn, stream: str | None = None, *, later: timedelta = timedelta(0)) -> Lines:
    at = AT + later
    lines = (
        record_lines(conn, SIGNER.verifier, at) if stream is None else stream_lines(conn, SIGNER.verifier, at, stream)
    )
    return [line.encode() async for line in lines]


def flaws(lines: Lines) -> list[tuple[FlawKind, str]]:
    return [(flaw.kind, flaw.place) for flaw in verify(lines, SIGNER.verifier).findings.flaws]


@pytest.fixture
async def record(conn: Conn, checkpointer: MakeCheckpointer) -> None:
    """Two streams of three events in turn, a checkpoint over the first four and one over all six."""
    for number in range(6):
        if number == 4:
            await checkpointer().checkpoint()
        await put(conn, "ab"[number % 2], ANY, new_event(f'{{"n":{number}}}', personal=b"sealed"))
    await checkpointer().checkpoint()


@pytest.mark.usefixtures("record")
async def test_a_sound_record_is_proved_whole_and_stream_by_stream(conn: Conn) -> None:
    findings = verify(await exported(conn), SIGNER.verifier).findings
    assert (findings.events, findings.checkpoints, findings.proved, findings.flaws) == (6, 2, 6, [])

    findings = verify(await exported(conn, "b"), SIGNER.verifier).findings
    assert (findings.events, findings.checkpoints, findings.proved, findings.flaws) == (3, 2, 3, [])


@pytest.mark.usefixtures("record")
async def test_what_follows_the_last_checkpoint_is_unproved_and_later_a_flaw(
    conn: Conn,
) -> None:
    """What came after the last checkpoint is said to be unproved, and too long of it is a flaw."""
    await put(conn, "b", ANY, new_event())
    for lines in (await exported(conn), await exported(conn, "b")):
        findings = verify(lines, SIGNER.verifier).findings
        assert (findings.sound, findings.events - findings.proved) == (True, 1)

    late = await exported(conn, later=timedelta(minutes=10))
    assert flaws(late) == [(FlawKind.UNCOVERED, "number 7 and on")]


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(("minutes_since_moved", "kinds"), [(1, set()), (10, {FlawKind.UNCOVERED})])
async def test_what_nobody_signed_counts_from_the_last_move_of_the_clock(
    conn: Conn, minutes_since_moved: int, kinds: set[FlawKind]
) -> None:
    await put(conn, "b", ANY, new_event())
    at = AT + timedelta(days=30)
    moved = at - timedelta(minutes=minutes_since_moved)

    found = await export.verify_stored(conn, SIGNER.verifier, at, runs_since=moved)

    assert {flaw.kind for flaw in found.flaws} == kinds
    assert found.unsigned == 1
    unmoved = await export.verify_stored(conn, SIGNER.verifier, at)
    assert {flaw.kind for flaw in unmoved.flaws} == {FlawKind.UNCOVERED}


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(("minutes_since_moved", "kinds"), [(1, set()), (10, {FlawKind.UNCOVERED})])
async def test_an_export_says_when_its_clock_was_moved_over_what_nobody_signed(
    conn: Conn, minutes_since_moved: int, kinds: set[FlawKind]
) -> None:
    await put(conn, "b", ANY, new_event())
    at = AT + timedelta(days=30)
    moved = at - timedelta(minutes=minutes_since_moved)

    lines = [line.encode() async for line in record_lines(conn, SIGNER.verifier, at, runs_since=moved)]

    assert {kind for kind, _ in flaws(lines)} == kinds


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("written", [7, "", "yesterday", "2026-09-01T09:00:00"])
async def test_an_export_whose_clock_was_moved_at_no_time_is_no_export(conn: Conn, written: object) -> None:
    header, *rest = await exported(conn)
    changed = json.dumps({**json.loads(header), "runs_since": written}).encode()

    with pytest.raises(NotAnExport):
        verify([changed, *rest], SIGNER.verifier)


@pytest.mark.usefixtures("record")
async def test_an_export_from_before_clocks_were_named_is_still_verified(conn: Conn) -> None:
    header, *rest = await exported(conn)
    before = {name: value for name, value in json.loads(header).items() if name != "runs_since"}

    assert verify([json.dumps(before).encode(), *rest], SIGNER.verifier).findings.sound


@pytest.mark.usefixtures("record")
async def test_a_record_that_grows_and_is_signed_while_it_is_read_is_sound(
    conn: Conn, checkpointer: MakeCheckpointer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large one takes longer to read than the minute to its next checkpoint, which covers more than is read."""
    monkeypatch.setattr(export, "_PAGE", 1)
    lines = record_lines(conn, SIGNER.verifier, AT)
    header, first = [(await anext(lines)).encode() for _ in range(2)]

    await put(conn, "b", ANY, new_event())
    await checkpointer().checkpoint()

    findings = verify([header, first, *[line.encode() async for line in lines]], SIGNER.verifier).findings
    assert (findings.events, findings.checkpoints, findings.proved, findings.flaws) == (6, 2, 6, [])


async def rehash(superuser: Conn, stream: str) -> None:
    """A chain made afresh to fit what is there, as somebody who knows the hash would."""
    previous = NO_HASH
    for event in await read_stream(superuser, stream):
        previous = hash_of(previous, event)
        await superuser.execute("UPDATE event_store.event SET hash = $1 WHERE event_id = $2", previous, event.event_id)


async def swap(superuser: Conn, column: str, first: int, second: int) -> None:
    """Two rows of positions 1 to 6 exchange a value."""
    await superuser.execute("ALTER TABLE event_store.event ALTER COLUMN position SET GENERATED BY DEFAULT")
    for constraint in ("event_pkey", "event_stream_id_version_key"):
        await superuser.execute(f"ALTER TABLE event_store.event DROP CONSTRAINT {constraint}")
    await superuser.execute(
        f"""
        UPDATE event_store.event e SET {column} = o.{column} FROM event_store.event o
        WHERE (e.position, o.position) IN (($1, $2), ($2, $1))
        """,  # noqa: S608 - a test's own words
        first,
        second,
    )


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE event_store.event SET data = '{\"n\":9}' WHERE position = 3", "a version 2"),
        ("UPDATE event_store.event SET personal = 'other' WHERE position = 3", "a version 2"),
        ("UPDATE event_store.event SET personal = NULL WHERE position = 3", "a version 2"),
        ("UPDATE event_store.event SET meta = '{\"by\":1}' WHERE position = 3", "a version 2"),
        ("UPDATE event_store.event SET type = 'Refused' WHERE position = 3", "a version 2"),
        ("UPDATE event_store.event SET schema_version = 2 WHERE position = 3", "a version 2"),
        ("UPDATE event_store.event SET recorded_at = recorded_at + interval '1 us' WHERE position = 3", "a version 2"),
        ("UPDATE event_store.event SET event_id = gen_random_uuid() WHERE position = 3", "a version 2"),
        ("UPDATE event_store.event SET hash = sha256('x') WHERE position = 3", "a version 2"),
        ("DELETE FROM event_store.event WHERE position = 3", "a version 2"),
    ],
)
async def test_a_changed_field_and_a_deleted_event_are_named(
    conn: Conn, superuser: Conn, statement: str, place: str
) -> None:
    await superuser.execute(statement)

    assert (FlawKind.CHAIN, place) in flaws(await exported(conn))
    assert (FlawKind.CHAIN, place) in flaws(await exported(conn, "b" if place[0] == "b" else "a"))


async def _change_and_rehash(superuser: Conn) -> None:
    await superuser.execute("UPDATE event_store.event SET data = '{}' WHERE position = 5")
    await rehash(superuser, "a")


async def _delete_and_rehash(superuser: Conn) -> None:
    await superuser.execute("DELETE FROM event_store.event WHERE position = 3")
    await superuser.execute("UPDATE event_store.event SET version = 2 WHERE position = 5")
    await rehash(superuser, "a")


async def _insert_and_rehash(superuser: Conn) -> None:
    await superuser.execute(
        """
        INSERT INTO event_store.event
            (position, stream_id, version, event_id, type, schema_version, data, meta, recorded_at, hash)
        OVERRIDING SYSTEM VALUE
        SELECT 0, 'c', 1, gen_random_uuid(), type, 1, data, meta, recorded_at, hash
        FROM event_store.event WHERE position = 1
        """
    )
    await rehash(superuser, "c")


async def _reorder_and_rehash(superuser: Conn) -> None:
    await swap(superuser, "data", 1, 3)
    await rehash(superuser, "a")


async def _swap_streams_and_rehash(superuser: Conn) -> None:
    await superuser.execute("ALTER TABLE event_store.event DROP CONSTRAINT event_stream_id_version_key")
    await superuser.execute("UPDATE event_store.event SET stream_id = translate(stream_id, 'ab', 'ba')")
    await rehash(superuser, "a")
    await rehash(superuser, "b")


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(
    ("rewrite", "between"),
    [
        (_change_and_rehash, (FlawKind.ROOT, "checkpoint of 6 events")),
        (_delete_and_rehash, (FlawKind.CUT, "checkpoint of 6 events")),
        (_insert_and_rehash, (FlawKind.ROOT, "checkpoint of 4 events")),
        (_reorder_and_rehash, (FlawKind.ROOT, "checkpoint of 4 events")),
        (_swap_streams_and_rehash, (FlawKind.ROOT, "checkpoint of 4 events")),
    ],
)
async def test_a_stream_rewritten_with_a_fresh_chain_is_found_by_the_checkpoints(
    conn: Conn, superuser: Conn, rewrite: Callable[[Conn], Any], between: tuple[FlawKind, str]
) -> None:
    await rewrite(superuser)

    found = flaws(await exported(conn))

    assert between in found
    assert FlawKind.CHAIN not in {kind for kind, _ in found}


@pytest.mark.usefixtures("record")
async def test_two_events_that_exchange_positions_are_found(conn: Conn, superuser: Conn) -> None:
    await swap(superuser, "position", 3, 5)

    assert (FlawKind.CHAIN, "a version 2") in flaws(await exported(conn))


@pytest.mark.usefixtures("record")
async def test_an_end_cut_off_is_found_and_so_is_one_cut_with_its_checkpoint(conn: Conn, superuser: Conn) -> None:
    await superuser.execute("DELETE FROM event_store.event WHERE position > 4")
    await superuser.execute("UPDATE event_store.stream SET version = 2")
    assert flaws(await exported(conn)) == [(FlawKind.CUT, "checkpoint of 6 events")]

    # Without its last checkpoint the record is what it was at the one before: only a copy outside tells.
    await superuser.execute("DELETE FROM checkpoint WHERE size = 6")
    assert flaws(await exported(conn)) == []


@pytest.mark.usefixtures("record")
async def test_whoever_knows_the_first_key_finds_a_record_signed_with_another(
    conn: Conn, superuser: Conn, checkpointer: MakeCheckpointer
) -> None:
    await _change_and_rehash(superuser)
    await superuser.execute("TRUNCATE checkpoint, tree_tile")
    await superuser.execute("UPDATE tree SET size = 0, position = 0")
    forger = Signer(name=ORIGIN, key=Ed25519PrivateKey.from_private_bytes(b"f" * 32))
    await Checkpointer(*checkpointer.parts, forger, None).checkpoint()

    assert {kind for kind, _ in flaws(await exported(conn))} == {FlawKind.SIGNATURE}
    forged = [line.encode() async for line in record_lines(conn, forger.verifier, AT)]
    # Believing the key that the file brings, all is well: which key it was is said, for people to compare.
    believing = verify(forged, None)
    assert (believing.verifier, believing.findings.sound) == (forger.verifier, True)
    assert (FlawKind.SIGNATURE, "line 1") in flaws(forged)


@pytest.mark.usefixtures("record")
async def test_a_file_that_was_cut_shuffled_or_patched_is_found(conn: Conn) -> None:
    whole = await exported(conn)
    assert (FlawKind.FILE, "its end") in flaws(whole[:-1])
    assert (FlawKind.FILE, "its end") in flaws([*whole[:2], *whole[3:]])
    assert (FlawKind.ORDER, "position 1") in flaws([whole[0], whole[2], whole[1], *whole[3:]])
    assert (FlawKind.FILE, "line 2") in flaws([whole[0], b"not json\n", *whole[2:]])
    assert (FlawKind.FILE, "line 2") in flaws([whole[0], b'{"other":1}\n', *whole[2:]])
    beyond = json.loads(whole[1])
    beyond["event"]["position"] = 2**70
    assert (FlawKind.FILE, "line 2") in flaws([whole[0], json.dumps(beyond).encode(), *whole[2:]])
    assert (FlawKind.FILE, "checkpoint of 4 events") in flaws([*whole[:-2], whole[5], *whole[-2:]])
    # Fewer events with the end adjusted to them: the checkpoints still say how many there were.
    end = json.dumps({"end": {"events": 5, "checkpoints": 2}}).encode()
    assert flaws([*whole[:7], *whole[8:-1], end]) == [(FlawKind.CUT, "checkpoint of 6 events")]
    for first in (b"", b"{}", b"[]", whole[1], whole[0].replace(b"record/1", b"record/2")):
        with pytest.raises(NotAnExport):
            verify([first, *whole[1:]], None)


@pytest.mark.usefixtures("record")
async def test_a_proof_moved_to_another_event_or_checkpoint_proves_nothing(conn: Conn) -> None:
    lines = await exported(conn, "a")
    header, first, second, *events, end = [json.loads(line) for line in lines]

    def found(*changed: dict[str, Any]) -> set[FlawKind]:
        return {kind for kind, _ in flaws([json.dumps(line).encode() for line in changed])}

    assert found(header, first, second, *events, end) == set()
    moved = [events[0] | {"leaf": events[1]["leaf"], "path": events[1]["path"]}, *events[1:]]
    assert found(header, first, second, *moved, end) == {FlawKind.INCLUSION}
    shorter = [events[0] | {"path": events[0]["path"][1:]}, *events[1:]]
    assert found(header, first, second, *shorter, end) == {FlawKind.INCLUSION}
    assert found(header, first, second | {"consistency": []}, *events, end) == {FlawKind.CONSISTENCY}
    assert FlawKind.CONSISTENCY in found(header, second | {"consistency": []}, first, *events, end)
    of_another = events[0]["event"] | {"stream_id": "b"}
    assert FlawKind.FILE in found(header, first, second, events[0] | {"event": of_another}, *events[1:], end)


@pytest.mark.usefixtures("record")
async def test_a_thousand_flaws_are_named_and_the_rest_counted(conn: Conn) -> None:
    lines = await exported(conn)

    findings: Findings = verify([lines[0], *[b"x\n"] * 1500, *lines[1:]], SIGNER.verifier).findings

    assert (len(findings.flaws), findings.unnamed) == (1000, 500)
