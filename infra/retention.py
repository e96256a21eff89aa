"""Which pupils' records may have been kept long enough: those with no placement that is still open."""

from datetime import datetime

import asyncpg

from infra import due

SWEEP = "retention"
# A pupil is looked at anew when one of the placements has moved on, as by a confirmation or a correction.
_DISCOVER = """
SELECT $1, pupil_id::text, $2, sum(version) FROM placement GROUP BY pupil_id HAVING NOT bool_or(is_open)
"""


async def discover(conn: asyncpg.Connection, now: datetime) -> None:
    await due.discover(conn, SWEEP, _DISCOVER, now)
