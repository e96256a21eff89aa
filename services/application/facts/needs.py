"""How each fact is loaded that a step asks for: one loader for each `Need`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import asyncpg

from domain.access.controllers import Ownership
from domain.placement.agreement.pattern import elsewhere
from domain.placement.facts import Assignee, Facts, Need
from domain.placement.record.history import current
from domain.placement.referral.threshold import there
from domain.placement.stages import DECIDED, RUNNING
from domain.placement.state import Placement
from domain.placement.step import Named
from events.codec import PLACEMENT
from events.ids import PlacementId, ProviderId, PupilId, placement_stream
from infra.encryption.keys import KeyMissing, KeyProvider
from infra.identity import people
from infra.letters.agreements import agreements
from infra.projections import placements
from infra.streams.placement_streams import PlacementStreams
from infra.streams.records import load
from infra.streams.reference import Reference
from services.application.facts import holding, same_number
from services.application.facts.held import hold
from services.application.facts.holders import Holder, holders
from services.application.facts.ownership import ownership


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSources:
    """What a loader has at hand: the transaction, the placement, and what the command names beside it."""

    conn: asyncpg.Connection
    keys: KeyProvider
    streams: PlacementStreams
    reference: Reference
    state: Placement
    named: Named
    holds: bool = True

    @property
    def pupil_id(self) -> PupilId:
        found = self.named.pupil_id or self.state.pupil_id
        assert found is not None, "a placement has a pupil from its draft on, and the draft names one"
        return found

    @property
    def provider_id(self) -> ProviderId | None:
        return self.named.provider_id or self.state.proposal.provider_id


Loader = Callable[[FactSources, Facts], Awaitable[Facts]]
"""Adds to the facts what was asked for."""


async def _ownership(sources: FactSources, facts: Facts) -> Facts:
    """Whose the pupil's record is. A new pupil is held until the draft is stored: two organisations that bring the same
    new id come one after the other.
    """
    if sources.named.pupil_id is not None:
        await holding.placements_of(sources.conn, sources.pupil_id, holds=sources.holds)
        if Holder.PROVIDER in await holders(sources.conn, sources.pupil_id):
            return replace(facts, owned=Ownership(controller=None))
    return replace(facts, owned=await ownership(sources.conn, sources.pupil_id))


async def _other_placements(sources: FactSources, facts: Facts) -> Facts:
    """The pupil's other placements, held until this decision is stored, so that two cannot claim one session."""
    found = []
    for other_id in await placements.ids_of_pupil(sources.conn, sources.pupil_id):
        if other_id != facts.placement_id:
            stream = await load(sources.conn, placement_stream(PlacementId(other_id)), PLACEMENT, sources.keys)
            found.append(elsewhere(current(stream)))
    return replace(facts, elsewhere=tuple(each for each in found if each is not None))


async def _pupils_at_provider(sources: FactSources, facts: Facts) -> Facts:
    """The pupils with a place at the provider. Their rows do not say who has a plan, so their streams are read.

    Held until this decision is stored, so that two places given at once do not both count as the fourth.
    """
    if sources.provider_id is None:
        return facts
    stages = [*DECIDED, *RUNNING]
    placed = await holding.placed_at(sources.conn, sources.provider_id, stages, holds=sources.holds)
    others = [PlacementId(each) for each in placed if each != facts.placement_id]
    states = [(await sources.streams.current(sources.conn, each)).state for each in others]
    return replace(facts, at_provider=tuple(there(each, facts.today) for each in states))


async def _same_number(sources: FactSources, facts: Facts) -> Facts:
    given = sources.named.numbered
    found = await same_number.others(
        sources.conn, sources.keys, given, facts.school, facts.actor.org_id, holds=sources.holds
    )
    return replace(facts, same_number=found)


async def _erasure(sources: FactSources, facts: Facts) -> Facts:
    """Whether the pupil is to be erased; held until the decision is stored, so that no key goes as it begins."""
    try:
        pupil = await hold(sources.conn, sources.pupil_id, sources.keys, holds=sources.holds)
    except KeyMissing:
        return facts
    return replace(facts, erasure_settled=pupil.is_to_be_erased)


async def _agreements(sources: FactSources, facts: Facts) -> Facts:
    return replace(facts, agreements=await agreements(sources.conn, sources.pupil_id, sources.keys))


async def _present_calendar(sources: FactSources, facts: Facts) -> Facts:
    return replace(facts, calendar=sources.reference.calendar(facts.school))


async def _assignee(sources: FactSources, facts: Facts) -> Facts:
    assert sources.named.assignee is not None, "the command names somebody"
    found = await people.find(sources.conn, sources.named.assignee, facts.actor.org_id)
    return replace(facts, assignee=None if found is None else Assignee(roles=found.roles))


LOADERS: Mapping[Need, Loader] = MappingProxyType(
    {
        Need.OWNERSHIP: _ownership,
        Need.OTHER_PLACEMENTS: _other_placements,
        Need.PUPILS_AT_PROVIDER: _pupils_at_provider,
        Need.SAME_NUMBER: _same_number,
        Need.ERASURE: _erasure,
        Need.AGREEMENTS: _agreements,
        Need.ASSIGNEE: _assignee,
        Need.PRESENT_CALENDAR: _present_calendar,
    }
)
