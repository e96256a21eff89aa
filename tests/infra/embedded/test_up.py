"""The whole set-up as a person runs it: started, cut off, started again, ended; nothing stays behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx
import psutil  # type: ignore[import-untyped]  # ships no types
import pytest
from pydantic import SecretStr

from infra.embedded import environment, issuer
from infra.embedded.people import PEOPLE
from infra.embedded.ports import free_port
from infra.identity import Person, Verifier
from infra.ids import uuid7
from infra.settings import Settings
from tests.conftest import PROJECT

UP = [sys.executable, "-m", "services.cli", "up", "--servers-only"]
PATIENCE_SECONDS = 60.0
PORTS = ("GATEWAY", "TEMPORAL", "TEMPORAL_UI", "POSTGRES", "ISSUER")


@dataclass(kw_only=True)
class Folder:
    """A folder with a set-up, and the set-ups started in it."""

    local: Path
    ports: dict[str, str] = field(default_factory=lambda: {f"PLACEMENTS_{p}_PORT": str(free_port()) for p in PORTS})
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def variables(self) -> dict[str, str]:
        return {**os.environ, **self.ports, "PLACEMENTS_LOCAL_DIRECTORY": str(self.local)}

    @property
    def said(self) -> str:
        return self.local.with_suffix(".out").read_text()

    def up(self) -> subprocess.Popen[bytes]:
        with self.local.with_suffix(".out").open("wb") as output:
            process = subprocess.Popen(
                UP, cwd=PROJECT, stdout=output, stderr=subprocess.STDOUT, env=self.variables, start_new_session=True
            )
        self.started.append(process)
        return process

    def up_again(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(UP, cwd=PROJECT, capture_output=True, text=True, check=False, env=self.variables)

    def wait_for(self, words: str) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while words not in self.said:
            assert self.started[-1].poll() is None, self.said
            assert time.monotonic() < until, self.said
            time.sleep(0.05)

    def left(self) -> list[str]:
        """Processes that name this folder in their arguments: the servers do, by their data."""
        mine = []
        for process in psutil.process_iter(["cmdline"]):
            arguments = " ".join(process.info["cmdline"] or [])
            if str(self.local) in arguments and process.status() != psutil.STATUS_ZOMBIE:
                mine.append(arguments)
        return mine


@pytest.fixture
def folder(server_folder: Path) -> Iterator[Folder]:
    made = Folder(local=server_folder / f"local-{uuid7()}")
    yield made
    for process in made.started:
        if process.poll() is None:
            process.terminate()
            process.wait(PATIENCE_SECONDS)
    assert made.left() == []


def end(process: subprocess.Popen[bytes], *signals: signal.Signals) -> int:
    for number in signals:
        process.send_signal(number)
        time.sleep(0.1)
    return process.wait(PATIENCE_SECONDS)


async def verified(values: dict[str, str], token: str) -> Person:
    verifier = Verifier(
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

    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        found = (await client.get(f"{values['PLACEMENTS_ISSUER']}/.well-known/openid-configuration")).json()
        keys = (await client.get(found["jwks_uri"])).json()["keys"]

    assert found["issuer"] == values["PLACEMENTS_ISSUER"]
    assert [set(key) & {"d"} for key in keys] == [set()]
    assert (folder.local / "issuer" / "signing-key.json").stat().st_mode & 0o077 == 0
    assert (folder.local / "environment").stat().st_mode & 0o077 == 0
    assert (await verified(values, token)).id == PEOPLE[0].id


async def test_one_set_up_a_folder_then_a_dead_server_is_started_again_and_ctrl_c_leaves_nothing(
    folder: Folder,
) -> None:
    process = folder.up()
    folder.wait_for("Ctrl-C ends all of it")

    second = folder.up_again()
    assert (second.returncode, second.stdout.count("\n")) == (1, 1)
    assert "already runs on" in second.stdout

    await assert_tokens_stand_up_to_the_published_keys(folder)

    children = psutil.Process(process.pid).children(recursive=True)
    next(child for child in children if child.name() == "temporal").kill()
    folder.wait_for("Temporal ended by signal SIGKILL")
    folder.wait_for("Temporal runs again.")

    assert end(process, signal.SIGINT, signal.SIGINT) == 0
    assert folder.left() == []
    assert [child for child in children if child.is_running()] == []
    assert not (folder.local / "run.json").exists()
    assert environment.read(folder.local) == {}


async def test_after_the_supervisor_is_killed_the_next_start_ends_what_it_left_and_keeps_the_data(
    folder: Folder,
) -> None:
    process = folder.up()
    folder.wait_for("Ctrl-C ends all of it")
    values = environment.read(folder.local)
    owner = await asyncpg.connect(values[environment.OWNER_URL])
    await owner.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    await owner.close()
    process.kill()
    process.wait()
    left = folder.left()
    assert len(left) > 1, "the servers outlive a killed supervisor, or this test shows nothing"

    process = folder.up()
    folder.wait_for("Ctrl-C ends all of it")

    assert "Ended temporal, left from a run that was cut off." in folder.said
    assert "Ended postgres, left from a run that was cut off." in folder.said
    owner = await asyncpg.connect(values[environment.OWNER_URL])
    assert await owner.fetchval("SELECT answer FROM kept") == 42
    await owner.close()
    assert end(process, signal.SIGTERM) == 0


async def test_ctrl_c_in_the_middle_of_the_start_leaves_nothing(folder: Folder) -> None:
    process = folder.up()
    folder.wait_for("Starting PostgreSQL")

    assert end(process, signal.SIGINT) == 0
    assert folder.left() == []


async def test_a_taken_port_is_one_sentence_with_its_holder_and_its_setting(folder: Folder) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        folder.ports["PLACEMENTS_POSTGRES_PORT"] = str(port)

        code = folder.up().wait(PATIENCE_SECONDS)

    assert code == 1
    assert folder.said.count("\n") == 1
    assert f"Port {port} for PostgreSQL is taken by" in folder.said
    assert f"(process {os.getpid()})" in folder.said
    assert "PLACEMENTS_POSTGRES_PORT" in folder.said
