"""What the archive of PostgreSQL's log of changes keeps, by the names of its files."""

from pathlib import Path

import pytest

from services.local import wal_archive
from services.local.errors import EmbeddedError

_LABEL = """START WAL LOCATION: 0/{place}000028 (file {segment})
CHECKPOINT LOCATION: 0/{place}000080
START TIME: {at} UTC
LABEL: {label}
START TIMELINE: {timeline}
"""


def _segment(timeline: int, place: int) -> str:
    return f"{timeline:08X}{place:016X}"


def _note(timeline: int, place: int, at: str, label: str = wal_archive.LABEL) -> str:
    return _LABEL.format(place=place, segment=_segment(timeline, place), at=at, timeline=timeline, label=label)


def _copy(folder: Path, *, place: int, at: str, timeline: int = 1) -> Path:
    folder.mkdir()
    (folder / "backup_label").write_text(_note(timeline, place, at))
    return folder


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Places 1 to 9 of history 1 and 4 to 9 of history 2, which branched off at 4."""
    made = tmp_path / "archive"
    made.mkdir()
    for timeline, first in ((1, 1), (2, 4)):
        for place in range(first, 10):
            (made / _segment(timeline, place)).write_bytes(b"log")
    (made / f"{_segment(1, 4)}.partial").write_bytes(b"part")
    (made / "00000002.history").write_text("1")
    return made


def _left(archive: Path) -> set[str]:
    return {each.name for each in archive.iterdir()} - {"00000002.history", "kept-from"}


def test_without_a_copy_nothing_is_removed(archive: Path) -> None:
    before = _left(archive)

    assert wal_archive.prune(archive, keep=1) == wal_archive.ArchiveSize(files=0, bytes=0)
    assert _left(archive) == before


@pytest.mark.parametrize(("keep", "first"), [(1, 7), (2, 5), (3, 2), (4, 2)])
def test_as_many_copies_as_are_kept_find_what_follows_them(
    archive: Path, tmp_path: Path, keep: int, first: int
) -> None:
    for n, (place, at) in enumerate(
        [(2, "2026-11-20 10:00:00"), (5, "2026-11-21 10:00:00"), (7, "2026-11-22 10:00:00")]
    ):
        wal_archive.note_copy(archive, _copy(tmp_path / f"copy-{n}", place=place, at=at))

    wal_archive.prune(archive, keep=keep)

    segments = {name for name in _left(archive) if len(name) == 24}
    assert segments == {
        _segment(timeline, place) for timeline, begins in ((1, 1), (2, 4)) for place in range(max(first, begins), 10)
    }
    assert len([name for name in _left(archive) if name.endswith(".copy")]) == min(keep, 3)
    assert (archive / "00000002.history").exists()
    assert (f"{_segment(1, 4)}.partial" in _left(archive)) == (first <= 4)


def test_the_newest_copy_is_the_one_taken_last_wherever_it_begins(archive: Path, tmp_path: Path) -> None:
    """After a restore a new history begins at an earlier place."""
    wal_archive.note_copy(archive, _copy(tmp_path / "left", place=8, at="2026-11-21 10:00:00"))
    wal_archive.note_copy(archive, _copy(tmp_path / "newer", place=5, at="2026-11-22 10:00:00", timeline=2))

    wal_archive.prune(archive, keep=1)

    assert min(name[8:24] for name in _left(archive)) == _segment(2, 5)[8:]


def test_the_archive_is_kept_for_postgresqls_own_copy_and_not_a_failed_one(archive: Path) -> None:
    """A copy by PostgreSQL's own program is kept for, and a failed one of ours is not."""
    for place, at, label in ((3, "2026-11-20 10:00:00", "by hand"), (8, "2026-11-21 10:00:00", wal_archive.LABEL)):
        (archive / f"{_segment(1, place)}.00000028.backup").write_text(_note(1, place, at, label))

    assert [each.segment for each in wal_archive.copies(archive)] == [_segment(1, 3)]
    wal_archive.prune(archive, keep=1)
    assert min(name[8:24] for name in _left(archive)) == _segment(1, 3)[8:]


@pytest.mark.parametrize(("place", "reaches"), [(4, False), (5, True), (9, True)])
def test_a_copy_that_the_archive_no_longer_reaches_is_refused(
    archive: Path, tmp_path: Path, *, place: int, reaches: bool
) -> None:
    """PostgreSQL would take the gap for the end of the log."""
    wal_archive.note_copy(archive, _copy(tmp_path / "kept", place=5, at="2026-11-22 10:00:00"))
    wal_archive.prune(archive, keep=1)
    asked = _copy(tmp_path / "asked", place=place, at="2026-11-20 10:00:00")

    if reaches:
        wal_archive.require_reaches(archive, asked)
    else:
        with pytest.raises(EmbeddedError, match="taken on 2026-11-22 at 10:00:00 UTC or later"):
            wal_archive.require_reaches(archive, asked)


def test_what_is_no_segment_of_the_log_is_never_removed(archive: Path, tmp_path: Path) -> None:
    (archive / "README").write_text("kept by hand")
    wal_archive.note_copy(archive, _copy(tmp_path / "kept", place=9, at="2026-11-22 10:00:00"))

    wal_archive.prune(archive, keep=1)

    assert (archive / "README").exists()


def test_a_note_that_is_not_postgresqls_is_refused_before_any_removal(archive: Path) -> None:
    (archive / f"{_segment(1, 9)}.x.copy").write_text("nothing of a copy")

    with pytest.raises(EmbeddedError, match="not as PostgreSQL writes it"):
        wal_archive.prune(archive, keep=1)
    assert len(_left(archive)) == 17
