"""A placement's state with some of its fields changed, each by the name that the record shows it under."""

from typing import Any

from domain.placement.record.view import PATHS
from domain.placement.state import Placement


def with_fields(state: Placement, **changes: Any) -> Placement:
    for name, value in changes.items():
        part, _, field = PATHS[name].partition(".")
        changed = getattr(state, part)._replace(**{field: value}) if field else value
        state = state._replace(**{part: changed})
    return state
