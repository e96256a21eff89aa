"""Processes that this process starts and ends itself, each leading a session of its own.

A session of its own keeps Ctrl-C at the terminal from reaching a server directly: servers end in the order that
the supervisor chooses.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.local.account import Account

_POLL_SECONDS = 0.02
_KILL_SECONDS = 10.0
_TAIL_BYTES = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A running (or ended) process of ours with the file that holds its output."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def ended(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs."""
        return self.process.poll()

    def last_words(self, lines: int = 5) -> str:
        """Return the last lines of the log, for a message about why it ended."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - _TAIL_BYTES))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])


OnSpawn = Callable[[Child], None]


def forget(child: Child) -> None:
    """Note nothing about a new child: for callers that end their children in any case."""


def spawn(
    name: str,
    argv: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str],
    account: Account | None = None,
    cwd: Path | None = None,
    on_spawn: OnSpawn = forget,
) -> Child:
    """Start a process, its output appended to `log`; `account` is given where we are root and it must not be.

    `on_spawn` is called at once, long before the process is ready, so that it can be ended whatever happens to us.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    # Input is closed: a server must not read the terminal of the person who started it.
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - argv is ours
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    child = Child(name=name, process=process, log=log)
    on_spawn(child)
    return child


def look_away() -> None:
    """Look at nothing while a child is waited for."""


async def finished(child: Child, *, seconds: float, look: Callable[[], None] = look_away) -> int:
    """Wait for a child that ends by itself and return its exit code; it is ended if we are cancelled.

    `look` is called now and then meanwhile.

    Raises:
        TimeoutError: it still ran after `seconds`; it has been ended.
    """
    try:
        async with asyncio.timeout(seconds):
            while True:
                code = child.ended()
                look()
                if code is not None:
                    return code
                await asyncio.sleep(_POLL_SECONDS)
    finally:
        stop(child, (signal.SIGTERM, 5.0))


def stop(child: Child, *steps: tuple[signal.Signals, float]) -> None:
    """End a child: each signal in turn with its patience in seconds, then SIGKILL to its whole group."""
    for number, patience_seconds in steps:
        if _gone(child.pid):
            break
        os.kill(child.pid, number)
        if _wait(child.pid, patience_seconds):
            break
    # The leader is not reaped yet, so its id cannot have passed to a stranger: the group is exactly ours.
    if child.process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.process.wait(_KILL_SECONDS)


def _gone(pid: int) -> bool:
    """Tell whether a child has ended, leaving it to be reaped later."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def _wait(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if _gone(pid):
            return True
        time.sleep(_POLL_SECONDS)
    return _gone(pid)
