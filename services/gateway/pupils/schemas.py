"""A pupil's own record as it is answered."""

from datetime import date
from uuid import UUID

from events.pupil import PupilHandedOver, PupilReceived
from events.values.decision import PlanCouncil
from services.gateway.http.schemas import Shape


class PupilStanding(Shape):
    """Flags that hold from a day on, and the council that maintains the EHC plan. Null without a right to names."""

    from_on: date
    recorded_on: date
    flags: list[str] | None
    plan: PlanCouncil | None


class PupilShown(Shape):
    """A pupil's own record. `controller` is the organisation that it belongs to; others see no hand-over."""

    pupil_id: UUID
    controller: str
    version: int
    stage: str
    standings: list[PupilStanding]
    received: PupilReceived | None
    handed_over: list[PupilHandedOver]
