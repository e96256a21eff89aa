"""Small files of 0600 that are there whole or not at all, and durable; no two may write the same one at once."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock of this file, against every other thread and process.

    Raises:
        BlockingIOError: it is held, and `wait` is False.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def write_whole(path: Path, content: bytes) -> None:
    partial = partial_of(path)
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    sync_folder(path.parent)


def append_line(path: Path, line: str) -> None:
    """What a crash left of a last line is written over."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "r+b") as file:
        whole = file.read()
        file.seek(whole.rfind(b"\n") + 1)
        file.truncate()
        file.write(f"{line}\n".encode("ascii"))
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def remove(path: Path) -> None:
    """Whether or not it is there, and what a crash left of it while it was being written."""
    path.unlink(missing_ok=True)
    partial_of(path).unlink(missing_ok=True)
    sync_folder(path.parent)


def partial_of(path: Path) -> Path:
    """What a file is called while it is being written; a crash may leave it."""
    return path.with_name(f".{path.name}.partial")


def sync_folder(folder: Path) -> None:
    """Bring a folder's names to the disk: until then a power cut may undo a renaming."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def state(path: Path) -> tuple[int, int, int] | None:
    """What changes whenever the file is written or replaced; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
