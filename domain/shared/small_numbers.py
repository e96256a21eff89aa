"""Figures about few children are not given to those outside their school: a small number can name a child.

No figure rests on fewer than five values. In every breakdown each number from one to four is held back, and so are the
zeros beside it, as they would tell which kinds are the small ones. Since the total is given too, the smallest number
of five or more goes with them, and all that equal it: what is held back can then not be had by subtracting, nor by
whoever knows this rule. Schools, providers and destinations are such breakdowns, although a reader asks for one school
at a time. Nobody can stop a reader from comparing two periods that differ by a day: whoever publishes such figures
chooses whole terms.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from events.codes import EndReason

K = TypeVar("K")

FEWEST: Final = 5
"""Our choice, after the custom of official statistics."""

PLACEMENTS: Final = "placements"
EVALUATED: Final = "evaluated"
_NOT_EVALUATED: Final = "not_evaluated"

NUMBERS: Final = (
    PLACEMENTS,
    EVALUATED,
    "objectives",
    "school_days",
    "cost_pennies",
    "attendance_before",
    "attendance_during",
    "attendance_after",
    "attendance_change",
)
"""What is counted: how many placements have each of these values."""

RESTS_ON: Final[Mapping[str, tuple[str, ...]]] = {
    PLACEMENTS: (PLACEMENTS,),
    EVALUATED: (EVALUATED, _NOT_EVALUATED),
    "objectives_set": ("objectives",),
    "objectives_met": ("objectives",),
    "cost_pennies": ("cost_pennies",),
    "median_school_days": ("school_days",),
    "median_attendance_before": ("attendance_before",),
    "median_attendance_during": ("attendance_during",),
    "median_attendance_after": ("attendance_after",),
    "median_attendance_change": ("attendance_change",),
    "median_cost_pennies": ("cost_pennies",),
}
"""Each figure with the counts that it needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How many placements of one school at one provider ended in one way, and how many of them have each value."""

    school: str
    provider: object
    destination: str
    counts: Mapping[str, int]


def is_small(count: int) -> bool:
    """Whether a number of placements is one that could name a child."""
    return 0 < count < FEWEST


def too_few(count: int) -> bool:
    return count < FEWEST


def held_back(counts: Mapping[str, int]) -> dict[str, int | None]:
    """The counts with None where a number is too small to give, or would give one away."""
    if not any(map(is_small, counts.values())):
        return dict(counts)
    least = min((count for count in counts.values() if not too_few(count)), default=FEWEST)
    return {kind: None if too_few(count) or count == least else count for kind, count in counts.items()}


def figures_given(cells: Iterable[Cell], *, school: str | None, provider: object | None) -> frozenset[str]:
    """The figures that may be given about one school, one provider, both, or (None) all.

    `cells` are all that the reader's figures are made of, not only those of the school and the provider asked about.
    """
    cells = tuple(cells)
    given = {name for name in (*NUMBERS, _NOT_EVALUATED) if _is_given(cells, name, school, provider)}
    if PLACEMENTS not in given:
        return frozenset()
    return frozenset(figure for figure, needed in RESTS_ON.items() if given.issuperset(needed))


def destinations_given(cells: Iterable[Cell], *, school: str | None, provider: object | None) -> dict[str, int | None]:
    """How the placements ended, of every way there is.

    Of one school or provider they are given where no number in the whole table is small: a table in two directions
    gives its numbers away by more than one total.
    """
    cells = tuple(cells)
    counts = _counted(_asked(cells, school, provider), PLACEMENTS, lambda cell: cell.destination)
    every = {str(kind): counts[kind] for kind in EndReason}
    if school is None and provider is None:
        return held_back(every)
    table = _counted(cells, PLACEMENTS, lambda cell: (_part(cell, school, provider), cell.destination))
    return dict.fromkeys(every) if any(map(is_small, table.values())) else dict(every)


def _is_given(cells: tuple[Cell, ...], number: str, school: str | None, provider: object | None) -> bool:
    asked = sum(_count(cell, number) for cell in _asked(cells, school, provider))
    if is_small(asked) or (asked == 0 and number != _NOT_EVALUATED):
        return False
    if school is not None and provider is not None:
        table = _counted(cells, number, lambda cell: _part(cell, school, provider))
        return not any(map(is_small, table.values()))
    if school is not None:
        return held_back(_counted(cells, number, lambda cell: cell.school)).get(school, 0) is not None
    if provider is not None:
        return held_back(_counted(cells, number, lambda cell: str(cell.provider))).get(str(provider), 0) is not None
    return True


def _part(cell: Cell, school: str | None, provider: object | None) -> tuple[str, str]:
    """Which part of the table a cell belongs to, where these two are asked about."""
    return (cell.school if school is not None else "", str(cell.provider) if provider is not None else "")


def _asked(cells: Iterable[Cell], school: str | None, provider: object | None) -> Iterable[Cell]:
    wanted = {part for part in (school, provider) if part is not None}
    return (cell for cell in cells if wanted <= {cell.school, cell.provider})


def _count(cell: Cell, number: str) -> int:
    if number == _NOT_EVALUATED:
        return cell.counts[PLACEMENTS] - cell.counts[EVALUATED]
    return cell.counts[number]


def _counted(cells: Iterable[Cell], number: str, key: Callable[[Cell], K]) -> Counter[K]:
    counted: Counter[K] = Counter()
    for cell in cells:
        counted[key(cell)] += _count(cell, number)
    return counted
