"""squawk reads every revision's SQL for what locks, breaks or fills up a database in use."""

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.postgres.migrations import versions

EXCLUDED = {
    "prefer-bigint-over-int": "versions of one stream, counts and HTTP statuses stay small; positions are bigint",
    "require-lock-timeout": "infra.postgres.migrations.upgrade sets it for every revision",
    "require-statement-timeout": "the same",
}
REVISIONS = sorted(each.name for each in pkgutil.iter_modules(versions.__path__))


@pytest.mark.parametrize("revision", REVISIONS)
def test_squawk_finds_nothing(revision: str, tmp_path: Path) -> None:
    module = importlib.import_module(f"{versions.__name__}.{revision}")
    script = tmp_path / f"{revision}.sql"
    script.write_text(";\n".join(each.strip().rstrip(";") for each in module.sql()) + ";\n", encoding="utf-8")
    squawk = Path(sys.executable).with_name("squawk")

    found = subprocess.run(
        [squawk, "--pg-version", "15.0", "--assume-in-transaction", f"--exclude={','.join(EXCLUDED)}", script],
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.returncode == 0, found.stdout + found.stderr
