"""`placements pupil`: what is kept about one pupil."""

import asyncio
import zipfile
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from domain.shared.words import figure
from infra.encryption.key_store.configured import keys_for
from infra.encryption.keys import KeyErased, KeyMissing
from infra.identity.read_log import OPERATOR
from infra.identity.tokens import Person
from infra.settings import Settings
from services.application import access_pack
from services.commands.options import FOUND_WRONG, engine


def pack(
    pupil_id: Annotated[UUID, typer.Argument(help="The pupil's id, as the record has it.")],
    file: Annotated[Path, typer.Argument(help="The archive to write; it must not be there yet.")],
) -> None:
    """Write everything that is kept about a pupil into one archive, in clear. The reading of each record is logged."""
    if file.exists():
        raise typer.BadParameter(f"{file} is there already")
    # Under another name until it is whole: what is cut off leaves nothing in clear behind.
    half = file.with_name(f".{file.name}.partial")
    try:
        half.touch(mode=0o600)
        count = asyncio.run(_written(pupil_id, zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED)))
        half.rename(file)
    except (KeyErased, KeyMissing) as error:
        told = "This pupil's personal data were erased." if isinstance(error, KeyErased) else "No such pupil."
        typer.echo(told, err=True)
        raise typer.Exit(FOUND_WRONG) from None
    finally:
        half.unlink(missing_ok=True)
    typer.echo(f"{figure(count, 'file')} in {file}.")
    typer.echo("Read them before they are handed over: others may have spoken in confidence.")
    typer.echo("The safeguarding lead looks for serious harm first, and records it with consider-serious-harm.")


async def _written(pupil_id: UUID, archive: zipfile.ZipFile) -> int:
    settings, count = Settings(), 0
    reader = Person(id=OPERATOR, roles=frozenset(), org=None)
    async with engine(settings) as opened:
        with archive:
            async for name, content in access_pack.files(opened, pupil_id, keys_for(settings), reader):
                archive.writestr(name, content)
                count += 1
    return count
