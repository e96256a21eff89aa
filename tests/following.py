"""Follows a how-to page in a copy of the tree: its blocks are the edits that a reader would make."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_FILE = re.compile(r"^In `([\w/.-]+)`")
_FENCE = re.compile(r"^```(\w*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One block of a page, under a heading: a new file (`python`), or changes of one that exists (`diff`)."""

    path: str
    language: str
    lines: tuple[str, ...]
    section: str = ""

    def apply(self, tree: Path) -> None:
        """Raises AssertionError: the page no longer says what the tree has."""
        file = tree / self.path
        if self.language == "python":
            assert not file.exists(), f"{self.path} exists already"
            file.write_text("\n".join(self.lines) + "\n", encoding="utf-8")
            return
        lines = file.read_text(encoding="utf-8").split("\n")
        for hunk in self._hunks():
            before = [line[1:] for line in hunk if line[:1] in {" ", "-"}]
            after = [line[1:] for line in hunk if line[:1] in {" ", "+"}]
            at = [n for n in range(len(lines)) if lines[n : n + len(before)] == before]
            assert len(at) == 1, f"{self.path} has these lines {len(at)} times: {before}"
            lines[at[0] : at[0] + len(before)] = after
        file.write_text("\n".join(lines), encoding="utf-8")

    def _hunks(self) -> Iterator[list[str]]:
        hunk: list[str] = []
        for line in self.lines:
            if line == "@@":
                yield hunk
                hunk = []
            else:
                hunk.append(line or " ")
        yield hunk


def edits(page: Path) -> Iterator[Edit]:
    """The blocks of a page that belong to a file which the text before them names."""
    path, language, section, block = "", "", "", list[str]()
    inside = False
    for line in page.read_text(encoding="utf-8").split("\n"):
        fence = _FENCE.match(line)
        if inside and fence:
            assert path or language != "diff", f"{page.name} has a diff of no file: {block}"
            if path and language in {"python", "diff"}:
                yield Edit(path=path, language=language, lines=tuple(block), section=section)
            path, inside, block = "", False, []
        elif inside:
            block.append(line)
        elif fence:
            inside, language = True, fence[1]
        elif named := _FILE.match(line):
            path = named[1]
        elif line.startswith("## "):
            section = line[3:]


BUILT = "services/gateway/pages/static/built"


def copy_of_the_tree(to: Path) -> Path:
    """What is under version control, with what was changed and not yet committed; and the built look of the pages."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True
    )
    for name in listed.stdout.decode().splitlines():
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            (to / name).write_bytes((ROOT / name).read_bytes())
    shutil.copytree(ROOT / BUILT, to / BUILT)
    return to
