"""`placements rebuild`: what can be made again from the store."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from domain.shared.words import figure
from infra.encryption.key_store.configured import keys_for
from infra.settings import Settings
from infra.temporal import client as temporal
from services.application import rebuilding
from services.application.dispatch import wake
from services.application.open_placements import open_placements
from services.application.rebuilding import LISTS
from services.application.supervision import start_supervised
from services.commands.options import FOUND_WRONG, engine


def workflows() -> None:
    """Start again what Temporal has lost: the workflow of each open placement, and what follows the record.

    Each reads its stream and arms its timers. One that runs looks at the clock again.
    """
    asyncio.run(_workflows())


def read_models(
    name: Annotated[str | None, typer.Argument(help=f"{', '.join(LISTS)}; without it, all of them.")] = None,
) -> None:
    """Write the lists again from the record, placement by placement, while the service runs.

    One that was cut off may be begun again at any time.
    """
    if name is not None and name not in LISTS:
        raise typer.BadParameter(f"{name} is none of {', '.join(LISTS)}")
    asyncio.run(_read_models(Settings(), LISTS if name is None else (name,)))


async def _workflows() -> None:
    client = await temporal.connect()
    async with engine(Settings()) as opened:
        await start_supervised(client)
        await temporal.schedule_sweep(client)
        count = await wake(client, open_placements(opened))
    typer.echo(f"{figure(count, 'open placement')} {'has' if count == 1 else 'have'} a running workflow.")


async def _read_models(settings: Settings, names: Sequence[str]) -> None:
    keys, failed = keys_for(settings), False
    async with engine(settings) as opened:
        for name in names:
            with _showing(f"Building {name}") as progress:
                rebuilt = await rebuilding.rebuild(name, opened, keys=keys, progress=progress)
            typer.echo(f"{name} is rebuilt: {figure(rebuilt.records, 'record')}.")
            for each in rebuilt.failed:
                typer.echo(f"{each} could not be read, and keeps the rows that it had.", err=True)
                failed = True
    if failed:
        raise typer.Exit(FOUND_WRONG)


def seconds_left(*, reached: int, last: int, seconds: float) -> float:
    """An estimate, at the pace of the `seconds` that it took to come so far."""
    return seconds * (last - reached) / max(reached, 1)


@contextmanager
def _showing(doing: str) -> Iterator[rebuilding.RebuildProgress]:
    """A bar with the time left on a terminal; elsewhere a line with it whenever another tenth is done."""
    console = Console(stderr=True)
    if console.is_terminal:
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task(doing, total=None)
            yield lambda reached, last: bar.update(task, completed=reached, total=last)
        return
    told = 0
    began = time.monotonic()

    def tell(reached: int, last: int) -> None:
        nonlocal told
        tenth = 10 * reached // max(last, 1)
        if tenth > told:
            told = tenth
            left = seconds_left(reached=reached, last=last, seconds=time.monotonic() - began)
            typer.echo(f"{doing}: {reached} of {last}, about {left:.0f} s left", err=True)

    yield tell
