"""One file that proves itself: events, checkpoints, proofs, the key and what each part means, in lines of JSON.

Of the whole record: every event in the order of the feed, each checkpoint behind the last event it covers. Of one
stream: the checkpoints, each with its proof of consistency with the one before, then the stream's events, each with its
proof of inclusion under the last. Personal parts stay as they are stored, sealed.
"""

import json
import struct
from binascii import Error as NotBase64
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

import asyncpg

from domain.shared.words import figure
from infra.event_store import chain
from infra.event_store.chain import Head
from infra.event_store.lookup import archives, refuse_archived
from infra.event_store.read import COLUMNS_AS_THEY_ARE, READABLE_TIME, horizon, stored
from infra.event_store.types import StoredEvent
from infra.proof import tree
from infra.proof.checkpoints import kept, latest
from infra.proof.entries import EntryVerification, entry_lines, verify_entries
from infra.proof.lines import (
    archives_stated,
    base64_of,
    event_fields,
    event_of,
    hashes_of,
    header_line,
    header_of,
    line_of,
    runs_since_of,
)
from infra.proof.merkle import ProofInvalid, consistency_ranges, inclusion_ranges, leaf_hash
from infra.proof.notes import NoteVerifier
from infra.proof.stubs import StatedArchives, Stub, add_stub_faults, archive_of_stream
from infra.proof.verifying import Findings, FlawKind, RecordVerification, StreamVerification, TreeVerification

# Twice the time between two checkpoints, and what a writer may stay open.
ALLOWANCE: Final = timedelta(minutes=3)

_PAGE: Final = 2000
_STUB: Final = f"position, stream_id, version, event_id, NULL, NULL, NULL, NULL, NULL, {READABLE_TIME}, hash"
_LEAF: Final = f"position, hash, {READABLE_TIME}, type"
_STUB_LEAF: Final = f"position, hash, {READABLE_TIME}, NULL"
_STREAM: Final = f"""
SELECT {COLUMNS_AS_THEY_ARE} FROM event_store.event WHERE stream_id = $1 ORDER BY version
"""  # noqa: S608 - constants only


def _in_pages(columns: str, stub: str) -> str:
    """Events, and what stays of those that were archived, which has no type.

    The end is outside the LIMIT, as in `infra.event_store.read`, for PostgreSQL to use the index.
    """
    return f"""
SELECT * FROM (
    (SELECT {columns} FROM event_store.event WHERE position > $1 ORDER BY position LIMIT $3)
    UNION ALL
    (SELECT {stub} FROM event_store.event_archived WHERE position > $1 ORDER BY position LIMIT $3)
) found WHERE position <= $2 ORDER BY position LIMIT $3
"""  # noqa: S608 - constants only


_WHOLE: Final = _in_pages(COLUMNS_AS_THEY_ARE, _STUB)
_LEAVES: Final = _in_pages(_LEAF, _STUB_LEAF)


_NOTE: Final = "SELECT note FROM checkpoint WHERE origin = $1 AND size = $2"


async def record_lines(
    conn: asyncpg.Connection, verifier: NoteVerifier, at: datetime, *, runs_since: datetime | None = None
) -> AsyncIterator[str]:
    """The whole record as it is settled now, in constant memory; each statement its own snapshot.

    `at` is the time by the clock that records events, which was moved at `runs_since`.
    """
    named = [_named(row) for row in await archives(conn)]
    yield header_line(verifier, at, archives=named, runs_since=runs_since)
    events, checkpoints = 0, 0
    archives_by_stream: dict[str, bytes | None] = {}
    async for each in _in_order(conn, verifier.name, _WHOLE):
        if isinstance(each, str):
            checkpoints += 1
            yield line_of({"checkpoint": each})
        elif each["type"] is None:
            stream = each["stream_id"]
            if stream not in archives_by_stream:
                archives_by_stream[stream] = await archive_of_stream(conn, stream)
            archive = archives_by_stream[stream]
            leaf = base64_of([leaf_hash(each["hash"])])
            yield line_of({"elsewhere": [[0, *leaf]], "archived": Stub.of_row(each, archive).fields()})
        else:
            events += 1
            yield line_of({"event": event_fields(stored(each))})
    async for entry in entry_lines(conn):
        yield line_of({"entry": entry})
    yield line_of({"end": {"events": events, "checkpoints": checkpoints}})


async def verify_stored(
    conn: asyncpg.Connection,
    verifier: NoteVerifier,
    at: datetime,
    *,
    witnesses: Sequence[NoteVerifier] = (),
    outside: Sequence[tuple[int, str]] = (),
    runs_since: datetime | None = None,
) -> Findings:
    """The record in the database: each stream's chain and head, and the checkpoints, in constant memory.

    `outside`: the notes that are kept outside the database, each by the size that its file is named by. `runs_since`:
    when the clock of `at` was last moved, as `TreeVerification.done` takes it.
    """
    verification = TreeVerification(
        verifier, allowance=ALLOWANCE, witnesses=witnesses, sizes={size for size, _ in outside}
    )
    async for fault in chain.verify_stored(conn):
        verification.findings.add_fault(fault)
    await add_stub_faults(conn, verification.findings)
    async for each in _in_order(conn, verifier.name, _LEAVES):
        if isinstance(each, str):
            verification.checkpoint(each)
        elif each["type"] is None:
            verification.archived(each["position"], each["hash"])
        else:
            verification.leaf(each["position"], each["hash"], each["recorded_at"])
    for size, note in outside:
        kept_here = await conn.fetchval(_NOTE, verifier.name, size)
        if kept_here != note:
            verification.outside(size, note, kept_here)
    found = verification.done(at, runs_since=runs_since)
    await verify_entries(conn, verification.entries, _to_be_proved(found), found)
    return found


def _to_be_proved(found: Findings) -> datetime:
    """What was decided by then is under the last checkpoint, if that is of commands as well."""
    nothing = datetime.min.replace(tzinfo=UTC, year=1900)
    if found.last is None or found.last.entries is None or (signed_at := found.last.signed_at) is None:
        return nothing
    return signed_at - ALLOWANCE


async def _in_order(conn: asyncpg.Connection, origin: str, query: str) -> AsyncIterator[asyncpg.Record | str]:
    """Each settled event or what stays of it, and each checkpoint's note behind the last event that it covers."""
    # Before the horizon: a checkpoint that is signed later may cover events beyond it, which would look cut off.
    notes = await _Notes.so_far(conn, origin)
    limit = (await horizon(conn)).limit
    events = 0
    async for row in _rows(conn, query, limit):
        yield row
        events += 1
        while (note := await notes.up_to(events)) is not None:
            yield note
    # Checkpoints over more than there is: the verifier names them.
    while (found := await notes.next()) is not None:
        yield found[1]


async def rows_in_order(conn: asyncpg.Connection, limit: int) -> AsyncIterator[asyncpg.Record]:
    """Each event up to a position, whole or, where it was archived, without a type and content."""
    async for row in _rows(conn, _WHOLE, limit):
        yield row


async def _rows(conn: asyncpg.Connection, query: str, limit: int) -> AsyncIterator[asyncpg.Record]:
    # From below the first position there can be: what somebody put there is in its stream all the same.
    position = -(2**63)
    while rows := await conn.fetch(query, position, limit, _PAGE):
        for row in rows:
            yield row
        position = rows[-1]["position"]


async def stream_lines(
    conn: asyncpg.Connection, verifier: NoteVerifier, at: datetime, stream_id: str
) -> AsyncIterator[str]:
    """One stream with its proofs. Raises StreamArchived."""
    await refuse_archived(conn, stream_id)
    yield header_line(verifier, at, stream_id=stream_id)
    notes = await _Notes.so_far(conn, verifier.name)
    checkpoints, last = 0, 0
    while (found := await notes.next()) is not None:
        size, note = found
        path = await tree.range_hashes(conn, consistency_ranges(last, size)) if last else []
        yield line_of({"checkpoint": note, "consistency": base64_of(path)})
        checkpoints, last = checkpoints + 1, size
    events = [stored(row) for row in await conn.fetch(_STREAM, stream_id)]
    for event in events:
        leaf = await _leaf(conn, event, last)
        path = [] if leaf is None else await tree.range_hashes(conn, inclusion_ranges(leaf, last))
        yield line_of({"event": event_fields(event), "leaf": leaf, "path": base64_of(path)})
    yield line_of({"end": {"events": len(events), "checkpoints": checkpoints}})


class ExportVerification:
    """Takes an export's lines one after another, from a file or as they are made."""

    def __init__(
        self,
        first: bytes,
        trusted: NoteVerifier | None,
        *,
        witnesses: Sequence[NoteVerifier] = (),
        archives: Mapping[bytes, Iterator[StoredEvent]] | None = None,
    ) -> None:
        """Without a trusted key, the one the export brings is used. Raises NotAnExport.

        `archives`: the events of archives that were verified, by SHA-256.
        """
        header = header_of(first)
        self.verifier = trusted or NoteVerifier.read(header["verifier_key"])
        self.archive: bool = header.get("archive", False) is True
        self._at = datetime.fromisoformat(header["made_at"])
        self._runs_since = runs_since_of(header)
        self._of: RecordVerification | StreamVerification = (
            RecordVerification(self.verifier, allowance=ALLOWANCE, witnesses=witnesses)
            if header["stream_id"] is None
            else StreamVerification(self.verifier, header["stream_id"], witnesses=witnesses)
        )
        self.findings = self._of.findings
        self._archives = StatedArchives(archives_stated(header), archives or {}, self.findings)
        self._of_no_archive = 0
        self._entries: EntryVerification | None = None
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
        except (ValueError, KeyError, TypeError, NotBase64, ProofInvalid, struct.error) as error:
            self.findings.add(FlawKind.FILE, f"line {self._number}", f"cannot be read: {error}")

    def done(self) -> Findings:
        found = self.findings
        if self._end is None:
            found.add(FlawKind.FILE, "its end", "there is no last line: it was cut off")
        elif self._end != (found.events, found.checkpoints):
            there = f"{figure(found.events, 'event')} and {figure(found.checkpoints, 'checkpoint')}"
            found.add(FlawKind.FILE, "its end", f"{there} are there, not as many as the last line says")
        if isinstance(self._of, RecordVerification):
            self._of.done(self._at, runs_since=self._runs_since)
            if not self.archive:
                self._archives.done(self._of_no_archive)
                self._of_entries().done()
        return found

    def _of_entries(self) -> EntryVerification:
        """They come behind the checkpoints that sign them."""
        if self._entries is None:
            signed = self._of.entries if isinstance(self._of, RecordVerification) else {}
            self._entries = EntryVerification(signed, self.findings)
        return self._entries

    @property
    def heads(self) -> Mapping[str, Head]:
        """The last event of each stream that the file has."""
        return self._of.heads

    def _taken(self, line: Any) -> bool:
        match self._of, line:
            case RecordVerification() as record, {"event": found}:
                record.event(event_of(found))
            case RecordVerification() as record, {"elsewhere": [[0, str(node)]], "archived": dict(found)}:
                stub = Stub.of(found)
                record.archived(stub.position, stub.hash)
                if hashes_of([node]) != [leaf_hash(stub.hash)]:
                    detail = "the hash of the leaf is not that of what it says was archived"
                    self.findings.add(FlawKind.FILE, f"line {self._number}", detail)
                self._archives.take(stub)
            case RecordVerification() as record, {"elsewhere": list(subtrees)}:
                self._of_no_archive += sum(1 << level for level, _ in subtrees)
                for level, node in subtrees:
                    record.elsewhere(level, hashes_of([node])[0])
            case RecordVerification(), {"entry": dict(entry)}:
                self._of_entries().take(entry)
            case RecordVerification() as record, {"checkpoint": str(note)}:
                record.checkpoint(note)
            case StreamVerification() as stream, {"event": found, "leaf": int() | None as leaf, "path": list(path)}:
                stream.event(event_of(found), leaf, hashes_of(path))
            case StreamVerification() as stream, {"checkpoint": str(note), "consistency": list(path)}:
                stream.checkpoint(note, hashes_of(path))
            case _:
                return False
        return True


def verify(
    lines: Iterable[bytes],
    trusted: NoteVerifier | None,
    *,
    witnesses: Sequence[NoteVerifier] = (),
    archives: Mapping[bytes, Iterator[StoredEvent]] | None = None,
) -> ExportVerification:
    """All of an export, read to its end. Raises NotAnExport."""
    rest = iter(lines)
    verification = ExportVerification(next(rest, b""), trusted, witnesses=witnesses, archives=archives)
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


def _named(row: asyncpg.Record) -> dict[str, Any]:
    return {"sha256": row["sha256"].hex(), "name": row["name"], "events": row["events"]}
