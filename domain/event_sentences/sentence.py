"""How a sentence about an event is made of a template and the fields that its reader is shown.

No template names a personal field, so a sentence may stand wherever the type and the clear fields of an event may.
"""

import string
from collections.abc import Container, Mapping
from dataclasses import fields
from datetime import date, datetime, time
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from domain.access.roles import OrgKind, organisation
from domain.calendar.london import LONDON
from domain.event_sentences.code_words import of_code
from domain.event_sentences.others import ATTENDANCE, PROVIDER, PUPIL, SCHOOL
from domain.event_sentences.placement_before import BEFORE_THE_START
from domain.event_sentences.placement_record import RECORD
from domain.event_sentences.placement_running import RUNNING

Templates = tuple[str, ...]
"""The fullest first, the last without any field: the first of which every field is shown and filled is said."""

ROWS: Final[Mapping[type, Templates]] = MappingProxyType(
    {**BEFORE_THE_START, **RUNNING, **RECORD, **SCHOOL, **PROVIDER, **ATTENDANCE, **PUPIL}
)
_YES_AND_NO: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "timely": ("in time", "not in time"),
        "required": ("is needed", "is not needed"),
        "pupil_seen": ("was seen", "was not seen"),
        "satisfied": ("nothing is missing", "something is missing"),
    }
)


def sentence(event: Any, shown: Container[str] | None = None) -> str:
    """What the event says, in one sentence. `shown`: the fields that the reader may see; without it, each clear one."""
    said = {
        field.name: words
        for field in fields(event)
        if (shown is None or field.name in shown) and (words := _said(field.name, getattr(event, field.name)))
    }
    template = next(each for each in templates(type(event)) if named(each) <= said.keys())
    text = template.format(**said)
    return text[0].upper() + text[1:]


def templates(cls: type) -> Templates:
    """Those of an event's type. One without a row is said by the first sentence of its own docstring."""
    if cls in ROWS:
        return ROWS[cls]
    said, _, _ = " ".join((cls.__doc__ or "").split()).partition(". ")
    return (said if said.endswith(".") else f"{said}.",)


def named(template: str) -> frozenset[str]:
    """The fields that a template names."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


def _said(field: str, value: Any) -> str:  # noqa: PLR0911 # one flat run: a line for each kind
    """A value within a sentence; nothing for one that is not filled in, or has no words."""
    if isinstance(value, bool):
        return _YES_AND_NO[field][0 if value else 1] if field in _YES_AND_NO else ""
    if isinstance(value, StrEnum):
        return of_code(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return _listed(tuple(_said(field, each) for each in value))
    if isinstance(value, int):
        return _number(field, value)
    return _organisation(value) if isinstance(value, str) else ""


def _number(field: str, value: int) -> str:
    if field.endswith("_pennies") or field.startswith("pennies_"):
        return f"£{value // 100:,}.{value % 100:02d}"
    if field.endswith("_basis_points"):
        return f"{value / 100:g}%"
    return str(value)


def _organisation(text: str) -> str:
    """An organisation as an actor has it, in words; any other text as it is."""
    found = organisation(text)
    if found is None:
        return text
    return {OrgKind.SCHOOL: f"school {found.name}", OrgKind.LA: f"council {found.name}"}.get(found.kind, "a provider")


def _listed(parts: tuple[str, ...]) -> str:
    *first, last = tuple(dict.fromkeys(each for each in parts if each)) or ("",)
    return f"{', '.join(first)} and {last}" if first else last


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _moment(at: datetime) -> str:
    here = at.astimezone(LONDON)
    return f"{_day(here.date())} at {here:%H:%M}"
