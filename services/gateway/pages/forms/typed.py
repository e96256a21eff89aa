"""What people type for days, times, shares and money, read as they mean it, and how the record's values are typed."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from domain.calendar.london import LONDON
from domain.shared.bounds import FIRST_YEAR, LAST_YEAR
from services.gateway.pages.forms.controls import ControlKind

_DAY, _MONTH, _YEAR, _TIME = "day", "month", "year", "time"
_PARTS: Final = (_DAY, _MONTH, _YEAR)
_CLOCK: Final = re.compile(r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>[ap]\.?m\.?)?", re.IGNORECASE)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MOST_DIGITS: Final = 10
_HUNDRED_PER_CENT: Final = 10_000


class NotUnderstood(Exception):
    """What was typed cannot be read; `detail` says so to who typed it, and repeats nothing of it."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def names(kind: ControlKind, path: str) -> tuple[str, ...]:
    """The names under which a browser sends a field."""
    match kind:
        case ControlKind.DATE:
            return tuple(f"{path}-{part}" for part in _PARTS)
        case ControlKind.MOMENT:
            return tuple(f"{path}-{part}" for part in (*_PARTS, _TIME))
        case _:
            return (path,)


def one(posted: Mapping[str, Sequence[str]], name: str) -> str:
    """What was sent under a name; of several the last."""
    return next(reversed(posted.get(name, ())), "")


def day(label: str, path: str, posted: Mapping[str, Sequence[str]]) -> date | None:
    """A day typed as day, month and year. Raises NotUnderstood."""
    given = {part: one(posted, f"{path}-{part}").strip() for part in _PARTS}
    if not any(given.values()):
        return None
    missing = [part for part in _PARTS if not given[part]]
    if missing:
        raise NotUnderstood(f"{label}: add the {' and the '.join(missing)}")
    month = _month(given[_MONTH])
    numbers = [given[_DAY], str(month or ""), given[_YEAR]]
    if not all(re.fullmatch(r"[0-9]{1,4}", number) for number in numbers):
        raise NotUnderstood(f"{label}: enter a real date, for example 27 3 {FIRST_YEAR + 127}")
    year = int(given[_YEAR])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotUnderstood(f"{label}: enter the year with 4 numbers, from {FIRST_YEAR} to {LAST_YEAR}")
    try:
        return date(year, int(numbers[1]), int(numbers[0]))
    except ValueError:
        raise NotUnderstood(f"{label}: enter a day that exists in that month") from None


def _month(given: str) -> int | None:
    if given.isascii() and given.isdecimal():
        return int(given[:_MOST_DIGITS])
    short = given[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else None


def clock_time(label: str, given: str) -> str | None:
    """`8:45`, `08.45`, `2:30pm` as `08:45:00`. Raises NotUnderstood."""
    text = given.strip()
    if not text:
        return None
    found = _CLOCK.fullmatch(text)
    if found is None or (found["minute"] is None and found["half"] is None):
        raise NotUnderstood(f"{label}: enter a time, for example 08:45 or 2:30pm")
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "")[:1].lower()
    if half and not 1 <= hour <= 12:  # noqa: PLR2004 - hours of a clock face
        raise NotUnderstood(f"{label}: enter a time, for example 08:45 or 2:30pm")
    hour = hour % 12 + 12 * (half == "p") if half else hour
    if hour > 23 or minute > 59:  # noqa: PLR2004 - the last hour and minute of a day
        raise NotUnderstood(f"{label}: enter a time between 00:00 and 23:59")
    return f"{hour:02d}:{minute:02d}:00"


def moment(label: str, path: str, posted: Mapping[str, Sequence[str]]) -> str | None:
    """A day and a time by the clock in London, with its offset. Raises NotUnderstood."""
    on, at = day(label, path, posted), clock_time(label, one(posted, f"{path}-{_TIME}"))
    if on is None and at is None:
        return None
    if on is None or at is None:
        raise NotUnderstood(f"{label}: enter the date and the time")
    return datetime.fromisoformat(f"{on.isoformat()}T{at}").replace(tzinfo=LONDON).isoformat()


def number(label: str, given: str) -> int | None:
    """A whole number, with or without commas. Raises NotUnderstood."""
    text = given.strip().replace(",", "").replace(" ", "")
    if not text:
        return None
    if not re.fullmatch(rf"-?[0-9]{{1,{_MOST_DIGITS}}}", text):
        raise NotUnderstood(f"{label}: enter a whole number")
    return int(text)


def percentage(label: str, given: str) -> int | None:
    """`92.5%` in hundredths of a per cent. Raises NotUnderstood."""
    hundredths = _hundredths(given.strip().removesuffix("%"))
    if hundredths is None:
        return None
    if not 0 <= hundredths <= _HUNDRED_PER_CENT:
        raise NotUnderstood(f"{label}: enter a percentage from 0 to 100, with up to 2 decimal places")
    return hundredths


def money(label: str, given: str) -> int | None:
    """`£120.50` in pennies. Raises NotUnderstood."""
    pennies = _hundredths(given.strip().removeprefix("£").replace(",", ""))
    if pennies is not None and pennies < 0:
        raise NotUnderstood(f"{label}: enter an amount in pounds, for example 120.50")
    return pennies


def _hundredths(text: str) -> int | None:
    """The hundredths in a number; -1 for what is none."""
    given = text.strip()
    if not given:
        return None
    found = re.fullmatch(rf"([0-9]{{1,{_MOST_DIGITS}}})(?:\.([0-9]{{1,2}}))?", given)
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else -1


def yes_no(given: str) -> bool | None:
    return {"yes": True, "no": False}.get(given)


def typed(kind: ControlKind, path: str, value: str | bool | int) -> Mapping[str, list[str]]:
    """A value of a JSON body as a browser would send it: the other way of reading."""
    match kind, value:
        case ControlKind.DATE, str():
            return _typed_day(path, date.fromisoformat(value))
        case ControlKind.MOMENT, str():
            at = datetime.fromisoformat(value).astimezone(LONDON)
            return {**_typed_day(path, at.date()), f"{path}-{_TIME}": [f"{at:%H:%M}"]}
        case ControlKind.TIME, str():
            return {path: [value[:5]]}
        case ControlKind.YES_NO, bool():
            return {path: ["yes" if value else "no"]}
        case ((ControlKind.PERCENTAGE | ControlKind.MONEY), int()):
            return {path: [f"{value // 100}.{value % 100:02d}"]}
        case _:
            return {path: [str(value)]}


def _typed_day(path: str, on: date) -> dict[str, list[str]]:
    return dict(zip(names(ControlKind.DATE, path), ([str(part)] for part in (on.day, on.month, on.year)), strict=True))
