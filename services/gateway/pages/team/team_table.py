"""Who has how many cases, and the cases that can be given to somebody."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from domain.placement.stages import Stage
from services.application.colleagues import Colleague
from services.gateway.lists.caseload import CaseloadListing
from services.gateway.pages.caseload import cells
from services.gateway.pages.caseload.caseload_table import NamesBeside
from services.gateway.pages.web.filters import role_name, upper_first
from services.gateway.pages.web.parts import DataTable, Link, TableCell, Tag, stage_tag


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One case with its box. `label` says whose it is to who hears the box alone."""

    reference: str
    label: str
    checked: bool
    who: TableCell
    stage: Tag
    worker: str
    due: TableCell


def case_rows(found: CaseloadListing, beside: NamesBeside, today: date, chosen: Collection[str]) -> list[CaseRow]:
    rows = []
    for each in found.placements:
        reference = cells.reference_of(each.row.reference, each.row.placement_id)
        rows.append(
            CaseRow(
                reference=reference,
                label=cells.named(each.row, each.pupil),
                checked=reference in chosen,
                who=cells.who(each.row, each.pupil),
                stage=stage_tag(Stage(each.row.stage)),
                worker=beside.worker(each.row),
                due=cells.due(each.row.next_deadline_on, today),
            )
        )
    return rows


def workers_table(staff: Sequence[Colleague]) -> DataTable:
    return DataTable(
        caption="Who has which cases",
        columns=("Name", "Role", "Open cases"),
        rows=[
            (
                TableCell(link=Link(each.person.name or "Name not known", f"/team/{each.person.id}")),
                TableCell(upper_first(", ".join(role_name(role) for role in each.person.roles))),
                TableCell(str(each.open_placements)),
            )
            for each in staff
        ],
        numbers=frozenset({2}),
        empty="Nobody of your organisation has signed in yet.",
    )
