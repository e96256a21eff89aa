"""`placements audit diff`: what changed between two moments, in one placement or over all of them. Reads only."""

import asyncio
import json
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from domain.shared.words import figure
from events.envelope import Recorded
from infra.encryption.key_store.configured import keys_for
from infra.settings import Settings
from services.application import differing
from services.application.differing import Axis
from services.application.replay import LookBack
from services.commands.options import (
    FOUND_WRONG,
    AsJson,
    checked_placement,
    engine,
    moment,
    on_terminal,
    placement_named,
    remark,
    show,
    written,
)


def diff(
    placement: Annotated[
        str | None, typer.Argument(help="One placement, by id or reference; without it, counts over all.")
    ] = None,
    *,
    since: Annotated[str, typer.Option("--from", help="The first moment: a day or an instant.")],
    until: Annotated[str | None, typer.Option("--to", help="The second moment; without it, now.")] = None,
    by: Annotated[Axis, typer.Option(help="What the record knew at each moment, or how things stood.")] = Axis.KNOWN_AT,
    personal: Annotated[bool, typer.Option("--personal", help="Open the personal parts too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what the record says at one moment that it did not say at another, in words."""
    before, after = by.moment(moment(since)), by.moment(moment(until))
    placement = checked_placement(placement)
    if placement is None:
        asyncio.run(_over_all(before, after, as_json=as_json))
    else:
        asyncio.run(_of_one(placement, before, after, personal=personal, as_json=as_json))


async def _of_one(named: str, before: LookBack, after: LookBack, *, personal: bool, as_json: bool) -> None:
    settings = Settings()
    keys = keys_for(settings) if personal else None
    async with engine(settings) as opened:
        placement_id = await placement_named(opened, named)
        found = await differing.of_one(opened, placement_id, before, after, keys=keys)
    if found is None:
        typer.echo(f"There is nothing of placement {placement_id} at either time.", err=True)
        raise typer.Exit(FOUND_WRONG)
    came, went = _rows(found.came, as_json=as_json), _rows(found.went, as_json=as_json)
    changed = [{"field": each.what, "before": list(each.before), "after": list(each.after)} for each in found.changed]
    if as_json:
        typer.echo(json.dumps({"came": came, "went": went, "changed": changed}, indent=2, default=str))
        return
    if not on_terminal():
        _show_in_one(came, went, changed)
        return
    for heading, rows in (("Counts only at the second moment", came), ("Counts only at the first", went)):
        if rows:
            typer.echo(f"{heading}:")
            show(rows, columns=("version", "type", "occurred_at", "recorded_at"), as_json=False)
            typer.echo()
    if not changed:
        remark("No field differs.")
        return
    show(
        [{**each, "before": "\n".join(each["before"]), "after": "\n".join(each["after"])} for each in changed],
        columns=("field", "before", "after"),
        as_json=False,
    )
    remark(f"{figure(len(changed), 'field')} {'differs' if len(changed) == 1 else 'differ'}.")


def _show_in_one(came: list[dict[str, Any]], went: list[dict[str, Any]], changed: list[dict[str, Any]]) -> None:
    """One kind of row for a pipe, where the terminal has three tables."""
    fields = [{**each, "before": "; ".join(each["before"]), "after": "; ".join(each["after"])} for each in changed]
    columns = ("kind", "version", "type", "occurred_at", "recorded_at", "field", "before", "after")
    found = (("came", came), ("went", went), ("changed", fields))
    rows = [dict.fromkeys(columns) | {"kind": kind} | row for kind, some in found for row in some]
    show(rows, columns=columns, as_json=False)


def _rows(records: Iterable[Recorded[Any]], *, as_json: bool) -> list[dict[str, Any]]:
    return [
        {
            "version": record.version,
            "type": type(record.event).__name__,
            "occurred_at": written(record.metadata.occurred_at, as_json=as_json),
            "recorded_at": written(record.recorded_at, as_json=as_json),
        }
        for record in records
    ]


async def _over_all(before: LookBack, after: LookBack, *, as_json: bool) -> None:
    counted = differing.Counted()
    async with engine(Settings()) as opened:
        async for _ in differing.over_all(opened, before, after, counted):
            pass
    show(counted.rows, columns=("of", "name", "before", "after", "change"), as_json=as_json)
