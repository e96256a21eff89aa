"""One spelling for a day, one for an instant, one for a time of day; digits alone are none of them."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from domain.calendar.date_text import clock_time_of, day_of, instant_of, moment_of

NOT_DATES = [
    *("0", "1", "20261203", "1764720000", "-1", "1e9", "2026-12-3", "26-12-03", "2026-W49-4", "2026-337"),
    *(
        "2026-13-01",
        "2026-02-29",
        "03/12/2026",
        "2026-12-03 ",
        " 2026-12-03",
        "2026-12-03\n",
        "٢٠٢٦-١٢-٠٣",
        "",
        "today",
    ),
    *("2026-12-03T00:00:00Z", "+2026-12-03"),
]
NOT_INSTANTS = [
    *("0", "20261203", "1764720000", "2026-12-03", "2026-12-03T09:00", "2026-12-03T09:00Z", "2026-12-03T09:00:00"),
    *("2026-12-03 09:00:00Z", "20261203T090000Z", "2026-12-03T09:00:00+01", "2026-12-03T09:00:00+0100"),
    *("2026-12-03T24:00:01Z", "2026-12-03T09:00:60Z", "2026-12-03T09:00:00+24:00", "2026-12-03T09:00:00Z\n", ""),
    *("2026-12-03T24:00:00Z", "2026-12-03T09:00:00+14:60", "2026-12-03T09:00:00-24:00", "2026-12-03T09:60:00Z"),
    *("2026-12-03T09:00:00,5Z", "2026-12-03T09:00:00.Z", "2026-W49-4T09:00:00Z"),
]
NOT_CLOCK_TIMES = [
    "0",
    "900",
    "0900",
    "9:00",
    "09",
    "09:00Z",
    "09:00:00+00:00",
    "24:00",
    "24:00:00",
    "24:01",
    "09:60",
    "09:00\n",
    "",
    "T09:00",
]


@pytest.mark.parametrize("text", NOT_DATES)
def test_no_other_spelling_is_a_day(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        day_of(text)


@pytest.mark.parametrize("text", NOT_INSTANTS)
def test_no_other_spelling_is_an_instant(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        instant_of(text)


@pytest.mark.parametrize("text", NOT_CLOCK_TIMES)
def test_no_other_spelling_is_a_time_of_day(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        clock_time_of(text)


def test_the_one_spelling_is_read() -> None:
    nine = datetime(2026, 12, 3, 9, tzinfo=UTC)

    assert day_of("2026-12-03") == date(2026, 12, 3)
    assert instant_of("2026-12-03T09:00:00Z") == instant_of("2026-12-03t09:00:00z") == nine
    assert instant_of("2026-12-03T09:00:00.25+01:00") == datetime(
        2026, 12, 3, 9, 0, 0, 250_000, tzinfo=timezone(timedelta(hours=1))
    )
    assert clock_time_of("08:45") == clock_time_of("08:45:00") == time(8, 45)


def test_a_moment_is_an_instant_or_the_end_of_a_day_in_london() -> None:
    assert moment_of("2026-07-03") == datetime(2026, 7, 3, 22, 59, 59, tzinfo=UTC)
    assert moment_of("2026-12-03t09:00:00+01:00") == datetime(2026, 12, 3, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-12-03T", "today"])
def test_no_other_text_is_a_moment(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        moment_of(text)
