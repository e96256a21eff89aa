"""How a placement is shown in a row of any list: by the pupil's name where this person may read it in a list."""

from datetime import date
from uuid import UUID

from infra.projections.placements import PlacementRow
from infra.projections.pupil_names import ListedPupil
from services.gateway.pages.web.filters import short_day
from services.gateway.pages.web.parts import Link, TableCell, Tag

RESTRICTED = "Access is restricted"


def reference_of(reference: str | None, placement_id: UUID) -> str:
    return reference or str(placement_id)


def href_of(reference: str | None, placement_id: UUID) -> str:
    """The placement's own page."""
    return f"/placements/{reference_of(reference, placement_id)}"


def who(row: PlacementRow, pupil: ListedPupil | None) -> TableCell:
    """The name above the reference; the reference alone where the name is withheld."""
    reference = reference_of(row.reference, row.placement_id)
    href = href_of(row.reference, row.placement_id)
    if pupil is not None:
        return TableCell(link=Link(pupil.name, href), hint=reference)
    return TableCell(link=Link(reference, href), hint=RESTRICTED if row.readers is not None else "")


def named(row: PlacementRow, pupil: ListedPupil | None) -> str:
    """The same in words, for those who hear a link without its row."""
    return reference_of(row.reference, row.placement_id) if pupil is None else pupil.name


def due(on: date | None, today: date, *, overdue: bool = False, none: str = "") -> TableCell:
    """A day with how near it is."""
    if on is None:
        return TableCell(none)
    return TableCell(short_day(on), tag=due_tag_of(on, today, overdue=overdue))


def due_tag_of(on: date, today: date, *, overdue: bool = False) -> Tag | None:
    if overdue or on < today:
        return Tag("Overdue", "red")
    return Tag("Today", "orange") if on == today else None
