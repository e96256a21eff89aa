"""Commands and documents in a tree of their own, signed with the events': what is changed there is named."""

import json
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE, STDOUT
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infra.commands import decide
from infra.commands import record as record_command
from infra.event_store.types import ANY
from infra.ids import uuid7
from infra.proof.checkpoints import Checkpointer, Outside
from infra.proof.export import record_lines, verify, verify_stored
from infra.proof.notes import Signer
from infra.proof.signed import RecordForked
from infra.proof.verifying import Findings, FlawKind
from tests.infra.event_store.conftest import AT, new_event, new_stream, put
from tests.infra.proof.conftest import SIGNER, MakeCheckpointer
from tests.infra.test_commands import a_command

Conn = asyncpg.Connection
SECOND_VERIFIER = Path(__file__).parents[3] / "examples" / "verify_export.py"
DOCUMENT = "INSERT INTO document VALUES ($1, $2, $3, sha256('keyed'), 'sealed', $4)"


async def act(conn: Conn, status: str, *, documents: bool = False) -> None:
    """An event, a command that came to this, and two forms of a document."""
    await put(conn, new_stream(), ANY, new_event())
    command, document_id, placement_id = a_command(), uuid7(), uuid7()
    await record_command(conn, command)
    if status != "recorded":
        await decide(conn, command.command_id, status, 200, "{}", at=datetime.now(UTC))  # type: ignore[arg-type] # one of the statuses
    for media in ("html", "pdf") if documents else ():
        await conn.execute(
            "INSERT INTO document (document_id, media, placement_id, fingerprint, sealed) VALUES"
            " ($1, $2, $3, sha256('keyed'), 'sealed')",
            document_id,
            media,
            placement_id,
        )


@pytest.fixture
async def record(conn: Conn, checkpointer: MakeCheckpointer) -> None:
    """Two checkpoints: over an accepted and a refused command and a document, and over another command."""
    await act(conn, "accepted", documents=True)
    await act(conn, "refused")
    await act(conn, "recorded")
    await checkpointer().checkpoint()
    await act(conn, "refused")
    await checkpointer().checkpoint()


async def exported(conn: Conn, folder: Path) -> Path:
    path = folder / "record.jsonl"
    path.write_text("".join([line async for line in record_lines(conn, SIGNER.verifier, AT)]), encoding="utf-8")
    return path


async def second_verifier(path: Path) -> tuple[int, str]:
    process = await create_subprocess_exec(
        sys.executable, "-I", SECOND_VERIFIER, str(path), SIGNER.verifier.written(), stdout=PIPE, stderr=STDOUT
    )
    printed, _ = await process.communicate()
    return process.returncode or 0, printed.decode()


async def everywhere(conn: Conn, folder: Path) -> list[Findings]:
    """Of the record in place and of its export; the second verifier agrees whether there is any flaw."""
    path = await exported(conn, folder)
    file = verify(path.read_bytes().splitlines(), SIGNER.verifier).findings
    code, printed = await second_verifier(path)
    assert code == (1 if file.flaws else 0), printed
    return [await verify_stored(conn, SIGNER.verifier, AT), file]


@pytest.mark.usefixtures("record")
async def test_decided_commands_and_documents_are_signed_but_not_undecided_ones(conn: Conn, tmp_path: Path) -> None:
    for found in await everywhere(conn, tmp_path):
        assert (found.entries, found.entries_proved, found.flaws) == (5, 5, [])
    await act(conn, "refused")

    stored, _ = await everywhere(conn, tmp_path)

    assert (stored.entries_proved, stored.entries_waiting, stored.flaws) == (5, 1, [])


COMMAND = "UPDATE command SET {} WHERE proved_as = 0"
TAMPERINGS = [
    *(
        COMMAND.replace("{}", change)
        for change in (
            "stream_id = 'other'",
            "kind = 'other'",
            """actor = '{"id":"other"}'""",
            "key_id = gen_random_uuid()",
            "body = 'other'",
            "body_hmac = 'other'",
            "correlation_id = gen_random_uuid()",
            "expected_version = 77",
            "issued_at = issued_at + interval '1 us'",
            "received_at = 'infinity'",
            "status = 'refused'",
            "http_status = 409",
            "answer = '{\"a\":1}'",
            "attempts = attempts + 1",
            "decided_at = decided_at - interval '1 day'",
            "status = 'recorded', decided_at = NULL, answer = NULL, http_status = NULL",
        )
    ),
    "DELETE FROM command WHERE status = 'refused' AND proved_as = 1",
    "DELETE FROM command WHERE proved_as IS NOT NULL",
    "UPDATE document SET sealed = 'other'",
    "UPDATE document SET fingerprint = 'other'",
    "UPDATE document SET placement_id = gen_random_uuid()",
    "UPDATE document SET kept_at = kept_at - interval '1 day'",
    "DELETE FROM document WHERE media = 'pdf'",
]


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("statement", TAMPERINGS)
async def test_a_changed_or_deleted_command_or_document_is_named(
    conn: Conn, superuser: Conn, tmp_path: Path, statement: str
) -> None:
    await superuser.execute(statement)

    for found in await everywhere(conn, tmp_path):
        assert {flaw.kind for flaw in found.flaws} == {FlawKind.ENTRY}


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(
    ("statement", "kinds"),
    [
        ("UPDATE proof_entry SET hash = sha256('x') WHERE number = 0", {FlawKind.ENTRY, FlawKind.ROOT}),
        ("DELETE FROM proof_entry WHERE number = 4", {FlawKind.CUT}),
        ("DELETE FROM proof_entry WHERE number = 0", {FlawKind.ENTRY, FlawKind.CUT, FlawKind.ROOT}),
        ("UPDATE proof_entry SET number = 9 WHERE number = 4", {FlawKind.ENTRY, FlawKind.ROOT}),
    ],
)
async def test_a_changed_tree_of_commands_is_found_and_is_not_signed_on(
    conn: Conn,
    superuser: Conn,
    checkpointer: MakeCheckpointer,
    tmp_path: Path,
    *,
    statement: str,
    kinds: set[FlawKind],
) -> None:
    await superuser.execute(statement)

    for found in await everywhere(conn, tmp_path):
        assert {flaw.kind for flaw in found.flaws} & kinds
    await act(conn, "accepted")
    (tmp_path / "checkpoints" / "signer.json").unlink()
    with pytest.raises(RecordForked, match="commands and documents"):
        await checkpointer().checkpoint()


@pytest.mark.usefixtures("record")
async def test_a_command_that_is_hidden_from_the_signer_is_found(conn: Conn, superuser: Conn) -> None:
    await act(conn, "refused")
    await superuser.execute("UPDATE command SET proved_as = 99 WHERE proved_as IS NULL AND status = 'refused'")

    found = await verify_stored(conn, SIGNER.verifier, AT)

    assert [flaw.kind for flaw in found.flaws] == [FlawKind.ENTRY]


@pytest.mark.usefixtures("record")
async def test_the_signer_goes_on_from_its_own_note_without_its_state(
    conn: Conn, checkpointer: MakeCheckpointer, outside: Outside, tmp_path: Path
) -> None:
    (tmp_path / "checkpoints" / "signer.json").unlink()
    await act(conn, "accepted", documents=True)

    await checkpointer().checkpoint()

    stored, file = await everywhere(conn, tmp_path)
    assert [(each.entries, each.entries_proved, each.flaws) for each in (stored, file)] == [(8, 8, [])] * 2
    assert len(list(outside.notes())) == 3


@pytest.mark.usefixtures("record")
async def test_a_new_log_of_a_restored_record_signs_what_the_log_before_it_took(
    conn: Conn, checkpointer: MakeCheckpointer, tmp_path: Path
) -> None:
    signer = Signer(name="council.example/record-2", key=Ed25519PrivateKey.from_private_bytes(b"j" * 32))
    new_log = Checkpointer(*checkpointer.parts, signer, Outside(tmp_path / "checkpoints-2"))
    await act(conn, "accepted", documents=True)

    await new_log.checkpoint()

    found = await verify_stored(conn, signer.verifier, AT)
    assert (found.entries, found.entries_proved, found.flaws) == (8, 8, [])


@pytest.mark.usefixtures("record")
async def test_an_export_has_only_the_hash_of_a_sealed_body(conn: Conn, tmp_path: Path) -> None:
    path = await exported(conn, tmp_path)
    entries = [line["entry"] for line in map(json.loads, path.read_text().splitlines()) if "entry" in line]

    bodies = [bytes.fromhex(each["content"].get("body") or each["content"]["sealed"]) for each in entries]

    assert {len(each) for each in bodies} == {32}


@pytest.mark.parametrize("statement", ["UPDATE command SET proved_as = 1", "UPDATE document SET proved_as = 1"])
async def test_only_the_signer_says_what_is_proved(conn: Conn, statement: str) -> None:
    for each in (statement, "INSERT INTO proof_entry VALUES (0, 'command', gen_random_uuid(), '', '')"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute(each)
