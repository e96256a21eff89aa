"""What a provider sees beside its work: the places it is asked for, those that are coming, those that are here."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from domain.placement.provider_sight.phases import ProviderPhase
from domain.placement.stages import RUNNING, Stage
from infra.identity.tokens import Person
from services.gateway.http.runtime import Gateway
from services.gateway.lists import caseload
from services.gateway.lists.caseload import CaseloadQuery, ListedPlacement
from services.gateway.pages.caseload import cells
from services.gateway.pages.web.filters import short_day
from services.gateway.pages.web.parts import DataTable, TableCell, stage_tag

MOST: Final = 200


def plain_query(*, limit: int = MOST) -> CaseloadQuery:
    """Every open placement that somebody sees."""
    return CaseloadQuery(
        stage=None,
        assigned_to=None,
        school=None,
        provider=None,
        due_before=None,
        flag=None,
        opened=False,
        q=None,
        open_only=True,
        sort="next_deadline",
        cursor=None,
        limit=limit,
    )


async def provider_places(gateway: Gateway, person: Person) -> Sequence[DataTable]:
    """Asked for, coming, here. The names that this person may read are logged."""
    found = (await caseload.listed(gateway, person, plain_query(), what="my_work")).placements
    asked = [each for each in found if each.row.phase is ProviderPhase.ASKED]
    here = [each for each in found if Stage(each.row.stage) in RUNNING]
    coming = [each for each in found if each not in asked and each not in here]
    return (
        _table("Asked for", asked, "Nobody has asked you for a place."),
        _table("Coming", coming, "Nobody is about to start."),
        _table("Here", here, "Nobody has a place with you now."),
    )


async def own_children(gateway: Gateway, person: Person) -> DataTable:
    """The open placements of who looks after children and has few steps of their own."""
    found = await caseload.listed(gateway, person, plain_query(limit=50), what="my_work")
    return _table("Open placements", found.placements, "There are no open placements that you see.")


def _table(caption: str, rows: Sequence[ListedPlacement], empty: str) -> DataTable:
    return DataTable(
        caption=caption,
        columns=("Pupil", "Stage", "Started", "Ends"),
        rows=[_row(each) for each in rows],
        empty=f"{caption}: {empty[:1].lower()}{empty[1:]}",
    )


def _row(each: ListedPlacement) -> list[TableCell]:
    return [
        cells.who(each.row, each.pupil),
        TableCell(tag=stage_tag(Stage(each.row.stage))),
        TableCell(_day(each.row.started_on)),
        TableCell(_day(each.row.ended_on or each.row.proposed_end_on)),
    ]


def _day(on: date | None) -> str:
    return "" if on is None else short_day(on)
