"""A count of few children is held back, and so is whatever would let a reader work it out."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.shared.small_numbers import (
    FEWEST,
    NUMBERS,
    RESTS_ON,
    Cell,
    destinations_given,
    figures_given,
    held_back,
    too_few,
)

SCHOOLS = ("900001", "900002", "900003")
PROVIDERS = ("p", "q", None)
ENDS = ("RETURN_FULL", "POST16", "OTHER")


@pytest.mark.parametrize(("count", "few"), [(4, True), (5, False), (0, True)])
def test_five_is_the_fewest(count: int, few: bool) -> None:
    assert too_few(count) is few


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"a": 5, "b": 9}, {"a": 5, "b": 9}),
        ({"a": 5, "b": 0}, {"a": 5, "b": 0}),
        ({"a": 4, "b": 9, "c": 6}, {"a": None, "b": 9, "c": None}),
        ({"a": 1, "b": 1, "c": 10}, {"a": None, "b": None, "c": None}),
        ({"a": 1, "b": 0, "c": 10, "d": 11}, {"a": None, "b": None, "c": None, "d": 11}),
        ({"a": 2, "b": 5, "c": 5, "d": 6}, {"a": None, "b": None, "c": None, "d": 6}),
        ({"a": 4}, {"a": None}),
        ({}, {}),
    ],
)
def test_a_small_count_takes_the_next_with_it(counts: dict[str, int], shown: dict[str, int | None]) -> None:
    assert held_back(counts) == shown


@pytest.mark.parametrize(("kinds", "highest"), [(2, 14), (3, 14), (4, 8)])
def test_no_count_held_back_follows_from_the_others_and_the_total(kinds: int, highest: int) -> None:
    """Whoever knows the rule, the total and what is shown still cannot say any one of the rest, in any table."""
    names = "abcd"[:kinds]
    consistent: dict[tuple[Any, ...], list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(highest + 1), repeat=kinds):
        if sum(counts) >= FEWEST:
            shown = tuple(held_back(dict(zip(names, counts, strict=True))).values())
            consistent[shown, sum(counts)].append(counts)
    for (shown, total), tables in consistent.items():
        hidden = [n for n, count in enumerate(shown) if count is None]
        # Larger tables than were tried may look the same.
        if len(hidden) == 0 or total - sum(count or 0 for count in shown) > highest:
            continue
        for n in hidden:
            assert len({table[n] for table in tables}) > 1, (shown, total)
        assert total - sum(count or 0 for count in shown) >= FEWEST, (shown, total)


def cell(school: str, provider: str | None, end: str, placements: int, **counts: int) -> Cell:
    return Cell(
        school=school,
        provider=provider,
        destination=end,
        counts=dict.fromkeys(NUMBERS, placements) | {"placements": placements} | counts,
    )


_PLACES = tuple(product(SCHOOLS, PROVIDERS, ENDS))


def _table(drawn: list[tuple[int, int]]) -> list[Cell]:
    """Cells with this many placements; the second number says which values some of them lack."""
    found = []
    for (school, provider, end), (placements, lacks) in zip(_PLACES, drawn, strict=True):
        if placements:
            known = {name: placements - (lacks >> n & 1) for n, name in enumerate(NUMBERS[1:])}
            found.append(cell(school, provider, end, placements, **known))
    return found


def cells() -> st.SearchStrategy[list[Cell]]:
    one = st.tuples(st.sampled_from((0, 0, 0, 1, 3, 5, 5, 7, 12)), st.integers(0, 255))
    return st.lists(one, min_size=len(_PLACES), max_size=len(_PLACES)).map(_table)


def _asked(table: list[Cell], school: str | None, provider: str | None) -> Iterator[Cell]:
    for each in table:
        if (school is None or each.school == school) and (provider is None or each.provider == provider):
            yield each


def _sum(table: list[Cell], number: str, school: str | None, provider: str | None) -> int:
    return sum(each.counts[number] for each in _asked(table, school, provider))


@settings(max_examples=60)
@given(table=cells())
def test_no_figure_rests_on_fewer_than_five_values(table: list[Cell]) -> None:
    for school, provider in product((None, *SCHOOLS), (None, "p", "q")):
        shown = figures_given(table, school=school, provider=provider)
        for figure in shown:
            for number in RESTS_ON[figure]:
                if number in NUMBERS:
                    assert _sum(table, number, school, provider) >= FEWEST
        if "evaluated" in shown:
            rest = _sum(table, "placements", school, provider) - _sum(table, "evaluated", school, provider)
            assert rest == 0 or rest >= FEWEST


@settings(max_examples=60)
@given(table=cells())
def test_what_schools_and_providers_show_leaves_no_few_over(table: list[Cell]) -> None:
    """The total less what is given about some schools (or providers) rests on none or on five; by each figure."""
    for figure, needed in RESTS_ON.items():
        if figure not in figures_given(table, school=None, provider=None):
            continue
        of_schools = [s for s in SCHOOLS if figure in figures_given(table, school=s, provider=None)]
        of_providers = [p for p in ("p", "q") if figure in figures_given(table, school=None, provider=p)]
        for number in set(needed) & set(NUMBERS):
            total = _sum(table, number, None, None)
            for left in (
                total - sum(_sum(table, number, school, None) for school in of_schools),
                total - sum(_sum(table, number, None, provider) for provider in of_providers),
            ):
                assert left == 0 or left >= FEWEST, (figure, number, left)


@settings(max_examples=60)
@given(table=cells())
def test_one_school_at_one_provider_shows_nothing_that_totals_give_away(table: list[Cell]) -> None:
    for school, provider in product(SCHOOLS, ("p", "q")):
        if "placements" not in figures_given(table, school=school, provider=provider):
            continue
        mine = _sum(table, "placements", school, provider)
        for whole in (_sum(table, "placements", school, None), _sum(table, "placements", None, provider)):
            assert whole == mine or whole - mine >= FEWEST


def _ends(table: list[Cell], school: str | None, provider: str | None) -> Mapping[str, int | None]:
    return destinations_given(table, school=school, provider=provider)


@settings(max_examples=60)
@given(table=cells())
def test_destinations_of_the_parts_give_none_of_the_rest_away(table: list[Cell]) -> None:
    whole = _ends(table, None, None)
    for parts in ([_ends(table, s, None) for s in SCHOOLS], [_ends(table, None, p) for p in ("p", "q")]):
        for end in ENDS:
            shown = [part[end] for part in parts if part[end] is not None]
            assert not any(0 < count < FEWEST for count in shown)
            if whole[end] is not None:
                left = whole[end] - sum(shown)
                assert left == 0 or left >= FEWEST
    assert len(whole) > len(ENDS), "a way of ending that nobody took is named like the others"


def test_one_placement_of_another_school_is_not_had_by_subtraction() -> None:
    table = [cell("900001", "p", "OTHER", 9), cell("900002", "p", "OTHER", 12), cell("900003", "p", "OTHER", 1)]

    given = {school: figures_given(table, school=school, provider=None) for school in (None, *SCHOOLS)}

    assert "placements" in given[None]
    assert not given["900003"]
    assert not given["900001"], "the smallest of the others goes with it"
    assert "placements" in given["900002"]
    assert _ends(table, "900002", None)["OTHER"] is None
    assert not figures_given(table, school="900009", provider=None), "a school that has none is like one that has few"


def test_a_median_of_one_child_is_not_given() -> None:
    table = [cell("900001", "p", "OTHER", 9, attendance_after=1, cost_pennies=4, evaluated=8)]

    given = figures_given(table, school=None, provider=None)

    assert given >= {"placements", "median_attendance_during", "objectives_met"}
    assert not given & {"median_attendance_after", "cost_pennies", "median_cost_pennies"}
    assert "evaluated" not in given, "one that was not evaluated would be told"
