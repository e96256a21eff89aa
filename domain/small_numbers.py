"""Figures about few children are not given to those outside their school: a small number can name a child.

Fewer than five placements give no figures at all. In a count by kind, each number from one to four is held back;
if that is a single one, it could be had by subtracting, so the next smallest is held back with it. Nobody can stop
a reader from comparing two periods that differ by a day: whoever publishes such figures chooses whole terms.
"""

from collections.abc import Mapping
from typing import Final

FEWEST: Final = 5
"""Our choice, after the custom of official statistics."""


def too_few(count: int) -> bool:
    return count < FEWEST


def held_back(counts: Mapping[str, int]) -> dict[str, int | None]:
    """The counts with None where a number is too small to give, or would give one away."""
    hidden = {kind for kind, count in counts.items() if too_few(count)}
    if len(hidden) == 1 and len(counts) > 1:
        hidden.add(min((kind for kind in counts if kind not in hidden), key=lambda kind: (counts[kind], kind)))
    return {kind: None if kind in hidden else count for kind, count in counts.items()}
