"""`placements returns`: what a school or a council returns, drawn up where no gateway is asked."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Annotated, Any, Literal, TypeVar

import typer

from domain.calendar.london import today
from domain.law.census import CensusTerm
from domain.law.council_register import CHILDREN_NOT_IN_SCHOOL
from domain.returns.census import CensusRecord, notes, period_of
from domain.returns.register import Registered
from infra.clock import clock_for
from infra.encryption.key_store.configured import keys_for
from infra.identity.read_log import OPERATOR
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.projections.visibility import OfAuthority, OfSchool
from infra.settings import Settings
from infra.streams.reference import Reference
from services.application import returns
from services.application.returns import CENSUS_COLUMNS, REGISTER_COLUMNS, ReturnReader, body_of, line
from services.application.returns import as_csv as table
from services.commands.options import FOUND_WRONG, AsJson, engine, remark, show

T = TypeVar("T")


AsCsv = Annotated[bool, typer.Option("--csv", help="As CSV.")]


def census(
    *,
    term: Annotated[CensusTerm, typer.Option(help="The term of the census.")],
    year: Annotated[int, typer.Option(help="The calendar year of the census.", min=2022, max=2100)],
    school: Annotated[str | None, typer.Option(help="The school that returns it, by URN.")] = None,
    la: Annotated[str | None, typer.Option(help="Or the council, by its code.")] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Draw up a term's census return: a row for each placement, with what is missing or wrong in it.

    It opens pupils' numbers, and each placement that it opens is logged. A record whose access is restricted is left
    out. Exit code 1 while a row is not complete.
    """
    if (school is None) == (la is None):
        raise typer.BadParameter("name the school or the council that returns it, by --school or --la")
    visibility = OfSchool(school) if school is not None else OfAuthority(str(la))
    form, period = _form(as_json=as_json, as_csv=as_csv), period_of(term, year)
    rows = asyncio.run(_read(visibility, lambda reading: returns.census(reading, period)))
    whole = [asdict(row) | {"complete": row.complete} for row in rows] if as_json else []
    _print(rows, whole, CENSUS_COLUMNS, form)
    if form == "table":
        for note in notes(period, body_of(visibility)):
            remark(note.words)
    if not all(row.complete for row in rows):
        raise typer.Exit(FOUND_WRONG)


def register(
    *,
    la: Annotated[str, typer.Option(help="The council, by its code.")],
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List registered pupils of a council's schools who are educated otherwise than at a school, today.

    It names them, and each placement that it opens is logged. A record whose access is restricted is left out. The
    section that will demand this register is not known to be in force.
    """
    form = _form(as_json=as_json, as_csv=as_csv)
    entries = asyncio.run(_read(OfAuthority(la), _register))
    _print(entries, [asdict(each) for each in entries], REGISTER_COLUMNS, form)
    if form == "table":
        remark(f"{CHILDREN_NOT_IN_SCHOOL.clause}: {CHILDREN_NOT_IN_SCHOOL.source}.")


def _form(*, as_json: bool, as_csv: bool) -> Literal["json", "csv", "table"]:
    if as_json and as_csv:
        raise typer.BadParameter("choose one of --json and --csv")
    return "json" if as_json else "csv" if as_csv else "table"


def _print(
    rows: Sequence[CensusRecord | Registered], whole: Sequence[dict[str, Any]], columns: Sequence[str], form: str
) -> None:
    if form == "csv":
        typer.echo(table(rows, columns), nl=False)
    elif form == "json":
        show(whole, columns=(), as_json=True)
    else:
        show([line(row, columns) for row in rows], columns=columns, as_json=False)


async def _register(reading: ReturnReader) -> tuple[Registered, ...]:
    async with connection(reading.engine) as conn:
        on = today(await clock_for(Settings()).now(conn))
    return await returns.register(reading, on)


async def _read(visibility: OfSchool | OfAuthority, read: Callable[[ReturnReader], Awaitable[T]]) -> T:
    settings = Settings()
    org = f"school:{visibility.urn}" if isinstance(visibility, OfSchool) else f"la:{visibility.la_code}"
    async with engine(settings) as opened:
        return await read(
            ReturnReader(
                engine=opened,
                keys=keys_for(settings),
                reference=Reference(),
                reader=Person(id=OPERATOR, roles=frozenset(), org=org),
                visibility=visibility,
                why="command line",
            )
        )
