"""What forms hold from the start, and codes that are chosen in words."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import pytest

from domain.placement.stages import Stage
from services.gateway.commands.catalogue import SPECS
from services.gateway.pages.forms.deriving import controls_of
from services.gateway.pages.forms.reading import read
from services.gateway.pages.forms.showing import FormState, ShownField, shown
from services.gateway.pages.steps.choices import objectives
from services.gateway.pages.steps.suggesting import suggested
from tests.domain.examples import OBJECTIVE, at

TODAY = date(2026, 12, 7)


@pytest.mark.parametrize("kind", ["give-notice", "receive-progress-report", "request-review", "pause-for-safeguarding"])
def test_fact_of_today_has_todays_date(kind: str) -> None:
    found = suggested(SPECS["placement"][kind].type, None, TODAY)

    days = {name: values for name, values in found.items() if name.endswith(("-day", "-month", "-year"))}
    assert sorted(value for values in days.values() for value in values) == ["12", "2026", "7"]


def test_start_of_a_placement_is_never_assumed_to_be_today() -> None:
    for kind in ("start-placement", "hold-review", "end-placement"):
        assert suggested(SPECS["placement"][kind].type, None, TODAY) == {}


@pytest.mark.parametrize(
    ("path", "kind", "labels"),
    [
        ("pupil.sex", "draft-referral", {"Female", "Male"}),
        ("picture.sen_status", "submit-referral", {"No special educational need", "SEN support", "EHC plan"}),
        ("sessions.0.weekday", "set-attendance-pattern", {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"}),
    ],
)
def test_code_is_chosen_in_words(path: str, kind: str, labels: set[str]) -> None:
    fields = shown(controls_of(SPECS["placement"][kind].type), FormState())

    assert {each["text"] for each in _field(fields, path).params["items"]} == labels


def test_value_that_is_in_no_list_is_shown_and_kept() -> None:
    fields = shown(controls_of(SPECS["placement"]["draft-referral"].type), FormState(posted={"pupil.sex": ["X"]}))

    items = _field(fields, "pupil.sex").params["items"]
    assert [(each["text"], each["checked"]) for each in items][-1] == ("X", True)


def test_weekday_is_read_as_its_number() -> None:
    controls = controls_of(SPECS["placement"]["set-attendance-pattern"].type)

    found = read(controls, {"sessions.0.weekday": ["3"]}, UUID(int=1))

    assert found.body["sessions"][0]["weekday"] == 3


def test_objectives_are_rated_row_by_row_by_their_texts() -> None:
    state = at(Stage.ACTIVE).state

    rating = suggested(SPECS["placement"]["receive-progress-report"].type, state, TODAY)
    review = suggested(SPECS["placement"]["hold-review"].type, state, TODAY)

    assert rating["objective_rag.0.id"] == [OBJECTIVE.id]
    assert review["evidence.rag.0.id"] == [OBJECTIVE.id]
    assert [each.label for each in objectives(state)] == [OBJECTIVE.text]


def _field(fields: Iterable[ShownField], path: str) -> ShownField:
    found = {each.path: each for each in _every(fields)}
    return found[path]


def _every(fields: Iterable[ShownField]) -> Iterable[ShownField]:
    for each in fields:
        yield each
        yield from _every(each.parts)
        for entry in each.entries:
            yield from _every(entry)
