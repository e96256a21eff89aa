"""A record as its provider reads it: the shape follows from the lists of what a provider is shown."""

import dataclasses
import typing
from functools import cache
from types import UnionType
from typing import Any

from pydantic import create_model

from domain.placement.provider_sight.fields import AROUND, EVENTS, PERSON, REVIEW, STATE, FieldSpec
from domain.placement.provider_sight.phases import ProviderPart
from domain.placement.record.placement_view import PlacementView
from domain.placement.record.view_parts import AroundView, ReviewView
from events.values.referral import Pupil
from services.gateway.http.schemas import Shape


@cache
def _record(part: ProviderPart) -> type[Shape]:
    specs = {**EVENTS[part], AroundView: AROUND, ReviewView: REVIEW, Pupil: PERSON[part]}
    hints = typing.get_type_hints(PlacementView)
    fields: Any = {name: (_cut(hints[name], specs, f"For{part.value.capitalize()}"), ...) for name in STATE[part]}
    return create_model(f"RecordFor{part.value.capitalize()}", __base__=Shape, **fields)


def _cut(hint: Any, specs: typing.Mapping[Any, FieldSpec | None], suffix: str) -> Any:
    """A type with no more than what is shown of it."""
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        spec = specs.get(hint)
        return hint if spec is None else _only(hint, spec, suffix)
    arguments = tuple(_cut(each, specs, suffix) for each in typing.get_args(hint) if each is not Ellipsis)
    if typing.get_origin(hint) is tuple:
        return list[arguments[0]]  # type: ignore[valid-type] # a type that is made here
    if typing.get_origin(hint) in {UnionType, typing.Union}:
        return typing.Union[arguments]  # noqa: UP007 - of types that are made here
    return hint


def _only(of: type, spec: FieldSpec, suffix: str) -> type[Shape]:
    hints = typing.get_type_hints(of)
    within = {
        each: part
        for name, part in spec.items()
        if part is not None
        for each in (hints[name], *typing.get_args(hints[name]))
        if isinstance(each, type)
    }
    fields: Any = {name: (_cut(hints[name], within, suffix), ...) for name in spec}
    return create_model(f"{of.__name__}{suffix}", __base__=Shape, **fields)


class RecordForOffer(_record(ProviderPart.OFFER)):  # type: ignore[misc] # its fields are a table's
    """What a provider that was asked for an offer reads: nobody is named."""


class RecordForTeaching(_record(ProviderPart.TEACHING)):  # type: ignore[misc] # its fields are a table's
    """What a provider reads from the agreement until its sight ends."""
