from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.placement.provider_sight.phases import ProviderPhase, ended_since
from domain.placement.stages import Stage
from infra.ids import uuid7
from infra.projections.caseload import CaseloadCursor, Filters, caseload, of_day
from infra.projections.placements import PlacementRow, StaleRow, find, find_many, open_ids, upsert
from infra.projections.visibility import Everything, Nobody, OfAuthority, OfProvider, OfPupil, OfSchool, sees

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


def a_row(**changed: Any) -> PlacementRow:
    row = PlacementRow(
        placement_id=uuid7(),
        version=1,
        stage="Draft",
        is_open=True,
        pupil_id=uuid7(),
        home_school_urn="900001",
        commissioner="school:900001",
        legal_basis="OSD",
        updated_at=NOW,
    )
    return replace(row, **changed)


async def listed(engine: AsyncEngine, *args: Any, **kwargs: Any) -> list[UUID]:
    """The ids of every page, joined."""
    found: list[UUID] = []
    cursor: CaseloadCursor | None = None
    async with engine.connect() as conn:
        while True:
            page = await caseload(conn, *args, cursor=cursor, **kwargs)
            found += [row.placement_id for row in page.rows]
            if page.next is None:
                return found
            cursor = page.next


async def test_a_row_is_read_as_it_was_written(conn: asyncpg.Connection) -> None:
    row = a_row(
        regime_id="ACAD-2026",
        provider_id=uuid7(),
        assigned_to=uuid7(),
        next_deadline_on=date(2026, 9, 10),
        next_deadline_rule="T1",
        started_on=date(2026, 9, 2),
        proposed_end_on=date(2026, 12, 18),
        ended_on=date(2026, 12, 1),
    )
    await upsert(conn, row)

    assert await find(conn, row.placement_id) == row
    assert await find_many(conn, {row.placement_id, uuid7()}) == {row.placement_id: row}
    assert await find(conn, uuid7()) is None


async def test_a_later_state_replaces_an_earlier_one_and_never_the_reverse(conn: asyncpg.Connection) -> None:
    row = a_row(version=3, next_deadline_on=date(2026, 9, 10))
    await upsert(conn, row)
    later = replace(row, version=4, stage="Referred", next_deadline_on=None)

    await upsert(conn, later)
    await upsert(conn, later)
    with pytest.raises(StaleRow):
        await upsert(conn, row)

    assert await find(conn, row.placement_id) == later


async def test_open_placements_are_listed_in_steps(conn: asyncpg.Connection) -> None:
    rows = [a_row() for _ in range(5)]
    for row in [*rows, a_row(is_open=False, stage="Closed")]:
        await upsert(conn, row)
    ids = sorted(row.placement_id for row in rows)

    first = await open_ids(conn, None, 3)

    assert first + await open_ids(conn, first[-1], 3) == ids


async def test_each_sees_their_own_placements(engine: AsyncEngine, conn: asyncpg.Connection) -> None:
    row = a_row(provider_id=uuid7(), la_code="831", provider_phase="placed", councils=("832",))
    await upsert(conn, row)
    assert row.provider_id is not None

    for visibility, visible in [
        (Everything(), True),
        (OfSchool("900001"), True),
        (OfSchool("900002"), False),
        (OfAuthority("831"), True),
        (OfAuthority("830"), False),
        # It maintains the pupil's EHC plan.
        (OfAuthority("832"), True),
        (OfProvider(row.provider_id), True),
        (OfProvider(uuid7()), False),
        (OfPupil(row.pupil_id), True),
        (OfPupil(uuid7()), False),
        (Nobody(), False),
    ]:
        assert await listed(engine, visibility, Filters()) == ([row.placement_id] if visible else [])
        assert sees(visibility, row) is visible


async def test_a_provider_is_shown_by_the_list_what_it_sees_of_each_row(
    engine: AsyncEngine, conn: asyncpg.Connection
) -> None:
    provider_id, today = uuid7(), date(2027, 6, 1)
    days = [None, date(2027, 4, 1), date(2027, 4, 2), today]
    rows = [
        a_row(provider_id=provider_id, stage=stage, provider_phase=phase, ended_on=ended_on)
        for stage in (*(stage.value for stage in Stage), "of a later release")
        for phase in (None, *ProviderPhase)
        for ended_on in days
    ]
    for row in rows:
        await upsert(conn, row)
    visibility = OfProvider(provider_id, ended_since=ended_since(today, 60))

    shown = set(await listed(engine, visibility, Filters(), limit=200))

    assert shown == {row.placement_id for row in rows if sees(visibility, row)}
    assert 0 < len(shown) < len(rows)
    assert not any(sees(OfProvider(uuid7(), ended_since=date.min), row) for row in rows)
    assert {row.phase for row in rows} == set(ProviderPhase)


async def test_a_restricted_placement_is_seen_by_those_it_names(engine: AsyncEngine, conn: asyncpg.Connection) -> None:
    row = a_row(
        provider_id=uuid7(),
        la_code="831",
        provider_phase="asked",
        readers=("head", "0190a1b2-0000-7000-8000-000000000003"),
    )
    await upsert(conn, row)
    assert row.provider_id is not None
    assert await find(conn, row.placement_id) == row
    named, unnamed = frozenset({"head", "x"}), frozenset({"case_worker"})

    for visibility, visible in [
        (Everything(), True),
        (OfSchool("900001", reads_as=named), True),
        (OfSchool("900001", reads_as=frozenset({"0190a1b2-0000-7000-8000-000000000003"})), True),
        (OfSchool("900001", reads_as=unnamed), False),
        (OfSchool("900001"), False),
        (OfSchool("900002", reads_as=named), False),
        (OfAuthority("831", reads_as=unnamed), False),
        (OfProvider(row.provider_id, reads_as=named), True),
        (OfPupil(row.pupil_id, reads_as=unnamed), False),
        (Nobody(), False),
    ]:
        assert await listed(engine, visibility, Filters()) == ([row.placement_id] if visible else [])
        assert sees(visibility, row) is visible


async def test_what_has_no_provider_or_authority_yet_is_not_theirs(
    engine: AsyncEngine, conn: asyncpg.Connection
) -> None:
    await upsert(conn, a_row())

    assert await listed(engine, OfProvider(uuid7()), Filters()) == []
    assert await listed(engine, OfAuthority("831"), Filters()) == []


async def test_each_filter_narrows_the_list(engine: AsyncEngine, conn: asyncpg.Connection) -> None:
    row = a_row(
        stage="Active",
        assigned_to=uuid7(),
        home_school_urn="900002",
        provider_id=uuid7(),
        next_deadline_on=date(2026, 9, 10),
    )
    for each in (row, a_row()):
        await upsert(conn, each)

    for filters in [
        Filters(stage="Active"),
        Filters(assigned_to=row.assigned_to),
        Filters(school_urn="900002"),
        Filters(provider_id=row.provider_id),
        Filters(due_before=date(2026, 9, 11)),
    ]:
        assert await listed(engine, Everything(), filters) == [row.placement_id]
    assert await listed(engine, Everything(), Filters(due_before=date(2026, 9, 10))) == []
    assert await listed(engine, Everything(), Filters(stage="'; DROP TABLE placement; --")) == []


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
async def test_pages_of_any_size_join_to_the_whole_nearest_deadline_first(
    engine: AsyncEngine, conn: asyncpg.Connection, limit: int
) -> None:
    days = [date(2026, 9, 10), None, date(2026, 9, 8), date(2026, 9, 10), None, date(2026, 9, 10), None]
    rows = [a_row(next_deadline_on=day) for day in days]
    for row in rows:
        await upsert(conn, row)
    expected = sorted(rows, key=lambda row: (row.next_deadline_on or date.max, row.placement_id))

    assert await listed(engine, Everything(), Filters(), limit=limit) == [row.placement_id for row in expected]


@pytest.mark.parametrize("limit", [1, 2, 50])
async def test_the_list_may_go_by_latest_change(engine: AsyncEngine, conn: asyncpg.Connection, limit: int) -> None:
    rows = [a_row(updated_at=NOW + timedelta(microseconds=moment)) for moment in (3, 1, 2, 2)]
    for row in rows:
        await upsert(conn, row)
    expected = sorted(rows, key=lambda row: (row.updated_at, row.placement_id), reverse=True)

    found = await listed(engine, Everything(), Filters(), sort="updated", limit=limit)

    assert found == [row.placement_id for row in expected]


async def test_the_placements_of_a_day_are_those_that_ran_on_it_page_by_page(
    engine: AsyncEngine, conn: asyncpg.Connection
) -> None:
    day = date(2026, 12, 8)
    spans = [(day, None), (day - timedelta(days=9), day), (day + timedelta(days=1), None), (None, None)]
    spans.append((day - timedelta(days=9), day - timedelta(days=1)))
    rows = [a_row(started_on=started, ended_on=ended) for started, ended in spans]
    elsewhere = a_row(started_on=day, home_school_urn="900002")
    for row in (*rows, elsewhere):
        await upsert(conn, row)

    async with engine.connect() as opened:
        mine = await of_day(opened, OfSchool("900001"), day)
        first = await of_day(opened, Everything(), day, limit=1)
        others = await of_day(opened, Everything(), day, after=first[0])
        narrowed = await of_day(opened, Everything(), day, school_urn="900002")

    assert mine == sorted(row.placement_id for row in rows[:2])
    assert [*first, *others] == sorted([*mine, elsewhere.placement_id])
    assert narrowed == [elsewhere.placement_id]
