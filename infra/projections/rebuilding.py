"""Builds a read model anew beside the one in use, from the whole record, and swaps it in.

The new table grows in a schema of its own, by the same keeper that keeps the live one. Once it has come as far,
one transaction holds the live follower back, lets the new table catch up, and puts it in the old one's place with
its position. Until then nothing that anybody reads has changed, so a rebuild that was cut off is begun again.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from infra.encryption.keys import KeyProvider
from infra.event_store.read import horizon
from infra.event_store.types import StoredEvent
from infra.postgres.db import async_url, connection
from infra.projections.registry import Following
from infra.streams.placement_streams import PlacementStreams
from infra.streams.reference import Reference
from infra.subscriptions.subscription import BATCH_LIMIT, RUNNING, Apply, Batch, run_batch, subscription

SCHEMA: Final = "rebuilding"
# One rebuild at a time in a database; the figure only has to differ from other locks.
_LOCK: Final = 0x7265_6275_696C_64
# Readers wait behind the swap, which waits for whoever reads already: it gives up, and can be begun again.
_SWAP_LIMIT: Final = "SET LOCAL lock_timeout = '5s'"
_CARRIED_OVER: Final = """
INSERT INTO {schema}.{table} ({columns}) SELECT {columns} FROM public.{table} t
WHERE EXISTS (
    SELECT FROM event_store.stream s
    WHERE s.stream_id = 'placement-' || t.placement_id AND s.archive IS NOT NULL
)
"""

RebuildProgress = Callable[[int, int], None]
"""Told after each batch: the position reached, and the last one to reach."""
_Step = Callable[[], Awaitable[Batch]]


class RebuildUnderWay(Exception):
    """Another rebuild is at work on this database."""


async def rebuild(
    model: Following,
    engine: AsyncEngine,
    *,
    owner_url: str,
    keys: KeyProvider,
    progress: RebuildProgress,
    limit: int = BATCH_LIMIT,
) -> int:
    """Build the read model from the first event on and swap it in; returns the position that it came to.

    `owner_url` is the same database as its owner, who alone may make and drop tables.

    Raises:
        RebuildUnderWay: another one runs.
        SubscriptionStopped: an event could not be applied; the live read model stays as it is.
    """
    name, apply = f"{model.name}.{SCHEMA}", _in_schema(model.follower(Reference(), PlacementStreams(keys)))

    async def step() -> Batch:
        return await run_batch(engine, name, apply, limit=limit)

    owner = create_async_engine(async_url(owner_url), poolclass=NullPool, hide_parameters=True)
    try:
        async with owner.connect() as conn:
            # Closing the connection lets the lock go, whatever happens between.
            if not await conn.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK}):
                raise RebuildUnderWay("another rebuild is at work on this database")
            await conn.commit()
            await _begin(conn, model, name)
            await _build(engine, step, progress)
            return await _swap(conn, model, name, step)
    finally:
        await owner.dispose()


async def _begin(conn: AsyncConnection, model: Following, name: str) -> None:
    """A table as it is described, in place of what an earlier attempt left.

    It has the rows of archived placements alone, whose events the record no longer holds.
    """
    async with conn.begin():
        await conn.execute(delete(subscription).where(subscription.c.name == name))
        for statement in (
            f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE",
            f"CREATE SCHEMA {SCHEMA}",
            f"GRANT USAGE ON SCHEMA {SCHEMA} TO placements_app",
            f"SET LOCAL search_path TO {SCHEMA}",
        ):
            await conn.execute(text(statement))
        await conn.run_sync(lambda sync: model.table.create(sync, checkfirst=False))
        if "placement_id" in model.table.c:
            columns = ", ".join(model.table.c.keys())
            await conn.execute(text(_CARRIED_OVER.format(table=model.table.name, schema=SCHEMA, columns=columns)))
        granted = f"GRANT SELECT, INSERT, UPDATE, DELETE ON {SCHEMA}.{model.table.name} TO placements_app"
        await conn.execute(text(granted))


async def _build(engine: AsyncEngine, step: _Step, progress: RebuildProgress) -> None:
    async with connection(engine) as conn:
        last = (await horizon(conn)).limit
    more = True
    while more:
        batch = await step()
        more = batch.more
        progress(batch.position, max(last, batch.position))


async def _swap(conn: AsyncConnection, model: Following, name: str, step: _Step) -> int:
    """In one transaction: from the live follower's last batch to the new table in its place."""
    table = model.table.name
    async with conn.begin():
        await conn.execute(text(_SWAP_LIMIT))
        begun = insert(subscription).values(name=model.name).on_conflict_do_nothing()
        await conn.execute(begun)
        # The live follower cannot claim its position meanwhile, so nothing is written that the new table lacks.
        await conn.execute(select(subscription.c.position).where(subscription.c.name == model.name).with_for_update())
        while (batch := await step()).more:
            pass
        await conn.execute(text(f"DROP TABLE public.{table}"))
        await conn.execute(text(f"ALTER TABLE {SCHEMA}.{table} SET SCHEMA public"))
        reached = subscription.update().where(subscription.c.name == model.name)
        await conn.execute(reached.values(position=batch.position, **RUNNING))
        await conn.execute(delete(subscription).where(subscription.c.name == name))
        await conn.execute(text(f"DROP SCHEMA {SCHEMA}"))
    return batch.position


def _in_schema(apply: Apply) -> Apply:
    """The same work on the table beside the live one: names without a schema are looked up there first."""

    async def applied(conn: AsyncConnection, events: Sequence[StoredEvent]) -> None:
        await conn.execute(text(f"SET LOCAL search_path TO {SCHEMA}, public"))
        await apply(conn, events)

    return applied
