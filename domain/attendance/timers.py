"""What passing time brings to a register: alerts (T10), an absence that stays without a reason (T9), illness (T13).

Time enters no code: for an absence without a reason it proposes one, and a person at the school decides. Follows from
the register, the placement and the calendar alone, so that a look that was missed is made good.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.attendance.register import Register, days_ill
from domain.attendance.state import SessionMark, Slot
from domain.calendar.london import at, end_of, start_of
from domain.calendar.school_calendar import DAY, SchoolCalendar, school_year_start
from domain.law.figures import figures
from domain.placement.agreement.pattern import pattern_on, place_on
from domain.placement.state import RUNNING, Placement, Stage
from domain.shared.text import visible
from events.attendance import AbsenceAlertRaised, AttendanceEvent, IllnessThresholdReached, UnauthorisedAbsenceProposed
from events.codes import (
    AlertCause,
    AlertRecipient,
    AttendanceCode,
    ProposedMark,
    PupilFlag,
    RuleId,
    Session,
    SessionPlace,
)
from events.ids import PlacementId

SWEPT = frozenset({Stage.ACTIVE, Stage.PAUSED, Stage.REINTEGRATING, Stage.ENDED})
"""The stages in which time brings something to a register."""
# Longer than a summer holiday: the next session at the provider, if there is one, begins within it.
_LOOK_AHEAD = timedelta(days=70)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterDue:
    """Something that time brings by itself at an instant, and the day whose week keeps it."""

    rule: RuleId
    at: datetime
    day: date
    event: AttendanceEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedRegister:
    """A register with what tells when something falls due in it."""

    placement_id: PlacementId
    register: Register
    placement: Placement
    calendar: SchoolCalendar


def fallen_due(kept: WatchedRegister, now: datetime) -> tuple[RegisterDue, ...]:
    """What has fallen due by now and is not on record, in the order of its instants."""
    due = (each for each in _due(kept, now) if each.at <= now)
    return tuple(sorted(due, key=lambda each: (each.at, each.day, each.rule)))


def next_look(kept: WatchedRegister, now: datetime) -> datetime | None:
    """When to look again if nothing is said in the meantime; None where time brings nothing more."""
    to_come = [each.at for each in _due(kept, now) if each.at > now]
    if kept.placement.stage in RUNNING and (kept.placement.patterns or kept.placement.pause):
        # A holiday may last beyond what was looked at.
        to_come.append(now + _LOOK_AHEAD)
    return min(to_come, default=None)


def _due(kept: WatchedRegister, now: datetime) -> Iterator[RegisterDue]:
    if kept.placement.stage not in SWEPT:
        return
    marks = kept.register.marks
    by_slot = {mark.slot: mark for mark in marks}
    for day in _days(kept.placement, now):
        of_day = _registers if kept.placement.pause_on(day) is None else _codes
        yield from of_day(kept, by_slot, day)
    for mark in marks:
        yield from _unexplained(kept, mark)
    yield from _illness(kept, marks)


def _days(placement: Placement, now: datetime) -> Iterator[date]:
    """The days on which the placement runs, paused or not, to its end or to as far as is looked ahead."""
    if placement.started_on is None or (placement.end is None and placement.stage not in RUNNING):
        return
    day, last = placement.started_on, (now + _LOOK_AHEAD).date()
    while day <= last and placement.runs_on(day):
        yield day
        day += DAY


def _registers(kept: WatchedRegister, marks: dict[Slot, SessionMark], day: date) -> Iterator[RegisterDue]:
    """T10: the register of each session at the provider is taken within minutes of its start."""
    patterns = kept.placement.patterns
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
    """T10: an unexplained absence is told the same day. T9: after some school days O is proposed to the school."""
    # During a pause the code that the school owes says it; what the provider saw before it explains nothing.
    awaits_code = mark.code is None and kept.placement.pause_on(mark.day) is not None
    if is_unexplained(mark) and not awaits_code and not _alerted(mark, AlertCause.UNEXPLAINED_ABSENCE):
        yield _alert(kept, mark, AlertCause.UNEXPLAINED_ABSENCE, start_of(mark.day), end_of(mark.day))
    if mark.code is AttendanceCode.NO_REASON_YET and mark.code_proposed is None:
        due_on = reason_due(mark.day, kept.calendar)
        yield RegisterDue(
            rule=RuleId.T9,
            at=end_of(due_on),
            day=mark.day,
            event=UnauthorisedAbsenceProposed(
                placement_id=kept.placement_id,
                day=mark.day,
                session=mark.session,
                code=AttendanceCode.UNAUTHORISED,
                due_on=due_on,
            ),
        )


def reason_due(day: date, calendar: SchoolCalendar) -> date:
    """T9: the last day on which an absence of that day may still be without a reason."""
    return calendar.nth_after(day, figures(day).unexplained_school_days)


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
        (AlertRecipient.SOCIAL_WORKER, placement.in_social_care),
        (AlertRecipient.YOUTH_JUSTICE, PupilFlag.YOUTH_JUSTICE in placement.flags),
    )
    return (AlertRecipient.SCHOOL, *(told for told, involved in workers if involved))


def _illness(kept: WatchedRegister, marks: tuple[SessionMark, ...]) -> Iterator[RegisterDue]:
    """T13: so many days of illness in a school year, in a row or not."""
    flagged = {each.school_year_from for each in kept.register.illness}
    years: dict[date, list[date]] = {}
    for day in days_ill(marks):
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
