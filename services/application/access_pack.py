"""Everything that is kept about one pupil, for the pupil or a parent who asks for it (UK GDPR art 15).

Of whoever recorded a fact or read the record it says role and organisation, and not who it was. Staff of schools and
of social work stay by name, other people are withheld as `record.redaction` says, and nothing of another pupil is in
it. What cannot be told by a rule a person reads before it is handed over: a text may call somebody by half a name, or
have been said in confidence. Whether something would be likely to do serious harm, the safeguarding lead says.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.documents.record import record
from domain.placement.record.history import current
from domain.placement.record.redaction import redacted
from events.codec import ATTENDANCE, PLACEMENT, PUPIL, Codec
from events.codes import RecipientRole
from events.envelope import Recorded
from events.ids import PlacementId, PupilId, pupil_stream
from events.placement.letters import DocumentProduced
from infra.documents import store
from infra.documents.rendering import render_html
from infra.documents.sources import gather
from infra.encryption.keys import DataKey, KeyProvider
from infra.identity.read_log import record_access
from infra.identity.tokens import Person
from infra.letters import outbox
from infra.postgres.db import connection
from infra.streams.records import load
from services.application.facts import registers

_PLACEMENTS = "SELECT placement_id FROM placement WHERE pupil_id = $1 ORDER BY placement_id"
# A council's task tells of a record at another school, which whoever makes the pack is not to learn: to them it is a
# list of the council's.
_READINGS = """
SELECT read_at, org, CASE what WHEN 'council_task' THEN 'caseload' ELSE what END AS what, why
FROM access_log WHERE placement_id = $1 ORDER BY access_id
"""
_ABOUT = """\
What is kept about one pupil: pupil.json, whose the record is and what was recorded beside any placement, such as an EHC
plan; and a folder for each placement:

record.html     the whole record, to be read
events.json     the same as it was recorded, each fact with its time and the role of whoever recorded it
register.json   what was said of each session, likewise
documents/      each letter to the pupil or the parents, as it was made
to-look-at/     each document that was made for others: look at it, and hand it over or take it out
letters.json    what became of each letter
readings.json   when the record was read, by which organisation, and which part of it

Left out: under whose name each fact was recorded and read, and everything about other pupils.
Named: staff of schools and of social work. Withheld, and marked where it stood: who parents and others are and how to
reach them, and what was said about safety.
Before it is handed over: the safeguarding lead reads it for what would be likely to do serious harm, and records what
they found (consider-serious-harm); no answer that gives something is recorded before. Read it for others who are named
in part, and for what was said in confidence. Two parents may not live together: a letter to one of them is not always
for the other.
"""


async def files(
    engine: AsyncEngine, pupil_id: UUID, keys: KeyProvider, reader: Person
) -> AsyncIterator[tuple[str, bytes]]:
    """Each file by its name, the first one saying what the others are; one file alone where nothing is kept.

    Making it is a reading of each record, and is logged as one.

    Raises:
        KeyErased: the pupil's personal data were erased, or are by now; nothing of them can be given, nor kept of
            what came before this.
        KeyMissing: nobody with this id is known.
    """
    key = await keys.get(pupil_id)
    yield "about.txt", _ABOUT.encode()
    async with connection(engine) as conn:
        kept = redacted(await load(conn, pupil_stream(PupilId(pupil_id)), PUPIL, keys))
        if kept:
            yield "pupil.json", _json([_told(each, PUPIL) for each in kept])
        for row in await conn.fetch(_PLACEMENTS, pupil_id):
            placement_id = PlacementId(row["placement_id"])
            await record_access(conn, reader, placement_id, "access_pack", "command line")
            async for name, content in _placement(conn, placement_id, key, keys):
                yield f"{placement_id}/{name}", content
            async with engine.connect() as reading:
                fates = await outbox.of_placement(reading, placement_id)
            yield f"{placement_id}/letters.json", _json({str(each): asdict(fate) for each, fate in fates.items()})
    await keys.get(pupil_id)


async def _placement(
    conn: asyncpg.Connection, placement_id: PlacementId, key: DataKey, keys: KeyProvider
) -> AsyncIterator[tuple[str, bytes]]:
    source = await gather(conn, placement_id, keys)
    assert source is not None, "a placement has a record"
    weeks = await registers.weeks(conn, placement_id, keys)
    register = [record for said in weeks.values() for record in said]
    # Together, so that a name which the placement tells is found in its register too.
    kept = redacted([*source.records, *register])
    facts, entries = kept[: len(source.records)], kept[len(source.records) :]
    (document,) = record(replace(source, records=facts, state=current(facts)))
    yield "record.html", render_html(document)
    yield "events.json", _json([_told(each, PLACEMENT) for each in facts])
    yield "register.json", _json([_told(each, ATTENDANCE) for each in entries])
    for each in source.records:
        if isinstance(each.event, DocumentProduced):
            pdf = await store.read(conn, key, each.event.document_id, "pdf")
            assert pdf is not None, "it was kept before it was recorded"
            folder = "documents" if each.event.recipient is RecipientRole.RELEVANT_PERSON else "to-look-at"
            yield f"{folder}/{each.version}-{each.event.kind}-{each.event.document_id}.pdf", pdf
    yield "readings.json", _json([dict(row) for row in await conn.fetch(_READINGS, placement_id)])


def _told(recorded: Recorded[Any], codec: Codec[Any]) -> dict[str, Any]:
    encoded = codec.encode(recorded.event)
    by = recorded.metadata.actor
    return {
        "type": encoded.type,
        "stream": recorded.stream_id,
        "version": recorded.version,
        "occurred_at": recorded.metadata.occurred_at,
        "recorded_at": recorded.recorded_at,
        "by": {"role": by.role, "organisation": by.org_id},
        "said": {**json.loads(encoded.data), **json.loads(encoded.personal or "{}")},
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=False, default=str).encode()
