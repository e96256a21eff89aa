"""What the signer knows by itself of what it signed: the right edge of the tree, made from the events' hashes alone.

It goes on from its own last note. Neither the tiles nor the checkpoints' rows are believed: others may have written
them. What it knows is kept beside the notes, outside the database, and believed only as far as a note bears it out.
"""

import json
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg

from domain.shared.words import figure
from infra.proof import entries
from infra.proof.merkle import EMPTY_ROOT, Frontier, leaf_hash
from infra.proof.notes import Checkpoint

_PAGE: Final = 20_000
_LEAVES: Final = """
SELECT position, hash FROM (
    (SELECT position, hash FROM event_store.event WHERE position > $1 ORDER BY position LIMIT $3)
    UNION ALL
    (SELECT position, hash FROM event_store.event_archived WHERE position > $1 ORDER BY position LIMIT $3)
) found WHERE position <= $2 ORDER BY position LIMIT $3
"""
_AT: Final = """
SELECT hash FROM event_store.event WHERE position = $1
UNION ALL SELECT hash FROM event_store.event_archived WHERE position = $1
"""


class RecordRolledBack(Exception):
    """What was signed before is not what the database holds: it was put back in time, or its events were changed.

    Nothing is signed under this origin any more: two histories under one name would be a lie. Give the origin a new
    name, and keep the old checkpoints for those who hold them.
    """


class RecordForked(RecordRolledBack):
    """There are two histories of one length: the database's, and another that was signed before."""


class NoteNotOurs(RecordRolledBack):
    """A checkpoint in the database is not signed by this log's key, so somebody else put it there."""


@dataclass(slots=True, kw_only=True)
class Signed:
    """The tree over the events up to a position; `last` is the hash of the event there.

    `entries` is the tree of commands and documents.
    """

    frontier: Frontier = field(default_factory=Frontier)
    entries: Frontier = field(default_factory=Frontier)
    position: int = 0
    last: bytes = b""

    @property
    def size(self) -> int:
        return self.frontier.size

    def copy(self) -> "Signed":
        return Signed(
            frontier=_copied(self.frontier), entries=_copied(self.entries), position=self.position, last=self.last
        )

    def written(self) -> dict[str, Any]:
        return {
            **_written(self.frontier),
            "entries": _written(self.entries),
            "position": self.position,
            "last": self.last.hex(),
        }

    @classmethod
    def read(cls, written: dict[str, Any]) -> "Signed":
        """Raises ValueError, KeyError, TypeError."""
        return cls(
            frontier=_read(written),
            entries=_read(written["entries"]),
            position=int(written["position"]),
            last=bytes.fromhex(written["last"]),
        )

    def fits(self, note: Checkpoint) -> bool:
        signed = (self.size, self.frontier.root(), self.entries.size, self.entries.root())
        of_note = (note.size, note.root, *(note.entries or (0, EMPTY_ROOT)))
        return signed == of_note and note.position in {None, self.position}

    async def go_on(self, conn: asyncpg.Connection, *, up_to: int, size: int | None = None) -> None:
        """Take the events that follow, up to a position and, where it is given, to a size."""
        while size is None or self.size < size:
            limit = _PAGE if size is None else min(_PAGE, size - self.size)
            rows = await conn.fetch(_LEAVES, self.position, up_to, limit)
            for position, digest in rows:
                self.frontier.append(leaf_hash(digest))
                self.position, self.last = position, digest
            if len(rows) < limit:
                return

    async def is_there(self, conn: asyncpg.Connection) -> bool:
        """Whether the database has the last of these events."""
        return not self.size or await conn.fetchval(_AT, self.position) == self.last

    async def reach(self, conn: asyncpg.Connection, note: Checkpoint) -> None:
        """Go on to what a note of this log covers.

        Raises:
            RecordRolledBack: the database has fewer events than that.
            RecordForked: it has others.
        """
        if not await self.is_there(conn):
            raise RecordForked(f"the event that was number {self.size} when it was signed is another now, or is gone")
        await self.go_on(conn, up_to=note.position or 2**63 - 1, size=note.size)
        if self.size < note.size:
            raise RecordRolledBack(
                f"a checkpoint is of {figure(note.size, 'event')}, and the database holds {self.size} of them"
            )
        await entries.go_on(conn, self.entries, note.entries[0] if note.entries else 0)
        if (self.entries.size, self.entries.root()) != (note.entries or (0, EMPTY_ROOT)):
            raise RecordForked("the commands and documents are not those that were signed")
        if not self.fits(note):
            raise RecordForked(f"the events up to number {note.size} are not those that were signed")


def _copied(frontier: Frontier) -> Frontier:
    return Frontier(size=frontier.size, edge=list(frontier.edge))


def _written(frontier: Frontier) -> dict[str, Any]:
    return {"size": frontier.size, "edge": [each.hex() for each in frontier.edge]}


def _read(written: dict[str, Any]) -> Frontier:
    edge = [bytes.fromhex(each) for each in written["edge"]]
    frontier = Frontier(size=int(written["size"]), edge=edge)
    if frontier.size < 0 or len(edge) != frontier.size.bit_count():
        raise ValueError("not the edge of a tree of this size")
    return frontier


def read_state(written: str) -> tuple[Signed | None, dict[str, Any]]:
    """What is in the signer's file; nothing where it cannot be read, since it can be made again."""
    try:
        found: dict[str, Any] = json.loads(written)
        return Signed.read(found["signed"]), found
    except (ValueError, KeyError, TypeError):
        return None, {}
