"""The other pupils of a school with the UPN that a command gives."""

import asyncpg

from domain.access.controllers import controller_of, may_draft
from domain.placement.step import Numbered
from domain.school.state import School
from events.ids import PupilId
from infra.encryption.keys import KeyProvider
from infra.projections import pupil_numbers
from services.application.facts.ownership import ownership


async def others(
    conn: asyncpg.Connection,
    keys: KeyProvider,
    given: Numbered | None,
    school: School | None,
    org_id: str | None,
    *,
    holds: bool = True,
) -> tuple[PupilId, ...]:
    """The pupils that the giver of the command may itself draft with. Nothing is found across schools or controllers.

    Held until the caller's transaction ends, unless the number is only looked up.
    """
    if given is None:
        return ()
    controller = controller_of(given.commissioner, given.school_urn, school.la_code if school else None)
    found: list[PupilId] = []
    found_by = pupil_numbers.of_number if holds else pupil_numbers.looked_up
    known = await found_by(conn, keys, given.school_urn, given.number)
    if given.pupil_id in known:
        return ()
    for each in known:
        owned = await ownership(conn, each)
        if owned is not None and owned.opened and may_draft(owned, controller, given.school_urn, org_id):
            found.append(each)
    return tuple(found)
