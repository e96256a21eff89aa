"""One day of one placement: where the pupil is expected in each session, what was said of it, and where they are."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from domain.attendance.alerts import is_unexplained
from domain.attendance.codes import AT_PROVIDER, CODES, Category
from domain.attendance.state import SessionMark, Week
from domain.calendar.london import at
from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import figures
from domain.placement.agreement.pattern import pattern_on, place_on
from domain.placement.parts.running import Pause
from domain.placement.state import Placement
from events.codes import AttendanceCode, MarkPlace, ProposedMark, Session, SessionPlace
from events.ids import SiteId

_NOT_REQUIRED = frozenset({AttendanceCode.PART_TIME, AttendanceCode.NOT_REQUIRED})


class Said(StrEnum):
    """What the register says of a session so far."""

    NOTHING = "nothing"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"


class Where(StrEnum):
    """Where the pupil is, as far as the register and the weekly pattern tell."""

    PROVIDER = "provider"
    AWAITED = "awaited"  # expected at the provider, and nothing said so far
    ONLINE = "online"
    INTERIM = "interim"  # paused: where the pause, or the school's entry, says
    SCHOOL = "school"
    NOT_REQUIRED = "not_required"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionToday:
    """`register_due_at`: by when the provider's register is due; `overdue`: nothing was said by then.

    `site_id`: at which of the provider's sites the pupil is, or is expected.
    """

    session: Session
    expected: SessionPlace | None
    starts_at: time | None
    said: Said
    mark: ProposedMark | None
    code: AttendanceCode | None
    where: Where
    site_id: SiteId | None
    unexplained: bool
    register_due_at: datetime | None
    overdue: bool
    code_owed: bool = False
    whereabouts: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementDay:
    """How a placement is on one day. `sessions` are empty on a day without school."""

    school_day: bool
    paused: bool
    sessions: tuple[SessionToday, ...]


def day_of(state: Placement, week: Week, calendar: SchoolCalendar, day: date, *, now: datetime) -> PlacementDay | None:
    """The placement's day; None where it does not run on it."""
    if not state.runs_on(day):
        return None
    pause = state.pause_on(day)
    held = [week.mark(day, session) for session in Session if calendar.has_session(day, session)]
    sessions = tuple(_session(state, mark, now) if pause is None else _paused(mark, pause) for mark in held)
    return PlacementDay(school_day=calendar.is_school_day(day), paused=pause is not None, sessions=sessions)


def _paused(mark: SessionMark, pause: Pause) -> SessionToday:
    """The provider owes nothing; the pupil is still the home school's, which owes a code for each session."""
    return SessionToday(
        session=mark.session,
        expected=None,
        starts_at=None,
        said=_said(mark),
        mark=mark.proposed.mark if mark.proposed else None,
        code=mark.code,
        where=_while_paused(mark),
        site_id=None,
        unexplained=mark.code is AttendanceCode.NO_REASON_YET,
        register_due_at=None,
        overdue=False,
        code_owed=mark.code is None,
        whereabouts=_whereabouts(mark) or pause.paused.interim_education,
    )


def _while_paused(mark: SessionMark) -> Where:
    if mark.code is None or mark.code in AT_PROVIDER:
        return Where.INTERIM
    return _by_code(mark.code, None)


def _whereabouts(mark: SessionMark) -> str | None:
    return next((entry.whereabouts for entry in reversed(mark.entries) if entry.whereabouts), None)


def _session(state: Placement, mark: SessionMark, now: datetime) -> SessionToday:
    expected, starts_at = place_on(state.agreement.patterns, mark.day, mark.session), _start(state, mark)
    due_at = None
    if expected is SessionPlace.PROVIDER and starts_at is not None:
        due_at = at(mark.day, starts_at) + timedelta(minutes=figures(mark.day).register_minutes)
    said, where = _said(mark), _where(mark, expected)
    return SessionToday(
        session=mark.session,
        expected=expected,
        starts_at=starts_at,
        said=said,
        mark=mark.proposed.mark if mark.proposed else None,
        code=mark.code,
        where=where,
        site_id=_site(state, mark) if where in {Where.PROVIDER, Where.AWAITED} else None,
        unexplained=is_unexplained(mark),
        register_due_at=due_at,
        overdue=said is Said.NOTHING and due_at is not None and now > due_at,
        whereabouts=_whereabouts(mark),
    )


def _start(state: Placement, mark: SessionMark) -> time | None:
    pattern = pattern_on(state.agreement.patterns, mark.day)
    if pattern is None:
        return None
    return pattern.am_start if mark.session is Session.AM else pattern.pm_start


def _said(mark: SessionMark) -> Said:
    if mark.code is not None:
        return Said.CONFIRMED
    return Said.NOTHING if mark.proposed is None else Said.PROPOSED


def _where(mark: SessionMark, expected: SessionPlace | None) -> Where:
    if mark.code is not None:
        return _by_code(mark.code, expected)
    if mark.proposed is not None:
        if mark.proposed.mark is ProposedMark.ABSENT:
            return Where.ABSENT
        return Where.ONLINE if mark.proposed.place is MarkPlace.ONLINE else Where.PROVIDER
    return _EXPECTED[expected]


_EXPECTED = {
    SessionPlace.PROVIDER: Where.AWAITED,
    SessionPlace.SCHOOL: Where.SCHOOL,
    SessionPlace.NONE: Where.NOT_REQUIRED,
    None: Where.UNKNOWN,
}


def _by_code(code: AttendanceCode, expected: SessionPlace | None) -> Where:
    if code is AttendanceCode.LATE_AFTER_CLOSE:  # an absence that ended in an arrival
        return Where.PROVIDER if expected is SessionPlace.PROVIDER else Where.SCHOOL
    if code in AT_PROVIDER:
        return Where.PROVIDER
    category = CODES[code].category
    if category in {Category.PRESENT, Category.APPROVED_ACTIVITY}:
        return Where.SCHOOL
    if code in _NOT_REQUIRED or category is Category.ADMINISTRATIVE:
        return Where.NOT_REQUIRED
    return Where.ABSENT


def _site(state: Placement, mark: SessionMark) -> SiteId | None:
    """The site that the register names, else the one at which the placement began."""
    named = (mark.confirmed and mark.confirmed.site_id) or (mark.proposed and mark.proposed.site_id)
    return named or state.running.first_site_id
