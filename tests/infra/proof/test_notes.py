"""The formats of C2SP: a key and a note of the Go project's own tests are read, and each thing that may be wrong is."""

from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infra.proof.notes import (
    Checkpoint,
    NoteInvalid,
    NoteVerifier,
    SignedNote,
    Signer,
    checkpoint,
    inclusion_proof,
    read_inclusion_proof,
)

# The example of golang.org/x/mod/sumdb/note: its key, and a note that key signed.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ROOT = bytes(range(32))


def log(name: str = "school.example/record", seed: int = 1) -> Signer:
    return Signer(name=name, key=Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


def signed(signer: Signer, origin: str = "school.example/record") -> str:
    return signer.signed(
        Checkpoint(origin=origin, size=7, root=ROOT, others=("position 9", "time 2026-11-24T09:00:00Z")).text()
    )


def test_a_published_key_and_note_are_read() -> None:
    verifier = NoteVerifier.read(PETER)

    assert verifier.written() == PETER
    assert SignedNote.read(NOTE).check(verifier) is None


def test_a_checkpoint_is_what_was_signed() -> None:
    found = checkpoint(signed(log()), NoteVerifier.read(log().verifier.written()))

    assert (found.origin, found.size, found.root) == ("school.example/record", 7, ROOT)
    assert found.position == 9
    assert Checkpoint(origin="a", size=1, root=ROOT, others=("position nine",)).position is None


def test_a_checkpoint_of_another_origin_key_or_content_is_refused() -> None:
    verifier = log().verifier
    note = signed(log())
    for wrong in (
        note.replace("\n7\n", "\n8\n"),
        note.replace("school.example/record\n7", "other.example/record\n7"),
        signed(log(seed=2)),
        signed(log("other.example/record")),
        signed(log(), origin="other.example/record"),
        note.rpartition("— ")[0],
        note[:-1],
        note.replace("— school", "- school"),
        note.replace("\n7\n", "\n07\n"),
        note[:-6] + "AAAA=\n",
        "",
    ):
        with pytest.raises(NoteInvalid):
            checkpoint(wrong, verifier)


def test_the_signature_of_another_beside_the_logs_own_does_no_harm() -> None:
    other = log("witness.example", 3)
    note = signed(log())
    text = SignedNote.read(note).text

    both = note + other.signed(text).removeprefix(f"{text}\n")

    assert checkpoint(both, log().verifier).size == 7
    assert SignedNote.read(both).check(other.verifier) is None


def test_a_witness_says_when_it_saw_a_checkpoint() -> None:
    """c2sp.org/tlog-cosignature: the time is in the signature and under it."""
    key = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
    witness = NoteVerifier(name="witness.example", public=key.public_key().public_bytes_raw(), kind=b"\x04")
    note = signed(log())
    text = SignedNote.read(note).text

    def line(under: int, said: int) -> str:
        signature = key.sign(f"cosignature/v1\ntime {under}\n{text}".encode())
        encoded = b64encode(witness.key_id + said.to_bytes(8) + signature).decode()
        return f"— {witness.name} {encoded}\n"

    assert NoteVerifier.read(witness.written()) == witness
    assert SignedNote.read(note + line(1764000000, 1764000000)).check(witness) == 1764000000
    with pytest.raises(NoteInvalid, match="does not fit"):
        SignedNote.read(note + line(1764000000, 1764000001)).check(witness)
    with pytest.raises(NoteInvalid, match="not signed by"):
        SignedNote.read(note).check(witness)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "name",
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("PeterNeumann", "Peter Neumann"),
        PETER.replace("ARpc", "Axpc"),
        PETER[:-4],
        PETER + "!",
    ],
)
def test_what_is_not_a_verifier_key(written: str) -> None:
    with pytest.raises(NoteInvalid):
        NoteVerifier.read(written)


@pytest.mark.parametrize(
    "text", ["", "a\n7\n", "a\nseven\nAA==\n", "a\n7\nAA==\n", "a\n\n7\n", "a\n\N{ARABIC-INDIC DIGIT SEVEN}\nAA==\n"]
)
def test_what_is_not_a_checkpoint(text: str) -> None:
    with pytest.raises(NoteInvalid):
        Checkpoint.read(text)


def test_a_proof_to_take_along_reads_back() -> None:
    note = signed(log())
    written = inclusion_proof(3, [ROOT, ROOT[::-1]], note)

    assert written.startswith("c2sp.org/tlog-proof@v1\nindex 3\n")
    assert read_inclusion_proof(written) == (3, [ROOT, ROOT[::-1]], note)
    with_extra = written.replace("index", "extra AAAA\nindex")
    assert read_inclusion_proof(with_extra) == (3, [ROOT, ROOT[::-1]], note)
    for wrong in (
        "",
        written.replace("@v1", "@v2"),
        written.replace("index 3", "index three"),
        "c2sp.org/tlog-proof@v1",
    ):
        with pytest.raises(NoteInvalid):
            read_inclusion_proof(wrong)
