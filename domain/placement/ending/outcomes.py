"""What came of a placement that has ended, in figures: nothing here names anybody."""

from dataclasses import dataclass
from datetime import date

from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.state import Placement
from events.codes import EndReason


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementOutcome:
    """Attendance in hundredths of a per cent; what an evaluation says is None until there is one.

    `objectives_set` is None where the referral can no longer be read.
    """

    started_on: date
    ended_on: date
    school_days: int
    destination: EndReason
    attendance_before: int | None
    attendance_during: int | None
    attendance_after: int | None
    objectives_set: int | None
    objectives_met: int | None
    cost_pennies: int | None


def outcome(state: Placement, calendar: SchoolCalendar) -> PlacementOutcome | None:
    """The figures of a placement that started and has ended; None of any other."""
    if state.ending.end is None or state.running.started_on is None:
        return None
    evaluation = state.ending.evaluation
    return PlacementOutcome(
        started_on=state.running.started_on,
        ended_on=state.ending.end.ended_on,
        school_days=calendar.within(state.running.started_on, state.ending.end.ended_on),
        destination=state.ending.end.reason,
        attendance_before=evaluation.attendance_before_basis_points if evaluation else None,
        attendance_during=evaluation.attendance_during_basis_points if evaluation else None,
        attendance_after=evaluation.attendance_after_basis_points if evaluation else None,
        objectives_set=(len(state.referral.submitted.objectives) or None) if state.referral.submitted else None,
        objectives_met=len(evaluation.objectives_met) if evaluation else None,
        cost_pennies=evaluation.cost_total_pennies if evaluation else None,
    )
