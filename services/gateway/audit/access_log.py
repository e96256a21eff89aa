"""The access log over HTTP: who read what of a child's record, when and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from starlette.responses import Response

from infra.identity.access_log import AccessFilters
from infra.identity.tokens import Person
from infra.postgres.db import connection
from services.application import access_log
from services.application.access_log import ReadingShown
from services.application.auditing import audit
from services.gateway.commands.commanding import not_found
from services.gateway.http import cursors
from services.gateway.http.deps import placement_named
from services.gateway.http.responses import json_response, link
from services.gateway.http.runtime import Gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery:
    placement: UUID | None = None
    person: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    why: str | None = None
    cursor: str | None = None
    limit: int = 100


async def page(gateway: Gateway, person: Person, asked: LogQuery) -> Response:
    found, following = await readings(gateway, person, asked)
    query = {
        "placement": asked.placement,
        "person": asked.person,
        "from": asked.since and asked.since.isoformat(),
        "to": asked.until and asked.until.isoformat(),
        "limit": asked.limit,
        "cursor": following,
    }
    following = following and link("audit/access-log", query)
    return json_response({"readings": [_shown(each) for each in found], "next": following})


async def placement_asked(gateway: Gateway, person: Person, text: str | None) -> UUID | None:
    """The placement that is asked about, by its id or reference.

    Raises NotAllowed: the person does not audit, which comes before whether there is such a placement. Raises Problem.
    """
    audit(person)
    if text is None:
        return None
    found = await placement_named(gateway, text, "/query/placement")
    if found is None:
        raise not_found()
    return found


async def readings(gateway: Gateway, person: Person, asked: LogQuery) -> tuple[list[ReadingShown], str | None]:
    """A page of the log and the cursor of the next. Raises NotAllowed, or Problem: the placement is not theirs."""
    auditing = audit(person)
    after = cursors.ACCESS.unpack(asked.cursor)
    if asked.placement is not None:
        async with connection(gateway.engine) as conn:
            if await auditing.placement(conn, asked.placement) is None:
                raise not_found()
    filters = AccessFilters(placement_id=asked.placement, person_id=asked.person, since=asked.since, until=asked.until)
    await gateway.people.settle()
    async with gateway.engine.begin() as conn:
        found = await access_log.page(conn, auditing, filters, why=asked.why, after=after, limit=asked.limit + 1)
    following = None
    if len(found) > asked.limit:
        following = cursors.ACCESS.pack(found[asked.limit - 1].reading.place)
    return list(found[: asked.limit]), following


def _shown(each: ReadingShown) -> dict[str, Any]:
    reading = each.reading
    return {
        "access_id": reading.access_id,
        "read_at": reading.read_at,
        "person_id": reading.person_id,
        "org_id": reading.org,
        "by": each.by,
        "placement_id": reading.placement_id,
        "reference": each.reference,
        "what": reading.what,
        "page": each.page,
        "why": reading.why,
        "asked": reading.asked,
    }
