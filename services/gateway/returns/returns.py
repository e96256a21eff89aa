"""What a school or a council returns: its own placements, opened for this answer alone."""

from collections.abc import Sequence
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response

from domain.access.roles import RIGHTS
from domain.calendar.london import today
from domain.law.census import CensusTerm
from domain.law.council_register import CHILDREN_NOT_IN_SCHOOL
from domain.returns.census import CensusRecord, notes, period_of
from domain.returns.register import Registered
from infra.identity.tokens import Person
from infra.projections.visibility import OfAuthority, OfSchool
from services.application import authorisation, returns
from services.application.returns import CENSUS_COLUMNS, REGISTER_COLUMNS, ReturnReader, as_csv, body_of
from services.gateway.http.problems import Problem
from services.gateway.http.responses import json_response
from services.gateway.http.runtime import Gateway
from services.gateway.http.schemas import named_in
from services.gateway.returns.schemas import CensusRow, RegisterEntry

CSV = "text/csv"
ReturnFormat = Literal["json", "csv"]


def form_of(request: Request, asked: ReturnFormat | None) -> ReturnFormat:
    """What `format` says, else CSV where Accept asks for it and not for JSON."""
    if asked is not None:
        return asked
    accepted = request.headers.get("accept", "")
    return "csv" if CSV in accepted and "application/json" not in accepted else "json"


async def census(gateway: Gateway, person: Person, term: CensusTerm, year: int, form: ReturnFormat) -> Response:
    reading, period = _reading(gateway, person), period_of(term, year)
    rows = await returns.census(reading, period)
    if form == "csv":
        return _table(rows, CENSUS_COLUMNS, f"census-{term}-{year}")
    body = body_of(reading.visibility)
    return json_response(
        {
            "term": term,
            "year": year,
            "from": period.first,
            "census_on": period.census_on,
            "returned_by": body,
            "complete": sum(row.complete for row in rows),
            "incomplete": sum(not row.complete for row in rows),
            "notes": notes(period, body),
            "rows": [_shown(row) for row in rows],
        }
    )


async def register(gateway: Gateway, person: Person, la_code: str, form: ReturnFormat) -> Response:
    """Raises Problem: it is another council's, or this person's roles do not draw it up."""
    reading = _reading(gateway, person)
    if not isinstance(reading.visibility, OfAuthority) or reading.visibility.la_code != la_code:
        raise Problem("organisation_not_allowed", "A council's register is for its own officers.")
    on = today(await gateway.now())
    entries = await returns.register(reading, on)
    if form == "csv":
        return _table(entries, REGISTER_COLUMNS, f"register-{la_code}-{on}")
    duty = CHILDREN_NOT_IN_SCHOOL
    return json_response(
        {
            "la_code": la_code,
            "on": on,
            "clause": duty.clause,
            "source": duty.source,
            "in_force": duty.in_force(on),
            "certainty": duty.certainty,
            "entries": [_entry(each) for each in entries],
        }
    )


def _table(rows: Sequence[CensusRecord | Registered], columns: Sequence[str], name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(as_csv(rows, columns), headers=headers, media_type=CSV)


def _entry(entry: Registered) -> dict[str, Any]:
    return named_in(RegisterEntry, entry) | {"href": f"/api/v1/placements/{entry.placement_id}"}


def _shown(row: CensusRecord) -> dict[str, Any]:
    return named_in(CensusRow, row) | {"complete": row.complete, "href": f"/api/v1/placements/{row.placement_id}"}


def _reading(gateway: Gateway, person: Person) -> ReturnReader:
    """Raises Problem: this person returns nothing, or acts for nobody who does."""
    roles = [role for role, rights in RIGHTS.items() if rights.returns]
    what = "A return is that of one school or one council, made by its case worker, head or officer."
    authorisation.acting(person, authorisation.sights(person), roles, what)
    visibility = authorisation.sights(person).returning.visibility
    assert isinstance(visibility, OfSchool | OfAuthority), "who makes returns works for a school or a council"
    return ReturnReader(
        engine=gateway.engine, keys=gateway.keys, reference=gateway.reference, reader=person, visibility=visibility
    )
