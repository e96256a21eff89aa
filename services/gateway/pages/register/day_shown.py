"""Today as those who do not mark it see it: what is to be done first, then where each pupil is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.attendance.state import week_of
from domain.attendance.today import Said, SessionToday, Where
from domain.shared import words
from events.codes import Session
from services.gateway.commands.catalogue import SPECS
from services.gateway.lists.names import may_name
from services.gateway.lists.today import DayOpened, PlacementOfDay
from services.gateway.pages.register.session_words import HALF, cell
from services.gateway.pages.web.filters import clock
from services.gateway.pages.web.parts import DataTable, Link, TableCell, Tag

WITHHELD: Final = "Name withheld"
_CODES: Final = SPECS["attendance"]["confirm-mark"].step


def name_of(each: PlacementOfDay) -> str:
    """A restricted record, and one that nobody here may put a name to, is a row with its reference."""
    pupil = each.state.referral.pupil
    return pupil.legal_name if pupil is not None and may_name(each.seen, each.row) else WITHHELD


def in_order(found: DayOpened) -> list[PlacementOfDay]:
    """By name; those without one last."""
    return sorted(found.placements, key=lambda each: (name_of(each) == WITHHELD, name_of(each).casefold()))


def href_of(each: PlacementOfDay) -> str:
    return f"/placements/{each.row.reference}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayShown:
    """`counts` are figures with their words; `to_do` and `pupils` are tables."""

    counts: Sequence[str]
    to_do: DataTable | None
    pupils: DataTable


def day_shown(found: DayOpened) -> DayShown:
    ordered = in_order(found)
    wanted = [(each, session) for each in ordered for session in each.found.sessions if _is_to_do(session)]
    codes = any(each.seen.held_by(_CODES.by) for each in ordered)
    return DayShown(
        counts=tuple(_counts(ordered)),
        to_do=_to_do(wanted, found, codes=codes) if wanted else None,
        pupils=_pupils(ordered, found.day),
    )


def _is_to_do(session: SessionToday) -> bool:
    return session.unexplained or session.overdue or session.code_owed or session.said is Said.PROPOSED


def _counts(ordered: Sequence[PlacementOfDay]) -> Iterator[str]:
    sessions = [session for each in ordered for session in each.found.sessions]
    yield words.figure(len(ordered), "pupil")
    for what, count in (
        ("absent with no reason given", sum(each.unexplained for each in sessions)),
        ("with no register so far", sum(each.overdue for each in sessions)),
        ("to code", sum(each.said is Said.PROPOSED or each.code_owed for each in sessions)),
    ):
        if count:
            yield f"{words.figure(count, 'session')} {what}"


def _to_do(wanted: Sequence[tuple[PlacementOfDay, SessionToday]], found: DayOpened, *, codes: bool) -> DataTable:
    ordered = sorted(wanted, key=lambda each: (not each[1].unexplained, not each[1].overdue))
    rows: list[Sequence[TableCell | str]] = [
        (
            TableCell(text=name_of(each), hint=each.row.reference or ""),
            HALF[session.session],
            _why(session),
            *((_do(each, session, found),) if codes else ()),
        )
        for each, session in ordered
    ]
    columns = ("Pupil", "Session", "Why", *(("What to do",) if codes else ()))
    return DataTable(caption="What to do first", columns=columns, rows=rows)


def _why(session: SessionToday) -> TableCell:
    if session.unexplained:
        return TableCell(text="Absent, and nobody has said why", tag=Tag("No reason given", "orange"))
    if session.overdue:
        assert session.register_due_at is not None
        return TableCell(
            text=f"Provider's register was due at {clock(session.register_due_at)}", tag=Tag("Register overdue", "red")
        )
    return TableCell(
        text="No code so far: the placement is paused" if session.code_owed else "The provider has marked it"
    )


def _do(each: PlacementOfDay, session: SessionToday, found: DayOpened) -> TableCell:
    week = f"{href_of(each)}/attendance/{week_of(found.day)}"
    about = f"for {name_of(each)}, {HALF[session.session].lower()}"
    if session.code is not None:
        return TableCell(link=Link("Enter the reason", week, about))
    enter = Link("Enter the code", week, about)
    return TableCell(link=enter, hint="Ring the provider first" if session.overdue else "")


def _pupils(ordered: Sequence[PlacementOfDay], day: date) -> DataTable:
    rows: list[Sequence[TableCell | str]] = [
        (
            TableCell(link=Link(name_of(each), href_of(each), each.row.reference or ""), hint=each.row.reference or ""),
            each.provider.name if each.provider else "",
            *(_half(each, day, half) for half in Session),
        )
        for each in ordered
    ]
    columns = ("Pupil", "Provider", "Morning", "Afternoon")
    return DataTable(
        caption="Where each pupil is", columns=columns, rows=rows, empty="No pupil has a placement on this day."
    )


def _half(each: PlacementOfDay, day: date, half: Session) -> TableCell:
    session = next((one for one in each.found.sessions if one.session is half), None)
    if session is None:
        return TableCell(text="No school")
    shown = cell(session, each.week.mark(day, half), reads=bool(each.seen.named))
    paused = each.found.paused and session.where is Where.INTERIM
    return TableCell(text="Placement paused", tag=shown.tag, hint=shown.hint) if paused else shown
