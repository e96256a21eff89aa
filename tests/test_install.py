"""A long installation shows that something happens, and how far it has come."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PIP = """Collecting alembic==1.16 (from -r requirements.lock (line 3))
  Downloading alembic-1.16-py3-none-any.whl (242 kB)
Requirement already satisfied: anyio==4.1 in ./.venv/lib (from -r requirements.lock (line 9))
Installing collected packages: alembic
Successfully installed alembic-1.16
"""


def _told(said: str) -> list[str]:
    argv = [sys.executable, "-I", "deploy/tell_install.py", "requirements.lock"]
    return subprocess.run(argv, cwd=ROOT, input=said, capture_output=True, text=True, check=True).stdout.splitlines()


def test_first_package_is_told_at_once_and_then_each_tenth() -> None:
    many = "".join(f"Collecting package-{n}==1 (from -r requirements.lock)\n" for n in range(1, 26))

    assert [line.split()[0] for line in _told(many)] == ["1", "10", "20"]


def test_unpacking_and_the_end_are_told() -> None:
    assert [line.strip() for line in _told(PIP)][1:] == ["unpacking them", "done"]


@pytest.mark.parametrize("stamp", [".run-stamp", ".dev-stamp"])
def test_an_installation_that_fails_fails_make(stamp: str) -> None:
    """What tells how far pip has come must not hide that it failed."""
    rules = (ROOT / "Makefile").read_text("utf-8").split(f"$(VENV)/{stamp}: ")[-1].split("\n\n")[0]
    piped = [line for line in rules.splitlines() if "| $(TELL)" in line]

    assert len(piped) == 1
    assert all(line.strip().startswith("@set -o pipefail;") for line in piped)
