from datetime import UTC, date, datetime

import pytest

from domain.calendar.london import end_of, start_of, today


@pytest.mark.parametrize(
    ("day", "starts_at", "ends_at"),
    [
        (date(2026, 1, 15), datetime(2026, 1, 15, 0, 0, tzinfo=UTC), datetime(2026, 1, 15, 23, 59, 59, tzinfo=UTC)),
        (date(2026, 7, 15), datetime(2026, 7, 14, 23, 0, tzinfo=UTC), datetime(2026, 7, 15, 22, 59, 59, tzinfo=UTC)),
        # The day the clocks go forward has 23 hours, the day they go back 25.
        (date(2026, 3, 29), datetime(2026, 3, 29, 0, 0, tzinfo=UTC), datetime(2026, 3, 29, 22, 59, 59, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 24, 23, 0, tzinfo=UTC), datetime(2026, 10, 25, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_day_begins_and_ends_by_the_clocks_of_london(day: date, starts_at: datetime, ends_at: datetime) -> None:
    assert (start_of(day), end_of(day)) == (starts_at, ends_at)
    assert today(starts_at) == today(ends_at) == day


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 3, 28, 23, 59, 59, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 29, 23, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 22, 59, 59, tzinfo=UTC), date(2026, 10, 24)),
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 26, 0, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_today_turns_at_midnight_in_london(now: datetime, day: date) -> None:
    assert today(now) == day


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        today(datetime(2026, 7, 15, 12, 0))  # noqa: DTZ001 - what is refused
