"""Who is given the owner's way to the database: the commands that need it, and no service, wherever it is written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.postgres.owner import OWNER_URL, SIGNER_URL, owner_database_url, service_settings
from infra.settings import Settings
from services.local import environment

VALUES = {
    "PLACEMENTS_DATABASE_URL": "postgresql://placements:app@127.0.0.1/placements",
    OWNER_URL: "postgresql://placements_owner:own@127.0.0.1/placements",
    SIGNER_URL: "postgresql://placements_signer:sign@127.0.0.1/placements",
    "PLACEMENTS_KEYS_DIRECTORY": "/keys",
    "PLACEMENTS_ISSUER": "https://issuer.example",
    "PLACEMENTS_JWKS_URL": "https://issuer.example/jwks.json",
}
SHOWN = """
import os, sys, infra.postgres.owner, infra.settings
import services.cli as cli, services.gateway.__main__ as gateway, services.workflow.__main__ as worker
def shown(found):
    held = {key: str(getattr(found, key) and getattr(found, key).get_secret_value()) for key in
            ("owner_database_url", "signer_database_url")}
    print(held, sorted(name for name in os.environ if name.endswith("_DATABASE_URL")))
    sys.exit(0)
gateway.configure = worker.configure = shown
sys.argv = ["placements", sys.argv[1]]
cli.main()
"""


def started(folder: Path, service: str, **given: str) -> str:
    """What a service of the set-up in this folder has been given, as it starts."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PLACEMENTS_")}
    project = Path(__file__).parents[2]
    ran = subprocess.run(
        [sys.executable, "-c", SHOWN, service],
        env={**env, "PYTHONPATH": str(project), **given},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".local").mkdir()
    environment.write(tmp_path / ".local", VALUES)
    return tmp_path


@pytest.mark.parametrize("where", ["its file", "the environment", "a .env file"])
@pytest.mark.parametrize("service", ["gateway", "worker"])
def test_no_service_gets_the_owners_way_to_the_database(folder: Path, service: str, where: str) -> None:
    if where == "a .env file":
        (folder / ".env").write_text(f"{OWNER_URL}={VALUES[OWNER_URL]}\n")
    given = {OWNER_URL: VALUES[OWNER_URL], SIGNER_URL: VALUES[SIGNER_URL]} if where == "the environment" else {}

    told = started(folder, service, **given)

    assert "placements_owner" not in told
    assert OWNER_URL not in told
    assert ("placements_signer" in told) is (service == "worker")


def test_the_commands_that_need_it_take_it_from_its_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    for name, value in VALUES.items():
        if name not in {OWNER_URL, SIGNER_URL}:
            monkeypatch.setenv(name, value)
    monkeypatch.delenv(OWNER_URL, raising=False)
    monkeypatch.delenv("PLACEMENTS_LOCAL_DIRECTORY", raising=False)

    assert owner_database_url(Settings()) == VALUES[OWNER_URL]
    assert service_settings(signs=True).owner_database_url is None
    environment.remove(folder / ".local")
    assert owner_database_url(Settings()) is None
    monkeypatch.setenv(OWNER_URL, "postgresql://other")
    assert owner_database_url(Settings()) == "postgresql://other"


def test_the_files_are_the_owners_alone_and_say_each_thing_once(folder: Path) -> None:
    files = sorted((folder / ".local").iterdir())

    assert [path.name for path in files] == ["environment", "environment.owner", "environment.signer"]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert environment.read(folder / ".local") == VALUES
    assert environment.of_services(folder / ".local").keys() == VALUES.keys() - {OWNER_URL, SIGNER_URL}
