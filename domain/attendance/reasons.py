"""T9: an absence without a reason. After some school days O is proposed, and a person at the school decides."""

from collections.abc import Iterator
from datetime import date, datetime

from domain.attendance.duty import RegisterDue, RegisterDuty, WatchedRegister
from domain.attendance.register import Register
from domain.attendance.state import SessionMark
from domain.attendance.telling import named
from domain.calendar.london import end_of
from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import figures
from domain.placement.state import Placement
from domain.placement.time.deadlines import Deadline, as_deadline, provisional
from domain.shared import words
from events.attendance import UnauthorisedAbsenceProposed
from events.codes import AttendanceCode, RuleId


def reason_due(day: date, calendar: SchoolCalendar) -> date:
    """T9: the last day on which an absence of that day may still be without a reason."""
    return calendar.nth_after(day, figures(day).unexplained_school_days)


def _owed(state: Placement, register: Register, calendar: SchoolCalendar) -> Iterator[Deadline]:
    for mark in register.marks:
        if mark.code is AttendanceCode.NO_REASON_YET:
            # As proposed, if it was: a calendar that is revised later does not take a proposal back.
            due = mark.code_proposed.due_on if mark.code_proposed else reason_due(mark.day, calendar)
            unsure = "" if mark.code_proposed else provisional(calendar, due)
            missed = mark.code_proposed is not None
            yield as_deadline(
                state, RuleId.T9, due, _reason(mark, due) + unsure, missed=missed, provisional=bool(unsure)
            )


def _reason(mark: SessionMark, due: date) -> str:
    after = words.count(figures(mark.day).unexplained_school_days, "school day")
    if mark.code_proposed is not None:
        return (
            f"Decide the code for the absence of {named(mark)}: no reason by {words.on(due)}, {after} after it."
            f" {mark.code_proposed.code} is proposed. Someone at the school enters that or another code"
        )
    return (
        f"Find out the reason for the absence of {named(mark)} by {words.on(due)}: {after} after it."
        " The school then decides if it is unauthorised"
    )


def _brings(kept: WatchedRegister, _now: datetime) -> Iterator[RegisterDue]:
    for mark in kept.register.marks:
        if mark.code is AttendanceCode.NO_REASON_YET and mark.code_proposed is None:
            due_on = reason_due(mark.day, kept.calendar)
            yield RegisterDue(
                rule=RuleId.T9,
                at=end_of(due_on),
                day=mark.day,
                about=f"{mark.session}/",
                event=UnauthorisedAbsenceProposed(
                    placement_id=kept.placement_id,
                    day=mark.day,
                    session=mark.session,
                    code=AttendanceCode.UNAUTHORISED,
                    due_on=due_on,
                ),
            )


DUTY = RegisterDuty(rule=RuleId.T9, owed=_owed, brings=_brings)
