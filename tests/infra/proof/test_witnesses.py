"""Witnesses outside: what they are asked, what is kept of their answers, and what a record put back shows."""

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import asyncpg
import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from infra.clock import SystemClock
from infra.proof.checkpoints import kept
from infra.proof.export import record_lines, verify
from infra.proof.merkle import ProofInvalid, verify_consistency
from infra.proof.notes import Checkpoint, NoteInvalid, NoteVerifier, SignedNote
from infra.proof.verifying import FlawKind
from infra.proof.witnesses import Cosigning, Witness, witnesses_of
from tests.infra.proof.conftest import ORIGIN, SIGNER, MakeCheckpointer, record

Conn = asyncpg.Connection
_TIME = 1_790_000_000


@dataclass(slots=True, kw_only=True)
class Attesting:
    """A witness of C2SP's protocol (c2sp.org/tlog-witness) for one log, with its state in memory."""

    name: str
    key: Ed25519PrivateKey
    held: Checkpoint | None = None
    asked: list[tuple[int, int]] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)

    @property
    def verifier(self) -> NoteVerifier:
        return NoteVerifier(name=self.name, public=self.key.public_key().public_bytes_raw(), kind=b"\x04")

    async def add_checkpoint(self, request: Request) -> Response:
        head, _, note = (await request.body()).decode().partition("\n\n")
        old, *path = head.split("\n")
        try:
            SignedNote.read(note).check(SIGNER.verifier)
        except NoteInvalid:
            return Response(status_code=403)
        known, offered = int(old.removeprefix("old ")), Checkpoint.read(SignedNote.read(note).text)
        self.asked.append((known, offered.size))
        if self.answers:
            return self.answers.pop()
        held = 0 if self.held is None else self.held.size
        if known != held:
            return Response(f"{held}\n", status_code=409, media_type="text/x.tlog.size")
        if self.held is not None:
            try:
                proof = [b64decode(each) for each in path]
                verify_consistency(known, offered.size, self.held.root, offered.root, proof)
            except ProofInvalid:
                return Response(status_code=422)
        self.held = offered
        return PlainTextResponse(self.line(offered))

    def line(self, checkpoint: Checkpoint) -> str:
        signature = self.key.sign(f"cosignature/v1\ntime {_TIME}\n{checkpoint.text()}".encode())
        stamped = self.verifier.key_id + _TIME.to_bytes(8) + signature
        return f"\N{EM DASH} {self.name} {b64encode(stamped).decode()}\n"


@pytest.fixture
def witness() -> Attesting:
    return Attesting(name="witness.example/w1", key=Ed25519PrivateKey.from_private_bytes(b"w" * 32))


@pytest.fixture
async def cosigning(signing_engine: AsyncEngine, witness: Attesting) -> AsyncIterator[Cosigning]:
    app = Starlette(routes=[Route("/log/add-checkpoint", witness.add_checkpoint, methods=["POST"])])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app)) as http:
        named = witnesses_of(f"{witness.verifier.written()} https://witness.example/log/")
        yield Cosigning(signing_engine, SystemClock(), ORIGIN, named, http)


async def test_each_checkpoint_is_cosigned_from_the_last_and_an_export_says_who(
    conn: Conn, checkpointer: MakeCheckpointer, cosigning: Cosigning, witness: Attesting
) -> None:
    """Each checkpoint is cosigned from the one before, and an export says by whom."""
    assert await cosigning.cosign() == 0, "nothing to cosign"
    for events in (5, 3):
        await record(conn, events)
        await checkpointer().checkpoint()
        assert await cosigning.cosign() == 1
    assert await cosigning.cosign() == 0, "each is cosigned once"
    assert witness.asked == [(0, 5), (5, 8)]

    for each in await kept(conn, ORIGIN):
        note = SignedNote.read(each.cosigned)
        assert note.check(witness.verifier) == _TIME
        assert each.note + note.line_of(witness.verifier) == each.cosigned
    lines = [line.encode() async for line in record_lines(conn, SIGNER.verifier, datetime.now(UTC))]
    findings = verify(lines, SIGNER.verifier, witnesses=[witness.verifier]).findings
    assert (findings.flaws, findings.cosigned) == ([], {witness.name: 8})


async def test_one_that_was_away_or_whose_answer_was_lost_is_asked_again(
    conn: Conn, checkpointer: MakeCheckpointer, cosigning: Cosigning, witness: Attesting
) -> None:
    await record(conn, 5)
    await checkpointer().checkpoint()
    witness.answers = [Response(status_code=503)]
    assert await cosigning.cosign() == 0
    # It signed, and we never heard: it holds what we do not know of.
    await record(conn, 2)
    made = await checkpointer().checkpoint()
    assert made is not None
    witness.held = Checkpoint.read(SignedNote.read((await kept(conn, ORIGIN))[0].note).text)

    assert await cosigning.cosign() == 1

    assert witness.asked[-2:] == [(0, 7), (5, 7)]
    assert witness.held == made.checkpoint


@pytest.mark.parametrize("held", ["larger", "other"])
async def test_a_record_that_does_not_extend_what_was_cosigned_is_not_cosigned(
    conn: Conn, checkpointer: MakeCheckpointer, cosigning: Cosigning, witness: Attesting, held: str
) -> None:
    await record(conn, 5)
    await checkpointer().checkpoint()
    witness.held = Checkpoint(origin=ORIGIN, size=9 if held == "larger" else 3, root=bytes(32))

    assert await cosigning.cosign() == 0

    assert [each.cosignatures for each in await kept(conn, ORIGIN)] == [""]


@pytest.mark.parametrize("wrong", ["another key", "another text", "no note"])
async def test_an_answer_that_is_no_cosignature_is_not_kept(
    conn: Conn, checkpointer: MakeCheckpointer, cosigning: Cosigning, witness: Attesting, wrong: str
) -> None:
    await record(conn, 5)
    made = await checkpointer().checkpoint()
    assert made is not None
    stranger = Attesting(name=witness.name, key=Ed25519PrivateKey.from_private_bytes(b"x" * 32))
    other = Checkpoint(origin=ORIGIN, size=5, root=bytes(32))
    lines = {"another key": stranger.line(made.checkpoint), "another text": witness.line(other), "no note": "thanks"}
    witness.answers = [PlainTextResponse(lines[wrong])]

    assert await cosigning.cosign() == 0

    assert [each.cosignatures for each in await kept(conn, ORIGIN)] == [""]


async def test_a_cosignature_that_was_changed_is_a_flaw(
    conn: Conn, superuser: Conn, checkpointer: MakeCheckpointer, witness: Attesting
) -> None:
    await record(conn, 5)
    made = await checkpointer().checkpoint()
    assert made is not None
    forged = witness.line(Checkpoint(origin=ORIGIN, size=5, root=bytes(32)))
    await superuser.execute("INSERT INTO cosignature VALUES ($1, 5, $2, $3, now())", ORIGIN, witness.name, forged)

    lines = [line.encode() async for line in record_lines(conn, SIGNER.verifier, datetime.now(UTC))]
    findings = verify(lines, SIGNER.verifier, witnesses=[witness.verifier]).findings

    assert [each.kind for each in findings.flaws] == [FlawKind.SIGNATURE]
    assert findings.cosigned == {}


@pytest.mark.parametrize("setting", ["https://witness.example", "{log} https://witness.example", "{witness} ftp://x"])
def test_a_witness_that_is_not_named_as_it_should_be_is_refused(witness: Attesting, setting: str) -> None:
    written = setting.format(log=SIGNER.verifier.written(), witness=witness.verifier.written())
    with pytest.raises(NoteInvalid):
        witnesses_of(written)
    assert witnesses_of("") == ()
    assert witnesses_of(f"{witness.verifier.written()} http://w") == (
        Witness(verifier=witness.verifier, url="http://w"),
    )
