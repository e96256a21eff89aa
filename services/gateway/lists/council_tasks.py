"""What an officer is to look into over the schools of the council: shown to nobody else, logged, and limited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg
from starlette.responses import Response

from domain.access.roles import OrgKind
from domain.calendar.london import today as day_of
from domain.shared import words
from events.codes import Role
from infra.identity.read_log import hold_of_reader, record_access, shown_lately
from infra.identity.tokens import Person
from infra.postgres.db import transaction
from infra.projections import council_numbers, placements
from infra.projections.council_numbers import CouncilTaskKind, OfficerTask
from infra.projections.placements import PlacementRow
from services.application import authorisation
from services.application.authorisation import Sights
from services.gateway.http import cursors
from services.gateway.http.problems import Problem
from services.gateway.http.responses import json_response, link
from services.gateway.http.runtime import Gateway

MOST_AN_HOUR: Final = 200
"""How many placements the tasks show one officer in an hour: who works through them needs less."""
_Seen = tuple[OfficerTask, list[PlacementRow]]
_READ_AS: Final = "council_task"
WORDS: Final[Mapping[CouncilTaskKind, str]] = {
    CouncilTaskKind.SAME_UPN: "Two schools of the council have open placements for one UPN. Look whether it is one"
    " child with two placements, which may be lawful, or a wrong number. Neither school has been told about the other.",
    CouncilTaskKind.OVERLAPPING_SESSIONS: "Two schools of the council have placements for one UPN that expect the pupil"
    " at a provider in the same session. Look which one is right. Neither school has been told about the other.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskListing:
    """Tasks with the placements of each that the officer may see, and the cursor of the next page."""

    tasks: tuple[_Seen, ...]
    next: str | None


async def page(gateway: Gateway, person: Person, cursor: str | None, limit: int) -> Response:
    found = await listed(gateway, person, cursor, limit)
    following = None if found.next is None else link("council-tasks", {"limit": limit, "cursor": found.next})
    return json_response({"tasks": [_shown(each, its) for each, its in found.tasks], "next": following})


async def listed(gateway: Gateway, person: Person, cursor: str | None, limit: int) -> TaskListing:
    """What this officer is to look into; each placement shown is logged. Raises NotAllowed, Problem."""
    seen = authorisation.require_organisation(person)
    what = "These tasks are for the officers of a council."
    la_code = authorisation.acting(person, seen, {Role.LA_OFFICER}, what).of(OrgKind.LA)
    assert la_code is not None, "an officer acts for a council"
    sights = seen.held_by({Role.LA_OFFICER})
    (after,) = cursors.IDS.unpack(cursor) or (None,)
    # What was logged is kept before anything is shown.
    async with transaction(gateway.engine) as conn:
        on = day_of(await gateway.clock.now(conn))
        found = await council_numbers.tasks(conn, la_code, on, after=after, limit=limit + 1)
        rows = await _rows(conn, found, sights)
        seen_of = [(each, rows[each.task_id]) for each in found[:limit] if _of_two_schools(rows[each.task_id])]
        shown = await _allowed(conn, person, seen_of)
        for row in (row for _, its in shown for row in its):
            await record_access(conn, person, row.placement_id, _READ_AS)
    last = shown[-1][0] if len(shown) < len(seen_of) else found[limit - 1] if len(found) > limit else None
    return TaskListing(tasks=tuple(shown), next=None if last is None else cursors.IDS.pack((last.task_id,)))


async def _rows(
    conn: asyncpg.Connection, found: Sequence[OfficerTask], sights: Sights
) -> dict[UUID, list[PlacementRow]]:
    """Of each task the placements that this officer may see: not a restricted one that does not name them."""
    rows = await placements.find_many(conn, {each for task in found for each in task.placements})
    return {
        task.task_id: [row for each in task.placements if (row := rows.get(each)) is not None and sights.of(row).named]
        for task in found
    }


def _of_two_schools(rows: list[PlacementRow]) -> bool:
    """What is left of a task after access was restricted would say that there is a record that must not be seen."""
    return len({row.home_school_urn for row in rows}) > 1


async def _allowed(conn: asyncpg.Connection, person: Person, wanted: list[_Seen]) -> list[_Seen]:
    """As many of these tasks as this officer may still be shown. Raises Problem: not even the first."""
    await hold_of_reader(conn, person)
    lately = await shown_lately(conn, person, _READ_AS)
    left, allowed = MOST_AN_HOUR - lately.count, list[_Seen]()
    for each in wanted:
        left -= len(each[1])
        if left < 0 and (allowed or lately.count):
            break
        allowed.append(each)
    if wanted and not allowed:
        shown = words.count(lately.count, "placement")
        detail = f"These tasks showed you {shown} in an hour; {MOST_AN_HOUR} is the most."
        raise Problem("too_many_readings", detail, headers={"Retry-After": str(max(1, lately.seconds))})
    return allowed


def _shown(task: OfficerTask, rows: list[PlacementRow]) -> dict[str, Any]:
    return {
        "task_id": task.task_id,
        "kind": task.kind,
        "detail": WORDS[task.kind],
        "found_on": day_of(task.found_at),
        "placements": [
            {
                "placement_id": row.placement_id,
                "reference": row.reference,
                "home_school_urn": row.home_school_urn,
                "stage": row.stage,
                "href": f"/api/v1/placements/{row.placement_id}",
            }
            for row in rows
        ],
    }
