"""Everything that is kept about one pupil, for the pupil or a parent who asks for it (UK GDPR art 15).

Of whoever recorded a fact or read the record it says role and organisation, and not who it was. Nothing of another
pupil is in it. Whom a fact itself names stays named, and somebody may have spoken in confidence: a person reads it
before it is handed over.
"""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg

from domain.documents.record import record
from events.codec import ATTENDANCE, PLACEMENT, Codec
from events.envelope import Recorded
from events.ids import PlacementId
from events.placement import DocumentProduced
from infra import attendance
from infra.documents import store
from infra.documents.rendering import render_html
from infra.documents.sources import gather
from infra.identity import Person
from infra.keys import DataKey, KeyProvider
from infra.read_log import record_access

_PLACEMENTS = "SELECT placement_id FROM placement WHERE pupil_id = $1 ORDER BY placement_id"
_READINGS = """
SELECT read_at, org, what, why FROM access_log WHERE placement_id = $1 ORDER BY access_id
"""
_ABOUT = """\
What is kept about one pupil, a folder for each placement:

record.html     the whole record, to be read
events.json     the same as it was recorded, each fact with its time and the role of whoever recorded it
register.json   what was said of each session, likewise
documents/      each letter and document as it was made
readings.json   when the record was read, by which organisation, and which part of it

Left out: under whose name each fact was recorded and read, and everything about other pupils.
A fact itself may still name people at work, by a name or by an id.
Before it is handed over: read it for the names of others, and for what was said in confidence.
"""


async def files(
    conn: asyncpg.Connection, pupil_id: UUID, keys: KeyProvider, reader: Person
) -> AsyncIterator[tuple[str, bytes]]:
    """Each file by its name, the first one saying what the others are; one file alone where nothing is kept.

    Making it is a reading of each record, and is logged as one.

    Raises:
        KeyErased: the pupil's personal data were erased; nothing of them can be given.
        KeyMissing: nobody with this id is known.
    """
    key = await keys.get(pupil_id)
    yield "about.txt", _ABOUT.encode()
    for row in await conn.fetch(_PLACEMENTS, pupil_id):
        async for name, content in _placement(conn, PlacementId(row["placement_id"]), key, keys, reader):
            yield f"{row['placement_id']}/{name}", content


async def _placement(
    conn: asyncpg.Connection, placement_id: PlacementId, key: DataKey, keys: KeyProvider, reader: Person
) -> AsyncIterator[tuple[str, bytes]]:
    await record_access(conn, reader, placement_id, "access_pack", "command line")
    source = await gather(conn, placement_id, keys)
    assert source is not None, "a placement has a record"
    (document,) = record(source)
    yield "record.html", render_html(document)
    yield "events.json", _json([_told(each, PLACEMENT) for each in source.records])
    weeks = await attendance.weeks(conn, placement_id, keys)
    yield "register.json", _json({week: [_told(each, ATTENDANCE) for each in said] for week, said in weeks.items()})
    for each in source.records:
        if isinstance(each.event, DocumentProduced):
            pdf = await store.read(conn, key, each.event.document_id, "pdf")
            assert pdf is not None, "it was kept before it was recorded"
            yield f"documents/{each.version}-{each.event.kind}.pdf", pdf
    yield "readings.json", _json([dict(row) for row in await conn.fetch(_READINGS, placement_id)])


def _told(recorded: Recorded[Any], codec: Codec[Any]) -> dict[str, Any]:
    encoded = codec.encode(recorded.event)
    by = recorded.metadata.actor
    return {
        "type": encoded.type,
        "version": recorded.version,
        "occurred_at": recorded.metadata.occurred_at,
        "recorded_at": recorded.recorded_at,
        "by": {"role": by.role, "organisation": by.org_id},
        "said": {**json.loads(encoded.data), **json.loads(encoded.personal or "{}")},
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=False, default=str).encode()
