"""`placements sign-out`: ends sessions of the pages, of one person or of everybody."""

import asyncio
from typing import Annotated
from uuid import UUID

import typer

from domain.shared.words import figure
from infra.identity import sessions
from infra.postgres.db import connection
from infra.settings import Settings
from services.commands.options import engine


def sign_out(
    person: Annotated[UUID | None, typer.Argument(help="The person's id, as the register of people has it.")] = None,
    everybody: Annotated[bool, typer.Option("--everybody", help="Of everybody, in place of one person.")] = False,
) -> None:
    """End the sessions of a person who has left, or of everybody; they sign in again if they still may."""
    if (person is None) is not everybody:
        raise typer.BadParameter("name one person, or --everybody")
    count = asyncio.run(_ended(person))
    typer.echo(f"{figure(count, 'session')} ended.")


async def _ended(person: UUID | None) -> int:
    async with engine(Settings()) as opened, connection(opened) as conn:
        return await (sessions.end_everybody(conn) if person is None else sessions.end_all(conn, person))
