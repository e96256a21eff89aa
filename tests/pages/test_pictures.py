"""The pictures as pure functions: what is drawn, what is said, and that nothing small is given away."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.placement.stages import Stage
from services.gateway.pages.pictures.attendance_weeks import AttendedWeek, attendance_weeks
from services.gateway.pages.pictures.caseload_shape import by_next_deadline, by_stage
from services.gateway.pages.pictures.council_overview import by_school
from services.gateway.pages.pictures.placement_life import (
    Life,
    Phase,
    PhaseKind,
    ReviewMark,
    ReviewState,
    placement_life,
)
from services.gateway.pages.web.parts import Picture
from tests.pages.component_page import LIFE, WEEKS, pictures

MONDAY = date(2026, 11, 2)
days = st.integers(0, 900).map(lambda n: MONDAY + timedelta(days=n))
spans = st.tuples(days, days).map(lambda pair: (min(pair), max(pair)))


def _shapes(picture: Picture) -> list[ET.Element]:
    return [each for drawn in (picture.wide, picture.narrow) for each in ET.fromstring(drawn).iter()]  # noqa: S314 - ours


def _inside(picture: Picture) -> None:
    """Nothing is drawn outside of the picture, and every number is one."""
    for drawn in (picture.wide, picture.narrow):
        root = ET.fromstring(drawn)  # noqa: S314 - ours
        _, _, width, height = map(float, root.attrib["viewBox"].split())
        for each in root:
            for name in ("x", "x1", "x2", "cx"):
                assert -1 <= float(each.get(name, 0)) <= width + 1, (each.tag, each.attrib)
            for name in ("y", "y1", "y2", "cy"):
                assert -1 <= float(each.get(name, 0)) <= height + 1, (each.tag, each.attrib)
            if each.tag == "rect":
                assert float(each.attrib["x"]) + float(each.attrib["width"]) <= width + 1


@pytest.mark.parametrize("picture", pictures(), ids=lambda picture: picture.title)
def test_picture_says_in_words_and_table_what_it_shows(picture: Picture) -> None:
    for drawn in (picture.wide, picture.narrow):
        root = ET.fromstring(drawn)  # noqa: S314 - ours
        assert root.attrib["role"] == "img"
        assert root.attrib["aria-label"] == picture.description
        assert "style" not in drawn
    assert picture.table.rows
    assert picture.description.endswith(".")
    _inside(picture)


def test_life_has_each_review_in_the_shape_of_its_state() -> None:
    looks = [each.get("class") for each in ET.fromstring(placement_life(LIFE).wide)]  # noqa: S314 - ours

    assert [looks.count(f"app-draw-{state}") for state in ("held", "due", "missed")] == [1, 2, 1]
    assert looks.count("app-draw-holiday") == 2
    assert looks.count("app-draw-today") == 1


@given(
    st.lists(st.tuples(st.sampled_from(PhaseKind), spans), min_size=1, max_size=8),
    st.lists(st.tuples(days, st.sampled_from(ReviewState)), max_size=12),
    st.lists(spans, max_size=6),
    days,
)
def test_any_life_stays_inside_its_picture(
    phases: list[tuple[PhaseKind, tuple[date, date]]],
    reviews: list[tuple[date, ReviewState]],
    holidays: list[tuple[date, date]],
    today: date,
) -> None:
    life = Life(
        phases=[Phase(kind, *span) for kind, span in phases],
        reviews=[ReviewMark(*each) for each in reviews],
        holidays=holidays,
        today=today,
    )
    picture = placement_life(life)

    _inside(picture)
    assert len(picture.table.rows) == len(phases) + len(reviews)


def test_placement_of_one_day_is_seen() -> None:
    day = date(2026, 12, 8)
    picture = placement_life(Life(phases=[Phase(PhaseKind.RUNNING, day, day)], today=day))
    [band] = [each for each in ET.fromstring(picture.wide) if each.get("class") == "app-draw-running"]  # noqa: S314 - ours

    assert float(band.attrib["width"]) >= 2


@pytest.mark.parametrize(
    ("attended", "possible", "met"), [(19, 20, True), (18, 19, False), (0, 10, False), (10, 10, True)]
)
def test_week_meets_its_target_only_without_rounding_up(attended: int, possible: int, met: bool) -> None:
    picture = attendance_weeks([AttendedWeek(MONDAY, attended, possible)], target=95)

    assert picture.table.rows[0][-1] == ("Yes" if met else "No")


def test_week_without_sessions_has_no_bar_and_is_not_below() -> None:
    picture = attendance_weeks([AttendedWeek(MONDAY, 0, 0)], target=95)

    assert picture.table.rows == [("2 Nov 2026", "No sessions", "", "")]
    assert not any(each.tag == "rect" for each in _shapes(picture))
    assert picture.description == "No sessions yet."


@pytest.mark.parametrize("target", [None, 95])
@pytest.mark.parametrize("count", [0, 1, 12, 80])
def test_any_number_of_weeks_stays_inside(count: int, target: int | None) -> None:
    _inside(attendance_weeks([WEEKS[n % len(WEEKS)] for n in range(count)], target=target))


@pytest.mark.parametrize(
    ("days_left", "row"),
    [
        (None, "No deadline"),
        (-1, "Overdue"),
        (0, "Today"),
        (1, "Within 7 days"),
        (7, "Within 7 days"),
        (8, "8 to 14 days"),
        (14, "8 to 14 days"),
        (15, "15 to 28 days"),
        (28, "15 to 28 days"),
        (29, "Later than 28 days"),
    ],
)
def test_next_deadline_is_counted_in_its_row(days_left: int | None, row: str) -> None:
    rows = dict(by_next_deadline([days_left]).table.rows)

    assert {words for words, n in rows.items() if n == "1"} == {row}


def test_only_overdue_is_red() -> None:
    looks = [each.get("class") for each in _shapes(by_next_deadline([-1, 0, 3, None]))]

    assert looks.count("app-draw-overdue") == 2, "one in each width"


def test_stages_are_in_the_order_of_the_lifecycle() -> None:
    rows = by_stage({Stage.PAUSED: 1, Stage.DRAFT: 2, Stage.CLOSED: 0}).table.rows

    assert list(rows) == [("Draft", "2"), ("Paused", "1")]


@given(st.dictionaries(st.sampled_from("ABCDEFGHIJ"), st.integers(0, 40), max_size=10))
def test_school_with_few_children_is_nowhere_in_the_picture(counts: dict[str, int]) -> None:
    picture = by_school(counts)
    shown = dict(picture.table.rows)
    small = {school for school, n in counts.items() if 0 < n < 5}

    assert all(shown[school] == "Not shown" for school in small)
    if small:
        hidden = [school for school, words in shown.items() if words == "Not shown"]
        assert len(hidden) > 1 or len(counts) == 1, "one alone could be had by subtracting"
    for school in small:
        assert not re.search(rf"\b{school} {counts[school]}\b", picture.description)


def test_empty_caseload_has_words() -> None:
    assert by_stage({}).description == "There are no placements."
    _inside(by_stage({}))
    _inside(by_next_deadline([]))


def test_words_of_a_school_are_escaped() -> None:
    picture = by_school({'<b> & "Co"': 9, "Other": 12})

    assert "<b>" not in picture.wide
    assert any(each.text == '<b> & "Co"' for each in _shapes(picture))
