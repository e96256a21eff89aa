"""What a field is chosen from: the members of a code set in words, and ids of what exists, which a page gathers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.documents.phrases import code


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One value to choose, as the body has it and as a person reads it."""

    value: str
    label: str
    hint: str | None = None


Options = Mapping[Any, Sequence[Option]]
"""By the type of what is chosen: a type of id. Code sets need no entry."""


def options_of(kind: Any, gathered: Options) -> Sequence[Option]:
    """What may be chosen of a type; nothing of an id that the page has gathered nothing for."""
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return [Option(value=member.value, label=code(member)) for member in kind]
    return gathered.get(kind, ())
