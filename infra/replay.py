"""Replaying the record: every placement, or one, folded from its stream as it stands, stood, or was known."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from domain.history import as_at, as_known, corrected, fold
from domain.placement.state import Placement
from events.codec import PLACEMENT
from events.envelope import Recorded
from events.ids import PlacementId, placement_stream
from infra import placements
from infra.db import connection
from infra.event_store.lookup import stream_ids
from infra.keys import KeyProvider
from infra.records import load

_PREFIX = "placement-"
_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One placement replayed: the records that counted, and the state they come to."""

    placement_id: UUID
    records: tuple[Recorded[Any], ...]
    state: Placement

    @property
    def version(self) -> int:
        return self.records[-1].version if self.records else 0


async def placement(
    engine: AsyncEngine,
    placement_id: UUID,
    *,
    at: datetime | None = None,
    known_at: datetime | None = None,
    keys: KeyProvider | None = None,
) -> Replayed:
    """Fold one placement. `known_at` leaves out what was recorded later, `at` what came about later.

    Without `keys` the personal parts stay closed.
    """
    async with connection(engine) as conn:
        stream: list[Recorded[Any]] = await load(conn, placement_stream(PlacementId(placement_id)), PLACEMENT, keys)
    known = tuple(stream) if known_at is None else as_known(stream, known_at)
    records = corrected(known) if at is None else as_at(known, at)
    return Replayed(placement_id=placement_id, records=records, state=fold(records))


async def every_placement(
    engine: AsyncEngine, *, at: datetime | None = None, known_at: datetime | None = None
) -> AsyncIterator[Replayed]:
    """Each placement of the store in the order of its id, one in memory at a time."""
    after = ""
    while True:
        async with connection(engine) as conn:
            page = await stream_ids(conn, prefix=_PREFIX, after=after, limit=_PAGE)
        for stream_id in page:
            yield await placement(engine, UUID(stream_id.removeprefix(_PREFIX)), at=at, known_at=known_at)
        if len(page) < _PAGE:
            return
        after = page[-1]


async def disagreement(engine: AsyncEngine, replayed: Replayed) -> str | None:
    """How the placement's row differs from its replay; None when they agree."""
    async with connection(engine) as conn:
        row = await placements.find(conn, replayed.placement_id)
    if row is None:
        return "has no row"
    if (row.version, row.stage) != (replayed.version, replayed.state.stage.value):
        return f"row says {row.stage} at version {row.version}, replay {replayed.state.stage} at {replayed.version}"
    return None
