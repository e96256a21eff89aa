"""Every event type of every stream, the values that their fields are made of, and how a text of a field is written."""

import dataclasses
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

from events.attendance import AttendanceEvent
from events.definition import kinds
from events.kinds import TextShape
from events.placement.union import PlacementEvent
from events.provider import ProviderEvent
from events.pupil import PupilEvent
from events.school import SchoolEvent

_UNIONS = (PlacementEvent, AttendanceEvent, PupilEvent, ProviderEvent, SchoolEvent)


@cache
def declared() -> frozenset[type]:
    """The event types and the values, however deep."""
    return frozenset(_within(_UNIONS))


def _within(hints: Any) -> Iterator[type]:
    for hint in hints:
        if dataclasses.is_dataclass(hint):
            assert isinstance(hint, type)
            yield hint
            yield from _within(get_type_hints(hint).values())
        else:
            yield from _within(get_args(hint))


@cache
def _shapes() -> Mapping[str, TextShape]:
    return MappingProxyType(
        {name: kind.shape for cls in declared() for name, kind in kinds(cls).items() if kind.shape is not None}
    )


def shape_named(field: str) -> TextShape:
    """How a text of a field of this name is written: fields of one name are of one shape, in events and in commands."""
    return _shapes().get(field, TextShape.LONG)
