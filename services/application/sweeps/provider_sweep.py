"""The sweep over providers: checks that ran out and visits that did not come round, from the record alone."""

from datetime import datetime
from uuid import UUID

import asyncpg

from domain.provider.deadlines import next_look
from events.ids import ProviderId, derived_id
from services.application.decider import of_system
from services.application.deciders import provider
from services.application.facts import providers
from services.application.handling import handle
from services.application.sweeps.sweeping import Sweep, SweepResult


def sweep() -> Sweep:
    return Sweep(name=providers.SWEEP, discover=providers.discover, look=_look)


async def _look(conn: asyncpg.Connection, subject: str, now: datetime) -> SweepResult:
    """Record what has fallen due about one provider."""
    provider_id = ProviderId(UUID(subject))
    decider = provider.passing_time(provider_id)
    loaded = await decider.load(conn)
    # Two looks at the same version are the same command, so they store the same events.
    context = of_system(derived_id(provider_id, f"pass-time/{loaded.version}"), now)
    result = await handle(conn, decider, None, context, loaded)
    return SweepResult(recorded=len(result.events), again=next_look(loaded.state, now))
