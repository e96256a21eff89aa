"""The first mark of a pupil who came starts the placement: a reaction that gives `StartPlacement` once for a mark.

The command's id follows from the mark's event, so a batch that is read again gives no second command.
"""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio.client import Client

from domain.attendance.presence import came_to
from domain.placement.running.start import StartPlacement
from domain.placement.state import Stage
from domain.shared.commands import kebab
from events.attendance import SessionMarkConfirmed, SessionMarkCorrected, SessionMarkProposed
from events.codec import ATTENDANCE
from events.ids import derived_id
from infra import commands
from infra.clock import Clock
from infra.commands import NewCommand
from infra.encryption.keys import KeyErased, KeyProvider
from infra.event_store.types import StoredEvent
from infra.postgres.db import raw
from infra.projections import placements
from infra.subscriptions.subscription import Batch, run_batch
from services.application.system_commands import dispatch_system_command, system_command

NAME = "first-mark"
TYPES = (SessionMarkProposed.__name__, SessionMarkCorrected.__name__, SessionMarkConfirmed.__name__)

PlacementsToStart = list[tuple[UUID, UUID]]
"""Placement and command of each command that a batch gave."""


class FirstMarks:
    def __init__(self, engine: AsyncEngine, client: Client, keys: KeyProvider, clock: Clock) -> None:
        self._engine = engine
        self._client = client
        self._keys = keys
        self._clock = clock

    async def batch(self) -> Batch:
        given: PlacementsToStart = []
        done = await run_batch(self._engine, NAME, partial(self.apply, given), types=TYPES)
        for placement_id, command_id in given:
            await dispatch_system_command(
                self._client, StartPlacement, placement_id=placement_id, command_id=command_id
            )
        return done

    async def apply(self, given: PlacementsToStart, conn: AsyncConnection, events: Sequence[StoredEvent]) -> None:
        """Keep a command for each mark that may be the first, in the transaction that moves the position on."""
        given.clear()  # of an attempt that was undone
        driver = await raw(conn)
        for stored in events:
            command = await self._command(driver, stored)
            if command is not None and isinstance(await commands.record(driver, command), commands.NewlyRecorded):
                given.append((UUID(command.stream_id.removeprefix("placement-")), command.command_id))

    async def _command(self, conn: asyncpg.Connection, stored: StoredEvent) -> NewCommand | None:
        # Its personal part stays closed: where the pupil was is in clear.
        event = ATTENDANCE.decode(stored.type, stored.schema_version, stored.data, None)
        assert isinstance(event, SessionMarkProposed | SessionMarkCorrected | SessionMarkConfirmed), (
            "only these are read"
        )
        site_id = came_to(event)
        row = await placements.find(conn, event.placement_id)
        if site_id is None or row is None or row.stage != Stage.READY_TO_START:
            return None
        try:
            key = await self._keys.get(row.pupil_id)
        except KeyErased:
            return None
        return system_command(
            StartPlacement(started_on=event.day, first_site_id=site_id),
            command_id=derived_id(stored.event_id, kebab(StartPlacement)),
            placement_id=event.placement_id,
            key=key,
            correlation_id=stored.event_id,
            issued_at=await self._clock.now(conn),
        )
