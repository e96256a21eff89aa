"""How long `placements --help` takes, against a command line of the same library that has one command."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.ratio import Ratio, ratio
from bench.sizes import Sizes

# Twice the least that Typer takes; on a quiet machine that is under 0.4 seconds.
AIM: Final = 0.5
_FLOOR: Final = """
import typer
app = typer.Typer(add_completion=False)
@app.command()
def one(): ...
@app.command()
def other(): ...
app()
"""


def run(sizes: Sizes) -> Ratio:
    """In turns, after one of each that nobody counts: it fills the disk's cache."""
    ours = (str(Path(sys.executable).with_name("placements")), "--help")
    floor = (sys.executable, "-c", _FLOOR, "--help")
    rounds = [(_seconds(ours), _seconds(floor)) for _ in range(sizes.help_rounds + 1)][1:]
    return ratio(
        "`placements --help`",
        "help of two empty commands",
        1,
        [mine for mine, _ in rounds],
        [theirs for _, theirs in rounds],
        aim=AIM,
    )


def _seconds(command: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - argv is ours
    return time.perf_counter() - began
