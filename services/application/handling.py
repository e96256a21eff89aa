"""One way to decide, for every kind of record and every caller: load, gather the facts, decide, append, answer.

A `Decider` says what differs between the kinds of record; `services.application.deciders` has one of each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import asyncpg

from domain.legal_refs import legal_refs
from domain.placement.record.history import occurred_at
from domain.shared.errors import Rejections
from events.codec import Codec
from events.codes import RegimeId
from events.envelope import Metadata, Recorded
from events.ids import EventId
from infra.encryption.keys import DataKey, KeyStoreUnavailable
from infra.event_store.types import Appended
from infra.streams.records import PendingEvent, append_noted, event_ids
from services.application.answers import Answer, accepted, moved_on, refused
from services.application.decider import CaughtUp, Context, DecidedCommand, Decider, Decision, Loaded, Seen, Stream

S = TypeVar("S")
F = TypeVar("F")


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult(Generic[S, F]):
    """What becomes of a command: its answer, how the record is after it, and the events that it brought."""

    answer: Answer
    seen: Seen[S, F]
    events: tuple[Any, ...] = ()


async def look(conn: asyncpg.Connection, decider: Decider[S, F], command: Any, context: Context) -> Seen[S, F]:
    """The record and the facts of a command, or of None, without deciding anything."""
    record = await decider.load(conn, holds=context.holds)
    return Seen(record=record, facts=await decider.gather(conn, record, command, context))


def decision(decider: Decider[S, F], seen: Seen[S, F], command: Any, context: Context) -> Decision[S, F]:
    """What would become of a command on a record and facts, with passing time before it. Nothing is read or written."""
    caught = decider.catch_up(seen, context.now)
    seen = seen if caught is None else caught.seen
    versions = context.expected_versions
    if versions and not any(decider.knows(seen, each) for each in versions):
        return Decision(seen=seen, caught=caught)
    try:
        events = decider.decide(seen.state, command, seen.facts)
    except Rejections as rejections:
        return Decision(seen=seen, caught=caught, rejections=rejections)
    return Decision(seen=seen, caught=caught, decided=pending(decider, seen, events, command=command, context=context))


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
    found = Seen(record=record, facts=await decider.gather(conn, record, command, context))
    made = decision(decider, found, command, context)
    caught, decided = made.caught, made.decided
    if decided is None:
        seen = made.seen if caught is None else await store_catch_up(conn, decider, caught)
        if made.rejections is None:
            return CommandResult(answer=_moved_on(decider, seen, context), seen=seen)
        return CommandResult(answer=refused(context.command_id, made.rejections), seen=seen)
    if decided.pending:
        decided = await _record(conn, decider, *(() if caught is None else (caught.decided,)), decided)
    elif caught is not None:
        record = (await store_catch_up(conn, decider, caught)).record
        decided = replace(decided, before=record, after=record)
    answer = accepted(
        command_id=context.command_id,
        about=dict(decider.about),
        version=decided.after.version,
        events=[(record.event_id, type(record.event).__name__, record.position) for record in decided.recorded],
        **decider.answers(decided),
    )
    return CommandResult(answer=answer, seen=decided.seen, events=decided.events)


def _moved_on(decider: Decider[S, F], seen: Seen[S, F], context: Context) -> Answer:
    expected = version_seen(seen, context)
    changes = decider.changes(seen, expected)
    return moved_on(context.command_id, expected=expected, present=seen.version, changes=changes)


def version_seen(seen: Seen[S, F], context: Context) -> int:
    """Of the versions that the giver of a command may have seen, the latest that the record has reached."""
    versions = context.expected_versions
    return max((each for each in versions if each <= seen.version), default=versions[0])


async def store_catch_up(conn: asyncpg.Connection, decider: Decider[S, F], caught: CaughtUp[S, F]) -> Seen[S, F]:
    """What comes before a command, stored where the command itself brings nothing."""
    decided = await _record(conn, decider, caught.decided)
    return replace(caught.seen, record=decided.after)


async def _record(
    conn: asyncpg.Connection, decider: Decider[S, F], *every: DecidedCommand[S, F]
) -> DecidedCommand[S, F]:
    """Write what was decided, one upon the other: the rows that follow from the last, then the events of each, then
    what it brings to other records. An append comes after all that waits for somebody, since it holds the writer fence.

    Raises:
        VersionConflict: somebody else was first.
    """
    *_, last = every
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
) -> DecidedCommand[S, F]:
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
    return DecidedCommand(
        command=command,
        context=context,
        facts=seen.facts,
        before=seen.record,
        after=Loaded(stream=stream, state=state),
        pending=tuple(noted),
    )


async def append_beside(
    conn: asyncpg.Connection,
    decided: DecidedCommand[Any, Any],
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
