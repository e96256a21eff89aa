"""A value of any type that events are made of, the same at each run."""

import dataclasses
import types
import typing
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any, NewType
from uuid import UUID

_PLAIN: dict[Any, Any] = {
    str: "Ünïcode text",
    int: 7,
    bool: True,
    date: date(2026, 11, 26),
    datetime: datetime(2026, 11, 26, 9, 30, 0, 250000, tzinfo=UTC),
    time: time(9, 5),
    UUID: UUID("0192f0c1-0000-7000-8000-000000000001"),
}


def sample(hint: Any) -> Any:  # noqa: PLR0911 # a case for each kind of type
    """One value: every field filled, every tuple with an element, optional values present."""
    if isinstance(hint, NewType):
        return sample(hint.__supertype__)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return hint(**{field.name: sample(hints[field.name]) for field in dataclasses.fields(hint)})  # type: ignore[operator] # an event or value class
    if hasattr(hint, "_field_defaults"):
        return hint(**{name: sample(each) for name, each in typing.get_type_hints(hint).items()})
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return (sample(arguments[0]),)
    if origin in (types.UnionType, typing.Union):
        return sample(next(argument for argument in arguments if argument is not type(None)))
    raise TypeError(f"no sample of {hint}")


def parts(hint: Any) -> set[Any]:
    """Every plain type that a type is made of, however deep."""
    if isinstance(hint, NewType):
        return parts(hint.__supertype__)
    if dataclasses.is_dataclass(hint):
        return set().union(*(parts(each) for each in typing.get_type_hints(hint).values()))
    if hasattr(hint, "_field_defaults"):
        return set().union(*(parts(each) for each in typing.get_type_hints(hint).values()))
    arguments = typing.get_args(hint)
    return set().union(*(parts(each) for each in arguments)) if arguments else {hint}
