"""Archives: files that hold whole streams, and prove them by themselves, so that their rows may leave the database.

An archive is an export in which all other events are stated by the hashes over them alone, under one checkpoint. What
stays of its events is their place, id and hash. So chains, tree, checkpoints and the uniqueness of ids go on.
"""

import hashlib
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

import asyncpg

from domain.shared.words import are, figure
from infra.event_store.chain import Head, faults_of, head_of
from infra.event_store.lookup import read_streams
from infra.event_store.read import stored
from infra.event_store.types import StoredEvent
from infra.proof import tree
from infra.proof.checkpoints import latest
from infra.proof.export import rows_in_order, verify
from infra.proof.lines import NotAnExport, base64_of, event_fields, event_in, header_line, line_of
from infra.proof.merkle import Subtree, covering_subtrees
from infra.proof.notes import NoteVerifier
from infra.proof.stubs import stubs_not_in
from infra.proof.verifying import Findings, FlawKind

_T = TypeVar("_T")

_PAGE: Final = 500
"""Events, or runs of others between them, that are put into lines at once."""
_STREAMS_AT_ONCE: Final = 100
_BEYOND: Final = """
SELECT stream_id FROM event_store.event WHERE stream_id = ANY($1) AND position > $2 ORDER BY position LIMIT 1
"""
# Subscriptions that have not read the events yet would never see them.
_FOLLOWER_BEHIND: Final = "SELECT name FROM subscription WHERE position < $1 ORDER BY position LIMIT 1"
_HEADS: Final = """
SELECT stream_id, archive FROM event_store.stream WHERE stream_id = ANY($1) ORDER BY stream_id FOR UPDATE
"""
_TAKEN_OFF: Final = "SELECT event_store.detach($1, $2, $3, $4)"
_HELD: Final = """
SELECT position, stream_id, version, event_id, CASE WHEN isfinite(recorded_at) THEN recorded_at END, hash, (
    SELECT archive FROM event_store.stream s WHERE s.stream_id = a.stream_id
) AS archive
FROM event_store.event_archived a WHERE position = ANY($1)
"""

_STUBS_OF: Final = """
SELECT count(*) FROM event_store.event_archived JOIN event_store.stream s USING (stream_id) WHERE s.archive = $1
"""


class NotArchivable(Exception):
    """The streams cannot be put into an archive, or the archive's rows not be taken off: the words say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detached:
    """How much one call took off; nothing where all of it was off before."""

    streams: int
    events: int


async def archive_lines(
    conn: asyncpg.Connection, verifier: NoteVerifier, at: datetime, stream_ids: Collection[str]
) -> AsyncIterator[str]:
    """These streams whole, and the last checkpoint. Passes over all of the record up to it.

    Raises:
        NotArchivable: not all of their events are under a checkpoint.
        TreeDamaged
    """
    wanted = frozenset(stream_ids)
    last = await latest(conn, verifier.name)
    if last is None or (beyond := await conn.fetchval(_BEYOND, list(wanted), last.position)):
        raise NotArchivable("there is no checkpoint" if last is None else f"{beyond} is not under a checkpoint yet")
    yield header_line(verifier, at, archive=True)
    events = 0
    async for page in _pages(conn, last.position, last.size, wanted):
        nodes = await tree.subtree_hashes(conn, [each for each in page if isinstance(each, Subtree)])
        for each in page:
            if isinstance(each, Subtree):
                yield line_of({"elsewhere": [[each.level, *base64_of([nodes[each]])]]})
            else:
                events += 1
                yield line_of({"event": event_fields(each)})
    yield line_of({"checkpoint": last.cosigned})
    yield line_of({"end": {"events": events, "checkpoints": 1}})


async def _pages(
    conn: asyncpg.Connection, position: int, size: int, wanted: Collection[str]
) -> AsyncIterator[list[StoredEvent | Subtree]]:
    """The wanted events, and what the runs between them are made of, in the order of the tree."""
    page: list[StoredEvent | Subtree] = []
    leaf = run = 0
    async for row in rows_in_order(conn, position):
        if row["stream_id"] in wanted:
            page += [*covering_subtrees(run, leaf), stored(row)]
            run = leaf + 1
            if len(page) >= _PAGE:
                yield page
                page = []
        leaf += 1
    if leaf != size:
        raise NotArchivable(f"the last checkpoint is of {figure(size, 'event')}, and {leaf} {are(leaf)} there")
    yield [*page, *covering_subtrees(run, leaf)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A file that was verified: its digest, and what each of its streams ends with."""

    path: Path
    sha256: bytes
    heads: Mapping[str, Head]
    events: int


def read_archive(path: Path, trusted: NoteVerifier | None) -> tuple[Archive, Findings]:
    """Verify an archive as any export. It is to be believed only if the findings are sound.

    Raises NotAnExport: it is none, or one that was not made to take its events off.
    """
    digest = hashlib.sha256()

    def lines() -> Iterator[bytes]:
        with path.open("rb") as file:
            for line in file:
                digest.update(line)
                yield line

    verification = verify(lines(), trusted)
    if not verification.archive:
        raise NotAnExport(f"{path.name} is an export, and no archive")
    found = verification.findings
    if found.unsigned:
        found.add(
            FlawKind.UNCOVERED,
            "its end",
            f"{figure(found.unsigned, 'event')} {are(found.unsigned)} under no checkpoint",
        )
    return Archive(path=path, sha256=digest.digest(), heads=verification.heads, events=found.events), found


async def detach(owner: asyncpg.Connection, archive: Archive) -> Detached:
    """Take the rows of an archive's events off, as the owner; what stays of each is a stub.

    A hundred streams a transaction, so one that was cut off is begun again; doing it twice does nothing. No writer
    waits. An event id of the archive that another stream is given in that very moment is the one that is not refused.

    Raises:
        NotArchivable: a stream is not as the archive has it, or a follower has not come so far. What was taken off
            before stays off.
    """
    last = max((head.position for head in archive.heads.values()), default=0)
    if (behind := await owner.fetchval(_FOLLOWER_BEHIND, last)) is not None:
        raise NotArchivable(f"{behind} has not yet read as far as position {last}")
    streams = events = 0
    for some in _some(sorted(archive.heads)):
        async with owner.transaction():
            left = await _held_as(owner, some, archive.heads)
            if left:
                streams += len(left)
                events += await owner.fetchval(_TAKEN_OFF, archive.sha256, archive.path.name, archive.events, left)
    return Detached(streams=streams, events=events)


async def _held_as(owner: asyncpg.Connection, some: Sequence[str], heads: Mapping[str, Head]) -> list[str]:
    """Those of the streams that are still here, locked. Their last hash and a sound chain make them the same."""
    found = {row["stream_id"]: row["archive"] for row in await owner.fetch(_HEADS, some)}
    left = [each for each in some if each not in found or found[each] is None]
    ends: dict[str, Head] = {}
    for event in await read_streams(owner, left):
        for fault in faults_of(ends.get(event.stream_id), event):
            raise NotArchivable(f"{fault.stream_id} version {fault.version} is at fault: {fault.detail}")
        ends[event.stream_id] = head_of(event)
    for each in left:
        if ends.get(each) != heads[each]:
            raise NotArchivable(f"{each} is not as the archive has it: something was recorded since, or changed")
    return left


def events_of(path: Path) -> Iterator[StoredEvent]:
    """The events of an archive that was verified."""
    with path.open("rb") as file:
        for line in file:
            if (event := event_in(line)) is not None:
                yield event


async def check_held(conn: asyncpg.Connection, archive: Archive, found: Findings) -> None:
    """Whether the database has just those stubs of an archive's events that the file says."""
    if not await conn.fetchval("SELECT true FROM event_store.archive WHERE sha256 = $1", archive.sha256):
        found.add(FlawKind.ARCHIVE, archive.path.name, "is none of the files that events were taken off into")
        return
    held, positions = 0, set[int]()
    for some in _some(events_of(archive.path), _PAGE):
        stubs = {row["position"]: row for row in await conn.fetch(_HELD, [each.position for each in some])}
        for event in some:
            positions.add(event.position)
            stub = stubs.get(event.position)
            expected = (event.position, event.stream_id, event.version, event.event_id, event.recorded_at, event.hash)
            if stub is None or tuple(stub)[:-1] != expected:
                place = f"{event.stream_id} version {event.version}"
                found.add(FlawKind.ARCHIVE, place, f"is not kept here as {archive.path.name} has it")
            elif stub["archive"] == archive.sha256:
                held += 1
    found.verified += held
    if await conn.fetchval(_STUBS_OF, archive.sha256) > len(positions):
        async with conn.transaction(readonly=True):
            async for row in stubs_not_in(conn, archive.sha256, positions):
                place = f"{row['stream_id']} version {row['version']}"
                found.add(FlawKind.ARCHIVE, place, f"is said to be in {archive.path.name}, and is not")


def _some(values: Iterable[_T], size: int = _STREAMS_AT_ONCE) -> Iterator[list[_T]]:
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch
