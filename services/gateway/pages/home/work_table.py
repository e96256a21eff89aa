"""Somebody's work as a table: when, what, about whom, and the verb that opens the form of it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

import asyncpg

from domain.shared.words import figure
from events.ids import ProviderId
from infra.identity.tokens import Person
from infra.postgres.db import connection
from services.application.authorisation import Sights
from services.application.work import Work, WorkItem, WorkSources, work_of
from services.gateway.http.runtime import Gateway
from services.gateway.lists.names import Named
from services.gateway.lists.names import named as names_of
from services.gateway.pages.caseload import cells
from services.gateway.pages.web.filters import role_name, short_day
from services.gateway.pages.web.parts import DataTable, Link, TableCell

LOGGED_AS = "my_work"
"""The access log has so of the placements whose names the page shows."""
_SOON = timedelta(days=7)


async def work_table(gateway: Gateway, person: Person, seen: Sights, *, whole_team: bool) -> tuple[DataTable, Work]:
    """The work of this person with the names that they may read; those are logged."""
    sources = WorkSources(engine=gateway.engine, reference=gateway.reference, now=await gateway.now())
    work = await work_of(sources, person, seen, whole_team=whole_team)
    about = [each.placement for each in work.items if each.placement is not None]
    async with connection(gateway.engine) as conn:
        pupils = await names_of(conn, gateway.keys, person, about, seen=seen, what=LOGGED_AS)
        providers = await _providers(conn, gateway, work.items)
    rows = [_row(each, work, pupils, providers) for each in work.items]
    return DataTable(
        caption=summary(work),
        columns=("Due", "What to do", "About", "Step"),
        rows=rows,
        row_headings=False,
        empty="There is nothing that waits for you today.",
    ), work


def summary(work: Work) -> str:
    """`12 things to do: 3 overdue, 4 in the next 7 days`."""
    overdue = sum(each.overdue for each in work.items)
    soon = sum(
        not each.overdue and each.due_on is not None and each.due_on <= work.today + _SOON for each in work.items
    )
    counted = [f"{overdue} overdue"] if overdue else []
    counted += [f"{soon} in the next 7 days"] if soon else []
    total = f"The first {len(work.items)} things to do" if work.more else figure(len(work.items), "thing") + " to do"
    return f"{total}: {', '.join(counted)}" if counted else total


async def _providers(conn: asyncpg.Connection, gateway: Gateway, items: Iterable[WorkItem]) -> Mapping[UUID, str]:
    found: dict[UUID, str] = {}
    for each in {item.provider_id for item in items if item.provider_id is not None}:
        _, provider = await gateway.reference.current(conn, None, ProviderId(each))
        found[each] = "" if provider is None else provider.name
    return found


def _row(item: WorkItem, work: Work, pupils: Named, providers: Mapping[UUID, str]) -> list[TableCell]:
    about, whose = _about(item, pupils, providers)
    notes = [f"This was for the {role_name(item.taken_from)}" if item.taken_from is not None else ""]
    notes += [f"Waits since {short_day(item.since)}" if item.since is not None else ""]
    return [
        cells.due(item.due_on, work.today, overdue=item.overdue, none="No fixed day"),
        TableCell(item.words, hint=". ".join(filter(None, notes))),
        about,
        TableCell(link=Link(item.verb, href_of(item), f": {item.words}, {whose}")),
    ]


def _about(item: WorkItem, pupils: Named, providers: Mapping[UUID, str]) -> tuple[TableCell, str]:
    if item.placement is not None:
        pupil = pupils.get(item.placement.placement_id)
        return cells.who(item.placement, pupil), cells.named(item.placement, pupil)
    if item.provider_id is not None:
        name = providers.get(item.provider_id) or "Provider"
        return TableCell(link=Link(name, f"/providers/{item.provider_id}")), name
    return TableCell(link=Link("School calendar", f"/schools/{item.urn}")), "school calendar"


def href_of(item: WorkItem) -> str:
    """The form of the step, else the page of the record."""
    if item.placement is not None:
        record = cells.href_of(item.placement.reference, item.placement.placement_id)
        if item.week is not None:
            return f"{record}/attendance/{item.week}"
    else:
        record = f"/schools/{item.urn}" if item.provider_id is None else f"/providers/{item.provider_id}"
    return record if item.command is None else f"{record}/do/{item.command}"
