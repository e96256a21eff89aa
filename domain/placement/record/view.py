"""The whole record of a placement as JSON-ready values, personal parts included: for those who may read it."""

from dataclasses import fields
from typing import Any

from domain.placement.state import Placement
from events.codec import canonical_json, from_json


def view(state: Placement) -> dict[str, Any]:
    """Every field of the state, dates as ISO text, codes by their values; reviews with their status."""
    shown: dict[str, Any] = from_json(
        canonical_json({field.name: getattr(state, field.name) for field in fields(state)}), dict
    )
    for review, picture in zip(state.reviews, shown["reviews"], strict=True):
        picture["status"] = review.status.value
    return shown
