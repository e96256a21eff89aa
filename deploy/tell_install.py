# ruff: noqa: INP001 - a program by itself, run before anything is installed
"""Shows how far pip has come: `pip install -r LOCK | python tell_install.py LOCK`. Needs nothing that is installed."""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

_FOUND = re.compile(r"^(?:Collecting|Requirement already satisfied:) ([\w.-]+)")
_EVERY = 10


def told(lines: Iterable[str], packages: int) -> Iterator[tuple[str, bool]]:
    """Each step in words, and whether it is one to be shown where lines are not written over."""
    found = 0
    for line in lines:
        if named := _FOUND.match(line):
            found += 1
            yield f"  {found} of {max(found, packages)} packages: {named[1]}", found == 1 or found % _EVERY == 0
        elif line.startswith("Installing collected packages"):
            yield "  unpacking them", True
        elif line.startswith("Successfully installed"):
            yield "  done", True


def main(lock: str) -> None:
    packages = len(re.findall(r"^[\w.-]+==", Path(lock).read_text("utf-8"), re.MULTILINE))
    moves = sys.stdout.isatty()
    for words, is_shown in told(sys.stdin, packages):
        if moves:
            sys.stdout.write(f"\r\033[K{words}")
        elif is_shown:
            sys.stdout.write(f"{words}\n")
        sys.stdout.flush()
    if moves:
        sys.stdout.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
