"""Totals of outcomes are worked out by the database: medians are middle values, and only what one may see counts."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.shared.small_numbers import NUMBERS
from infra.ids import uuid7
from infra.projections.outcomes import OutcomePeriod, cells, listing, outcome, totals
from infra.projections.placements import placement
from infra.projections.visibility import Everything, OfSchool
from tests.infra.test_placements import a_row

ENDED = date(2027, 3, 25)
ALWAYS = OutcomePeriod(first=None, last=None, provider_id=None, school_urn=None)


async def ended(engine: AsyncEngine, *, urn: str = "900001", n: int = 0, **figures: Any) -> None:
    """A placement that has ended, with these figures."""
    row = a_row(placement_id=uuid7(), home_school_urn=urn)
    fields: dict[str, Any] = {
        "placement_id": row.placement_id,
        "started_on": date(2026, 12, 8),
        "ended_on": ENDED + timedelta(days=n),
        "school_days": 60,
        "destination": "RETURN_FULL",
    }
    async with engine.begin() as conn:
        known = {column.name: getattr(row, column.name) for column in placement.columns}
        await conn.execute(placement.insert().values(**known))
        await conn.execute(outcome.insert().values(**(fields | figures)))


@pytest.mark.obligation("S29")
async def test_totals_count_sum_and_take_the_middle(engine: AsyncEngine) -> None:
    await ended(engine, school_days=10, attendance_before=5000, attendance_during=9000, cost_pennies=100)
    await ended(engine, school_days=30, attendance_before=8000, attendance_during=9000, cost_pennies=300)
    await ended(engine, school_days=20, destination="POST16", objectives_set=3, objectives_met=2)
    await ended(engine, school_days=90, objectives_set=None, objectives_met=5, cost_pennies=3_000_000_000)

    async with engine.connect() as conn:
        found = await totals(conn, Everything(), ALWAYS)

    assert (found["placements"], found["evaluated"]) == (4, 2)
    assert (found["median_school_days"], found["median_cost_pennies"]) == (20, 300), "of two, the lower"
    assert (found["cost_pennies"], found["median_attendance_change"]) == (3_000_000_400, 1000)
    assert (found["objectives_set"], found["objectives_met"]) == (3, 2), "only where both are known"
    assert found["median_attendance_after"] is None
    assert found["destinations"] == {"POST16": 1, "RETURN_FULL": 3}


async def test_what_one_may_not_see_or_what_ended_at_another_time_does_not_count(engine: AsyncEngine) -> None:
    await ended(engine)
    await ended(engine, n=1)
    await ended(engine, urn="900002")
    one_day = OutcomePeriod(first=ENDED, last=ENDED, provider_id=None, school_urn=None)
    elsewhere = OutcomePeriod(first=None, last=None, provider_id=uuid7(), school_urn=None)

    async with engine.connect() as conn:
        mine = await totals(conn, OfSchool("900001"), ALWAYS)
        then = await totals(conn, OfSchool("900001"), one_day)
        none = await totals(conn, Everything(), elsewhere)
        rows = await listing(conn, OfSchool("900001"), ALWAYS, limit=5)

    assert (mine["placements"], then["placements"], none["placements"]) == (2, 1, 0)
    assert [row["ended_on"] for row in rows] == [ENDED + timedelta(days=1), ENDED]


async def test_what_each_figure_rests_on_is_counted_over_the_whole_period(engine: AsyncEngine) -> None:
    await ended(engine, attendance_before=5000, attendance_during=9000, cost_pennies=100)
    await ended(engine, attendance_after=8000, objectives_set=3, objectives_met=2)
    await ended(engine, urn="900002", objectives_met=0, attendance_before=5000)
    asked = OutcomePeriod(first=ENDED, last=ENDED, provider_id=uuid7(), school_urn="900001")

    async with engine.connect() as conn:
        found = {cell.school: cell for cell in await cells(conn, Everything(), asked)}

    assert {school: cell.destination for school, cell in found.items()} == dict.fromkeys(
        ("900001", "900002"), "RETURN_FULL"
    )
    one = dict.fromkeys(("evaluated", "objectives", "cost_pennies", "attendance_before", "attendance_during"), 1)
    changes = {"attendance_after": 1, "attendance_change": 1}
    assert found["900001"].counts == {"placements": 2, "school_days": 2} | one | changes
    none = dict.fromkeys(found["900001"].counts, 0)
    assert found["900002"].counts == none | dict.fromkeys(
        ("placements", "school_days", "evaluated", "attendance_before"), 1
    )
    assert found["900001"].counts.keys() == set(NUMBERS)


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
async def test_pages_of_any_size_join_to_the_whole_those_that_ended_last_first(engine: AsyncEngine, limit: int) -> None:
    for n in (0, 1, 1, 1, 2):
        await ended(engine, n=n)

    paged: list[tuple[date, UUID]] = []
    async with engine.connect() as conn:
        everything = await listing(conn, Everything(), ALWAYS, limit=9)
        while page := await listing(conn, Everything(), ALWAYS, limit=limit, after=paged[-1] if paged else None):
            paged += [(row["ended_on"], row["placement_id"]) for row in page]

    assert paged == [(row["ended_on"], row["placement_id"]) for row in everything]
    assert len(paged) == 5
