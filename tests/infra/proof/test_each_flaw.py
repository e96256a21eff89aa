"""Each change of the record is named by itself, at its place, and hides no other."""

import json
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE, STDOUT
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from infra.event_store.types import ANY
from infra.proof.checkpoints import Outside
from infra.proof.export import record_lines, stream_lines, verify, verify_stored
from infra.proof.notes import Checkpoint
from infra.proof.standing import add_standing
from infra.proof.verifying import Findings, FlawKind
from tests.infra.event_store.conftest import AT, new_event, put
from tests.infra.proof.conftest import ORIGIN, SIGNER, MakeCheckpointer

Conn = asyncpg.Connection
SECOND_VERIFIER = Path(__file__).parents[3] / "examples" / "verify_export.py"


@pytest.fixture
async def record(conn: Conn, checkpointer: MakeCheckpointer) -> None:
    """Two streams of three events in turn, under two checkpoints."""
    for number in range(6):
        if number == 4:
            await checkpointer().checkpoint()
        await put(conn, "ab"[number % 2], ANY, new_event(f'{{"n":{number}}}'))
    await checkpointer().checkpoint()


TIMES = ("infinity", "-infinity", "20000-01-01 00:00Z", "4000-01-01 00:00Z BC", "9999-12-31 23:00Z")
CHANGES = {
    **{
        "UPDATE event_store.event SET recorded_at = '{}' WHERE position = 3".replace("{}", time): (
            FlawKind.CHAIN,
            "a version 2",
        )
        for time in TIMES
    },
    "UPDATE event_store.event SET data = '[]' WHERE position = 4": (FlawKind.CHAIN, "b version 2"),
    "UPDATE event_store.stream SET recorded_at = recorded_at + interval '1 us' WHERE stream_id = 'a'": (
        FlawKind.CHAIN,
        "a version 3",
    ),
    "UPDATE event_store.stream SET recorded_at = 'infinity' WHERE stream_id = 'b'": (FlawKind.CHAIN, "b version 3"),
    "UPDATE event_store.stream SET archive = sha256('x') WHERE stream_id = 'a'": (FlawKind.ARCHIVE, "a"),
    "INSERT INTO event_store.stream VALUES ('c', 0, now(), sha256('x'))": (FlawKind.ARCHIVE, "c"),
    "INSERT INTO cosignature VALUES ('council.example/record', 4, 'w', 'no line', now())": (
        FlawKind.SIGNATURE,
        "checkpoint after 4 events",
    ),
    "UPDATE checkpoint SET note = 'x' WHERE size = 4": (FlawKind.SIGNATURE, "checkpoint after 4 events"),
}


async def named(conn: Conn, outside: Outside) -> list[tuple[FlawKind, str]]:
    found = await verify_stored(conn, SIGNER.verifier, AT, outside=list(outside.named()))
    return [(flaw.kind, flaw.place) for flaw in found.flaws]


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("change", CHANGES)
async def test_one_change_is_named_at_its_place(conn: Conn, superuser: Conn, outside: Outside, change: str) -> None:
    assert await named(conn, outside) == []

    await superuser.execute(change)

    assert CHANGES[change] in await named(conn, outside)


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("time", TIMES)
async def test_no_change_hides_another(conn: Conn, superuser: Conn, outside: Outside, time: str) -> None:
    changes = [each for each in CHANGES if "event SET recorded_at" not in each or time in each]
    for change in changes:
        await superuser.execute(change)

    assert {CHANGES[each] for each in changes} <= set(await named(conn, outside))


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("time", TIMES)
async def test_a_time_that_no_clock_tells_hides_nothing_in_an_export(
    conn: Conn, superuser: Conn, tmp_path: Path, time: str
) -> None:
    await superuser.execute("UPDATE event_store.event SET recorded_at = $1::text::timestamptz WHERE position = 3", time)
    await superuser.execute("UPDATE event_store.event SET data = '[]' WHERE position = 4")
    path = tmp_path / "record.jsonl"
    path.write_text("".join([line async for line in record_lines(conn, SIGNER.verifier, AT)]), encoding="utf-8")

    found = verify(path.read_bytes().splitlines(), SIGNER.verifier).findings
    process = await create_subprocess_exec(sys.executable, "-I", SECOND_VERIFIER, str(path), stdout=PIPE, stderr=STDOUT)
    printed, _ = await process.communicate()

    expected = {(FlawKind.CHAIN, "a version 2"), (FlawKind.CHAIN, "b version 2")}
    assert {(flaw.kind, flaw.place) for flaw in found.flaws} == expected
    assert [line.split(": ")[1][:11] for line in printed.decode().splitlines()[:-1]] == ["a version 2", "b version 2"]
    alone = [line.encode() async for line in stream_lines(conn, SIGNER.verifier, AT, "a")]
    assert (FlawKind.CHAIN, "a version 2") in {(each.kind, each.place) for each in verify(alone, None).findings.flaws}


@pytest.mark.parametrize("written", ["infinity", "+20000-01-01T00:00:00+00:00", "2026-09-01T08:30:00", 7, None])
@pytest.mark.usefixtures("record")
async def test_a_time_in_a_file_that_is_none_is_a_flaw_of_its_event_alone(conn: Conn, written: object) -> None:
    lines = [json.loads(line) async for line in record_lines(conn, SIGNER.verifier, AT)]
    lines[3]["event"]["recorded_at"] = written

    found = verify([json.dumps(line).encode() for line in lines], SIGNER.verifier).findings

    assert [(flaw.kind, flaw.place) for flaw in found.flaws] == [(FlawKind.CHAIN, "a version 2")]


def other(size: int) -> str:
    return SIGNER.signed(Checkpoint(origin=ORIGIN, size=size, root=b"x" * 32).text())


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(
    ("size", "kind"), [(4, FlawKind.FORK), (5, FlawKind.FORK), (6, FlawKind.FORK), (7, FlawKind.CUT)]
)
async def test_a_fork_is_called_a_fork_and_a_cut_a_cut(
    conn: Conn, tmp_path: Path, outside: Outside, size: int, kind: FlawKind
) -> None:
    (tmp_path / "checkpoints" / f"{size:020}.checkpoint").write_text(other(size), encoding="utf-8")

    assert await named(conn, outside) == [(kind, f"checkpoint of {size} events")]


@pytest.mark.usefixtures("record")
async def test_a_record_rewritten_and_signed_again_is_a_fork_of_what_is_outside(
    conn: Conn, superuser: Conn, outside: Outside
) -> None:
    await superuser.execute("UPDATE checkpoint SET note = $1 WHERE size = 6", other(6))

    found = await named(conn, outside)

    assert found == [(FlawKind.ROOT, "checkpoint of 6 events"), (FlawKind.CUT, "checkpoint of 6 events")]


@pytest.mark.usefixtures("record")
async def test_a_file_outside_that_is_no_note_is_named_and_others_still_compared(
    conn: Conn, tmp_path: Path, outside: Outside
) -> None:
    folder = tmp_path / "checkpoints"
    (folder / f"{3:020}.checkpoint").write_bytes(b"\xff\xfe not a note")
    (folder / f"{4:020}.checkpoint").write_text(other(4), encoding="utf-8")
    (folder / f"{5:020}.checkpoint").write_text(other(3), encoding="utf-8")

    assert await named(conn, outside) == [
        (FlawKind.SIGNATURE, "checkpoint of 3 events"),
        (FlawKind.FORK, "checkpoint of 4 events"),
        (FlawKind.FILE, "checkpoint of 5 events"),
    ]


def standing(state: dict[str, object], *, unsigned: int, last: Checkpoint | None = None) -> list[tuple[FlawKind, str]]:
    found = Findings(events=unsigned, last=last)
    add_standing(state, datetime(2026, 12, 1, 12, tzinfo=UTC), found)
    return [(flaw.kind, flaw.detail) for flaw in found.flaws]


LOOKED = "2026-12-01T11:59:00+00:00"
LONG_AGO = "2026-12-01T09:00:00+00:00"


@pytest.mark.parametrize(
    ("state", "unsigned", "told"),
    [
        ({"looked_at": LOOKED}, 5, None),
        ({"looked_at": LONG_AGO}, 0, None),
        ({"looked_at": LONG_AGO}, 5, f"has not gone on since {LONG_AGO}; 5 events are not signed"),
        ({"looked_at": LOOKED, "stopped": {"at": LONG_AGO, "why": "a fork"}}, 0, f"since {LONG_AGO}: a fork"),
        ({}, 5, None),
        ({"looked_at": "never"}, 5, None),
    ],
)
def test_signing_that_does_not_go_on_is_a_flaw_with_its_time(
    state: dict[str, object], unsigned: int, told: str | None
) -> None:
    found = standing(state, unsigned=unsigned)

    assert [kind for kind, _ in found] == ([] if told is None else [FlawKind.STOPPED])
    assert told is None or told in found[0][1]


@pytest.mark.parametrize(("ago", "stopped"), [(timedelta(minutes=1), False), (timedelta(minutes=10), True)])
def test_without_the_signers_own_word_its_last_checkpoint_says_when(ago: timedelta, *, stopped: bool) -> None:
    signed = datetime(2026, 12, 1, 12, tzinfo=UTC) - ago
    last = Checkpoint(origin=ORIGIN, size=1, root=b"x" * 32, others=(f"time {signed:%Y-%m-%dT%H:%M:%SZ}",))

    assert bool(standing({}, unsigned=1, last=last)) is stopped
