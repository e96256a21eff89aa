"""`placements audit access-log`: who read which record, when and why. The reading of the log is logged."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from domain.calendar.date_text import day_of
from domain.calendar.london import start_of
from infra.identity.access_log import AccessFilters
from infra.identity.read_log import OPERATOR
from infra.identity.tokens import Person
from infra.projections.visibility import Everything
from infra.settings import Settings
from services.application import access_log as log
from services.application.auditing import Audit
from services.commands.options import AsJson, checked_placement, engine, moment, placement_named, show, written

_COLUMNS = ("read_at", "who", "organisation", "page", "placement", "why")


def access_log(
    *,
    placement: Annotated[str | None, typer.Option(help="Of one placement, by its id or reference.")] = None,
    person: Annotated[UUID | None, typer.Option(help="By one person.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="From a day or an instant on.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Until a day, the whole of it, or an instant.")] = None,
    why: Annotated[str | None, typer.Option(help="Why you look; it is kept with this reading.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, the newest first.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Show who read which record, what of it, when and why, newest first. This reading is logged too."""
    asked = AccessFilters(person_id=person, since=_from(since), until=moment(until))
    rows = asyncio.run(_read(checked_placement(placement, "--placement"), asked, why, limit, as_json=as_json))
    show(rows, columns=_COLUMNS, as_json=as_json)


def _from(text: str | None) -> datetime | None:
    """A day means its beginning here."""
    try:
        return None if text is None else start_of(day_of(text))
    except ValueError:
        return moment(text)


async def _read(
    placement: str | None, asked: AccessFilters, why: str | None, limit: int, *, as_json: bool
) -> list[dict[str, Any]]:
    operator = Audit(person=Person(id=OPERATOR, roles=frozenset(), org=None), scope=Everything())
    async with engine(Settings()) as opened:
        if placement is not None:
            asked = replace(asked, placement_id=await placement_named(opened, placement))
        async with opened.begin() as conn:
            found = await log.page(conn, operator, asked, why=why, limit=limit)
    return [
        {
            "read_at": written(each.reading.read_at, as_json=as_json),
            "who": each.by.words,
            "person_id": each.reading.person_id,
            "organisation": each.reading.org,
            "page": each.page,
            "what": each.reading.what,
            "placement": each.reading.placement_id,
            "why": each.reading.why,
            "asked": each.reading.asked,
        }
        for each in found
    ]
