"""The controls of a command, derived from its type: a new command has its form at once."""

import dataclasses
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, Final
from uuid import UUID

from domain.shared.text import kind_of
from events.definition import question_of
from events.ids import derived_id
from events.values.provider import Site
from events.values.referral import Objective
from events.values.reviews import ReintegrationStep
from services.gateway.pages.forms.coded import CODED
from services.gateway.pages.forms.controls import Control, ControlKind

_LONG_TEXT_LINES: Final = 5
_ADDRESS_LINES: Final = 4
_LONG_TEXT_CHARACTERS: Final = 2_000

_MADE: Final[Mapping[tuple[type, str], Callable[[UUID, int], str | int]]] = {
    (Objective, "id"): lambda _, place: f"objective-{place + 1}",
    (ReintegrationStep, "n"): lambda _, place: place + 1,
    (Site, "site_id"): lambda command_id, place: str(derived_id(command_id, f"site/{place}")),
}
"""What the form gives an entry of a list, since nobody would type it: the same each time that the form is sent."""

_PLAIN: Final[Mapping[Any, ControlKind]] = {
    date: ControlKind.DATE,
    time: ControlKind.TIME,
    datetime: ControlKind.MOMENT,
    bool: ControlKind.YES_NO,
}


class FieldWithoutQuestion(Exception):
    """A field of a command, or of a value in it, does not say how a form asks for it."""


@cache
def controls_of(command: type) -> tuple[Control, ...]:
    """One control for each field of a command, in the order of the fields.

    Raises FieldWithoutQuestion.
    """
    hints = typing.get_type_hints(command)
    return tuple(_control(command, field.name, hints[field.name]) for field in dataclasses.fields(command))


def _control(owner: type, name: str, hint: Any) -> Control:
    question, makes = question_of(owner, name), _MADE.get((owner, name))
    if question is None and makes is None:
        raise FieldWithoutQuestion(f"{owner.__name__}.{name}: declare it with asked(...)")
    required, inner = _required(hint)
    chosen = CODED.get((owner, name))
    control = _kind(name, inner)
    if chosen is not None:
        control = Control(name=name, kind=ControlKind.CHOICE, label="", options=chosen)
    return dataclasses.replace(
        control,
        label="" if question is None else question.label,
        hint=None if question is None else question.hint,
        required=required and not _has_default(owner, name),
        makes=makes,
    )


def _required(hint: Any) -> tuple[bool, Any]:
    members = typing.get_args(hint)
    if NoneType not in members:
        return True, hint
    (inner,) = (each for each in members if each is not NoneType)
    return False, inner


def _has_default(owner: type, name: str) -> bool:
    field = next(each for each in dataclasses.fields(owner) if each.name == name)
    return field.default is not dataclasses.MISSING


def _kind(name: str, inner: Any) -> Control:
    if typing.get_origin(inner) is tuple:
        return _several(name, typing.get_args(inner)[0])
    if dataclasses.is_dataclass(inner):
        return Control(name=name, kind=ControlKind.GROUP, label="", parts=controls_of(typing.cast("type", inner)))
    if _is_chosen(inner):
        return Control(name=name, kind=ControlKind.CHOICE, label="", options=inner)
    if inner is int:
        return Control(name=name, kind=_number(name), label="")
    if inner in _PLAIN:
        return Control(name=name, kind=_PLAIN[inner], label="")
    if inner is str:
        return _text(name)
    raise TypeError(f"{name}: no control for {inner}")


def _several(name: str, part: Any) -> Control:
    if _is_chosen(part):
        return Control(name=name, kind=ControlKind.CHOICES, label="", options=part)
    if dataclasses.is_dataclass(part):
        return Control(name=name, kind=ControlKind.ENTRIES, label="", parts=controls_of(typing.cast("type", part)))
    plain = dataclasses.replace(_kind(name, part), name="")
    return Control(name=name, kind=ControlKind.ENTRIES, label="", parts=(plain,))


def _is_chosen(kind: Any) -> bool:
    """A code of a closed set, or an id: a type of its own over a UUID or a text."""
    return hasattr(kind, "__supertype__") or (isinstance(kind, type) and issubclass(kind, Enum))


def _number(name: str) -> ControlKind:
    if name.endswith("_basis_points"):
        return ControlKind.PERCENTAGE
    return ControlKind.MONEY if "pennies" in name.split("_") else ControlKind.NUMBER


def _text(name: str) -> Control:
    kind = kind_of(name)
    if kind.most_lines == 1:
        return Control(name=name, kind=ControlKind.LINE, label="", most_characters=kind.most_characters)
    lines = _LONG_TEXT_LINES if kind.most_characters > _LONG_TEXT_CHARACTERS else _ADDRESS_LINES
    return Control(name=name, kind=ControlKind.TEXT, label="", most_characters=kind.most_characters, lines=lines)
