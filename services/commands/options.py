"""What several groups of the command line share: settings into an engine, moments from text, tables or JSON."""

import json
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from typing import Annotated, Any, overload
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.calendar.date_text import moment_of
from domain.calendar.london import LONDON
from domain.shared.references import MistypedReference, NotAReference, parse
from infra.postgres.db import connection, create_engine
from infra.settings import Settings
from services.application.references import MISTYPED, placement_of

AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
FOUND_WRONG = 1
NO_MOMENT = "{} is neither a day like 2026-12-18 nor an instant with its offset like 2026-12-18T09:00:00Z"


@overload
def checked_placement(text: str, hint: str = ...) -> str: ...
@overload
def checked_placement(text: str | None, hint: str = ...) -> str | None: ...
def checked_placement(text: str | None, hint: str = "placement") -> str | None:
    """An id or a reference, before anything is opened. Refuses anything else as a usage error."""
    if text is None:
        return None
    with suppress(ValueError):
        return str(UUID(text))
    try:
        return parse(text)
    except MistypedReference:
        raise typer.BadParameter(MISTYPED, param_hint=hint) from None
    except NotAReference:
        words = f"{text} is not the id of a placement, nor a reference as in AP-7K3M-9QX2-4C"
        raise typer.BadParameter(words, param_hint=hint) from None


async def placement_named(opened: AsyncEngine, text: str) -> UUID:
    """The id of a checked placement. Exits where nobody has the reference."""
    async with connection(opened) as conn:
        found = await placement_of(conn, text)
    if found is None:
        typer.echo(f"There is no placement with the reference {text}.", err=True)
        raise typer.Exit(FOUND_WRONG)
    return found


@asynccontextmanager
async def engine(settings: Settings) -> AsyncIterator[AsyncEngine]:
    opened = create_engine(settings, application_name="placements-cli")
    try:
        yield opened
    finally:
        await opened.dispose()


def moment(written: str | None) -> datetime | None:
    """An instant, or a day, which means its end in London. Refuses anything else as a usage error."""
    if written is None:
        return None
    try:
        return moment_of(written)
    except ValueError:
        raise typer.BadParameter(NO_MOMENT.format(written)) from None


def show(rows: Sequence[dict[str, Any]], *, columns: Sequence[str], as_json: bool) -> None:
    """A table on a terminal; elsewhere a line for each row, its cells apart by tabs; or the rows whole, as JSON."""
    if as_json:
        typer.echo(json.dumps(list(rows), indent=2, default=str))
        return
    if not on_terminal():
        typer.echo("\t".join(columns))
        for row in rows:
            typer.echo(_tabbed(row[column] for column in columns))
        return
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(row[column])) for column in columns))
    Console(soft_wrap=False).print(table)


def remark(words: str) -> None:
    """What is said about rows: under them on a terminal; elsewhere beside them, so that a pipe carries rows alone."""
    typer.echo(f"\n{words}" if on_terminal() else words, err=not on_terminal())


def on_terminal() -> bool:
    return sys.stdout.isatty()


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _tabbed(values: Iterable[object]) -> str:
    """One line whatever the cells hold."""
    return "\t".join(" ".join(_cell(value).split()) for value in values)


def written(instant: datetime, *, as_json: bool) -> str:
    """In London for people, with its offset for machines."""
    return instant.isoformat() if as_json else f"{instant.astimezone(LONDON):%Y-%m-%d %H:%M}"


@contextmanager
def show_each(*, as_json: bool) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Rows as they come, none kept: a line each, or an array in JSON."""
    shown = 0

    def show_one(row: dict[str, Any]) -> None:
        nonlocal shown
        if as_json:
            typer.echo(("[" if shown == 0 else ",\n") + json.dumps(row, default=str), nl=False)
        else:
            if shown == 0 and not on_terminal():
                typer.echo("\t".join(row))
            values = row.values()
            typer.echo("  ".join(map(_cell, values)) if on_terminal() else _tabbed(values))
        shown += 1

    yield show_one
    if as_json:
        typer.echo("]" if shown else "[]")
