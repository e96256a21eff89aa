"""`placements audit`: the record replayed, and proved. Reads only; personal parts stay closed unless asked for."""

import asyncio
from collections import Counter
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from domain.london import LONDON
from infra import replay
from infra.keys import FileKeyProvider
from infra.settings import Settings
from services.commands.evidence import evidence
from services.commands.options import FOUND_WRONG, AsJson, engine, moment, show
from services.commands.proof import export, key, verify
from services.commands.what_if import what_if

app = typer.Typer(help="The record replayed, and proved.", no_args_is_help=True)

app.command("evidence")(evidence)
app.command("what-if")(what_if)
app.command("export")(export)
app.command("verify")(verify)
app.command("key")(key)

AsAt = Annotated[str | None, typer.Option("--as-at", help="As it stood: a day or an instant.")]
KnownAt = Annotated[str | None, typer.Option("--known-at", help="As it was known: a day or an instant.")]


@app.command("replay")
def replay_record(
    placement: Annotated[UUID | None, typer.Argument(help="One placement; without it, all of them.")] = None,
    as_at: AsAt = None,
    known_at: KnownAt = None,
    personal: Annotated[bool, typer.Option("--personal", help="Open the personal parts too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fold the events afresh and show what they come to.

    Without a moment, each placement's row is compared with its replay; exit code 1 when one differs.
    """
    at, known = moment(as_at), moment(known_at)
    if placement is not None:
        asyncio.run(_replay_one(placement, at, known, personal=personal, as_json=as_json))
    else:
        asyncio.run(_replay_all(at, known, as_json=as_json))


async def _replay_one(placement_id: UUID, at: Any, known: Any, *, personal: bool, as_json: bool) -> None:
    settings = Settings()
    keys = FileKeyProvider(settings.keys_directory) if personal else None
    async with engine(settings) as opened:
        replayed = await replay.placement(opened, placement_id, at=at, known_at=known, keys=keys)
        differs = await replay.disagreement(opened, replayed) if at is None and known is None else None
    if not replayed.records:
        typer.echo(f"There is nothing of placement {placement_id} at that time.", err=True)
        raise typer.Exit(FOUND_WRONG)
    rows = [
        {
            "version": record.version,
            "type": type(record.event).__name__,
            "occurred_at": _written(record.metadata.occurred_at, as_json=as_json),
            "recorded_at": _written(record.recorded_at, as_json=as_json),
            "by": record.metadata.actor.role.value,
            "legal_refs": ", ".join(record.metadata.legal_refs),
        }
        for record in replayed.records
    ]
    show(rows, columns=("version", "type", "occurred_at", "recorded_at", "by", "legal_refs"), as_json=as_json)
    if not as_json:
        typer.echo(f"\n{len(rows)} events; the placement is {replayed.state.stage.replace('_', ' ')}.")
        _say_people(replayed, personal=personal)
    _fail_if([f"{placement_id} {differs}"] if differs else [])


def _written(instant: datetime, *, as_json: bool) -> str:
    """In London for people, with its offset for machines."""
    return instant.isoformat() if as_json else f"{instant.astimezone(LONDON):%Y-%m-%d %H:%M}"


def _say_people(replayed: replay.Replayed, *, personal: bool) -> None:
    if personal and replayed.state.pupil is not None:
        typer.echo(f"Pupil: {replayed.state.pupil.legal_name}")
    elif personal:
        typer.echo("Pupil: the personal parts cannot be read; their key was destroyed.")


async def _replay_all(at: Any, known: Any, *, as_json: bool) -> None:
    stages: Counter[str] = Counter()
    events, wrong = 0, list[str]()
    async with engine(Settings()) as opened:
        with _progress() as progress:
            task = progress.add_task("Replaying", total=None)
            async for replayed in replay.every_placement(opened, at=at, known_at=known):
                if not replayed.records:
                    continue
                stages[replayed.state.stage.value] += 1
                events += len(replayed.records)
                if at is None and known is None and (differs := await replay.disagreement(opened, replayed)):
                    wrong.append(f"{replayed.placement_id} {differs}")
                progress.update(task, description=f"Replaying: {stages.total()} placements, {events} events")
    rows = [{"stage": stage, "placements": count} for stage, count in sorted(stages.items())]
    show(rows, columns=("stage", "placements"), as_json=as_json)
    if not as_json:
        typer.echo(f"\n{stages.total()} placements, {events} events.")
    _fail_if(wrong)


def _progress() -> Progress:
    """On a terminal only; plain output elsewhere."""
    console = Console(stderr=True)
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _fail_if(wrong: list[str]) -> None:
    for line in wrong:
        typer.echo(line, err=True)
    if wrong:
        raise typer.Exit(FOUND_WRONG)
