"""What a placement's workflow has done for it: one transaction that loads, decides, appends and answers.

A retried activity finds the command already decided and returns the same result.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from domain.placement.messages import Handled, PlacementStatus
from events.ids import CommandId, PlacementId
from infra.clock import Clock
from infra.encryption.keys import KeyProvider
from infra.event_store.wake import Notifier
from infra.streams.placement_streams import PlacementStreams
from infra.streams.reference import Reference
from infra.temporal.workflow_contract import HANDLE_COMMAND, PASS_TIME, SWEEP_DUE
from services.application.placement_commands import PlacementCommands
from services.application.rows import ListRows
from services.application.sweeps import provider_sweep, succession_sweep
from services.application.sweeps.council_sweep import CouncilSweep
from services.application.sweeps.list_rows import ListRowsSweep
from services.application.sweeps.register_sweep import RegisterSweep
from services.application.sweeps.retention_sweep import RetentionSweep
from services.application.sweeps.sweeping import Sweeping

log = structlog.get_logger()


class PlacementActivities:
    """The activities of the placements' task queue, with what they need."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        keys: KeyProvider,
        streams: PlacementStreams,
        clock: Clock,
        notifier: Notifier,
        client: Client,
    ) -> None:
        reference = Reference()
        rows = ListRows(streams=streams, reference=reference)
        self._placements = PlacementCommands(
            engine, keys=keys, streams=streams, reference=reference, clock=clock, notifier=notifier, rows=rows
        )
        sweeps = [
            *ListRowsSweep(rows, reference, client).sweeps(),
            RegisterSweep(keys, reference, rows).sweep(),
            RetentionSweep(keys).sweep(),
            provider_sweep.sweep(),
            succession_sweep.sweep(),
            CouncilSweep(keys).sweep(),
        ]
        self._sweeping = Sweeping(engine, clock, notifier, sweeps)

    @activity.defn(name=SWEEP_DUE)
    async def sweep_due(self) -> int:
        """Record what has fallen due on records without a workflow; returns the number of events."""
        with named_only():
            return await self._sweeping.sweep()

    @activity.defn(name=HANDLE_COMMAND)
    async def handle_command(self, placement_id: str, command_id: str) -> Handled:
        """Decide one recorded command, once.

        Raises:
            ApplicationError: it could not be decided, and nothing was kept; named by the type of its cause, as
                `VersionConflict`: somebody else wrote to the placement, and trying again reads what they wrote.
        """
        with named_only(placement_id=placement_id, command_id=command_id):
            return await self._handle(placement_id, command_id)

    async def _handle(self, placement_id: str, command_id: str) -> Handled:
        handled = await self._placements.carry_out(PlacementId(UUID(placement_id)), CommandId(UUID(command_id)))
        log.info(
            "command_decided",
            placement_id=placement_id,
            command_id=command_id,
            status=handled.status,
            version=handled.standing.version,
        )
        return handled

    @activity.defn(name=PASS_TIME)
    async def pass_time(self, placement_id: str) -> PlacementStatus:
        """Record what fell due, if anything did, and return the placement's status.

        Raises:
            ApplicationError: as `handle_command`.
        """
        with named_only(placement_id=placement_id):
            return await self._pass_time(placement_id)

    async def _pass_time(self, placement_id: str) -> PlacementStatus:
        standing, recorded = await self._placements.pass_time(PlacementId(UUID(placement_id)))
        if recorded:
            log.info("timer_fired", placement_id=placement_id, version=standing.version, count=recorded)
        return standing


@contextmanager
def named_only(**ids: str) -> Iterator[None]:
    """Tell Temporal the type of what went wrong and no more: a message may quote the record, and history is kept."""
    try:
        yield
    except Exception as error:
        kind = type(error).__name__
        log.warning("activity_failed", error_type=kind, attempt=activity.info().attempt, exc_info=True, **ids)
        raise ApplicationError(kind, type=kind) from None
