"""Which command moves a placement from which stage to which: for the diagram, and for the tests that hold it true."""

from collections.abc import Iterator
from typing import Any

from domain.placement.reviews import deciding
from domain.placement.running import safeguarding
from domain.placement.stages import Stage
from domain.placement.step import PlacementStep
from domain.placement.steps import STEPS

Move = tuple[Stage, type, Stage]


def _from_each(step: PlacementStep[Any]) -> Iterator[Move]:
    """From every stage in which the command may be given, other than where it leads."""
    if step.leads_to is not None:
        yield from ((stage, step.command, step.leads_to) for stage in step.stages if stage is not step.leads_to)


_BACK: frozenset[Move] = frozenset(
    {
        # A paused placement goes on as what it was.
        (Stage.PAUSED, safeguarding.ResumePlacement, Stage.ACTIVE),
        (Stage.PAUSED, safeguarding.ResumePlacement, Stage.REINTEGRATING),
        # A review may stop a return.
        (Stage.REINTEGRATING, deciding.DecideReview, Stage.ACTIVE),
    }
)

MOVES: frozenset[Move] = _BACK.union(*(_from_each(step) for step in STEPS.values()))
