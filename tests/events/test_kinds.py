"""Each field that is kept under the pupil's key says what it holds, and each text in it how it is written."""

import dataclasses
import typing
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from events.attendance import AttendanceEvent
from events.codec import ATTENDANCE, PLACEMENT, PROVIDER, PUPIL, SCHOOL
from events.definition import (
    Question,
    asked,
    event,
    holds,
    kind_of_field,
    kinds,
    personal,
    personal_fields,
    question_of,
    value,
)
from events.fields import declared, shape_named
from events.ids import PlacementId
from events.kinds import CODE, FACT, LINE, NAME, PARTS, TEXT, TextShape
from events.placement.union import PlacementEvent
from events.provider import ProviderEvent
from events.pupil import PupilEvent
from events.school import SchoolEvent
from events.values.referral import Objective, Pupil

UNIONS = (PlacementEvent, AttendanceEvent, PupilEvent, ProviderEvent, SchoolEvent)
EVENTS = sorted({cls for union in UNIONS for cls in get_args(union)}, key=lambda cls: cls.__name__)


def untold(cls: type) -> set[tuple[str, str]]:
    """The texts in the personal fields of an event that say nothing of themselves."""
    hints = typing.get_type_hints(cls)
    return {place for name in personal_fields(cls) for place in _untold(hints[name], cls, name)}


def _untold(hint: Any, of: type, name: str) -> Iterator[tuple[str, str]]:
    if hint is str:
        if name not in kinds(of) or kinds(of)[name].shape is None:
            yield of.__name__, name
    elif dataclasses.is_dataclass(hint) and isinstance(hint, type):
        for each, inner in typing.get_type_hints(hint).items():
            yield from _untold(inner, hint, each)
    else:
        for part in get_args(hint):
            yield from _untold(part, of, name)


@pytest.mark.parametrize("cls", EVENTS, ids=lambda cls: cls.__name__)
def test_every_text_under_the_pupils_key_says_its_kind(cls: type) -> None:
    assert untold(cls) == set()
    assert personal_fields(cls) <= kinds(cls).keys()


def test_a_personal_field_cannot_be_declared_without_its_kind() -> None:
    with pytest.raises(TypeError, match="kind"):
        personal()  # type: ignore[call-arg] # the fault


def test_a_text_without_its_kind_is_found() -> None:
    @value
    class Witness:
        name: str
        town: str = holds(LINE)

    @event()
    class Seen:
        placement_id: PlacementId
        told: str | None = personal(FACT)
        by: tuple[Witness, ...] = personal(PARTS, default=())

    Seen.__annotations__["by"] = tuple[Witness, ...]
    assert untold(Seen) == {("Witness", "name"), ("Seen", "told")}


def test_fields_of_one_name_are_written_alike() -> None:
    shapes: dict[str, set[TextShape]] = {}
    for cls in declared():
        for name, kind in kinds(cls).items():
            if kind.shape is not None:
                shapes.setdefault(name, set()).add(kind.shape)

    assert {name: found for name, found in shapes.items() if len(found) > 1} == {}
    assert {name: shape_named(name) for name in shapes} == {name: found.pop() for name, found in shapes.items()}


def test_every_event_and_value_of_the_codec_is_looked_at() -> None:
    stored = {cls for codec in (PLACEMENT, SCHOOL, PROVIDER, ATTENDANCE, PUPIL) for cls in codec.types()}

    assert declared() > stored
    assert Pupil in declared()


def test_a_field_that_says_nothing_may_hold_a_long_text() -> None:
    @value
    class Plain:
        text: str
        code: str = holds(CODE, default="x")

    assert (kind_of_field(Plain, "text"), kind_of_field(Plain, "code"), Plain(text="a").code) == (TEXT, CODE, "x")
    assert shape_named("no such field") is TextShape.LONG
    assert NAME.shape is shape_named("parent") is TextShape.NAME


def test_a_field_may_say_how_a_form_asks_for_it() -> None:
    assert question_of(Objective, "text") == Question(label="What should the pupil achieve?")
    assert question_of(Objective, "id") is None
    assert question_of(RecordedBy, "name") == Question(label="Name", hint="In full")


@value
class RecordedBy:
    name: str | None = asked("Name", hint="In full", default=None)
