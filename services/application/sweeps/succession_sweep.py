"""The sweep over conversions and closures that were planned: on its day, another school takes the school's place."""

from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from domain.calendar.london import start_of
from events.ids import Urn, derived_id
from services.application import succession
from services.application.decider import of_system
from services.application.deciders import school
from services.application.handling import handle
from services.application.sweeps.sweeping import Sweep, SweepResult

_SUBJECTS: Final = UUID("6f0f5c7e-2f6e-5d53-9a53-0d5b6c1f7a10")


def sweep() -> Sweep:
    return Sweep(name=succession.SWEEP, discover=_nothing_else, look=_look)


async def _nothing_else(_conn: asyncpg.Connection, _now: datetime) -> None:
    """Whoever plans a conversion or a closure has the school looked at on its day."""


async def _look(conn: asyncpg.Connection, subject: str, now: datetime) -> SweepResult:
    urn = Urn(subject)
    decider = school.taking_place(urn)
    loaded = await decider.load(conn)
    planned = loaded.state.succession
    if planned is None:
        return SweepResult(recorded=0, again=None)
    # Two looks at the same version are the same command, so they store the same events.
    context = of_system(derived_id(_SUBJECTS, f"succession/{urn}/{loaded.version}"), now)
    result = await handle(conn, decider, None, context, loaded)
    return SweepResult(recorded=len(result.events), again=None if result.events else start_of(planned.effective_on))
