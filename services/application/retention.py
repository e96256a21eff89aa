"""The end of a record by name: which pupils' may have come, and the erasure once a person has said so."""

from collections.abc import Set as AbstractSet
from datetime import datetime
from uuid import UUID

import asyncpg
import structlog

from domain.placement.referral.drafting import DraftReferral
from domain.shared.commands import kebab
from events.ids import PlacementId
from infra.projections import due
from services.application.facts.held import Held

log = structlog.get_logger()

SWEEP = "retention"
_DRAFTS = "SELECT DISTINCT status FROM command WHERE key_id = $1 AND kind = $2"
# A pupil is looked at again when one of the placements has moved on, as by a confirmation or a correction.
_DISCOVER = """
SELECT $1, pupil_id::text, $2, sum(version) FROM placement GROUP BY pupil_id HAVING NOT bool_or(is_open)
"""


async def discover(conn: asyncpg.Connection, now: datetime) -> None:
    """Note the pupils with no placement that is still open."""
    await due.discover(conn, SWEEP, _DISCOVER, now)


async def drafts(conn: asyncpg.Connection, pupil_id: UUID) -> AbstractSet[str]:
    """How the drafts of a pupil stand, as their command rows have it: they are all that is kept where none began one.

    None begins while the caller's transaction, in which the pupil is held, is open.
    """
    rows = await conn.fetch(_DRAFTS, pupil_id, kebab(DraftReferral))
    return {row["status"] for row in rows}


def latest(held: Held) -> PlacementId:
    """One decision for all placements of the pupil, always on the same one of the controller's own."""
    return max(held.own)
