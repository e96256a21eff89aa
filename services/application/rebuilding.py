"""Rebuilds a list from the record, record by record in the table that is in use, while commands go on.

Each record is held for its own short transaction, as by any other writer of its rows, so that nothing is written that a
command does not know of, and one that is cut off leaves rows as right as they were.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from events.ids import PlacementId, ProviderId, provider_stream
from infra.encryption.keys import KeyProvider
from infra.event_store.limits import StreamArchived
from infra.event_store.lookup import stream_ids
from infra.postgres.db import connection, transaction
from infra.projections import placements, provider_deadlines, pupil_names
from infra.projections.derived import ReadModel
from infra.projections.holding import hold_provider
from infra.projections.registry import OF_PLACEMENTS
from infra.streams.placement_streams import PlacementStreams
from infra.streams.reference import Reference
from services.application.rows import ListRows, write_provider

LISTS: Final = tuple(sorted((*OF_PLACEMENTS, provider_deadlines.NAME, pupil_names.NAME)))
"""What can be rebuilt, by name."""
_PAGE: Final = 500
_log = structlog.stdlib.get_logger(__name__)

RebuildProgress = Callable[[int, int], None]
"""Called after each record: how many are done, and how many there are."""
_Write = Callable[[asyncpg.Connection, UUID], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """How many records were rebuilt. Those that could not be read keep the rows that they had."""

    records: int
    failed: tuple[UUID, ...]


async def rebuild(name: str, engine: AsyncEngine, *, keys: KeyProvider, progress: RebuildProgress) -> Rebuilt:
    """Write the rows of a list again for every record. Those of an archived placement stay as they are.

    A placement without a reference is given one first; none is taken away.

    Two at once do the same work, and harm nothing.
    """
    reference = Reference()
    async with transaction(engine) as conn:
        await placements.assign_references(conn)
    rows = ListRows(streams=PlacementStreams(keys), reference=reference)
    if name == provider_deadlines.NAME:
        ids, write = _providers, partial(_write_provider, reference)
    elif name == pupil_names.NAME:
        ids, write = _placements, partial(_write_name, rows)
    else:
        ids, write = _placements, partial(_write_placement, rows, OF_PLACEMENTS[name])
    async with connection(engine) as conn:
        every = [each async for each in ids(conn)]
    failed = []
    for done, record_id in enumerate(every, start=1):
        if not await _written(engine, write, record_id, name):
            failed.append(record_id)
        progress(done, len(every))
    return Rebuilt(records=len(every) - len(failed), failed=tuple(failed))


async def _written(engine: AsyncEngine, write: _Write, record_id: UUID, name: str) -> bool:
    """One that cannot be read holds up no other."""
    try:
        async with transaction(engine) as conn:
            await write(conn, record_id)
    except StreamArchived:
        return True
    except Exception as error:  # noqa: BLE001 - whatever it is, it is of this record
        _log.error("rebuild_failed", kind=name, stream_id=str(record_id), error_type=type(error).__name__)
        return False
    return True


async def _write_placement(rows: ListRows, model: ReadModel, conn: asyncpg.Connection, placement_id: UUID) -> None:
    await rows.write_again(conn, PlacementId(placement_id), (model,))


async def _write_name(rows: ListRows, conn: asyncpg.Connection, placement_id: UUID) -> None:
    await rows.write_name_again(conn, PlacementId(placement_id))


async def _write_provider(reference: Reference, conn: asyncpg.Connection, provider_id: UUID) -> None:
    await hold_provider(conn, provider_id)
    _, state = await reference.current(conn, None, ProviderId(provider_id))
    assert state is not None, "its stream has an event"
    await write_provider(conn, ProviderId(provider_id), state)


async def _placements(conn: asyncpg.Connection) -> AsyncIterator[UUID]:
    after: UUID | None = None
    while page := await placements.ids(conn, after, _PAGE):
        for each in page:
            yield each
        after = page[-1]


async def _providers(conn: asyncpg.Connection) -> AsyncIterator[UUID]:
    prefix, after = provider_stream(ProviderId(UUID(int=0)))[: -len(str(UUID(int=0)))], ""
    while page := await stream_ids(conn, prefix=prefix, after=after, limit=_PAGE):
        for each in page:
            yield UUID(each.removeprefix(prefix))
        after = page[-1]
