"""A set-up of one's own, on free ports and started new each time: it disturbs no running `make run`."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from services.local.config import EmbeddedSettings, ServicePorts
from services.local.errors import EmbeddedError
from services.local.leftovers import locked
from services.local.ports import LOOPBACK, free_port

LOCAL: Final = "PLACEMENTS_LOCAL_DIRECTORY"
_POLL_SECONDS = 0.1
# The line that is printed as each is ready.
_READY: Final = {"caseload": r"Loading the example caseload: [\d.]+ s\b", "none": "Ctrl-C ends all of it"}


@contextmanager
def own_set_up(local: Path, *, example: Literal["caseload", "none"]) -> Iterator[str]:
    """Run everything in `local` and have this process' environment name it; yields the gateway's address.

    Raises:
        EmbeddedError: it did not start; with where to read why.
    """
    with locked(local):
        _remove(local)
        ports = {
            f"PLACEMENTS_{name.upper()}": str(free_port()) for name in EmbeddedSettings.model_fields if "_port" in name
        }
        ports |= {f"PLACEMENTS_{name.upper()}": "0" for name in ServicePorts.model_fields}
        os.environ.update({LOCAL: str(local / "set-up"), "PLACEMENTS_EXAMPLE": example, **ports})
        with _running(local / "up.log", ready=_READY[example]):
            yield f"http://{LOOPBACK}:{ports['PLACEMENTS_GATEWAY_PORT']}"


@contextmanager
def _running(log: Path, *, ready: str) -> Iterator[None]:
    with log.open("wb") as output:
        running = subprocess.Popen(
            [sys.executable, "-m", "services.cli", "up"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us, and we end it
        )
    try:
        while re.search(ready, log.read_text("utf-8")) is None:
            if running.poll() is not None:
                raise EmbeddedError(f"It did not start; see {log}:\n{log.read_text('utf-8')}")
            time.sleep(_POLL_SECONDS)
        yield
    finally:
        sys.stdout.write("Ending it ...\n")
        running.terminate()
        running.wait()


def _remove(local: Path) -> None:
    """What the last one left: its record is of no further use, and its clock may have gone ahead."""
    data = local / "set-up" / "postgres"
    if data.is_symlink():
        shutil.rmtree(data.resolve(), ignore_errors=True)  # in the folder where PostgreSQL's account can go
    shutil.rmtree(local / "set-up", ignore_errors=True)
