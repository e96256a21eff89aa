"""Which events its provider sees of a placement, for a reader who gets notifications and not the events."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.placement.provider_sight.fields import EVENTS
from domain.placement.provider_sight.phases import ProviderPart
from domain.placement.provider_sight.shown_events import seen_ids
from events.codec import ATTENDANCE, PLACEMENT, NotReadable, UnknownType
from events.envelope import Recorded
from events.ids import EventId, PlacementId, ProviderId, placement_stream
from events.upcasters import UnknownVersion
from infra.event_store.lookup import read_streams
from infra.streams.records import Decryptor, decode
from services.application.feed.feed import FeedEntry

Parts = Mapping[UUID, tuple[ProviderPart, ProviderId]]
"""By placement: what its provider sees of it, and who that is."""

_NOT_OF_THIS_RELEASE: Final = (UnknownType, UnknownVersion, NotReadable)
_OF_REGISTER: Final = {
    part: frozenset(each.__name__ for each in ATTENDANCE.types() if each in events) for part, events in EVENTS.items()
}


async def shown_in_part(conn: asyncpg.Connection, parts: Parts, entries: list[FeedEntry]) -> frozenset[UUID]:
    """Which of the entries are of events that are shown: those that answer when they are asked for one by one.

    An event of a register is shown by its kind alone. Nothing personal is opened, and what a later release wrote is
    not shown.
    """
    found: dict[str, list[Recorded[Any]]] = {placement_stream(PlacementId(each)): [] for each in parts}
    opener = Decryptor(None)
    for stored in await read_streams(conn, list(found)) if found else ():
        try:
            found[stored.stream_id].append(await decode(stored, PLACEMENT, opener))
        except _NOT_OF_THIS_RELEASE:
            continue
    seen: set[EventId] = set()
    for placement_id, (part, provider_id) in parts.items():
        seen |= seen_ids(found[placement_stream(PlacementId(placement_id))], part, provider_id)
    return frozenset(each.event_id for each in entries if each.event_id in seen or _is_of_register(each, parts))


def _is_of_register(entry: FeedEntry, parts: Parts) -> bool:
    shown = parts.get(entry.placement_id) if entry.placement_id is not None else None
    return shown is not None and entry.type in _OF_REGISTER[shown[0]]
