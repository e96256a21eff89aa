"""Placements' records as a process read them last: of a stream that it knows, only what came since is read again."""

from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Final

import asyncpg
from cachetools import LRUCache

from domain.placement.record.history import current
from domain.placement.state import Placement, evolve, initial
from events.codec import PLACEMENT
from events.envelope import Recorded
from events.ids import PlacementId, placement_stream
from events.placement.record import RecordCorrected
from infra.encryption.keys import KeyErased, KeyProvider
from infra.event_store.lookup import refuse_archived
from infra.event_store.read import read_stream
from infra.event_store.types import StoredEvent
from infra.streams.records import Decryptor, decode

_KEPT: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedPlacement:
    """A placement's whole stream, and the state that it folds to with every correction applied."""

    stream: tuple[Recorded[Any], ...] = field(default=(), repr=False)
    state: Placement = field(default_factory=initial, repr=False)
    head: bytes = b""
    """The hash of the last event."""

    @property
    def version(self) -> int:
        return self.stream[-1].version if self.stream else 0


class PlacementStreams:
    """The placements read last, a few hundred of them. What is clear in memory goes when the pupil's key goes."""

    def __init__(self, keys: KeyProvider) -> None:
        self._keys = keys
        self._kept: LRUCache[PlacementId, CachedPlacement] = LRUCache(_KEPT)

    @property
    def keys(self) -> KeyProvider:
        """What opens the record here, for a reader of the streams beside a placement's own."""
        return self._keys

    async def current(self, conn: asyncpg.Connection, placement_id: PlacementId) -> CachedPlacement:
        """The placement as it is now; of version 0 if nothing is stored.

        Read it before the transaction appends: what is not committed yet must not be remembered.

        Raises:
            What `records.load` raises, StreamArchived among it.
        """
        known = await self._readable(placement_id)
        stored = await read_stream(conn, placement_stream(placement_id), after_version=max(known.version - 1, 0))
        if known.version and not (stored and stored[0].hash == known.head):
            # Not the record that was read before: another copy of the database has taken its place.
            known, stored = CachedPlacement(), await read_stream(conn, placement_stream(placement_id))
        elif known.version:
            stored = stored[1:]
        known = await self._extended(known, stored)
        if known.version:
            self._kept[placement_id] = known
        else:
            await refuse_archived(conn, placement_stream(placement_id))
        return known

    async def _readable(self, placement_id: PlacementId) -> CachedPlacement:
        known = self._kept.get(placement_id, CachedPlacement())
        if known.state.pupil_id is None:
            return known
        try:
            await self._keys.get(known.state.pupil_id)
        except KeyErased:
            self._kept.pop(placement_id, None)
            return CachedPlacement()
        return known

    async def _extended(self, known: CachedPlacement, stored: list[StoredEvent]) -> CachedPlacement:
        if not stored:
            return known
        opener = Decryptor(self._keys)
        since = [await decode(each, PLACEMENT, opener) for each in stored]
        stream = (*known.stream, *since)
        if any(isinstance(record.event, RecordCorrected) for record in since):
            # A correction changes an event before it, so it cannot be added at the end.
            return CachedPlacement(stream=stream, state=current(stream), head=stored[-1].hash)
        state = reduce(evolve, (record.event for record in since), known.state)
        return CachedPlacement(stream=stream, state=state, head=stored[-1].hash)
