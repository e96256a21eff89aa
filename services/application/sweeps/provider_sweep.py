"""The sweep over providers: checks that ran out and visits that did not come round, from the record alone."""

from datetime import datetime
from functools import reduce
from uuid import UUID

import asyncpg

from domain.law.legal_refs import legal_refs
from domain.placement.record.history import occurred_at
from domain.provider.deadlines import fallen_due, next_look
from domain.provider.state import evolve, initial
from events.codec import PROVIDER
from events.envelope import Metadata
from events.ids import CommandId, ProviderId, derived_id, provider_stream
from infra.streams.records import PendingEvent, append_noted, load
from services.application.deciding import SYSTEM
from services.application.facts import providers
from services.application.sweeps.sweeping import Sweep, SweepResult


def sweep() -> Sweep:
    return Sweep(name=providers.SWEEP, discover=providers.discover, look=_look)


async def _look(conn: asyncpg.Connection, subject: str, now: datetime) -> SweepResult:
    """Record what has fallen due about one provider. Nothing of it is personal, so no key is needed."""
    provider_id = ProviderId(UUID(subject))
    records = await load(conn, provider_stream(provider_id), PROVIDER)
    state = reduce(evolve, (record.event for record in records), initial())
    due = fallen_due(state, now)
    if due:
        # Two looks at the same version are the same command, so they store the same events.
        command_id = CommandId(derived_id(provider_id, f"pass-time/{state.version}"))
        noted = [
            PendingEvent(
                event=event,
                metadata=Metadata(
                    occurred_at=occurred_at(event, now),
                    actor=SYSTEM,
                    command_id=command_id,
                    correlation_id=command_id,
                    legal_refs=legal_refs(event),
                ),
            )
            for event in due
        ]
        await append_noted(
            conn, provider_stream(provider_id), noted, codec=PROVIDER, version=state.version, recorded_at=now
        )
    return SweepResult(recorded=len(due), again=next_look(state, now))
