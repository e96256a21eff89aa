"""`placements audit evidence`: one placement, clause by clause."""

import asyncio
from typing import Annotated, Any

import typer

from domain.access.names import OPERATOR_READS
from events.ids import PlacementId
from infra.encryption.key_store.configured import keys_for
from infra.postgres.db import connection
from infra.settings import Settings
from infra.streams.reference import Reference
from services.application.evidence import gather
from services.application.names import names_of
from services.commands.options import (
    FOUND_WRONG,
    AsJson,
    checked_placement,
    engine,
    placement_named,
    show,
)


def evidence(
    placement: Annotated[str, typer.Argument(help="The placement, by id or reference.")],
    as_json: AsJson = False,
) -> None:
    """Show for each clause the event that proves it, what is outstanding, and what was missed.

    The pupil's key is used to tell which clauses apply; nothing personal is shown. Exit code 1 when a law was breached.
    """
    rows = asyncio.run(_gathered(checked_placement(placement)))
    if not rows:
        typer.echo(f"There is no placement {placement}.", err=True)
        raise typer.Exit(FOUND_WRONG)
    if as_json:
        show(rows, columns=(), as_json=True)
    else:
        columns = ("clause", "demands", "binds", "standing", "why", "who", "position", "hash")
        show([_flat(row) for row in rows], columns=columns, as_json=False)
    if any(row["standing"] == "breached" for row in rows):
        raise typer.Exit(FOUND_WRONG)


async def _gathered(placement: str) -> list[dict[str, Any]]:
    settings = Settings()
    async with engine(settings) as opened:
        placement_id = await placement_named(opened, placement)
        async with connection(opened) as conn:
            rows = await gather(conn, PlacementId(placement_id), keys_for(settings), Reference())
            proving = [each["event"] for each in rows if each["event"]]
            names = await names_of(conn, [each["actor"] for each in proving], OPERATOR_READS)
    for event in proving:
        actor = event.pop("actor")
        event |= {"actor_id": actor.id, "role": actor.role.value, "who": names[actor].words}
    return rows


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    event = row["event"] or {"position": None, "hash": "", "who": ""}
    return {
        **row,
        "binds": "law" if row["binding"] else "good practice",
        "standing": row["standing"].replace("_", " "),
        "who": event["who"],
        "position": event["position"],
        "hash": event["hash"][:12],
    }
