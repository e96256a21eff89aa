"""Days and times in text that people or programs send: YYYY-MM-DD, RFC 3339 with its offset, and the clock's time.

Other spellings that a library may read, such as a number of seconds, are refused: a slip must not become a date.
"""

import re
from datetime import UTC, date, datetime, time
from typing import Final

from domain.calendar.london import end_of

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Hours and minutes are bounded here: some versions of Python read 24:00 as the next day, and an offset of 60 minutes.
_HOUR, _MINUTE = "(?:[01][0-9]|2[0-3])", "[0-5][0-9]"
_TIME: Final = rf"{_HOUR}:{_MINUTE}:{_MINUTE}(?:\.[0-9]+)?"
_INSTANT: Final = re.compile(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt]{_TIME}(?:[Zz]|[+-]{_HOUR}:{_MINUTE})")
_CLOCK: Final = re.compile(rf"{_HOUR}:{_MINUTE}|{_TIME}")


def day_of(text: str) -> date:
    """Raises ValueError: this is not a day as in 2026-11-23."""
    return date.fromisoformat(_of_form(_DAY, text))


def instant_of(text: str) -> datetime:
    """Raises ValueError: this is not a time with its offset as in 2026-11-23T09:00:00+00:00."""
    return datetime.fromisoformat(_of_form(_INSTANT, text).upper())


def moment_of(text: str) -> datetime:
    """A time with its offset, or a day, which means its end in London; in UTC.

    Raises:
        ValueError: it is neither, or no instant in UTC.
    """
    if "T" not in text.upper():
        return end_of(day_of(text))
    try:
        return instant_of(text).astimezone(UTC)
    except OverflowError as beyond:
        raise ValueError("this lies beyond the calendar") from beyond


def clock_time_of(text: str) -> time:
    """Raises ValueError: this is not a time of day as in 08:45."""
    return time.fromisoformat(_of_form(_CLOCK, text))


def _of_form(form: re.Pattern[str], text: str) -> str:
    if not form.fullmatch(text):
        raise ValueError("this is not written in that form")
    return text
