"""`placements clock`: show the time of the service, and move it on where the demonstration clock is allowed."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from domain.calendar.date_text import day_of, instant_of
from domain.calendar.london import LONDON, start_of
from infra.clock import ClockCannotMove, clock_for
from infra.postgres.db import connection, create_engine
from infra.settings import Settings
from infra.temporal import client as temporal
from services.commands import options
from services.local import demonstration

app = typer.Typer(help="Show the time of the service, and move it on (demonstration only).")


@app.callback(invoke_without_command=True)
def show(context: typer.Context) -> None:
    """Show what time it is for the service."""
    if context.invoked_subcommand is None:
        typer.echo(_written(asyncio.run(_now(_settings()))))


@app.command("advance")
def advance_to(
    to: Annotated[str, typer.Option(help="A day (its first moment in London) or an instant with its time zone.")],
) -> None:
    """Move the clock on, wake every open placement and have the record signed."""
    asyncio.run(_move(_settings(), _instant(to)))


@app.command("next")
def advance_to_next() -> None:
    """Move the clock on to when the next timer of any open placement fires, or a register is next to be looked at."""
    asyncio.run(_move_to_next(_settings()))


def _settings() -> Settings:
    return Settings()


async def _now(settings: Settings) -> datetime:
    engine = create_engine(settings)
    try:
        async with connection(engine) as conn:
            return await clock_for(settings).now(conn)
    finally:
        await engine.dispose()


async def _move_to_next(settings: Settings) -> None:
    engine = create_engine(settings)
    try:
        due = await demonstration.next_moment(engine, clock_for(settings))
    finally:
        await engine.dispose()
    if due is None:
        typer.echo("Nothing falls due on any open placement.")
        raise typer.Exit(1)
    await _move(settings, due)


async def _move(settings: Settings, to: datetime) -> None:
    engine = create_engine(settings)
    try:
        now = await demonstration.advance_and_sign(engine, await temporal.connect(), clock_for(settings), to)
    except ClockCannotMove as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(2) from None
    finally:
        await engine.dispose()
    typer.echo(_written(now))


def _instant(written: str) -> datetime:
    try:
        if "T" not in written.upper():
            return start_of(day_of(written))
        return instant_of(written).astimezone(UTC)
    except (ValueError, OverflowError):
        raise typer.BadParameter(options.NO_MOMENT.format(written)) from None


def _written(instant: datetime) -> str:
    return f"{instant.astimezone(LONDON):%A %d %B %Y, %H:%M:%S} in London ({instant.astimezone(UTC):%FT%TZ})"
