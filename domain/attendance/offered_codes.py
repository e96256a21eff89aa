"""Which codes a school may enter of a session as it is now, without stating who saw the pupil elsewhere."""

from collections.abc import Iterable

from domain.attendance.codes import ABSENT, AT_PROVIDER
from domain.attendance.coding import wrong_code
from domain.attendance.entries import ConfirmMark
from domain.attendance.facts import AttendanceFacts
from domain.attendance.state import SessionMark
from domain.attendance.statements import occasion_of
from events.codes import AttendanceCode


def first_codes(mark: SessionMark, facts: AttendanceFacts) -> tuple[AttendanceCode, ...]:
    """For a session that has no code. During a pause, a code of a pupil who attends needs where that is: not here."""
    paused = facts.placement.pause_on(mark.day) is not None
    return _fitting(mark, facts, (code for code in AttendanceCode if not (paused and code in AT_PROVIDER)))


def reasons(mark: SessionMark, facts: AttendanceFacts) -> tuple[AttendanceCode, ...]:
    """For an absence that was entered as N."""
    absences = (code for code in AttendanceCode if code in ABSENT and code is not AttendanceCode.NO_REASON_YET)
    return _fitting(mark, facts, absences)


def _fitting(mark: SessionMark, facts: AttendanceFacts, codes: Iterable[AttendanceCode]) -> tuple[AttendanceCode, ...]:
    return tuple(code for code in codes if not _is_wrong(mark, facts, code))


def _is_wrong(mark: SessionMark, facts: AttendanceFacts, code: AttendanceCode) -> bool:
    entered = ConfirmMark(day=mark.day, session=mark.session, code=code)
    return bool(wrong_code(code, occasion_of(mark, entered, facts, seen=mark.proposed)))
