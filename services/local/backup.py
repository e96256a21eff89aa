"""Copies of the embedded PostgreSQL, taken while it is in use, and put back as it stood at a moment.

A copy is complete in itself. Together with an archive of the server's log of changes it can be brought to any moment
since. The pupils' keys are not in it: they are kept and copied by themselves.
"""

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from services.local import postgres_data, wal_archive
from services.local.account import Account
from services.local.children import finished, forget, spawn
from services.local.errors import EmbeddedError
from services.local.ports import LOOPBACK
from services.local.postgres_data import SUPERUSER, Installation

_COPY_SECONDS = 3_600.0
_SEGMENT_NAME = 24


def archiving(archive: Path, account: Account | None) -> Mapping[str, str]:
    """The server's settings with which it keeps its log of changes in this folder, a file at a time and each once."""
    archive.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account:
        os.chown(archive, account.uid, account.gid)
    target = f"{shlex.quote(str(archive))}/%f"
    # A server that crashed before it noted that a file was kept hands it over again: the same file is no fault.
    kept = f"cmp -s %p {target}"
    # A file that ends early, since its minute was over, is filled up with zeros: they take no place on the disk.
    copy = f"{{ cp --sparse=always %p {target}.half 2>/dev/null || cp %p {target}.half; }}"
    keep = f"{copy} && sync {target}.half && mv {target}.half {target}"
    return {
        "archive_mode": "on",
        "archive_command": f"if test -f {target}; then {kept}; else {keep}; fi",
        # A quiet record is in the archive within a minute as well.
        "archive_timeout": "60s",
    }


async def take(installation: Installation, port: int, to: Path, *, log: Path, archive: Path | None = None) -> None:
    """Copy the running server's data into a folder that is not there yet; the archive knows of it then.

    Raises:
        EmbeddedError: it is there, the server does not answer, or the copy was not finished.
    """
    if to.exists():  # noqa: ASYNC240 - a look takes no time
        raise EmbeddedError(f"{to} is there already: name a folder that is not.")
    password = postgres_data.passwords(installation)[SUPERUSER]
    copying = spawn(
        "pg_basebackup",
        [
            *(installation.binaries / "pg_basebackup", "--pgdata", to, "--checkpoint=fast", "--wal-method=stream"),
            f"--label={wal_archive.LABEL}",
            *(f"--host={LOOPBACK}", f"--port={port}", f"--username={SUPERUSER}", "--no-password"),
        ],
        log=log,
        env={**postgres_data.environment(), "PGPASSWORD": password},
        cwd=Path("/"),
        on_spawn=forget,
    )
    try:
        code = await finished(copying, seconds=_COPY_SECONDS)
    except TimeoutError:
        code = -1
    if code != 0:
        shutil.rmtree(to, ignore_errors=True)
        raise EmbeddedError(f"The copy was not made: {copying.last_words()}")
    # The roles in the data go by them: a machine that has lost everything could not enter the copy otherwise.
    shutil.copy2(installation.passwords, to / installation.passwords.name)
    if archive is not None:
        wal_archive.note_copy(archive, to)


def put_back(
    installation: Installation,
    copy: Path,
    *,
    archive: Path | None = None,
    until: datetime | None = None,
    timeline: int | None = None,
) -> Path | None:
    """Put a copy in the place of the data of a server that does not run; returns where those are now.

    With an archive, the next start replays what it holds, up to `until` where that is given: along the newest
    history, or along the one that PostgreSQL numbers `timeline`. Either way that start begins a history of its own.

    Raises:
        EmbeddedError: it is no whole copy of a server, a moment or a history was named without an archive, what
            follows the copy was removed from the archive, or a server runs on the data.
    """
    _require_whole(installation, copy)
    if (until or timeline) and archive is None:
        raise EmbeddedError("A moment can be gone back to only with the archive of the server's log of changes.")
    if archive is not None:
        wal_archive.require_reaches(archive, copy)
    data, half = installation.data, installation.folder / "data.new"
    postgres_data.clear_stale_pid_file(data)
    shutil.rmtree(half, ignore_errors=True)
    shutil.copytree(copy, half)
    half.chmod(0o700)
    if archive is not None:
        for earlier in (*sorted(installation.folder.glob(f"{data.name}.before-*")), data):
            _bring_the_last(earlier / "pg_wal", archive, half / "pg_wal")
    (half / "recovery.signal").touch(mode=0o600)
    with (half / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
        recovery = _recovery(archive, until, timeline)
        settings.writelines(f"{name} = '{_quoted(value)}'\n" for name, value in recovery.items())
    theirs = half / installation.passwords.name
    if theirs.exists():
        if data.exists() and installation.passwords.exists():
            shutil.copy2(installation.passwords, data / theirs.name)  # they go aside with their data
        theirs.replace(installation.passwords)
    if installation.account:
        for path in (half, *half.rglob("*")):
            os.chown(path, installation.account.uid, installation.account.gid, follow_symlinks=False)
    aside = postgres_data.moved_aside(data)
    half.rename(data)
    installation.caseload_marker.touch()
    return aside


def _require_whole(installation: Installation, copy: Path) -> None:
    """Each file of the copy is as it was taken, by the list that was written last."""
    if not (copy / "backup_manifest").exists():
        raise EmbeddedError(f"{copy} is not a whole copy that was taken of a server.")
    looked = subprocess.run(  # noqa: S603 - the server's own program
        [installation.binaries / "pg_verifybackup", "--quiet", f"--ignore={installation.passwords.name}", copy],
        capture_output=True,
        text=True,
        check=False,
        env=postgres_data.environment(),
        cwd="/",
    )
    if looked.returncode != 0:
        raise EmbeddedError(f"{copy} is not as it was taken: {looked.stderr.strip()}")


def _bring_the_last(written: Path, archive: Path, to: Path) -> None:
    """What a server wrote last and had not archived when it ended is nowhere but beside its data."""
    for segment in written.glob("[0-9A-F]" * _SEGMENT_NAME):
        if not (archive / segment.name).exists() and not (to / segment.name).exists():
            shutil.copy(segment, to / segment.name)


def _recovery(archive: Path | None, until: datetime | None, timeline: int | None) -> Mapping[str, str]:
    """Settings for the next start: all of them, as those of an earlier restore stand in a copy that followed it.

    Without an archive too it begins a new timeline, so that what it will archive has names of its own.
    """
    return {
        "restore_command": "false" if archive is None else f'cp {shlex.quote(str(archive))}/%f "%p"',
        "recovery_target_action": "promote",
        "recovery_target_timeline": "latest" if timeline is None else str(timeline),
        "recovery_target_time": "" if until is None else until.isoformat(),
    }


def _quoted(value: str) -> str:
    return value.replace("'", "''")
