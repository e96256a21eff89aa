"""Attendance by week against what the placement aims at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from domain.shared.words import figure
from services.gateway.pages.pictures.svg import NARROW, WIDE, drawing, key, line, rect, swatch, text, width_of
from services.gateway.pages.web.filters import short_day
from services.gateway.pages.web.parts import DataTable, Picture

_TOP, _FLOOR, _HEIGHT = 16, 196, 226
_LEFT = 48
_WHOLE = 100


@dataclass(frozen=True, slots=True)
class AttendedWeek:
    """Sessions attended of those possible, in the week that begins on a Monday."""

    monday: date
    attended: int
    possible: int

    @property
    def percent(self) -> int:
        """Rounded down: 94.9 does not meet 95."""
        return self.attended * _WHOLE // self.possible if self.possible else 0


def attendance_weeks(weeks: Sequence[AttendedWeek], *, target: int | None) -> Picture:
    """`target` is in percent. A week without a session, in a holiday, has no bar."""
    counted = [week for week in weeks if week.possible]
    below = sum(target is not None and week.percent < target for week in counted)
    says = _says(counted, target, below)
    samples = [(swatch("app-draw-met"), "Attended" if target is None else "Target met")]
    if below:
        samples.append((swatch("app-draw-below"), "Below target"))
    if target is not None:
        samples.append((key(line("app-draw-target", 0, 9, 18, 9)), f"Target: {target}%"))
    return Picture(
        title="Attendance by week",
        description=says,
        wide=_drawn(weeks, target, WIDE, says),
        narrow=_drawn(weeks, target, NARROW, says),
        table=_table(weeks, target),
        key=samples,
    )


def _drawn(weeks: Sequence[AttendedWeek], target: int | None, width: float, says: str) -> Markup:
    shapes = []
    for percent in (0, 50, _WHOLE):
        y = _at(percent)
        shapes.append(line("app-draw-line", _LEFT, y, width, y))
        shapes.append(text(f"{percent}%", _LEFT - 6, y + 5, look="app-draw-small", anchor="end"))
    room = (width - _LEFT - 4) / max(len(weeks), 8)
    words = width_of("30 Nov") + 10
    every = max(1, -int(-words // room))
    for n, week in enumerate(weeks):
        x = _LEFT + 4 + n * room
        if week.possible:
            met = target is None or week.percent >= target
            look = "app-draw-met" if met else "app-draw-below"
            shapes.append(rect(look, x, _at(week.percent), room * 0.8, _FLOOR - _at(week.percent)))
        if n % every == 0 and x + words <= width:
            shapes.append(text(f"{week.monday.day} {week.monday:%b}", x, _FLOOR + 20, look="app-draw-small"))
    if target is not None:
        y = _at(target)
        shapes.append(line("app-draw-target", _LEFT, y, width, y))
    return drawing(width, _HEIGHT, says, *shapes)


def _at(percent: int) -> float:
    return _FLOOR - (_FLOOR - _TOP) * percent / _WHOLE


def _says(counted: Sequence[AttendedWeek], target: int | None, below: int) -> str:
    if not counted:
        return "No sessions yet."
    whole = sum(week.attended for week in counted) * _WHOLE // sum(week.possible for week in counted)
    first = f"{whole}% of sessions attended over {figure(len(counted), 'week')}."
    return first if target is None else f"{first} The target is {target}%. {figure(below, 'week')} below it."


def _table(weeks: Sequence[AttendedWeek], target: int | None) -> DataTable:
    rows = []
    for week in weeks:
        if not week.possible:
            rows.append((short_day(week.monday), "No sessions", "", *(("",) if target is not None else ())))
            continue
        met = () if target is None else ("Yes" if week.percent >= target else "No",)
        rows.append((short_day(week.monday), f"{week.attended} of {week.possible}", f"{week.percent}%", *met))
    columns = ("Week beginning", "Sessions attended", "Attendance", *(("Target met",) if target is not None else ()))
    return DataTable(caption="Attendance by week", columns=columns, rows=rows, numbers=frozenset({1, 2}))
