"""Subscriptions to the whole record, each with a position that moves only together with its work.

A subscription takes every event once, in commit order. One that fails stops at the event that it cannot apply, and
names it: it never skips an event, and tries that one again until it succeeds.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import BigInteger, Column, DateTime, Table, Text, Uuid, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.event_store.read import read_all
from infra.event_store.types import StoredEvent
from infra.postgres.db import metadata, raw
from infra.subscriptions.shared_feed import SharedPage

subscription = Table(
    "subscription",
    metadata,
    Column("name", Text, primary_key=True),
    Column("position", BigInteger, nullable=False, server_default=text("0")),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("stopped_reason", Text),
    Column("stopped_position", BigInteger),
    Column("stopped_event_id", Uuid),
)
RUNNING: Final[dict[str, Any]] = {"stopped_reason": None, "stopped_position": None, "stopped_event_id": None}
"""The columns about stopping while a subscription runs."""

Apply = Callable[[AsyncConnection, Sequence[StoredEvent]], Awaitable[None]]
"""Applies a batch, in the transaction that also moves the position. Never called with none.

One that fails is called again with fewer of the same events, and what its transaction did is undone before.
"""

BATCH_LIMIT: Final = 500

_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one step did: applied `seen` events and reached `position`.

    `more`: there is more to read now. `behind`: some events are on their way, so look again soon. `shared`: the events
    were those of a page that the process has read.
    """

    position: int
    seen: int
    more: bool
    behind: bool
    shared: bool = False


class SubscriptionHeld(Exception):
    """Another runner is at work under this name now."""


class SubscriptionStopped(Exception):
    """An event could not be applied; the position stays before it, and the next step tries it again."""


class PositionMovedBack(Exception):
    """A subscription's position only grows; to begin again it takes a new name."""


class _ApplyFailed(Exception):
    """Carries what went wrong, and with what, out of the transaction, so that it is rolled back first."""

    def __init__(self, events: Sequence[StoredEvent]) -> None:
        super().__init__()
        self.events = events


async def run_batch(
    engine: AsyncEngine,
    name: str,
    apply: Apply,
    *,
    types: Sequence[str] | None = None,
    limit: int = BATCH_LIMIT,
    page: SharedPage | None = None,
) -> Batch:
    """Applies what lies after the saved position, and saves the new one, in one transaction.

    `page` is taken in place of a read where it begins at the saved position. A batch that fails is read, and then
    halved until it succeeds or is the one event that cannot be applied.

    Raises:
        SubscriptionHeld: another runner is in the middle of a batch.
        SubscriptionStopped: `apply` failed with one event, for the reason that is its cause; both are kept beside
            the position.
    """
    try:
        async with engine.begin() as conn:
            position, stopped = await _claimed(engine, conn, name)
            batch, events = await _after(conn, position, types, limit, page)
            if events:
                await _applied(conn, apply, events)
            if batch.position > position:
                await save_position(conn, name, batch.position)
    except _ApplyFailed as failed:
        if page is not None or len(failed.events) > 1:
            fewer = limit if page is not None else len(failed.events) // 2
            return await run_batch(engine, name, apply, types=types, limit=fewer)
        (event,) = failed.events
        cause = failed.__cause__
        await _note_stop(engine, name, event, type(cause).__qualname__)
        raise SubscriptionStopped(
            f"{name} stopped at position {event.position}, event {event.event_id}: {type(cause).__qualname__}"
        ) from cause
    if stopped is not None and batch.position > position:
        _log.info("subscription_resumed", subscription=name, position=batch.position)
    return batch


async def _after(
    conn: AsyncConnection, position: int, types: Sequence[str] | None, limit: int, shared: SharedPage | None
) -> tuple[Batch, Sequence[StoredEvent]]:
    if shared is not None and shared.after == position:
        seen = len(shared.events)
        return Batch(position=shared.next, seen=seen, more=True, behind=False, shared=True), shared.events
    page = await read_all(await raw(conn), after=position, limit=limit, types=types)
    return Batch(position=page.next, seen=len(page.events), more=page.more, behind=page.horizon.behind), page.events


async def position_of(conn: AsyncConnection, name: str) -> int:
    """The position of a subscription; 0 for one that never ran."""
    found = await conn.scalar(select(subscription.c.position).where(subscription.c.name == name))
    return found or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionStatus:
    """The position of a subscription. `stopped_reason`: the class of the error that stopped it; None while it runs."""

    name: str
    position: int
    stopped_reason: str | None
    stopped_position: int | None
    stopped_event_id: UUID | None


async def standings(conn: AsyncConnection) -> list[SubscriptionStatus]:
    """Every subscription that has begun, by name."""
    columns = [subscription.c[field] for field in SubscriptionStatus.__dataclass_fields__]
    rows = await conn.execute(select(*columns).order_by(subscription.c.name))
    return [SubscriptionStatus(**row) for row in rows.mappings()]


async def save_position(conn: AsyncConnection, name: str, position: int) -> None:
    """Raises PositionMovedBack."""
    saved = await conn.execute(
        update(subscription)
        .where(subscription.c.name == name, subscription.c.position <= position)
        .values(position=position, updated_at=func.clock_timestamp(), **RUNNING)
    )
    if saved.rowcount != 1:
        raise PositionMovedBack(f"{name} is beyond {position}, or was never begun")


async def _claimed(engine: AsyncEngine, conn: AsyncConnection, name: str) -> tuple[int, str | None]:
    """The saved position and why it stopped there, held until the transaction ends.

    A runner that dies lets go with its connection.

    Raises:
        SubscriptionHeld: another runner is in the middle of a batch.
    """
    columns = select(subscription.c.position, subscription.c.stopped_reason).where(subscription.c.name == name)
    claim = columns.with_for_update(skip_locked=True)
    found = (await conn.execute(claim)).one_or_none()
    if found is None:
        # Begun in a transaction of its own: within this one, another runner would wait for all of the batch.
        async with engine.begin() as beginning:
            await beginning.execute(insert(subscription).values(name=name).on_conflict_do_nothing())
        found = (await conn.execute(claim)).one_or_none()
    if found is None:
        raise SubscriptionHeld(f"{name} is being followed by another runner")
    return found.position, found.stopped_reason


async def _applied(conn: AsyncConnection, apply: Apply, events: Sequence[StoredEvent]) -> None:
    try:
        await apply(conn, events)
    except Exception as failed:
        raise _ApplyFailed(events) from failed


async def _note_stop(engine: AsyncEngine, name: str, event: StoredEvent, reason: str) -> None:
    # The type only: a message may quote what was read.
    _log.error(
        "subscription_stopped",
        subscription=name,
        position=event.position,
        event_id=str(event.event_id),
        stream_id=event.stream_id,
        error_type=reason,
    )
    stop = {"stopped_reason": reason, "stopped_position": event.position, "stopped_event_id": event.event_id}
    async with engine.begin() as conn:
        noted = insert(subscription).values(name=name, **stop)
        await conn.execute(noted.on_conflict_do_update(index_elements=["name"], set_=stop))
