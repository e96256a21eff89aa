"""A command's form holds its body: what is filled in is read back, and what cannot be read is found at its field."""

import json
from typing import Any
from uuid import UUID

import pytest

from events.codec import canonical_json
from services.gateway.commands.bodies import parse
from services.gateway.commands.catalogue import SPECS, CommandSpec
from services.gateway.commands.examples import STEPS
from services.gateway.pages.forms.controls import Control, ControlKind
from services.gateway.pages.forms.deriving import controls_of
from services.gateway.pages.forms.filling import filled, renumbered, without_entry
from services.gateway.pages.forms.reading import places, read

COMMAND = UUID(int=7)
EVERY = [spec for family in SPECS.values() for spec in family.values()]


@pytest.mark.parametrize("spec", EVERY, ids=lambda spec: f"{spec.family}-{spec.kind}")
def test_worked_example_survives_its_form(spec: CommandSpec) -> None:
    controls = controls_of(spec.type)
    example = STEPS[spec.kind].body

    found = read(controls, filled(controls, example), COMMAND)

    assert found.findings == []
    assert _parsed(spec, found.body) == _parsed(spec, _as_made(controls, example))


def _parsed(spec: CommandSpec, body: dict[str, Any]) -> Any:
    return canonical_json(parse(spec.adapter, json.dumps(body).encode()))


def _as_made(controls: tuple[Control, ...], body: dict[str, Any]) -> dict[str, Any]:
    """The body with what the form itself gives to the entries of lists."""
    made = dict(body)
    for control in controls:
        if control.kind is ControlKind.ENTRIES and control.parts[0].name and control.name in made:
            made[control.name] = [
                {**each, **{part.name: part.makes(COMMAND, place) for part in control.parts if part.makes}}
                for place, each in enumerate(made[control.name])
            ]
    return made


@pytest.mark.parametrize("spec", EVERY, ids=lambda spec: f"{spec.family}-{spec.kind}")
def test_empty_form_finds_each_field_that_must_be_filled_in(spec: CommandSpec) -> None:
    controls = controls_of(spec.type)
    lists = {ControlKind.CHOICES, ControlKind.ENTRIES, ControlKind.GROUP}
    wanted = {f"/{each.name}" for each in controls if each.required and each.kind not in lists}

    found = read(controls, {}, COMMAND)

    assert {each.pointer for each in found.findings if each.pointer.count("/") == 1} == wanted


def _control(kind: ControlKind, name: str = "held_on", **more: Any) -> Control:
    return Control(name=name, kind=kind, label="Review date", **more)


@pytest.mark.parametrize(
    ("kind", "posted", "body"),
    [
        (ControlKind.DATE, {"held_on-day": ["7"], "held_on-month": ["Dec"], "held_on-year": ["2026"]}, "2026-12-07"),
        (ControlKind.DATE, {"held_on-day": ["07"], "held_on-month": ["12"], "held_on-year": ["2026"]}, "2026-12-07"),
        (ControlKind.TIME, {"held_on": ["8.45am"]}, "08:45:00"),
        (ControlKind.TIME, {"held_on": ["2:30 pm"]}, "14:30:00"),
        (ControlKind.TIME, {"held_on": ["12am"]}, "00:00:00"),
        (ControlKind.NUMBER, {"held_on": ["1,200"]}, 1200),
        (ControlKind.MONEY, {"held_on": ["£1,250.5"]}, 125050),
        (ControlKind.PERCENTAGE, {"held_on": ["92.25%"]}, 9225),
        (ControlKind.YES_NO, {"held_on": ["no"]}, False),
        (ControlKind.CHOICES, {"held_on": ["head", "dsl", "head"]}, ["head", "dsl"]),
        (
            ControlKind.MOMENT,
            {"held_on-day": ["1"], "held_on-month": ["7"], "held_on-year": ["2027"], "held_on-time": ["9:05"]},
            "2027-07-01T09:05:00+01:00",
        ),
    ],
)
def test_what_people_type_is_read_as_they_mean_it(kind: ControlKind, posted: dict[str, list[str]], body: Any) -> None:
    found = read([_control(kind)], posted, COMMAND)

    assert (found.body, found.findings) == ({"held_on": body}, [])


@pytest.mark.parametrize(
    ("kind", "posted"),
    [
        (ControlKind.DATE, {"held_on-day": ["7"], "held_on-year": ["2026"]}),
        (ControlKind.DATE, {"held_on-day": ["31"], "held_on-month": ["2"], "held_on-year": ["2026"]}),
        (ControlKind.DATE, {"held_on-day": ["1"], "held_on-month": ["2"], "held_on-year": ["26"]}),
        (ControlKind.DATE, {"held_on-day": ["²"], "held_on-month": ["2"], "held_on-year": ["2026"]}),
        (ControlKind.DATE, {"held_on-day": ["1"], "held_on-month": ["9" * 5000], "held_on-year": ["2026"]}),
        (ControlKind.TIME, {"held_on": ["quarter to nine"]}),
        (ControlKind.TIME, {"held_on": ["25:00"]}),
        (ControlKind.TIME, {"held_on": ["13pm"]}),
        (ControlKind.NUMBER, {"held_on": ["ten"]}),
        (ControlKind.NUMBER, {"held_on": ["1.5"]}),
        (ControlKind.MONEY, {"held_on": ["-1"]}),
        (ControlKind.MONEY, {"held_on": ["1e9"]}),
        (ControlKind.MONEY, {"held_on": ["1.005"]}),
        (ControlKind.PERCENTAGE, {"held_on": ["100.01"]}),
        (ControlKind.PERCENTAGE, {"held_on": ["NaN"]}),
        (ControlKind.MOMENT, {"held_on-day": ["1"], "held_on-month": ["7"], "held_on-year": ["2027"]}),
    ],
)
def test_what_cannot_be_read_is_one_finding_at_its_field(kind: ControlKind, posted: dict[str, list[str]]) -> None:
    found = read([_control(kind)], posted, COMMAND)

    assert [each.pointer for each in found.findings] == ["/held_on"]
    assert found.body == {}


OBJECTIVES = Control(
    name="objectives",
    kind=ControlKind.ENTRIES,
    label="Objectives",
    parts=(
        Control(name="text", kind=ControlKind.TEXT, label="Objective", lines=5),
        Control(name="by", kind=ControlKind.DATE, label="By when", required=False),
    ),
)


def test_entries_without_anything_in_them_are_left_out_and_the_others_keep_their_order() -> None:
    posted = {"objectives.0.text": [" "], "objectives.2.text": ["second"], "objectives.10.text": ["third"]}

    again = renumbered([OBJECTIVES], posted)

    assert places(OBJECTIVES, "objectives", posted) == [2, 10]
    assert again == {"objectives.0.text": ["second"], "objectives.1.text": ["third"]}
    assert read([OBJECTIVES], again, COMMAND).body == {"objectives": [{"text": "second"}, {"text": "third"}]}


def test_an_entry_is_taken_out_whole_and_no_other_with_it() -> None:
    posted = {"objectives.1.text": ["a"], "objectives.1.by-day": ["1"], "objectives.10.text": ["b"]}

    assert without_entry(posted, "objectives.1") == {"objectives.10.text": ["b"]}


def test_a_list_of_absurd_numbers_is_not_counted_through() -> None:
    posted = {f"objectives.{'9' * 4000}.text": ["a"], "objectives.x.text": ["b"]}

    assert read([OBJECTIVES], posted, COMMAND).body == {"objectives": []}
