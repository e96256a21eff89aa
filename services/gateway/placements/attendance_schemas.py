"""A register as it is answered."""

from typing import Any
from uuid import UUID

from pydantic import Field

from services.gateway.http.schemas import Shape


class AttendancePeriod(Shape):
    """How a register counts. Present and at approved activities, of the sessions that were possible."""

    placement_id: UUID
    attendance_basis_points: int | None = Field(description="Hundredths of a per cent; none where nothing was possible")
    possible: int
    present: int
    approved_activity: int
    authorised: int
    unauthorised: int
    not_possible: int
    without_code: int
    sessions: list[dict[str, Any]]


class AttendanceWeek(Shape):
    placement_id: UUID
    iso_week: str
    version: int
    marks: list[dict[str, Any]]
    illness: list[dict[str, Any]]
