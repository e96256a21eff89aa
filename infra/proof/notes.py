"""Checkpoints as signed notes: the formats of C2SP, so that public tools read them and outside witnesses cosign.

A note is text, an empty line, and signature lines (c2sp.org/signed-note). A checkpoint's text is the origin, the
size, the root, and lines of our own (c2sp.org/tlog-checkpoint). A cosignature is a witness's, with its time
(c2sp.org/tlog-cosignature). A proof to take along is c2sp.org/tlog-proof.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519: Final = b"\x01"
_COSIGNATURE: Final = b"\x04"
_KEY_ID_BYTES: Final = 4
_TIME_BYTES: Final = 8
_ROOT_BYTES: Final = 32
_DIGITS: Final = 18
_DASH: Final = "\N{EM DASH} "


class NoteInvalid(Exception):
    """Not a note, not a checkpoint, of another origin, or not signed by whom it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteVerifier:
    """Whose signature it is: a name and an Ed25519 key. `kind` is 1 for a log's, 4 for a witness's cosignature."""

    name: str
    public: bytes
    kind: bytes = _ED25519

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:_KEY_ID_BYTES]

    @property
    def cosigns(self) -> bool:
        return self.kind == _COSIGNATURE

    def written(self) -> str:
        """As a verifier key: name, key id, and kind with key."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(self.kind + self.public).decode()}"

    @classmethod
    def read(cls, written: str) -> "NoteVerifier":
        """Raises NoteInvalid."""
        name, _, rest = written.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        key = _decoded(encoded)
        found = cls(name=_name(name), public=key[1:], kind=key[:1])
        if found.kind not in {_ED25519, _COSIGNATURE} or len(found.public) != _ROOT_BYTES:
            raise NoteInvalid("a verifier key of a kind that is not known here")
        if found.key_id.hex() != key_id:
            raise NoteInvalid("a verifier key whose id is not its own")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A log's private key under its name."""

    name: str
    key: Ed25519PrivateKey

    @property
    def verifier(self) -> NoteVerifier:
        return NoteVerifier(name=self.name, public=self.key.public_key().public_bytes_raw())

    def signed(self, text: str) -> str:
        """The note with this signature."""
        return f"{text}\n{_line(self.verifier, self.key.sign(text.encode()))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedNote:
    """`text` ends in a newline; a signature is a name, a key id and what follows it."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    @classmethod
    def read(cls, written: str) -> "SignedNote":
        """Raises NoteInvalid."""
        text, found, lines = written.rpartition("\n\n")
        if not found or not lines.endswith("\n"):
            raise NoteInvalid("a note is text, an empty line and signatures")
        return cls(text=f"{text}\n", signatures=tuple(_signature(line) for line in lines.splitlines()))

    def check(self, verifier: NoteVerifier) -> int | None:
        """Whether this key signed it; for a cosignature, when (seconds since 1970). Raises NoteInvalid."""
        for name, key_id, rest in self.signatures:
            if (name, key_id) != (verifier.name, verifier.key_id):
                continue
            time, signature = (rest[:_TIME_BYTES], rest[_TIME_BYTES:]) if verifier.cosigns else (b"", rest)
            seconds = int.from_bytes(time) if time else None
            signed = self.text if seconds is None else f"cosignature/v1\ntime {seconds}\n{self.text}"
            try:
                Ed25519PublicKey.from_public_bytes(verifier.public).verify(signature, signed.encode())
            except InvalidSignature:
                raise NoteInvalid(f"the signature of {name} does not fit the note") from None
            return seconds
        raise NoteInvalid(f"not signed by {verifier.name} with key {verifier.key_id.hex()}")

    def signed_by(self, verifier: NoteVerifier) -> bool:
        """Whether there is a line of this key's, which may be wrong."""
        return any((name, key_id) == (verifier.name, verifier.key_id) for name, key_id, _ in self.signatures)

    def line_of(self, verifier: NoteVerifier) -> str:
        """This key's own line, exactly as a note has it. Raises NoteInvalid."""
        for name, key_id, rest in self.signatures:
            if (name, key_id) == (verifier.name, verifier.key_id):
                return _line(verifier, rest)
        raise NoteInvalid(f"not signed by {verifier.name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a log says of itself: so many leaves, this root. `others` are further lines, each without its end."""

    origin: str
    size: int
    root: bytes
    others: tuple[str, ...] = ()

    @property
    def position(self) -> int | None:
        """That of the last event it covers, where it says so in a line of its own."""
        for line in self.others:
            name, _, value = line.partition(" ")
            if name == "position" and value.isascii() and value.isdigit():
                return int(value)
        return None

    @property
    def signed_at(self) -> datetime | None:
        """By the signer's clock, where it says so in a line of its own."""
        for line in self.others:
            name, _, value = line.partition(" ")
            if name == "time":
                try:
                    return datetime.fromisoformat(value)
                except ValueError:
                    return None
        return None

    @property
    def entries(self) -> tuple[int, bytes] | None:
        """Number and root of the commands and documents that it signs as well; None where it says nothing of them."""
        lines = dict(line.split(" ", 1) for line in self.others if " " in line)
        number, root = lines.get("entries", ""), lines.get("entries-root", "")
        if not number.isascii() or not number.isdigit() or len(number) > _DIGITS:
            return None
        return int(number), _decoded(root)

    def text(self) -> str:
        return "".join(f"{line}\n" for line in (self.origin, self.size, b64encode(self.root).decode(), *self.others))

    @classmethod
    def read(cls, text: str) -> "Checkpoint":
        """Raises NoteInvalid."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):  # noqa: PLR2004 # origin, size, root, and the end of the last
            raise NoteInvalid("a checkpoint is an origin, a size and a root")
        origin, size, root, *others = lines[:-1]
        if not size.isascii() or not size.isdigit() or str(int(size)) != size:
            raise NoteInvalid("the size of a checkpoint is a plain number")
        decoded = _decoded(root)
        if len(decoded) != _ROOT_BYTES:
            raise NoteInvalid("the root of a checkpoint is 32 bytes")
        return cls(origin=origin, size=int(size), root=decoded, others=tuple(others))


def checkpoint(written: str, verifier: NoteVerifier) -> Checkpoint:
    """The checkpoint in a note that this log signed. Raises NoteInvalid."""
    note = SignedNote.read(written)
    note.check(verifier)
    found = Checkpoint.read(note.text)
    if found.origin != verifier.name:
        raise NoteInvalid(f"a checkpoint of {found.origin}, not of {verifier.name}")
    return found


def inclusion_proof(index: int, path: Iterable[bytes], note: str) -> str:
    """One leaf's proof, to be taken along and checked by whoever has the log's verifier key."""
    lines = ("c2sp.org/tlog-proof@v1", f"index {index}", *(b64encode(each).decode() for each in path))
    return "".join(f"{line}\n" for line in lines) + "\n" + note


def read_inclusion_proof(written: str) -> tuple[int, Sequence[bytes], str]:
    """Index, path and note. Raises NoteInvalid."""
    head, _, note = written.partition("\n\n")
    first, *lines = head.split("\n")
    if lines and lines[0].startswith("extra "):
        lines = lines[1:]
    if first != "c2sp.org/tlog-proof@v1" or not lines or not lines[0].startswith("index "):
        raise NoteInvalid("not a proof of inclusion")
    index = lines[0].removeprefix("index ")
    if not index.isascii() or not index.isdigit():
        raise NoteInvalid("the index of a leaf is a plain number")
    return int(index), [_decoded(line) for line in lines[1:]], note


def add_checkpoint_request(known: int, path: Iterable[bytes], note: str) -> str:
    """What a witness is sent: the size of the checkpoint it holds, the proof that this one begins with it, and this."""
    return "".join(f"{line}\n" for line in (f"old {known}", *(b64encode(each).decode() for each in path))) + "\n" + note


def _line(verifier: NoteVerifier, signature: bytes) -> str:
    return f"{_DASH}{verifier.name} {b64encode(verifier.key_id + signature).decode()}\n"


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, found, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not found:
        raise NoteInvalid("a signature is a dash, a name and a signature")
    decoded = _decoded(encoded)
    if len(decoded) <= _KEY_ID_BYTES:
        raise NoteInvalid("a signature that is too short")
    return _name(name), decoded[:_KEY_ID_BYTES], decoded[_KEY_ID_BYTES:]


def _name(name: str) -> str:
    if not name or "+" in name or any(character.isspace() for character in name):
        raise NoteInvalid("the name of a key has neither spaces nor plus signs")
    return name


def _decoded(encoded: str) -> bytes:
    try:
        return b64decode(encoded, validate=True)
    except (NotBase64, ValueError):
        raise NoteInvalid("not in base64") from None
