"""The archive of PostgreSQL's log of changes: which copies it can bring forward, and what none of them needs.

A segment is named by history and place (`TTTTTTTTLLLLLLLLSSSSSSSS`), and the place alone says whether a copy may need
it: a history that branched off later begins at a later place. Files of histories are small, and stay.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from infra.durable import write_whole
from services.local.errors import EmbeddedError

# Our own copies are noted once they are whole; the server notes those that failed after their last step as well.
LABEL: Final = "placements"

_HISTORY_DIGITS: Final = 8
_SEGMENT: Final = re.compile(r"[0-9A-F]{24}")
_START: Final = re.compile(r"^START WAL LOCATION: [0-9A-F/]+ \(file (?P<segment>[0-9A-F]{24})\)", re.MULTILINE)
_TIME: Final = re.compile(r"^START TIME: (?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", re.MULTILINE)
_LABEL: Final = re.compile(r"^LABEL: (?P<label>.*)$", re.MULTILINE)
_KEPT_FROM: Final = "kept-from"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Copy:
    """A copy that was taken: since when, and the first segment that it needs."""

    began: datetime
    segment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSize:
    files: int
    bytes: int


def megabytes(of: ArchiveSize) -> str:
    """On the disk, where holes take no place."""
    return f"{of.bytes / 1_000_000:.1f} MB"


def note_copy(archive: Path, copy: Path) -> None:
    """Keep in mind that this copy is whole."""
    label = (copy / "backup_label").read_text("utf-8")
    made = _read(label)
    write_whole(archive / f"{made.segment}.{made.began:%Y%m%dT%H%M%S}.copy", label.encode())


def copies(archive: Path) -> list[Copy]:
    """The oldest first: ours, and those that somebody took by PostgreSQL's own program."""
    notes = [each.read_text("utf-8") for each in archive.glob("*.copy")]
    of_server = [each.read_text("utf-8") for each in archive.glob("*.backup")]
    notes += [each for each in of_server if (found := _LABEL.search(each)) is None or found["label"] != LABEL]
    return sorted(_read(each) for each in notes)


def prune(archive: Path, keep: int) -> ArchiveSize:
    """Remove what none of the `keep` newest copies needs; returns what was removed.

    Without a copy nothing is: there is no saying what a later one needs.
    """
    kept = copies(archive)[-keep:]
    if not kept:
        return ArchiveSize(files=0, bytes=0)
    first = min((each.segment for each in kept), key=_place)
    write_whole(archive / _KEPT_FROM, f"{first}\n".encode())  # first, as one that is cut off has removed some
    removed = [each for each in _segments(archive) if _place(each.name) < _place(first)]
    size = ArchiveSize(files=len(removed), bytes=sum(_on_disk(each) for each in removed))
    for each in removed:
        each.unlink()
    return size


def size(archive: Path) -> ArchiveSize:
    found = list(_segments(archive))
    return ArchiveSize(files=len(found), bytes=sum(_on_disk(each) for each in found))


def require_reaches(archive: Path, copy: Path) -> None:
    """That what follows the copy was not removed.

    Raises:
        EmbeddedError: it was. PostgreSQL would take the archive's gap for the end, and the rest would be missing.
    """
    kept_from, label = archive / _KEPT_FROM, copy / "backup_label"
    if not kept_from.exists() or not label.exists():
        return
    first = kept_from.read_text("utf-8").strip()
    if _place(_read(label.read_text("utf-8")).segment) < _place(first):
        since = min((each.began for each in copies(archive)), default=None)
        told = "" if since is None else f", taken on {since:%Y-%m-%d at %H:%M:%S} UTC or later"
        raise EmbeddedError(
            f"The archive begins after {copy}: it was pruned behind newer copies{told}. Restore one of those, or this"
            " one as it is, without PLACEMENTS_ARCHIVE_DIRECTORY."
        )


def _segments(archive: Path) -> Iterator[Path]:
    """And what is named after one: parts of one, and notes of copies."""
    for each in sorted(archive.iterdir()):
        if _SEGMENT.match(each.name):
            yield each


def _on_disk(file: Path) -> int:
    return file.stat().st_blocks * 512


def _place(name: str) -> str:
    return name[_HISTORY_DIGITS:24]


def _read(label: str) -> Copy:
    started, began = _START.search(label), _TIME.search(label)
    if started is None or began is None:
        raise EmbeddedError("A copy's note is not as PostgreSQL writes it.")
    return Copy(began=datetime.fromisoformat(began["at"]).replace(tzinfo=UTC), segment=started["segment"])
