"""What a placement's workflow has done for it: a kept command is carried out, or what fell due is recorded."""

from sqlalchemy.ext.asyncio import AsyncEngine

from domain.placement.messages import Handled, PlacementStatus
from events.ids import CommandId, PlacementId
from infra.clock import Clock
from infra.encryption.keys import KeyProvider
from infra.event_store.wake import Notifier
from infra.streams.placement_streams import PlacementStreams
from infra.streams.reference import Reference
from services.application.command_handler import CommandHandler
from services.application.deciders.placement import PlacementDecider
from services.application.facts.placement import PlacementFacts
from services.application.rows import ListRows


class PlacementCommands:
    def __init__(
        self,
        engine: AsyncEngine,
        *,
        keys: KeyProvider,
        streams: PlacementStreams,
        reference: Reference,
        clock: Clock,
        notifier: Notifier,
        rows: ListRows,
    ) -> None:
        self._keys = keys
        self._streams = streams
        self._facts = PlacementFacts(keys=keys, streams=streams, reference=reference)
        self._rows = rows
        self._handler = CommandHandler(engine, clock, notifier)

    async def carry_out(self, placement_id: PlacementId, command_id: CommandId) -> Handled:
        """Decide a kept command, once; the answer stays in its row. Raises what `CommandHandler.carry_out` raises."""
        placement = self._placement(placement_id)
        carried = await self._handler.carry_out(placement.decider, command_id, placement.read)
        return Handled(status=carried.status, standing=placement.status(carried.seen))

    async def pass_time(self, placement_id: PlacementId) -> tuple[PlacementStatus, int]:
        """Record what has fallen due by now. Returns the placement's status, and how many events were recorded."""
        placement = self._placement(placement_id)
        seen, recorded = await self._handler.pass_time(placement.decider, placement_id)
        return placement.status(seen), recorded

    def _placement(self, placement_id: PlacementId) -> PlacementDecider:
        return PlacementDecider(
            placement_id, keys=self._keys, streams=self._streams, facts=self._facts, rows=self._rows
        )
