"""What the deciding of one record is made of: its decider, who gives a command, what is read and what it brings."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

import asyncpg

from domain.shared.errors import Rejections
from events.codec import Codec
from events.codes import RegimeId, Role
from events.envelope import Actor, ActorKind, Recorded
from events.ids import CommandId
from infra.encryption.keys import DataKey, KeyProvider
from infra.streams.records import PendingEvent, load

S = TypeVar("S")
F = TypeVar("F")
Stream = tuple[Recorded[Any], ...]

SYSTEM: Final = Actor(kind=ActorKind.SYSTEM, id=UUID("00000000-0000-7000-8000-000000000001"), role=Role.SYSTEM)
"""Who records what fell due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who gives a command, which one it is, and when it is decided.

    `expected_versions`: who gives it has seen one of these; without any, it does not matter which.
    """

    command_id: CommandId
    correlation_id: UUID
    actor: Actor
    now: datetime
    expected_versions: tuple[int, ...] = ()
    holds: bool = True
    """What a decision reads of others stays so until it is stored. A preview stores nothing, and holds up nobody."""


def of_system(command_id: UUID, now: datetime) -> Context:
    """The context of a command that the system gives. An id that follows from a version makes it happen once."""
    return Context(command_id=CommandId(command_id), correlation_id=command_id, actor=SYSTEM, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded(Generic[S]):
    """A record as it is now: its stream in the order of versions, and the state that it folds to."""

    stream: Stream = ()
    state: S

    @property
    def version(self) -> int:
        return self.stream[-1].version if self.stream else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Generic[S, F]):
    """A record, and the facts that a decision on it relies on."""

    record: Loaded[S]
    facts: F

    @property
    def state(self) -> S:
        return self.record.state

    @property
    def version(self) -> int:
        return self.record.version


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedCommand(Generic[S, F]):
    """What a command brings: the record before and after it, the facts, and the events with their metadata.

    Before the append the events in `after` have no position.
    """

    command: Any
    context: Context
    facts: F
    before: Loaded[S]
    after: Loaded[S]
    pending: tuple[PendingEvent, ...]

    @property
    def events(self) -> tuple[Any, ...]:
        return tuple(each.event for each in self.pending)

    @property
    def recorded(self) -> Stream:
        return self.after.stream[len(self.before.stream) :]

    @property
    def seen(self) -> Seen[S, F]:
        return Seen(record=self.after, facts=self.facts)


async def _no_key(_state: Any) -> DataKey | None:
    return None


def _no_regime(_state: Any) -> RegimeId | None:
    return None


async def _nothing(_conn: asyncpg.Connection, _decided: Any) -> None:
    return None


def _nothing_fell_due(_seen: Any, _now: datetime) -> None:
    return None


def _is_at(seen: Seen[Any, Any], version: int) -> bool:
    return seen.version == version


def _changes(seen: Seen[Any, Any], version: int) -> list[dict[str, Any]]:
    return [
        {"version": record.version, "type": type(record.event).__name__, "event_id": record.event_id}
        for record in seen.record.stream[version:]
    ]


def _nothing_more(_decided: Any) -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtUp(Generic[S, F]):
    """What comes before a command: as it is to be stored, and the record with it as the command finds it."""

    decided: DecidedCommand[S, F]
    seen: Seen[S, F]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Generic[S, F]):
    """What would become of a command: events, reasons against it, or neither, as its giver saw an older version.

    `caught` comes before the command. `seen` is the record with it, as the command finds it.
    """

    seen: Seen[S, F]
    caught: CaughtUp[S, F] | None = None
    decided: DecidedCommand[S, F] | None = None
    rejections: Rejections | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider(Generic[S, F]):
    """One record as its commands need it: its stream, how it folds, how it is decided on.

    `about` names it in answers. `keys` opens the personal parts; `key` is the one that seals those of new events, asked
    for only once a command is accepted.
    """

    stream_id: str
    about: Mapping[str, Any]
    codec: Codec[Any]
    initial: Callable[[], S]
    evolve: Callable[[S, Any], S]
    decide: Callable[[S, Any, F], Sequence[Any]]
    gather: Callable[[asyncpg.Connection, Loaded[S], Any, Context], Awaitable[F]]
    """The facts, from the record, the command (None where a record is only looked at) and its context."""
    keys: KeyProvider | None = None
    key: Callable[[S], Awaitable[DataKey | None]] = _no_key
    loads: Callable[[asyncpg.Connection, bool], Awaitable[Loaded[S]]] | None = None
    """In place of reading the whole stream. Whether the record is held until the transaction ends."""
    corrected: Callable[[Stream, Stream], S | None] | None = None
    """The state of a whole stream of which the last events change earlier ones; None where they change none."""
    regime: Callable[[S], RegimeId | None] = _no_regime
    """What the metadata of an event says of the law that binds the record after it."""
    catch_up: Callable[[Seen[S, F], datetime], "CaughtUp[S, F] | None"] = _nothing_fell_due
    """What comes before any command, such as what fell due. It is stored with what the command brings."""
    knows: Callable[[Seen[S, F], int], bool] = _is_at
    """Whether who saw that version knows all that matters."""
    changes: Callable[[Seen[S, F], int], list[dict[str, Any]]] = _changes
    """What is said of the changes since a version to who did not know them."""
    rows: Callable[[asyncpg.Connection, DecidedCommand[S, F]], Awaitable[None]] = _nothing
    """Writes the rows that follow from the record. Before the append, which holds the writer fence until the commit."""
    beside: Callable[[asyncpg.Connection, DecidedCommand[S, F]], Awaitable[None]] = _nothing
    """Appends what the same command brings to other records."""
    answers: Callable[[DecidedCommand[S, F]], Mapping[str, Any]] = _nothing_more
    """What the answer says beside the version and the events."""

    async def load(self, conn: asyncpg.Connection, *, holds: bool = True) -> Loaded[S]:
        if self.loads is not None:
            return await self.loads(conn, holds)
        stream = tuple(await load(conn, self.stream_id, self.codec, self.keys))
        return Loaded(stream=stream, state=self.fold(stream))

    def fold(self, stream: Sequence[Recorded[Any]]) -> S:
        return reduce(self.evolve, (record.event for record in stream), self.initial())
