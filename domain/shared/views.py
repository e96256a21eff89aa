"""What is shown of a state: a type that names each field, and nothing that the type does not name."""

import dataclasses
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, cast


class View:
    """Marks a dataclass whose fields are an allow list. Clients read their names, so they change by addition only."""

    __slots__ = ()


V = TypeVar("V", bound=View)


def shown(view: type[V], source: object, **given: Any) -> V:
    """The view's fields, each as given, or else as the attribute of its name; views within it likewise."""
    return view(
        **{
            name: given[name] if name in given else _part(within, getattr(source, name))
            for name, within in _within(cast("Any", view)).items()
        }
    )


def as_mapping(view: View) -> dict[str, Any]:
    """The view's own fields by name."""
    return {name: getattr(view, name) for name in _within(cast("Any", type(view)))}


def _part(within: type[View] | None, value: Any) -> Any:
    if within is None or value is None:
        return value
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(shown(within, each) for each in value)
    return shown(within, value)


@cache
def _within(view: Any) -> Mapping[str, type[View] | None]:
    """Each field of a view, with the view that it is made of."""
    hints = typing.get_type_hints(view)
    return {each.name: _view_in(hints[each.name]) for each in dataclasses.fields(view)}


def _view_in(hint: Any) -> type[View] | None:
    if isinstance(hint, type) and issubclass(hint, View):
        return hint
    return next((found for each in typing.get_args(hint) if (found := _view_in(each)) is not None), None)
