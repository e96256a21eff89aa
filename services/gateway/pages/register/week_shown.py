"""A week of a register as a page shows it: what the provider says, the code, and what may be entered. All pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from domain.attendance.codes import CODES
from domain.attendance.offered_codes import first_codes, reasons
from domain.attendance.state import SessionMark, days_of
from domain.placement.agreement.pattern import place_on
from domain.placement.provider_sight.phases import ProviderPart
from domain.shared import words
from events.codes import AttendanceCode, Session, SessionPlace
from infra.ids import uuid7
from services.gateway.commands.catalogue import SPECS
from services.gateway.pages.forms.options import Option
from services.gateway.pages.register.session_words import HALF, code_words, proposed_words
from services.gateway.pages.register.week_read import WeekOpened
from services.gateway.pages.web.filters import weekday_day
from services.gateway.pages.web.parts import Link, Tag

CONFIRM: Final = "confirm-mark"
RESOLVE: Final = "resolve-absence"
_EXPECTED: Final = {
    SessionPlace.PROVIDER: "Expected at the provider",
    SessionPlace.SCHOOL: "Expected at school",
    SessionPlace.NONE: "Not expected: part-time timetable",
    None: "No weekly pattern",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFilled:
    """What was chosen for a session, and what is wrong with it."""

    code: str = ""
    reason: str = ""
    faults: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekSession:
    """One session. `kind` is the command that the row's choice gives; empty where nothing is to be entered."""

    key: str
    legend: str
    mark: SessionMark
    command_id: UUID
    says: str
    tag: Tag | None
    before: Sequence[str]
    kind: str
    options: Sequence[Option]
    links: Sequence[Link]
    filled: CodeFilled

    @property
    def needs_reason(self) -> bool:
        return self.kind == RESOLVE


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekDay:
    title: str
    sessions: Sequence[WeekSession] = field(default=())


def week_days(opened: WeekOpened, filled: Mapping[str, CodeFilled] | None = None) -> list[WeekDay]:
    """The school days of the week on which the placement runs."""
    facts = opened.facts
    return [
        WeekDay(title=weekday_day(day), sessions=tuple(_sessions(opened, day, filled or {})))
        for day in days_of(opened.iso_week)
        if facts.calendar.is_school_day(day) and facts.placement.runs_on(day)
    ]


def _sessions(opened: WeekOpened, day: date, filled: Mapping[str, CodeFilled]) -> Iterator[WeekSession]:
    for half in Session:
        if not opened.facts.calendar.has_session(day, half):
            continue
        mark = opened.week.mark(day, half)
        key = f"{day.isoformat()}-{half.value}"
        kind = _kind(opened, mark)
        yield WeekSession(
            key=key,
            legend=HALF[half],
            mark=mark,
            command_id=uuid7(),
            says=_says(opened, mark),
            tag=_tag(opened, mark),
            before=tuple(_before(opened, mark)),
            kind=kind,
            options=_options(opened, mark, kind),
            links=tuple(_links(opened, mark)),
            filled=filled.get(key) or CodeFilled(),
        )


def may(opened: WeekOpened, kind: str) -> bool:
    """Whether one of the roles in which the person sees the placement gives the command, at its stage."""
    step = SPECS["attendance"][kind].step
    return bool(opened.seen.held_by(step.by)) and opened.facts.placement.stage in step.stages


def _kind(opened: WeekOpened, mark: SessionMark) -> str:
    if mark.day > opened.today:
        return ""
    if mark.code is None:
        return CONFIRM if may(opened, CONFIRM) else ""
    return RESOLVE if mark.code is AttendanceCode.NO_REASON_YET and may(opened, RESOLVE) else ""


def _options(opened: WeekOpened, mark: SessionMark, kind: str) -> Sequence[Option]:
    if not kind:
        return ()
    codes = first_codes(mark, opened.facts) if kind == CONFIRM else reasons(mark, opened.facts)
    return [Option(value=code.value, label=f"{code.value}: {CODES[code].words}") for code in codes]


def _says(opened: WeekOpened, mark: SessionMark) -> str:
    if mark.proposed is not None:
        reads = opened.reads or opened.seen.part(opened.row) is ProviderPart.TEACHING
        return f"Provider: {proposed_words(mark.proposed, reads=reads)}"
    if opened.facts.placement.pause_on(mark.day) is not None:
        return "The placement is paused"
    return _EXPECTED[place_on(opened.facts.placement.agreement.patterns, mark.day, mark.session)]


def _tag(opened: WeekOpened, mark: SessionMark) -> Tag | None:
    if mark.code is AttendanceCode.NO_REASON_YET:
        return Tag("No reason given", "orange")
    if mark.code is None and mark.day <= opened.today:
        return Tag("No code", "yellow")
    return None


def _before(opened: WeekOpened, mark: SessionMark) -> Iterator[str]:
    """Each entry of the school, the last one first; why, for who reads that."""
    for entry in reversed(mark.entries):
        on = "" if entry.entered_on is None else f", entered {words.on(entry.entered_on)}"
        why = f". {entry.reason}" if opened.reads and entry.reason else ""
        yield f"{code_words(entry.code)}{on}{why}"


def _links(opened: WeekOpened, mark: SessionMark) -> Iterator[Link]:
    week = f"/placements/{opened.row.reference}/attendance/{opened.iso_week}/do"
    about = f"for {weekday_day(mark.day)}, {HALF[mark.session].lower()}"
    if mark.day > opened.today:
        return
    if mark.code is None and may(opened, CONFIRM):
        yield Link("Enter it with who saw the pupil and where", f"{week}/{CONFIRM}", about)
    if mark.code is not None and may(opened, "amend-mark"):
        yield Link("Amend", f"{week}/amend-mark", about)
    if mark.code is None and may(opened, "record-mark"):
        yield Link("Mark" if mark.proposed is None else "Mark again", f"{week}/record-mark", about)
    if mark.code is not None and mark.proposed is not None and may(opened, "correct-mark"):
        yield Link("Correct your mark", f"{week}/correct-mark", about)
