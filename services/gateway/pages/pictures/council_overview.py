"""A council's placements by school. A number that could name a child is held back, and one that would give it away."""

from collections.abc import Mapping

from domain.shared.small_numbers import FEWEST, held_back
from domain.shared.words import figure
from services.gateway.pages.pictures.bars import Bar, bars
from services.gateway.pages.web.parts import Picture

_HELD_BACK = "Not shown"


def by_school(counts: Mapping[str, int], *, title: str = "Placements by school") -> Picture:
    """`counts` by the school's name. Schools with most first, then those held back, each by name."""
    given = held_back(counts)
    rows = [
        Bar(school, n) if n is not None else Bar(school, None, words=_HELD_BACK)
        for school, n in sorted(given.items(), key=lambda each: (each[1] is None, -(each[1] or 0), each[0].casefold()))
    ]
    hidden = sum(n is None for n in given.values())
    says = f"{figure(len(rows), 'school')}. " + ", ".join(f"{row.label} {row.shown.lower()}" for row in rows) + "."
    if hidden:
        says += f" Numbers below {FEWEST}, and any that would give them away, are not shown."
    return bars(title, rows, columns=("School", "Placements"), says=says)
