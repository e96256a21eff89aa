"""Which providers to look at for what has fallen due about them."""

from datetime import datetime

import asyncpg

from infra.event_store.relations import STREAMS
from infra.projections import due

SWEEP = "providers"
# A provider is looked at again when something was recorded of it. The range is the prefix and nothing else, by the
# primary key, whose collation is "C".
_DISCOVER = f"""
SELECT $1, substr(stream_id, length('provider-') + 1), $2, version
FROM {STREAMS}
WHERE stream_id > 'provider-' AND stream_id < 'provider.' AND version > 0
"""  # noqa: S608 - constants only
_ANY = f"SELECT EXISTS (SELECT FROM {STREAMS} WHERE stream_id > 'provider-' AND stream_id < 'provider.')"  # noqa: S608 - constants only


async def discover(conn: asyncpg.Connection, now: datetime) -> None:
    """A row for each provider, if it has none or has moved on."""
    await due.discover(conn, SWEEP, _DISCOVER, now)


async def anything_to_sweep(conn: asyncpg.Connection) -> bool:
    """Some provider is on record."""
    found: bool = await conn.fetchval(_ANY)
    return found
