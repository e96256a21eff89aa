"""How one placement's register counts, week by week: a picture, its table, and a way to each week."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.attendance.codes import CODES, Counts
from domain.attendance.register import Register, tally
from domain.attendance.state import Week as RegisterWeek
from domain.attendance.state import monday_of
from events.ids import IsoWeek, PlacementId
from infra.postgres.db import connection
from infra.projections import pupil_names
from infra.projections.placements import PlacementRow
from services.application.facts import registers
from services.gateway.commands.commanding import keys_at_hand
from services.gateway.http.runtime import Gateway
from services.gateway.pages.pictures.attendance_weeks import AttendedWeek, attendance_weeks
from services.gateway.pages.register.day_shown import WITHHELD
from services.gateway.pages.register.week_read import reads_name, register_of
from services.gateway.pages.session.current import Visitor
from services.gateway.pages.web.filters import day as day_words
from services.gateway.pages.web.parts import DataTable, Fact, Link, Picture, TableCell


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCounted:
    row: PlacementRow
    name: str
    facts: Sequence[Fact]
    picture: Picture
    weeks: DataTable


async def counted(gateway: Gateway, visitor: Visitor, placement_id: UUID) -> RegisterCounted:
    """Raises Problem: there is no such placement, or not for this person; the key cannot be had."""
    with keys_at_hand():
        async with connection(gateway.engine) as conn:
            row, seen = await register_of(gateway, conn, visitor, placement_id)
            # Codes and days are in clear: the personal parts stay closed.
            register = await registers.register(conn, PlacementId(placement_id), None)
            names = await pupil_names.shown(conn, gateway.keys, {placement_id} if reads_name(row, seen) else set())
    pupil = names.get(placement_id)
    return RegisterCounted(
        row=row,
        name=WITHHELD if pupil is None else pupil.name,
        facts=_facts(register),
        picture=attendance_weeks([_week(week, found) for week, found in register.weeks.items()], target=None),
        weeks=_weeks(row, register),
    )


def _week(iso_week: IsoWeek, week: RegisterWeek) -> AttendedWeek:
    coded = [CODES[mark.code].counts for mark in week.marks if mark.code is not None]
    return AttendedWeek(
        monday=monday_of(iso_week),
        attended=coded.count(Counts.ATTENDED),
        possible=len(coded) - coded.count(Counts.NOT_POSSIBLE),
    )


def _facts(register: Register) -> Sequence[Fact]:
    count = tally(register.marks)
    points = count.basis_points
    return (
        Fact("Attendance", "No sessions so far" if points is None else f"{points / 100:.1f}%"),
        Fact("Possible sessions", str(count.possible)),
        Fact("Present or at the provider", str(count.present + count.approved_activity)),
        Fact("Authorised absence", str(count.authorised)),
        Fact("Unauthorised absence", str(count.unauthorised), hint="With absences for which no reason is known so far"),
        Fact("No code so far", str(count.without_code)),
    )


def _weeks(row: PlacementRow, register: Register) -> DataTable:
    rows: list[Sequence[TableCell | str]] = []
    for iso_week, week in sorted(register.weeks.items(), reverse=True, key=lambda each: each[0]):
        monday = day_words(monday_of(iso_week))
        without = tally(week.marks).without_code
        link = Link(monday, f"/placements/{row.reference}/attendance/{iso_week}")
        rows.append((TableCell(link=link), str(len(week.marks)), str(without)))
    return DataTable(
        caption="Weeks of the register",
        columns=("Week beginning", "Sessions marked", "No code so far"),
        rows=rows,
        numbers=frozenset({1, 2}),
        empty="Nothing has been marked so far.",
    )
