"""The end of a record by name: which pupils' may have come, and the erasure once a person has said so."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

import asyncpg
import structlog

from domain.commands import kebab
from domain.history import current
from domain.placement import retention
from domain.placement.referral import DraftReferral
from domain.placement.state import Placement
from events.codec import PLACEMENT
from events.ids import PlacementId, placement_stream
from infra import due, placements
from infra.keys import KeyProvider
from infra.records import load

log = structlog.get_logger()

SWEEP = "retention"
_DRAFTS = "SELECT DISTINCT status FROM command WHERE key_id = $1 AND kind = $2"
# A pupil is looked at anew when one of the placements has moved on, as by a confirmation or a correction.
_DISCOVER = """
SELECT $1, pupil_id::text, $2, sum(version) FROM placement GROUP BY pupil_id HAVING NOT bool_or(is_open)
"""


async def discover(conn: asyncpg.Connection, now: datetime) -> None:
    """Note the pupils with no placement that is still open."""
    await due.discover(conn, SWEEP, _DISCOVER, now)


async def held(conn: asyncpg.Connection, pupil_id: UUID, keys: KeyProvider) -> Mapping[PlacementId, Placement]:
    """All placements of a pupil as they stand; none moves on or opens until the caller's transaction ends.

    Raises:
        KeyMissing: nobody with this id is known.
    """
    ids = [PlacementId(each) for each in await placements.hold_of_pupil(conn, pupil_id)]
    return {each: current(await load(conn, placement_stream(each), PLACEMENT, keys)) for each in ids}


async def erase(pupil_id: UUID, held: Mapping[PlacementId, Placement], keys: KeyProvider) -> bool:
    """Destroy the pupil's key if a person said so and nothing stands against it; whether it was done.

    `held` is as above, in a transaction that is still open, so that no placement opens while the key goes.
    """
    if not retention.may_go(held.values()):
        return False
    await keys.destroy(pupil_id)
    log.info("personal_data_erased", key_id=str(pupil_id))
    return True


async def drafts(conn: asyncpg.Connection, pupil_id: UUID) -> Collection[str]:
    """How the drafts of a pupil stand, as their command rows have it: they are all that is kept where none began one.

    None begins while the caller's transaction, in which the pupil is held, is open.
    """
    rows = await conn.fetch(_DRAFTS, pupil_id, kebab(DraftReferral))
    return {row["status"] for row in rows}


async def erase_unplaced(pupil_id: UUID, keys: KeyProvider) -> None:
    """Destroy the key of a pupil whose drafts were all refused."""
    await keys.destroy(pupil_id)
    log.info("personal_data_erased", key_id=str(pupil_id))


def latest(held: Mapping[PlacementId, Placement]) -> PlacementId:
    """One decision for all placements of the pupil, on the latest: their ids are in the order of their making."""
    return max(held)
