"""The build of the pages' look takes only what it knows: by hash, and by the count of each change."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_assets", ROOT / "deploy/assets/build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _css(*, faces: int = 2, stacks: int = 55, crests: int = 3) -> str:
    face = "@font-face{font-family:x;src:url(/assets/fonts/x.woff2)}"
    crest = "a{background-image:url(/assets/images/govuk-crest.svg);color:red}"
    text = "p{font-family:GDS Transport,arial,sans-serif}"
    notice = "/*! Copyright (c) 2011 by Margaret Calvert */"
    return f"{notice}{face * faces}{crest * crests}{text * stacks}/*# sourceMappingURL=x.map */"


def test_typeface_and_crest_are_taken_out(build: ModuleType) -> None:
    made = build.govuk_css(_css())

    assert made.startswith("a{color:red}")
    assert made.count('font-family:"Helvetica Neue",Helvetica,Arial,sans-serif') == 55


@pytest.mark.parametrize("other", [{"faces": 3}, {"faces": 1}, {"stacks": 54}, {"stacks": 56}, {"crests": 4}])
def test_other_css_than_the_known_stops_the_build(build: ModuleType, other: dict[str, int]) -> None:
    with pytest.raises(build.CannotBuild):
        build.govuk_css(_css(**other))


def test_package_with_another_hash_stops_the_build(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.tgz").write_bytes(b"something else")
    listed = '[{"name": "govuk-frontend", "version": "6.3.0", "filename": "x.tgz"}]'
    npm = tmp_path / "npm"
    npm.write_text(f"#!/bin/sh\necho '{listed}'\n")
    npm.chmod(0o755)
    monkeypatch.setattr(build, "npm", lambda: [str(npm)])

    with pytest.raises(build.CannotBuild, match="not the file that this project knows"):
        build.fetch(tmp_path)


def test_npm_that_fails_is_said_in_one_sentence(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'no network' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setattr(build, "npm", lambda: [str(npm)])

    with pytest.raises(build.CannotBuild, match="npm failed: no network"):
        build.fetch(tmp_path)


def test_built_files_say_whose_work_they_are() -> None:
    notice = (ROOT / "services/gateway/pages/static/built/LICENCE.txt").read_text("utf-8")

    assert "GOV.UK Frontend 6.3.0" in notice
    assert "MIT licence" in notice
