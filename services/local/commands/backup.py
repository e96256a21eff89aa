"""`placements backup` and `restore`: the embedded set-up's database, copied while it runs and put back."""

import asyncio
import shutil
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from domain.shared.words import figure
from services.commands.options import FOUND_WRONG, moment


def backup(to: Annotated[Path, typer.Argument(help="Where to; a folder that is not there yet.")]) -> None:
    """Copy the running set-up's database, complete in itself. The pupils' keys are not in it: copy them apart."""
    from services.local import backup as copies
    from services.local.config import EmbeddedSettings
    from services.local.errors import EmbeddedError
    from services.local.postgres_data import install

    settings = EmbeddedSettings()
    local = settings.local_directory.resolve()
    archive = None if settings.archive_directory is None else settings.archive_directory.resolve()
    try:
        installation = install(local / "postgres", project=local.parent)
        log = local / "logs" / "backup.log"
        asyncio.run(copies.take(installation, settings.postgres_port, to.resolve(), log=log, archive=archive))
        told = [] if archive is None else [_pruned(archive, settings.archive_copies)]
    except EmbeddedError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FOUND_WRONG) from None
    typer.echo(f"Copied to {to}. The keys in {local / 'keys'} are not in it: keep them by themselves.")
    with log.open("a", encoding="utf-8") as lines:
        for line in told:
            lines.write(f"{line}\n")
            typer.echo(line)


def _pruned(archive: Path, keep: int) -> str:
    from services.local import wal_archive

    removed = wal_archive.prune(archive, keep)
    copies = "the newest copy needs" if keep == 1 else f"the {keep} newest copies need"
    return (
        f"The log of changes in {archive} is kept as far back as {copies}:"
        f" {figure(removed.files, 'file')} removed, {wal_archive.megabytes(removed)}."
    )


def restore(
    copy: Annotated[Path, typer.Argument(help="What `placements backup` made.")],
    until: Annotated[
        str | None, typer.Option("--until", help="The moment to go back to; needs PLACEMENTS_ARCHIVE_DIRECTORY.")
    ] = None,
    timeline: Annotated[
        int | None,
        typer.Option("--timeline", min=1, help="Along which history, by PostgreSQL's number; the newest if not said."),
    ] = None,
) -> None:
    """Put a copy in the place of the database of a set-up that does not run; the next `make run` takes it up.

    What was there is moved aside, and Temporal's state is removed: workflows are made again from the record.
    """
    from services.local.errors import EmbeddedError

    try:
        aside = _put_back(copy.resolve(), moment(until), timeline)
    except EmbeddedError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FOUND_WRONG) from None
    if aside is not None:
        typer.echo(f"What was there is in {aside}.")
    typer.echo(
        "Give the record a new name before it is signed again, since what was signed may know of more: "
        "PLACEMENTS_RECORD_ORIGIN and PLACEMENTS_CHECKPOINTS_DIRECTORY."
    )


def _put_back(copy: Path, until: datetime | None, timeline: int | None) -> Path | None:
    from services.local import backup as copies
    from services.local.config import EmbeddedSettings
    from services.local.leftovers import RunFile, locked
    from services.local.postgres_data import install

    settings = EmbeddedSettings()
    local = settings.local_directory.resolve()
    with locked(local):
        RunFile(path=local / "run.json").end_leftovers()
        installation = install(local / "postgres", project=local.parent)
        archive = None if settings.archive_directory is None else settings.archive_directory.resolve()
        aside = copies.put_back(installation, copy, archive=archive, until=until, timeline=timeline)
        shutil.rmtree(local / "temporal", ignore_errors=True)
    return aside
