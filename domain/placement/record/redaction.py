"""A record without other people: what is withheld when a pupil, or a parent, asks to see what is kept.

Staff of schools and of social work stay by name, as the law presumes that it is reasonable to disclose them; parents
and pupils of others, and whoever else is close, become a role (Data Protection Act 2018, schedule 2 paragraphs 16 and
17). What was said about safety is for the safeguarding lead to weigh (schedule 3). A name inside a text is found where
the record also has it in a field of its own.
"""

import dataclasses
import typing
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from enum import Enum
from functools import cache
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from domain.shared.naming import Hide, hider
from events.codec import NotReadable, NotStorable, canonical_json, from_json
from events.codes import AgreementParty
from events.definition import kind_of_field, personal_fields
from events.envelope import Recorded
from events.ids import PersonId
from events.kinds import TEXT, Discloses, Kind
from events.placement.agreement import AgreementSigned
from events.placement.record import RecordCorrected
from events.placement.union import PlacementEvent
from events.values.referral import Pupil

T = TypeVar("T")

WITHHELD: Final = "[withheld: another person]"
IN_CONFIDENCE: Final = "[withheld: for a person to decide]"
NOBODY: Final = PersonId(UUID(int=0))


def redacted(records: Iterable[Recorded[T]]) -> tuple[Recorded[T], ...]:
    """The same facts with what is about others replaced; an id of a person by the nil UUID.

    A correction of something that is withheld loses its value.
    """
    records = tuple(records)
    pupils = (getattr(each.event, "pupil", None) for each in records)
    own = {each.legal_name for each in pupils if isinstance(each, Pupil)}
    named = hider({name for each in records for name in _named(each.event)}, WITHHELD, but=own)
    return tuple(each._replace(event=_without_others(each.event, named)) for each in records)


def _named(value: Any, kind: Kind = TEXT) -> Iterator[str]:
    """Each name of another person that has a field of its own."""
    match value:
        case str() if _is_another(kind):
            yield value
        case AgreementSigned(party=AgreementParty.PROVIDER, signatory=str() as signatory):
            yield signatory
        case tuple():
            for part in value:
                yield from _named(part, kind)
        case RecordCorrected(field=corrected, value=str() as told):
            parsed = _parsed(told)
            for hint, of_field in _declared_as(corrected):
                yield from _named_in(parsed, hint, of_field)
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            cls = type(value)
            for name in _fields(cls):
                yield from _named(getattr(value, name), kind_of_field(cls, name))


def _named_in(told: Any, hint: Any, kind: Kind) -> Iterator[str]:
    """The same of a value that a correction tells as JSON, by the type that it has in the event."""
    match told:
        case str() if _is_another(kind):
            yield told
        case list():
            for part in told:
                yield from _named_in(part, hint, kind)
        case dict():
            for cls in _values_in(hint):
                hints = typing.get_type_hints(cls)
                for name in told.keys() & hints.keys():
                    yield from _named_in(told[name], hints[name], kind_of_field(cls, name))


def _values_in(hint: Any) -> Iterator[type]:
    """The types of values that a field may hold, alone or in a tuple."""
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        yield hint
    for each in typing.get_args(hint):
        yield from _values_in(each)


@cache
def _declared_as(field: str) -> Sequence[tuple[Any, Kind]]:
    """What the events that have a field of this name keep in it."""
    hints = ((event, typing.get_type_hints(event)) for event in typing.get_args(PlacementEvent))
    return tuple((found[field], kind_of_field(event, field)) for event, found in hints if field in found)


def _is_another(kind: Kind) -> bool:
    return kind.discloses is Discloses.ANOTHER_PERSON


def _parsed(told: str) -> Any:
    with suppress(NotReadable):
        return from_json(told, object)
    return None


def _without_others(event: T, named: Hide) -> T:
    found: Any = _replaced(event, TEXT, named)
    if isinstance(event, RecordCorrected) and isinstance(found, RecordCorrected):
        # A text inside JSON is read first: with a line's end as two letters, a name would not begin a word.
        told = None if event.field in _TELLING or event.value is None else _told_without(event.value, named)
        found = dataclasses.replace(found, value=told)
    return cast("T", found)


def _told_without(value: str, named: Hide) -> str:
    try:
        return canonical_json(_inside(from_json(value, object), named))
    except (NotReadable, NotStorable):
        return named(value)


def _inside(told: Any, named: Hide) -> Any:
    match told:
        case str():
            return named(told)
        case list():
            return [_inside(each, named) for each in told]
        case dict():
            return {name: _inside(each, named) for name, each in told.items()}
        case _:
            return told


def _replaced(value: Any, kind: Kind, named: Hide) -> Any:
    match value:
        case Enum():
            return value
        case str():
            return WITHHELD if _is_another(kind) else named(value)
        case tuple():
            return tuple(_replaced(part, kind, named) for part in value)
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return dataclasses.replace(value, **_changes(value, named))
        case _:
            return value


def _changes(value: Any, named: Hide) -> dict[str, Any]:
    cls = value.__class__
    changes = {name: _replaced(getattr(value, name), kind_of_field(cls, name), named) for name in _fields(cls)}
    if isinstance(value, AgreementSigned) and value.party is AgreementParty.PROVIDER and value.signatory is not None:
        changes["signatory"] = WITHHELD
    confided = [name for name, kept in changes.items() if kept is not None and _is_confided(kind_of_field(cls, name))]
    changes |= dict.fromkeys(confided, IN_CONFIDENCE)
    return changes | {name: _nobody(getattr(value, name)) for name in _people(cls)}


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


def _is_confided(kind: Kind) -> bool:
    return kind.discloses is Discloses.CONFIDENCE


def _tells(hint: Any, kind: Kind) -> bool:
    """Whether a value of this kind may say who somebody is, or what was said in confidence."""
    if _is_another(kind) or _is_confided(kind) or hint is PersonId:
        return True
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return any(_tells(each, kind_of_field(hint, name)) for name, each in typing.get_type_hints(hint).items())
    return any(_tells(each, kind) for each in typing.get_args(hint))


_TELLING: Final = frozenset(
    name
    for event in typing.get_args(PlacementEvent)
    for name, hint in typing.get_type_hints(event).items()
    # Of a signatory that is corrected, the correction does not say for whom they signed.
    if (event is AgreementSigned and name == "signatory") or _tells(hint, kind_of_field(event, name))
)
"""Fields whose corrections repeat what is withheld in the field itself."""
