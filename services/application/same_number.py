"""The other pupils of a school with the UPN that a draft or a correction gives."""

from dataclasses import dataclass
from typing import Any

import asyncpg

from domain.access.controllers import controller_of, may_draft
from domain.placement.corrections.corrections import CorrectRecord
from domain.placement.referral.referral import DraftReferral
from domain.placement.state import Placement
from domain.school.state import School
from events.codec import NotReadable, parse_field
from events.codes import CommissionerKind
from events.ids import PupilId, Urn
from events.placement.referral import ReferralDrafted
from events.values.referral import Pupil
from infra.encryption.keys import KeyProvider
from infra.projections import pupil_numbers
from services.application.facts.ownership import ownership


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """Who is given which UPN, at which school, commissioned by whom."""

    pupil_id: PupilId
    number: str
    school_urn: Urn
    commissioner: CommissionerKind


def numbered(command: Any, state: Placement, pupil_id: PupilId | None) -> Numbered | None:
    """None where the command gives no UPN. `pupil_id` is the pupil of the placement, or of the draft."""
    if isinstance(command, DraftReferral) and pupil_id is not None:
        return Numbered(
            pupil_id=pupil_id,
            number=command.pupil.upn,
            school_urn=command.home_school_urn,
            commissioner=command.commissioner,
        )
    known = (pupil_id, state.home_school_urn, state.commissioner, state.pupil)
    if not isinstance(command, CorrectRecord) or command.field != "pupil" or None in known:
        return None
    try:
        corrected = parse_field(ReferralDrafted, "pupil", command.value)
    except NotReadable:
        return None
    assert pupil_id is not None
    assert state.home_school_urn is not None
    assert state.commissioner is not None
    assert state.pupil is not None
    if not isinstance(corrected, Pupil) or corrected.upn == state.pupil.upn:
        return None
    return Numbered(
        pupil_id=pupil_id,
        number=corrected.upn,
        school_urn=state.home_school_urn,
        commissioner=state.commissioner,
    )


async def others(
    conn: asyncpg.Connection, keys: KeyProvider, given: Numbered | None, school: School | None, org_id: str | None
) -> tuple[PupilId, ...]:
    """The pupils that the giver of the command may itself draft with. Nothing is found across schools or controllers.

    Held until the caller's transaction ends.
    """
    if given is None:
        return ()
    controller = controller_of(given.commissioner, given.school_urn, school.la_code if school else None)
    found: list[PupilId] = []
    known = await pupil_numbers.of_number(conn, keys, given.school_urn, given.number)
    if given.pupil_id in known:
        return ()
    for each in known:
        owned = await ownership(conn, each)
        if owned is not None and owned.opened and may_draft(owned, controller, given.school_urn, org_id):
            found.append(each)
    return tuple(found)


async def note(conn: asyncpg.Connection, keys: KeyProvider, before: Placement, after: Placement) -> None:
    """Keep by which UPN the pupil is found, where the draft gave it or a correction changed it."""
    was = before.pupil.upn if before.pupil else None
    now = after.pupil.upn if after.pupil else None
    if was == now or after.pupil_id is None or after.home_school_urn is None:
        return
    if was is not None:
        await pupil_numbers.drop(conn, keys, after.home_school_urn, was, after.pupil_id)
    if now is not None:
        await pupil_numbers.note(conn, keys, after.home_school_urn, now, after.pupil_id)
