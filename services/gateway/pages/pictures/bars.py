"""Counts as bars from left to right, each with its words and its number: they fit a telephone."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from services.gateway.pages.pictures.svg import NARROW, WIDE, drawing, rect, text, width_of
from services.gateway.pages.web.parts import DataTable, Picture

_ROW, _BAR = 34, 20
_LEAST = 3
_LONGEST_LABEL = 260


@dataclass(frozen=True, slots=True)
class Bar:
    """One row. `count` is None where it is held back, as it could name a child; then `words` say so."""

    label: str
    count: int | None
    look: str = "app-draw-met"
    words: str = ""

    @property
    def shown(self) -> str:
        return self.words or str(self.count)


def bars(title: str, rows: Sequence[Bar], *, columns: tuple[str, str], says: str) -> Picture:
    return Picture(
        title=title,
        description=says,
        wide=_beside(rows, WIDE, says),
        narrow=_below(rows, NARROW, says),
        table=DataTable(
            caption=title,
            columns=columns,
            rows=[(row.label, row.shown) for row in rows],
            numbers=frozenset({1}),
        ),
    )


def _beside(rows: Sequence[Bar], width: float, says: str) -> Markup:
    """Labels left of the bars."""
    left = min(_LONGEST_LABEL, max((width_of(row.label, 16) for row in rows), default=0)) + 12
    room = width - left - max((width_of(row.shown, 16) for row in rows), default=0) - 12
    shapes = []
    for n, row in enumerate(rows):
        y = n * _ROW + 6
        shapes.append(text(_cut(row.label, left), left - 12, y + 15, anchor="end"))
        shapes += _bar(row, left, y, room, _most(rows))
    return drawing(width, len(rows) * _ROW + 6, says, *shapes)


def _below(rows: Sequence[Bar], width: float, says: str) -> Markup:
    """Labels above the bars."""
    room = width - max((width_of(row.shown, 16) for row in rows), default=0) - 12
    shapes = []
    for n, row in enumerate(rows):
        y = n * (_ROW + 16) + 22
        shapes.append(text(_cut(row.label, width), 0, y - 6))
        shapes += _bar(row, 0, y, room, _most(rows))
    return drawing(width, len(rows) * (_ROW + 16) + 6, says, *shapes)


def _bar(row: Bar, x: float, y: float, room: float, most: int) -> list[Markup]:
    if row.count is None:
        return [text(row.shown, x, y + 15, look="app-draw-small")]
    wide = max(room * row.count / most, _LEAST) if row.count else 0
    return [rect(row.look, x, y, wide, _BAR), text(row.shown, x + wide + 6, y + 15, look="app-draw-strong")]


def _most(rows: Sequence[Bar]) -> int:
    return max((row.count or 0 for row in rows), default=0) or 1


def _cut(words: str, room: float) -> str:
    most = max(int(room / width_of("x", 16)), 2)
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
