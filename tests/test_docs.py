"""The documents name things that exist: links lead somewhere, and paths, variables and targets are in the tree."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped] # its stubs are a package of their own, for tests alone

from docs import gallery, settings_files
from infra.settings import ENV_FILE, Settings
from services.local.config import EmbeddedSettings
from tests.following import edits

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


def _reached_from(document: Path) -> set[Path]:
    reached, ahead = set[Path](), [document]
    while ahead:
        at = ahead.pop()
        if at not in reached:
            reached.add(at)
            links = [(at.parent / link).resolve() for link in LINK.findall(at.read_text("utf-8"))]
            ahead += [each / "README.md" if each.is_dir() else each for each in links if each.suffix in {"", ".md"}]
            ahead = [each for each in ahead if each.suffix == ".md"]
    return reached


@pytest.mark.parametrize("start", ["README.md", "docs/README.md"])
def test_every_page_is_reached_by_links(start: str) -> None:
    assert {name(each) for each in set(DOCUMENTS) - _reached_from(PROJECT / start)} == set()


def test_the_index_names_each_page_of_docs_itself() -> None:
    """Decisions have an index of their own."""
    index = PROJECT / "docs" / "README.md"
    named = {(index.parent / link).resolve() for link in LINK.findall(index.read_text("utf-8"))}
    pages = {each for each in DOCUMENTS if each.is_relative_to(index.parent) and each.parent.name != "adr"}

    assert pages - named == {index}


@pytest.mark.parametrize("file", ["LICENSE", "CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md"])
def test_what_a_newcomer_looks_for_is_there_and_linked(file: str) -> None:
    assert (PROJECT / file).stat().st_size > 0
    assert f"]({file})" in (PROJECT / "README.md").read_text("utf-8")


def test_the_changelog_has_the_version_of_the_package() -> None:
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

    assert f"## {version}" in (PROJECT / "CHANGELOG.md").read_text("utf-8")


FRAGMENT = re.compile(r"\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)")


def _anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).strip().replace(" ", "-") for each in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_to_a_section_lead_to_one(document: Path) -> None:
    missing = [
        f"{link}#{anchor}"
        for link, anchor in FRAGMENT.findall(document.read_text("utf-8"))
        if anchor not in _anchors((document.parent / link).resolve() if link else document)
    ]

    assert missing == []


ITS_CLOCK = re.compile(r"UNTIL=(\d{4})-(\d\d)")


@pytest.mark.parametrize("document", [*DOCUMENTS, PROJECT / "Makefile"], ids=name)
def test_a_moment_to_go_back_to_is_not_one_of_the_demonstration_clock(document: Path) -> None:
    """It is the machine's: autumn 2026 is what the demonstration clock shows."""
    assert [each for each in ITS_CLOCK.findall(document.read_text("utf-8")) if each < ("2027", "01")] == []


def test_the_readme_lets_nobody_replay_the_whole_history_by_accident() -> None:
    [stream] = [line for line in (PROJECT / "README.md").read_text("utf-8").splitlines() if "/events/stream" in line]

    assert "after=now" in stream


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_paths_are_in_the_tree(document: Path) -> None:
    makes = {edit.path for edit in edits(document) if edit.language == "python"}
    missing = {path for path in PATH.findall(document.read_text()) if not (PROJECT / path).exists()}

    assert missing - makes == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_settings_are_settings(document: Path) -> None:
    known = {f"PLACEMENTS_{field.upper()}" for field in (*Settings.model_fields, *EmbeddedSettings.model_fields)}
    known |= {"PLACEMENTS_TEST_DATABASE_URL", "PLACEMENTS_TEST_TEMPORAL_ADDRESS", ENV_FILE}

    assert set(SETTING.findall(document.read_text())) - known == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_targets_are_in_the_makefile(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))

    assert set(TARGET.findall(document.read_text())) - targets == set()


SERVICE = {f"PLACEMENTS_{name.upper()}" for name in Settings.model_fields}
EMBEDDED = {f"PLACEMENTS_{name.upper()}" for name in EmbeddedSettings.model_fields}
VARIABLE = re.compile(r"\$\{(\w+)")


def _given_to(service: str) -> dict[str, str | None]:
    compose = yaml.safe_load((PROJECT / "docker-compose.yml").read_text("utf-8"))
    given: dict[str, str | None] = compose["services"][service]["environment"]
    return given


@pytest.mark.parametrize("service", ["gateway", "worker", "migrate"])
def test_every_setting_reaches_the_containers(service: str) -> None:
    """Another role's way into the database goes to the container of that role alone."""
    shared = {name for name in SERVICE if not settings_files.held_apart(name.removeprefix("PLACEMENTS_").lower())}

    assert shared - _given_to(service).keys() == set()
    assert {name for name in _given_to(service) if name.startswith("PLACEMENTS_")} - SERVICE == set()


def test_each_roles_way_into_the_database_reaches_some_container() -> None:
    apart = {name for name in SERVICE if settings_files.held_apart(name.removeprefix("PLACEMENTS_").lower())}

    assert (
        apart - {name for each in ("gateway", "worker", "migrate") for name in _given_to(each)}
        == {"PLACEMENTS_DATABASE_URL"} - _given_to("gateway").keys()
    )


def test_what_a_container_takes_from_env_is_in_composes_example() -> None:
    example = (PROJECT / "deploy" / "compose.env.example").read_text("utf-8")
    named = set(re.findall(r"^(\w+)=", example, re.MULTILINE))
    taken = {name for text in _given_to("worker").values() for name in VARIABLE.findall(text or "")}

    assert taken - named == set()
    assert {name for name in named if name.startswith("PLACEMENTS_")} <= taken & SERVICE


def test_the_env_example_lists_every_setting_once() -> None:
    named = re.findall(r"^#?(PLACEMENTS_\w+)=", (PROJECT / ".env.example").read_text("utf-8"), re.MULTILINE)

    assert sorted(named) == sorted(SERVICE | EMBEDDED)


def test_the_page_of_settings_lists_every_setting_with_words() -> None:
    rows = re.findall(r"^\| `(PLACEMENTS_\w+)` \| (.*?) \|", settings_files.page(), re.MULTILINE)

    assert sorted(name for name, _ in rows) == sorted(SERVICE | EMBEDDED)
    assert [name for name, words in rows if not words.strip()] == []


def test_the_record_in_containers_has_a_name_a_key_and_a_folder_of_copies() -> None:
    compose = yaml.safe_load((PROJECT / "docker-compose.yml").read_text("utf-8"))
    given, mounted = _given_to("worker"), compose["services"]["worker"]["volumes"]
    places = {each.split(":")[1]: each.split(":")[0] for each in mounted}

    assert (given["PLACEMENTS_RECORD_ORIGIN"] or "").startswith("${RECORD_ORIGIN:?")
    for name, volume in (("CHECKPOINT_KEY", "signing"), ("CHECKPOINTS_DIRECTORY", "checkpoints")):
        path = Path(given[f"PLACEMENTS_{name}"] or "")
        assert volume in {places.get(str(each)) for each in (path, path.parent)}
    made = compose["services"]["signing-key"]
    assert made["command"] == ["audit", "make-key"]
    assert compose["services"]["worker"]["depends_on"]["signing-key"] == {"condition": "service_completed_successfully"}


def test_first_picture_of_the_readme_is_one_of_the_gallery() -> None:
    [first, *_] = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (PROJECT / "README.md").read_text("utf-8"))

    assert PROJECT / first in [each.file for each in gallery.PICTURES]


def test_pictures_are_of_the_gallery_and_small() -> None:
    pictures = sorted(gallery.IMAGES.glob("*"))

    assert set(pictures) <= {each.file for each in gallery.PICTURES}
    assert sum(each.stat().st_size for each in pictures) < 2_000_000
