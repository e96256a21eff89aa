"""The caseload, page by page: rows without names, and on request what was opened of each for the page shown."""

import dataclasses
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from domain.calendar.london import today as day_of
from domain.placement.record.history import current
from domain.placement.running.progress import rating
from domain.placement.stages import RUNNING, Stage
from events.codec import PLACEMENT
from events.codes import PupilFlag
from events.ids import PlacementId, placement_stream
from infra.identity.read_log import record_access
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.projections.caseload import CaseloadPage, Filters, Sort, caseload, cursor_of
from infra.projections.placements import PlacementRow, find
from infra.streams.records import load
from services.application import authorisation
from services.application.authorisation import Sights
from services.gateway.http import cursors
from services.gateway.http.deps import placement_named
from services.gateway.http.problems import Problem
from services.gateway.http.responses import json_response
from services.gateway.http.runtime import Gateway

MOST_OPENED = 200
"""How many records one request opens at most, to look for a flag."""
_SHOWN = (
    "placement_id",
    "reference",
    "version",
    "stage",
    "home_school_urn",
    "legal_basis",
    "provider_id",
    "assigned_to",
    "next_deadline_on",
    "next_deadline_rule",
    "next_deadline_severity",
    "next_deadline_provisional",
    "next_review_on",
    "started_on",
    "proposed_end_on",
    "ended_on",
    "updated_at",
)
CaseloadRow = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseloadQuery:
    """`flag` and `opened` ask for what is sealed, so that each record looked at is opened, and logged."""

    stage: str | None
    assigned_to: UUID | None
    school: str | None
    provider: UUID | None
    due_before: date | None
    flag: PupilFlag | None
    opened: bool
    q: str | None
    sort: Sort
    cursor: str | None
    limit: int


async def page(gateway: Gateway, person: Person, asked: CaseloadQuery) -> Response:
    if asked.q is not None:
        return await _by_reference(gateway, person, asked.q)
    seen = await gateway.seeing(person)
    if (asked.flag is not None or asked.opened) and not seen.named:
        raise Problem("role_not_allowed", "Flags and ratings are personal. Your roles read the record without them.")
    if not seen.whole:
        asked = _of_provider(asked)
    # Who has a flag is found among those alone whose flags this person may read.
    among = seen if asked.flag is None else seen.named
    filters = Filters(
        stage=asked.stage,
        assigned_to=asked.assigned_to,
        school_urn=asked.school,
        provider_id=asked.provider,
        due_before=asked.due_before,
    )
    cursor = cursors.unpack_caseload(asked.cursor, asked.sort)
    limit = asked.limit if asked.flag is None else MOST_OPENED
    async with gateway.engine.connect() as conn:
        found = await caseload(conn, among.visibility, filters, sort=asked.sort, cursor=cursor, limit=limit)
    today = day_of(await gateway.now())
    if asked.flag is not None:
        found, rows = await _flagged(gateway, person, found, asked, flag=asked.flag, today=today, seen=seen)
    elif asked.opened:
        rows = [shown(row, today, seen) | await _opened_if_named(gateway, person, row) for row in found.rows]
    else:
        rows = [shown(row, today, seen) for row in found.rows]
    following = None if found.next is None else _link(asked, cursors.pack_caseload(asked.sort, found.next))
    return json_response({"placements": rows, "next": following})


def _of_provider(asked: CaseloadQuery) -> CaseloadQuery:
    """What a provider is not shown narrows and orders no list of its: or the list would tell it.

    Raises Problem.
    """
    if asked.assigned_to is not None or asked.due_before is not None:
        raise Problem("role_not_allowed", "Whose case it is and what is due next is for the school and the council.")
    return dataclasses.replace(asked, sort="updated")


async def _flagged(
    gateway: Gateway,
    person: Person,
    found: CaseloadPage,
    asked: CaseloadQuery,
    *,
    flag: PupilFlag,
    today: date,
    seen: Sights,
) -> tuple[CaseloadPage, list[CaseloadRow]]:
    """The rows of pupils with a flag, and the page that they are of: it ends where enough were found.

    Nothing in the database says who has a flag, so each record is opened. A page may hold fewer rows than were asked
    for, or none, and have a next one.
    """
    rows: list[CaseloadRow] = []
    for number, row in enumerate(found.rows, 1):
        its = await _opened(gateway, person, row)
        if flag in (its["flags"] or ()):
            rows.append(shown(row, today, seen) | its)
        if len(rows) == asked.limit and number < len(found.rows):
            return CaseloadPage(rows=found.rows[:number], next=cursor_of(asked.sort, row)), rows
    return found, rows


async def _opened_if_named(gateway: Gateway, person: Person, row: PlacementRow) -> CaseloadRow:
    """As below; None for both where this person's roles see the placement without names."""
    if not authorisation.sights(person).of(row).named:
        return {"flags": None, "rag": None}
    return await _opened(gateway, person, row)


async def _opened(gateway: Gateway, person: Person, row: PlacementRow) -> CaseloadRow:
    """Flags and rating of one placement, None where the pupil's data were erased. Logged before they are shown."""
    async with connection(gateway.engine) as conn:
        await record_access(conn, person, row.placement_id, "caseload")
        state = current(await load(conn, placement_stream(PlacementId(row.placement_id)), PLACEMENT, gateway.keys))
    return {"flags": None if state.referral.pupil is None else state.referral.flags, "rag": rating(state)}


async def _by_reference(gateway: Gateway, person: Person, reference: str) -> Response:
    """A reference or an id. Names are not searched here: they would stand in a URL."""
    placement_id = await placement_named(gateway, reference, "/query/q")
    async with connection(gateway.engine) as conn:
        row = None if placement_id is None else await find(conn, placement_id)
    seen = (await gateway.seeing(person)).of(row)
    rows = [row] if row is not None and seen else []
    today = day_of(await gateway.now())
    return json_response({"placements": [shown(each, today, seen) for each in rows], "next": None})


_KEPT_FROM_PROVIDERS = dict.fromkeys(
    (
        "legal_basis",
        "assigned_to",
        "next_deadline_on",
        "next_deadline_rule",
        "next_deadline_severity",
        "next_deadline_provisional",
    )
)


def shown(row: PlacementRow, today: date, seen: Sights) -> CaseloadRow:
    ends_on = row.proposed_end_on if Stage(row.stage) in RUNNING else None
    return {name: getattr(row, name) for name in _SHOWN} | {
        "days_to_period_end": None if ends_on is None else (ends_on - today).days,
        "href": f"/api/v1/placements/{row.placement_id}",
        **({} if seen.whole else _KEPT_FROM_PROVIDERS),
    }


def _link(asked: CaseloadQuery, cursor: str) -> str:
    kept = {name: value for name, value in dataclasses.asdict(asked).items() if value not in {None, False}}
    return f"/api/v1/placements?{urlencode({**kept, 'cursor': cursor})}"
