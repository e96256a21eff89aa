"""A posted form into the JSON body of its command. What was typed and cannot be read is a finding at its field.

A body that reads well is still checked as every body is, by `commands.bodies`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.shared.text import visible
from services.gateway.http.problems import FieldError
from services.gateway.pages.forms import typed
from services.gateway.pages.forms.controls import SEPARATOR, Control, ControlKind, pointer_of, within
from services.gateway.pages.forms.options import Coded
from services.gateway.pages.forms.typed import NotUnderstood

Posted = Mapping[str, Sequence[str]]
"""The names of a form's fields with what was sent of each."""

_LEFT_OUT: Final = object()
MOST_ENTRIES_POSTED: Final = 200


@dataclass(frozen=True, slots=True)
class BodyRead:
    """The JSON body, and what is wrong with what was typed."""

    body: dict[str, Any]
    findings: list[FieldError]


def read(controls: Iterable[Control], posted: Posted, command_id: UUID) -> BodyRead:
    """The body of a command whose form was posted."""
    reader = _Reader(posted, command_id)
    return BodyRead(reader.body(controls), reader.findings)


class _Reader:
    def __init__(self, posted: Posted, command_id: UUID) -> None:
        self.findings: list[FieldError] = []
        self._posted = posted
        self._command_id = command_id

    def body(self, controls: Iterable[Control], path: str = "") -> dict[str, Any]:
        found = {each.name: self._value(each, within(path, each.name)) for each in controls if each.makes is None}
        return {name: value for name, value in found.items() if value is not _LEFT_OUT}

    def _value(self, control: Control, path: str) -> Any:
        match control.kind:
            case ControlKind.GROUP:
                blank = not control.required and is_blank(control, path, self._posted)
                return _LEFT_OUT if blank else self.body(control.parts, path)
            case ControlKind.ENTRIES:
                # Whether a list may be empty, the rules say.
                many = len(places(control, path, self._posted))
                entries = [self._entry(control, within(path, place), place) for place in range(many)]
                return [each for each in entries if each is not _LEFT_OUT]
            case ControlKind.CHOICES:
                return list(dict.fromkeys(each for each in self._posted.get(path, ()) if each))
            case _:
                return self._single(control, path)

    def _single(self, control: Control, path: str) -> Any:
        try:
            value = _READERS[control.kind](control, path, self._posted)
        except NotUnderstood as why:
            self.findings.append(FieldError(pointer=pointer_of(path), detail=why.detail))
            return _LEFT_OUT
        if value is not None:
            return value
        if control.required:
            self.findings.append(_missing(control, path))
        return _LEFT_OUT

    def _entry(self, control: Control, path: str, place: int) -> Any:
        if control.parts[0].name == "":
            return self._single(control.parts[0], path)
        made = {part.name: part.makes(self._command_id, place) for part in control.parts if part.makes is not None}
        return made | self.body(control.parts, path)


def places(control: Control, path: str, posted: Posted) -> list[int]:
    """The numbers of a list's entries into which something was typed, in their order."""
    within_list = f"{path}{SEPARATOR}"
    numbers = {
        number
        for name in posted
        if name.startswith(within_list)
        and (number := name.removeprefix(within_list).split(SEPARATOR)[0].split("-")[0]).isdecimal()
    }
    asked = sorted(map(int, (each for each in numbers if len(each) <= len(str(MOST_ENTRIES_POSTED)))))
    return [
        place
        for place in asked[:MOST_ENTRIES_POSTED]
        if not all(is_blank(part, within(within(path, place), part.name), posted) for part in control.parts)
    ]


def is_blank(control: Control, path: str, posted: Posted) -> bool:
    """Whether nothing was typed into a field, nor into any part of it."""
    if control.kind is ControlKind.ENTRIES:
        return not places(control, path, posted)
    if control.kind is ControlKind.GROUP:
        return all(is_blank(part, within(path, part.name), posted) for part in control.parts)
    return not any(value.strip() for name in typed.names(control.kind, path) for value in posted.get(name, ()))


def _missing(control: Control, path: str) -> FieldError:
    if control.label.endswith("?"):
        return FieldError(pointer=pointer_of(path), detail=f"Answer the question: {control.label}")
    return FieldError(pointer=pointer_of(path), detail=f"{_ASKS[control.kind]} {_lowered(control.label)}")


def _lowered(label: str) -> str:
    """A label inside a sentence: `EHC plan` keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _text(control: Control, path: str, posted: Posted) -> str | None:
    text = typed.one(posted, path)
    if control.lines > 1:
        text = text.replace("\r\n", "\n")
    return text.strip() if visible(text) or text.strip() else None


def _choice(control: Control, path: str, posted: Posted) -> str | int | None:
    if isinstance(control.options, Coded) and control.options.is_number:
        return typed.number(control.label, typed.one(posted, path))
    return _text(control, path, posted)


_CHOOSING = frozenset({ControlKind.CHOICE, ControlKind.YES_NO})
_ASKS: Final[Mapping[ControlKind, str]] = {kind: "Select" if kind in _CHOOSING else "Enter" for kind in ControlKind}
_READERS: Final[Mapping[ControlKind, Callable[[Control, str, Posted], Any]]] = {
    ControlKind.LINE: _text,
    ControlKind.TEXT: _text,
    ControlKind.CHOICE: _choice,
    ControlKind.NUMBER: lambda control, path, posted: typed.number(control.label, typed.one(posted, path)),
    ControlKind.PERCENTAGE: lambda control, path, posted: typed.percentage(control.label, typed.one(posted, path)),
    ControlKind.MONEY: lambda control, path, posted: typed.money(control.label, typed.one(posted, path)),
    ControlKind.YES_NO: lambda _control, path, posted: typed.yes_no(typed.one(posted, path)),
    ControlKind.DATE: lambda control, path, posted: _iso(typed.day(control.label, path, posted)),
    ControlKind.TIME: lambda control, path, posted: typed.clock_time(control.label, typed.one(posted, path)),
    ControlKind.MOMENT: lambda control, path, posted: typed.moment(control.label, path, posted),
}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
