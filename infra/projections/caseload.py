"""The caseload: pages of placement rows that a person may see, by the nearest deadline or the latest change."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.placement.stages import Stage
from infra.projections import pupil_names
from infra.projections.placements import NAMES, PlacementRow, placement, ran_between, row_of
from infra.projections.visibility import Visibility, visible


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Each one given narrows the list; `due_before` is exclusive. `found_by`: hashes of `pupil_names`, all of them."""

    stage: str | None = None
    assigned_to: UUID | None = None
    school_urn: str | None = None
    provider_id: UUID | None = None
    due_before: date | None = None
    open_only: bool = False
    unassigned: bool = False
    found_by: tuple[bytes, ...] = ()


Sort = Literal["next_deadline", "updated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseloadCursor:
    """The last row of a page: its value in the sort column (None where it has no deadline), and its id."""

    value: date | datetime | None
    placement_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseloadPage:
    rows: tuple[PlacementRow, ...]
    next: CaseloadCursor | None


async def caseload(
    conn: AsyncConnection,
    visibility: Visibility,
    filters: Filters,
    *,
    sort: Sort = "next_deadline",
    cursor: CaseloadCursor | None = None,
    limit: int = 50,
) -> CaseloadPage:
    """One page of what this person may see: nearest deadline first and none last, or latest change first."""
    query = select(*(placement.c[name] for name in NAMES)).where(visible(visibility), *_narrowed(filters))
    if sort == "next_deadline":
        query = query.order_by(placement.c.next_deadline_on.asc(), placement.c.placement_id.asc())
    else:
        query = query.order_by(placement.c.updated_at.desc(), placement.c.placement_id.desc())
    if cursor is not None:
        query = query.where(_after(sort, cursor))
    found = (await conn.execute(query.limit(limit + 1))).mappings().all()
    rows = tuple(row_of(dict(each)) for each in found[:limit])
    return CaseloadPage(rows=rows, next=cursor_of(sort, rows[-1]) if len(found) > limit else None)


async def of_day(
    conn: AsyncConnection,
    visibility: Visibility,
    day: date,
    *,
    provider_id: UUID | None = None,
    school_urn: str | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[UUID]:
    """Ids of the placements that ran on a day, in order, from the one after `after`."""
    narrowed = _narrowed(Filters(provider_id=provider_id, school_urn=school_urn))
    query = select(placement.c.placement_id).where(visible(visibility), ran_between(day, day), *narrowed)
    if after is not None:
        query = query.where(placement.c.placement_id > after)
    return list((await conn.execute(query.order_by(placement.c.placement_id).limit(limit))).scalars())


async def schools(conn: AsyncConnection, visibility: Visibility, *, limit: int = 500) -> list[str]:
    """The home schools of the open placements that are seen."""
    query = select(placement.c.home_school_urn).distinct().where(placement.c.is_open, visible(visibility))
    return list((await conn.execute(query.order_by(placement.c.home_school_urn).limit(limit))).scalars())


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseloadCounts:
    """Of the open placements that are seen."""

    open: int
    on_hold: int
    unassigned: int


async def counts(conn: AsyncConnection, visibility: Visibility) -> CaseloadCounts:
    row = placement.c
    figures = (
        func.count().label("open"),
        func.count().filter(row.stage == Stage.PAUSED).label("on_hold"),
        func.count().filter(row.assigned_to.is_(None)).label("unassigned"),
    )
    found = (await conn.execute(select(*figures).where(row.is_open, visible(visibility)))).mappings().one()
    return CaseloadCounts(**found)


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    row = placement.c
    conditions: list[ColumnElement[bool]] = []
    if filters.stage is not None:
        conditions.append(row.stage == filters.stage)
    if filters.assigned_to is not None:
        conditions.append(row.assigned_to == filters.assigned_to)
    if filters.school_urn is not None:
        conditions.append(row.home_school_urn == filters.school_urn)
    if filters.provider_id is not None:
        conditions.append(row.provider_id == filters.provider_id)
    if filters.open_only:
        conditions.append(row.is_open)
    if filters.unassigned:
        conditions.append(row.assigned_to.is_(None))
    if filters.due_before is not None:
        conditions.append(row.next_deadline_on < filters.due_before)
    if filters.found_by:
        conditions.append(pupil_names.found_by(filters.found_by))
    return conditions


def _after(sort: Sort, cursor: CaseloadCursor) -> ColumnElement[bool]:
    row = placement.c
    if sort == "updated":
        earlier = row.updated_at < cursor.value
        return or_(earlier, and_(row.updated_at == cursor.value, row.placement_id < cursor.placement_id))
    if cursor.value is None:
        return and_(row.next_deadline_on.is_(None), row.placement_id > cursor.placement_id)
    return or_(
        row.next_deadline_on > cursor.value,
        and_(row.next_deadline_on == cursor.value, row.placement_id > cursor.placement_id),
        row.next_deadline_on.is_(None),
    )


def cursor_of(sort: Sort, row: PlacementRow) -> CaseloadCursor:
    """Where a page ends with this row."""
    value = row.next_deadline_on if sort == "next_deadline" else row.updated_at
    return CaseloadCursor(value=value, placement_id=row.placement_id)


async def open_by_school(conn: AsyncConnection, visibility: Visibility) -> dict[str, int]:
    """How many placements are open at each school, of those that this person may see."""
    urn = placement.c.home_school_urn
    query = select(urn, func.count()).where(visible(visibility), placement.c.is_open).group_by(urn)
    return {row[0]: row[1] for row in await conn.execute(query)}
