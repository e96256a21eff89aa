"""The end of a record by name: which pupils' may have come, and the erasure once a person has said so."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
import structlog

from domain.access.controllers import Ownership, is_of
from domain.placement.record import retention
from domain.placement.record.history import current
from domain.placement.referral.referral import DraftReferral
from domain.placement.state import Placement
from domain.shared.commands import kebab
from events.codec import PLACEMENT
from events.codes import CommissionerKind
from events.ids import PlacementId, Urn, placement_stream
from infra.encryption.keys import KeyOfAnother, KeyProvider
from infra.projections import council_numbers, due, placements, pupil_numbers
from infra.projections.placements import PlacementRow
from infra.streams.records import load
from services.application.facts.holders import Holder, holders
from services.application.facts.ownership import ownership

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """All placements of a pupil as they stand, whose the record is, and which of the placements are the controller's.

    Only a record from before controllers were recorded has others. `is_provider`: a provider was registered under the
    pupil's id, when that was not refused yet, and its key would go with the pupil's.
    """

    pupil_id: UUID
    is_provider: bool = False
    owned: Ownership | None
    states: Mapping[PlacementId, Placement]
    own: Mapping[PlacementId, Placement]

    @property
    def is_to_be_erased(self) -> bool:
        """A person of the controller has said that the pupil's personal data go."""
        return any(each.is_to_be_erased for each in self.own.values())


async def held(conn: asyncpg.Connection, pupil_id: UUID, keys: KeyProvider) -> Held:
    """All placements of a pupil; none moves on or opens until the caller's transaction ends.

    Raises:
        KeyMissing: nobody with this id is known.
    """
    ids = [PlacementId(each) for each in await placements.hold_of_pupil(conn, pupil_id)]
    states = {each: current(await load(conn, placement_stream(each), PLACEMENT, keys)) for each in ids}
    owned = await ownership(conn, pupil_id)
    rows = await placements.find_many(conn, ids)
    return Held(
        pupil_id=pupil_id,
        is_provider=Holder.PROVIDER in await holders(conn, pupil_id),
        owned=owned,
        states=states,
        own={each: state for each, state in states.items() if owned is not None and _is_own(owned, rows[each])},
    )


def _is_own(owned: Ownership, row: PlacementRow) -> bool:
    return is_of(owned, CommissionerKind(row.commissioner), Urn(row.home_school_urn), row.la_code)


async def erase(conn: asyncpg.Connection, held: Held, keys: KeyProvider) -> bool:
    """Destroy the pupil's key if a person of its controller said so and nothing stands against it; whether it was done.

    `held` is as above, in a transaction that is still open, so that no placement opens while the key goes.
    """
    if held.is_provider:
        log.error("key_of_a_provider_kept", key_id=str(held.pupil_id))
        return False
    if held.owned is None or not retention.may_go(held.states.values(), held.own.values()):
        return False
    await pupil_numbers.forget(conn, held.pupil_id)
    await council_numbers.forget(conn, held.pupil_id)
    await keys.destroy(held.pupil_id, owner=held.owned.claimed_by)
    log.info("personal_data_erased", key_id=str(held.pupil_id))
    return True


async def drafts(conn: asyncpg.Connection, pupil_id: UUID) -> AbstractSet[str]:
    """How the drafts of a pupil stand, as their command rows have it: they are all that is kept where none began one.

    None begins while the caller's transaction, in which the pupil is held, is open.
    """
    rows = await conn.fetch(_DRAFTS, pupil_id, kebab(DraftReferral))
    return {row["status"] for row in rows}


async def erase_unplaced(conn: asyncpg.Connection, held: Held, keys: KeyProvider) -> None:
    """Destroy the key of a pupil of whom there is no placement. Raises KeyOfAnother: it is a provider's."""
    if held.is_provider:
        raise KeyOfAnother(f"key {held.pupil_id} is a provider's")
    await pupil_numbers.forget(conn, held.pupil_id)
    await council_numbers.forget(conn, held.pupil_id)
    await keys.destroy(held.pupil_id, owner=held.owned.claimed_by if held.owned else None)
    log.info("personal_data_erased", key_id=str(held.pupil_id))


def latest(held: Held) -> PlacementId:
    """One decision for all placements of the pupil, always on the same one of the controller's own."""
    return max(held.own)
