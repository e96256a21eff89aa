"""`placements audit`: the record replayed, and proved. Personal parts stay closed unless asked for."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from domain.access.names import OPERATOR_READS
from domain.shared.words import figure
from infra.encryption.key_store.configured import keys_for
from infra.postgres.db import connection
from infra.settings import Settings
from infra.streams.reference import Reference
from services.application import replay
from services.application.names import names_of
from services.commands.options import (
    FOUND_WRONG,
    AsJson,
    checked_placement,
    engine,
    moment,
    placement_named,
    remark,
    show,
    show_each,
    written,
)

AsAt = Annotated[str | None, typer.Option("--as-at", help="As it stood: a day or an instant.")]
KnownAt = Annotated[str | None, typer.Option("--known-at", help="As it was known: a day or an instant.")]
_COLUMNS = ("version", "type", "occurred_at", "recorded_at", "by", "who", "legal_refs")


def replay_record(
    placement: Annotated[
        str | None, typer.Argument(help="One placement, by id or reference; without it, all of them.")
    ] = None,
    *,
    as_at: AsAt = None,
    known_at: KnownAt = None,
    types: Annotated[
        list[str] | None, typer.Option("--type", help="All events of this type instead; may be given again.")
    ] = None,
    after: Annotated[
        str | None,
        typer.Option(help="Go on from where an earlier run stopped: a position with --type, else a placement."),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many events or placements.")] = None,
    personal: Annotated[bool, typer.Option("--personal", help="Open the personal parts too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fold the events afresh and show what they come to, or show all events of some types.

    Without a moment, each placement's row is compared with its replay, column by column; exit code 1 when one differs.
    A run that is cut off says what to give to `--after`.
    """
    when = replay.LookBack(at=moment(as_at), known_at=moment(known_at))
    placement = checked_placement(placement)
    if types:
        if placement is not None:
            raise typer.BadParameter("goes over all of the record: leave the placement out", param_hint="--type")
        asyncio.run(_replay_types(_known(types), when, _position(after), limit, as_json=as_json))
    elif placement is not None:
        if after is not None or limit is not None:
            raise typer.BadParameter("one placement is replayed whole", param_hint="--after")
        asyncio.run(_replay_one(placement, when, personal=personal, as_json=as_json))
    else:
        asyncio.run(_replay_all(when, checked_placement(after, "--after"), limit, as_json=as_json))


def _known(types: list[str]) -> list[str]:
    unknown = sorted(set(types) - replay.TYPES)
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)} is no type of event", param_hint="--type")
    return types


def _position(after: str | None) -> int:
    if after is None:
        return 0
    if not after.isdecimal():
        raise typer.BadParameter(f"{after} is not a position", param_hint="--after")
    return int(after)


class _Reached:
    """How far a long run has come, for who wants to go on with it."""

    def __init__(self) -> None:
        self.place: object = None
        self.count = 0

    def at(self, place: object) -> None:
        self.place = place
        self.count += 1


@contextmanager
def _resumable(limit: int | None) -> Iterator[_Reached]:
    """Says where to go on when the run ends early: cut off, or at its limit."""
    reached = _Reached()
    whole = False
    try:
        yield reached
        whole = limit is None or reached.count < limit
    finally:
        if not whole and reached.place is not None:
            typer.echo(f"To go on: --after {reached.place}", err=True)


async def _replay_types(
    types: list[str], when: replay.LookBack, after: int, limit: int | None, *, as_json: bool
) -> None:
    async with engine(Settings()) as opened:
        with _resumable(limit) as reached, show_each(as_json=as_json) as show_one:
            async for event in replay.events(opened, types, when, after=after):
                show_one(
                    {
                        "position": event.position,
                        "type": event.type,
                        "stream_id": event.stream_id,
                        "version": event.version,
                        "recorded_at": written(event.recorded_at, as_json=as_json),
                        "event_id": event.event_id,
                    }
                )
                reached.at(event.position)
                if reached.count == limit:
                    break
    if not as_json:
        remark(f"{figure(reached.count, 'event')}.")


async def _replay_one(named: str, when: replay.LookBack, *, personal: bool, as_json: bool) -> None:
    settings = Settings()
    keys = keys_for(settings)
    async with engine(settings) as opened:
        placement_id = await placement_named(opened, named)
        replayed = await replay.placement(opened, placement_id, when, keys=keys if personal else None)
        differs = await replay.disagreement(opened, replayed, keys) if when == replay.NOW else None
        async with connection(opened) as conn:
            names = await names_of(conn, [each.metadata.actor for each in replayed.records], OPERATOR_READS)
    if not replayed.records:
        typer.echo(f"There is nothing of placement {placement_id} at that time.", err=True)
        raise typer.Exit(FOUND_WRONG)
    rows = [
        {
            "version": record.version,
            "type": type(record.event).__name__,
            "occurred_at": written(record.metadata.occurred_at, as_json=as_json),
            "recorded_at": written(record.recorded_at, as_json=as_json),
            "by": record.metadata.actor.role.value,
            "who": names[record.metadata.actor].words,
            "legal_refs": ", ".join(record.metadata.legal_refs),
        }
        for record in replayed.records
    ]
    show(rows, columns=_COLUMNS, as_json=as_json)
    if not as_json:
        remark(f"{figure(len(rows), 'event')}; the placement is {replayed.state.stage.replace('_', ' ')}.")
        _say_people(replayed, personal=personal)
    _fail_if([f"{placement_id} {differs}"] if differs else [])


def _say_people(replayed: replay.Replayed, *, personal: bool) -> None:
    if personal and replayed.state.referral.pupil is not None:
        remark(f"Pupil: {replayed.state.referral.pupil.legal_name}")
    elif personal:
        remark("Pupil: the personal parts cannot be read; their key was destroyed.")


async def _replay_all(when: replay.LookBack, named: str | None, limit: int | None, *, as_json: bool) -> None:
    stages: Counter[str] = Counter()
    events, wrong, reference = 0, list[str](), Reference()
    settings = Settings()
    keys = keys_for(settings)
    async with engine(settings) as opened:
        after = None if named is None else await placement_named(opened, named)
        if when == replay.NOW:
            wrong += await replay.strays(opened)
        with _resumable(limit) as reached, _progress() as progress:
            task = progress.add_task("Replaying", total=None)
            async for replayed in replay.every_placement(opened, when, after=after):
                if replayed.records:
                    stages[replayed.state.stage.value] += 1
                    events += len(replayed.records)
                if when == replay.NOW and (differs := await replay.disagreement(opened, replayed, keys, reference)):
                    wrong.append(f"{replayed.placement_id} {differs}")
                progress.update(
                    task,
                    description=f"Replaying: {figure(stages.total(), 'placement')}, {figure(events, 'event')}",
                )
                reached.at(replayed.placement_id)
                if reached.count == limit:
                    break
    rows = [{"stage": stage, "placements": count} for stage, count in sorted(stages.items())]
    show(rows, columns=("stage", "placements"), as_json=as_json)
    if not as_json:
        remark(f"{figure(stages.total(), 'placement')}, {figure(events, 'event')}.")
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
