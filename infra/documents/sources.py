"""What documents are made from, gathered out of the store: a placement's record, its school and its provider."""

from collections.abc import Callable
from datetime import datetime
from functools import reduce
from typing import Any

import asyncpg

from domain.documents.source import Source
from domain.placement.record.history import Record, current
from domain.provider import evolve as provider_fold
from domain.school import evolve as school_fold
from domain.school.state import School
from events.codec import PLACEMENT, PROVIDER, SCHOOL, Codec
from events.ids import PlacementId, Urn, placement_stream, provider_stream, school_stream
from infra.encryption.keys import KeyProvider
from infra.event_store.read import read_stream
from infra.projections import placements
from infra.streams.records import Decryptor, decode, load


async def gather(
    conn: asyncpg.Connection, placement_id: PlacementId, keys: KeyProvider, *, version: int | None = None
) -> Source | None:
    """The record, or its beginning up to a version; None where there is none.

    School and provider are as they were known when the last event of it was recorded, so that the same record makes
    the same document whenever it is asked for.
    """
    stored = await read_stream(conn, placement_stream(placement_id), up_to_version=version)
    if not stored:
        return None
    opener = Decryptor(keys)
    records: list[Record] = [await decode(each, PLACEMENT, opener) for each in stored]
    state, by = current(records), records[-1].recorded_at
    provider_id = state.proposal.provider_id
    return Source(
        records=tuple(records),
        state=state,
        short_reference=await placements.reference_of(conn, placement_id),
        school=await _home(conn, state.home_school_urn, by),
        provider=await _known(conn, provider_stream(provider_id), _PROVIDER, by) if provider_id else None,
        hashes={each.version: each.hash.hex() for each in stored},
    )


_Kind = tuple[Codec[Any], Callable[[Any, Any], Any], Any]
_SCHOOL: _Kind = (SCHOOL, school_fold.evolve, school_fold.initial())
_PROVIDER: _Kind = (PROVIDER, provider_fold.evolve, provider_fold.initial())


async def _home(conn: asyncpg.Connection, urn: Urn | None, by: datetime) -> School | None:
    """The school that has the placement by then. One that is over records nothing when another school has it."""
    found: School | None = None
    while urn is not None:
        known = await _known(conn, school_stream(urn), _SCHOOL, by)
        if known is None:
            break
        found = known
        urn = known.succeeded.successor_urn if known.succeeded else None
    return found


async def _known(conn: asyncpg.Connection, stream_id: str, kind: _Kind, by: datetime) -> Any:
    """How it stood by then; None while nothing of it was recorded."""
    codec, evolve, blank = kind
    events = [each.event for each in await load(conn, stream_id, codec) if each.recorded_at <= by]
    return reduce(evolve, events, blank) if events else None
