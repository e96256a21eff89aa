"""When everything is decided, and whatever follows the record has caught up with it."""

import asyncio

import asyncpg

from services.application.supervision import SUBSCRIPTIONS

# In one look: a follower gives a command in the transaction that moves its position.
_AT_REST = """
SELECT NOT EXISTS (SELECT FROM command WHERE status = 'recorded')
   AND cardinality($1::text[]) = (
       SELECT count(*) FROM subscription
       WHERE name = ANY($1) AND position >= (SELECT coalesce(max(position), 0) FROM event_store.event)
   )
"""


async def at_rest(conn: asyncpg.Connection) -> bool:
    resting: bool = await conn.fetchval(_AT_REST, sorted(SUBSCRIPTIONS))
    return resting


async def until_at_rest(dsn: str) -> None:
    conn = await asyncpg.connect(dsn)
    try:
        async with asyncio.timeout(120):
            while not await at_rest(conn):  # noqa: ASYNC110 - what follows tells nobody
                await asyncio.sleep(0.05)
    finally:
        await conn.close()
