"""What an append refuses for the store's own sake: clocks, positions, and conditions that do not hold."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from infra.event_store.append import ClockAhead, PositionsSetBack, PositionsUsedUp, VersionConflict, append
from infra.event_store.limits import AppendRefused, TextNotStorable
from infra.event_store.types import ANY, NO_STREAM, STREAM_EXISTS, Exactly, Expected, StreamAppend
from tests.conftest import Database
from tests.infra.event_store.conftest import AT, Connect, count, new_event, new_stream, put

Conn = asyncpg.Connection
USUAL = (1, Exactly(1), 1)
FIRST = (0, NO_STREAM, 1)
FULL = (1, ANY, 2)


@pytest.fixture
async def own_app(database: Database, connect: Connect) -> Conn:
    return await connect(database.app_url)


@pytest.fixture
async def own_owner(database: Database, connect: Connect) -> Conn:
    return await connect(database.owner_url)


async def begun(conn: Conn, held: int) -> str:
    stream = new_stream()
    if held:
        await put(conn, stream, NO_STREAM, *(new_event() for _ in range(held)))
    return stream


@pytest.mark.parametrize(("held", "expected", "events"), [USUAL, FIRST, FULL], ids=["usual", "first", "full"])
@pytest.mark.parametrize("ahead", [timedelta(minutes=2), timedelta(days=365 * 90), None], ids=str)
async def test_a_clock_that_is_ahead_is_refused_and_marks_no_stream(
    own_app: Conn, own_owner: Conn, *, held: int, expected: Expected, events: int, ahead: timedelta | None
) -> None:
    await own_owner.execute("UPDATE event_store.clock_allowance SET ahead = interval '1 minute'")
    now: datetime = await own_app.fetchval("SELECT clock_timestamp()")
    stream = new_stream()
    if held:
        await put(own_app, stream, NO_STREAM, *(new_event() for _ in range(held)), at=now)
    at = datetime.max.replace(tzinfo=UTC) if ahead is None else now + ahead

    with pytest.raises((ClockAhead, OverflowError)):
        await put(own_app, stream, expected, *(new_event() for _ in range(events)), at=at)

    assert await count(own_app, stream) == held
    soon = await put(own_app, stream, ANY, new_event(), at=now + timedelta(seconds=30))
    assert soon.recorded_at == now + timedelta(seconds=30)


async def test_only_the_owner_sets_how_far_a_clock_may_be_ahead(own_app: Conn, own_owner: Conn) -> None:
    now: datetime = await own_app.fetchval("SELECT clock_timestamp()")
    await own_owner.execute("UPDATE event_store.clock_allowance SET ahead = interval '1 day'")

    await put(own_app, new_stream(), NO_STREAM, new_event(), at=now + timedelta(hours=23))
    with pytest.raises(ClockAhead):
        await put(own_app, new_stream(), NO_STREAM, new_event(), at=now + timedelta(hours=25))
    for statement in (
        "UPDATE event_store.clock_allowance SET ahead = interval '1 year'",
        "DELETE FROM event_store.clock_allowance",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await own_app.execute(statement)
    await own_owner.execute("DELETE FROM event_store.clock_allowance")
    with pytest.raises(ClockAhead):
        await put(own_app, new_stream(), NO_STREAM, new_event(), at=now + timedelta(hours=1))


async def test_a_repeat_is_answered_whatever_the_clock_says_then(own_app: Conn, own_owner: Conn) -> None:
    stream, event = new_stream(), new_event()
    first = await put(own_app, stream, NO_STREAM, event, at=AT)
    await own_owner.execute("UPDATE event_store.clock_allowance SET ahead = interval '1 minute'")

    again = await put(own_app, stream, NO_STREAM, event, at=AT + timedelta(days=36_500))

    assert (again.repeated, again.positions) == (True, first.positions)


@pytest.mark.parametrize(("held", "expected", "events"), [USUAL, FIRST, FULL], ids=["usual", "first", "full"])
@pytest.mark.parametrize("archived", [False, True])
async def test_a_sequence_set_back_into_a_gap_stores_nothing(
    own_app: Conn, own_owner: Conn, *, held: int, expected: Expected, events: int, archived: bool
) -> None:
    stream = await begun(own_app, held)
    await own_owner.execute("SELECT setval('event_store.event_position_seq', 100)")
    last = new_stream()
    await put(own_app, last, NO_STREAM, new_event())
    if archived:
        await own_owner.execute("SELECT event_store.detach(sha256('f'), 'f', 1, ARRAY[$1])", last)
    await own_owner.execute("SELECT setval('event_store.event_position_seq', 50)")

    with pytest.raises(PositionsSetBack):
        await put(own_app, stream, expected, *(new_event() for _ in range(events)))

    assert await count(own_app, stream) == held
    await own_owner.execute("SELECT setval('event_store.event_position_seq', 101)")
    assert (await put(own_app, stream, ANY, new_event())).positions == (102,)


@pytest.mark.parametrize("last", [2**48 - 1, 2**50, 2**63 - 1])
async def test_positions_that_are_used_up_are_an_error_of_their_own(own_app: Conn, own_owner: Conn, last: int) -> None:
    stream = await begun(own_app, 1)
    await own_owner.execute("SELECT setval('event_store.event_position_seq', $1)", last)

    with pytest.raises(PositionsUsedUp):
        await put(own_app, stream, Exactly(1), new_event())


async def test_a_sequence_that_ends_earlier_is_used_up_as_well(own_app: Conn, own_owner: Conn) -> None:
    stream = await begun(own_app, 1)
    await own_owner.execute("ALTER SEQUENCE event_store.event_position_seq MAXVALUE 2")

    await put(own_app, stream, Exactly(1), new_event())
    with pytest.raises(PositionsUsedUp):
        await put(own_app, stream, Exactly(2), new_event())


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize(
    ("held", "expected", "met"),
    [
        (2, Exactly(2), True),
        (2, STREAM_EXISTS, True),
        (2, ANY, True),
        (0, ANY, True),
        (2, Exactly(1), False),
        (2, Exactly(3), False),
        (0, Exactly(1), False),
        (0, STREAM_EXISTS, False),
    ],
)
async def test_a_stream_without_events_is_a_condition_for_the_others(
    own_app: Conn, *, held: int, expected: Expected, met: bool, first: bool
) -> None:
    condition, other = await begun(own_app, held), new_stream()
    before = await own_app.fetchrow("SELECT * FROM event_store.stream WHERE stream_id = $1", condition)
    asked = [
        StreamAppend(stream_id=condition, expected=expected, events=()),
        StreamAppend(stream_id=other, expected=NO_STREAM, events=(new_event(), new_event())),
    ]
    if not first:
        asked.reverse()
    later = AT + timedelta(hours=1)

    if met:
        answers = await append(own_app, *asked, recorded_at=later)
        of_other = answers[asked.index(next(each for each in asked if each.events))]
        assert (of_other.version, len(of_other.positions)) == (2, 2)
        # Again, after the condition holds no longer: the answer of the first time.
        await put(own_app, condition, ANY, new_event())
        again = await append(own_app, *asked, recorded_at=later)
        assert [each.positions for each in again] == [each.positions for each in answers]
        assert await count(own_app, condition) == held + 1
    else:
        with pytest.raises(VersionConflict) as refused:
            await append(own_app, *asked, recorded_at=later)
        assert (refused.value.stream_id, refused.value.actual) == (condition, held)
        assert await count(own_app, other) == 0
        after = await own_app.fetchrow("SELECT * FROM event_store.stream WHERE stream_id = $1", condition)
        assert after == before


@pytest.mark.parametrize("held", [0, 1])
@pytest.mark.parametrize("expected", [NO_STREAM, Exactly(0)])
async def test_that_a_stream_has_not_begun_is_no_condition_for_others(
    own_app: Conn, held: int, expected: Expected
) -> None:
    condition, other = await begun(own_app, held), new_stream()

    with pytest.raises(TextNotStorable):
        await append(
            own_app,
            StreamAppend(stream_id=condition, expected=expected, events=()),
            StreamAppend(stream_id=other, expected=ANY, events=(new_event(),)),
            recorded_at=AT,
        )

    assert await count(own_app, other) == 0


async def test_the_condition_of_an_archived_stream_is_refused(own_app: Conn, own_owner: Conn) -> None:
    condition = await begun(own_app, 1)
    await own_owner.execute("SELECT event_store.detach(sha256('f'), 'f', 1, ARRAY[$1])", condition)

    with pytest.raises(AppendRefused):
        await append(
            own_app,
            StreamAppend(stream_id=condition, expected=Exactly(1), events=()),
            StreamAppend(stream_id=new_stream(), expected=ANY, events=(new_event(),)),
            recorded_at=AT,
        )
