"""What is shown of a week of a register to those who see the whole placement."""

from dataclasses import dataclass
from datetime import date

from domain.attendance.state import Week
from domain.shared.views import View, shown
from events import attendance as e
from events.codes import AttendanceCode, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkEntryView(View):
    before: AttendanceCode | None
    code: AttendanceCode
    reason: str | None
    entered_on: date | None
    entered_by: str | None
    position: str | None
    seen_by: str | None
    whereabouts: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionMarkView(View):
    day: date
    session: Session
    proposed: e.SessionMarkProposed | None
    corrections: tuple[e.SessionMarkCorrected, ...]
    confirmed: e.SessionMarkConfirmed | None
    code: AttendanceCode | None
    code_proposed: e.UnauthorisedAbsenceProposed | None
    entries: tuple[MarkEntryView, ...]
    resolved: e.AbsenceResolved | None
    amendments: tuple[e.SessionMarkAmended, ...]
    alerts: tuple[e.AbsenceAlertRaised, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekView(View):
    marks: tuple[SessionMarkView, ...]
    illness: tuple[e.IllnessThresholdReached, ...]


def week_view(state: Week) -> WeekView:
    return shown(WeekView, state)
