"""Whether the record is being signed, as the database shows it to every process: for warnings, figures and doctor."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg

BEHIND_SECONDS: Final = 180.0
"""Twice the minute between two checkpoints, and what a writer may stay open."""
_LOOK: Final = """
SELECT (SELECT max(position) FROM checkpoint WHERE origin = $1) AS position,
    looked_at, stopped_at, why, extract(epoch FROM clock_timestamp() - looked_at)::float8 AS age
FROM (VALUES (1)) one (n) LEFT JOIN signing ON signing.origin = $1
"""
# Where the signer has no role of its own, the services' role may write what it writes.
_SHARED: Final = "SELECT has_table_privilege(current_user, 'checkpoint', 'INSERT')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """`position`: of the last event that is signed for. `age`: seconds since the signer last looked, if it ever did."""

    origin: str
    position: int = 0
    settled: int = 0
    looked_at: datetime | None = None
    age: float | None = None
    stopped_at: datetime | None = None
    why: str | None = None

    @property
    def waiting(self) -> int:
        """Positions that are settled and not signed for; those of rolled back transactions count as well."""
        return max(self.settled - self.position, 0) if self.origin else 0


async def signing_of(conn: asyncpg.Connection, origin: str, settled: int) -> Signing:
    if not origin:
        return Signing(origin=origin, settled=settled)
    row = await conn.fetchrow(_LOOK, origin)
    assert row is not None
    return Signing(
        origin=origin,
        position=row["position"] or 0,
        settled=settled,
        looked_at=row["looked_at"],
        age=row["age"],
        stopped_at=row["stopped_at"],
        why=row["why"],
    )


async def is_shared(conn: asyncpg.Connection) -> bool:
    """Whether the role of this connection, the services', may write checkpoints."""
    return bool(await conn.fetchval(_SHARED))
