import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.clock import DemonstrationClock, advance
from infra.commands import (
    AlreadyDecided,
    Existing,
    NewCommand,
    NewlyRecorded,
    count_attempt,
    decide,
    find,
    lock,
    lock_and_read_clock,
    of_stream,
    record,
    undecided,
)
from infra.ids import uuid7
from infra.postgres.db import transaction

NOW = datetime(2026, 9, 1, 9, 0, 1, tzinfo=UTC)
ISSUED_AT = datetime(2026, 9, 1, 9, 0, 0, 123456, tzinfo=UTC)


def actor(person_id: UUID, role: str = "case_worker") -> str:
    return f'{{"id":"{person_id}","kind":"person","org_id":"school:900001","role":"{role}"}}'


def a_command() -> NewCommand:
    return NewCommand(
        command_id=uuid7(),
        stream_id=f"placement-{uuid7()}",
        kind="determine",
        actor=actor(uuid7()),
        key_id=uuid7(),
        body=b"sealed",
        body_hmac=b"fingerprint",
        correlation_id=uuid7(),
        issued_at=ISSUED_AT,
    )


async def test_a_command_is_kept_before_anything_becomes_of_it(conn: asyncpg.Connection) -> None:
    new = a_command()

    assert await record(conn, new) == NewlyRecorded(command_id=new.command_id)

    row = await find(conn, new.command_id)
    assert row is not None
    assert all(getattr(row, name) == getattr(new, name) for name in NewCommand.__slots__)
    assert (row.status, row.http_status, row.answer, row.attempts, row.decided_at) == ("recorded", None, None, 0, None)
    assert await find(conn, uuid7()) is None


async def test_a_command_sent_twenty_times_at_once_is_kept_once(engine: AsyncEngine) -> None:
    new = a_command()

    async def send() -> NewlyRecorded | Existing:
        async with transaction(engine) as driver:
            return await record(driver, new)

    results = await asyncio.gather(*(send() for _ in range(20)))

    assert sum(isinstance(result, NewlyRecorded) for result in results) == 1
    assert all(result.row.repeats(new) for result in results if isinstance(result, Existing))


async def test_an_id_belongs_to_who_used_it_first_and_for_what(conn: asyncpg.Connection) -> None:
    person = uuid7()
    new = replace(a_command(), actor=actor(person))
    await record(conn, new)
    again = await record(conn, new)
    assert isinstance(again, Existing)

    assert again.row.repeats(replace(new, actor=actor(person, role="head"), correlation_id=uuid7()))
    assert not again.row.repeats(replace(new, actor=actor(uuid7())))
    assert not again.row.repeats(replace(new, body_hmac=b"another"))
    assert not again.row.repeats(replace(new, kind="give-notice"))
    assert not again.row.repeats(replace(new, stream_id="placement-other"))


async def test_the_answer_is_kept_byte_for_byte_and_only_once(conn: asyncpg.Connection) -> None:
    new = a_command()
    await record(conn, new)
    answer = '{"detail":"Ärger, ünterschied","code":"x"}'

    await decide(conn, new.command_id, "refused", 409, answer, at=NOW)
    with pytest.raises(AlreadyDecided):
        await decide(conn, new.command_id, "accepted", 200, "{}", at=NOW)

    row = await find(conn, new.command_id)
    assert row is not None
    assert (row.status, row.http_status, row.answer) == ("refused", 409, answer)
    assert row.decided_at is not None


async def test_a_command_that_was_never_recorded_cannot_be_decided(conn: asyncpg.Connection) -> None:
    with pytest.raises(AlreadyDecided):
        await decide(conn, uuid7(), "accepted", 200, "{}", at=NOW)


async def test_a_second_attempt_waits_and_finds_the_command_decided(engine: AsyncEngine) -> None:
    new = a_command()
    locked = asyncio.Event()
    async with transaction(engine) as driver:
        await record(driver, new)

    async def first() -> None:
        async with transaction(engine) as driver:
            await lock(driver, new.command_id)
            locked.set()
            await asyncio.sleep(0.05)
            await decide(driver, new.command_id, "accepted", 200, "{}", at=NOW)

    async def second() -> str:
        await locked.wait()
        async with transaction(engine) as driver:
            row = await lock(driver, new.command_id)
            assert row is not None
            return row.status

    _, status = await asyncio.gather(first(), second())

    assert status == "accepted"


async def test_locking_a_command_that_is_not_there_finds_none(conn: asyncpg.Connection) -> None:
    assert await lock(conn, uuid7()) is None
    assert await lock_and_read_clock(conn, uuid7(), DemonstrationClock()) is None


async def test_the_clock_is_read_as_the_command_is_locked(conn: asyncpg.Connection) -> None:
    new, clock = a_command(), DemonstrationClock()
    await record(conn, new)
    moved_to = await advance(clock, conn, datetime.now(UTC) + timedelta(days=100))

    locked = await lock_and_read_clock(conn, new.command_id, clock)

    assert locked is not None
    assert locked.row.command_id == new.command_id
    assert moved_to <= locked.now < moved_to + timedelta(minutes=1)


async def test_attempts_are_numbered_until_the_command_is_decided(conn: asyncpg.Connection) -> None:
    new = a_command()
    await record(conn, new)

    assert [await count_attempt(conn, new.command_id) for _ in range(2)] == [1, 2]
    await decide(conn, new.command_id, "accepted", 200, "{}", at=NOW)
    assert await count_attempt(conn, new.command_id) is None


async def test_what_is_undecided_is_found_by_age_oldest_first(conn: asyncpg.Connection) -> None:
    waiting = [a_command() for _ in range(3)]
    for new in waiting:
        await record(conn, new)
    await decide(conn, waiting[1].command_id, "accepted", 200, "{}", at=NOW)

    found = await undecided(conn, timedelta(0), 10)

    assert [row.command_id for row in found] == [waiting[0].command_id, waiting[2].command_id]
    assert [row.command_id for row in await undecided(conn, timedelta(0), 1)] == [waiting[0].command_id]
    assert await undecided(conn, timedelta(hours=1), 10) == []


async def test_a_stream_commands_are_listed_in_the_order_they_were_issued(conn: asyncpg.Connection) -> None:
    first = a_command()
    second = replace(a_command(), stream_id=first.stream_id, issued_at=ISSUED_AT + timedelta(minutes=1))
    for new in (second, first, a_command()):
        await record(conn, new)
    begin = (datetime(2000, 1, 1, tzinfo=UTC), UUID(int=0))

    found = await of_stream(conn, first.stream_id, after=begin, limit=1)
    rest = await of_stream(conn, first.stream_id, after=(found[0].issued_at, found[0].command_id), limit=5)

    assert [row.command_id for row in found + rest] == [first.command_id, second.command_id]


async def test_neither_body_nor_answer_is_shown_when_a_row_is_printed(conn: asyncpg.Connection) -> None:
    new = replace(a_command(), key_id=None, body=b'{"note":"planted"}')
    await record(conn, new)
    await decide(conn, new.command_id, "accepted", 200, '{"note":"planted"}', at=NOW)

    assert "planted" not in repr(await find(conn, new.command_id))
