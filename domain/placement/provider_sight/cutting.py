"""A value cut to the fields that are shown, without the names that are not."""

from typing import Any, Final

from domain.placement.provider_sight.fields import FieldSpec
from domain.placement.state import Placement
from domain.shared.naming import Hide, hider

THE_PUPIL: Final = "[the pupil]"
ANOTHER: Final = "[another person]"


def names_hidden(state: Placement) -> Hide | None:
    """What replaces the names of the pupil and the parents in a text."""
    if state.referral.pupil is None:
        return None
    whole = state.referral.pupil.legal_name
    pupil = hider({whole, *whole.split()}, THE_PUPIL)
    parents = hider({each.name for each in state.referral.pupil.parents}, ANOTHER)
    return lambda text: pupil(parents(text))


def cut_to(value: Any, spec: FieldSpec | None, hidden: Hide | None = None) -> Any:
    match value:
        case dict() if spec is not None:
            return {name: cut_to(part, spec[name], hidden) for name, part in value.items() if name in spec}
        case dict():
            return {name: cut_to(part, None, hidden) for name, part in value.items()}
        case list():
            return [cut_to(each, spec, hidden) for each in value]
        case str() if hidden is not None:
            return hidden(value)
        case _:
            return value
