"""The whole set-up as a person runs it: started, cut off, started again, ended; nothing stays behind."""

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx2
import psutil  # type: ignore[import-untyped]  # ships no types
import pytest
from pydantic import SecretStr

from infra.identity.tokens import Person, TokenVerifier
from infra.ids import uuid7
from infra.settings import Settings
from services.local import environment, issuer
from services.local.people import PEOPLE
from tests.embedded import PATIENCE_SECONDS, READY, SERVERS_ONLY, Folder


@pytest.fixture
def folder(server_folder: Path) -> Iterator[Folder]:
    made = Folder(local=server_folder / f"local-{uuid7()}")
    yield made
    made.end_all()


async def verified(values: dict[str, str], token: str) -> Person:
    verifier = TokenVerifier(
        Settings(
            database_url=SecretStr(values["PLACEMENTS_DATABASE_URL"]),
            keys_directory=Path(values["PLACEMENTS_KEYS_DIRECTORY"]),
            issuer=values["PLACEMENTS_ISSUER"],
            jwks_url=values["PLACEMENTS_JWKS_URL"],
        )
    )
    try:
        return await verifier.verify(token)
    finally:
        await verifier.aclose()


async def assert_tokens_stand_up_to_the_published_keys(folder: Folder) -> None:
    values = environment.read(folder.local)
    key = issuer.load_key(folder.local / "issuer")
    token = issuer.mint(PEOPLE[0], key=key, issuer=values["PLACEMENTS_ISSUER"])

    async with httpx2.AsyncClient(trust_env=False, timeout=60) as client:
        found = (await client.get(f"{values['PLACEMENTS_ISSUER']}/.well-known/openid-configuration")).json()
        keys = (await client.get(found["jwks_uri"])).json()["keys"]

    assert found["issuer"] == values["PLACEMENTS_ISSUER"]
    assert [set(key) & {"d"} for key in keys] == [set()]
    assert (folder.local / "issuer" / "signing-key.json").stat().st_mode & 0o077 == 0
    for name in ("environment", "environment.owner", "environment.signer"):
        assert (folder.local / name).stat().st_mode & 0o077 == 0
    assert environment.OWNER_URL not in environment.of_services(folder.local)
    assert environment.SIGNER_URL not in environment.of_services(folder.local)
    assert (await verified(values, token)).id == PEOPLE[0].id


async def test_one_up_serves_a_folder_restarts_a_dead_server_and_leaves_nothing(
    folder: Folder,
) -> None:
    """One sets up a folder, then a dead server is started again, and Ctrl+C leaves nothing."""
    process = folder.up(*SERVERS_ONLY)
    folder.wait_for(READY)

    second = folder.placements("up", *SERVERS_ONLY)
    assert (second.returncode, second.stdout.count("\n")) == (1, 1)
    assert "already runs on" in second.stdout

    await assert_tokens_stand_up_to_the_published_keys(folder)

    supervisor = psutil.Process(process.pid)
    children = supervisor.children(recursive=True)
    # Of its own children alone: a connection's process, further down, may end before it is asked for its name.
    next(child for child in supervisor.children() if child.name() == "temporal").kill()
    folder.wait_for("Temporal ended by signal SIGKILL")
    folder.wait_for("Temporal runs again.")

    assert folder.end(signal.SIGINT, signal.SIGINT) == 0
    assert folder.left() == []
    assert [child for child in children if child.is_running()] == []
    assert not (folder.local / "run.json").exists()
    assert environment.read(folder.local) == {}


async def test_after_the_supervisor_is_killed_the_next_start_ends_what_it_left(
    folder: Folder,
) -> None:
    """After the supervisor is killed the next start ends what it left and keeps the data."""
    process = folder.up(*SERVERS_ONLY)
    folder.wait_for(READY)
    values = environment.read(folder.local)
    owner = await asyncpg.connect(values[environment.OWNER_URL])
    await owner.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    await owner.close()
    process.kill()
    process.wait()
    left = folder.left()
    assert len(left) > 1, "the servers outlive a killed supervisor, or this test shows nothing"

    process = folder.up(*SERVERS_ONLY)
    folder.wait_for(READY)

    assert "Ended temporal, left from a run that was cut off." in folder.said
    assert "Ended postgres, left from a run that was cut off." in folder.said
    owner = await asyncpg.connect(values[environment.OWNER_URL])
    assert await owner.fetchval("SELECT answer FROM kept") == 42
    await owner.close()
    assert folder.end(signal.SIGTERM) == 0


async def test_ctrl_c_in_the_middle_of_the_start_leaves_nothing(folder: Folder) -> None:
    folder.up(*SERVERS_ONLY)
    folder.wait_for("Starting PostgreSQL")

    assert folder.end(signal.SIGINT) == 0
    assert folder.left() == []


async def test_after_a_total_loss_a_copy_comes_back_and_every_checkpoint_is_kept(
    folder: Folder,
) -> None:
    """After all was lost a copy comes back without the example, and no checkpoint is removed."""
    copy = folder.local.with_suffix(".copy")
    folder.up(*SERVERS_ONLY)
    folder.wait_for(READY)
    owner = await asyncpg.connect(environment.read(folder.local)[environment.OWNER_URL])
    await owner.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    await owner.close()
    assert folder.placements("backup", str(copy)).returncode == 0
    folder.end(signal.SIGINT)
    checkpoints = folder.local / "checkpoints"
    checkpoints.mkdir()
    (checkpoints / "1.checkpoint").write_text("signed")
    shutil.rmtree(folder.local / "postgres")

    folder.up(*SERVERS_ONLY)  # too early: a new record begins
    folder.wait_for(READY)
    folder.end(signal.SIGINT)
    (aside,) = folder.local.glob("checkpoints.before-*")
    assert (aside / "1.checkpoint").read_text() == "signed"
    assert str(aside) in folder.said.replace("\n", "")

    shutil.rmtree(folder.local / "postgres")
    aside.rename(checkpoints)
    restored = folder.placements("restore", str(copy))
    assert restored.returncode == 0, restored.stderr
    folder.up()
    folder.wait_for(READY)

    assert "Starting the placements' workflows from the store" in folder.said
    assert "example" not in folder.said
    assert (checkpoints / "1.checkpoint").read_text() == "signed"
    owner = await asyncpg.connect(environment.read(folder.local)[environment.OWNER_URL])
    assert await owner.fetchval("SELECT answer FROM kept") == 42
    await owner.close()
    assert folder.end(signal.SIGINT) == 0


async def test_all_taken_ports_are_told_at_once_with_holder_and_setting(folder: Folder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        ports = {"POSTGRES": one.getsockname()[1], "TEMPORAL_UI": other.getsockname()[1]}
        folder.ports |= {f"PLACEMENTS_{name}_PORT": str(port) for name, port in ports.items()}

        code = folder.up(*SERVERS_ONLY).wait(PATIENCE_SECONDS)

    assert code == 1
    assert folder.said.count("\n") == 3
    assert f"Port {ports['POSTGRES']} for PostgreSQL (PLACEMENTS_POSTGRES_PORT) is taken by" in folder.said
    assert f"Port {ports['TEMPORAL_UI']} for Temporal's web pages (PLACEMENTS_TEMPORAL_UI_PORT)" in folder.said
    assert folder.said.count(f"(process {os.getpid()})") == 2


async def test_people_and_addresses_are_shown_before_the_caseload_is_loaded(folder: Folder) -> None:
    folder.up()
    folder.wait_for(READY)

    async with httpx2.AsyncClient(trust_env=False, timeout=60) as client:
        answered = await client.get(f"http://127.0.0.1:{folder.ports['PLACEMENTS_GATEWAY_PORT']}/health/live")
    folder.wait_for("Loading the example caseload: 1 of")

    said = folder.said
    assert answered.is_success
    assert PEOPLE[0].slug in said
    assert all(person.name in said for person in PEOPLE if "integration" not in person.roles)
    assert f"\n  http://127.0.0.1:{folder.ports['PLACEMENTS_GATEWAY_PORT']}/\n" in said
    assert said.index("/api/docs") < said.index(READY) < said.index("Loading the example caseload")
    assert folder.end(signal.SIGINT) == 0


async def test_a_set_up_without_the_example_loads_nothing(folder: Folder) -> None:
    folder.more["PLACEMENTS_EXAMPLE"] = "none"
    folder.up()
    folder.wait_for(READY)

    owner = await asyncpg.connect(environment.read(folder.local)["PLACEMENTS_DATABASE_URL"])
    assert await owner.fetchval("SELECT count(*) FROM command") == 0
    await owner.close()
    assert folder.end(signal.SIGINT) == 0
    assert "example caseload" not in folder.said
