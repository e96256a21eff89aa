"""Letters over all placements: what waits, what went, and what somebody has to hand over. Names nobody."""

from typing import Any

from starlette.responses import Response

from events.codec import PLACEMENT
from events.placement.letters import DocumentProduced
from infra.identity.tokens import Person
from infra.letters import outbox
from infra.letters.outbox import Fate, Listed, Status
from infra.projections.visibility import Nobody
from services.application import authorisation
from services.gateway.http import cursors
from services.gateway.http.responses import json_response, link
from services.gateway.http.runtime import Gateway


async def page(gateway: Gateway, person: Person, status: Status, *, cursor: str | None, limit: int) -> Response:
    after = cursors.LETTERS.unpack(cursor)
    # Letters are the work of who places the pupil: a provider has none to hand over.
    seen = authorisation.sights(person)
    visibility = seen.visibility if seen.whole else Nobody()
    async with gateway.engine.connect() as conn:
        rows = await outbox.listing(conn, visibility, status, after=after, limit=limit + 1)
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        place = cursors.LETTERS.pack((last.queued_at, last.document_id))
        following = link("letters", {"status": status, "limit": limit, "cursor": place})
    return json_response({"letters": [_listed(row) for row in rows[:limit]], "next": following})


def fate(found: Fate) -> dict[str, Any]:
    """What became of one letter, in codes."""
    return {name: getattr(found, name) for name in Fate.__slots__}


def _listed(row: Listed) -> dict[str, Any]:
    # Its personal part is none: a document's event says only of what kind it is and to whom it goes.
    event = PLACEMENT.decode(row.type, row.schema_version, row.data, None)
    assert isinstance(event, DocumentProduced), "a letter is listed by the event of its document"
    return {
        "document_id": row.document_id,
        "placement_id": row.placement_id,
        "reference": row.reference,
        "kind": event.kind,
        "recipient": event.recipient,
        "recipient_number": event.recipient_number,
        "queued_at": row.queued_at,
        **fate(row),
        "href": f"/api/v1/placements/{row.placement_id}/documents/{row.document_id}",
    }
