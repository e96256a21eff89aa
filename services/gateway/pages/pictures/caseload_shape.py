"""The caseload by stage, and by the days to each placement's next deadline."""

from collections.abc import Iterable, Mapping
from typing import Final

from domain.placement.stages import Stage
from domain.shared.words import figure, figure_is
from services.gateway.pages.pictures.bars import Bar, bars
from services.gateway.pages.web.parts import Picture, stage_tag

# The last day of each row, from today; what lies before today is overdue.
_ROWS: Final = ((0, "Today"), (7, "Within 7 days"), (14, "8 to 14 days"), (28, "15 to 28 days"))
_LATER: Final = "Later than 28 days"
_NONE: Final = "No deadline"
_OVERDUE: Final = "Overdue"


def by_stage(counts: Mapping[Stage, int]) -> Picture:
    """Stages in the order of the lifecycle; those without a placement are left out."""
    rows = [Bar(stage_tag(stage).text, counts[stage]) for stage in Stage if counts.get(stage)]
    whole = sum(counts.values())
    says = f"{figure(whole, 'placement')}: {', '.join(f'{row.label} {row.count}' for row in rows)}." if whole else ""
    return bars("Placements by stage", rows, columns=("Stage", "Placements"), says=says or "There are no placements.")


def by_next_deadline(days: Iterable[int | None]) -> Picture:
    """One number for each placement: the days to its next deadline, below nought when it has passed; None without."""
    counts = dict.fromkeys((_OVERDUE, *(words for _, words in _ROWS), _LATER, _NONE), 0)
    for each in days:
        counts[_row_of(each)] += 1
    rows = [Bar(words, n, "app-draw-overdue" if words == _OVERDUE else "app-draw-met") for words, n in counts.items()]
    whole = sum(counts.values())
    says = f"Of {figure(whole, 'placement')}, {figure_is(counts[_OVERDUE], 'placement')} overdue: " + ", ".join(
        f"{words} {n}" for words, n in counts.items()
    )
    return bars("Next deadlines", rows, columns=("Next deadline", "Placements"), says=f"{says}.")


def _row_of(days: int | None) -> str:
    if days is None:
        return _NONE
    if days < 0:
        return _OVERDUE
    return next((words for last, words in _ROWS if days <= last), _LATER)
