"""`placements audit archive` and `detach`: old placements put into a file that proves itself, and taken off."""

import asyncio
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import asyncpg
import typer

from domain.shared.words import are, figure, figure_is
from infra.clock import clock_for
from infra.encryption.key_store.configured import keys_for
from infra.postgres.db import connection
from infra.postgres.owner import owner_database_url
from infra.proof.archive import Archive, Detached, NotArchivable, archive_lines, detach, read_archive
from infra.proof.lines import NotAnExport
from infra.settings import Settings
from services.application.archiving import archivable
from services.commands.options import FOUND_WRONG, engine, moment, show
from services.commands.proof import FLAW_COLUMNS, flaws_of, own_verifier


def archive(
    until: Annotated[str, typer.Argument(help="A day or an instant: nothing was recorded of the placements since.")],
    file: Annotated[Path, typer.Argument(help="Where to write it; it must not be there yet.")],
) -> None:
    """Write placements that are over and erased into one file that proves itself. Nothing is taken off by this."""
    since = moment(until)
    assert since is not None, "there is a value"
    try:
        with file.open("xb") as out:
            placements = asyncio.run(_written(out.write, since))
            out.flush()
            os.fsync(out.fileno())
    except FileExistsError:
        raise typer.BadParameter(f"{file} is there already") from None
    except BaseException as error:
        file.unlink()
        if not isinstance(error, NotArchivable):
            raise
        typer.echo(str(error), err=True)
        raise typer.Exit(FOUND_WRONG) from None
    if not placements:
        file.unlink()
        typer.echo("There is nothing to archive: no placement that is over, erased and at rest for so long.")
        return
    typer.echo(f"{figure_is(placements, 'placement')} in {file}.")
    typer.echo(f"To take its events off the database: placements audit detach {file}")


def detach_file(
    file: Annotated[Path, typer.Argument(help="An archive. Keep it, in more places than one: nothing else has this.")],
) -> None:
    """Verify an archive and take its events off the database, where their hashes stay. Cannot be undone."""
    settings = Settings()
    owner_url = owner_database_url(settings)
    if owner_url is None:
        raise typer.BadParameter("PLACEMENTS_OWNER_DATABASE_URL is needed: only the owner takes events off")
    try:
        read, found = read_archive(file, own_verifier(settings))
        if not found.sound:
            show(flaws_of(found), columns=FLAW_COLUMNS, as_json=False)
            raise typer.Exit(FOUND_WRONG)
        done = asyncio.run(_detached(owner_url, read))
    except (NotArchivable, NotAnExport) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FOUND_WRONG) from None
    if not done.streams:
        typer.echo("Nothing of it is left in the database.")
        return
    off = f"{figure(done.events, 'event')} of {figure(done.streams, 'stream')} {are(done.events)} off the database"
    typer.echo(f"{off}. SHA-256 {read.sha256.hex()}")


async def _written(write: Callable[[bytes], object], since: datetime) -> int:
    settings = Settings()
    keys, verifier = keys_for(settings), own_verifier(settings)
    async with engine(settings) as opened, connection(opened) as conn:
        placements = [each async for each in archivable(conn, keys, since)]
        if placements:
            at = await clock_for(settings).now(conn)
            streams = [stream for each in placements for stream in each]
            async for line in archive_lines(conn, verifier, at, streams):
                write(line.encode())
    return len(placements)


async def _detached(owner_url: str, read: Archive) -> Detached:
    owner = await asyncpg.connect(owner_url)
    try:
        return await detach(owner, read)
    finally:
        await owner.close()
