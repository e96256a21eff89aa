"""`python -m bench`: measures, prints the tables, and keeps the figures under bench/results."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from rich.console import Console

from bench import append, command, following, reading, rebuilding, rig, starting, story
from bench.report import RESULTS, Report, machine, noise, show, write
from bench.sizes import FULL, QUICK, Sizes
from infra.collector import collect_seldom
from services.local.postgres_data import SUPERUSER


async def measure(sizes: Sizes, console: Console) -> Report:
    """Everything in one run on servers of its own, so that each ratio is of figures taken side by side."""
    before = os.getloadavg()
    async with rig.running() as servers:
        console.print("Telling the stories that are measured ...")
        # In a thread: the example's office speaks to the service as a plain, waiting client.
        told = await asyncio.to_thread(story.tell, servers.stack, sizes)
        console.print("Commands through gateway, workflow, store and back, against the floor ...")
        commands = await command.run(servers, told, sizes)
        console.print("Following the feed, against LISTEN/NOTIFY ...")
        followed = await following.run(servers, sizes)
        console.print("Rebuilding a read model, against COPY ...")
        rebuilt = await rebuilding.run(servers, sizes)
        console.print(f"Reading {sizes.replay_events:,} events ...")
        read = await reading.run(servers, told.closed_placement, sizes)
        console.print("Asking the command line for help, against one that has nothing to load ...")
        started = await asyncio.to_thread(starting.run, sizes)
        console.print("Appending, against raw statements and another store ...")
        database = await servers.database("bench_append")
        appends = await append.run(
            database.owner,
            database.app,
            servers.postgres.dsn("bench_append", SUPERUSER),
            rounds=sizes.append_rounds,
            seconds=sizes.append_seconds,
        )
        return Report(
            machine=await machine(servers, before),
            commands=commands,
            appends=appends,
            followed=followed,
            ratios=(*read, rebuilt, started),
            noise=noise(commands, appends),
        )


async def until_told(sizes: Sizes, console: Console) -> Report:
    """As `measure`; SIGTERM ends it as Ctrl-C does, so that no server stays behind."""
    measuring = asyncio.current_task()
    assert measuring is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, measuring.cancel)
    return await measure(sizes, console)


def main(
    quick: Annotated[bool, typer.Option("--quick", help="Shows that it runs, not how fast")] = False,
    results: Annotated[Path, typer.Option("--results", help="The folder that keeps the figures")] = RESULTS,
) -> None:
    """Measure speed, each figure as a ratio against a floor taken in the same run."""
    console = Console()
    collect_seldom()  # as the processes and tools do that are measured
    report = uvloop.run(until_told(QUICK if quick else FULL, console))
    show(report, console)
    console.print(f"Kept in {write(report, results)}")


if __name__ == "__main__":
    typer.run(main)
