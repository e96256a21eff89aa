"""`placements up` as a person runs it, in a folder and on ports of the test's own."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types

from services.local.ports import free_port
from tests.conftest import PROJECT

PLACEMENTS = [sys.executable, "-m", "services.cli"]
SERVERS_ONLY = ("--servers-only",)
READY = "Ctrl-C ends all of it"
PATIENCE_SECONDS = 60.0
PORTS = ("GATEWAY", "TEMPORAL", "TEMPORAL_UI", "POSTGRES", "ISSUER")


@dataclass(kw_only=True)
class Folder:
    """A folder with a set-up, and the set-ups started in it."""

    local: Path
    ports: dict[str, str] = field(default_factory=lambda: {f"PLACEMENTS_{p}_PORT": str(free_port()) for p in PORTS})
    more: dict[str, str] = field(default_factory=dict)
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def variables(self) -> dict[str, str]:
        return {**os.environ, **self.ports, **self.more, "PLACEMENTS_LOCAL_DIRECTORY": str(self.local)}

    @property
    def said(self) -> str:
        return self.local.with_suffix(".out").read_text()

    def up(self, *options: str) -> subprocess.Popen[bytes]:
        with self.local.with_suffix(".out").open("wb") as output:
            process = subprocess.Popen(
                [*PLACEMENTS, "up", *options],
                cwd=PROJECT,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.variables,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def placements(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command of the command line to its end."""
        return subprocess.run(
            [*PLACEMENTS, *arguments], cwd=PROJECT, capture_output=True, text=True, check=False, env=self.variables
        )

    def wait_for(self, words: str) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while words not in self.said:
            assert self.started[-1].poll() is None, self.said
            assert time.monotonic() < until, self.said
            time.sleep(0.05)

    def left(self) -> list[str]:
        """Processes that name this folder in their arguments: the servers do, by their data."""
        mine = []
        # Asked for together, as one that ends meanwhile is then passed over.
        for process in psutil.process_iter(["cmdline", "status"]):
            arguments = " ".join(process.info["cmdline"] or [])
            if str(self.local) in arguments and process.info["status"] != psutil.STATUS_ZOMBIE:
                mine.append(arguments)
        return mine

    def end(self, *signals: signal.Signals) -> int:
        """End what was started last, and return its exit code."""
        process = self.started[-1]
        for number in signals:
            process.send_signal(number)
            time.sleep(0.1)
        return process.wait(PATIENCE_SECONDS)

    def end_all(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.terminate()
                process.wait(PATIENCE_SECONDS)
        assert self.left() == []
