"""What most measurements come to: our time beside that of a floor which does the least that could be done."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """Seconds are medians of the rounds. `ratio` is floor by ours, the median of each round's own: 1.0 is the floor.

    `count` is of what `what` names; `aim` is the least ratio wanted, None where the figure is only told.
    """

    what: str
    floor: str
    count: int
    seconds: float
    floor_seconds: float
    ratio: float
    aim: float | None
    floor_of_rounds: tuple[float, ...]

    @property
    def a_second(self) -> float:
        return self.count / self.seconds


def ratio(
    what: str, floor: str, count: int, ours: Sequence[float], floors: Sequence[float], *, aim: float | None = None
) -> Ratio:
    """Of rounds in which both took their turn; times in seconds."""
    return Ratio(
        what=what,
        floor=floor,
        count=count,
        seconds=statistics.median(ours),
        floor_seconds=statistics.median(floors),
        ratio=statistics.median(theirs / mine for mine, theirs in zip(ours, floors, strict=True)),
        aim=aim,
        floor_of_rounds=tuple(floors),
    )
