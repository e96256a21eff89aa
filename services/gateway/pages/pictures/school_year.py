"""A school's year on one line: half terms as bands, holidays between them, INSET days and half days as marks."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from markupsafe import Markup

from domain.calendar.school_calendar import year_name
from domain.shared.words import figure
from events.values.school_days import HalfDay, HalfTerm
from services.gateway.pages.pictures.svg import NARROW, WIDE, circle, drawing, key, line, rect, swatch, text
from services.gateway.pages.web.filters import short_day
from services.gateway.pages.web.parts import DataTable, Picture

_TOP, _BAND, _BELOW = 26, 34, 14
_AUGUST: Final = 8
_MONTHS: Final = (8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6, 7)
_RADIUS = 5


def school_year(
    year: int, half_terms: Sequence[HalfTerm], inset_days: Sequence[date], half_days: Sequence[HalfDay]
) -> Picture:
    """`year` is the calendar year in which the school year begins."""
    says = (
        f"School year {year_name(year)}: {figure(len(half_terms), 'half term')},"
        f" {figure(len(inset_days), 'INSET day')}, {figure(len(half_days), 'half day')}. "
        + " ".join(f"{each.name}: {short_day(each.first_on)} to {short_day(each.last_on)}." for each in half_terms)
    )
    rows = [[each.name, short_day(each.first_on), short_day(each.last_on)] for each in half_terms]
    rows += [["INSET day", short_day(each), short_day(each)] for each in inset_days]
    rows += [[f"Half day, {each.session.value} only", short_day(each.day), short_day(each.day)] for each in half_days]
    marks = [*inset_days, *(each.day for each in half_days)]
    return Picture(
        title=f"School year {year_name(year)}",
        description=says,
        wide=_line(year, half_terms, marks, WIDE, says, every=1),
        narrow=_line(year, half_terms, marks, NARROW, says, every=3),
        table=DataTable(caption=f"Dates of {year_name(year)}", columns=("What", "First day", "Last day"), rows=rows),
        key=[
            (swatch("app-draw-running"), "Half term"),
            (swatch("app-draw-holiday-key"), "Holiday"),
            (key(circle("app-draw-due", 9, 9, _RADIUS)), "INSET day or half day"),
        ],
    )


def _line(
    year: int, half_terms: Sequence[HalfTerm], marks: Sequence[date], width: float, says: str, *, every: int
) -> Markup:
    first, last = date(year, _AUGUST, 1), date(year + 1, _AUGUST, 1)
    days = (last - first).days

    def at(day: date) -> float:
        return width * max(0, min((day - first).days, days)) / days

    shapes = [rect("app-draw-holiday", 0, _TOP, width, _BAND)]
    for n, month in enumerate(_MONTHS):
        begins = at(date(year if month >= _AUGUST else year + 1, month, 1))
        shapes.append(line("app-draw-line", begins, _TOP - 6, begins, _TOP))
        if n % every == 0:
            shapes.append(text(f"{date(year, month, 1):%b}", begins + 2, _TOP - 10, look="app-draw-small"))
    for each in half_terms:
        begins = at(each.first_on)
        shapes.append(rect("app-draw-running", begins, _TOP, at(each.last_on) - begins, _BAND))
    shapes += [circle("app-draw-due", at(day), _TOP + _BAND / 2, _RADIUS) for day in marks]
    return drawing(width, _TOP + _BAND + _BELOW, says, *shapes)
