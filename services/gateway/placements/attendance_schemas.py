"""A register as it is answered."""

from datetime import date
from uuid import UUID

from pydantic import Field

from domain.attendance.codes import Category
from domain.attendance.view import SessionMarkView
from events.attendance import IllnessThresholdReached
from events.codes import AttendanceCode, Session
from services.gateway.http.schemas import REFERENCE, Shape


class SessionCounted(Shape):
    day: date
    session: Session
    code: AttendanceCode | None
    category: Category | None


class AttendancePeriod(Shape):
    """How a register counts. Present and at approved activities, of the sessions that were possible."""

    placement_id: UUID
    reference: str | None = Field(default=None, description=REFERENCE)
    attendance_basis_points: int | None = Field(description="Hundredths of a per cent; none where nothing was possible")
    possible: int
    present: int
    approved_activity: int
    authorised: int
    unauthorised: int
    not_possible: int
    without_code: int
    sessions: list[SessionCounted]


class AttendanceWeek(Shape):
    placement_id: UUID
    reference: str | None = Field(default=None, description=REFERENCE)
    iso_week: str
    version: int
    marks: list[SessionMarkView]
    illness: list[IllnessThresholdReached]
