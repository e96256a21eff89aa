"""Checkpoints and proofs over HTTP, and one file that an auditor verifies on their own machine in two ways."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, STDOUT
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infra.proof.checkpoints import Checkpointer
from infra.proof.merkle import leaf_hash, root_of_inclusion, verify_consistency
from infra.proof.notes import Checkpoint, NoteVerifier, checkpoint, read_inclusion_proof
from services.commands import groups
from services.gateway.commands.examples import OF_PLACEMENT, PLACEMENT_ID
from services.local.demonstration import advance
from tests.conftest import Database
from tests.gateway.commandline import placements
from tests.gateway.driving import Driver

SECOND_VERIFIER = Path(__file__).parents[2] / "examples" / "verify_export.py"


async def told(driver: Driver, count: int) -> None:
    for step in OF_PLACEMENT[:count]:
        await driver.move_clock(step)
        (await driver.take(step)).raise_for_status()


async def read(driver: Driver, path: str, who: str = "auditor", **query: Any) -> dict[str, Any]:
    answer = await driver.get(path, who, **query)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.obligation("S36")
async def test_a_signed_checkpoint_proves_an_event_and_the_earlier_checkpoints(
    whole: Driver, checkpointer: Checkpointer
) -> None:
    """An event is proved under a signed checkpoint, and checkpoints under each other."""
    await told(whole, 3)
    await checkpointer.checkpoint()
    await told(whole, 5)
    await checkpointer.checkpoint()

    shown = (await read(whole, "/audit/checkpoints"))["checkpoints"]
    verifier = NoteVerifier.read(shown[-1]["verifier_key"])
    read_back: list[Checkpoint] = [checkpoint(each["note"], verifier) for each in shown]
    assert [each.size for each in read_back] == [each["size"] for each in shown]
    first, last = read_back[0], read_back[-1]
    assert first.size < last.size

    proof = await read(whole, "/audit/consistency", first=first.size, second=last.size)
    verify_consistency(first.size, last.size, first.root, last.root, [b64decode(each) for each in proof["path"]])

    timeline = (await read(whole, f"/placements/{PLACEMENT_ID}/timeline"))["events"]
    for who in ("auditor", "case_worker"):
        proved = await read(whole, f"/audit/proofs/{timeline[0]['event_id']}", who)
        leaf, path, note = read_inclusion_proof(proved["proof"])
        at = checkpoint(note, verifier)
        assert root_of_inclusion(leaf_hash(bytes.fromhex(proved["hash"])), leaf, at.size, path) == at.root


async def test_what_is_not_there_not_to_be_seen_or_not_yet_signed_has_no_proof(whole: Driver) -> None:
    await told(whole, 1)
    timeline = (await read(whole, f"/placements/{PLACEMENT_ID}/timeline"))["events"]
    of_it = f"/audit/proofs/{timeline[-1]['event_id']}"

    assert (await whole.get(of_it, "other_school")).json()["code"] == "not_found"
    assert (await whole.get(f"/audit/proofs/{PLACEMENT_ID}", "auditor")).json()["code"] == "not_found"
    for wrong in ({"first": 0, "second": 1}, {"first": 2, "second": 1}, {"first": 1, "second": 10**9}, {"first": "x"}):
        assert (await whole.get("/audit/consistency", "auditor", **wrong)).status_code == 422, wrong
    assert (await whole.http.get("/api/v1/audit/checkpoints")).status_code == 401


async def test_without_a_name_for_the_record_there_are_no_checkpoints(gw: Driver) -> None:
    gw.gateway.settings.__dict__["record_origin"] = ""
    assert await read(gw, "/audit/checkpoints") == {"checkpoints": [], "next": None}


async def test_days_that_are_jumped_over_are_no_days_in_which_nobody_signed(whole: Driver, database: Database) -> None:
    """As while the example caseload is loaded: the clock is moved on and on, and the signer's minute has not come."""
    await told(whole, 3)
    gateway = whole.gateway
    await advance(gateway.engine, gateway.temporal, gateway.clock, datetime(2027, 3, 1, tzinfo=UTC))

    code, printed = await placements(whole, database, "audit", "verify")

    assert (code, ", 0 flaws." in printed) == (0, True), printed


async def test_a_moved_clock_leaves_no_flaw_behind(whole: Driver, database: Database, tmp_path: Path) -> None:
    """What was recorded a moment before is days old by the moved clock, and nobody's minute has come since."""
    await told(whole, 3)
    await whole.rest()
    code, printed = await placements(whole, database, "clock", "advance", "--to", "2027-03-01")
    assert code == 0, printed

    code, printed = await placements(whole, database, "audit", "verify")
    assert (code, ", 0 flaws." in printed) == (0, True), printed

    file = tmp_path / "record.jsonl"
    code, printed = await placements(whole, database, "audit", "export", str(file))
    assert code == 0, printed
    code, printed = first_verifier(str(file))
    assert (code, ", 0 flaws." in printed) == (0, True), printed


def first_verifier(*arguments: str) -> tuple[int, str]:
    """In this process: a file asks neither database nor settings."""
    result = CliRunner().invoke(groups.audit, ["verify", *arguments], env={"COLUMNS": "240"})
    return result.exit_code, result.output


async def second_verifier(*arguments: str) -> tuple[int, str]:
    """With the interpreter isolated: nothing of ours can be imported."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", SECOND_VERIFIER, *arguments, stdout=PIPE, stderr=STDOUT, cwd="/"
    )
    printed, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, printed.decode()


@pytest.mark.obligation("S36")
async def test_the_command_line_and_a_second_verifier_verify_an_export(
    whole: Driver, checkpointer: Checkpointer, database: Database, tmp_path: Path
) -> None:
    await told(whole, 12)
    await checkpointer.checkpoint()
    code, key = await placements(whole, database, "audit", "key")
    assert code == 0
    key = key.strip()

    for name, options in (("record", ()), ("placement", ("--placement", str(PLACEMENT_ID)))):
        file = tmp_path / f"{name}.jsonl"
        code, printed = await placements(whole, database, "audit", "export", str(file), *options)
        assert code == 0, printed
        code, printed = first_verifier(str(file), "--key", key)
        assert (code, "0 flaws" in printed, key in printed) == (0, True, True), printed
        code, printed = await second_verifier(str(file), key)
        assert (code, "0 wrong" in printed) == (0, True), printed

        lines = file.read_bytes().splitlines(keepends=True)
        at = next(number for number, line in enumerate(lines) if line.startswith(b'{"event"'))
        event = json.loads(lines[at])
        event["event"]["data"] += " "
        place = f"{event['event']['stream_id']} version {event['event']['version']}"
        changed = tmp_path / f"{name}-changed.jsonl"
        changed.write_bytes(b"".join([*lines[:at], json.dumps(event).encode() + b"\n", *lines[at + 1 :]]))
        for code, printed in (first_verifier(str(changed), "--key", key), await second_verifier(str(changed), key)):
            assert (code, place in printed) == (1, True), printed
        for cut in (lines[:-1], [*lines[:2], *lines[3:]], [lines[0]]):
            changed.write_bytes(b"".join(cut))
            assert first_verifier(str(changed), "--key", key)[0] == 1
            assert (await second_verifier(str(changed), key))[0] == 1

    assert "compare it" in first_verifier(str(file))[1]
    assert (await placements(whole, database, "audit", "export", str(file)))[0] == 2
    changed.write_text("{}")
    assert (first_verifier(str(changed))[0], (await second_verifier(str(changed)))[0]) == (1, 2)


async def test_the_record_verifies_in_place_and_a_copy_shows_a_lost_checkpoint(
    whole: Driver, checkpointer: Checkpointer, database: Database
) -> None:
    """The record is verified in place, and a copy outside shows a lost checkpoint."""
    await told(whole, 3)
    await checkpointer.checkpoint()
    code, printed = await placements(whole, database, "audit", "verify")
    assert (code, "0 flaws" in printed) == (0, True), printed

    folder = whole.gateway.settings.checkpoints_directory
    made = max(folder.glob("*.checkpoint"))
    signed = made.read_text().replace(f"\n{int(made.stem)}\n", f"\n{10**6}\n")
    (folder / f"{10**6:020}.checkpoint").write_text(signed)
    code, printed = await placements(whole, database, "audit", "verify", "--json")
    assert (code, json.loads(printed)[0]["place"]) == (1, f"checkpoint of {10**6} events")
