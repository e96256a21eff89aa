"""By which UPN a pupil is found."""

import asyncpg

from domain.placement.state import Placement
from infra.encryption.keys import KeyProvider
from infra.projections import pupil_numbers


async def note(conn: asyncpg.Connection, keys: KeyProvider, before: Placement, after: Placement) -> None:
    """Keep by which UPN the pupil is found, where the draft gave it or a correction changed it."""
    was = before.referral.pupil.upn if before.referral.pupil else None
    now = after.referral.pupil.upn if after.referral.pupil else None
    if was == now or after.pupil_id is None or after.home_school_urn is None:
        return
    if was is not None:
        await pupil_numbers.drop(conn, keys, after.home_school_urn, was, after.pupil_id)
    if now is not None:
        await pupil_numbers.note(conn, keys, after.home_school_urn, now, after.pupil_id)
