"""The line of a placement's life: its phases on the school's calendar, its reviews, and where today is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from markupsafe import Markup

from domain.shared.words import figure
from services.gateway.pages.pictures.svg import NARROW, WIDE, circle, drawing, key, line, rect, swatch, text, width_of
from services.gateway.pages.web.filters import day as say
from services.gateway.pages.web.filters import short_day
from services.gateway.pages.web.parts import DataTable, Picture

_TOP, _BAND, _MARKS, _HEIGHT = 28, 52, 112, 140
_BAND_HEIGHT = 34
_EDGE = 8
_NEAR = 17


class PhaseKind(StrEnum):
    """What a stretch of a placement's life is."""

    PREPARING = "preparing"
    RUNNING = "running"
    PAUSED = "paused"
    RETURNING = "returning"
    ENDED = "ended"


class ReviewState(StrEnum):
    """What has become of a review."""

    HELD = "held"
    DUE = "due"
    MISSED = "missed"


_PHASES: Final = {
    PhaseKind.PREPARING: ("app-draw-preparing", "Being arranged"),
    PhaseKind.RUNNING: ("app-draw-running", "Under way"),
    PhaseKind.PAUSED: ("app-draw-paused", "Paused"),
    PhaseKind.RETURNING: ("app-draw-returning", "Returning to school"),
    PhaseKind.ENDED: ("app-draw-ended", "Ended"),
}
_SHOWN: Final = {ReviewState.HELD: "Held", ReviewState.DUE: "Due", ReviewState.MISSED: "Missed"}


@dataclass(frozen=True, slots=True)
class Phase:
    """`last` is the last day that is known or planned; of the present phase it may lie ahead."""

    kind: PhaseKind
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class ReviewMark:
    """`on` is the day it was held, or the day by which it has to be."""

    on: date
    state: ReviewState


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """`holidays` are stretches without school, each with its first and last day."""

    phases: Sequence[Phase]
    reviews: Sequence[ReviewMark] = ()
    holidays: Sequence[tuple[date, date]] = ()
    today: date


def placement_life(life: Life) -> Picture:
    """Phases in order, none of them empty: a placement has been drafted at least."""
    says = _says(life)
    return Picture(
        title="The placement over time",
        description=says,
        wide=_drawn(life, WIDE, says),
        narrow=_drawn(life, NARROW, says),
        table=_table(life),
        key=_key(life),
    )


def _key(life: Life) -> list[tuple[Markup, str]]:
    """Of what is in the picture alone."""
    phases, reviews = {phase.kind for phase in life.phases}, {review.state for review in life.reviews}
    found = [(swatch(look), words) for kind, (look, words) in _PHASES.items() if kind in phases]
    found += [
        (key(*_mark(state, 9, 9)), f"Review {_SHOWN[state].lower()}") for state in ReviewState if state in reviews
    ]
    return [*found, *([(swatch("app-draw-holiday-key"), "School holiday")] if life.holidays else [])]


class _Scale:
    """From days to places across the picture: whole months, from the first day to the last that matters."""

    def __init__(self, life: Life, width: float) -> None:
        days = [phase.first for phase in life.phases] + [phase.last for phase in life.phases]
        days += [review.on for review in life.reviews] + [life.today]
        self.first = min(days).replace(day=1)
        self.last = _next_month(max(days)) - timedelta(days=1)
        self._width = width - 2 * _EDGE
        self._days = (self.last - self.first).days + 1

    def at(self, day: date) -> float:
        """Where a day begins."""
        return _EDGE + self._width * (day - self.first).days / self._days

    def band(self, first: date, last: date) -> tuple[float, float]:
        """Where a stretch begins and how wide it is, its last day with it."""
        first, last = max(first, self.first), min(last, self.last)
        start = self.at(first)
        return start, self.at(last + timedelta(days=1)) - start

    def months(self) -> list[date]:
        found = [self.first]
        while found[-1] < self.last:
            found.append(_next_month(found[-1]))
        return found[:-1]


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _drawn(life: Life, width: float, says: str) -> Markup:
    scale = _Scale(life, width)
    return drawing(width, _HEIGHT, says, *_calendar(life, scale, width), *_phases(life, scale), *_marks(life, scale))


def _calendar(life: Life, scale: _Scale, width: float) -> list[Markup]:
    months = scale.months()
    room = (width - 2 * _EDGE) / len(months)
    every = next(step for step in (1, 2, 3, 4, 6, 12, len(months)) if room * step > width_of("Nov 2026", 14) + 8)
    shapes = [
        rect("app-draw-holiday", x, _TOP, wide, _HEIGHT - _TOP)
        for first, last in life.holidays
        if first <= scale.last and last >= scale.first
        for x, wide in [scale.band(first, last)]
    ]
    shapes.append(line("app-draw-line", _EDGE, _TOP, width - _EDGE, _TOP))
    for n, month in enumerate(months):
        x = scale.at(month)
        shapes.append(line("app-draw-line", x, _TOP, x, _TOP + 6))
        if n % every == 0:
            words = f"{month:%b} {month:%Y}" if n == 0 or month.month == 1 else f"{month:%b}"
            shapes.append(text(words, x, _TOP - 10, look="app-draw-small"))
    return shapes


def _phases(life: Life, scale: _Scale) -> list[Markup]:
    """What lies ahead is paler, as it is only planned."""
    now = scale.at(life.today)
    bands, words = [], []
    for phase in life.phases:
        look, name = _PHASES[phase.kind]
        x, wide = scale.band(phase.first, phase.last)
        end = x + max(wide, 2)
        bands.append(rect(look, x, _BAND, end - x, _BAND_HEIGHT))
        if end > now:
            bands.append(rect("app-draw-ahead", max(x, now), _BAND, end - max(x, now), _BAND_HEIGHT))
        words += _name(name, look, x, min(end, now)) or _name(name, "app-draw-ahead", max(x, now), end)
    return bands + words


def _name(words: str, look: str, x: float, end: float) -> list[Markup]:
    """The words of a band, where it has room for them."""
    if width_of(words) + 12 > end - x:
        return []
    return [text(words, x + 7, _BAND + _BAND_HEIGHT / 2 + 5, look=f"app-draw-on {look}-words")]


def _marks(life: Life, scale: _Scale) -> list[Markup]:
    """Each review has a shape of its own, not a colour alone: a disc with a tick, a ring, a square with a cross."""
    shapes = []
    before: float = -_NEAR
    y = _MARKS
    for review in sorted(life.reviews, key=lambda review: review.on):
        x = scale.at(review.on)
        y = _MARKS + _NEAR if x - before < _NEAR and y == _MARKS else _MARKS
        before = x
        shapes += _mark(review.state, x, y)
    x = scale.at(life.today)
    anchor = "end" if x > scale.at(scale.last) - width_of("Today") else "start"
    shapes.append(line("app-draw-today", x, _TOP - 4, x, _HEIGHT))
    shapes.append(text("Today", x + (-5 if anchor == "end" else 5), _TOP + 17, look="app-draw-strong", anchor=anchor))
    return shapes


def _mark(state: ReviewState, x: float, y: float) -> list[Markup]:
    match state:
        case ReviewState.HELD:
            tick = [line("app-draw-tick", x - 4, y, x - 1, y + 3), line("app-draw-tick", x - 1, y + 3, x + 4, y - 4)]
            return [circle("app-draw-held", x, y, 8), *tick]
        case ReviewState.DUE:
            return [circle("app-draw-due", x, y, 7)]
        case ReviewState.MISSED:
            cross = [
                line("app-draw-tick", x - 4, y - 4, x + 4, y + 4),
                line("app-draw-tick", x + 4, y - 4, x - 4, y + 4),
            ]
            return [rect("app-draw-missed", x - 8, y - 8, 16, 16), *cross]


def _says(life: Life) -> str:
    phases = [f"{_PHASES[each.kind][1]} from {say(each.first)} to {say(each.last)}." for each in life.phases]
    counts = [(sum(each.state is state for each in life.reviews), words) for state, words in _SHOWN.items()]
    reviews = ", ".join(f"{figure(n, 'review')} {words.lower()}" for n, words in counts if n)
    return " ".join([*phases, *([f"{reviews}."] if reviews else []), f"Today is {say(life.today)}."])


def _table(life: Life) -> DataTable:
    rows = [(each.first, _PHASES[each.kind][1], each.last) for each in life.phases]
    rows += [(each.on, f"Review {_SHOWN[each.state].lower()}", each.on) for each in life.reviews]
    shown = [(words, short_day(first), short_day(last)) for first, words, last in sorted(rows, key=lambda row: row[0])]
    return DataTable(caption="Phases and reviews", columns=("What", "From", "To"), rows=shown)
