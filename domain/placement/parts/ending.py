"""The return to school, the end, what came of it, and whether the record is to be erased."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from events.placement.ending import (
    AssessmentSought,
    EvaluationRecorded,
    PlacementClosed,
    PlacementEnded,
    ReintegrationPlanned,
    ReintegrationStarted,
    ReintegrationStepRecorded,
)
from events.placement.record import ErasureConfirmed, ErasureDecided, ErasureProposed


class EndingState(NamedTuple):
    plan: ReintegrationPlanned | None = None
    reintegration: ReintegrationStarted | None = None
    steps: tuple[ReintegrationStepRecorded, ...] = ()
    end: PlacementEnded | None = None
    assessments_sought: tuple[AssessmentSought, ...] = ()
    evaluation: EvaluationRecorded | None = None
    closed_on: date | None = None
    erasure_proposed: ErasureProposed | None = None
    erasure_confirmed: ErasureConfirmed | None = None
    erasure_decided: ErasureDecided | None = None

    @property
    def is_to_be_erased(self) -> bool:
        """A person has said that the pupil's personal data go."""
        return self.erasure_confirmed is not None or self.erasure_decided is not None


def halted(part: EndingState) -> EndingState:
    return part._replace(plan=None, reintegration=None)


EVOLVE: Final[Mapping[type[Any], Callable[[EndingState, Any], EndingState]]] = {
    ReintegrationPlanned: lambda part, event: part._replace(plan=event),
    ReintegrationStarted: lambda part, event: part._replace(reintegration=event),
    ReintegrationStepRecorded: lambda part, event: part._replace(steps=(*part.steps, event)),
    PlacementEnded: lambda part, event: part._replace(end=event),
    AssessmentSought: lambda part, event: part._replace(assessments_sought=(*part.assessments_sought, event)),
    EvaluationRecorded: lambda part, event: part._replace(evaluation=event),
    PlacementClosed: lambda part, event: part._replace(closed_on=event.closed_on),
    ErasureProposed: lambda part, event: part._replace(erasure_proposed=event),
    ErasureConfirmed: lambda part, event: part._replace(erasure_confirmed=event),
    ErasureDecided: lambda part, event: part._replace(erasure_decided=event),
}
