"""What the person sees of a step that takes a while: a spinner on a terminal, plain lines elsewhere."""

import contextlib
import time
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import Progress

from domain.shared.words import figure


@contextlib.contextmanager
def step(console: Console, doing: str) -> Iterator[None]:
    """Show that something is being done, and at its end how long it took; a failure raises its own exception."""
    started = time.monotonic()
    if not console.is_terminal:
        say(console, f"{doing} ...")
    with console.status(doing):
        yield
    say(console, f"{doing}: {time.monotonic() - started:.1f} s")


@contextlib.contextmanager
def steps(console: Console, doing: str) -> Iterator[Callable[[int, int], None]]:
    """Show how many of so many steps are done: a bar on a terminal, a line for each tenth elsewhere."""
    started = time.monotonic()
    if console.is_terminal:
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task(doing, total=None)
            yield lambda done, of: bar.update(task, completed=done, total=of)
    else:
        yield _told_by_tenths(console, doing)
    say(console, f"{doing}: {time.monotonic() - started:.1f} s")


def _told_by_tenths(console: Console, doing: str) -> Callable[[int, int], None]:
    told = -1

    def tell(done: int, of: int) -> None:
        nonlocal told
        tenth = 10 * done // max(of, 1)
        if tenth > told:
            told = tenth
            say(console, f"{doing}: {done} of {figure(of, 'step')}")

    return tell


def say(console: Console, line: str, *, style: str | None = None) -> None:
    """Print one line unchanged: no markup, no wrapping of addresses and paths."""
    console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)
