"""The sessions of a week as somebody would say them."""

from collections.abc import Iterable
from typing import Final

from events.codes import Session, SessionPlace
from events.values.sessions import PatternSession

_DAYS: Final = ("", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HALVES: Final = {Session.AM: "morning", Session.PM: "afternoon"}


def week_words(sessions: Iterable[PatternSession]) -> str:
    """`Tuesday, Wednesday morning`: where the pupil is at the provider."""
    by_day: dict[int, list[Session]] = {}
    for each in sessions:
        if each.place is SessionPlace.PROVIDER:
            by_day.setdefault(each.weekday, []).append(each.session)
    return ", ".join(_day(weekday, by_day[weekday]) for weekday in sorted(by_day)) or "no day"


def _day(weekday: int, halves: list[Session]) -> str:
    return _DAYS[weekday] if len(halves) > 1 else f"{_DAYS[weekday]} {_HALVES[halves[0]]}"
