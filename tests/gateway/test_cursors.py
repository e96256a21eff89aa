"""Cursors that somebody made: days and instants in their one spelling, and of years that a page can give."""

import base64
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from services.gateway.http import cursors
from services.gateway.http.problems import Problem

AN_ID = "01920000-0000-7000-8000-000000000001"
NOT_DAYS = ["20261203", "2026-W49-4", "0", "0001-01-01", "9999-12-31", "2026-12-03T00:00:00Z", ""]
NOT_INSTANTS = [
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "20261203T090000Z", "2026-12-03T09:00:00"),
    *("2026-12-03", "1764720000", ""),
]


def packed(value: Any) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).rstrip(b"=").decode()


OF_A_DAY: dict[str, Callable[[str], Any]] = {
    "caseload": lambda day: cursors.unpack_caseload(packed(["next_deadline", day, AN_ID]), "next_deadline"),
    "deadlines": lambda day: cursors.DEADLINES.unpack(packed([0, day, AN_ID, 1])),
    "diary": lambda day: cursors.DIARY.unpack(packed([day, AN_ID, AN_ID])),
    "outcomes": lambda day: cursors.OUTCOMES.unpack(packed([day, AN_ID])),
}
OF_AN_INSTANT: dict[str, Callable[[str], Any]] = {
    "caseload": lambda at: cursors.unpack_caseload(packed(["updated", at, AN_ID]), "updated"),
    "letters": lambda at: cursors.LETTERS.unpack(packed([at, AN_ID])),
}


@pytest.mark.parametrize("unpack", OF_A_DAY.values(), ids=OF_A_DAY)
def test_no_cursor_takes_a_day_that_no_page_gave(unpack: Callable[[str], Any]) -> None:
    assert unpack("2026-12-03")
    for day in NOT_DAYS:
        with pytest.raises(Problem):
            unpack(day)


@pytest.mark.parametrize("unpack", OF_AN_INSTANT.values(), ids=OF_AN_INSTANT)
def test_no_cursor_takes_an_instant_that_no_page_gave(unpack: Callable[[str], Any]) -> None:
    assert unpack("2026-12-03T09:00:00.123456+00:00")
    for at in NOT_INSTANTS:
        with pytest.raises(Problem):
            unpack(at)
