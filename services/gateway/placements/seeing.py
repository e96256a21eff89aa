"""How a person sees one placement: in which roles, with names or without, whole or as its provider."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from domain.placement.provider_sight import shown_events
from domain.placement.provider_sight.phases import ProviderPart
from events.envelope import Recorded
from events.ids import ProviderId
from infra.identity.tokens import Person
from infra.projections import placements
from infra.projections.placements import PlacementRow
from services.application.authorisation import Sights
from services.gateway.commands.commanding import not_found
from services.gateway.http.runtime import Gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class AsProvider:
    """Who sees a placement as its provider, and what of it."""

    provider_id: ProviderId
    part: ProviderPart

    def of(self, records: Sequence[Recorded[Any]]) -> Sequence[shown_events.EventForProvider]:
        return shown_events.timeline(records, self.part, self.provider_id)


def provider_of(row: PlacementRow, seen: Sights) -> AsProvider | None:
    part = seen.part(row)
    if part is None:
        return None
    assert row.provider_id is not None, "it is seen by its provider"
    return AsProvider(provider_id=ProviderId(row.provider_id), part=part)


async def checked(
    gateway: Gateway, conn: asyncpg.Connection, person: Person, placement_id: UUID
) -> tuple[PlacementRow, Sights]:
    """A placement, and in which roles this person sees it.

    Raises Problem: there is no such placement, or none that this person may know of.
    """
    row = await placements.find(conn, placement_id)
    seen = (await gateway.seeing(person, conn)).of(row)
    if row is None or not seen:
        raise not_found()
    return row, seen
