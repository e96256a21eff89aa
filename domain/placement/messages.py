"""What the two services exchange about a placement, below both of them. No personal data.

Dates are ISO strings here: these values cross Temporal, whose plain JSON knows no dates.
"""

from dataclasses import dataclass
from typing import Literal

HandledStatus = Literal["accepted", "refused", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextDeadline:
    """The earliest thing due on a placement, as far as its workflow may know it."""

    rule: str
    due_on: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementStatus:
    """A placement's status after a command or a timer: all that its workflow keeps.

    `wake_in_seconds` is how long to sleep until something falls due, by the clock of the activity that
    says it; None when nothing will. `wake_because` names the rule and the date.
    """

    version: int
    stage: str
    terminal: bool
    wake_in_seconds: float | None = None
    wake_because: str | None = None
    next_deadline: NextDeadline | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What became of one command: only its status; the answer stays in the command's row."""

    status: HandledStatus
    standing: PlacementStatus
