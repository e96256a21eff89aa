"""Keeps the parts of a set-up running: one that dies is started again, and all end in the reverse order."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from rich.console import Console

from services.local.children import Child, stop
from services.local.errors import EmbeddedError
from services.local.progress import say

Start = Callable[[], Awaitable[Child]]
Steps = tuple[tuple[signal.Signals, float], ...]

_POLL_SECONDS = 0.2
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
# After running this long a part counts as well again, and its next death is met with the first pause.
_WELL_SECONDS = 60.0


@dataclass(slots=True, kw_only=True)
class SupervisedProcess:
    """One process of the set-up: how it is started (ready when that returns) and how it is asked to end."""

    name: str
    start: Start
    stop_steps: Steps
    child: Child | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervisor:
    console: Console
    _parts: list[SupervisedProcess] = field(default_factory=list)

    async def add(self, part: SupervisedProcess) -> None:
        """Start a part; it is ended with the others whatever comes next.

        Raises:
            EmbeddedError: it did not start; at the first start that is for the person to know.
        """
        self._parts.append(part)
        part.child = await part.start()

    async def keep(self) -> None:
        """Start again whatever dies, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for part in self._parts:
                group.create_task(self._keep(part))

    def stop(self) -> None:
        """End every part, the last started first. Blocks, so that a further Ctrl-C cannot cut it short."""
        for part in reversed(self._parts):
            if part.child:
                stop(part.child, *part.stop_steps)

    async def _keep(self, part: SupervisedProcess) -> None:
        loop, code = asyncio.get_running_loop(), None
        pause_seconds, started_at = _FIRST_PAUSE_SECONDS, loop.time()
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            if part.child and (code := part.child.ended()) is None:
                continue
            if part.child:
                # Whatever it left in its process group must not meet its successor.
                stop(part.child)
                if loop.time() - started_at > _WELL_SECONDS:
                    pause_seconds = _FIRST_PAUSE_SECONDS
                self._say(f"{part.name} ended {_how(code)}; starting it again in {pause_seconds:.1f} s.")
            part.child = None
            await asyncio.sleep(pause_seconds)
            pause_seconds = min(2 * pause_seconds, _LONGEST_PAUSE_SECONDS)
            started_at = loop.time()
            try:
                part.child = await part.start()
            except EmbeddedError as error:
                self._say(f"{part.name} did not start: {error} Trying again in {pause_seconds:.1f} s.")
            else:
                self._say(f"{part.name} runs again.")

    def _say(self, line: str) -> None:
        say(self.console, line[:1].upper() + line[1:])


def _how(code: int | None) -> str:
    if code is None or code >= 0:
        return f"with exit code {code}"
    return f"by signal {signal.Signals(-code).name}"
