"""The names that a view publishes, however deep."""

import dataclasses
import typing
from collections.abc import Iterator
from typing import Any


def published_names(view: Any, at: str = "") -> Iterator[str]:
    """The path of each field: `deadlines[].due_on`."""
    hints = typing.get_type_hints(view)
    for field in dataclasses.fields(view):
        path = f"{at}{field.name}"
        yield path
        for part, suffix in _parts(hints[field.name], ""):
            yield from published_names(part, f"{path}{suffix}.")


def _parts(hint: Any, suffix: str) -> Iterator[tuple[Any, str]]:
    if dataclasses.is_dataclass(hint):
        yield hint, suffix
    inside = "[]" if typing.get_origin(hint) is tuple else ""
    for argument in typing.get_args(hint):
        yield from _parts(argument, suffix + inside)


def names_in(picture: Any, at: str = "") -> Iterator[str]:
    """The path of each name of a JSON value, as above."""
    match picture:
        case dict():
            for name, value in picture.items():
                yield f"{at}{name}"
                yield from names_in(value, f"{at}{name}.")
        case list():
            for each in picture:
                yield from names_in(each, f"{at[:-1]}[].")
