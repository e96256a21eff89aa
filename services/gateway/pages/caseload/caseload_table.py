"""The caseload as a table on a page and as CSV: the same columns, of the same rows."""

import csv
import io
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg

from domain.law.rules import RULES
from domain.placement.stages import Stage
from events.codes import RuleId
from events.ids import ProviderId, Urn
from infra.identity import people
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.projections.placements import PlacementRow
from services.application.returns import BYTE_ORDER_MARK, csv_cell
from services.gateway.http.runtime import Gateway
from services.gateway.lists import caseload
from services.gateway.lists.caseload import CaseloadListing, CaseloadQuery, ListedPlacement
from services.gateway.pages.caseload import cells
from services.gateway.pages.caseload.asked import CaseloadAsked
from services.gateway.pages.web.filters import code, short_day
from services.gateway.pages.web.parts import DataTable, Link, TableCell, stage_tag

_CSV_ROWS: Final = 200
_NOBODY: Final = "Nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesBeside:
    """What schools, providers and case workers of some rows are called."""

    schools: Mapping[str, str]
    providers: Mapping[UUID, str]
    workers: Mapping[UUID, str]

    def worker(self, row: PlacementRow) -> str:
        return _NOBODY if row.assigned_to is None else self.workers.get(row.assigned_to, "A colleague")

    def provider(self, row: PlacementRow) -> str:
        return "" if row.provider_id is None else self.providers.get(row.provider_id, "")

    def school(self, row: PlacementRow) -> str:
        return self.schools.get(row.home_school_urn) or row.home_school_urn


async def names_beside(conn: asyncpg.Connection, gateway: Gateway, rows: Sequence[PlacementRow]) -> NamesBeside:
    schools, providers = {}, {}
    for urn in {row.home_school_urn for row in rows}:
        school, _ = await gateway.reference.current(conn, Urn(urn), None)
        schools[urn] = "" if school is None else school.name
    for each in {row.provider_id for row in rows if row.provider_id is not None}:
        _, provider = await gateway.reference.current(conn, None, ProviderId(each))
        providers[each] = "" if provider is None else provider.name
    known = await people.find_many(conn, {row.assigned_to for row in rows if row.assigned_to is not None})
    workers = {person_id: each.name for (person_id, _), each in known.items() if each.name}
    return NamesBeside(schools=schools, providers=providers, workers=workers)


async def table(
    gateway: Gateway, person: Person, asked: CaseloadAsked, today: date
) -> tuple[DataTable, CaseloadListing]:
    """One page of the caseload. Raises Problem: a filter that is not for this person."""
    found = await caseload.listed(gateway, person, asked.query(today, person.id))
    async with connection(gateway.engine) as conn:
        beside = await names_beside(conn, gateway, [each.row for each in found.placements])
    whole = all(each.whole for each in found.placements)
    head: list[str | Link] = ["Pupil", "Stage", "School" if _councils(person) else "Provider"]
    head += ["Case worker", asked.ordered("Next deadline", "next_deadline")] if whole else []
    rows = [_row(each, beside, today, whole=whole, council=_councils(person)) for each in found.placements]
    columns = [*head, "Ends", asked.ordered("Last change", "updated")]
    empty = "No placement fits these filters." if asked.chosen({}) else "There are no open placements that you see."
    shown = DataTable(caption="Placements", caption_hidden=True, columns=columns, rows=rows, empty=empty)
    return shown, found


def _councils(person: Person) -> bool:
    return (person.org or "").startswith("la:")


def _row(each: ListedPlacement, beside: NamesBeside, today: date, *, whole: bool, council: bool) -> list[TableCell]:
    row = each.row
    cell = [
        cells.who(row, each.pupil),
        TableCell(tag=stage_tag(Stage(row.stage))),
        TableCell(beside.school(row) if council else beside.provider(row)),
    ]
    if whole:
        due = cells.due(row.next_deadline_on, today)
        words = "" if row.next_deadline_rule is None else RULES[RuleId(row.next_deadline_rule)].words
        cell += [TableCell(beside.worker(row)), replace(due, hint=words)]
    ends = row.ended_on or row.proposed_end_on
    return [*cell, TableCell("" if ends is None else short_day(ends)), TableCell(short_day(row.updated_at))]


COLUMNS: Final = (
    *("Reference", "Pupil", "Stage", "School", "Provider", "Case worker"),
    *("Next deadline", "What is due", "Started", "Ends", "Last change"),
)


async def as_csv(gateway: Gateway, person: Person, query: CaseloadQuery) -> AsyncIterator[str]:
    """RFC 4180, page by page, so that no caseload is too long; what is named is logged before it is sent."""
    yield BYTE_ORDER_MARK + _line(COLUMNS)
    cursor: str | None = None
    while True:
        found = await caseload.listed(
            gateway, person, replace(query, cursor=cursor, limit=_CSV_ROWS), what="caseload_csv"
        )
        async with connection(gateway.engine) as conn:
            beside = await names_beside(conn, gateway, [each.row for each in found.placements])
        yield "".join(_line(_values(each, beside)) for each in found.placements)
        cursor = found.next
        if cursor is None:
            return


def _values(each: ListedPlacement, beside: NamesBeside) -> tuple[object, ...]:
    row, whole = each.row, each.whole
    due = RULES[RuleId(row.next_deadline_rule)].words if whole and row.next_deadline_rule else None
    return (
        cells.reference_of(row.reference, row.placement_id),
        cells.RESTRICTED if each.pupil is None and each.restricted else each.pupil.name if each.pupil else None,
        code(row.stage),
        beside.school(row),
        beside.provider(row),
        beside.worker(row) if whole else None,
        row.next_deadline_on if whole else None,
        due,
        row.started_on,
        row.ended_on or row.proposed_end_on,
        f"{row.updated_at:%Y-%m-%d}",
    )


def _line(values: Sequence[object]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([csv_cell(each) for each in values])
    return written.getvalue()
