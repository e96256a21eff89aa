"""Whose a pupil's record is: as the pupil's own stream says, or the first draft where nothing was recorded so far."""

import json
from dataclasses import replace
from typing import Final
from uuid import UUID

import asyncpg

from domain.access.controllers import Ownership, controller_of
from domain.access.roles import OrgKind, organisation
from domain.placement.referral.drafting import DraftReferral
from domain.shared.commands import kebab
from events.codes import CommissionerKind
from events.ids import PupilId, Urn, pupil_stream
from events.pupil import PupilReceived
from infra.event_store.relations import EVENTS
from services.application.succession import chain, present

_RECORDED: Final = f"SELECT data FROM {EVENTS} WHERE stream_id = $1 AND version = 1"  # noqa: S608 - constants only
# Who handed a record over to a council goes on drafting the council's placements of the pupil.
_RECEIVED: Final = f"SELECT data FROM {EVENTS} WHERE stream_id = $1 AND version = 2 AND type = $2"  # noqa: S608 - constants only
_SCHOOLS: Final = "SELECT DISTINCT home_school_urn FROM placement WHERE pupil_id = $1"
# By position, since the ids of placements are in no order. An archived one has no event here, and no key either.
_FIRST_PLACEMENT: Final = f"""
SELECT p.commissioner, p.home_school_urn, p.la_code FROM placement p
LEFT JOIN {EVENTS} e ON e.stream_id = 'placement-' || p.placement_id AND e.version = 1
WHERE p.pupil_id = $1 ORDER BY e.position NULLS LAST LIMIT 1
"""  # noqa: S608 - constants only
_FIRST_DRAFT: Final = """
SELECT actor FROM command WHERE key_id = $1 AND kind = $2 ORDER BY received_at, command_id LIMIT 1
"""


async def ownership(conn: asyncpg.Connection, pupil_id: UUID) -> Ownership | None:
    """None where nobody has used the id for a pupil. What a school had is the school's that took its place.

    Hold the pupil (`placements.hold_of_pupil`) where the answer must stay true until the transaction ends.
    """
    found = await _recorded(conn, pupil_id)
    if found is None:
        return None
    return replace(found, controller=await present(conn, found.controller), claimed_by=found.controller)


async def _recorded(conn: asyncpg.Connection, pupil_id: UUID) -> Ownership | None:
    schools = frozenset(Urn(row["home_school_urn"]) for row in await conn.fetch(_SCHOOLS, pupil_id))
    recorded = await conn.fetchval(_RECORDED, pupil_stream(PupilId(pupil_id)))
    if recorded is not None:
        received = await conn.fetchval(_RECEIVED, pupil_stream(PupilId(pupil_id)), PupilReceived.__name__)
        giver = organisation(json.loads(received)["from_controller"]) if received is not None else None
        if giver is not None and giver.kind is OrgKind.SCHOOL:
            schools |= {(await chain(conn, Urn(giver.name)))[-1]}
        return Ownership(controller=json.loads(recorded)["controller"], schools=schools)
    first = await conn.fetchrow(_FIRST_PLACEMENT, pupil_id)
    if first is not None:
        kind, urn, la_code = first
        return Ownership(controller=controller_of(CommissionerKind(kind), Urn(urn), la_code), schools=schools)
    actor = await conn.fetchval(_FIRST_DRAFT, pupil_id, kebab(DraftReferral))
    if actor is not None:
        return Ownership(controller=json.loads(actor).get("org_id"), opened=False)
    return None
