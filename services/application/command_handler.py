"""Carries out commands whose rows are kept: one transaction around `handle`, one repeat after a conflict."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, Generic, Literal, TypeVar
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.placement.record.retention import PersonalDataErased
from domain.shared.errors import Rejections
from events.codec import from_json
from events.envelope import Actor
from events.ids import CommandId
from infra import commands
from infra.clock import Clock
from infra.commands import CommandRow
from infra.encryption.keys import KeyErased
from infra.event_store.append import VersionConflict
from infra.event_store.wake import Notifier
from infra.postgres.db import transaction
from infra.projections.placements import StaleRow
from services.application.answers import Answer, refused
from services.application.decider import Context, Decider, Seen, of_system
from services.application.handling import handle, look, pending, store_catch_up

S = TypeVar("S")
F = TypeVar("F")
T = TypeVar("T")

_TRIES: Final = 5
_PAUSE_SECONDS: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAsKept:
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
        self, decider: Decider[S, F], command_id: CommandId, read: Callable[[CommandRow], Awaitable[CommandAsKept]]
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
                return await store_catch_up(conn, decider, caught), caught.seen.version - before.version
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
        read: Callable[[CommandRow], Awaitable[CommandAsKept]],
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
        read: Callable[[CommandRow], Awaitable[CommandAsKept]],
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
