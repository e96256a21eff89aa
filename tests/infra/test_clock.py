from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from infra.clock import (
    ClockCannotMove,
    DemonstrationClock,
    SystemClock,
    advance,
    begin,
    clock_for,
    mark_demonstration,
    runs_since,
)
from infra.commands import record
from infra.postgres.migrations import upgrade
from infra.settings import Settings
from tests.conftest import Database
from tests.infra.test_commands import a_command


def since(moment: datetime) -> timedelta:
    return abs(datetime.now(UTC) - moment)


async def test_the_system_clock_is_used_unless_settings_say_otherwise(
    settings: Settings, conn: asyncpg.Connection
) -> None:
    clock = clock_for(settings)

    assert isinstance(clock, SystemClock)
    assert since(await clock.now(conn)) < timedelta(minutes=1)
    assert isinstance(clock_for(settings.model_copy(update={"demonstration_clock": True})), DemonstrationClock)


async def test_the_demonstration_clock_moves_on_and_keeps_going(conn: asyncpg.Connection) -> None:
    clock = DemonstrationClock()
    assert since(await clock.now(conn)) < timedelta(minutes=1)
    later = datetime.now(UTC) + timedelta(days=400)

    assert await advance(clock, conn, later) >= later

    assert later <= await clock.now(conn) < later + timedelta(minutes=1)
    assert later <= await DemonstrationClock().now(conn) <= await clock.now(conn)


@pytest.mark.parametrize("days", [10, -10])
async def test_a_moved_clock_says_what_it_read_then_and_another_says_nothing(
    conn: asyncpg.Connection, days: int
) -> None:
    assert await runs_since(DemonstrationClock(), conn) is None
    assert await runs_since(SystemClock(), conn) is None

    to = datetime.now(UTC) + timedelta(days=days)
    assert await begin(DemonstrationClock(), conn, to)

    found = await runs_since(DemonstrationClock(), conn)
    assert found is not None
    assert abs(found - to) < timedelta(minutes=1)
    assert await runs_since(SystemClock(), conn) is None


async def test_time_moves_forward_only(conn: asyncpg.Connection) -> None:
    clock = DemonstrationClock()
    now = await advance(clock, conn, datetime.now(UTC) + timedelta(days=10))

    with pytest.raises(ClockCannotMove, match="passed"):
        await advance(clock, conn, now - timedelta(days=1))

    assert await clock.now(conn) >= now


async def test_the_system_clock_cannot_be_moved(conn: asyncpg.Connection) -> None:
    with pytest.raises(ClockCannotMove, match="demonstration"):
        await advance(SystemClock(), conn, datetime.now(UTC) + timedelta(days=1))


async def test_the_demonstration_may_choose_its_first_day_until_anything_happens(
    conn: asyncpg.Connection,
) -> None:
    clock, first_day = DemonstrationClock(), datetime(2026, 9, 1, 8, 0, tzinfo=UTC)

    assert await begin(clock, conn, first_day)
    assert first_day <= await clock.now(conn) < first_day + timedelta(minutes=1)

    await record(conn, a_command())
    assert not await begin(clock, conn, first_day - timedelta(days=1))
    assert await clock.now(conn) >= first_day
    with pytest.raises(ClockCannotMove):
        await begin(SystemClock(), conn, first_day)


@pytest.mark.parametrize("clock", [SystemClock(), DemonstrationClock()])
async def test_a_query_may_bring_the_offset_along(
    conn: asyncpg.Connection, clock: SystemClock | DemonstrationClock
) -> None:
    if isinstance(clock, DemonstrationClock):
        await advance(clock, conn, datetime.now(UTC) + timedelta(days=30))

    offset = await conn.fetchval(f"SELECT {clock.offset_sql}")

    assert abs(clock.reading(offset) - await clock.now(conn)) < timedelta(minutes=1)


async def test_without_the_mark_the_setting_moves_no_time(conn: asyncpg.Connection, database: Database) -> None:
    clock = DemonstrationClock()
    await advance(clock, conn, datetime.now(UTC) + timedelta(days=30))
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute("UPDATE demonstration_clock SET allowed = false")

    offset = await conn.fetchval(f"SELECT {clock.offset_sql}")

    assert abs(await clock.now(conn) - datetime.now(UTC)) < timedelta(minutes=1)
    assert offset == timedelta(0)
    for move in (advance, begin):
        with pytest.raises(ClockCannotMove, match="demonstration"):
            await move(clock, conn, datetime.now(UTC) + timedelta(days=60))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await conn.execute("UPDATE demonstration_clock SET allowed = true")
    await owner.close()

    await mark_demonstration(database.owner_url)

    assert await clock.now(conn) > datetime.now(UTC) + timedelta(days=29)


async def test_a_new_database_is_no_demonstration(empty_database: Database) -> None:
    await upgrade(empty_database.owner_url)
    owner = await asyncpg.connect(empty_database.owner_url)

    found = await owner.fetchrow("SELECT allowed, ahead FROM demonstration_clock, event_store.clock_allowance")

    assert tuple(found) == (False, timedelta(minutes=1))
    await owner.close()
