"""The sweep over list rows that are older than their record, or than the figures and holidays of this release.

None are, as long as everybody writes them inline. A worker of the release before does not, and a release may change
the figures or the holidays.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
from temporalio.client import Client

from events.ids import PlacementId, ProviderId
from infra.event_store.limits import StreamArchived
from infra.event_store.relations import STREAMS
from infra.identity import searches
from infra.projections import due
from infra.projections.basis import BASIS
from infra.projections.holding import hold, hold_provider, mark_current
from infra.streams.reference import Reference
from services.application.dispatch import wake
from services.application.rows import ListRows, write_provider
from services.application.sweeps.sweeping import Sweep, SweepResult

OF_PLACEMENTS: Final = "placement-rows"
OF_PROVIDERS: Final = "provider-rows"
# Beyond any version of a stream, so that a later basis is always more.
_BASIS_WEIGHS: Final = 2**32
_PLACEMENTS: Final = """
SELECT $1, placement_id::text, $2, version + $3 * $4::bigint FROM placement
WHERE rows_version IS DISTINCT FROM version OR coalesce(rows_basis, 0) < $3
"""
_PROVIDERS: Final = f"""
SELECT $1, substr(stream_id, length('provider-') + 1), $2, version + $3 * $4::bigint FROM {STREAMS}
WHERE stream_id > 'provider-' AND stream_id < 'provider.' AND version > 0
"""  # noqa: S608 - constants only


class ListRowsSweep:
    def __init__(self, rows: ListRows, reference: Reference, client: Client) -> None:
        self._rows = rows
        self._reference = reference
        self._client = client

    def sweeps(self) -> tuple[Sweep, Sweep]:
        return (
            Sweep(name=OF_PLACEMENTS, discover=_old_placements, look=self._look_at_placement),
            Sweep(name=OF_PROVIDERS, discover=_providers, look=self._look_at_provider),
        )

    async def _look_at_placement(self, conn: asyncpg.Connection, subject: str, _now: datetime) -> SweepResult:
        """Write its rows again. An open placement whose figures or holidays changed is woken, for its timer as well."""
        placement_id = PlacementId(UUID(subject))
        held = await hold(conn, placement_id)
        assert held is not None, "a placement that is found has a row"
        if held.are_current:
            return SweepResult(recorded=0, again=None)
        try:
            await self._rows.write_again(conn, placement_id)
        except StreamArchived:
            await mark_current(conn, placement_id)
        if held.is_open and held.rows_basis is not None and held.rows_basis < BASIS:
            # Before the commit: where Temporal is away, the next sweep finds the rows as old as they are.
            await wake(self._client, _only(placement_id))
        return SweepResult(recorded=0, again=None)

    async def _look_at_provider(self, conn: asyncpg.Connection, subject: str, _now: datetime) -> SweepResult:
        provider_id = ProviderId(UUID(subject))
        await hold_provider(conn, provider_id)
        _, state = await self._reference.current(conn, None, provider_id)
        assert state is not None, "its stream has an event"
        await write_provider(conn, provider_id, state)
        return SweepResult(recorded=0, again=None)


async def _only(placement_id: UUID) -> AsyncIterator[UUID]:
    yield placement_id


async def _old_placements(conn: asyncpg.Connection, now: datetime) -> None:
    # What lists were searched for goes in time even where nobody searches any more.
    await searches.forget_old(conn)
    await due.discover(conn, OF_PLACEMENTS, _PLACEMENTS, now, BASIS, _BASIS_WEIGHS)


async def _providers(conn: asyncpg.Connection, now: datetime) -> None:
    await due.discover(conn, OF_PROVIDERS, _PROVIDERS, now, BASIS, _BASIS_WEIGHS)
