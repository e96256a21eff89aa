"""One session in the words of an attendance officer: where the pupil is, what was said of it, what is wanted."""

from typing import Final

from domain.attendance.codes import CODES
from domain.attendance.state import SessionMark
from domain.attendance.today import Said, SessionToday, Where
from domain.shared import words
from events.attendance import SessionMarkProposed
from events.codes import AttendanceCode, MarkPlace, ProposedMark, Session
from services.gateway.pages.web.filters import clock
from services.gateway.pages.web.parts import TableCell, Tag

HALF: Final = {Session.AM: "Morning", Session.PM: "Afternoon"}
_WHERE: Final = {
    Where.PROVIDER: "At the provider",
    Where.AWAITED: "Expected at the provider",
    Where.ONLINE: "Working online",
    Where.INTERIM: "Where the school has arranged while the placement is paused",
    Where.SCHOOL: "At school",
    Where.NOT_REQUIRED: "Not expected",
    Where.ABSENT: "Absent",
    Where.UNKNOWN: "Not known: no weekly pattern",
}


def cell(session: SessionToday, mark: SessionMark, *, reads: bool) -> TableCell:
    """`reads`: whether the words that people wrote are shown."""
    return TableCell(text=_where(session), tag=tag(session), hint=_hint(session, mark, reads=reads))


def _where(session: SessionToday) -> str:
    if session.where is Where.SCHOOL and session.code is None:
        return "Expected at school"
    if session.where is Where.AWAITED and session.starts_at is not None:
        return f"Expected at the provider at {clock(session.starts_at)}"
    return _WHERE[session.where]


def tag(session: SessionToday) -> Tag | None:
    """What stands out: in words, the colour beside them."""
    if session.unexplained:
        return Tag("No reason given", "orange")
    if session.overdue:
        return Tag("Register overdue", "red")
    if session.said is Said.PROPOSED:
        return Tag("To code", "yellow")
    return Tag("To code", "yellow") if session.code_owed else None


def _hint(session: SessionToday, mark: SessionMark, *, reads: bool) -> str:
    said = []
    if session.code is not None:
        said.append(code_words(session.code))
    elif mark.proposed is not None:
        said.append(f"Provider says: {proposed_words(mark.proposed, reads=reads)}")
    if reads and session.whereabouts:
        said.append(session.whereabouts)
    return ". ".join(said)


def code_words(code: AttendanceCode) -> str:
    """`M: at a medical or dental appointment`."""
    meaning = CODES[code].words
    return f"{code.value}: {meaning[:1].lower()}{meaning[1:]}"


def proposed_words(said: SessionMarkProposed, *, reads: bool) -> str:
    """`late, 10 minutes`, with what the provider knows of it for who may read that."""
    found = said.mark.value
    if said.mark is ProposedMark.LATE and said.minutes_late is not None:
        found += f", {words.figure(said.minutes_late, 'minute')}"
    if said.mark is not ProposedMark.ABSENT and said.place is not MarkPlace.ON_SITE:
        found += f", {said.place.value.replace('_', ' ')}"
    return f"{found} ({said.explanation})" if reads and said.explanation else found
