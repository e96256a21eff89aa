"""Work that somebody has asked for and a worker carries out: a row for each, with how far it is and what came of it.

A worker claims a row for a while, and says so again as it goes on; when it dies, another begins the work afresh. What
came of it is kept in parts, compressed, and deleted once it is fetched, or after a day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import asyncpg
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)

from infra.postgres.db import metadata

JobKind = Literal["diff", "what_if", "export"]
JobStatus = Literal["waiting", "running", "done", "failed", "fetched", "expired"]

CLAIM_SECONDS: Final = 60
KEPT_HOURS: Final = 24
MOST_ATTEMPTS: Final = 3

audit_job = Table(
    "audit_job",
    metadata,
    Column("job_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    # Canonical JSON: ids, codes and times alone.
    Column("asked", Text, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("org", Text),
    Column("status", Text, nullable=False, server_default=text("'waiting'")),
    Column("reached", BigInteger, nullable=False, server_default=text("0")),
    Column("attempts", BigInteger, nullable=False, server_default=text("0")),
    Column("asked_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("claimed_until", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("failure", Text),
    CheckConstraint("kind IN ('diff', 'what_if', 'export')", name="kind"),
    CheckConstraint("status IN ('waiting', 'running', 'done', 'failed', 'fetched', 'expired')", name="status"),
)
Index(
    "audit_job_open_idx",
    audit_job.c.asked_at,
    postgresql_where=text("status IN ('waiting', 'running', 'done')"),
)
Index("audit_job_person_id_idx", audit_job.c.person_id, audit_job.c.asked_at)
audit_job_part = Table(
    "audit_job_part",
    metadata,
    Column("job_id", Uuid, ForeignKey("audit_job.job_id"), primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`reached`: how many placements or lines are done. `attempts` tells the claims of one job apart."""

    job_id: UUID
    kind: JobKind
    asked: str
    person_id: UUID
    org: str | None
    status: JobStatus
    reached: int
    attempts: int
    asked_at: datetime
    finished_at: datetime | None
    failure: str | None


class ClaimLost(Exception):
    """Another worker has the job by now, or it has expired."""


_COLUMNS: Final = ", ".join(each.name for each in fields(Job))
_ASK: Final = f"""
INSERT INTO audit_job (job_id, kind, asked, person_id, org) VALUES ($1, $2, $3, $4, $5) RETURNING {_COLUMNS}
"""  # noqa: S608 - constants only
_FIND: Final = f"SELECT {_COLUMNS} FROM audit_job WHERE job_id = $1 AND person_id = $2"  # noqa: S608 - constants only
_OF_PERSON: Final = f"""
SELECT {_COLUMNS} FROM audit_job WHERE person_id = $1 ORDER BY asked_at DESC LIMIT $2
"""  # noqa: S608 - constants only
_OPEN: Final = "SELECT count(*) FROM audit_job WHERE person_id = $1 AND status IN ('waiting', 'running')"
_CLAIM: Final = f"""
UPDATE audit_job SET status = 'running', reached = 0, attempts = attempts + 1,
    claimed_until = clock_timestamp() + make_interval(secs => $1)
WHERE job_id = (
    SELECT job_id FROM audit_job
    WHERE status = 'waiting' OR (status = 'running' AND claimed_until < clock_timestamp())
    ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING {_COLUMNS}
"""  # noqa: S608 - constants only
_GO_ON: Final = """
UPDATE audit_job SET reached = $3, claimed_until = clock_timestamp() + make_interval(secs => $4)
WHERE job_id = $1 AND attempts = $2 AND status = 'running' RETURNING job_id
"""
_END: Final = """
UPDATE audit_job SET status = $3, reached = $4, failure = $5, finished_at = clock_timestamp(), claimed_until = NULL
WHERE job_id = $1 AND attempts = $2 AND status = 'running' RETURNING job_id
"""
_GIVE_BACK: Final = """
UPDATE audit_job SET status = 'waiting', claimed_until = NULL
WHERE job_id = $1 AND attempts = $2 AND status = 'running'
"""
_KEEP: Final = "INSERT INTO audit_job_part (job_id, number, content) VALUES ($1, $2, $3)"
_PARTS: Final = "SELECT content FROM audit_job_part WHERE job_id = $1 ORDER BY number"
_DROP: Final = "DELETE FROM audit_job_part WHERE job_id = $1"
_FETCH: Final = """
UPDATE audit_job SET status = 'fetched' WHERE job_id = $1 AND person_id = $2 AND status = 'done' RETURNING job_id
"""
_EXPIRE: Final = """
UPDATE audit_job SET status = 'expired'
WHERE status = 'done' AND finished_at < clock_timestamp() - make_interval(hours => $1) RETURNING job_id
"""


async def ask(
    conn: asyncpg.Connection, job_id: UUID, kind: JobKind, asked: str, *, person_id: UUID, org: str | None
) -> Job:
    row = await conn.fetchrow(_ASK, job_id, kind, asked, person_id, org)
    assert row is not None, "an insert gives its row"
    return Job(**row)


async def find(conn: asyncpg.Connection, job_id: UUID, person_id: UUID) -> Job | None:
    """A job of this person; another's is not there."""
    row = await conn.fetchrow(_FIND, job_id, person_id)
    return None if row is None else Job(**row)


async def of_person(conn: asyncpg.Connection, person_id: UUID, *, limit: int = 50) -> Sequence[Job]:
    """What somebody has asked for, the latest first."""
    return [Job(**row) for row in await conn.fetch(_OF_PERSON, person_id, limit)]


async def open_of(conn: asyncpg.Connection, person_id: UUID) -> int:
    """How many jobs of this person are not carried out yet."""
    found: int = await conn.fetchval(_OPEN, person_id)
    return found


async def claim(conn: asyncpg.Connection) -> Job | None:
    """The oldest job that waits, or whose worker is gone, without what an earlier attempt has kept."""
    async with conn.transaction():
        row = await conn.fetchrow(_CLAIM, CLAIM_SECONDS)
        if row is None:
            return None
        await conn.execute(_DROP, row["job_id"])
        return Job(**row)


async def keep(conn: asyncpg.Connection, job: Job, number: int, content: bytes, *, reached: int) -> None:
    """Keep a part, and the claim. Raises ClaimLost."""
    async with conn.transaction():
        await go_on(conn, job, reached=reached)
        await conn.execute(_KEEP, job.job_id, number, content)


async def go_on(conn: asyncpg.Connection, job: Job, *, reached: int) -> None:
    """Say how far it is, and keep the claim. Raises ClaimLost."""
    if await conn.fetchval(_GO_ON, job.job_id, job.attempts, reached, CLAIM_SECONDS) is None:
        raise ClaimLost


async def finish(conn: asyncpg.Connection, job: Job, *, reached: int) -> None:
    """Raises ClaimLost."""
    if await conn.fetchval(_END, job.job_id, job.attempts, "done", reached, None) is None:
        raise ClaimLost


async def fail(conn: asyncpg.Connection, job: Job, words: str) -> None:
    """It is not tried again. What was kept of it goes."""
    async with conn.transaction():
        if await conn.fetchval(_END, job.job_id, job.attempts, "failed", job.reached, words) is not None:
            await conn.execute(_DROP, job.job_id)


async def give_back(conn: asyncpg.Connection, job: Job) -> None:
    """Another worker, or this one later, takes it up at once."""
    await conn.execute(_GIVE_BACK, job.job_id, job.attempts)


async def fetch(conn: asyncpg.Connection, job_id: UUID, person_id: UUID) -> list[bytes] | None:
    """What came of it, once: it is deleted as it is given. None where there is nothing to fetch, or no more."""
    async with conn.transaction():
        if await conn.fetchval(_FETCH, job_id, person_id) is None:
            return None
        parts = [row["content"] for row in await conn.fetch(_PARTS, job_id)]
        await conn.execute(_DROP, job_id)
        return parts


async def expire(conn: asyncpg.Connection) -> int:
    """Delete what nobody has fetched for a day; returns of how many jobs."""
    async with conn.transaction():
        gone = [row["job_id"] for row in await conn.fetch(_EXPIRE, KEPT_HOURS)]
        for job_id in gone:
            await conn.execute(_DROP, job_id)
        return len(gone)
