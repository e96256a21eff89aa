"""Appending events: one call of a database function, in the caller's transaction when there is one.

Functions under sql/ decide: claim.sql what each case gives, take_fence.sql the order that readers rely on.
"""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NoReturn
from uuid import UUID

import asyncpg

from infra.event_store.limits import AppendRefused, BatchTooLarge, EventIdReused, StreamArchived, check
from infra.event_store.types import AnyVersion, Appended, Exactly, Expected, NoStream, StreamAppend, StreamExists

_APPEND = (
    "SELECT repeated, versions, recorded, positions FROM event_store.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
)
_APPEND_ONE = "SELECT version, recorded, position FROM event_store.append_one($1, $2, $3, $4, $5, $6, $7, $8, $9)"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class VersionConflict(AppendRefused):
    """The stream is not where the append expected it, and the events are new."""

    def __init__(self, stream_id: str, expected: Expected, actual: int) -> None:
        super().__init__(f"stream {stream_id} is at version {actual}, expected {expected}")
        self.stream_id = stream_id
        self.expected = expected
        self.actual = actual


class PartialRepeat(AppendRefused):
    """Some events of the call are stored already and some are new; a call is stored whole or not at all."""

    def __init__(self, stream_id: str) -> None:
        super().__init__(f"some events of this call are stored and some are new (at stream {stream_id})")
        self.stream_id = stream_id


class UnsafeTransaction(AppendRefused):
    """The transaction's own settings would break a promise of the store: see the message."""


class ClockAhead(AppendRefused):
    """`recorded_at` is further ahead of the database's clock than the store allows, so some clock is wrong."""


class PositionsSetBack(AppendRefused):
    """The sequence of positions is below an event that is stored: readers would pass by what it would give out."""


class PositionsUsedUp(AppendRefused):
    """The sequence of positions has no more to give."""


async def append(conn: asyncpg.Connection, *appends: StreamAppend, recorded_at: datetime) -> tuple[Appended, ...]:
    """Store the events of every stream, or of none; one answer for each `StreamAppend`, in order.

    A repeat of an earlier call (the same ids and content at the same place) stores nothing and gives that
    call's answer. A `StreamAppend` without events beside others is a condition: its stream must be as expected, and
    nothing of it changes. `recorded_at` is raised to the stream's last one, so it never falls along a stream.

    Raises:
        VersionConflict, EventIdReused, PartialRepeat, EventTooLarge, BatchTooLarge, NotStorable, StreamArchived,
        UnsafeTransaction, ClockAhead, PositionsSetBack, PositionsUsedUp: all `AppendRefused`; nothing is stored in any
            stream. Those from the database end the caller's transaction, as any error there does.
        ValueError: `recorded_at` has no time zone.
    """
    if recorded_at.tzinfo is None:
        raise ValueError("recorded_at needs a time zone")
    check(appends)
    if not any(each.events for each in appends):
        return tuple(_nothing(each, recorded_at) for each in appends)
    try:
        if len(appends) == 1 and _is_usual(appends[0]) and (done := await _one(conn, appends[0], recorded_at)):
            return (done,)
        row = await _any(conn, appends, recorded_at)
    except asyncpg.PostgresError as error:
        _raise_typed(error)
    assert row is not None
    return _answers(appends, recorded_at, row)


def _is_usual(asked: StreamAppend) -> bool:
    """One event onto a stream that has begun, at an exact version."""
    return len(asked.events) == 1 and isinstance(asked.expected, Exactly) and asked.expected.version > 0


async def _one(conn: asyncpg.Connection, asked: StreamAppend, recorded_at: datetime) -> Appended | None:
    """None when it is a conflict or a repeat: nothing was written."""
    (event,) = asked.events
    row = await conn.fetchrow(
        _APPEND_ONE,
        asked.stream_id,
        _expected(asked.expected),
        event.event_id,
        event.type,
        event.schema_version,
        event.data,
        event.personal,
        event.meta,
        recorded_at,
    )
    if row is None or row[0] is None:
        return None
    version, recorded, position = row
    return Appended(
        stream_id=asked.stream_id, version=version, positions=(position,), recorded_at=recorded, repeated=False
    )


async def _any(conn: asyncpg.Connection, asked: Sequence[StreamAppend], recorded_at: datetime) -> asyncpg.Record | None:
    events = [event for each in asked for event in each.events]
    return await conn.fetchrow(
        _APPEND,
        [each.stream_id for each in asked],
        [_expected(each.expected) for each in asked],
        [len(each.events) for each in asked],
        [event.event_id for event in events],
        [event.type for event in events],
        [event.schema_version for event in events],
        [event.data for event in events],
        [event.personal for event in events],
        [event.meta for event in events],
        recorded_at,
    )


def _answers(appends: tuple[StreamAppend, ...], recorded_at: datetime, row: asyncpg.Record) -> tuple[Appended, ...]:
    repeated, versions, recorded, positions = row
    answers = []
    first = 0
    for asked, each in enumerate(appends):
        if not each.events:
            answers.append(_nothing(each, recorded_at))
            continue
        answers.append(
            Appended(
                stream_id=each.stream_id,
                version=versions[asked],
                positions=tuple(positions[first : first + len(each.events)]),
                recorded_at=recorded[asked],
                repeated=repeated,
            )
        )
        first += len(each.events)
    return tuple(answers)


def _nothing(each: StreamAppend, recorded_at: datetime) -> Appended:
    return Appended(stream_id=each.stream_id, version=0, positions=(), recorded_at=recorded_at, repeated=False)


def _expected(expected: Expected) -> int:
    match expected:
        case Exactly(version):
            return version
        case NoStream():
            return 0
        case AnyVersion():
            return -1
        case StreamExists():
            return -2


def _from_code(code: int) -> Expected:
    match code:
        case 0:
            return NoStream()
        case -1:
            return AnyVersion()
        case -2:
            return StreamExists()
        case _:
            return Exactly(code)


_BY_CODE: Final[dict[str | None, type[AppendRefused]]] = {
    "ES004": UnsafeTransaction,
    "ES005": BatchTooLarge,
    "ES008": PositionsSetBack,
    "ES009": ClockAhead,
    "ES010": PositionsUsedUp,
    "2200H": PositionsUsedUp,
}
"""What only the message of the database says."""


def _raise_typed(error: asyncpg.PostgresError) -> NoReturn:
    detail = error.detail or "{}"
    match error.sqlstate:
        case "ES001":
            found = json.loads(detail)
            raise VersionConflict(found["stream_id"], _from_code(found["expected"]), found["actual"]) from error
        case "ES002":
            found = json.loads(detail)
            raise EventIdReused(UUID(found["event_id"]), found["why"]) from error
        case "ES003":
            raise PartialRepeat(json.loads(detail)["stream_id"]) from error
        case "ES007":
            found = json.loads(detail)
            raise StreamArchived(found["stream_id"], bytes.fromhex(found["archive"])) from error
        case "23505" if error.constraint_name == "event_event_id_key":
            # The usual path does not look for ids beforehand; the index does. Only the wording of this
            # detail depends on the server's language, the id in it does not.
            event_id = _UUID.search(detail)
            assert event_id is not None
            raise EventIdReused(UUID(event_id[0]), "is stored already, and not at this place") from error
        case code if code in _BY_CODE:
            raise _BY_CODE[code](error.message) from error
        case _:
            raise error
