"""The staff of the reader's own organisation, with what each has in hand."""

from typing import Any

from starlette.responses import Response

from infra.identity.tokens import Person
from infra.postgres.db import connection
from services.application.colleagues import Colleague, colleagues, organisation_of
from services.gateway.http import cursors
from services.gateway.http.responses import json_response, link
from services.gateway.http.runtime import Gateway


async def page(gateway: Gateway, person: Person, *, cursor: str | None, limit: int) -> Response:
    org = organisation_of(person)
    after = cursors.STAFF.unpack(cursor)
    await gateway.people.settle()  # who asks finds themselves
    async with connection(gateway.engine) as conn:
        found = await colleagues(conn, org, after=after, limit=limit + 1)
    following = None
    if len(found) > limit:
        following = link("people", {"limit": limit, "cursor": cursors.STAFF.pack(found[limit - 1].place)})
    return json_response({"people": [_shown(each) for each in found[:limit]], "next": following})


def _shown(each: Colleague) -> dict[str, Any]:
    known = each.person
    return {
        "person_id": known.id,
        "name": known.name,
        "roles": known.roles,
        "holds_cases": each.holds_cases,
        "open_placements": each.open_placements,
        "first_seen_at": known.first_seen_at,
        "last_seen_at": known.last_seen_at,
    }
