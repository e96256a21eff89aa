"""What the record cannot keep or reckon with is told with its place."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from domain.bounds import faults
from events.values import Objective

GOOD = Objective(id="o1", text="Attend", baseline="6", target="9", measure="Register")


@pytest.mark.parametrize(
    "value",
    ["text", "tëxt", 2**31 - 1, True, date(2026, 11, 23), datetime(2026, 11, 23, tzinfo=UTC), time(9), None, (GOOD,)],
)
def test_what_can_be_kept(value: Any) -> None:
    assert list(faults(value, longest_text=10)) == []


@pytest.mark.parametrize(
    ("value", "why"),
    [
        pytest.param("far too long", "longer", id="long text"),
        pytest.param("nul\0", "NUL", id="NUL"),
        pytest.param("half\ud800", "surrogate", id="half a surrogate pair"),
        pytest.param(2**31, "range", id="large number"),
        pytest.param(date(1899, 12, 31), "year", id="early"),
        pytest.param(date(2200, 1, 1), "year", id="late"),
        pytest.param(datetime(2026, 11, 23, 9), "offset", id="time without offset"),  # noqa: DTZ001 # the fault
        pytest.param(time(9, tzinfo=UTC), "offset", id="clock time with offset"),
    ],
)
def test_what_cannot_be_kept(value: Any, why: str) -> None:
    ((pointer, said),) = faults((1, value), longest_text=10)

    assert pointer == "/1"
    assert why in said


def test_a_fault_deep_inside_is_named_by_its_place() -> None:
    bad = Objective(id="o1", text="x" * 11, baseline="6", target="9", measure="Register")

    assert [pointer for pointer, _ in faults(((GOOD, bad),), longest_text=10)] == ["/0/1/text"]
