"""`placements up`: the whole set-up on one machine, from an empty folder to a first command, and its orderly end."""

import asyncio
import contextlib
import importlib.util
import shutil
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from domain.shared.words import figure
from infra.clock import mark_demonstration
from infra.proof import checkpoints
from services.local import backup, environment, issuer, postgres, temporal, wal_archive
from services.local.children import Child
from services.local.config import EmbeddedSettings, ServicePorts
from services.local.errors import EmbeddedError
from services.local.leftovers import RunFile, locked
from services.local.people import register_people
from services.local.ports import require_free
from services.local.postgres_data import OWNER, Installation, install, moved_aside
from services.local.progress import say, step, steps
from services.local.services import STOP_STEPS, Services
from services.local.supervisor import Start, Steps, SupervisedProcess, Supervisor
from services.local.welcome import welcome

DATABASE = "placements"

_CASELOAD_MODULE = "examples.caseload"
_CASELOAD_SECONDS = 600.0
_LARGEST_LOG_BYTES = 20_000_000


def up(settings: EmbeddedSettings, *, servers_only: bool = False) -> int:
    """Run until Ctrl-C, SIGTERM or SIGHUP, and return the exit code.

    `servers_only` leaves out the worker, the gateway and the caseload, for whoever starts those by hand.
    """
    console = Console()
    try:
        with locked(settings.local_directory):
            asyncio.run(_until_signalled(_SetUp(settings=settings, console=console, servers_only=servers_only)))
    except EmbeddedError as error:
        say(console, str(error), style="red")
        return 1
    with contextlib.suppress(OSError):  # the terminal may be gone
        say(console, "Stopped; the data are kept.")
    return 0


async def _until_signalled(setup: "_SetUp") -> None:
    running = asyncio.create_task(setup.run())

    def cancel_once() -> None:
        # A second Ctrl-C finds the end under way and changes nothing.
        if not running.cancelling():
            running.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, cancel_once)
    with contextlib.suppress(asyncio.CancelledError):
        await running


@dataclass(slots=True, kw_only=True)
class _SetUp:
    settings: EmbeddedSettings
    console: Console
    servers_only: bool
    supervisor: Supervisor = field(init=False)
    run_file: RunFile = field(init=False)
    local: Path = field(init=False)
    server: postgres.PostgresServer | None = None

    def __post_init__(self) -> None:
        self.local = self.settings.local_directory.resolve()
        self.supervisor = Supervisor(console=self.console)
        self.run_file = RunFile(path=self.local / "run.json")

    @property
    def _temporal_data(self) -> Path:
        return self.local / "temporal" / "temporal.db"

    @property
    def logs(self) -> Path:
        return self.local / "logs"

    async def run(self) -> None:
        for name in self.run_file.end_leftovers():
            say(self.console, f"Ended {name}, left from a run that was cut off.")
        self._require_ports()
        self._turn_logs()
        try:
            await self._serve()
        finally:
            # A closed terminal must not keep us from ending the children.
            with contextlib.suppress(OSError):
                say(self.console, "Stopping ...")
            self.supervisor.stop()
            environment.remove(self.local)
            self.run_file.remove()

    async def _serve(self) -> None:
        installation = self._install()
        begins_anew = not installation.data.exists()
        if begins_anew:
            # The record begins again, so what Temporal kept of it is about placements that no longer exist.
            shutil.rmtree(self.local / "temporal", ignore_errors=True)
            self._move_checkpoints_aside()
        with step(self.console, "Starting PostgreSQL"):
            await self._add("postgres", lambda: self._start_postgres(installation), postgres.STOP_STEPS)
        assert self.server is not None
        self._tell_of_archive()
        await postgres.create_database(self.server.admin_dsn, DATABASE)
        temporal_was_lost = not begins_anew and not self._temporal_data.exists()
        with step(self.console, "Starting Temporal"):
            await self._add("temporal", self._start_temporal, temporal.STOP_STEPS)
        variables = environment.variables(self.settings, self.server, DATABASE)
        services = Services(variables=variables, logs=self.logs, on_spawn=self.run_file.note)
        with step(self.console, "Migrating the database"):
            await services.migrate()
        await mark_demonstration(self.server.dsn(DATABASE, OWNER))
        await register_people(self.server.dsn(DATABASE, OWNER))
        checkpoints.make_key(self.local / environment.CHECKPOINT_KEY)
        environment.write(self.local, variables)
        key = issuer.load_key(self.local / "issuer")
        async with issuer.serving(key, self.settings.issuer_port, environment.pages_client(self.settings)):
            if not self.servers_only:
                await self._start_services(services, rebuild=temporal_was_lost)
            welcome(self.console, self.settings)
            if not self.servers_only:
                await self._load_example(services, installation)
            await self.supervisor.keep()

    def _move_checkpoints_aside(self) -> None:
        """They prove the record before, which a copy may bring back, and would contradict the one that begins."""
        aside = moved_aside(self.local / "checkpoints")
        if aside is not None:
            say(self.console, f"A new record begins; the checkpoints of the one before are in {aside}.")

    def _install(self) -> Installation:
        named = self.local / "postgres"
        installation = install(named, project=self.local.parent)
        if named.is_symlink():
            say(
                self.console,
                f"PostgreSQL runs as another account, which cannot enter this folder: its data are in "
                f"{installation.folder} ({named} leads there).",
            )
        return installation

    async def _start_services(self, services: Services, *, rebuild: bool) -> None:
        with step(self.console, "Starting the worker and the gateway"):
            await self._add("worker", services.start_worker, STOP_STEPS)
            await self._add("gateway", services.start_gateway, STOP_STEPS)
        if rebuild:
            with step(self.console, "Starting the placements' workflows from the store"):
                await services.run_once("rebuild", "services.cli", "rebuild", "workflows", seconds=_CASELOAD_SECONDS)

    async def _load_example(self, services: Services, installation: Installation) -> None:
        marker = installation.caseload_marker
        if self.settings.example == "none" or marker.exists() or not _exists(_CASELOAD_MODULE):
            return
        with steps(self.console, "Loading the example caseload") as progress:
            await services.run_once("caseload", _CASELOAD_MODULE, seconds=_CASELOAD_SECONDS, progress=progress)
        marker.touch()

    async def _add(self, name: str, start: Start, stop_steps: Steps) -> None:
        await self.supervisor.add(SupervisedProcess(name=name, start=start, stop_steps=stop_steps))

    async def _start_postgres(self, installation: Installation) -> Child:
        self.server = await postgres.start(
            installation,
            port=self.settings.postgres_port,
            log=self.logs / "postgres.log",
            settings=self._archiving(installation),
            on_spawn=self.run_file.note,
        )
        return self.server.child

    def _archiving(self, installation: Installation) -> Mapping[str, str]:
        archive = self.settings.archive_directory
        return {} if archive is None else backup.archiving(archive.resolve(), installation.account)

    def _tell_of_archive(self) -> None:
        archive = self.settings.archive_directory
        if archive is None:
            return
        kept, copies = wal_archive.size(archive), wal_archive.copies(archive)
        say(
            self.console,
            f"The log of changes is kept in {archive}: {figure(kept.files, 'file')}, {wal_archive.megabytes(kept)}.",
        )
        if copies:
            say(self.console, "Each `make backup` removes what the newest copies do not need.")
        else:
            say(self.console, "It can bring nothing back, and grows, until `make backup` makes a copy to begin at.")

    async def _start_temporal(self) -> Child:
        server = await temporal.start(
            port=self.settings.temporal_port,
            ui_port=self.settings.temporal_ui_port,
            database=self._temporal_data,
            log=self.logs / "temporal.log",
            on_spawn=self.run_file.note,
        )
        return server.child

    def _require_ports(self) -> None:
        unused = {"PLACEMENTS_GATEWAY_PORT"} if self.servers_only else set()
        of_services = () if self.servers_only else ServicePorts().ports()
        require_free(each for each in (*self.settings.ports(), *of_services) if each[2] not in unused)

    def _turn_logs(self) -> None:
        """Keep one earlier file of a log that has grown large; they are turned at starts only."""
        for log in self.logs.glob("*.log"):
            if log.stat().st_size > _LARGEST_LOG_BYTES:
                log.replace(log.with_suffix(".log.1"))


def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False
