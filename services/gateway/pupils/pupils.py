"""A pupil's own record, for those who see a placement of the pupil, and for its controller where there is none yet."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from starlette.responses import Response

from domain.pupil import state as pupil_state
from domain.pupil.state import PupilRecord
from events.codec import PUPIL
from events.ids import PupilId, pupil_stream
from infra.identity.read_log import record_access
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.projections import placements
from infra.streams.records import load
from services.application import authorisation
from services.application.authorisation import Sights
from services.application.facts.ownership import ownership
from services.gateway.commands.commanding import not_found
from services.gateway.http.responses import json_response
from services.gateway.http.runtime import Gateway


async def visible(gateway: Gateway, person: Person, pupil_id: PupilId) -> Sights:
    """The roles in which this person sees the pupil's record. Raises Problem: there is none, or not for them."""
    return (await seen(gateway, person, pupil_id)).sights


async def seen(gateway: Gateway, person: Person, pupil_id: PupilId) -> "PupilSight":
    """How this person sees the pupil's record. Raises Problem: there is none, or not for them."""
    async with connection(gateway.engine) as conn:
        return await _seen(conn, person, pupil_id)


async def record(gateway: Gateway, person: Person, pupil_id: PupilId) -> Response:
    """The record as it is now. Without a right to names it says whose it is and how often it changed, and no more."""
    async with connection(gateway.engine) as conn:
        seen = await _seen(conn, person, pupil_id)
        for read in seen.logged:
            await record_access(conn, person, read, "pupil")
        owned = await ownership(conn, pupil_id)
        names = bool(seen.sights.named)
        records = await load(conn, pupil_stream(pupil_id), PUPIL, gateway.keys if names else None)
    assert owned is not None, "who sees a pupil sees somebody's record"
    state = pupil_state.initial()
    for each in records:
        state = pupil_state.evolve(state, each.event)
    version = records[-1].version if records else 0
    content = {"pupil_id": pupil_id, "controller": owned.controller, "version": version, "stage": state.stage}
    own = any(str(each.standing.organisation) == owned.controller for each in seen.sights.named)
    return json_response(
        content | _told(state, names=names, own=own, whole=seen.sights.whole), headers={"ETag": f'"{version}"'}
    )


def _told(state: PupilRecord, *, names: bool, own: bool, whole: bool) -> dict[str, Any]:
    """A hand-over concerns the two organisations alone. That there is a plan or a care status is not a provider's."""
    return {
        "standings": [
            {
                "from_on": each.from_on,
                "recorded_on": each.recorded_on,
                "flags": each.flags if names else None,
                "plan": each.plan if names else None,
            }
            for each in (state.standings if whole else ())
        ],
        "received": state.received if own else None,
        "handed_over": state.handed_over if own else (),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilSight:
    """In which roles the record is seen, and what a reading is logged under: the placements, or the pupil alone."""

    sights: Sights
    logged: list[UUID]


async def _seen(conn: asyncpg.Connection, person: Person, pupil_id: PupilId) -> PupilSight:
    """Through a placement of the pupil; or, where there is none so far, as staff of the controller.

    Raises Problem.
    """
    sights, rows = authorisation.sights(person), await placements.of_pupil(conn, pupil_id)
    if rows:
        of_rows = {row.placement_id: sights.of(row) for row in rows}
        found = Sights(tuple(each for each in sights if any(each in seen.each for seen in of_rows.values())))
        logged = [placement_id for placement_id, seen in of_rows.items() if seen]
    else:
        owned = await ownership(conn, pupil_id)
        controller = owned.controller if owned is not None and owned.opened else None
        staff = [each for each in sights if each.standing.rights.places]
        found = Sights(tuple(each for each in staff if str(each.standing.organisation) == controller))
        logged = [pupil_id]
    if not found:
        raise not_found()
    return PupilSight(sights=found, logged=logged)
