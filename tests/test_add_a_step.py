"""The page that says how a step is added, followed to the letter in a copy of the tree."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.following import ROOT, Edit, copy_of_the_tree, edits

PAGE = ROOT / "docs" / "how-to" / "add-a-step.md"
IN_WORKER = "services/workflow/"
IN_WORKER_OR_API = (IN_WORKER, "services/application/", "services/gateway/", "infra/")
WITH_FACT = "A step that needs a new fact"
WITH_DEADLINE = "A step with a deadline"
KINDS = (WITH_FACT, WITH_DEADLINE)


@pytest.fixture(scope="module")
def steps() -> list[Edit]:
    return list(edits(PAGE))


def _plain(steps: list[Edit]) -> list[Edit]:
    return [edit for edit in steps if edit.section not in KINDS]


def _by_hand(steps: list[Edit]) -> set[str]:
    """The files that somebody writes. The golden file and the generated documents write themselves."""
    return {edit.path for edit in steps}


def test_a_plain_step_takes_six_files_and_no_code_of_worker_or_api(steps: list[Edit]) -> None:
    files = _by_hand(_plain(steps))

    assert len(files) == 6
    assert [name for name in files if name.startswith(IN_WORKER_OR_API) and name.endswith(".py")] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_fact_or_a_deadline_takes_two_files_more_and_none_in_the_worker(steps: list[Edit], kind: str) -> None:
    own = [edit for edit in steps if edit.section == kind]
    files = _by_hand(_plain(steps)) | _by_hand(own)

    assert own
    assert len(files) == 8
    assert [name for name in files if name.startswith(IN_WORKER)] == []


def test_each_edit_of_the_page_fits_the_tree(steps: list[Edit], tmp_path: Path) -> None:
    for name in _by_hand(steps):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).exists():
            (tmp_path / name).write_bytes((ROOT / name).read_bytes())

    for edit in steps:
        edit.apply(tmp_path)


def test_a_step_added_by_the_page_goes_through_the_whole_product(steps: list[Edit], tmp_path: Path) -> None:
    """The plain step first, and then the same step with a fact and a deadline."""
    tree = copy_of_the_tree(tmp_path)
    shutil.copy(ROOT / "tests" / "example_step.py", tree / "tests" / "gateway" / "test_example_step.py")
    for edit in _plain(steps):
        edit.apply(tree)
    _run(tree, "-m", "tests.events.make_golden")
    _tidy(tree, _plain(steps))
    _pytest(tree, OWN, "tests/domain/test_step_rows.py")

    for edit in steps:
        if edit.section in KINDS:
            edit.apply(tree)
    _run(tree, "-m", "docs.generate")
    _tidy(tree, steps)
    _run(tree, "-m", "mypy", "-p", "domain", "-p", "events", "-p", "services.application")
    _pytest(
        tree,
        *(OWN, "tests/domain/test_placement_stages.py", "tests/domain/test_bounds.py", "tests/domain/test_law.py"),
        *("tests/domain/test_correcting.py", "tests/domain/test_redaction.py", "tests/domain/test_state_parts.py"),
        *("tests/domain/test_typed_late.py", "tests/domain/test_duties.py", "tests/domain/test_evidence.py"),
        *("tests/domain/test_step_rows.py", "tests/events", "tests/test_steps.py", "tests/test_api_document.py"),
        "tests/gateway/test_example_step.py",
    )


OWN = "tests/domain/test_taster_visit.py"


def _tidy(tree: Path, steps: list[Edit]) -> None:
    files = sorted({edit.path for edit in steps if edit.path.endswith(".py")})
    _run(tree, "-m", "ruff", "check", "-q", *files)
    _run(tree, "-m", "ruff", "format", "--check", "-q", *files)


def _pytest(tree: Path, *files: str) -> None:
    _run(tree, "-m", "pytest", "-q", "-x", "--timeout=240", "-p", "no:cacheprovider", *files)


def _run(tree: Path, *arguments: str) -> None:
    """Into a file: the servers of the tests inherit a pipe, and would hold it open."""
    said = tree / "said.log"
    with said.open("w", encoding="utf-8") as output:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=tree, stdout=output, stderr=subprocess.STDOUT, check=False
        )

    assert done.returncode == 0, f"{' '.join(arguments)}\n{said.read_text(encoding='utf-8')[-8000:]}"
