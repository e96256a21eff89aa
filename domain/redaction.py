"""A record without other people: what is withheld when a pupil, or a parent, asks to see what is kept.

Whoever works with the pupil and whoever is close stays a role; what was said about safety is for a person to weigh
(Data Protection Act 2018, schedule 2 paragraph 16 and schedule 3 part 4). A name inside a text is found where the
record also has it in a field of its own.
"""

import dataclasses
import re
import typing
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from functools import cache
from typing import Any, Final, TypeVar
from uuid import UUID

from events.definition import personal_fields
from events.envelope import Recorded
from events.ids import PersonId
from events.placement import RecordCorrected
from events.values import Parent

T = TypeVar("T")

WITHHELD: Final = "[withheld: another person]"
IN_CONFIDENCE: Final = "[withheld: for a person to decide]"
NOBODY: Final = PersonId(UUID(int=0))

NAMES: Final = frozenset({
    *("invited_names", "attended_names", "signatory", "report_to", "visitor", "key_adult", "agreed_with", "requester"),
    *("link_person", "social_care_contact", "contact"),
})  # fmt: skip
"""Fields that say who somebody other than the pupil is, or how to reach them, in any event or value."""

CONFIDED: Final = frozenset({
    ("SafeguardingInformationReceived", "note"),
    ("SafeguardingConcernRaised", "concern"),
    ("SafeguardingConcernAnswered", "answer"),
    ("PlacementResumed", "safeguards"),
    ("AccessRestricted", "reason"),
    ("AccessRestrictionLifted", "reason"),
})  # fmt: skip
"""Texts that could harm somebody if they were handed over unread."""

_SHORTEST_NAME: Final = 3


def redacted(records: Iterable[Recorded[T]]) -> tuple[Recorded[T], ...]:
    """The same facts with what is about others replaced; an id of a person by the nil UUID.

    A correction of something that is withheld loses its value.
    """
    records = tuple(records)
    named = _pattern({name for each in records for name in _named(each.event)})
    return tuple(each._replace(event=_without_others(each.event, named)) for each in records)


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Finds each name as a whole, the longest first, so that no half of one is left."""
    known = sorted((name for name in names if len(name) >= _SHORTEST_NAME), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, known))})(?!\w)", re.IGNORECASE) if known else None


def _named(value: Any, field: str = "") -> Iterator[str]:
    """Each name of another person that has a field of its own."""
    match value:
        case str() if field in NAMES:
            yield _name(value)
        case tuple():
            for part in value:
                yield from _named(part, field)
        case _ if dataclasses.is_dataclass(value):
            if isinstance(value, Parent):
                yield _name(value.name)
            for name in _fields(value.__class__):
                yield from _named(getattr(value, name), name)


def _name(written: str) -> str:
    """`Quill Example, head` is called Quill Example."""
    return written.partition(",")[0].strip()


def _without_others(event: T, named: re.Pattern[str] | None) -> T:
    found: T = _replaced(event, "", named)
    if isinstance(found, RecordCorrected) and (found.field in NAMES | {"pupil"} or _is_confided(found.field)):
        return dataclasses.replace(found, value=None)
    return found


def _is_confided(field: str) -> bool:
    return field in {name for _, name in CONFIDED}


def _replaced(value: Any, field: str, named: re.Pattern[str] | None) -> Any:
    match value:
        case Enum():
            return value
        case str():
            return WITHHELD if field in NAMES else _text(value, named)
        case tuple():
            return tuple(_replaced(part, field, named) for part in value)
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return dataclasses.replace(value, **_changes(value, named))
        case _:
            return value


def _changes(value: Any, named: re.Pattern[str] | None) -> dict[str, Any]:
    cls = value.__class__
    changes = {name: _replaced(getattr(value, name), name, named) for name in _fields(cls)}
    if isinstance(value, Parent):
        changes["name"] = WITHHELD
    confided = [name for name, kept in changes.items() if (cls.__name__, name) in CONFIDED and kept is not None]
    changes |= dict.fromkeys(confided, IN_CONFIDENCE)
    return changes | {name: _nobody(getattr(value, name)) for name in _people(cls)}


def _text(text: str, named: re.Pattern[str] | None) -> str:
    return text if named is None else named.sub(WITHHELD, text)


def _nobody(held: Any) -> Any:
    match held:
        case tuple():
            return tuple(NOBODY for _ in held)
        case None:
            return None
        case _:
            return NOBODY


@cache
def _fields(cls: type) -> Sequence[str]:
    """Where a text about a person may stand: the personal fields of an event, every field of a value."""
    return tuple(personal_fields(cls)) or tuple(field.name for field in dataclasses.fields(cls))


@cache
def _people(cls: type) -> Sequence[str]:
    """The fields that hold ids of people."""
    hints = typing.get_type_hints(cls)
    return tuple(name for name, hint in hints.items() if PersonId in {hint, *typing.get_args(hint)})
