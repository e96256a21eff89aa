"""How an event type is declared: a frozen dataclass that knows its schema version and what its fields hold."""

import dataclasses
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar, dataclass_transform

from events.kinds import TEXT, Kind

T = TypeVar("T")

_PERSONAL = "personal"
_KIND = "kind"
_QUESTION = "question"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """How a form asks for a field, in a case worker's words."""

    label: str
    hint: str | None = None


def personal(kind: Kind, *, default: Any = None) -> Any:
    """A field kept encrypted under the pupil's key; once that key is destroyed its value is `default`."""
    return dataclasses.field(default=default, metadata={_PERSONAL: True, _KIND: kind})


def holds(kind: Kind, *, default: Any = dataclasses.MISSING, question: Question | None = None) -> Any:
    """A field of a value, or one kept in clear, that holds a text of a kind; `question` as in `asked`."""
    return dataclasses.field(default=default, metadata={_KIND: kind, _QUESTION: question})


def asked(label: str, *, hint: str | None = None, default: Any = dataclasses.MISSING) -> Any:
    """A field that a person fills in: what its form calls it, and what helps to answer."""
    return dataclasses.field(default=default, metadata={_QUESTION: Question(label=label, hint=hint)})


@dataclass_transform(
    frozen_default=True, kw_only_default=True, field_specifiers=(dataclasses.field, personal, holds, asked)
)
def value(cls: type[T]) -> type[T]:
    """A small immutable value that events and commands are made of; unknown fields are refused."""
    cls.__pydantic_config__ = {"extra": "forbid"}  # type: ignore[attr-defined] # read by the edges that parse JSON
    return dataclasses.dataclass(frozen=True, slots=True, kw_only=True)(cls)


def is_value(cls: type) -> bool:
    return "__pydantic_config__" in vars(cls)


@dataclass_transform(
    frozen_default=True, kw_only_default=True, field_specifiers=(dataclasses.field, personal, holds, asked)
)
def event(*, version: int = 1, occurred: str | None = None) -> Callable[[type[T]], type[T]]:
    """An event type, stored under its class name.

    `version` counts the shapes it has had. `occurred` names the date field that says on which day the
    fact came about; without it the fact came about when it was recorded.
    """

    def declare(cls: type[T]) -> type[T]:
        declared = value(cls)
        declared.SCHEMA_VERSION = version  # type: ignore[attr-defined] # read by schema_version()
        declared.OCCURRED = occurred  # type: ignore[attr-defined] # read by occurred_field()
        return declared

    return declare


def schema_version(cls: type) -> int:
    return int(cls.SCHEMA_VERSION)  # type: ignore[attr-defined] # set by @event


def occurred_field(cls: type) -> str | None:
    found: str | None = cls.OCCURRED  # type: ignore[attr-defined] # set by @event
    return found


def personal_fields(cls: type) -> frozenset[str]:
    return frozenset(field.name for field in dataclasses.fields(cls) if field.metadata.get(_PERSONAL))


@cache
def kinds(cls: type) -> Mapping[str, Kind]:
    """Each field that says its kind."""
    return {field.name: field.metadata[_KIND] for field in dataclasses.fields(cls) if _KIND in field.metadata}


def question_of(cls: type, field: str) -> Question | None:
    """How a form asks for a field; None where it does not say."""
    found: Question | None = next(
        (each.metadata.get(_QUESTION) for each in dataclasses.fields(cls) if each.name == field), None
    )
    return found


def kind_of_field(cls: type, field: str) -> Kind:
    """A field that says nothing may hold a long text."""
    return kinds(cls).get(field, TEXT)
