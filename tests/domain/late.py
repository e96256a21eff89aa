"""A duty that is done in time and typed late: one case for each, which `test_typed_late` tries in every way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from events.codes import RuleId
from tests.dsl import Given

Step = Callable[[Given, date], object]


@dataclass(frozen=True, kw_only=True)
class Late:
    """A duty, the story that owes it, by when, and the step that meets it on a day.

    `late_too`: the day after is a day on which the step can be taken. `at_end`: it ends with the placement.
    """

    rule: RuleId
    story: Callable[[], Given]
    due: str
    step: Step
    late_too: bool = True
    at_end: bool = True
