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
from events.definition import personal_fields
from events.envelope import Recorded
from events.ids import PersonId
from events.placement.agreement import AgreementSigned
from events.placement.record import RecordCorrected
from events.placement.union import PlacementEvent
from events.values.referral import Parent, Pupil

T = TypeVar("T")

WITHHELD: Final = "[withheld: another person]"
IN_CONFIDENCE: Final = "[withheld: for a person to decide]"
NOBODY: Final = PersonId(UUID(int=0))

NAMES: Final = frozenset({"report_to", "agreed_with", "requester", "complainant", "parent", "email", "contact"})
"""Fields that say who a parent, or somebody else who is not staff of a school or of social work, is; or how to reach
them, in any event or value."""

STAFF: Final = frozenset({
    *("invited_names", "attended_names", "visitor", "key_adult", "link_person", "social_care_contact"),
    *("entered_by", "position", "seen_by", "signatory"),
})  # fmt: skip
"""Fields that name staff of schools and of social work. They stay, but for a parent's name among them, and whoever
signed for a provider."""

CONFIDED: Final = frozenset({
    ("SafeguardingInformationReceived", "note"),
    ("SafeguardingConcernRaised", "concern"),
    ("SafeguardingConcernAnswered", "answer"),
    ("PlacementResumed", "safeguards"),
    ("AccessRestricted", "reason"),
    ("AccessRestrictionLifted", "reason"),
})  # fmt: skip
"""Texts that could harm somebody if they were handed over unread."""


def redacted(records: Iterable[Recorded[T]]) -> tuple[Recorded[T], ...]:
    """The same facts with what is about others replaced; an id of a person by the nil UUID.

    A correction of something that is withheld loses its value.
    """
    records = tuple(records)
    pupils = (getattr(each.event, "pupil", None) for each in records)
    own = {each.legal_name for each in pupils if isinstance(each, Pupil)}
    named = hider({name for each in records for name in _named(each.event)}, WITHHELD, but=own)
    return tuple(each._replace(event=_without_others(each.event, named)) for each in records)


def _named(value: Any, field: str = "") -> Iterator[str]:
    """Each name of another person that has a field of its own."""
    match value:
        case str() if field in NAMES:
            yield value
        case AgreementSigned(party=AgreementParty.PROVIDER, signatory=str() as signatory):
            yield signatory
        case tuple() | list():
            for part in value:
                yield from _named(part, field)
        case dict():
            for name, part in value.items():
                is_parent = (field, name) == ("parents", "name")
                yield from _named(part, "contact" if is_parent else name)
        case RecordCorrected(field=corrected, value=str() as told):
            yield from _named(_parsed(told), corrected)
        case _ if dataclasses.is_dataclass(value):
            for name in _fields(value.__class__):
                is_parent = isinstance(value, Parent) and name == "name"
                yield from _named(getattr(value, name), "contact" if is_parent else name)


def _parsed(told: str) -> Any:
    with suppress(NotReadable):
        return from_json(told, object)
    return None


def _without_others(event: T, named: Hide) -> T:
    found: Any = _replaced(event, "", named)
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


def _replaced(value: Any, field: str, named: Hide) -> Any:
    match value:
        case Enum():
            return value
        case str():
            return WITHHELD if field in NAMES else named(value)
        case tuple():
            return tuple(_replaced(part, field, named) for part in value)
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return dataclasses.replace(value, **_changes(value, named))
        case _:
            return value


def _changes(value: Any, named: Hide) -> dict[str, Any]:
    cls = value.__class__
    changes = {name: _replaced(getattr(value, name), name, named) for name in _fields(cls)}
    if isinstance(value, Parent):
        changes["name"] = WITHHELD
    if isinstance(value, AgreementSigned) and value.party is AgreementParty.PROVIDER and value.signatory is not None:
        changes["signatory"] = WITHHELD
    confided = [name for name, kept in changes.items() if (cls.__name__, name) in CONFIDED and kept is not None]
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


def _tells(hint: Any, field: str) -> bool:
    """Whether a value of this kind may say who somebody is, or what was said in confidence."""
    # Of a signatory that is corrected, the correction does not say for whom they signed.
    if field in NAMES or field == "signatory" or hint is PersonId or hint is Parent:
        return True
    if dataclasses.is_dataclass(hint):
        return any(_tells(each, name) for name, each in typing.get_type_hints(hint).items())
    return any(_tells(each, field) for each in typing.get_args(hint))


_TELLING: Final = frozenset(
    name
    for event in typing.get_args(PlacementEvent)
    for name, hint in typing.get_type_hints(event).items()
    if _tells(hint, name) or (event.__name__, name) in CONFIDED
)
"""Fields of which a correction tells what is withheld where it stands."""
