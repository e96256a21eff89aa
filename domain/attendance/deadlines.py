"""What is due on a register, in words with its arithmetic: reasons (T9), registers and telling (T10), illness (T13).

Follows from what is on record, not from when anybody looks: a register is listed once an alert says that it was not
taken in time. Whether a social worker is to be told stands in no deadline, since a list of them is in clear.
"""

from collections.abc import Iterator
from datetime import date

from domain.attendance.coding import arranged_by_la
from domain.attendance.register import Register
from domain.attendance.state import SessionMark
from domain.attendance.timers import SWEPT, is_unexplained, reason_due
from domain.calendar.london import today
from domain.calendar.school_calendar import SchoolCalendar
from domain.law.figures import figures
from domain.law.rules import RULES
from domain.placement.state import Placement
from domain.placement.time.deadlines import Deadline, as_deadline, deadlines, in_order, provisional
from domain.shared import words
from events.attendance import AbsenceAlertRaised, IllnessThresholdReached
from events.codes import AlertCause, AttendanceCode, Role, RuleId, Session

_FAMILY = frozenset({Role.PARENT, Role.SOCIAL_WORKER})
_AUTHORITY = frozenset({Role.LA_OFFICER})


def all_deadlines(state: Placement, register: Register, calendar: SchoolCalendar) -> tuple[Deadline, ...]:
    """What is due on a placement and on its register, the earliest first."""
    return in_order((*deadlines(state, calendar), *register_deadlines(state, register, calendar)))


def register_deadlines(state: Placement, register: Register, calendar: SchoolCalendar) -> Iterator[Deadline]:
    if state.stage not in SWEPT:
        return
    yield from _not_taken(state, register)
    yield from _not_entered(state, register)
    for mark in register.marks:
        yield from _unexplained(state, mark, calendar)
    for reached in register.illness:
        yield from _illness(state, reached)


AbsencesWaiting = list[tuple[SessionMark, AbsenceAlertRaised]]


def _not_taken(state: Placement, register: Register) -> Iterator[Deadline]:
    """T10, once for all registers that wait: the oldest of them, and how many came after it.

    Of the days on which the provider owed one: an alert for a day that turned out to lie in a pause, or after the
    end, stays on record and asks nothing of anybody.
    """
    waiting = [
        (mark, alert)
        for mark, alert in _alerts(register, AlertCause.REGISTER_NOT_TAKEN)
        if mark.proposed is None and state.runs_on(mark.day) and state.pause_on(mark.day) is None
    ]
    if waiting:
        minutes = words.count(figures(waiting[0][0].day).register_minutes, "minute")
        more = _later(waiting, "register", "taken")
        said = f"Register taken of {_session(waiting[0][0])}: {minutes} after the session began{more}"
        yield _oldest(state, waiting, said)


def _not_entered(state: Placement, register: Register) -> Iterator[Deadline]:
    """T10, once for all sessions of a pause without a code of the home school, which has the pupil meanwhile."""
    waiting = [
        (mark, alert)
        for mark, alert in _alerts(register, AlertCause.CODE_NOT_ENTERED)
        if state.pause_on(mark.day) is not None
    ]
    if waiting:
        why = "the placement was paused, and the home school says where the pupil was"
        said = f"Code entered for {_session(waiting[0][0])}: {why}{_later(waiting, 'session', 'coded')}"
        yield _oldest(state, waiting, said)


def _alerts(register: Register, cause: AlertCause) -> AbsencesWaiting:
    """Each alert of one cause for a session that has no code so far."""
    return [
        (mark, alert) for mark in register.marks for alert in mark.alerts if alert.cause is cause and mark.code is None
    ]


def _later(waiting: AbsencesWaiting, noun: str, done: str) -> str:
    return f"; {words.count(len(waiting) - 1, f'later {noun}')} not {done} either" if len(waiting) > 1 else ""


def _oldest(state: Placement, waiting: AbsencesWaiting, said: str) -> Deadline:
    due_at = waiting[0][1].due_at
    return as_deadline(state, RuleId.T10, today(due_at), said, due_at=due_at, missed=True)


def _unexplained(state: Placement, mark: SessionMark, calendar: SchoolCalendar) -> Iterator[Deadline]:
    awaits_code = mark.code is None and state.pause_on(mark.day) is not None
    if (
        _alert(mark) is not None
        and is_unexplained(mark)
        and not awaits_code
        and not _told_since(state, mark.day, _FAMILY)
    ):
        said = f"Unexplained absence of {_session(mark)} told: the same day, to the parents and whoever else must know"
        yield as_deadline(state, RuleId.T10, mark.day, said)
    if mark.code is AttendanceCode.NO_REASON_YET:
        # As proposed, if it was: a calendar that is revised later does not take a proposal back.
        due = mark.code_proposed.due_on if mark.code_proposed else reason_due(mark.day, calendar)
        unsure = "" if mark.code_proposed else provisional(calendar, due)
        missed = mark.code_proposed is not None
        yield as_deadline(state, RuleId.T9, due, _reason(mark, due) + unsure, missed=missed, provisional=bool(unsure))


def _reason(mark: SessionMark, due: date) -> str:
    after = words.count(figures(mark.day).unexplained_school_days, "school day")
    if mark.code_proposed is not None:
        return (
            f"Code for the absence of {_session(mark)} to be decided: no reason by {words.on(due)}, {after} after it."
            f" {mark.code_proposed.code} is proposed, and a person at the school enters that or another code"
        )
    return (
        f"Reason for the absence of {_session(mark)} by {words.on(due)}: {after} after it;"
        " then the school decides whether it is unauthorised"
    )


def _illness(state: Placement, reached: IllnessThresholdReached) -> Iterator[Deadline]:
    """T13. Where the authority arranged the placement it knows of the pupil."""
    if arranged_by_la(state.commissioner, state.legal_basis) or _told_since(state, reached.reached_on, _AUTHORITY):
        return
    days = words.count(reached.school_days, "school day")
    yield as_deadline(
        state,
        RuleId.T13,
        reached.reached_on,
        f"{RULES[RuleId.T13].words} by {words.on(reached.reached_on)}: {days} of illness since"
        f" {words.on(reached.school_year_from)}",
    )


def _session(mark: SessionMark) -> str:
    return f"the {'morning' if mark.session is Session.AM else 'afternoon'} of {words.on(mark.day)}"


def _alert(mark: SessionMark) -> AbsenceAlertRaised | None:
    return next((each for each in mark.alerts if each.cause is AlertCause.UNEXPLAINED_ABSENCE), None)


def _told_since(state: Placement, day: date, whom: frozenset[Role]) -> bool:
    """One of them was spoken or written to on that day or later."""
    told = [
        *((each.contacted_on, each.with_roles) for each in state.around.contacts),
        *((each.sent_on, each.to_roles) for each in state.around.communications),
    ]
    return any(on >= day and whom & set(roles) for on, roles in told)
