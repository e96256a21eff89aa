"""The lines of an export: what each kind is written as, and read from."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from infra.event_store.types import StoredEvent
from infra.proof.notes import NoteInvalid, NoteVerifier

FORMAT: Final = "placements-record/1"
_MEANING: Final = {
    "made_at, runs_since": "When the record was read, by its own clock. A demonstration can move that: runs_since"
    " is what it read when that was last done, and nobody could sign in the time that it jumped over. Otherwise null.",
    "event": "As stored. data and meta are canonical JSON; these very characters are hashed. personal is base64 of what"
    " is sealed under the pupil's key. hash is in hexadecimal.",
    "hash": "SHA-256 over, each as its length (8 bytes, big-endian) and its bytes: placements/event/1, the hash of the "
    "stream's event before (32 zero bytes before version 1), position, stream_id, version, event_id (16 bytes), type, "
    "schema_version, data, personal, meta, recorded_at. Text is UTF-8; numbers are 8 bytes, big-endian, signed; times "
    "are microseconds since 1970-01-01T00:00Z; a missing personal is a length of -1 and no bytes.",
    "tree": "RFC 6962 over the hashes of all events by position; a leaf is an event's hash.",
    "checkpoint": "A signed note (c2sp.org/signed-note) of a checkpoint (c2sp.org/tlog-checkpoint), by Ed25519.",
    "elsewhere": "Events whose content is in another file, an archive: neighbouring subtrees of the tree, each as its "
    "level (it is over 2 to that many events; 0 for one leaf's hash) and its hash, base64.",
    "archived": "Of the one event of the line: where it was, its id and hash, and the SHA-256 of the archive that has "
    "its content. The first line names each archive, and how many events it has.",
    "entry": "A decided command or a kept document, in a tree of their own (RFC 6962, by number); a checkpoint signs "
    "how many (entries) and their root (entries-root). hash is SHA-256 over placements/ kind /1 and each field of "
    "content in its order, as for an event; body and sealed are the SHA-256 of what is stored, in hexadecimal as "
    "body_hmac and fingerprint; times are microseconds since 1970-01-01T00:00Z.",
    "leaf, path": "The number of the event in the tree from 0; the proof of its inclusion under the last checkpoint.",
    "consistency": "The proof that the checkpoint begins with the one before it, base64.",
}


class NotAnExport(Exception):
    """The file is not an export, or of a later format than this verifier knows."""


def header_line(
    verifier: NoteVerifier,
    at: datetime,
    *,
    stream_id: str | None = None,
    archive: bool = False,
    archives: Sequence[dict[str, Any]] = (),
    runs_since: datetime | None = None,
) -> str:
    """The first line. `archive`: of an archive. `archives` are the files that hold what is elsewhere.

    `runs_since`: what the clock that gave `at` read when it was last moved, as only that of a demonstration is.
    """
    return line_of(
        {
            "format": FORMAT,
            "origin": verifier.name,
            "verifier_key": verifier.written(),
            "stream_id": stream_id,
            "made_at": at.isoformat(),
            "runs_since": runs_since and runs_since.isoformat(),
            "archive": archive,
            "archives": list(archives),
            "meaning": _MEANING,
        }
    )


def header_of(line: bytes) -> dict[str, Any]:
    try:
        header: dict[str, Any] = json.loads(line)
        match header:
            case {
                "format": str(form),
                "origin": str(),
                "verifier_key": str(key),
                "stream_id": str() | None,
                "made_at": str(made_at),
            } if form == FORMAT:
                datetime.fromisoformat(made_at)
                runs_since_of(header)
                NoteVerifier.read(key)
                return header
    except (ValueError, NoteInvalid) as error:
        raise NotAnExport("the first line is not that of an export") from error
    raise NotAnExport(f"the first line is not that of an export of the format {FORMAT}")


def runs_since_of(header: dict[str, Any]) -> datetime | None:
    """When the clock was last moved, by itself. None for one that never was, and in exports from before this was said.

    Raises ValueError.
    """
    written = header.get("runs_since")
    if written is None:
        return None
    found: datetime | None = _instant(written)
    if found is None:
        raise ValueError("runs_since is no time with a zone")
    return found


def archives_stated(header: dict[str, Any]) -> dict[bytes, tuple[str, int]]:
    """Name and number of events of each archive that the first line names, by SHA-256. Raises NotAnExport."""
    try:
        return {
            bytes.fromhex(each["sha256"]): (str(each["name"]), int(each["events"]))
            for each in header.get("archives", ())
        }
    except (ValueError, KeyError, TypeError) as error:
        raise NotAnExport("the first line does not name its archives as an export does") from error


def event_fields(event: StoredEvent) -> dict[str, Any]:
    return {
        "position": event.position,
        "stream_id": event.stream_id,
        "version": event.version,
        "event_id": str(event.event_id),
        "type": event.type,
        "schema_version": event.schema_version,
        "data": event.data,
        "personal": None if event.personal is None else b64encode(event.personal).decode(),
        "meta": event.meta,
        # None where it is a time that the store never takes and somebody put there.
        "recorded_at": event.recorded_at and event.recorded_at.isoformat(),
        "hash": event.hash.hex(),
    }


def event_of(found: dict[str, Any]) -> StoredEvent:
    return StoredEvent(
        position=int(found["position"]),
        stream_id=str(found["stream_id"]),
        version=int(found["version"]),
        event_id=UUID(found["event_id"]),
        type=str(found["type"]),
        schema_version=int(found["schema_version"]),
        data=str(found["data"]),
        personal=None if found["personal"] is None else b64decode(found["personal"], validate=True),
        meta=str(found["meta"]),
        recorded_at=_instant(found["recorded_at"]),
        hash=bytes.fromhex(found["hash"]),
    )


def _instant(written: Any) -> Any:
    """None for what is no time, which a verifier names by its place, and goes on."""
    try:
        found = datetime.fromisoformat(written)
    except (ValueError, TypeError):
        return None
    return None if found.tzinfo is None else found


def event_in(line: bytes) -> StoredEvent | None:
    """The event of a line that was verified before; None for a line of another kind."""
    found = json.loads(line)
    return event_of(found["event"]) if "event" in found else None


def base64_of(hashes: Iterable[bytes]) -> list[str]:
    return [b64encode(each).decode() for each in hashes]


def hashes_of(written: list[Any]) -> list[bytes]:
    return [b64decode(each, validate=True) for each in written]


def line_of(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
