"""Legal days are days in London: the only place that knows the time zone."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def today(now: datetime) -> date:
    """The day it is in London at an aware instant."""
    _require_aware(now)
    return now.astimezone(LONDON).date()


def start_of(day: date) -> datetime:
    """Midnight in London as that day begins, in UTC."""
    return datetime.combine(day, time.min, tzinfo=LONDON).astimezone(UTC)


def at(day: date, clock: time) -> datetime:
    """A time on London's clocks on that day, in UTC."""
    return datetime.combine(day, clock, tzinfo=LONDON).astimezone(UTC)


def end_of(day: date) -> datetime:
    """23:59:59 in London on that day, in UTC: a deadline on a day is kept until then."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=LONDON).astimezone(UTC)


def _require_aware(now: datetime) -> None:
    if now.tzinfo is None:
        raise ValueError("an instant needs its time zone")
