"""One file that proves itself: events, checkpoints, proofs, the key and what each part means, in lines of JSON.

Of the whole record: every event in the order of the feed, each checkpoint behind the last event it covers. Of one
stream: the checkpoints, each with its proof of consistency with the one before, then the stream's events, each with its
proof of inclusion under the last. Personal parts stay as they are stored, sealed.
"""

import json
import struct
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Self
from uuid import UUID

import asyncpg

from infra.event_store import chain
from infra.event_store.read import COLUMNS, horizon, read_stream, stored
from infra.event_store.types import StoredEvent
from infra.proof import tree
from infra.proof.checkpoints import kept, latest
from infra.proof.merkle import consistency_ranges, inclusion_ranges
from infra.proof.notes import NoteInvalid, Verifier
from infra.proof.verifying import Findings, FlawKind, RecordVerification, StreamVerification, TreeVerification

FORMAT: Final = "placements-record/1"
# Twice the time between two checkpoints, and what a writer may stay open.
ALLOWANCE: Final = timedelta(minutes=3)

_PAGE: Final = 2000
_EVENTS: Final = """
SELECT {} FROM event_store.event WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3
"""
_MEANING: Final = {
    "event": "As stored. data and meta are canonical JSON; these very characters are hashed. personal is base64 of what"
    " is sealed under the pupil's key. hash is in hexadecimal.",
    "hash": "SHA-256 over, each as its length (8 bytes, big-endian) and its bytes: placements/event/1, the hash of the "
    "stream's event before (32 zero bytes before version 1), position, stream_id, version, event_id (16 bytes), type, "
    "schema_version, data, personal, meta, recorded_at. Text is UTF-8; numbers are 8 bytes, big-endian, signed; times "
    "are microseconds since 1970-01-01T00:00Z; a missing personal is a length of -1 and no bytes.",
    "tree": "RFC 6962 over the hashes of all events by position; a leaf is an event's hash.",
    "checkpoint": "A signed note (c2sp.org/signed-note) of a checkpoint (c2sp.org/tlog-checkpoint), by Ed25519.",
    "leaf, path": "The number of the event in the tree from 0; the proof of its inclusion under the last checkpoint.",
    "consistency": "The proof that the checkpoint begins with the one before it, base64.",
}


class NotAnExport(Exception):
    """The file is not an export, or of a later format than this verifier knows."""


async def record_lines(conn: asyncpg.Connection, verifier: Verifier, at: datetime) -> AsyncIterator[str]:
    """The whole record as it is settled now, in constant memory; each statement its own snapshot."""
    yield _header(verifier, at, stream_id=None)
    events, checkpoints = 0, 0
    async for each in _in_order(conn, verifier.name, COLUMNS):
        if isinstance(each, str):
            checkpoints += 1
            yield _line({"checkpoint": each})
        else:
            events += 1
            yield _line({"event": _written(stored(each))})
    yield _line({"end": {"events": events, "checkpoints": checkpoints}})


async def verify_stored(
    conn: asyncpg.Connection, verifier: Verifier, at: datetime, *, witnesses: Sequence[Verifier] = ()
) -> Findings:
    """The record where it stands: each stream's chain and head, and the checkpoints, in constant memory."""
    verification = TreeVerification(verifier, allowance=ALLOWANCE, witnesses=witnesses)
    async for fault in chain.verify_stored(conn):
        verification.findings.add_fault(fault)
    async for each in _in_order(conn, verifier.name, "position, hash, recorded_at"):
        if isinstance(each, str):
            verification.checkpoint(each)
        else:
            verification.leaf(each["position"], each["hash"], each["recorded_at"])
    return verification.done(at)


async def _in_order(conn: asyncpg.Connection, origin: str, columns: str) -> AsyncIterator[asyncpg.Record | str]:
    """Each settled event, and each checkpoint's note behind the last event that it covers."""
    # Before the horizon: a checkpoint that is signed later may cover events beyond it, which would look cut off.
    notes = await _Notes.so_far(conn, origin)
    limit = (await horizon(conn)).limit
    # From below the first position there can be: what somebody put there is in its stream all the same.
    events, position = 0, -(2**63)
    while rows := await conn.fetch(_EVENTS.format(columns), position, limit, _PAGE):
        for row in rows:
            yield row
            events += 1
            while (note := await notes.up_to(events)) is not None:
                yield note
        position = rows[-1]["position"]
    # Checkpoints over more than there is: the verifier names them.
    while (found := await notes.next()) is not None:
        yield found[1]


async def stream_lines(
    conn: asyncpg.Connection, verifier: Verifier, at: datetime, stream_id: str
) -> AsyncIterator[str]:
    """One stream with its proofs."""
    yield _header(verifier, at, stream_id=stream_id)
    notes = await _Notes.so_far(conn, verifier.name)
    checkpoints, last = 0, 0
    while (found := await notes.next()) is not None:
        size, note = found
        path = await tree.range_hashes(conn, consistency_ranges(last, size)) if last else []
        yield _line({"checkpoint": note, "consistency": _base64(path)})
        checkpoints, last = checkpoints + 1, size
    events = await read_stream(conn, stream_id)
    for event in events:
        leaf = await _leaf(conn, event, last)
        path = [] if leaf is None else await tree.range_hashes(conn, inclusion_ranges(leaf, last))
        yield _line({"event": _written(event), "leaf": leaf, "path": _base64(path)})
    yield _line({"end": {"events": len(events), "checkpoints": checkpoints}})


class ExportVerification:
    """Takes an export's lines one after another, from a file or as they are made."""

    def __init__(self, first: bytes, trusted: Verifier | None, *, witnesses: Sequence[Verifier] = ()) -> None:
        """Without a trusted key, the one the export brings is used. Raises NotAnExport."""
        header = _header_of(first)
        self.verifier = trusted or Verifier.read(header["verifier_key"])
        self._at = datetime.fromisoformat(header["made_at"])
        self._of: RecordVerification | StreamVerification = (
            RecordVerification(self.verifier, allowance=ALLOWANCE, witnesses=witnesses)
            if header["stream_id"] is None
            else StreamVerification(self.verifier, header["stream_id"], witnesses=witnesses)
        )
        self.findings = self._of.findings
        self._number = 1
        self._end: tuple[int, int] | None = None
        if (header["origin"], header["verifier_key"]) != (self.verifier.name, self.verifier.written()):
            detail = f"the export is of another log than {self.verifier.written()}"
            self.findings.add(FlawKind.SIGNATURE, "line 1", detail)

    def line(self, line: bytes) -> None:
        """One that is not understood is a flaw."""
        self._number += 1
        try:
            parsed = json.loads(line)
            match parsed:
                case {"end": {"events": int(events), "checkpoints": int(checkpoints)}}:
                    self._end = (events, checkpoints)
                case _ if not self._taken(parsed):
                    self.findings.add(FlawKind.FILE, f"line {self._number}", "is of no known kind")
        except (ValueError, KeyError, TypeError, NotBase64, struct.error) as error:
            self.findings.add(FlawKind.FILE, f"line {self._number}", f"cannot be read: {error}")

    def done(self) -> Findings:
        found = self.findings
        if self._end is None:
            found.add(FlawKind.FILE, "its end", "there is no last line: it was cut off")
        elif self._end != (found.events, found.checkpoints):
            there = f"{found.events} events and {found.checkpoints} checkpoints"
            found.add(FlawKind.FILE, "its end", f"{there} are there, not as many as the last line says")
        if isinstance(self._of, RecordVerification):
            self._of.done(self._at)
        return found

    def _taken(self, line: Any) -> bool:
        match self._of, line:
            case RecordVerification() as record, {"event": found}:
                record.event(_read(found))
            case RecordVerification() as record, {"checkpoint": str(note)}:
                record.checkpoint(note)
            case StreamVerification() as stream, {"event": found, "leaf": int() | None as leaf, "path": list(path)}:
                stream.event(_read(found), leaf, _hashes(path))
            case StreamVerification() as stream, {"checkpoint": str(note), "consistency": list(path)}:
                stream.checkpoint(note, _hashes(path))
            case _:
                return False
        return True


def verify(
    lines: Iterable[bytes], trusted: Verifier | None, *, witnesses: Sequence[Verifier] = ()
) -> ExportVerification:
    """All of an export, read to its end. Raises NotAnExport."""
    rest = iter(lines)
    verification = ExportVerification(next(rest, b""), trusted, witnesses=witnesses)
    for line in rest:
        verification.line(line)
    verification.done()
    return verification


class _Notes:
    """The checkpoints of an origin up to a size, a page at a time."""

    def __init__(self, conn: asyncpg.Connection, origin: str, largest: int) -> None:
        self._conn = conn
        self._origin = origin
        self._largest = largest
        self._page: list[tuple[int, str]] = []
        self._after: int | None = 0

    @classmethod
    async def so_far(cls, conn: asyncpg.Connection, origin: str) -> Self:
        """Those that are there now, and none that is signed while they are read."""
        last = await latest(conn, origin)
        return cls(conn, origin, 0 if last is None else last.size)

    async def next(self) -> tuple[int, str] | None:
        return self._page.pop(0) if await self._filled() else None

    async def up_to(self, size: int) -> str | None:
        """The next, if it covers no more than this."""
        return self._page.pop(0)[1] if await self._filled() and self._page[0][0] <= size else None

    async def _filled(self) -> bool:
        if not self._page and self._after is not None:
            found = await kept(self._conn, self._origin, after=self._after, limit=_PAGE)
            self._page = [(each.size, each.cosigned) for each in found if each.size <= self._largest]
            self._after = found[-1].size if len(found) == _PAGE else None
        return bool(self._page)


async def _leaf(conn: asyncpg.Connection, event: StoredEvent, size: int) -> int | None:
    """Its number in the tree; None where it came after, or is not what was put there, which the verifier names."""
    try:
        leaf = await tree.leaf_at(conn, event.position, event.hash)
    except tree.TreeDamaged:
        return None
    return leaf if leaf is not None and leaf < size else None


def _header(verifier: Verifier, at: datetime, *, stream_id: str | None) -> str:
    return _line(
        {
            "format": FORMAT,
            "origin": verifier.name,
            "verifier_key": verifier.written(),
            "stream_id": stream_id,
            "made_at": at.isoformat(),
            "meaning": _MEANING,
        }
    )


def _header_of(line: bytes) -> dict[str, Any]:
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
                Verifier.read(key)
                return header
    except (ValueError, NoteInvalid) as error:
        raise NotAnExport("the first line is not that of an export") from error
    raise NotAnExport(f"the first line is not that of an export of the format {FORMAT}")


def _written(event: StoredEvent) -> dict[str, Any]:
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
        "recorded_at": event.recorded_at.isoformat(),
        "hash": event.hash.hex(),
    }


def _read(found: dict[str, Any]) -> StoredEvent:
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
        recorded_at=datetime.fromisoformat(found["recorded_at"]),
        hash=bytes.fromhex(found["hash"]),
    )


def _base64(hashes: Iterable[bytes]) -> list[str]:
    return [b64encode(each).decode() for each in hashes]


def _hashes(written: list[Any]) -> list[bytes]:
    return [b64decode(each, validate=True) for each in written]


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
