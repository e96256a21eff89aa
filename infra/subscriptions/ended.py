"""Subscriptions of the release before that kept lists, which are written with their placement now."""

from typing import Final

import asyncpg

ENDED: Final = ("deadlines", "outcomes", "provider-deadlines", "reviews")
"""By name. The database lets none of them begin again (revision 0140)."""


async def end_list_subscriptions(conn: asyncpg.Connection) -> int:
    """Remove their rows, each once the batch that is under way is over. Returns how many there were."""
    ended: int = await conn.fetchval("SELECT end_list_subscriptions()")
    return ended
