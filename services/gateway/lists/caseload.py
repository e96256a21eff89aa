"""The caseload, page by page: with the names that the person may read, and on request what was opened of each row.

`listed` is for whoever shows it, `page` answers in JSON.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, TypedDict
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
from infra.projections.pupil_names import ListedPupil
from infra.streams.records import load
from services.application import authorisation
from services.application.authorisation import Sights
from services.gateway.http import cursors
from services.gateway.http.deps import placement_named
from services.gateway.http.problems import Problem
from services.gateway.http.responses import json_response
from services.gateway.http.runtime import Gateway
from services.gateway.lists.names import named
from services.gateway.lists.searches import Wanted, wanted

MOST_OPENED = 200
"""How many records one request opens at most, to look for a flag."""
SEARCHED = "search"
"""The access log has so of those that a search found, whichever page asked."""
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


class OpenedFields(TypedDict):
    """What a record was opened for."""

    flags: tuple[PupilFlag, ...] | None
    rag: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseloadQuery:
    """`flag` and `opened` ask for what is sealed, so that each record looked at is opened, and logged.

    `search` is of `searches.search`.
    """

    stage: str | None
    assigned_to: UUID | None
    school: str | None
    provider: UUID | None
    due_before: date | None
    flag: PupilFlag | None
    opened: bool
    q: str | None
    search: UUID | None = None
    open_only: bool = False
    unassigned: bool = False
    sort: Sort
    cursor: str | None
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPlacement:
    """One row as this person sees it. `pupil` is None where they may not read the name in a list, or it is erased.

    `opened` is there where it was asked for, of a record that was opened for it; `pupil` has the flags without it.
    """

    row: PlacementRow
    pupil: ListedPupil | None
    whole: bool
    days_to_period_end: int | None
    opened: OpenedFields | None = None

    @property
    def restricted(self) -> bool:
        """Access is restricted: a list shows a reference and no name."""
        return self.row.readers is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseloadListing:
    """A page of the caseload, with the cursor of the next one."""

    placements: tuple[ListedPlacement, ...]
    next: str | None


async def page(gateway: Gateway, person: Person, asked: CaseloadQuery) -> Response:
    found = await listed(gateway, person, asked)
    following = None if found.next is None else _link(asked, found.next)
    return json_response({"placements": [shown(each) for each in found.placements], "next": following})


async def listed(
    gateway: Gateway, person: Person, asked: CaseloadQuery, *, what: str = "caseload_list"
) -> CaseloadListing:
    """The placements that this person may see, with the names that they may read; those are logged, as `what`.

    Raises Problem: a cursor or a reference of the wrong form, or a filter that is not for their roles.
    """
    seen = await gateway.seeing(person)
    if asked.q is not None:
        return await _by_reference(gateway, person, asked.q, seen=seen, what=what)
    if (asked.flag is not None or asked.opened) and not seen.named:
        raise Problem("role_not_allowed", "Flags and ratings are personal. Your roles read the record without them.")
    if not seen.whole:
        asked = _of_provider(asked)
    # Who has a flag is found among those alone whose flags this person may read.
    among = seen if asked.flag is None else seen.named
    sought = Wanted()
    if asked.search is not None:
        sought, among = await wanted(gateway, person, asked.search, among)
        what = SEARCHED
        if sought.named is not None:
            return await _by_reference(gateway, person, sought.named, seen=seen, what=what)
    filters = Filters(
        stage=asked.stage,
        assigned_to=asked.assigned_to,
        school_urn=asked.school,
        provider_id=asked.provider,
        due_before=asked.due_before,
        open_only=asked.open_only,
        unassigned=asked.unassigned,
        found_by=sought.found_by,
    )
    cursor = cursors.unpack_caseload(asked.cursor, asked.sort)
    limit = asked.limit if asked.flag is None else MOST_OPENED
    async with gateway.engine.connect() as conn:
        found = await caseload(conn, among.visibility, filters, sort=asked.sort, cursor=cursor, limit=limit)
    opened: Mapping[UUID, OpenedFields] = {}
    if asked.flag is not None:
        found, opened = await _flagged(gateway, person, found, asked, flag=asked.flag)
    elif asked.opened:
        opened = {row.placement_id: await _opened_if_named(gateway, person, row) for row in found.rows}
    rows = found.rows if asked.flag is None else tuple(row for row in found.rows if row.placement_id in opened)
    placements = await _with_names(gateway, person, rows, seen=seen, what=what, opened=opened)
    following = None if found.next is None else cursors.pack_caseload(asked.sort, found.next)
    return CaseloadListing(placements=placements, next=following)


async def _with_names(
    gateway: Gateway,
    person: Person,
    rows: Sequence[PlacementRow],
    *,
    seen: Sights,
    what: str,
    opened: Mapping[UUID, OpenedFields] = MappingProxyType({}),
) -> tuple[ListedPlacement, ...]:
    async with connection(gateway.engine) as conn:
        today = day_of(await gateway.clock.now(conn))
        pupils = await named(conn, gateway.keys, person, rows, seen=seen, what=what)
    return tuple(
        ListedPlacement(
            row=row,
            pupil=pupils.get(row.placement_id),
            whole=seen.of(row).whole,
            days_to_period_end=_days_to_end(row, today),
            opened=opened.get(row.placement_id),
        )
        for row in rows
    )


def _of_provider(asked: CaseloadQuery) -> CaseloadQuery:
    """What a provider is not shown narrows and orders no list of its: or the list would tell it.

    Raises Problem.
    """
    if asked.assigned_to is not None or asked.due_before is not None or asked.unassigned:
        raise Problem("role_not_allowed", "Whose case it is and what is due next is for the school and the council.")
    return dataclasses.replace(asked, sort="updated")


async def _flagged(
    gateway: Gateway, person: Person, found: CaseloadPage, asked: CaseloadQuery, *, flag: PupilFlag
) -> tuple[CaseloadPage, Mapping[UUID, OpenedFields]]:
    """What was opened of the pupils with a flag, and the page that they are of: it ends where enough were found.

    Nothing in the database says who has a flag, so each record is opened. A page may hold fewer rows than were asked
    for, or none, and have a next one.
    """
    kept: dict[UUID, OpenedFields] = {}
    for number, row in enumerate(found.rows, 1):
        its = await _opened(gateway, person, row)
        if flag in (its["flags"] or ()):
            kept[row.placement_id] = its
        if len(kept) == asked.limit and number < len(found.rows):
            return CaseloadPage(rows=found.rows[:number], next=cursor_of(asked.sort, row)), kept
    return found, kept


async def _opened_if_named(gateway: Gateway, person: Person, row: PlacementRow) -> OpenedFields:
    """As below; None for both where this person's roles see the placement without names."""
    if not authorisation.sights(person).of(row).named:
        return {"flags": None, "rag": None}
    return await _opened(gateway, person, row)


async def _opened(gateway: Gateway, person: Person, row: PlacementRow) -> OpenedFields:
    """Flags and rating of one placement, None where the pupil's data were erased. Logged before they are shown."""
    async with connection(gateway.engine) as conn:
        await record_access(conn, person, row.placement_id, "caseload")
        state = current(await load(conn, placement_stream(PlacementId(row.placement_id)), PLACEMENT, gateway.keys))
    return {"flags": None if state.referral.pupil is None else state.referral.flags, "rag": rating(state)}


async def _by_reference(
    gateway: Gateway, person: Person, reference: str, *, seen: Sights, what: str
) -> CaseloadListing:
    """A reference or an id. Names are not searched here: they would stand in a URL."""
    placement_id = await placement_named(gateway, reference, "/query/q")
    async with connection(gateway.engine) as conn:
        row = None if placement_id is None else await find(conn, placement_id)
    rows = [row] if row is not None and seen.of(row) else []
    return CaseloadListing(placements=await _with_names(gateway, person, rows, seen=seen, what=what), next=None)


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


def shown(listed: ListedPlacement) -> CaseloadRow:
    row = listed.row
    return {name: getattr(row, name) for name in _SHOWN} | {
        "pupil_name": listed.pupil.name if listed.pupil else None,
        "year_group": listed.pupil.year_group if listed.pupil else None,
        "restricted": listed.restricted,
        "days_to_period_end": listed.days_to_period_end,
        "href": f"/api/v1/placements/{row.placement_id}",
        **({} if listed.whole else _KEPT_FROM_PROVIDERS),
        **(listed.opened or {}),
    }


def _days_to_end(row: PlacementRow, today: date) -> int | None:
    ends_on = row.proposed_end_on if Stage(row.stage) in RUNNING else None
    return None if ends_on is None else (ends_on - today).days


def _link(asked: CaseloadQuery, cursor: str) -> str:
    kept = {name: value for name, value in dataclasses.asdict(asked).items() if value not in {None, False}}
    return f"/api/v1/placements?{urlencode({**kept, 'cursor': cursor})}"
