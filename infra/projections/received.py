"""The UPNs with which a school's records of pupils began by a hand-over, read from the pupils' own streams."""

import json
from collections.abc import Sequence
from typing import Final

import asyncpg

from domain.access.roles import OrgKind, organisation
from events.codec import PUPIL
from events.ids import PupilId, Urn, school_stream
from events.pupil import PupilReceived, PupilRegistered
from events.school import PredecessorTakenOver
from infra.encryption.keys import KeyProvider
from infra.event_store.relations import EVENTS
from infra.streams.records import load

# The two events with which a record begins that was handed over. An archived pupil has none here, and no key.
_BEGUN: Final = f"""
SELECT r.stream_id, r.data AS received, b.data AS registered
FROM {EVENTS} r
JOIN {EVENTS} b ON b.stream_id = r.stream_id AND b.version = 1 AND b.type = $2
WHERE r.stream_id > 'pupil-' AND r.stream_id < 'pupil.' AND r.version = 2 AND r.type = $1
ORDER BY r.stream_id
"""  # noqa: S608 - constants only
_TAKEN_OVER: Final = f"SELECT data FROM {EVENTS} WHERE stream_id = $1 AND type = $2"  # noqa: S608 - constants only


def school_of(to_controller: str, from_controller: str) -> Urn | None:
    """The school that finds the record by its UPN: the one that received it, or that gave it to a council."""
    parties = (organisation(each) for each in (to_controller, from_controller))
    school = next((each for each in parties if each is not None and each.kind is OrgKind.SCHOOL), None)
    return None if school is None else Urn(school.name)


async def numbers(conn: asyncpg.Connection, keys: KeyProvider, school: Urn) -> Sequence[tuple[PupilId, str]]:
    """Of the school, and of each school whose place it took. Those of an erased pupil are gone."""
    urns = await _with_predecessors(conn, school)
    found: list[tuple[PupilId, str]] = []
    for row in await conn.fetch(_BEGUN, PupilReceived.__name__, PupilRegistered.__name__):
        to, given_by = json.loads(row["registered"])["controller"], json.loads(row["received"])["from_controller"]
        if school_of(to, given_by) not in urns:
            continue
        begun = (each.event for each in await load(conn, row["stream_id"], PUPIL, keys))
        pupil_id = None
        for event in begun:
            if isinstance(event, PupilRegistered):
                pupil_id = event.pupil_id
            if isinstance(event, PupilReceived) and event.pupil is not None and pupil_id is not None:
                found.append((pupil_id, event.pupil.upn))
    return found


async def _with_predecessors(conn: asyncpg.Connection, school: Urn) -> set[Urn]:
    found, left = {school}, [school]
    while left:
        rows = await conn.fetch(_TAKEN_OVER, school_stream(left.pop()), PredecessorTakenOver.__name__)
        before = {Urn(json.loads(row["data"])["predecessor_urn"]) for row in rows} - found
        found |= before
        left += before
    return found
