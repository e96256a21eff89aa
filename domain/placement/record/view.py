"""The record of a placement as JSON-ready values, personal parts included: for those who may read it."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from domain.placement.record.placement_view import placement_view
from domain.placement.state import Placement
from events.codec import canonical_json, from_json


def published(state: Placement) -> dict[str, Any]:
    """The record's fields by the names under which they are published."""
    return {field.name: getattr(state, field.name) for field in fields(state)}


def view(state: Placement) -> dict[str, Any]:
    """The record in full, dates as ISO text, codes by their values; reviews with their status."""
    return as_json(published(state))


def as_json(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Published fields as JSON-ready values."""
    return from_json(canonical_json(placement_view(shown)), dict)
