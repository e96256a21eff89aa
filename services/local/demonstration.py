"""Moving the demonstration clock: the clock itself, and then every open placement looks at it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from infra import clock
from infra.clock import Clock
from infra.postgres.db import connection, transaction
from infra.projections import due
from infra.temporal import client as temporal
from services.application import succession
from services.application.dispatch import wake
from services.application.facts import providers, registers
from services.application.open_placements import open_placements

_SETTLING_SECONDS = 30.0
_POLL_SECONDS = 0.02


async def advance(
    engine: AsyncEngine, client: Client, the_clock: Clock, to: datetime, *, on_the_way: bool = False
) -> datetime:
    """Move on to `to`, wake the open placements, wait for what fell due, and return what the clock reads now.

    With no worker at hand the waiting ends after a while: what fell due is recorded when one is back. `on_the_way`:
    the caller moves on again at once, so that only placements with something due are woken. The others sleep by the
    time before, and oversleep unless a last move without it follows.

    Raises:
        ClockCannotMove: this is no demonstration set-up, or `to` has passed.
    """
    async with transaction(engine) as conn:
        reads = await clock.advance(the_clock, conn, to)
    await wake(client, _due_placements(engine, reads) if on_the_way else open_placements(engine))
    with suppress(TimeoutError):
        async with asyncio.timeout(_SETTLING_SECONDS):
            while await _overdue(engine, reads):  # noqa: ASYNC110 # the timers are another process's
                await asyncio.sleep(_POLL_SECONDS)
            await _sweep(engine, client)
    return reads


async def advance_and_sign(engine: AsyncEngine, client: Client, the_clock: Clock, to: datetime) -> datetime:
    """Move on as `advance` does, and have the record signed, with the same patience for a worker that is away.

    Days that were jumped over would otherwise count as days in which nobody signed, until the next checkpoint.
    """
    reads = await advance(engine, client, the_clock, to)
    with suppress(TimeoutError):
        async with asyncio.timeout(_SETTLING_SECONDS):
            await temporal.sign_record(client)
    return reads


async def _sweep(engine: AsyncEngine, client: Client) -> None:
    """What falls due without a timer of its own is looked at now, and not at the next turn of its schedule."""
    async with connection(engine) as conn:
        kinds = (registers, providers, succession)
        wanted = any([await each.anything_to_sweep(conn) for each in kinds])
    if wanted:
        await temporal.sweep_due(client)


async def _overdue(engine: AsyncEngine, now: datetime) -> bool:
    """Whether some placement's timer has come and its event has not."""
    timer = await next_due(engine)
    return timer is not None and timer <= now


async def next_due(engine: AsyncEngine) -> datetime | None:
    """The next instant at which a timer of any open placement fires; None when nothing is due."""
    async with connection(engine) as conn:
        found: datetime | None = await conn.fetchval("SELECT min(next_wake_at) FROM placement WHERE is_open")
    return found


async def next_moment(engine: AsyncEngine, the_clock: Clock) -> datetime | None:
    """The next instant at which a timer fires, or a sweep looks at a register, a provider or a school.

    The end of a record's time is left out: it lies decades ahead, and a demonstration would end there.
    """
    async with connection(engine) as conn:
        swept = await due.next_at(conn, [registers.SWEEP, providers.SWEEP, succession.SWEEP], await the_clock.now(conn))
    moments = [each for each in (swept, await next_due(engine)) if each is not None]
    return min(moments, default=None)


async def _due_placements(engine: AsyncEngine, now: datetime) -> AsyncIterator[UUID]:
    async with connection(engine) as conn:
        due_now = await conn.fetch("SELECT placement_id FROM placement WHERE is_open AND next_wake_at <= $1", now)
    for row in due_now:
        yield row["placement_id"]
