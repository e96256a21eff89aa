"""What an archived stream answers, whatever is expected of it, and that an event is never lost on the way."""

import asyncio
from collections.abc import Sequence

import asyncpg
import pytest

from events.codec import PLACEMENT
from infra.event_store.append import append
from infra.event_store.limits import AppendRefused, EventIdReused, StreamArchived
from infra.event_store.lookup import archived, refuse_archived, stream_ids
from infra.event_store.types import ANY, NO_STREAM, STREAM_EXISTS, Exactly, Expected, NewEvent, StreamAppend
from infra.streams.records import load
from tests.infra.event_store.conftest import AT, Connect, count, new_event, new_stream, put

Conn = asyncpg.Connection
FILE = bytes(range(32))
STUBS = """
INSERT INTO event_store.event_archived (position, stream_id, version, event_id, recorded_at, hash)
SELECT position, stream_id, version, event_id, recorded_at, {hash} FROM event_store.event WHERE stream_id = $1
"""
MARKED = "UPDATE event_store.stream SET archive = $2 WHERE stream_id = $1"
NAMED = """
INSERT INTO event_store.archive (sha256, name, events, detached_at) VALUES ($1, 'old.jsonl', 1000, now())
ON CONFLICT DO NOTHING
"""


async def taken_off(owner: Conn, stream: str) -> None:
    await owner.fetchval("SELECT event_store.detach($1, 'old.jsonl', 1000, ARRAY[$2])", FILE, stream)


@pytest.fixture
def events() -> Sequence[NewEvent]:
    return [new_event(), new_event()]


@pytest.fixture
async def gone(app: Conn, owner: Conn, events: Sequence[NewEvent]) -> str:
    """A stream of two events that was taken off."""
    stream = new_stream()
    await put(app, stream, NO_STREAM, *events)
    await taken_off(owner, stream)
    return stream


@pytest.mark.parametrize("expected", [ANY, NO_STREAM, STREAM_EXISTS, Exactly(1), Exactly(2), Exactly(3)])
@pytest.mark.parametrize("several", [1, 2])
async def test_an_archived_stream_takes_no_more_events(app: Conn, gone: str, expected: Expected, several: int) -> None:
    with pytest.raises(StreamArchived) as refused:
        await put(app, gone, expected, *(new_event() for _ in range(several)))

    assert (refused.value.stream_id, refused.value.sha256) == (gone, FILE)


@pytest.mark.parametrize("expected", [ANY, NO_STREAM, Exactly(2)])
async def test_a_late_repeat_of_what_was_archived_is_told_so(
    app: Conn, gone: str, events: Sequence[NewEvent], expected: Expected
) -> None:
    with pytest.raises(StreamArchived):
        await put(app, gone, expected, *events)


@pytest.mark.parametrize("expected", [NO_STREAM, ANY, Exactly(1)])
async def test_the_id_of_an_archived_event_is_not_given_again(
    app: Conn, gone: str, events: Sequence[NewEvent], expected: Expected
) -> None:
    assert await count(app, gone) == 0
    other = new_stream()
    if expected == Exactly(1):
        await put(app, other, NO_STREAM, new_event())
    before = await count(app, other)

    with pytest.raises(EventIdReused) as refused:
        await put(app, other, expected, events[1])

    assert (refused.value.event_id, refused.value.why) == (events[1].event_id, "is that of an archived event")
    assert await count(app, other) == before


async def test_a_call_for_several_streams_stores_nothing_when_one_is_archived(app: Conn, gone: str) -> None:
    other = new_stream()

    with pytest.raises(AppendRefused):
        await append(
            app,
            StreamAppend(stream_id=other, expected=NO_STREAM, events=(new_event(),)),
            StreamAppend(stream_id=gone, expected=ANY, events=(new_event(),)),
            recorded_at=AT,
        )

    assert await count(app, other) == 0


async def test_reading_an_archived_stream_says_so_and_a_missing_one_is_empty(app: Conn, gone: str) -> None:
    """A reader of an archived stream is told so, and one of a missing stream finds nothing."""
    missing = new_stream()

    with pytest.raises(StreamArchived):
        await load(app, gone, PLACEMENT)
    assert await load(app, missing, PLACEMENT) == []
    await refuse_archived(app, missing)
    assert await archived(app, [gone, missing]) == {gone}
    assert await stream_ids(app, prefix=gone, after="", limit=1) == []


@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize(
    "stubs",
    [
        STUBS.format(hash="hash"),
        STUBS.format(hash="sha256('x')"),
        STUBS.format(hash="hash") + " AND version = 1",
        STUBS.format(hash="hash") + " /*\nPL/pgSQL function event_store.detach_(*/",
    ],
)
async def test_the_owner_too_puts_in_stubs_by_detach_alone(
    app: Conn, owner: Conn, stubs: str, marked: bool, named: bool
) -> None:
    stream = new_stream()
    await put(app, stream, NO_STREAM, new_event(), new_event())
    transaction = owner.transaction()
    await transaction.start()
    if named:
        await owner.execute(NAMED, FILE)
    if marked:
        await owner.execute(MARKED, stream, FILE)

    with pytest.raises(asyncpg.PostgresError) as refused:
        await owner.execute(stubs, stream)

    await transaction.rollback()
    assert refused.value.sqlstate == "ES006"


@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize("stubs", [None, STUBS.format(hash="hash"), STUBS.format(hash="hash") + " AND version = 1"])
async def test_no_event_is_deleted_that_is_not_archived_and_kept_by_its_hash(
    app: Conn, connect: Connect, superuser_url: str, *, marked: bool, stubs: str | None
) -> None:
    """Whatever stubs got in while the guard of the stubs was away."""
    stream = new_stream()
    await put(app, stream, NO_STREAM, new_event(), new_event())
    superuser = await connect(superuser_url)
    transaction = superuser.transaction()
    await transaction.start()
    await superuser.execute("ALTER TABLE event_store.event_archived DISABLE TRIGGER event_archived_detached")
    if stubs is not None:
        await superuser.execute(stubs, stream)
    if marked:
        await superuser.execute(MARKED, stream, FILE)
    delete = superuser.execute("DELETE FROM event_store.event WHERE stream_id = $1", stream)

    if marked and stubs == STUBS.format(hash="hash"):
        assert await delete == "DELETE 2"
    else:
        with pytest.raises(asyncpg.PostgresError) as refused:
            await delete
        assert refused.value.sqlstate == "ES006"

    await transaction.rollback()


async def test_no_more_is_taken_off_into_a_file_than_it_has(app: Conn, owner: Conn) -> None:
    stream = new_stream()
    await put(app, stream, NO_STREAM, new_event(), new_event())

    for sha256, events in ((b"\1" * 32, 1), (b"short", 2)):
        with pytest.raises(asyncpg.PostgresError) as refused:
            await owner.fetchval("SELECT event_store.detach($1, 'small.jsonl', $2, ARRAY[$3])", sha256, events, stream)
        assert refused.value.sqlstate == "ES006"

    assert await count(app, stream) == 2


async def test_the_services_role_takes_no_stream_off(app: Conn) -> None:
    stream = new_stream()
    await put(app, stream, NO_STREAM, new_event())

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await taken_off(app, stream)


async def test_a_writer_that_waited_for_the_archive_is_refused(app: Conn, owner: Conn) -> None:
    """Its statement began before the stream was taken off, and finds the head where it expects it."""
    stream = new_stream()
    await put(app, stream, NO_STREAM, new_event())
    transaction = owner.transaction()
    await transaction.start()
    await taken_off(owner, stream)
    pid = app.get_server_pid()
    waiting = asyncio.create_task(put(app, stream, Exactly(1), new_event()))
    while not await owner.fetchval("SELECT pg_sleep(0.01) IS NOT NULL AND pg_blocking_pids($1) <> '{}'", pid):
        assert not waiting.done()

    await transaction.commit()

    with pytest.raises(StreamArchived):
        await waiting
    assert await count(app, stream) == 0
