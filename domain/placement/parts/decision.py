"""What the decision rests on, and the decision as it was made."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from events.codes import RegimeId
from events.placement.decision import (
    AnnualReviewRecorded,
    ConsultationRecorded,
    DeterminationProposed,
    LaNotifiedOfEhcPlan,
    PlacementDetermined,
    PlanDeliveryRecorded,
    ProfessionalsMeetingConvened,
    ProfessionalsMeetingHeld,
    ProfessionalsMeetingNotRequired,
    ProfessionalsMeetingOverridden,
)


class DecisionState(NamedTuple):
    """`determined_with_plan`: an EHC plan was on record on that day, so that a later change asks nothing new of it."""

    meeting: ProfessionalsMeetingConvened | None = None
    consultations: tuple[ConsultationRecorded, ...] = ()
    meeting_held: ProfessionalsMeetingHeld | None = None
    meeting_not_required: ProfessionalsMeetingNotRequired | None = None
    meeting_overrides: tuple[ProfessionalsMeetingOverridden, ...] = ()
    annual_review: AnnualReviewRecorded | None = None
    plan_deliveries: tuple[PlanDeliveryRecorded, ...] = ()
    las_notified: tuple[LaNotifiedOfEhcPlan, ...] = ()
    determination_proposed: DeterminationProposed | None = None
    determination: PlacementDetermined | None = None
    determined_with_plan: bool = False
    regime_id: RegimeId | None = None


def determined(part: DecisionState, event: PlacementDetermined, *, with_plan: bool) -> DecisionState:
    return part._replace(
        determination=event, determined_with_plan=with_plan, determination_proposed=None, regime_id=event.regime_id
    )


EVOLVE: Final[Mapping[type[Any], Callable[[DecisionState, Any], DecisionState]]] = {
    ProfessionalsMeetingConvened: lambda part, event: part._replace(meeting=event),
    ConsultationRecorded: lambda part, event: part._replace(consultations=(*part.consultations, event)),
    ProfessionalsMeetingHeld: lambda part, event: part._replace(meeting_held=event),
    ProfessionalsMeetingNotRequired: lambda part, event: part._replace(meeting_not_required=event),
    ProfessionalsMeetingOverridden: lambda part, event: part._replace(
        meeting_overrides=(*part.meeting_overrides, event)
    ),
    AnnualReviewRecorded: lambda part, event: part._replace(annual_review=event),
    PlanDeliveryRecorded: lambda part, event: part._replace(plan_deliveries=(*part.plan_deliveries, event)),
    LaNotifiedOfEhcPlan: lambda part, event: part._replace(las_notified=(*part.las_notified, event)),
    DeterminationProposed: lambda part, event: part._replace(determination_proposed=event),
}
