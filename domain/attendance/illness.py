"""T13: so many days of illness in a school year, of which the local authority must know."""

from collections.abc import Iterator
from datetime import date, datetime

from domain.attendance.coding import arranged_by_la
from domain.attendance.duty import RegisterDue, RegisterDuty, WatchedRegister
from domain.attendance.register import Register, days_ill
from domain.attendance.telling import told_since
from domain.calendar.london import start_of
from domain.calendar.school_calendar import SchoolCalendar, school_year_start
from domain.law.rules import RULES, figures
from domain.placement.state import Placement
from domain.placement.time.deadlines import Deadline, as_deadline
from domain.shared import words
from events.attendance import IllnessThresholdReached
from events.codes import Role, RuleId

_AUTHORITY = frozenset({Role.LA_OFFICER})


def _owed(state: Placement, register: Register, _calendar: SchoolCalendar) -> Iterator[Deadline]:
    for reached in register.illness:
        yield from _to_tell(state, reached)


def _to_tell(state: Placement, reached: IllnessThresholdReached) -> Iterator[Deadline]:
    """T13. Where the authority arranged the placement it knows of the pupil."""
    if arranged_by_la(state.commissioner, state.legal_basis) or told_since(state, reached.reached_on, _AUTHORITY):
        return
    days = words.count(reached.school_days, "school day")
    yield as_deadline(
        state,
        RuleId.T13,
        reached.reached_on,
        f"{RULES[RuleId.T13].words} by {words.on(reached.reached_on)}: {days} of illness since"
        f" {words.on(reached.school_year_from)}",
    )


def _brings(kept: WatchedRegister, _now: datetime) -> Iterator[RegisterDue]:
    """In a row or not."""
    flagged = {each.school_year_from for each in kept.register.illness}
    years: dict[date, list[date]] = {}
    for day in days_ill(kept.register.marks):
        years.setdefault(school_year_start(day), []).append(day)
    for year, days in years.items():
        wanted = figures(year).illness_school_days
        if len(days) >= wanted and year not in flagged:
            reached = days[wanted - 1]
            yield RegisterDue(
                rule=RuleId.T13,
                at=start_of(reached),
                day=reached,
                event=IllnessThresholdReached(
                    placement_id=kept.placement_id, reached_on=reached, school_year_from=year, school_days=wanted
                ),
            )


DUTY = RegisterDuty(rule=RuleId.T13, owed=_owed, brings=_brings)
