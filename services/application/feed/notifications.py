"""Thin notifications: what integrations learn of an event is that it happened, and where to ask. Opaque ids only."""

import re
import typing
from typing import Any

from events.attendance import AttendanceEvent
from events.definition import schema_version
from events.ids import placement_id_in
from events.placement.union import PlacementEvent
from events.provider import ProviderEvent
from events.pupil import PupilEvent
from events.school import SchoolEvent
from infra.event_store.types import StoredEvent

SOURCE = "/api/v1/events"
DATA_SCHEMA = "/api/openapi.json#/components/schemas/NotificationData"
_FAMILIES: dict[str, Any] = {
    "placement": PlacementEvent,
    "school": SchoolEvent,
    "provider": ProviderEvent,
    "attendance": AttendanceEvent,
    "pupil": PupilEvent,
}
_WORDS = re.compile(r"[A-Z][a-z0-9]*")


def public_name(family: str, event_type: str) -> str:
    """`ReviewHeld` of a placement is `placement.review.held`: what it is about, then what happened to it."""
    words = [word.lower() for word in _WORDS.findall(event_type)]
    happened = 2 if words[-2:-1] == ["not"] else 1
    about, verb = words[:-happened], "_".join(words[-happened:])
    return ".".join([family, *(["_".join(about)] if about != [family] else []), verb])


PUBLIC_NAMES: dict[str, str] = {
    cls.__name__: public_name(family, cls.__name__)
    for family, union in _FAMILIES.items()
    for cls in typing.get_args(union)
}
EVENT_TYPES: dict[str, str] = {public: stored for stored, public in PUBLIC_NAMES.items()}
SCHEMA_VERSIONS: dict[str, int] = {
    cls.__name__: schema_version(cls) for union in _FAMILIES.values() for cls in typing.get_args(union)
}


def _name_of(stored: StoredEvent) -> str:
    """Of a type that only a later release knows, the name that it gives: a name follows from stream and type alone."""
    return PUBLIC_NAMES.get(stored.type) or public_name(stored.stream_id.partition("-")[0], stored.type)


def notification(stored: StoredEvent) -> dict[str, Any]:
    """A CloudEvents 1.0 envelope. `event_version` counts the shapes that this type of event has had.

    Nothing of the event is decoded, so that a notification of a later release's event works as well.
    """
    return {
        "id": str(stored.event_id),
        "source": SOURCE,
        "specversion": "1.0",
        "type": _name_of(stored),
        "time": stored.recorded_at.isoformat(),
        "subject": stored.stream_id,
        "datacontenttype": "application/json",
        "dataschema": DATA_SCHEMA,
        "data": {
            "placement_id": placement_id_in(stored.stream_id),
            "detail_url": f"/api/v1/events/{stored.event_id}",
            "event_version": stored.schema_version,
            "position": stored.position,
        },
    }
