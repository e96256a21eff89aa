"""The record, and a week of the register, as the provider sees them."""

from collections.abc import Container, Mapping
from dataclasses import is_dataclass
from typing import Any

from domain.placement.provider_sight.cutting import cut_to, names_hidden
from domain.placement.provider_sight.fields import AROUND, EVENTS, PERSON, REVIEW, STATE, WEEK, WHOLE, FieldSpec
from domain.placement.provider_sight.phases import ProviderPart
from domain.placement.record.view import as_json, published
from domain.placement.state import Placement
from events.ids import ConcernId, ProviderId


def record(
    state: Placement, shown: ProviderPart, concerns: Container[ConcernId], provider_id: ProviderId
) -> dict[str, Any]:
    """The record as its provider sees it: of concerns, those that it raised itself; of other providers, nothing.

    For an offer nobody is named: what was written of the pupil is shown without the names that the record knows.
    """
    own = published(state if state.proposal.provider_id == provider_id else _without_provider(state))
    own |= {
        "safeguarding": tuple(each for each in state.agreement.safeguarding if each.provider_id == provider_id),
        "concerns": tuple(each for each in state.running.concerns if each.concern_id in concerns),
        "concerns_open": tuple(each for each in state.running.concerns_open if each.concern_id in concerns),
    }
    hidden = names_hidden(state) if shown is ProviderPart.OFFER else None
    picture = as_json(own)
    return {name: cut_to(picture[name], _spec(own[name], name, shown), hidden) for name in STATE[shown]}


def _without_provider(state: Placement) -> Placement:
    """The record of a time at which another provider was proposed, or none."""
    return state._replace(
        proposal=state.proposal._replace(provider_id=None, site_ids=(), proposed=None, asked=None, offer=None)
    )


def _spec(value: Any, name: str, shown: ProviderPart) -> FieldSpec | None:
    """What is shown of a field of the state, which may be an event, several, or a value."""
    named = {"pupil": PERSON[shown], "around": AROUND, "reviews": REVIEW}
    if name in named:
        return named[name]
    first = value[0] if isinstance(value, tuple) and value else value
    return EVENTS[shown].get(type(first), WHOLE) if is_dataclass(first) else WHOLE


def week(picture: Mapping[str, Any]) -> dict[str, Any]:
    """One week of a register, as JSON-ready values, as its provider sees it: the codes without the school's reasons."""
    cut: dict[str, Any] = cut_to(dict(picture), WEEK)
    return cut
