"""What the record cannot keep or count with is told with its place, in every field of every command."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from domain.attendance.steps import STEPS as ATTENDANCE
from domain.placement.corrections.corrections import CorrectRecord
from domain.placement.steps import STEPS as PLACEMENT
from domain.provider.steps import STEPS as PROVIDER
from domain.pupil.steps import STEPS as PUPIL_RECORD
from domain.school.steps import STEPS as SCHOOL
from domain.shared.bounds import faults, needs_value
from domain.shared.text import ADDRESS, CODE, JSON, LINE, LONG, NAME, TextKind, kind_of, visible
from events.codes import Role
from events.values.referral import Objective, Parent, Pupil
from tests.domain.examples import PUPIL
from tests.events.samples import sample

GOOD = Objective(id="o1", text="Attend", baseline="6", target="9", measure="Register")
COMMANDS = sorted({*PLACEMENT, *PROVIDER, *SCHOOL, *ATTENDANCE, *PUPIL_RECORD}, key=lambda command: command.__name__)
SEEN = ["Rowan", "प्रिया", "ⵣ", "7", "\u0667", "€", "✓", "👍", "é", "e\u0301", "\u200f\u05e9\u05dc", "日本"]
UNSEEN = [
    *(
        "\u200b",
        "\u2800",
        "\u3164",
        "\u00ad",
        "\u0301",
        "\u2060",
        "\ufeff",
        "\u034f",
        "\u115f\u1160",
        "\uffa0",
        "\u200d",
    ),
    *("\u17b4", "\u061c", "\u202e", "\U000e0041", "\ufe0f", "\u180e", "\ufffc", "\ue000", "\U00013441"),
    *("\u0301\u0302", " \u200b ", "\u2800 \u2800", "...", "-", "\u2028\u200b"),
]
BLANK = ["", " ", "\u3000", "\n\t"]

Path = tuple[str | int, ...]


@dataclasses.dataclass(frozen=True)
class Place:
    """Where one text of a command is, and what its field says of it."""

    path: Path
    field: str
    needed: bool

    @property
    def pointer(self) -> str:
        return "".join(f"/{part}" for part in self.path)


def texts(value: Any, path: Path = (), field: str = "", *, needed: bool = True) -> Iterator[Place]:
    if dataclasses.is_dataclass(value):
        for each in dataclasses.fields(value):
            needs = needs_value(type(value), each.name)
            yield from texts(getattr(value, each.name), (*path, each.name), each.name, needed=needs)
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from texts(part, (*path, index), field)
    elif type(value) is str:
        yield Place(path, field, needed)


def put(value: Any, path: Path, text: str) -> Any:
    if not path:
        return text
    first, *rest = path
    if isinstance(first, int):
        return tuple(put(part, tuple(rest), text) if n == first else part for n, part in enumerate(value))
    return dataclasses.replace(value, **{first: put(getattr(value, first), tuple(rest), text)})


def told(command: Any, place: Place, text: str) -> list[str]:
    """What is said of that place with that text in it."""
    return [why for pointer, why in faults(put(command, place.path, text)) if pointer == place.pointer]


@pytest.mark.parametrize(
    "value",
    [
        *("text", "tëxt", 2**31 - 1, True, date(2026, 11, 23)),
        datetime(2026, 11, 23, tzinfo=UTC),
        time(9),
        None,
        (GOOD,),
    ],
)
def test_what_can_be_kept(value: Any) -> None:
    assert list(faults(value)) == []


@pytest.mark.parametrize(
    ("value", "why"),
    [
        pytest.param("x" * 20_001, "longer", id="long text"),
        pytest.param("nul\0", "NUL", id="NUL"),
        pytest.param("half\ud800", "surrogate", id="half a surrogate pair"),
        pytest.param(2**31, "range", id="large number"),
        pytest.param(date(1899, 12, 31), "year", id="early"),
        pytest.param(date(2200, 1, 1), "year", id="late"),
        pytest.param(datetime(2026, 11, 23, 9), "offset", id="time without offset"),  # noqa: DTZ001 # the fault
        pytest.param(time(9, tzinfo=UTC), "offset", id="clock time with offset"),
        pytest.param((7,) * 1_001, "entries", id="long list"),
    ],
)
def test_what_cannot_be_kept(value: Any, why: str) -> None:
    ((pointer, said),) = faults((1, value))

    assert pointer == "/1"
    assert why in said


def test_a_fault_deep_inside_is_named_by_its_place() -> None:
    bad = dataclasses.replace(GOOD, text="")

    assert [pointer for pointer, _ in faults(((GOOD, bad),))] == ["/0/1/text"]


@pytest.mark.parametrize("text", SEEN)
def test_a_letter_digit_or_symbol_of_any_script_is_seen(text: str) -> None:
    assert visible(text)


@pytest.mark.parametrize("text", [*UNSEEN, *BLANK, None])
def test_what_shows_nothing_is_not_seen(text: str | None) -> None:
    assert not visible(text)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_no_text_of_a_command_is_written_in_characters_that_cannot_be_seen(command: type) -> None:
    one = sample(command)

    for place in texts(one):
        for text in UNSEEN:
            assert any("can be seen" in why for why in told(one, place, text)), (place, text)
        for text in BLANK:
            blank = any("can be seen" in why for why in told(one, place, text))
            assert blank is (place.needed and kind_of(place.field) is not CODE), (place, text)
        assert told(one, place, "Zoë 7") == [], place


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_every_text_of_a_command_is_bounded_by_its_kind(command: type) -> None:
    one = sample(command)

    for place in texts(one):
        kind = kind_of(place.field)
        assert told(one, place, "x" * kind.most_characters) == [], place
        assert [why for why in told(one, place, "x" * (kind.most_characters + 1)) if "longer" in why], place
        lines = "\n".join("x" * kind.most_lines)
        assert told(one, place, lines) == [], place
        assert [why for why in told(one, place, lines + "\nx") if "line" in why], place


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_names_and_lines_of_a_command_take_no_control_character(command: type) -> None:
    one = sample(command)

    for place in texts(one):
        plain = kind_of(place.field).plain
        for letter in "\u202e\u2066\u200f\u061c\x07\x1b\t\x7f\x85\u2028":
            found = [why for why in told(one, place, f"Ro{letter}wan") if "control" in why]
            assert bool(found) is plain, (place, letter)
        for joiner in "\u200c\u200d":
            assert told(one, place, f"प्रि{joiner}या") == [], place


@pytest.mark.parametrize(
    ("cls", "field", "kind"),
    [
        (Pupil, "legal_name", NAME),
        (Parent, "name", NAME),
        (Parent, "contact", LINE),
        (Pupil, "upn", CODE),
        (Pupil, "address", ADDRESS),
        (Objective, "text", LONG),
        (CorrectRecord, "value", JSON),
    ],
)
def test_the_kind_of_a_text_follows_from_its_field(cls: type, field: str, kind: TextKind) -> None:
    assert field in {each.name for each in dataclasses.fields(cls)}
    assert kind_of(field) is kind


def test_a_code_is_no_text_that_somebody_wrote() -> None:
    assert list(faults((Role.HEAD, PUPIL))) == []


def test_a_mile_of_line_breaks_is_no_note() -> None:
    assert [why for _, why in faults("x\n" * 10_000)] == ["This text has more than 500 lines."]
    assert [why for _, why in faults("\n" * 120_000)] == ["This text is longer than 20,000 characters."]
