"""A count of few children is held back, and so is one from which it could be worked out."""

import pytest

from domain.small_numbers import held_back, too_few


@pytest.mark.parametrize(("count", "few"), [(4, True), (5, False), (0, True)])
def test_five_is_the_fewest(count: int, few: bool) -> None:
    assert too_few(count) is few


@pytest.mark.parametrize(
    ("counts", "given"),
    [
        ({"a": 5, "b": 9}, {"a": 5, "b": 9}),
        ({"a": 4, "b": 9, "c": 6}, {"a": None, "b": 9, "c": None}),
        ({"a": 4, "b": 1, "c": 6}, {"a": None, "b": None, "c": 6}),
        ({"a": 4}, {"a": None}),
        ({}, {}),
    ],
)
def test_a_small_count_takes_the_next_with_it_where_it_is_alone(
    counts: dict[str, int], given: dict[str, int | None]
) -> None:
    assert held_back(counts) == given
