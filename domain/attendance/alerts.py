"""T10: the provider's register, the codes of a pause, and telling of an unexplained absence.

No deadline says whether a social worker is to be told, since a list of deadlines is in clear.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from domain.attendance.duty import LOOK_AHEAD, RegisterDue, RegisterDuty, WatchedRegister
from domain.attendance.register import Register
from domain.attendance.state import SessionMark, Slot
from domain.attendance.telling import named, told_since
from domain.calendar.london import at, end_of, start_of, today
from domain.calendar.school_calendar import DAY, SchoolCalendar
from domain.law.rules import figures
from domain.placement.agreement.pattern import pattern_on, place_on
from domain.placement.stages import RUNNING
from domain.placement.state import Placement
from domain.placement.time.deadlines import Deadline, as_deadline
from domain.shared import words
from domain.shared.text import visible
from events.attendance import AbsenceAlertRaised
from events.codes import (
    AlertCause,
    AlertRecipient,
    AttendanceCode,
    ProposedMark,
    PupilFlag,
    Role,
    RuleId,
    Session,
    SessionPlace,
)

_FAMILY = frozenset({Role.PARENT, Role.SOCIAL_WORKER})


def _owed(state: Placement, register: Register, _calendar: SchoolCalendar) -> Iterator[Deadline]:
    yield from _not_taken(state, register)
    yield from _not_entered(state, register)
    for mark in register.marks:
        yield from _to_tell(state, mark)


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
        said = f"Take the register of {named(waiting[0][0])}: due {minutes} after the session began{more}"
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
        said = f"Enter a code for {named(waiting[0][0])}: {why}{_later(waiting, 'session', 'coded')}"
        yield _oldest(state, waiting, said)


def _alerts(register: Register, cause: AlertCause) -> AbsencesWaiting:
    """Each alert of one cause for a session that has no code so far."""
    return [
        (mark, alert) for mark in register.marks for alert in mark.alerts if alert.cause is cause and mark.code is None
    ]


def _later(waiting: AbsencesWaiting, noun: str, done: str) -> str:
    return f"; {words.count(len(waiting) - 1, f'later {noun}')} also not {done}" if len(waiting) > 1 else ""


def _oldest(state: Placement, waiting: AbsencesWaiting, said: str) -> Deadline:
    due_at = waiting[0][1].due_at
    return as_deadline(state, RuleId.T10, today(due_at), said, due_at=due_at, missed=True)


def _to_tell(state: Placement, mark: SessionMark) -> Iterator[Deadline]:
    awaits_code = mark.code is None and state.pause_on(mark.day) is not None
    if (
        _told_of(mark) is not None
        and is_unexplained(mark)
        and not awaits_code
        and not told_since(state, mark.day, _FAMILY)
    ):
        said = f"Tell the parents and everyone else who must know about the absence of {named(mark)}: the same day"
        yield as_deadline(state, RuleId.T10, mark.day, said)


def _told_of(mark: SessionMark) -> AbsenceAlertRaised | None:
    return next((each for each in mark.alerts if each.cause is AlertCause.UNEXPLAINED_ABSENCE), None)


def _brings(kept: WatchedRegister, now: datetime) -> Iterator[RegisterDue]:
    by_slot = {mark.slot: mark for mark in kept.register.marks}
    for day in _days(kept.placement, now):
        of_day = _registers if kept.placement.pause_on(day) is None else _codes
        yield from of_day(kept, by_slot, day)
    for mark in kept.register.marks:
        yield from _unexplained(kept, mark)


def _days(placement: Placement, now: datetime) -> Iterator[date]:
    """The days on which the placement runs, paused or not, to its end or to as far as is looked ahead."""
    if placement.running.started_on is None or (placement.ending.end is None and placement.stage not in RUNNING):
        return
    day, last = placement.running.started_on, (now + LOOK_AHEAD).date()
    while day <= last and placement.runs_on(day):
        yield day
        day += DAY


def _registers(kept: WatchedRegister, marks: dict[Slot, SessionMark], day: date) -> Iterator[RegisterDue]:
    """T10: the register of each session at the provider is taken within minutes of its start."""
    patterns = kept.placement.agreement.patterns
    pattern = pattern_on(patterns, day)
    if pattern is None or pattern.set_on > day:
        return
    for session, start in ((Session.AM, pattern.am_start), (Session.PM, pattern.pm_start)):
        mark = marks.get((day, session), SessionMark(day=day, session=session))
        at_provider = place_on(patterns, day, session) is SessionPlace.PROVIDER
        held = kept.calendar.has_session(day, session)
        if held and at_provider and start is not None and not _said(mark):
            due = at(day, start) + timedelta(minutes=figures(day).register_minutes)
            yield _alert(kept, mark, AlertCause.REGISTER_NOT_TAKEN, due, due)


def _codes(kept: WatchedRegister, marks: dict[Slot, SessionMark], day: date) -> Iterator[RegisterDue]:
    """T10: while the placement is paused, the home school's own register has a code for each session by the evening."""
    for session in Session:
        mark = marks.get((day, session), SessionMark(day=day, session=session))
        held = kept.calendar.has_session(day, session)
        if held and mark.code is None and not _alerted(mark, AlertCause.CODE_NOT_ENTERED):
            yield _alert(kept, mark, AlertCause.CODE_NOT_ENTERED, end_of(day), end_of(day))


def _said(mark: SessionMark) -> bool:
    """Somebody has said something of the session, or its silence is on record."""
    return mark.proposed is not None or mark.code is not None or _alerted(mark, AlertCause.REGISTER_NOT_TAKEN)


def _alerted(mark: SessionMark, cause: AlertCause) -> bool:
    return any(alert.cause is cause for alert in mark.alerts)


def _unexplained(kept: WatchedRegister, mark: SessionMark) -> Iterator[RegisterDue]:
    """The school reports an unexplained absence the same day."""
    # During a pause the code that the school owes says it; what the provider saw before it explains nothing.
    awaits_code = mark.code is None and kept.placement.pause_on(mark.day) is not None
    if is_unexplained(mark) and not awaits_code and not _alerted(mark, AlertCause.UNEXPLAINED_ABSENCE):
        yield _alert(kept, mark, AlertCause.UNEXPLAINED_ABSENCE, start_of(mark.day), end_of(mark.day))


def is_unexplained(mark: SessionMark) -> bool:
    """The school has entered N, or nothing yet on an absence for which the provider knows no reason."""
    if mark.code is not None:
        return mark.code is AttendanceCode.NO_REASON_YET
    seen = mark.proposed
    return seen is not None and seen.mark is ProposedMark.ABSENT and not visible(seen.explanation)


def _alert(kept: WatchedRegister, mark: SessionMark, cause: AlertCause, fires: datetime, due: datetime) -> RegisterDue:
    told = _told(kept.placement) if cause is AlertCause.UNEXPLAINED_ABSENCE else (AlertRecipient.SCHOOL,)
    return RegisterDue(
        rule=RuleId.T10,
        at=fires,
        day=mark.day,
        about=f"{mark.session}/{cause}",
        event=AbsenceAlertRaised(
            placement_id=kept.placement_id,
            day=mark.day,
            session=mark.session,
            cause=cause,
            due_at=due,
            told=told,
        ),
    )


def _told(placement: Placement) -> tuple[AlertRecipient, ...]:
    """The school in any case, so that an alert alone tells nothing of who else is involved with the pupil."""
    workers = (
        (AlertRecipient.SOCIAL_WORKER, placement.referral.in_social_care),
        (AlertRecipient.YOUTH_JUSTICE, PupilFlag.YOUTH_JUSTICE in placement.referral.flags),
    )
    return (AlertRecipient.SCHOOL, *(told for told, involved in workers if involved))


DUTY = RegisterDuty(rule=RuleId.T10, owed=_owed, brings=_brings)
