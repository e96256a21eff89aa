"""The sweep over what falls due on records without a workflow of their own: one transaction for each record.

A kind of record joins by a `Sweep` in the worker's list: which records there are to look at, and what a look brings.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.clock import Clock
from infra.event_store.wake import Notifier
from infra.postgres.db import connection, transaction
from infra.projections import due

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepResult:
    """The result of a look: how many events were recorded, and when to look again."""

    recorded: int
    again: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """One kind of record. `discover` puts a row for each that has none or has moved on; `look` decides on one.

    `hold` is for records of which others hold something before they take the record's row of `due_row`: it holds the
    same first, or the two would wait for each other.
    """

    name: str
    discover: Callable[[asyncpg.Connection, datetime], Awaitable[None]]
    look: Callable[[asyncpg.Connection, str, datetime], Awaitable[SweepResult]]
    hold: Callable[[asyncpg.Connection, str], Awaitable[None]] | None = None


class Sweeping:
    def __init__(self, engine: AsyncEngine, clock: Clock, notifier: Notifier, sweeps: Sequence[Sweep]) -> None:
        self._engine = engine
        self._clock = clock
        self._notifier = notifier
        self._sweeps = sweeps

    async def sweep(self) -> int:
        """Look at everything that is due by now; how many events that brought."""
        return sum([await self._swept(each) for each in self._sweeps])

    async def _swept(self, sweep: Sweep) -> int:
        async with connection(self._engine) as conn:
            now = await self._clock.now(conn)
            await sweep.discover(conn, now)
        recorded, failed = 0, list[str]()
        while True:
            subject, looked = await self._next(sweep, now, failed)
            if subject is None:
                return recorded
            if looked is None:
                failed.append(subject)
            else:
                recorded += looked.recorded

    async def _next(self, sweep: Sweep, now: datetime, failed: list[str]) -> tuple[str | None, SweepResult | None]:
        """One record looked at. A record that cannot be keeps no other waiting, and is tried at the next sweep."""
        subject = None
        try:
            async with transaction(self._engine) as conn:
                if sweep.hold is not None:
                    subject = await due.peek(conn, sweep.name, now, but=failed)
                    if subject is not None:
                        await sweep.hold(conn, subject)
                        if not await due.claim_one(conn, sweep.name, now, subject):
                            return subject, None  # Another looks at it, or has done so since.
                else:
                    subject = await due.claim(conn, sweep.name, now, but=failed)
                if subject is None:
                    return None, None
                looked = await sweep.look(conn, subject, now)
                await due.looked(conn, sweep.name, subject, looked.again)
        except Exception as error:
            if subject is None:
                raise
            log.exception("look_failed", kind=sweep.name, stream_id=subject, error_type=type(error).__name__)
            return subject, None
        if looked.recorded:
            self._notifier.wake()
            log.info("fell_due", kind=sweep.name, stream_id=subject, count=looked.recorded)
        return subject, looked
