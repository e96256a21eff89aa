"""What one set-up runs, kept in a file, so that the next one can end exactly that after a crash; and its lock."""

import contextlib
import fcntl
import json
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

import psutil  # type: ignore[import-untyped]  # ships no types

from services.local.children import Child
from services.local.errors import EmbeddedError

_GENTLE_SECONDS = 15.0
_KILL_SECONDS = 5.0


class _Entry(TypedDict):
    name: str
    pid: int
    created_at: float


@contextlib.contextmanager
def locked(local: Path) -> Iterator[None]:
    """Hold a folder for one set-up; the kernel lets go when the holder dies, however it dies.

    Raises:
        EmbeddedError: another set-up holds it.
    """
    if not local.exists():
        local.mkdir(parents=True)
        local.chmod(0o755)  # PostgreSQL's account may have to pass; what is secret has its own permissions
    with (local / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EmbeddedError(
                f"Another `placements up` already runs on {local.resolve()}: use that one, or end it first."
            ) from None
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFile:
    """The children of the running set-up by process number and time of creation, which together are unique."""

    path: Path
    _entries: dict[str, _Entry] = field(default_factory=dict)

    def note(self, child: Child) -> None:
        """Write a child down; a restarted one takes the place of the one before."""
        with contextlib.suppress(psutil.NoSuchProcess):
            created_at = psutil.Process(child.pid).create_time()
            self._entries[child.name] = {"name": child.name, "pid": child.pid, "created_at": created_at}
        half = self.path.with_suffix(".new")
        half.write_text(json.dumps(list(self._entries.values()), indent=1))
        half.replace(self.path)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)

    def end_leftovers(self) -> list[str]:
        """End what the last set-up left running, in the order in which it would have; return the names.

        Raises:
            EmbeddedError: something of another account's is left, which we may not end.
        """
        try:
            entries: list[_Entry] = json.loads(self.path.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return []
        found = [(entry["name"], process) for entry in reversed(entries) if (process := _still_runs(entry))]
        for name, process in found:
            _end(name, process)
        self.remove()
        return [name for name, _ in found]


def _still_runs(entry: _Entry) -> psutil.Process | None:
    try:
        process = psutil.Process(entry["pid"])
        same = process.create_time() == entry["created_at"] and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return None
    return process if same else None


def _end(name: str, process: psutil.Process) -> None:
    # For PostgreSQL, SIGTERM would wait for its clients; SIGINT is its fast shutdown.
    gentle = signal.SIGINT if name == "postgres" else signal.SIGTERM
    try:
        family = [process, *process.children(recursive=True)]
        process.send_signal(gentle)
        _, alive = psutil.wait_procs(family, timeout=_GENTLE_SECONDS)
        for straggler in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                straggler.kill()
        psutil.wait_procs(alive, timeout=_KILL_SECONDS)
    except psutil.NoSuchProcess:
        return
    except psutil.AccessDenied:
        raise EmbeddedError(
            f"{name} (process {process.pid}) is left from the last run under another account: "
            f"end it as that account or as root; this is uid {os.geteuid()}."
        ) from None
