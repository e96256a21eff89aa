"""Compulsory school age: when it begins and ends for a child, and when the authority's duty ends before it."""

from calendar import isleap
from datetime import date, timedelta

from domain.law.rules import figures
from domain.shared import words
from domain.shared.errors import Rejected

_FRIDAY = 4
_JULY, _SEPTEMBER = 7, 9
_PRESCRIBED = ((3, 31), (8, 31), (12, 31))
_RECEPTION_AGE = 4
_LEAP_DAY = (2, 29)


class NoDutyLeft(Rejected):
    """Section 19 does not apply to a child who will leave compulsory school age within six weeks and has no more
    exams.
    """

    code = "no_duty_left"
    title = "The pupil is about to leave compulsory school age"
    legal_refs = ("Education Act 1996 s 19(1A)",)


def birthday(born_on: date, age: int) -> date:
    """From when somebody has an age. Who was born on 29 February turns a year older on 1 March in other years."""
    year = born_on.year + age
    if (born_on.month, born_on.day) == _LEAP_DAY and not isleap(year):
        return date(year, 3, 1)
    return born_on.replace(year=year)


def begins_on(born_on: date) -> date:
    """The fifth birthday where that is a prescribed day, else the next prescribed day after it."""
    five = birthday(born_on, figures(born_on).school_age)
    return next(day for day in (date(five.year, *each) for each in _PRESCRIBED) if day >= five)


def ends_on(born_on: date) -> date:
    """The last Friday in June of the school year in which the child turns 16."""
    turns = born_on.year + figures(born_on).leaving_age
    year = turns + 1 if born_on.month >= _SEPTEMBER else turns
    last = date(year, _JULY, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - _FRIDAY) % 7)


def is_of_school_age(born_on: date, on: date) -> bool:
    return begins_on(born_on) <= on <= ends_on(born_on)


def year_group(born_on: date, on: date) -> int:
    """The year in which children of this age are taught on a day; Reception is 0."""
    entered = on.year if on.month >= _SEPTEMBER else on.year - 1
    cohort = born_on.year if born_on.month < _SEPTEMBER else born_on.year + 1
    return entered - cohort - _RECEPTION_AGE


def duty_left(born_on: date, on: date, *, exams_ahead: bool) -> NoDutyLeft | None:
    """Why section 19 no longer serves on a day, if it does not."""
    ends = ends_on(born_on)
    if on > ends or (not exams_ahead and on + timedelta(weeks=figures(on).leaving_weeks) >= ends):
        return NoDutyLeft(
            f"The pupil leaves compulsory school age on {words.on(ends)}. If there are still exams to take, say so.",
            pointer="/exams_ahead",
        )
    return None
