"""The documents name things that exist: links lead somewhere, and paths, variables and targets are in the tree."""

import re
from pathlib import Path

import pytest

from infra.embedded.config import EmbeddedSettings
from infra.settings import Settings

PROJECT = Path(__file__).parents[1]
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])

LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
PATH = re.compile(
    r"\b(?:deploy|docs|domain|events|examples|infra|services|tests)/[\w/.-]*\.(?:md|py|sh|sql|yaml|yml)\b"
)
SETTING = re.compile(r"\bPLACEMENTS_[A-Z_]+\b")
TARGET = re.compile(r"`make ([a-z-]+)`")


def name(document: Path) -> str:
    return str(document.relative_to(PROJECT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_lead_to_files(document: Path) -> None:
    broken = [link for link in LINK.findall(document.read_text()) if not (document.parent / link).exists()]

    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_paths_are_in_the_tree(document: Path) -> None:
    missing = [path for path in PATH.findall(document.read_text()) if not (PROJECT / path).exists()]

    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_settings_are_settings(document: Path) -> None:
    known = {f"PLACEMENTS_{field.upper()}" for field in (*Settings.model_fields, *EmbeddedSettings.model_fields)}
    known |= {"PLACEMENTS_TEST_DATABASE_URL", "PLACEMENTS_TEST_TEMPORAL_ADDRESS"}

    assert set(SETTING.findall(document.read_text())) - known == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_targets_are_in_the_makefile(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))

    assert set(TARGET.findall(document.read_text())) - targets == set()
