"""Tables whose rows follow from one record alone, and are written in the transaction that moves it.

A record's rows are computed afresh from what it is now, and one statement brings the table to them: what is gone goes,
what is the same is not touched. So rows that were kept up to date are those that a rebuild makes. Whoever writes holds
the record first (`infra.projections.holding`), so that no two writers compute from different states of it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from domain.attendance.register import Register
from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.state import Placement
from domain.placement.time.deadlines import Deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementSources:
    """What a placement's rows are made from. `due` is what is due on the placement itself, without its register."""

    state: Placement
    calendar: SchoolCalendar
    due: Sequence[Deadline]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterSources:
    """What the rows of a placement's register are made from: the placement beside it decides which are due."""

    state: Placement
    calendar: SchoolCalendar
    register: Register


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsOfSource:
    """The rows of a table that one source writes: those of a record, named by the first column of the key.

    `only` is the condition on the table's row `kept` that tells them from those of another source; by default all are.
    """

    table: Table
    only: str = "true"


Written = tuple[RowsOfSource, Iterable[dict[str, Any]]]
"""A part with the rows that it is to have, each without the record's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadModel:
    """A list by the name under which it is rebuilt: its rows of a placement, and of the placement's register."""

    name: str
    part: RowsOfSource
    rows: Callable[[PlacementSources], Iterable[dict[str, Any]]]
    register: "RegisterPart | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPart:
    """A list's rows of a register. `alone`: the part as it is written without the placement's own beside it."""

    part: RowsOfSource
    alone: RowsOfSource
    rows: Callable[[RegisterSources], Iterable[dict[str, Any]]]


async def write(conn: asyncpg.Connection, record_id: UUID, written: Sequence[Written]) -> None:
    """Bring the parts of one record to these rows, in one statement."""
    statement = _statement(tuple(part for part, _ in written))
    rows = (msgspec.json.encode(list(each)).decode() for _, each in written)
    await conn.execute(statement, record_id, *rows)


@cache
def _statement(parts: tuple[RowsOfSource, ...]) -> str:
    """The rows come as one JSON text for each part: $2, $3, ...

    A row that is the same is not written, so that a list costs nothing where a decision changes nothing of it.
    """
    steps = [step for number, part in enumerate(parts) for step in _steps(part, number)]
    return f"WITH {', '.join(steps)} SELECT 1"


def _steps(part: RowsOfSource, number: int) -> Iterable[str]:
    table, (of, *key) = part.table, part.table.primary_key.columns.keys()
    columns = [column for column in table.columns if column.name != of]
    names = ", ".join(column.name for column in columns)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call] # the library gives it no types
    typed = ", ".join(f"{column.name} {column.type.compile(dialect=dialect)}" for column in columns)
    same = " AND ".join(f"made.{name} = kept.{name}" for name in key) or "true"
    changed = ", ".join(f"{column.name} = excluded.{column.name}" for column in columns)
    before = ", ".join(f"kept.{column.name}" for column in columns)
    after = ", ".join(f"excluded.{column.name}" for column in columns)
    made = f"SELECT * FROM jsonb_to_recordset(${number + 2}::jsonb) AS made ({typed})"  # noqa: S608 - constants only
    gone = (
        f"DELETE FROM {table.name} AS kept WHERE kept.{of} = $1 AND {part.only}"  # noqa: S608 - constants only
        f" AND NOT EXISTS (SELECT FROM made{number} AS made WHERE {same})"
    )
    put = (
        f"INSERT INTO {table.name} AS kept ({of}, {names}) SELECT $1, {names} FROM made{number}"  # noqa: S608 - the same
        f" ON CONFLICT ({', '.join((of, *key))}) DO UPDATE SET {changed} WHERE ({before}) IS DISTINCT FROM ({after})"
    )
    yield from (f"made{number} AS ({made})", f"gone{number} AS ({gone})", f"put{number} AS ({put})")
