"""What came of placements, as it is answered."""

from datetime import date
from uuid import UUID

from pydantic import Field

from services.gateway.http.schemas import REFERENCE, Shape


class OutcomeTotals(Shape):
    """Attendance in hundredths of a per cent. `suppressed`: something is held back, as it concerns fewer than five."""

    placements: int | None
    evaluated: int | None
    objectives_set: int | None
    objectives_met: int | None
    cost_pennies: int | None
    median_school_days: int | None
    median_attendance_before: int | None
    median_attendance_during: int | None
    median_attendance_after: int | None
    median_attendance_change: int | None
    median_cost_pennies: int | None
    destinations: dict[str, int | None]
    suppressed: bool


class OutcomeShown(Shape):
    placement_id: UUID
    reference: str | None = Field(default=None, description=REFERENCE)
    provider_id: UUID | None
    home_school_urn: str
    started_on: date
    ended_on: date
    school_days: int
    destination: str
    attendance_before: int | None
    attendance_during: int | None
    attendance_after: int | None
    objectives_set: int | None
    objectives_met: int | None
    cost_pennies: int | None
    href: str


class Outcomes(Shape):
    totals: OutcomeTotals
    placements: list[OutcomeShown] = Field(description="For the school alone, those that ended last first")
    next: str | None
