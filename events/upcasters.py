"""Old shapes of events turned into the present ones, one version at a time, on reading. Stored bytes never change."""

from collections.abc import Callable, Mapping
from typing import Any

Fields = dict[str, Any]

UPCASTERS: Mapping[tuple[str, int], Callable[[Fields], Fields]] = {}
"""(type, version) to the step that makes its fields those of version + 1. Empty while no type has changed."""


class UnknownVersion(Exception):
    """A stored event has a schema version that this release cannot read."""


def upcast(type_name: str, stored_version: int, present_version: int, fields: Fields) -> Fields:
    """The fields of a stored event in their present shape.

    Raises:
        UnknownVersion: the event is from a later release, or a step is missing.
    """
    if stored_version > present_version:
        raise UnknownVersion(f"{type_name} version {stored_version} is newer than {present_version}")
    for version in range(stored_version, present_version):
        step = UPCASTERS.get((type_name, version))
        if step is None:
            raise UnknownVersion(f"no step from version {version} of {type_name}")
        fields = step(fields)
    return fields
