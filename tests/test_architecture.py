"""What holds for the tree as a whole: names, generated documents, and that nothing in it points outside it."""

import ast
import re
import subprocess
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from docs import generate
from infra.postgres.migrations import config

ROOT = Path(__file__).parent.parent


def test_no_other_distribution_ships_our_top_level_names() -> None:
    """Installed copies come before ours on the path when started from elsewhere."""
    shipped = packages_distributions()
    ours = {"domain", "events", "infra", "services"}

    assert not {name for name in ours & shipped.keys() if set(shipped[name]) != {"placements"}}


def test_generated_documents_say_what_the_code_says() -> None:
    """`make docs` writes them."""
    assert generate.stale() == []


def test_one_place_makes_the_metadata_of_events() -> None:
    """A second place would decide beside `handle`, and forget what that has learnt."""
    places = [
        str(path.relative_to(ROOT))
        for folder in ("services", "infra", "domain")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Metadata"
    ]

    assert places == ["services/application/handling.py"]


@pytest.mark.obligation("C3")
def test_the_tree_has_what_was_asked_for() -> None:
    """The top level is fixed by the design."""
    folders = ("services/workflow", "services/gateway", "domain", "events", "infra", "tests")
    files = ("pyproject.toml", "docker-compose.yml", "README.md")

    assert all((ROOT / name).is_dir() for name in folders)
    assert all((ROOT / name).is_file() for name in files)


@pytest.mark.obligation("C2")
def test_the_packages_asked_for_are_declared() -> None:
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    for name in ("temporalio", "fastapi", "sqlalchemy", "asyncpg", "structlog", "pytest-asyncio"):
        assert re.search(rf'"{name}[\[>=]', declared), f"{name} is not declared"


def test_documents_link_only_to_what_exists() -> None:
    """A relative link in a Markdown file leads to a file of the tree."""
    broken = [
        f"{path.relative_to(ROOT)} -> {target}"
        for path in _tracked("*.md")
        for target in re.findall(r"\]\((?!https?://)([^)#]+)", path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]

    assert broken == []


def test_locks_name_no_hosts() -> None:
    """A lock carries versions and hashes; where packages come from is the machine's affair."""
    locks = ("requirements.lock", "requirements-dev.lock", "deploy/assets/requirements.lock", "deploy/assets/npm.lock")
    for name in locks:
        text = (ROOT / name).read_text(encoding="utf-8")

        assert "://" not in text
        assert "--hash=sha256:" in text


def test_only_the_store_and_its_proof_name_the_stores_tables() -> None:
    """Other rooms ask functions of the store, or join what `infra.event_store.relations` offers."""
    rooms = ("infra/event_store/", "infra/proof/", "infra/postgres/migrations/")
    named = re.compile(r"event_store\.(event|stream|archive|event_archived|clock_allowance)\b(?!s)(?!_)")

    assert _naming(named, but=rooms) == []


def test_only_the_clock_names_the_demonstration_clocks_table() -> None:
    rooms = ("infra/clock.py", "infra/postgres/migrations/")

    assert _naming(re.compile(r"(FROM|UPDATE|INTO|JOIN) demonstration_clock\b"), but=rooms) == []


def test_only_the_local_set_up_moves_the_demonstration_clock() -> None:
    moving = re.compile(r"\bclock\.(advance|begin)\(|import .*\b(advance|mark_demonstration)\b")

    assert _naming(moving, but=("infra/clock.py", "services/local/")) == []


def _naming(named: re.Pattern[str], *, but: tuple[str, ...]) -> list[str]:
    """The lines of the product that match, outside some rooms."""
    return [
        f"{name}: {line.strip()}"
        for path in _tracked("*.py")
        if (name := str(path.relative_to(ROOT))).startswith(("domain/", "infra/", "services/"))
        and not name.startswith(but)
        for line in path.read_text(encoding="utf-8").splitlines()
        if named.search(line) and not line.startswith(("from ", "import "))
    ]


def _tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", pattern], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split()]


def test_migrations_follow_one_another_in_one_line() -> None:
    """Two that were written side by side would each be a head, or wait for each other."""
    revisions = list(ScriptDirectory.from_config(config()).walk_revisions())

    assert [each.down_revision for each in revisions] == [*(each.revision for each in revisions[1:]), None]
