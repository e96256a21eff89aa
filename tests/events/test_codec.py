"""Canonical JSON, and what the codec refuses."""

import math
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from events import ids, upcasters
from events.codec import (
    PLACEMENT,
    NotReadable,
    NotStorable,
    UnknownType,
    canonical_json,
    from_json,
    parse_field,
    read_metadata,
)
from events.codes import RuleId, Severity
from events.definition import occurred_field, personal_fields, schema_version
from events.envelope import Metadata
from events.json_shape import shape_of
from events.placement.deadlines import DeadlineMissed
from events.placement.decision import StartDateMoved
from events.placement.ending import PlacementClosed
from events.placement.referral import ReferralDrafted
from events.placement.running import PlacementStarted
from events.upcasters import UnknownVersion
from tests.events.samples import sample

MISSED = DeadlineMissed(rule=RuleId.T1, due=date(2026, 11, 23), severity=Severity.BREACH)
MISSED_BY_HALF = replace(MISSED, subject=[0.5])  # type: ignore[arg-type] # the fault
AN_ID = UUID("0192f0c1-0000-7000-8000-000000000001")


def test_keys_are_sorted_and_nothing_is_spaced() -> None:
    assert canonical_json({"b": [1, True, None], "a": {"d": "é", "c": date(2026, 1, 2)}}) == (
        '{"a":{"c":"2026-01-02","d":"é"},"b":[1,true,null]}'
    )


@pytest.mark.parametrize(
    "value",
    [
        *(1.5, [1.0], {"a": [0.5]}, 1e22, 1e5, -0.0, 1e-7, math.nan, [math.inf], {"a": (-math.inf,)}),
        MISSED_BY_HALF,
        *("\0", {"a": ["x\0y"]}, {"a\0": 1}, "\ud800"),
    ],
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(NotStorable):
        canonical_json(value)


@pytest.mark.parametrize(
    "value",
    [
        "1e22",
        "3e",
        {"1e22": None, "nan": 1, "inf": [None]},
        "1.5",
        "\\u0000",
        ["a.b", {"c": "\\u0000"}, 3, None],
        "full stop.",
    ],
)
def test_text_that_only_looks_like_it_is_kept(value: object) -> None:
    assert from_json(canonical_json(value), object) == value


def test_an_event_is_split_into_clear_and_personal() -> None:
    written = PLACEMENT.encode(MISSED)

    assert written.data == '{"cause":null,"due":"2026-11-23","rule":"T1","severity":"BREACH","subject":null}'
    assert written.personal is None
    assert personal_fields(ReferralDrafted) == {"pupil"}
    assert schema_version(ReferralDrafted) == 1
    assert occurred_field(PlacementClosed) == "closed_on"
    assert occurred_field(StartDateMoved) == "moved_on"


def test_an_unknown_type_is_refused() -> None:
    assert PLACEMENT.type_named("PlacementStarted") is PlacementStarted
    with pytest.raises(UnknownType):
        PLACEMENT.type_named("PlacementDreamt")


@pytest.mark.parametrize(
    "data",
    [
        "{",
        "[]",
        '{"due":"never","rule":"T1","severity":"BREACH"}',
        '{"cause":null,"due":"2026-11-23","rule":"T1","severity":"BREACH","x":1}',
    ],
)
def test_fields_that_make_no_event_are_refused(data: str) -> None:
    with pytest.raises(NotReadable):
        PLACEMENT.decode("DeadlineMissed", 1, data, None)


def test_bytes_that_are_not_utf8_are_refused() -> None:
    with pytest.raises(NotReadable):
        from_json(b'"\xff"', str)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"a":1,"b":{"a":1}}', []),
        ('{"a":1,"a":1}', [("a",)]),
        ('{"a":1,"\\u0061":2,"a":3}', [("a",), ("a",)]),
        ('{"a":[0,{"b":{"c":1e5,"c":-0.0}}]}', [("a", 1, "b", "c")]),
        ('[{"x":null,"x":{"y":1,"y":2}}]', [(0, "x"), (0, "x", "y")]),
        ('"{}"', []),
        (f'{{"a":{"9" * 5000}}}', []),
    ],
)
def test_a_key_that_an_object_holds_twice_is_found_at_any_depth(text: str, where: list[tuple[str | int, ...]]) -> None:
    assert list(shape_of(text, most_parts=3, most_values=99).repeated) == where


@pytest.mark.parametrize("text", ["", "{", "NaN", '{"a":Infinity}', "[-Infinity]", "[" * 100_000, "{'a':1}"])
def test_keys_are_looked_for_in_json_alone(text: str) -> None:
    with pytest.raises(NotReadable):
        shape_of(text, most_parts=3, most_values=99)


def test_what_holds_too_much_is_found_with_its_place() -> None:
    found = shape_of('{"a":[1,2,3,4],"b":{"c":[[],{"x":1,"x":2,"y":[],"z":3}]}}', most_parts=3, most_values=99)

    assert found.crowded == (("a",), ("b", "c", 1))
    assert not found.too_many_values
    assert shape_of("[1,[2,3],4]", most_parts=9, most_values=5).too_many_values


def test_no_more_is_told_of_a_text_than_anybody_reads() -> None:
    inside = "{" + ",".join(['"a":[1,2]'] * 5_000) + "}"
    found = shape_of('{"a":' * 900 + inside + "}" * 900, most_parts=1, most_values=99_999)

    assert (len(found.repeated), len(found.crowded)) == (100, 100)
    assert found.repeated[0] == ("a",) * 901


def test_what_stands_around_an_event_is_read_back_and_nothing_else_is() -> None:
    around = sample(Metadata)

    assert read_metadata(canonical_json(around)) == around
    for text in ("{", "[]", "{}", "[" * 10_000):
        with pytest.raises(NotReadable):
            read_metadata(text)


def test_one_field_is_parsed_by_its_own_type() -> None:
    assert parse_field(DeadlineMissed, "due", '"2026-11-24"') == date(2026, 11, 24)
    with pytest.raises(NotReadable):
        parse_field(DeadlineMissed, "due", "7")
    with pytest.raises(KeyError):
        parse_field(DeadlineMissed, "nothing", "7")


def test_old_shapes_are_brought_up_one_version_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = {
        ("Thing", 1): lambda fields: fields | {"two": 2},
        ("Thing", 2): lambda fields: fields | {"three": fields["two"] + 1},
    }
    monkeypatch.setattr(upcasters, "UPCASTERS", steps)

    assert upcasters.upcast("Thing", 1, 3, {"one": 1}) == {"one": 1, "two": 2, "three": 3}
    with pytest.raises(UnknownVersion, match="no step"):
        upcasters.upcast("Thing", 3, 4, {})
    with pytest.raises(UnknownVersion, match="newer"):
        PLACEMENT.decode("DeadlineMissed", 2, "{}", None)


def test_ids_follow_from_what_makes_them() -> None:
    assert ids.derived_id(AN_ID, "meeting") == ids.derived_id(AN_ID, "meeting")
    assert ids.derived_id(AN_ID, "meeting") != ids.derived_id(AN_ID, "notice")
    assert ids.placement_stream(ids.PlacementId(AN_ID)) == f"placement-{AN_ID}"
    assert ids.provider_stream(ids.ProviderId(AN_ID)) == f"provider-{AN_ID}"
    assert ids.school_stream(ids.Urn("900001")) == "school-900001"
    pupil_id = ids.PupilId(UUID("01920000-0000-7000-8000-000000000001"))
    assert ids.pupil_stream(pupil_id) == "pupil-01920000-0000-7000-8000-000000000001"
