"""Reading one stream, and pages of the feed."""

from datetime import timedelta
from typing import Any, Literal

import asyncpg
import pytest

from infra.event_store.read import UnsafeReader, horizon, read_all, read_stream
from infra.event_store.types import NO_STREAM
from tests.conftest import Database
from tests.infra.event_store.conftest import AT, Connect, new_event, new_stream, put

Conn = asyncpg.Connection


async def test_a_missing_stream_has_no_events(app: Conn) -> None:
    assert await read_stream(app, new_stream()) == []


@pytest.mark.parametrize(
    ("options", "versions"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"backwards": True}, [5, 4, 3, 2, 1]),
        ({"after_version": 2}, [3, 4, 5]),
        ({"after_version": 1, "up_to_version": 3}, [2, 3]),
        ({"limit": 2}, [1, 2]),
        ({"backwards": True, "limit": 1}, [5]),
        ({"after_version": 5}, []),
    ],
)
async def test_a_stream_is_read_in_part_and_either_way(app: Conn, options: dict[str, Any], versions: list[int]) -> None:
    stream = new_stream()
    await put(app, stream, NO_STREAM, *(new_event() for _ in range(5)))

    assert [event.version for event in await read_stream(app, stream, **options)] == versions


async def test_what_is_read_is_what_was_written(app: Conn) -> None:
    stream, event = new_stream(), new_event('{"name":"Zoë"}', personal=b"\0\xff")
    at = AT + timedelta(microseconds=1)
    await put(app, stream, NO_STREAM, event, at=at)

    (read,) = await read_stream(app, stream)

    assert (read.event_id, read.type, read.data, read.personal, read.meta, read.recorded_at) == (
        event.event_id,
        event.type,
        event.data,
        event.personal,
        event.meta,
        at,
    )


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
async def test_pages_of_any_size_join_to_the_whole(database: Database, connect: Connect, limit: int) -> None:
    conn = await connect(database.app_url)
    written = [
        position
        for number in range(4)
        for position in (await put(conn, new_stream(), NO_STREAM, *(new_event() for _ in range(number)))).positions
    ]

    read, after, more = [], 0, True
    while more:
        page = await read_all(conn, after=after, limit=limit)
        read += [event.position for event in page.events]
        after, more = page.next, page.more

    assert read == written
    assert after == written[-1]


async def test_the_limit_applies_after_the_filter(database: Database, connect: Connect) -> None:
    conn = await connect(database.app_url)
    for _ in range(4):
        await put(conn, new_stream(), NO_STREAM, new_event(kind="Rare"), new_event(), new_event())

    first = await read_all(conn, after=0, limit=3, types=["Rare"])
    second = await read_all(conn, after=first.next, limit=3, types=["Rare"])

    assert [event.position for event in first.events] == [1, 4, 7]
    assert (first.next, first.more) == (7, True)
    assert [event.position for event in second.events] == [10]
    assert (second.next, second.more) == (12, False)


async def test_streams_are_filtered_by_their_prefix(database: Database, connect: Connect) -> None:
    conn = await connect(database.app_url)
    await put(conn, "school-900001", NO_STREAM, new_event())
    await put(conn, "placement-1", NO_STREAM, new_event())

    page = await read_all(conn, after=0, limit=9, stream_prefix="school-")

    assert [event.stream_id for event in page.events] == ["school-900001"]
    assert page.next == 2


async def test_a_long_run_without_a_match_is_passed_in_short_reads(database: Database, connect: Connect) -> None:
    conn = await connect(database.app_url)
    await put(conn, new_stream(), NO_STREAM, *(new_event() for _ in range(25)))

    seen, after, more = [], 0, True
    while more:
        page = await read_all(conn, after=after, limit=5, types=["Never"], max_scanned=10)
        assert page.events == []
        after, more = page.next, page.more
        seen.append(after)

    assert seen == [10, 20, 25]


@pytest.mark.parametrize("types", [None, ["Agreed"]])
async def test_a_page_costs_its_own_events_before_the_table_was_ever_analysed(
    database: Database, connect: Connect, types: list[str] | None
) -> None:
    """As after a restore from a dump: PostgreSQL knows nothing yet of how many events there are, or where."""
    owner, conn = await connect(database.owner_url), await connect(database.app_url)
    # Or the server's own housekeeping may come in between.
    await owner.execute("ALTER TABLE event_store.event SET (autovacuum_enabled = false)")
    for _ in range(4):
        await put(conn, new_stream(), NO_STREAM, *(new_event() for _ in range(500)))
    assert await conn.fetchval("SELECT reltuples FROM pg_class WHERE oid = 'event_store.event'::regclass") == -1

    async with conn.transaction():
        page = await read_all(conn, after=100, limit=10, types=types, max_scanned=20)
        fetched = await conn.fetchval(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'event'"
        )

    assert [event.position for event in page.events] == list(range(101, 111))
    assert fetched < 100, "and not all that come after it"


async def test_an_empty_store_has_an_empty_page(database: Database, connect: Connect) -> None:
    conn = await connect(database.app_url)

    for types in (None, ["Agreed"]):
        page = await read_all(conn, after=0, limit=5, types=types)
        assert (page.events, page.next, page.more) == ([], 0, False)
    assert not (await horizon(conn)).behind


@pytest.mark.parametrize("isolation", ["repeatable_read", "serializable"])
async def test_an_older_snapshot_cannot_read_the_feed(
    app: Conn, isolation: Literal["repeatable_read", "serializable"]
) -> None:
    async with app.transaction(isolation=isolation):
        with pytest.raises(UnsafeReader):
            await read_all(app, after=0, limit=1)


async def test_a_page_needs_a_limit(app: Conn) -> None:
    with pytest.raises(ValueError, match="start at 1"):
        await read_all(app, after=0, limit=0)
