"""What each expectation gives: appended, answered again, or refused with nothing written."""

import asyncio
from datetime import datetime, timedelta

import asyncpg
import pytest

from infra.event_store.append import PartialRepeat, UnsafeTransaction, VersionConflict, append
from infra.event_store.limits import (
    MAX_BATCH_BYTES,
    MAX_BATCH_EVENTS,
    MAX_EVENT_BYTES,
    AppendRefused,
    BatchTooLarge,
    EventIdReused,
    EventTooLarge,
    TextNotStorable,
)
from infra.event_store.read import read_stream
from infra.event_store.types import ANY, NO_STREAM, STREAM_EXISTS, Exactly, Expected, NewEvent, StreamAppend
from tests.conftest import Database
from tests.infra.event_store.conftest import AT, Connect, count, new_event, new_stream, put

Conn = asyncpg.Connection


def changed(event: NewEvent, **parts: str | int | bytes | None) -> NewEvent:
    kept = {name: getattr(event, name) for name in NewEvent.__dataclass_fields__}
    return NewEvent(**{**kept, **parts})


async def test_no_stream_begins_a_stream_at_version_one(app: Conn) -> None:
    stream = new_stream()

    appended = await put(app, stream, NO_STREAM, new_event(), new_event(), new_event())

    assert appended.version == 3
    assert list(appended.positions) == sorted(appended.positions)
    assert not appended.repeated
    assert [event.version for event in await read_stream(app, stream)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("held", "expected"),
    [(0, ANY), (2, ANY), (2, STREAM_EXISTS), (2, Exactly(2)), (0, Exactly(0)), (0, NO_STREAM)],
)
async def test_a_met_expectation_appends_after_the_last_version(app: Conn, held: int, expected: Expected) -> None:
    stream = new_stream()
    await put(app, stream, ANY, *(new_event() for _ in range(held)))

    assert (await put(app, stream, expected, new_event())).version == held + 1


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (0, STREAM_EXISTS),
        (0, Exactly(1)),
        (2, NO_STREAM),
        (2, Exactly(0)),
        (2, Exactly(1)),
        (2, Exactly(3)),
    ],
)
async def test_a_missed_expectation_is_a_conflict_that_names_both_versions(
    app: Conn, held: int, expected: Expected
) -> None:
    stream = new_stream()
    await put(app, stream, ANY, *(new_event() for _ in range(held)))

    with pytest.raises(VersionConflict) as refused:
        await put(app, stream, expected, new_event())

    assert (refused.value.stream_id, refused.value.actual) == (stream, held)
    assert refused.value.expected in (expected, NO_STREAM)
    assert await count(app, stream) == held


@pytest.mark.parametrize("expected", [ANY, NO_STREAM, STREAM_EXISTS, Exactly(7)])
async def test_no_events_store_nothing_and_make_no_stream(app: Conn, expected: Expected) -> None:
    stream = new_stream()

    appended = await put(app, stream, expected)

    assert appended.positions == ()
    assert not await app.fetchval("SELECT count(*) FROM event_store.stream WHERE stream_id = $1", stream)


@pytest.mark.parametrize("expected", [ANY, STREAM_EXISTS, NO_STREAM, Exactly(0)])
async def test_a_repeat_gets_the_first_answer_and_stores_nothing(app: Conn, expected: Expected) -> None:
    """Also after others have written, with another time and another `meta`."""
    stream, events = new_stream(), (new_event(), new_event(personal=b"p"))
    first = await put(app, stream, NO_STREAM, *events)
    await put(app, stream, ANY, new_event())

    again = await put(
        app, stream, expected, *(changed(event, meta='{"n":1}') for event in events), at=AT + timedelta(days=1)
    )

    assert again.repeated
    assert (again.version, again.positions, again.recorded_at) == (2, first.positions, first.recorded_at)
    assert await count(app, stream) == 3


@pytest.mark.parametrize("others", [0, 2])
async def test_a_repeat_of_one_event_onto_a_begun_stream_gets_the_first_answer(app: Conn, others: int) -> None:
    """The usual call, which has a shorter way through the database; at the end of the stream, and further back."""
    stream, event = new_stream(), new_event()
    await put(app, stream, NO_STREAM, new_event())
    first = await put(app, stream, Exactly(1), event)
    await put(app, stream, ANY, *(new_event() for _ in range(others)))

    again = await put(app, stream, Exactly(1), changed(event, meta='{"n":1}'), at=AT + timedelta(days=1))

    assert (first.repeated, again.repeated) == (False, True)
    assert (again.version, again.positions, again.recorded_at) == (2, first.positions, first.recorded_at)
    assert await count(app, stream) == 2 + others


async def test_one_event_onto_a_begun_stream_with_other_content_is_refused(app: Conn) -> None:
    stream, event = new_stream(), new_event()
    await put(app, stream, NO_STREAM, new_event())
    await put(app, stream, Exactly(1), event)

    with pytest.raises(EventIdReused):
        await put(app, stream, Exactly(1), changed(event, data='{"n":1}'))

    assert await count(app, stream) == 2


async def test_parallel_copies_of_one_event_onto_a_begun_stream_get_one_answer(
    store: Database, connect: Connect
) -> None:
    stream, event = new_stream(), new_event()
    conns = [await connect(store.app_url) for _ in range(8)]
    await put(conns[0], stream, NO_STREAM, new_event())

    answers = await asyncio.gather(*(put(conn, stream, Exactly(1), event) for conn in conns))

    assert len({answer.positions for answer in answers}) == 1
    assert sorted(answer.repeated for answer in answers) == [False] + [True] * 7
    assert await count(conns[0], stream) == 2


async def test_a_middle_slice_under_its_own_version_is_a_repeat(app: Conn) -> None:
    stream, events = new_stream(), tuple(new_event() for _ in range(5))
    first = await put(app, stream, NO_STREAM, *events)

    again = await put(app, stream, Exactly(2), *events[2:4])

    assert again.repeated
    assert again.positions == first.positions[2:4]


async def test_a_middle_slice_under_another_version_is_refused(app: Conn) -> None:
    stream, events = new_stream(), tuple(new_event() for _ in range(5))
    await put(app, stream, NO_STREAM, *events)

    with pytest.raises(EventIdReused, match="another version"):
        await put(app, stream, Exactly(1), *events[2:4])


@pytest.mark.parametrize("expected", [ANY, STREAM_EXISTS, NO_STREAM, Exactly(0)])
async def test_part_of_a_repeat_is_refused(app: Conn, expected: Expected) -> None:
    stream, events = new_stream(), (new_event(), new_event())
    await put(app, stream, NO_STREAM, *events)

    with pytest.raises(PartialRepeat):
        await put(app, stream, expected, *events, new_event())

    assert await count(app, stream) == 2


@pytest.mark.parametrize("expected", [ANY, Exactly(2)])
async def test_an_id_of_this_stream_is_refused_with_a_new_event_before_it(app: Conn, expected: Expected) -> None:
    stream, events = new_stream(), (new_event(), new_event())
    await put(app, stream, NO_STREAM, *events)

    with pytest.raises(AppendRefused):
        await put(app, stream, expected, new_event(), events[0])

    assert await count(app, stream) == 2


async def test_an_id_again_at_the_right_new_version_is_refused(app: Conn) -> None:
    stream, event = new_stream(), new_event()
    await put(app, stream, NO_STREAM, event)

    with pytest.raises(EventIdReused) as refused:
        await put(app, stream, Exactly(1), event)

    assert refused.value.event_id == event.event_id
    assert await count(app, stream) == 1


@pytest.mark.parametrize(("held", "expected"), [(0, ANY), (1, ANY), (0, NO_STREAM), (1, Exactly(1))])
async def test_an_id_of_another_stream_is_refused(app: Conn, held: int, expected: Expected) -> None:
    stream, event = new_stream(), new_event()
    await put(app, new_stream(), NO_STREAM, event)
    await put(app, stream, ANY, *(new_event() for _ in range(held)))

    with pytest.raises(EventIdReused):
        await put(app, stream, expected, event)

    assert await count(app, stream) == held


@pytest.mark.parametrize("expected", [ANY, NO_STREAM])
@pytest.mark.parametrize(
    "parts", [{"data": '{"n":1}'}, {"type": "Other"}, {"schema_version": 2}, {"personal": b""}, {"personal": b"x"}]
)
async def test_an_id_with_other_content_is_refused(
    app: Conn, expected: Expected, parts: dict[str, str | int | bytes | None]
) -> None:
    stream, event = new_stream(), new_event()
    await put(app, stream, NO_STREAM, event)

    with pytest.raises(EventIdReused, match="other content"):
        await put(app, stream, expected, changed(event, **parts))


async def test_the_same_id_twice_in_one_call_is_refused(app: Conn) -> None:
    event = new_event()

    with pytest.raises(EventIdReused, match="twice"):
        await put(app, new_stream(), ANY, event, event)


async def test_two_streams_are_stored_together(app: Conn) -> None:
    one, two = new_stream(), new_stream()
    await put(app, two, NO_STREAM, new_event())
    appends = (
        StreamAppend(stream_id=two, expected=Exactly(1), events=(new_event(), new_event())),
        StreamAppend(stream_id=one, expected=NO_STREAM, events=(new_event(),)),
    )

    first = await append(app, *appends, recorded_at=AT)
    again = await append(app, *appends, recorded_at=AT)

    assert [each.version for each in first] == [3, 1]
    assert first[0].positions[-1] < first[1].positions[0]
    assert [each.positions for each in again] == [each.positions for each in first]
    assert all(each.repeated for each in again)


async def test_one_conflict_of_two_streams_stores_nothing_in_either(app: Conn) -> None:
    one, two = new_stream(), new_stream()
    await put(app, two, NO_STREAM, new_event())

    with pytest.raises(VersionConflict) as refused:
        await append(
            app,
            StreamAppend(stream_id=one, expected=NO_STREAM, events=(new_event(),)),
            StreamAppend(stream_id=two, expected=Exactly(5), events=(new_event(),)),
            recorded_at=AT,
        )

    assert refused.value.stream_id == two
    assert (await count(app, one), await count(app, two)) == (0, 1)


async def test_one_repeat_beside_new_events_is_refused(app: Conn) -> None:
    one, event = new_stream(), new_event()
    await put(app, one, NO_STREAM, event)

    with pytest.raises(PartialRepeat):
        await append(
            app,
            StreamAppend(stream_id=new_stream(), expected=NO_STREAM, events=(new_event(),)),
            StreamAppend(stream_id=one, expected=NO_STREAM, events=(event,)),
            recorded_at=AT,
        )


async def test_a_stream_twice_in_one_call_keeps_the_order_of_the_request(app: Conn) -> None:
    one, two = new_stream(), new_stream()
    appends = (
        StreamAppend(stream_id=two, expected=NO_STREAM, events=(new_event('{"n":1}'),)),
        StreamAppend(stream_id=one, expected=ANY, events=(new_event('{"n":2}'),)),
        StreamAppend(stream_id=two, expected=Exactly(1), events=(new_event('{"n":3}'), new_event('{"n":4}'))),
    )

    first = await append(app, *appends, recorded_at=AT)
    again = await append(app, *appends, recorded_at=AT)

    assert [each.version for each in first] == [1, 1, 3]
    positions = [position for each in first for position in each.positions]
    assert positions == sorted(positions)
    assert [event.data for event in await read_stream(app, two)] == ['{"n":1}', '{"n":3}', '{"n":4}']
    assert [(each.version, each.positions) for each in again] == [(each.version, each.positions) for each in first]


async def test_racing_appends_at_any_version_all_get_in(store: Database, connect: Connect) -> None:
    stream = new_stream()
    conns = [await connect(store.app_url) for _ in range(20)]

    answers = await asyncio.gather(*(put(conn, stream, ANY, new_event()) for conn in conns))

    assert sorted(answer.version for answer in answers) == list(range(1, 21))
    assert [event.version for event in await read_stream(conns[0], stream)] == list(range(1, 21))


@pytest.mark.parametrize("expected", [NO_STREAM, Exactly(1)])
async def test_of_racing_appends_at_one_version_one_gets_in(
    store: Database, connect: Connect, expected: Expected
) -> None:
    stream = new_stream()
    conns = [await connect(store.app_url) for _ in range(20)]
    held = 1 if expected == Exactly(1) else 0
    await put(conns[0], stream, ANY, *(new_event() for _ in range(held)))

    answers = await asyncio.gather(
        *(put(conn, stream, expected, new_event()) for conn in conns), return_exceptions=True
    )

    assert sum(isinstance(answer, VersionConflict) for answer in answers) == 19
    assert await count(conns[0], stream) == held + 1


async def test_a_thousand_racing_writes_leave_as_many_events_as_successes(store: Database, connect: Connect) -> None:
    stream = new_stream()
    conns = [await connect(store.app_url) for _ in range(10)]

    async def write(conn: Conn) -> int:
        done = 0
        for number in range(100):
            try:
                await put(conn, stream, Exactly(done + number), new_event())
            except VersionConflict:
                continue
            done += 1
        return done

    successes = sum(await asyncio.gather(*(write(conn) for conn in conns)))

    events = await read_stream(conns[0], stream)
    assert [event.version for event in events] == list(range(1, successes + 1))
    assert [event.position for event in events] == sorted(event.position for event in events)


async def test_parallel_copies_of_one_call_get_one_answer(store: Database, connect: Connect) -> None:
    stream, event = new_stream(), new_event()
    conns = [await connect(store.app_url) for _ in range(8)]

    answers = await asyncio.gather(*(put(conn, stream, NO_STREAM, event) for conn in conns))

    assert len({answer.positions for answer in answers}) == 1
    assert sum(not answer.repeated for answer in answers) == 1
    assert await count(conns[0], stream) == 1


async def test_streams_in_opposite_orders_never_deadlock(store: Database, connect: Connect) -> None:
    streams = [new_stream() for _ in range(4)]
    conns = [await connect(store.app_url) for _ in range(16)]

    async def write(number: int, conn: Conn) -> None:
        order = streams if number % 2 else streams[::-1]
        for _ in range(10):
            await append(
                conn,
                *(StreamAppend(stream_id=each, expected=ANY, events=(new_event(),)) for each in order),
                recorded_at=AT,
            )

    await asyncio.gather(*(write(number, conn) for number, conn in enumerate(conns)))

    assert [await count(conns[0], each) for each in streams] == [160] * 4


async def test_a_call_repeated_after_its_connection_died_gets_the_first_answer(
    store: Database, connect: Connect
) -> None:
    stream, event = new_stream(), new_event()
    dying, other = await connect(store.app_url), await connect(store.app_url)
    first = await put(dying, stream, NO_STREAM, event)
    dying.terminate()

    assert (await put(other, stream, NO_STREAM, event)).positions == first.positions


async def test_append_joins_the_callers_transaction(app: Conn) -> None:
    stream = new_stream()
    transaction = app.transaction()
    await transaction.start()
    await put(app, stream, NO_STREAM, new_event())
    await put(app, stream, Exactly(1), new_event())

    await transaction.rollback()

    assert await count(app, stream) == 0


async def test_a_savepoint_takes_the_fence_back_and_append_takes_it_again(app: Conn) -> None:
    stream = new_stream()
    async with app.transaction():
        inner = app.transaction()
        await inner.start()
        await put(app, stream, NO_STREAM, new_event())
        await inner.rollback()
        assert await _fences(app) == 0

        await put(app, stream, NO_STREAM, new_event())

        assert await _fences(app) == 1
    assert await count(app, stream) == 1


async def test_one_transaction_holds_one_fence_however_often_it_appends(app: Conn) -> None:
    async with app.transaction():
        for _ in range(20):
            await put(app, new_stream(), NO_STREAM, new_event())

        assert await _fences(app) == 1


async def test_a_transaction_has_a_limited_number_of_appends(app: Conn) -> None:
    stream = new_stream()
    transaction = app.transaction()
    await transaction.start()
    for _ in range(1000):
        await put(app, stream, ANY, new_event())

    with pytest.raises(BatchTooLarge, match="1000 appends"):
        await put(app, stream, ANY, new_event())

    await transaction.rollback()
    assert await count(app, stream) == 0


@pytest.mark.parametrize("setting", ["synchronous_commit = off", "transaction_isolation = 'repeatable read'"])
async def test_a_transaction_that_would_break_a_promise_is_refused(app: Conn, setting: str) -> None:
    transaction = app.transaction()
    await transaction.start()
    await app.execute(f"SET LOCAL {setting}")

    with pytest.raises(UnsafeTransaction):
        await put(app, new_stream(), NO_STREAM, new_event())

    await transaction.rollback()


async def test_recorded_at_never_falls_along_a_stream(app: Conn) -> None:
    stream = new_stream()
    await put(app, stream, NO_STREAM, new_event())

    earlier = await put(app, stream, Exactly(1), new_event(), at=AT - timedelta(days=3))
    any_earlier = await put(app, stream, ANY, new_event(), at=AT - timedelta(days=3))
    later = await put(app, stream, Exactly(3), new_event(), at=AT + timedelta(microseconds=1))

    assert earlier.recorded_at == any_earlier.recorded_at == AT
    assert later.recorded_at == AT + timedelta(microseconds=1)


async def test_a_time_without_a_zone_is_refused(app: Conn) -> None:
    with pytest.raises(ValueError, match="time zone"):
        await put(app, new_stream(), ANY, new_event(), at=datetime(2026, 9, 1))  # noqa: DTZ001 - the point


async def test_whatever_fits_is_stored_as_given(app: Conn) -> None:
    stream = "ä" * 127
    data = '{"t":"' + "é" * ((MAX_EVENT_BYTES - 12 - 256) // 2) + '"}'
    event = NewEvent(
        event_id=new_event().event_id,
        type="Ö" * 127,
        schema_version=3,
        data=data,
        personal=bytes(range(256)),
        meta="{}",
    )

    await put(app, stream, NO_STREAM, event, new_event(personal=b""), new_event(personal=None))

    first, second, third = await read_stream(app, stream)
    assert (first.type, first.data, first.personal, first.recorded_at) == (event.type, data, event.personal, AT)
    assert (second.personal, third.personal) == (b"", None)


async def test_limits_are_checked_before_the_database_is_asked(store: Database) -> None:
    closed = await asyncpg.connect(store.app_url)
    await closed.close()
    many = tuple(new_event() for _ in range(MAX_BATCH_EVENTS + 1))
    heavy = tuple(new_event("x" * MAX_EVENT_BYTES_OF_DATA) for _ in range(MAX_BATCH_BYTES // MAX_EVENT_BYTES + 1))

    with pytest.raises(EventTooLarge):
        await put(closed, new_stream(), ANY, new_event("x" * MAX_EVENT_BYTES))
    for events in (many, heavy):
        with pytest.raises(BatchTooLarge):
            await put(closed, new_stream(), ANY, *events)
    for stream, event in (
        ("", new_event()),
        ("x" * 256, new_event()),
        ("s\0", new_event()),
        ("s", new_event("\0")),
        ("s", new_event("\ud800")),
        ("s", new_event(kind="")),
        ("s", changed(new_event(), schema_version=2**31)),
    ):
        with pytest.raises(TextNotStorable):
            await put(closed, stream, ANY, event)


MAX_EVENT_BYTES_OF_DATA = MAX_EVENT_BYTES - len("{}")


async def _fences(conn: Conn) -> int:
    found: int = await conn.fetchval(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
    )
    return found
