"""Providers: their commands, and what time brings to one without anybody's doing."""

from functools import partial
from typing import Any

import asyncpg

from domain.access.roles import OrgKind, organisation
from domain.calendar.london import today
from domain.provider import evolve as states
from domain.provider import steps as rules
from domain.provider.deadlines import fallen_due
from domain.provider.facts import ProviderFacts
from domain.provider.state import Provider, ProviderStage
from events.codec import PROVIDER
from events.envelope import Actor
from events.ids import ProviderId, Urn, provider_stream
from infra.encryption.keys import DataKey, KeyProvider
from infra.projections import placements
from infra.projections.holding import hold_provider
from services.application import succession
from services.application.decider import Context, DecidedCommand, Decider, Loaded
from services.application.facts.holders import Holder, holders
from services.application.facts.holding import placements_of
from services.application.rows import write_provider


def provider(provider_id: ProviderId, keys: KeyProvider | None = None) -> Decider[Provider, ProviderFacts]:
    """Its key is made once a command that registers it is accepted. Without `keys`, it is only read."""

    async def key(_state: Provider) -> DataKey:
        assert keys is not None, "a provider is changed by who has its key"
        return await keys.create(provider_id)

    return Decider(
        stream_id=provider_stream(provider_id),
        about={"provider_id": provider_id},
        codec=PROVIDER,
        initial=states.initial,
        evolve=states.evolve,
        decide=rules.decide,
        gather=partial(_gather, provider_id),
        rows=partial(_write_rows, provider_id),
        keys=keys,
        key=key,
    )


def passing_time(provider_id: ProviderId) -> Decider[Provider, Context]:
    """Checks that ran out and visits that did not come round. Nothing of it is personal, so no key is needed."""

    async def context_alone(
        _conn: asyncpg.Connection, _loaded: Loaded[Provider], _command: object, context: Context
    ) -> Context:
        return context

    return Decider(
        stream_id=provider_stream(provider_id),
        about={"provider_id": provider_id},
        codec=PROVIDER,
        initial=states.initial,
        evolve=states.evolve,
        decide=lambda state, _command, context: fallen_due(state, context.now),
        gather=context_alone,
        rows=partial(_write_rows, provider_id),
    )


async def _write_rows(
    provider_id: ProviderId, conn: asyncpg.Connection, decided: DecidedCommand[Provider, Any]
) -> None:
    # A state that another has moved on from meanwhile is refused by the append.
    await hold_provider(conn, provider_id)
    await write_provider(conn, provider_id, decided.after.state)


async def _gather(
    provider_id: ProviderId, conn: asyncpg.Connection, loaded: Loaded[Provider], _command: object, context: Context
) -> ProviderFacts:
    return ProviderFacts(
        provider_id=provider_id,
        command_id=context.command_id,
        actor=context.actor,
        today=today(context.now),
        placed_there=await placements.used_by(conn, provider_id, context.actor.org_id),
        own_council=await _own_council(conn, loaded.state, context.actor),
        is_a_pupil=await _is_a_pupil(conn, provider_id, loaded.state, holds=context.holds),
    )


async def _is_a_pupil(conn: asyncpg.Connection, provider_id: ProviderId, state: Provider, *, holds: bool) -> bool:
    """Whether a pupil has the id of a provider that is to be registered. Held, so that none gets it meanwhile."""
    if state.stage is not ProviderStage.UNKNOWN:
        return False
    await placements_of(conn, provider_id, holds=holds)
    return Holder.PUPIL in await holders(conn, provider_id)


async def _own_council(conn: asyncpg.Connection, state: Provider, actor: Actor) -> frozenset[str]:
    """Of those who raised a concern that is open, the schools of the actor's council."""
    council = organisation(actor.org_id)
    if council is None or council.kind is not OrgKind.LA:
        return frozenset()
    raised = {organisation(each.org_id) for each in state.open_concerns}
    schools = [each for each in raised if each is not None and each.kind is OrgKind.SCHOOL]
    found = {each: await succession.folded(conn, Urn(each.name)) for each in schools}
    return frozenset(str(each) for each, known in found.items() if known is not None and known.la_code == council.name)
