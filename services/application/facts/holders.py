"""Whose an id is: a pupil's, a provider's, or nobody's. Each has a key by its own id, so no id is for both."""

from enum import StrEnum
from typing import Final
from uuid import UUID

import asyncpg

from domain.provider.registration import RegisterProvider
from domain.shared.commands import kebab
from events.ids import ProviderId, provider_stream
from infra.event_store.relations import STREAMS
from services.application.facts.ownership import ownership

# A registration that is recorded and not decided yet may still make the id a provider's.
_IS_PROVIDER: Final = f"""
SELECT EXISTS (SELECT FROM {STREAMS} WHERE stream_id = $1 AND version > 0)
    OR EXISTS (SELECT FROM command WHERE stream_id = $1 AND kind = $2 AND status = 'recorded')
"""  # noqa: S608 - constants only


class Holder(StrEnum):
    PUPIL = "pupil"
    PROVIDER = "provider"


async def holders(conn: asyncpg.Connection, id_: UUID) -> frozenset[Holder]:
    """Who has the id; both only in a record from before that was refused.

    Hold the id (`placements.hold_of_pupil`) where the answer must stay true until the transaction ends.
    """
    found = set()
    if await ownership(conn, id_) is not None:
        found.add(Holder.PUPIL)
    if await conn.fetchval(_IS_PROVIDER, provider_stream(ProviderId(id_)), kebab(RegisterProvider)):
        found.add(Holder.PROVIDER)
    return frozenset(found)
