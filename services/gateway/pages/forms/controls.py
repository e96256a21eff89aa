"""What a form is made of: one control for each field of a command, and the parts of those that have parts."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID


class ControlKind(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    PERCENTAGE = "percentage"
    MONEY = "money"
    DATE = "date"
    TIME = "time"
    MOMENT = "moment"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    GROUP = "group"
    ENTRIES = "entries"


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One field of a command or of a value in it.

    `options` is the type whose members are chosen from: a code set, or a type of id. `parts` are the controls of a
    group, or of one entry of a list; a list of plain texts or days has one part without a name. `makes` gives the
    value that nobody types, from the command's id and the entry's place in its list.
    """

    name: str
    kind: ControlKind
    label: str
    hint: str | None = None
    required: bool = True
    most_characters: int | None = None
    lines: int = 1
    options: Any = None
    parts: tuple["Control", ...] = ()
    makes: Callable[[UUID, int], str | int] | None = None


SEPARATOR = "."


def within(path: str, name: str | int) -> str:
    """The name of a form's field inside another: `objectives.0.text`. The part of a plain list has no name."""
    return SEPARATOR.join(str(part) for part in (path, name) if part != "")


def pointer_of(path: str) -> str:
    """The JSON pointer of the value that a form's field becomes: `/objectives/0/text`."""
    return "".join(f"/{part}" for part in path.split(SEPARATOR)) if path else ""


def path_of(pointer: str) -> str:
    """The form's field of a JSON pointer. Names of fields hold neither `/` nor `~`."""
    return SEPARATOR.join(pointer.removeprefix("/").split("/"))
