"""The names of pupils in lists: for those who may read them, of the rows shown alone, and logged before they are."""

from collections.abc import Iterable, Mapping
from uuid import UUID

import asyncpg

from domain.placement.provider_sight.phases import ProviderPart
from infra.encryption.keys import KeyProvider
from infra.identity.read_log import record_accesses
from infra.identity.tokens import Person
from infra.projections import placements, pupil_names
from infra.projections.placements import PlacementRow
from infra.projections.pupil_names import ListedPupil
from services.application.authorisation import Sights

Named = Mapping[UUID, ListedPupil]


async def named(
    conn: asyncpg.Connection,
    keys: KeyProvider,
    person: Person,
    rows: Iterable[PlacementRow],
    *,
    seen: Sights,
    what: str,
) -> Named:
    """The pupils that this person may be shown in a list, by placement; `what` says in the access log which list."""
    found = await pupil_names.shown(conn, keys, {row.placement_id for row in rows if may_name(seen, row)})
    await record_accesses(conn, person, found, what)
    return found


async def named_by_id(
    conn: asyncpg.Connection,
    keys: KeyProvider,
    person: Person,
    placement_ids: Iterable[UUID | None],
    *,
    seen: Sights,
    what: str,
) -> Named:
    """The same for a list that has no placement rows in hand."""
    rows = await placements.find_many(conn, {each for each in placement_ids if each is not None})
    return await named(conn, keys, person, rows.values(), seen=seen, what=what)


def may_name(seen: Sights, row: PlacementRow) -> bool:
    """Not of a record to which access is restricted: it is a row with a reference, and opening it is asked about."""
    if row.readers is not None:
        return False
    of_row = seen.of(row)
    return bool(of_row.named) or (of_row.opens and of_row.part(row) is ProviderPart.TEACHING)
