"""The names beside the ids of who did something, from the register of people, as far as the reader may see them."""

from collections.abc import Collection, Iterable, Mapping

import asyncpg

from domain.access.names import ActorName, NameReader, who
from events.envelope import Actor
from infra.identity import people
from infra.identity.tokens import Person
from infra.projections.placements import PlacementRow
from services.application.authorisation import Sights


async def names_of(conn: asyncpg.Connection, actors: Iterable[Actor], reader: NameReader) -> Mapping[Actor, ActorName]:
    """Each of the actors as the reader may know them."""
    asked = set(actors)
    known = await people.find_many(conn, {each.id for each in asked})
    found = {}
    for actor in asked:
        registered = known.get((actor.id, actor.org_id or ""))
        found[actor] = who(actor, None if registered is None else registered.name, reader)
    return found


def reader_of(person: Person, seen: Sights, row: PlacementRow | None, actors: Collection[Actor] = ()) -> NameReader:
    """How somebody reads names: in the roles in which they see a placement, or anything else where there is none.

    A school or a council that has acted on a placement takes part in it, or did before another took its place. Of
    providers only the one that has the place does.
    """
    acted = {each.org_id for each in actors if each.org_id and not each.org_id.startswith("provider:")}
    return NameReader(
        org=person.org,
        taking_part=frozenset(acted | (set() if row is None else set(_organisations(row)))),
        everyone=seen.everything,
        names=any(each.names for each in seen),
    )


def _organisations(row: PlacementRow) -> Iterable[str]:
    if row.home_school_urn is not None:
        yield f"school:{row.home_school_urn}"
    for la_code in {row.la_code, *(row.councils or ())} - {None}:
        yield f"la:{la_code}"
    if row.provider_id is not None:
        yield f"provider:{row.provider_id}"
