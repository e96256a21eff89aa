"""The sweep over conversions and closures that were planned: on its day, another school takes the school's place."""

from datetime import datetime
from uuid import UUID

import asyncpg

from domain.calendar.london import start_of, today
from domain.law.legal_refs import legal_refs
from domain.placement.record.history import occurred_at
from domain.school.succession import taking_effect
from events.codec import SCHOOL
from events.envelope import Metadata
from events.ids import CommandId, Urn, derived_id, school_stream
from infra.event_store.lookup import stream_versions
from infra.streams.records import PendingEvent, append_noted
from services.application import succession
from services.application.deciding import SYSTEM
from services.application.sweeps.sweeping import Sweep, SweepResult

_SUBJECTS = UUID("6f0f5c7e-2f6e-5d53-9a53-0d5b6c1f7a10")


def sweep() -> Sweep:
    return Sweep(name=succession.SWEEP, discover=_nothing_else, look=_look)


async def _nothing_else(_conn: asyncpg.Connection, _now: datetime) -> None:
    """Whoever plans a conversion or a closure has the school looked at on its day."""


async def _look(conn: asyncpg.Connection, subject: str, now: datetime) -> SweepResult:
    urn = Urn(subject)
    before = await succession.folded(conn, urn)
    planned = None if before is None else before.succession
    if before is None or planned is None:
        return SweepResult(recorded=0, again=None)
    successor = (await succession.chain(conn, planned.successor_urn))[-1]
    events = taking_effect(before, today(now), by=successor)
    if not events:
        return SweepResult(recorded=0, again=start_of(planned.effective_on))
    [event] = events
    stream_id = school_stream(urn)
    version = (await stream_versions(conn, [stream_id]))[stream_id]
    # Two looks at the same version are the same command, so they store the same events.
    command_id = CommandId(derived_id(_SUBJECTS, f"succession/{urn}/{version}"))
    metadata = Metadata(
        occurred_at=occurred_at(event, now),
        actor=SYSTEM,
        command_id=command_id,
        correlation_id=command_id,
        legal_refs=legal_refs(event),
    )
    noted = [PendingEvent(event=event, metadata=metadata)]
    await append_noted(conn, stream_id, noted, codec=SCHOOL, version=version, recorded_at=now)
    await succession.take_over(conn, before, event, metadata, now, numbered_from=1)
    return SweepResult(recorded=1, again=None)
