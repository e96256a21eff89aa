"""Readers of the feed lose nothing and see nothing twice, each interleaving by itself; test_storm.py has them all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from infra.event_store.read import FENCE_NAMESPACE, horizon, read_all
from infra.event_store.types import ANY, NO_STREAM
from infra.event_store.writers import open_writers
from infra.ids import uuid7
from tests.conftest import Database, Postgres
from tests.infra.event_store.conftest import Connect, new_event, new_stream, put

Conn = asyncpg.Connection


@pytest.fixture
async def reader(database: Database, connect: Connect) -> Conn:
    return await connect(database.app_url)


@pytest.fixture
async def writers(database: Database, connect: Connect) -> list[Conn]:
    return [await connect(database.app_url) for _ in range(3)]


@asynccontextmanager
async def open_append(conn: Conn, stream: str | None = None) -> AsyncIterator[asyncpg.transaction.Transaction]:
    """An append whose transaction stays open until the caller ends it, or rolls back."""
    transaction = conn.transaction()
    await transaction.start()
    await put(conn, stream or new_stream(), ANY, new_event())
    try:
        yield transaction
    finally:
        if conn.is_in_transaction():
            await transaction.rollback()


async def positions(reader: Conn, after: int = 0) -> tuple[list[int], int]:
    page = await read_all(reader, after=after, limit=100)
    return [event.position for event in page.events], page.next


async def test_an_open_append_fences_at_the_last_value_before_it(reader: Conn, writers: list[Conn]) -> None:
    await put(writers[0], new_stream(), NO_STREAM, new_event(), new_event(), new_event())

    async with open_append(writers[0]):
        during = await horizon(reader)

    assert (during.high, during.limit, during.behind) == (4, 3, True)


async def test_the_first_append_of_all_fences_at_nought(reader: Conn, writers: list[Conn]) -> None:
    async with open_append(writers[0]):
        during = await horizon(reader)

    assert (during.high, during.limit) == (1, 0)


async def test_a_lower_position_still_open_holds_back_a_higher_one(reader: Conn, writers: list[Conn]) -> None:
    await put(writers[0], new_stream(), NO_STREAM, new_event())
    async with open_append(writers[0]) as lower:
        await put(writers[1], new_stream(), NO_STREAM, new_event())

        assert await positions(reader) == ([1], 1)

        await lower.commit()

    assert await positions(reader, 1) == ([2, 3], 3)


async def test_reading_by_position_alone_loses_the_lower_one(reader: Conn, writers: list[Conn]) -> None:
    """Why there is a fence: the same interleaving, read the naive way."""
    naive = "SELECT position FROM event_store.event WHERE position > $1 ORDER BY position"
    async with open_append(writers[0]) as lower:
        await put(writers[1], new_stream(), NO_STREAM, new_event())
        first = [row[0] for row in await reader.fetch(naive, 0)]
        await lower.commit()
    second = [row[0] for row in await reader.fetch(naive, first[-1])]

    assert (first, second) == ([2], [])


async def test_a_higher_position_still_open_does_not_hold_back_a_lower_one(reader: Conn, writers: list[Conn]) -> None:
    async with open_append(writers[0]) as lower, open_append(writers[1]):
        await lower.commit()

        assert await positions(reader) == ([1], 1)


async def test_rolled_back_positions_are_passed_at_once(reader: Conn, writers: list[Conn]) -> None:
    for _ in range(3):
        async with open_append(writers[0]):
            pass
    await put(writers[1], new_stream(), NO_STREAM, new_event())

    assert await positions(reader) == ([4], 4)


async def test_the_cursor_never_moves_to_a_position_without_an_event(reader: Conn, writers: list[Conn]) -> None:
    """After a crash such a position is drawn again, and its event would be passed."""
    await put(writers[0], new_stream(), NO_STREAM, new_event())
    for _ in range(3):
        async with open_append(writers[0]):
            pass

    assert (await horizon(reader)).limit == 4
    assert await positions(reader) == ([1], 1)
    assert (await read_all(reader, after=0, limit=9, types=["Never"])).next == 1


async def test_positions_that_are_issued_again_after_a_crash_are_read(
    database: Database, reader: Conn, writers: list[Conn], connect: Connect
) -> None:
    """A crash, or a failover to a copy, takes the sequence back to the last position that was stored."""
    await put(writers[0], new_stream(), NO_STREAM, new_event())
    for _ in range(3):
        async with open_append(writers[0]):
            pass
    cursors = [(await positions(reader))[1], (await read_all(reader, after=0, limit=9, types=["Never"])).next]
    owner = await connect(database.owner_url)
    await owner.execute("SELECT setval('event_store.event_position_seq', 1)")

    await put(writers[0], new_stream(), NO_STREAM, new_event())

    assert [await positions(reader, cursor) for cursor in cursors] == [([2], 2), ([2], 2)]


async def test_a_writer_whose_connection_is_killed_holds_nobody_back(reader: Conn, writers: list[Conn]) -> None:
    await writers[0].execute("BEGIN")
    await put(writers[0], new_stream(), NO_STREAM, new_event())
    await put(writers[1], new_stream(), NO_STREAM, new_event())
    assert await positions(reader) == ([], 0)

    assert await reader.fetchval("SELECT pg_terminate_backend($1, 60000)", writers[0].get_server_pid())

    assert await positions(reader) == ([2], 2)


async def test_a_writer_that_starts_between_the_two_questions_is_above_the_first(
    reader: Conn, writers: list[Conn]
) -> None:
    """H, then a writer comes and commits nothing yet, then M: the limit stays H."""
    await put(writers[0], new_stream(), NO_STREAM, new_event())
    high = (await horizon(reader)).high
    async with open_append(writers[0]):
        during = await horizon(reader)

    assert min(high, during.limit) == high


async def test_fence_before_last_value_would_lose(reader: Conn, writers: list[Conn]) -> None:
    """M read before H: a writer that comes between them is below H and unseen in M."""
    # Of this database: the server's list has the locks of all, and others are at work beside it.
    fences = """
    SELECT count(*) FROM pg_locks
    WHERE locktype = 'advisory' AND classid::bigint >> 16 = $1
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    """
    assert await reader.fetchval(fences, FENCE_NAMESPACE) == 0
    async with open_append(writers[0]):
        high = await reader.fetchval("SELECT last_value FROM event_store.event_position_seq")

        assert high == 1
        assert await reader.fetchval("SELECT count(*) FROM event_store.event") == 0


async def test_a_second_append_in_a_transaction_keeps_its_first_fence(reader: Conn, writers: list[Conn]) -> None:
    await put(writers[1], new_stream(), NO_STREAM, new_event())
    async with open_append(writers[0]) as transaction:
        await put(writers[1], new_stream(), NO_STREAM, new_event())
        await put(writers[0], new_stream(), NO_STREAM, new_event())

        assert (await horizon(reader)).limit == 1

        await transaction.commit()
    assert await positions(reader) == ([1, 2, 3, 4], 4)


@pytest.fixture
async def prepared(reader: Conn, writers: list[Conn]) -> AsyncIterator[str]:
    """An append that was prepared and belongs to no connection any more; position 1 is its event's."""
    if await reader.fetchval("SELECT current_setting('max_prepared_transactions')") == "0":
        pytest.skip("the server that was named for the tests keeps no prepared transactions")
    name = f"fenced-{uuid7()}"
    async with open_append(writers[0]):
        await writers[0].execute(f"PREPARE TRANSACTION '{name}'")
    await writers[0].close()
    yield name
    # A database with a prepared transaction cannot be dropped.
    if await writers[1].fetchval("SELECT true FROM pg_prepared_xacts WHERE gid = $1", name):
        await writers[1].execute(f"ROLLBACK PREPARED '{name}'")


async def test_a_prepared_transaction_still_fences(reader: Conn, writers: list[Conn], prepared: str) -> None:
    await put(writers[1], new_stream(), NO_STREAM, new_event())
    assert await positions(reader) == ([], 0)
    assert (await horizon(reader)).behind

    await writers[1].execute(f"COMMIT PREPARED '{prepared}'")

    assert await positions(reader) == ([1, 2], 2)


async def test_a_prepared_transaction_that_is_rolled_back_is_passed(
    reader: Conn, writers: list[Conn], prepared: str
) -> None:
    await put(writers[1], new_stream(), NO_STREAM, new_event())

    await writers[1].execute(f"ROLLBACK PREPARED '{prepared}'")

    assert await positions(reader) == ([2], 2)


async def test_a_prepared_transaction_is_among_the_open_writers_by_its_name(reader: Conn, prepared: str) -> None:
    since = await reader.fetchval("SELECT prepared FROM pg_prepared_xacts WHERE gid = $1", prepared)

    (writer,) = await open_writers(reader)

    assert (writer.prepared, writer.pid, writer.since, writer.position) == (prepared, None, since, 0)
    assert writer.seconds is not None


async def test_another_databases_writer_and_other_transactions_delay_nobody(
    database: Database, postgres_server: Postgres, reader: Conn, writers: list[Conn], connect: Connect
) -> None:
    """An open write elsewhere has an older transaction id, which a pg_snapshot_xmin horizon would wait for."""
    owner, elsewhere = await connect(database.owner_url), await connect(postgres_server.admin_dsn)
    await owner.execute("CREATE TABLE other (n int)")
    async with owner.transaction(), elsewhere.transaction():
        await owner.execute("INSERT INTO other VALUES (1)")
        await elsewhere.execute("CREATE TEMPORARY TABLE elsewhere (n int)")
        await elsewhere.execute("SELECT pg_advisory_xact_lock_shared($1)", FENCE_NAMESPACE << 48)
        await put(writers[0], new_stream(), NO_STREAM, new_event())

        assert await positions(reader) == ([1], 1)


async def test_an_idle_writer_is_ended_by_its_timeout_and_nothing_is_lost(reader: Conn, writers: list[Conn]) -> None:
    await writers[0].execute("BEGIN")
    await put(writers[0], new_stream(), NO_STREAM, new_event())
    await put(writers[1], new_stream(), NO_STREAM, new_event())
    assert await positions(reader) == ([], 0)

    # Only now, or it would be ended on a slow machine before it has appended.
    await writers[0].execute("SET LOCAL idle_in_transaction_session_timeout = 100")
    while (await horizon(reader)).behind:  # noqa: ASYNC110 - the server tells nobody
        await asyncio.sleep(0.01)

    assert await positions(reader) == ([2], 2)
