"""What the person sees of a step that takes a while: a spinner on a terminal, plain lines elsewhere."""

import contextlib
import time
from collections.abc import Iterator

from rich.console import Console


@contextlib.contextmanager
def step(console: Console, doing: str) -> Iterator[None]:
    """Show that something is being done, and at its end how long it took; a failure is told by its exception."""
    started = time.monotonic()
    if not console.is_terminal:
        say(console, f"{doing} ...")
    with console.status(doing):
        yield
    say(console, f"{doing}: {time.monotonic() - started:.1f} s")


def say(console: Console, line: str, *, style: str | None = None) -> None:
    """Print one line as it stands: no markup, no wrapping of addresses and paths."""
    console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)
