"""Checkpoints, and proofs under them: hashes alone, so whoever may know of an event may have its proof."""

from base64 import b64encode
from uuid import UUID

from starlette.responses import Response

from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.proof import tree
from infra.proof.checkpoints import StoredCheckpoint, kept, latest
from infra.proof.merkle import consistency_ranges, inclusion_ranges
from infra.proof.notes import inclusion_proof
from services.gateway.http.problems import FieldError, Problem, malformed
from services.gateway.http.responses import json_response
from services.gateway.http.runtime import Gateway
from services.gateway.placements.shown_events import visible_event


async def checkpoints(gateway: Gateway, *, after: int, limit: int) -> Response:
    """A page of checkpoints, the smallest first; `next` is where to go on."""
    async with connection(gateway.engine) as conn:
        found = await kept(conn, gateway.settings.record_origin, after=after, limit=limit)
    return json_response(
        {
            "checkpoints": [_shown(each) for each in found],
            "next": f"/api/v1/audit/checkpoints?after={found[-1].size}&limit={limit}" if len(found) == limit else None,
        }
    )


async def inclusion(gateway: Gateway, person: Person, event_id: UUID) -> Response:
    """One event's proof under the latest checkpoint. Raises Problem: not to be seen, or under no checkpoint yet."""
    async with connection(gateway.engine) as conn:
        event, _ = await visible_event(gateway, conn, person, event_id)
        last = await latest(conn, gateway.settings.record_origin)
        leaf = None if last is None else await tree.leaf_at(conn, event.position, event.hash)
        if last is None or leaf is None or leaf >= last.size:
            raise Problem("not_yet_proved", "The event is under no checkpoint yet.", headers={"Retry-After": "60"})
        path = await tree.range_hashes(conn, inclusion_ranges(leaf, last.size))
    return json_response(
        {
            "event_id": event.event_id,
            "hash": event.hash.hex(),
            "leaf": leaf,
            "path": [b64encode(each).decode() for each in path],
            "checkpoint": _shown(last),
            "proof": inclusion_proof(leaf, path, last.cosigned),
        }
    )


async def consistency(gateway: Gateway, earlier: int, later: int) -> Response:
    """The proof that the record of `later` events begins with the record of `earlier` ones. Raises Problem."""
    async with connection(gateway.engine) as conn:
        size = (await tree.size_of(conn)).leaves
        if not 0 < earlier <= later <= size:
            words = f"the first size is from 1 up to the second, and the second up to {size}"
            raise malformed([FieldError(pointer="first", detail=words)])
        path = await tree.range_hashes(conn, consistency_ranges(earlier, later))
    return json_response({"first": earlier, "second": later, "path": [b64encode(each).decode() for each in path]})


def _shown(found: StoredCheckpoint) -> dict[str, object]:
    return {
        "size": found.size,
        "position": found.position,
        "made_at": found.made_at,
        "verifier_key": found.verifier_key,
        "note": found.cosigned,
    }
