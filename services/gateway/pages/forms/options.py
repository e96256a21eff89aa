"""What a field is chosen from: the members of a code set in words, and ids of what exists, which a page gathers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from domain.documents.phrases import code
from events.codes import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One value to choose, as the body has it and as a person reads it."""

    value: str
    label: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Coded:
    """A text or a number of the record that has one of a few values."""

    options: tuple[Option, ...]
    is_number: bool = False


_NOBODY_AT_A_MEETING: Final = frozenset({Role.SYSTEM, Role.INTEGRATION, Role.AUDITOR, Role.DATA_PROTECTION_OFFICER})
"""Roles of this service that nobody has to a placement: a command names who came, was told or may read."""

Options = Mapping[Any, Sequence[Option]]
"""By the type of what is chosen: a type of id. Code sets need no entry."""


def options_of(kind: Any, gathered: Options) -> Sequence[Option]:
    """What may be chosen of a type; nothing of an id that the page has gathered nothing for.

    What a page has gathered comes before all members of a code set: there it allows fewer of them.
    """
    if kind in gathered:
        return gathered[kind]
    if isinstance(kind, Coded):
        return kind.options
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return [Option(value=member.value, label=code(member)) for member in kind if member not in _NOBODY_AT_A_MEETING]
    return ()
