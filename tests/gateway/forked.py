"""`placements` in a process that is forked from one which has imported the commands already.

To import them again takes longer than most of them run. Kept small: each child imports this module.
"""

import multiprocessing
import os
import sys
from collections.abc import Mapping
from pathlib import Path

_COMMANDS = (
    "archive",
    "audit",
    "diff",
    "erasure",
    "evidence",
    "keys",
    "proof",
    "pupil",
    "rebuild",
    "returns",
    "what_if",
)

forks = multiprocessing.get_context("forkserver")
forks.set_forkserver_preload(["services.cli", *(f"services.commands.{name}" for name in _COMMANDS), __name__])


def run(arguments: tuple[str, ...], environment: Mapping[str, str], folder: Path, printed: Path) -> None:
    """With nothing of the parent but what is given: its environment, its folder, and a file for what it prints."""
    handle = os.open(printed, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for standard in (1, 2):
        os.dup2(handle, standard)
    # Streams of its own: those of the parent may be a test's.
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 # a descriptor
    sys.stderr = open(2, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115 # a descriptor
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["placements", *arguments]
    from services.cli import main

    main()
