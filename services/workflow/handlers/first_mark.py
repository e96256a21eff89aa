"""The first mark of a pupil who came starts the placement: a reaction that gives `StartPlacement` once for a mark.

The command's id follows from the mark's event, so a batch that is read again gives no second command.
"""

from collections.abc import Sequence

import asyncpg
from temporalio.client import Client

from domain.attendance.presence import came_to
from domain.placement.running.start import StartPlacement
from domain.placement.stages import Stage
from domain.shared.commands import kebab
from events.attendance import SessionMarkConfirmed, SessionMarkCorrected, SessionMarkProposed
from events.codec import ATTENDANCE
from events.ids import derived_id
from infra import commands
from infra.clock import Clock
from infra.commands import NewCommand
from infra.encryption.keys import KeyErased, KeyProvider
from infra.event_store.types import StoredEvent
from infra.projections import placements
from services.application import supervision
from services.application.system_commands import dispatch_untried, system_command

NAME = supervision.FIRST_MARK
TYPES = (SessionMarkProposed.__name__, SessionMarkCorrected.__name__, SessionMarkConfirmed.__name__)


class FirstMarks:
    """The handler of marks that may be the first."""

    name = NAME
    types = TYPES

    def __init__(self, client: Client, keys: KeyProvider, clock: Clock) -> None:
        self._client = client
        self._keys = keys
        self._clock = clock

    async def handle(self, conn: asyncpg.Connection, events: Sequence[StoredEvent]) -> None:
        for stored in events:
            command = await self._command(conn, stored)
            if command is not None:
                await commands.record(conn, command)

    async def drain(self, conn: asyncpg.Connection) -> None:
        await dispatch_untried(conn, self._client, StartPlacement)

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
