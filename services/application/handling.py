"""One way to decide, for every kind of record and every caller: load, gather the facts, decide, append, answer.

A `Decider` says what differs between the kinds of record; `services.application.deciders` has one of each.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final, Generic, Literal, TypeVar
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.law.legal_refs import legal_refs
from domain.placement.record.history import occurred_at
from domain.placement.record.retention import PersonalDataErased
from domain.shared.errors import Rejections
from events.codec import Codec, from_json
from events.codes import RegimeId
from events.envelope import Actor, Metadata, Recorded
from events.ids import CommandId, EventId
from infra import commands
from infra.clock import Clock
from infra.commands import CommandRow
from infra.encryption.keys import DataKey, KeyErased, KeyStoreUnavailable
from infra.event_store.append import VersionConflict
from infra.event_store.types import Appended
from infra.event_store.wake import Notifier
from infra.postgres.db import transaction
from infra.projections.placements import StaleRow
from infra.streams.records import PendingEvent, append_noted, event_ids
from services.application.answers import Answer, accepted, moved_on, refused
from services.application.decider import CaughtUp, Context, Decided, Decider, Loaded, Seen, Stream, of_system

S = TypeVar("S")
F = TypeVar("F")
T = TypeVar("T")

_TRIES: Final = 5
_PAUSE_SECONDS: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult(Generic[S, F]):
    """What becomes of a command: its answer, how the record is after it, and the events that it brought."""

    answer: Answer
    seen: Seen[S, F]
    events: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command as its row has it, or as whoever kept the row has it in hand."""

    command: Any
    expected_versions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried(Generic[S, F]):
    """A command that is decided, now or earlier, and how its record is. `unknown`: no such command of this record."""

    status: Literal["accepted", "refused", "unknown"]
    seen: Seen[S, F]


class CommandHandler:
    """Carries out commands whose rows are kept: the one transaction, and the one repeat after a conflict."""

    def __init__(self, engine: AsyncEngine, clock: Clock, notifier: Notifier) -> None:
        self._engine = engine
        self._clock = clock
        self._notifier = notifier

    async def carry_out(
        self, decider: Decider[S, F], command_id: CommandId, read: Callable[[CommandRow], Awaitable[Asked]]
    ) -> Carried[S, F]:
        """Decide a kept command and keep its answer; one that is decided already stays as it is.

        Raises:
            VersionConflict, StaleRow: others kept changing the same record; nothing is stored.
            What `handle` raises.
        """
        attempt = partial(self._carried, decider=decider, command_id=command_id, read=read)
        carried = await self._settled(attempt)
        self._notifier.wake()
        return carried

    async def pass_time(self, decider: Decider[S, F], subject: UUID) -> tuple[Seen[S, F], int]:
        """Record what comes before any command, and say how many events that were. `subject` is the record's own id."""

        async def caught_up(conn: asyncpg.Connection) -> tuple[Seen[S, F], int]:
            context = of_system(subject, await self._clock.now(conn))
            before = await look(conn, decider, None, context)
            caught = decider.catch_up(before, context.now)
            if caught is not None:
                return await _caught_up(conn, decider, caught), caught.seen.version - before.version
            if before.version:
                # The school's calendar, or the figures of this release, may be others than those of the rows.
                await decider.rows(conn, pending(decider, before, (), command=None, context=context))
            return before, 0

        seen, recorded = await self._settled(caught_up)
        if recorded:
            self._notifier.wake()
        return seen, recorded

    async def _settled(self, attempt: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        for number in range(1, _TRIES):
            try:
                return await self._once(attempt)
            except (VersionConflict, StaleRow):
                await asyncio.sleep(_PAUSE_SECONDS * number)
        return await self._once(attempt)

    async def _once(self, attempt: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        async with transaction(self._engine) as conn:
            return await attempt(conn)

    async def _carried(
        self,
        conn: asyncpg.Connection,
        decider: Decider[S, F],
        command_id: CommandId,
        read: Callable[[CommandRow], Awaitable[Asked]],
    ) -> Carried[S, F]:
        locked = await commands.lock_and_read_clock(conn, command_id, self._clock)
        if locked is None or locked.row.stream_id != decider.stream_id:
            now = locked.now if locked else await self._clock.now(conn)
            return Carried(status="unknown", seen=await look(conn, decider, None, of_system(command_id, now)))
        row, context = locked.row, _context(locked)
        if row.status != "recorded":
            return Carried(status=row.status, seen=await look(conn, decider, None, context))
        answer, seen = await self._answered(conn, decider, row, context, read)
        await commands.decide(conn, command_id, answer.status, answer.http_status, answer.text, at=context.now)
        assert answer.status != "recorded", "a decision is final"
        return Carried(status=answer.status, seen=seen)

    async def _answered(
        self,
        conn: asyncpg.Connection,
        decider: Decider[S, F],
        row: CommandRow,
        context: Context,
        read: Callable[[CommandRow], Awaitable[Asked]],
    ) -> tuple[Answer, Seen[S, F]]:
        """A command whose pupil was erased meanwhile is refused: it could be read at no later attempt either."""
        try:
            asked = await read(row)
        except KeyErased:
            too_late = Rejections((PersonalDataErased("Nothing more can be written down."),))
            return refused(row.command_id, too_late), await look(conn, decider, None, context)
        context = replace(context, expected_versions=asked.expected_versions)
        result = await handle(conn, decider, asked.command, context)
        return result.answer, result.seen


def _context(locked: commands.Locked) -> Context:
    row = locked.row
    return Context(
        command_id=CommandId(row.command_id),
        correlation_id=row.correlation_id,
        actor=from_json(row.actor, Actor),
        now=locked.now,
    )


async def look(conn: asyncpg.Connection, decider: Decider[S, F], command: Any, context: Context) -> Seen[S, F]:
    """The record and the facts of a command, or of None, without deciding anything."""
    record = await decider.load(conn)
    return Seen(record=record, facts=await decider.gather(conn, record, command, context))


async def handle(
    conn: asyncpg.Connection,
    decider: Decider[S, F],
    command: Any,
    context: Context,
    loaded: Loaded[S] | None = None,
) -> CommandResult[S, F]:
    """Decide a command in the caller's transaction. `loaded` is the record, where the caller has read it there.

    Raises:
        VersionConflict: somebody else was first; nothing is stored.
        KeyErased, KeyMissing, KeyStoreDamaged, KeyStoreUnavailable: the key to seal the events is gone or away.
    """
    record = await decider.load(conn) if loaded is None else loaded
    seen = Seen(record=record, facts=await decider.gather(conn, record, command, context))
    caught = decider.catch_up(seen, context.now)
    seen = seen if caught is None else caught.seen
    versions = context.expected_versions
    if versions and not any(decider.knows(seen, each) for each in versions):
        seen = seen if caught is None else await _caught_up(conn, decider, caught)
        return CommandResult(answer=_moved_on(decider, seen, context), seen=seen)
    try:
        events = decider.decide(seen.state, command, seen.facts)
    except Rejections as rejections:
        seen = seen if caught is None else await _caught_up(conn, decider, caught)
        return CommandResult(answer=refused(context.command_id, rejections), seen=seen)
    decided = pending(decider, seen, events, command=command, context=context)
    decided = await _record(conn, decider, *(() if caught is None else (caught.decided,)), decided)
    answer = accepted(
        command_id=context.command_id,
        about=dict(decider.about),
        version=decided.after.version,
        events=[(record.event_id, type(record.event).__name__, record.position) for record in decided.recorded],
        **decider.answers(decided),
    )
    return CommandResult(answer=answer, seen=decided.seen, events=decided.events)


def _moved_on(decider: Decider[S, F], seen: Seen[S, F], context: Context) -> Answer:
    versions = context.expected_versions
    expected = max((each for each in versions if each <= seen.version), default=versions[0])
    changes = decider.changes(seen, expected)
    return moved_on(context.command_id, expected=expected, present=seen.version, changes=changes)


async def _caught_up(conn: asyncpg.Connection, decider: Decider[S, F], caught: CaughtUp[S, F]) -> Seen[S, F]:
    """What comes before a command, stored where the command itself brings nothing."""
    decided = await _record(conn, decider, caught.decided)
    return replace(caught.seen, record=decided.after)


async def _record(conn: asyncpg.Connection, decider: Decider[S, F], *every: Decided[S, F]) -> Decided[S, F]:
    """Write what was decided, one upon the other: the rows that follow from the last, then the events of each, then
    what it brings to other records. An append comes after all that waits for somebody, since it holds the writer fence.

    Raises:
        VersionConflict: somebody else was first.
    """
    every = tuple(each for each in every if each.pending) or every[-1:]
    *_, last = every
    if not last.pending:
        return last
    key = await _key(decider, last.after.state)
    await decider.rows(conn, last)
    stream = every[0].before.stream
    for each in every:
        ids, appended = await append_noted(
            conn,
            decider.stream_id,
            each.pending,
            codec=decider.codec,
            version=stream[-1].version if stream else 0,
            recorded_at=each.context.now,
            key=key,
        )
        stream = (*stream, *_recorded(each.pending, ids, appended))
        last = replace(each, after=replace(each.after, stream=stream))
        await decider.beside(conn, last)
    return last


async def _key(decider: Decider[S, F], state: S) -> DataKey | None:
    try:
        return await decider.key(state)
    except OSError as error:
        raise KeyStoreUnavailable(type(error).__name__) from error


def pending(
    decider: Decider[S, F], seen: Seen[S, F], events: Sequence[Any], *, command: Any, context: Context
) -> Decided[S, F]:
    """What a command brings, before anything of it is written."""
    state, noted = seen.state, list[PendingEvent]()
    for event in events:
        state = decider.evolve(state, event)
        noted.append(PendingEvent(event=event, metadata=_metadata(event, context, regime_id=decider.regime(state))))
    stream = seen.record.stream
    if events:
        places = Appended(
            stream_id=decider.stream_id,
            version=seen.version + len(events),
            positions=(0,) * len(events),
            recorded_at=context.now,
            repeated=False,
        )
        stream = (*stream, *_recorded(noted, event_ids(noted), places))
    if decider.corrected is not None:
        state = decider.corrected(stream, stream[len(seen.record.stream) :]) or state
    return Decided(
        command=command,
        context=context,
        facts=seen.facts,
        before=seen.record,
        after=Loaded(stream=stream, state=state),
        pending=tuple(noted),
    )


async def append_beside(
    conn: asyncpg.Connection,
    decided: Decided[Any, Any],
    events: Sequence[Any],
    *,
    stream_id: str,
    codec: Codec[Any],
    version: int,
    numbered_from: int,
    key: DataKey | None = None,
    occurred: datetime | None = None,
) -> None:
    """Append to another record what the same command brings there.

    The ids of its events are numbered on from those that the command brought so far. `occurred`, where all of it came
    about when the event did that brings it.
    """
    context = decided.context
    await append_noted(
        conn,
        stream_id,
        [PendingEvent(event=each, metadata=_metadata(each, context, occurred=occurred)) for each in events],
        codec=codec,
        version=version,
        recorded_at=context.now,
        key=key,
        numbered_from=numbered_from,
    )


def _metadata(
    event: Any, context: Context, *, regime_id: RegimeId | None = None, occurred: datetime | None = None
) -> Metadata:
    return Metadata(
        occurred_at=occurred or occurred_at(event, context.now),
        actor=context.actor,
        command_id=context.command_id,
        correlation_id=context.correlation_id,
        regime_id=regime_id,
        legal_refs=legal_refs(event),
    )


def _recorded(pending: Sequence[PendingEvent], ids: Sequence[UUID], appended: Appended) -> Stream:
    """What was appended, as it would be read."""
    first = appended.version - len(pending) + 1
    return tuple(
        Recorded(
            position=position,
            stream_id=appended.stream_id,
            version=first + number,
            event_id=EventId(event_id),
            recorded_at=appended.recorded_at,
            metadata=each.metadata,
            event=each.event,
        )
        for number, (each, event_id, position) in enumerate(zip(pending, ids, appended.positions, strict=True))
    )
