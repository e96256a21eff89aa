"""What came of the placements that have ended, one by one and in total. Written in the transaction that moves one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    and_,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.placement.ending.outcomes import outcome as outcome_of
from domain.shared.small_numbers import Cell
from infra.postgres.db import metadata
from infra.projections.derived import PlacementSources, ReadModel, RowsOfSource
from infra.projections.placements import placement
from infra.projections.visibility import Visibility, visible

NAME: Final = "outcomes"

outcome = Table(
    "outcome",
    metadata,
    Column("placement_id", Uuid, primary_key=True),
    Column("started_on", Date, nullable=False),
    Column("ended_on", Date, nullable=False),
    Column("school_days", Integer, nullable=False),
    Column("destination", Text, nullable=False),
    # Hundredths of a per cent.
    Column("attendance_before", Integer),
    Column("attendance_during", Integer),
    Column("attendance_after", Integer),
    Column("objectives_set", Integer),
    Column("objectives_met", Integer),
    Column("cost_pennies", BigInteger),
)
Index("outcome_ended_on_idx", outcome.c.ended_on, outcome.c.placement_id)

_MEDIANS: Final = ("school_days", "attendance_before", "attendance_during", "attendance_after", "cost_pennies")
_SUMS: Final = ("objectives_set", "objectives_met", "cost_pennies")
_CHANGE: Final = outcome.c.attendance_during - outcome.c.attendance_before
_OBJECTIVES_KNOWN: Final = and_(outcome.c.objectives_set.is_not(None), outcome.c.objectives_met.is_not(None))


def rows(seen: PlacementSources) -> list[dict[str, Any]]:
    """The outcome of a placement, once there is one."""
    found = outcome_of(seen.state, seen.calendar)
    return [] if found is None else [asdict(found)]


MODEL: Final = ReadModel(name=NAME, part=RowsOfSource(table=outcome), rows=rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomePeriod:
    """Ended from `first` to `last`, both included; at one provider, of one school."""

    first: date | None
    last: date | None
    provider_id: UUID | None
    school_urn: str | None


async def totals(conn: AsyncConnection, visibility: Visibility, period: OutcomePeriod) -> dict[str, Any]:
    """Figures over the placements of the period, without any of their own.

    A median is the middle value, of two the lower. Objectives are summed over what was evaluated.
    """
    count, evaluated = func.count(), func.count(outcome.c.objectives_met)
    figures = [
        count.label("placements"),
        evaluated.label("evaluated"),
        *(_sum(name).label(name) for name in _SUMS),
        *(_median(outcome.c[name]).label(f"median_{name}") for name in _MEDIANS),
        _median(_CHANGE).label("median_attendance_change"),
    ]
    within = _within(visibility, period)
    joined = outcome.join(placement, placement.c.placement_id == outcome.c.placement_id)
    found = (await conn.execute(select(*figures).select_from(joined).where(within))).mappings().one()
    by_destination = (
        select(outcome.c.destination, count)
        .select_from(joined)
        .where(within)
        .group_by(outcome.c.destination)
        .order_by(outcome.c.destination)
    )
    destinations: dict[str, int] = dict((await conn.execute(by_destination)).all())
    return {**found, "destinations": destinations}


async def cells(conn: AsyncConnection, visibility: Visibility, period: OutcomePeriod) -> list[Cell]:
    """How many placements have each value, by school, provider and destination: of the whole period, so that what is
    given about one school or provider can be compared with what is given about the others.
    """
    counts = {
        "placements": func.count(),
        "evaluated": func.count(outcome.c.objectives_met),
        "objectives": func.count().filter(_OBJECTIVES_KNOWN),
        "attendance_change": func.count(_CHANGE),
        **{name: func.count(outcome.c[name]) for name in _MEDIANS},
    }
    parts = (placement.c.home_school_urn, placement.c.provider_id, outcome.c.destination)
    everywhere = replace(period, provider_id=None, school_urn=None)
    query = (
        select(*parts, *(count.label(name) for name, count in counts.items()))
        .join(placement, placement.c.placement_id == outcome.c.placement_id)
        .where(_within(visibility, everywhere))
        .group_by(*parts)
    )
    return [
        Cell(
            school=row["home_school_urn"],
            provider=row["provider_id"],
            destination=row["destination"],
            counts={name: row[name] for name in counts},
        )
        for row in (await conn.execute(query)).mappings()
    ]


OutcomeCursor = tuple[date, UUID]
"""The position of a row in the list: (ended_on, placement_id)."""


async def listing(
    conn: AsyncConnection,
    visibility: Visibility,
    period: OutcomePeriod,
    *,
    limit: int,
    after: OutcomeCursor | None = None,
) -> Sequence[dict[str, Any]]:
    """The placements of the period, those that ended last first, from the place after `after`."""
    query = (
        select(*outcome.c, placement.c.provider_id, placement.c.home_school_urn, placement.c.reference)
        .join(placement, placement.c.placement_id == outcome.c.placement_id)
        .where(_within(visibility, period))
        .order_by(outcome.c.ended_on.desc(), outcome.c.placement_id)
        .limit(limit)
    )
    if after is not None:
        ended_on, placement_id = after
        same_day = and_(outcome.c.ended_on == ended_on, outcome.c.placement_id > placement_id)
        query = query.where(or_(outcome.c.ended_on < ended_on, same_day))
    return [dict(row) for row in (await conn.execute(query)).mappings()]


def _sum(name: str) -> ColumnElement[Any]:
    # As bigint: a sum of bigints is numeric otherwise. Objectives count where both figures are known.
    summed = func.sum(outcome.c[name])
    if name.startswith("objectives"):
        return func.coalesce(summed.filter(_OBJECTIVES_KNOWN), 0).cast(BigInteger)
    return func.coalesce(summed, 0).cast(BigInteger)


def _median(of: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.percentile_disc(0.5).within_group(of)


def _within(visibility: Visibility, period: OutcomePeriod) -> ColumnElement[bool]:
    conditions = [visible(visibility)]
    if period.first is not None:
        conditions.append(outcome.c.ended_on >= period.first)
    if period.last is not None:
        conditions.append(outcome.c.ended_on <= period.last)
    if period.provider_id is not None:
        conditions.append(placement.c.provider_id == period.provider_id)
    if period.school_urn is not None:
        conditions.append(placement.c.home_school_urn == period.school_urn)
    return and_(*conditions)
