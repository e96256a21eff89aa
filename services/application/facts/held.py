"""A pupil with all placements, held so that nothing about them changes until the caller's transaction ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from domain.access.controllers import Ownership, is_of
from domain.placement.record.history import current
from domain.placement.record.retention import DecideErasure, may_go
from domain.placement.state import Placement
from domain.shared.commands import kebab
from events.codec import PLACEMENT
from events.codes import CommissionerKind
from events.ids import PlacementId, PupilId, Urn, placement_stream, pupil_stream
from infra import commands
from infra.encryption.keys import KeyProvider
from infra.projections import placements
from infra.projections.placements import PlacementRow
from infra.streams.records import load
from services.application.facts.holders import Holder, holders
from services.application.facts.holding import placements_of
from services.application.facts.ownership import ownership


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """All placements of a pupil as they stand, whose the record is, and which of the placements are the controller's.

    Only a record from before controllers were recorded has others. `is_provider`: a provider was registered under the
    pupil's id, when that was not refused yet, and its key would go with the pupil's. `decided_unplaced`: a person
    decided on the erasure while the pupil had no placement.
    """

    pupil_id: UUID
    is_provider: bool = False
    owned: Ownership | None
    states: Mapping[PlacementId, Placement]
    own: Mapping[PlacementId, Placement]
    decided_unplaced: bool = False

    @property
    def is_to_be_erased(self) -> bool:
        """A person of the controller has said that the pupil's personal data go."""
        return self.decided_unplaced or any(each.ending.is_to_be_erased for each in self.own.values())

    @property
    def may_go(self) -> bool:
        """Whether the data are erased now: a person of the controller said so, and nothing prevents it."""
        if not self.states:
            return self.decided_unplaced
        return may_go(self.states.values(), self.own.values())


async def hold(conn: asyncpg.Connection, pupil_id: UUID, keys: KeyProvider, *, holds: bool = True) -> Held:
    """All placements of a pupil; none moves on or opens until the caller's transaction ends, if it `holds`.

    Raises:
        KeyMissing: nobody with this id is known.
    """
    ids = [PlacementId(each) for each in await placements_of(conn, pupil_id, holds=holds)]
    states = {each: current(await load(conn, placement_stream(each), PLACEMENT, keys)) for each in ids}
    owned = await ownership(conn, pupil_id)
    rows = await placements.find_many(conn, ids)
    return Held(
        pupil_id=pupil_id,
        is_provider=Holder.PROVIDER in await holders(conn, pupil_id),
        owned=owned,
        states=states,
        decided_unplaced=await commands.was_accepted(conn, pupil_stream(PupilId(pupil_id)), kebab(DecideErasure)),
        own={each: state for each, state in states.items() if owned is not None and _is_own(owned, rows[each])},
    )


def _is_own(owned: Ownership, row: PlacementRow) -> bool:
    return is_of(owned, CommissionerKind(row.commissioner), Urn(row.home_school_urn), row.la_code)
