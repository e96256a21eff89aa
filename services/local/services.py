"""Our own two processes and the one-off ones, started as the command line would start them."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx2

from infra.postgres.owner import OWNER_URL, SIGNER_URL
from services.local.children import Child, OnSpawn, finished, spawn, stop
from services.local.errors import EmbeddedError
from services.local.ports import LOOPBACK

StartProgress = Callable[[int, int], None]
_STEPS = re.compile(r"^(\d+) of (\d+) steps$", re.MULTILINE)
STOP_STEPS = ((signal.SIGTERM, 15.0),)

_START_SECONDS = 60.0
_POLL_SECONDS = 0.1
# A worker has no port to ask; one that cannot start (a setting, an import) ends within this time.
_WORKER_SETTLES_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """How this set-up's Python processes are started."""

    variables: Mapping[str, str]
    logs: Path
    on_spawn: OnSpawn

    async def migrate(self) -> None:
        """Bring the database to the newest shape, as its owner."""
        await self.run_once("migrate", "services.cli", "migrate", seconds=300.0)

    async def run_once(
        self, name: str, module: str, *arguments: str, seconds: float, progress: StartProgress | None = None
    ) -> None:
        """Run a process to its end. `progress` receives each line `3 of 12 steps` that it prints.

        Raises:
            EmbeddedError: it failed or took longer than `seconds`; with the last lines of its log.
        """
        child = self._spawn(name, module, *arguments, as_owner=name == "migrate")
        try:
            if progress is None:
                code = await finished(child, seconds=seconds)
            else:
                code = await finished(child, seconds=seconds, look=lambda: _tell_steps(child, progress))
        except TimeoutError:
            raise EmbeddedError(f"`{name}` did not end within {seconds:.0f} s; see {child.log}.") from None
        if code != 0:
            raise EmbeddedError(f"`{name}` failed (exit code {code}); see {child.log}:\n{child.last_words()}")

    async def start_worker(self) -> Child:
        child = self._spawn("worker", "services.cli", "worker")
        try:
            await asyncio.sleep(_WORKER_SETTLES_SECONDS)
            _require_alive(child)
        except BaseException:  # also when cancelled: it must not stay behind
            stop(child, *STOP_STEPS)
            raise
        return child

    async def start_gateway(self) -> Child:
        """Start the gateway and wait until it answers; whether its servers do is not asked, as they may be down."""
        child = self._spawn("gateway", "services.cli", "gateway")
        try:
            await self._answers(child, "/health/live")
        except BaseException:  # also when cancelled: it must not stay behind
            stop(child, *STOP_STEPS)
            raise
        return child

    async def _answers(self, child: Child, path: str) -> None:
        url = f"http://{LOOPBACK}:{self.variables['PLACEMENTS_GATEWAY_PORT']}{path}"
        try:
            # No proxy of the person's may stand between us and loopback.
            async with asyncio.timeout(_START_SECONDS), httpx2.AsyncClient(trust_env=False) as client:
                while True:
                    _require_alive(child)
                    try:
                        if (await client.get(url)).is_success:
                            return
                    except httpx2.TransportError:
                        pass  # not listening yet
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            raise EmbeddedError(f"The {child.name} does not answer on {url}; see {child.log}.") from None

    def _spawn(self, name: str, module: str, *arguments: str, as_owner: bool = False) -> Child:
        hidden = (set() if as_owner else {OWNER_URL}) | (set() if name == "worker" else {SIGNER_URL})
        ours = {key: value for key, value in self.variables.items() if key not in hidden}
        theirs = {key: value for key, value in os.environ.items() if key not in hidden}
        return spawn(
            name,
            [sys.executable, "-m", module, *arguments],
            log=self.logs / f"{name}.log",
            env={**theirs, "PYTHONUNBUFFERED": "1", **ours},
            on_spawn=self.on_spawn,
        )


def _tell_steps(child: Child, progress: StartProgress) -> None:
    if found := _STEPS.findall(child.last_words(lines=1)):
        progress(*map(int, found[-1]))


def _require_alive(child: Child) -> None:
    if (code := child.ended()) is not None:
        raise EmbeddedError(f"The {child.name} ended (exit code {code}); see {child.log}:\n{child.last_words()}")
