"""Which streams may be put into an archive: those of placements that nobody can need open any more."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from events.ids import IsoWeek, PlacementId, PupilId, attendance_stream, placement_stream, pupil_stream
from infra.encryption.keys import KeyErased, KeyMissing, KeyProvider
from infra.event_store.lookup import stream_ids
from infra.event_store.relations import STREAMS

# More weeks than any placement lasts.
_MOST_WEEKS: Final = 1000
_AT_REST: Final = f"""
SELECT p.placement_id, p.pupil_id FROM placement p
JOIN {STREAMS} s ON s.stream_id = 'placement-' || p.placement_id
WHERE NOT p.is_open AND s.archive IS NULL AND s.recorded_at < $1
ORDER BY p.placement_id
"""  # noqa: S608 - constants only
# A pupil's own stream is needed for as long as a placement of the pupil is here.
_LAST_OF_PUPIL: Final = f"""
SELECT EXISTS (SELECT FROM {STREAMS} WHERE stream_id = $3 AND archive IS NULL) AND NOT EXISTS (
    SELECT FROM placement p JOIN {STREAMS} s ON s.stream_id = 'placement-' || p.placement_id
    WHERE p.pupil_id = $1 AND s.archive IS NULL AND p.placement_id <> ALL ($2)
)
"""  # noqa: S608 - constants only
_CHANGED: Final = f"SELECT EXISTS (SELECT FROM {STREAMS} WHERE stream_id = ANY($1) AND recorded_at >= $2)"  # noqa: S608 - constants only


async def archivable(conn: asyncpg.Connection, keys: KeyProvider, until: datetime) -> AsyncIterator[list[str]]:
    """Of each placement that may be archived, its stream and those of its registers, and with the last the pupil's.

    It has ended, its pupil's personal data were erased, and nothing was recorded of it since `until`. While they are
    not erased, the pupil has a right to see them, and the access pack is made from the record.
    """
    found: dict[UUID, dict[UUID, list[str]]] = {}
    for row in await conn.fetch(_AT_REST, until):
        if await _erased(keys, row):
            placement_id = PlacementId(row["placement_id"])
            prefix = attendance_stream(placement_id, IsoWeek(""))
            registers = await stream_ids(conn, prefix=prefix, after="", limit=_MOST_WEEKS)
            streams = [placement_stream(placement_id), *registers]
            if not await conn.fetchval(_CHANGED, streams, until):
                found.setdefault(row["pupil_id"], {})[placement_id] = streams
    for pupil_id, groups in found.items():
        own = pupil_stream(PupilId(pupil_id))
        if await conn.fetchval(_LAST_OF_PUPIL, pupil_id, list(groups), own):
            groups[max(groups)].append(own)
        for streams in groups.values():
            yield streams


async def _erased(keys: KeyProvider, row: asyncpg.Record) -> bool:
    try:
        await keys.get(row["pupil_id"])
    except KeyErased:
        return True
    except KeyMissing:
        # Lost is not erased: somebody may yet find it.
        return False
    return False
