"""What waits for somebody over all placements and providers, beside what is due. Written with what moves the record."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Date, Index, RowMapping, Table, Text, Uuid, and_, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.provider.state import Provider
from domain.work import waits
from domain.work.waits import Waiting
from events.codes import Role
from infra.postgres.db import metadata
from infra.projections.derived import PlacementSources, ReadModel, RowsOfSource
from infra.projections.placements import NAMES, PlacementRow, placement, row_of
from infra.projections.visibility import Visibility, visible

NAME: Final = "waiting"


def _columns() -> tuple[Column[Any], ...]:
    return (
        Column("kind", Text, primary_key=True),
        # What it is about; the record itself where it is about nothing less.
        Column("subject", Uuid, primary_key=True),
        Column("roles", ARRAY(Text), nullable=False),
        Column("due_on", Date),
        Column("since", Date),
        Column("not_by", Uuid),
    )


waiting = Table("waiting", metadata, Column("placement_id", Uuid, primary_key=True), *_columns())
provider_waiting = Table(
    "provider_waiting",
    metadata,
    Column("provider_id", Uuid, primary_key=True),
    *_columns(),
    # The organisation whose it is, as an actor's is written.
    Column("org_id", Text, nullable=False),
)
Index("waiting_roles_idx", waiting.c.roles, postgresql_using="gin")
Index("provider_waiting_org_id_idx", provider_waiting.c.org_id)
_NOTHING_LESS: Final = UUID(int=0)


def rows(seen: PlacementSources) -> list[dict[str, Any]]:
    """What waits for somebody on a placement."""
    return _rows(waits.of_placement(seen.state))


def provider_rows(state: Provider) -> list[dict[str, Any]]:
    """What waits for somebody about a provider."""
    found = waits.of_provider(state)
    return [{**row, "org_id": each.org_id} for each, row in zip(found, _rows(found), strict=True)]


def _rows(found: Iterable[Waiting]) -> list[dict[str, Any]]:
    return [
        {
            "kind": each.kind,
            "subject": each.subject or _NOTHING_LESS,
            "roles": sorted(each.roles),
            "due_on": each.due_on,
            "since": each.since,
            "not_by": each.not_by,
        }
        for each in found
    ]


MODEL: Final = ReadModel(name=NAME, part=RowsOfSource(table=waiting), rows=rows)
OF_PROVIDERS: Final = RowsOfSource(table=provider_waiting)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """`placement` is the row of the placement that it is about, or `provider_id` the provider."""

    kind: str
    roles: frozenset[str]
    due_on: date | None
    since: date | None
    placement: PlacementRow | None = None
    provider_id: UUID | None = None


async def on_placements(
    conn: AsyncConnection,
    visibility: Visibility,
    roles: Collection[Role],
    person_id: UUID,
    *,
    of_case_worker: UUID | None = None,
    limit: int,
) -> list[WaitingRow]:
    """What waits for one of these roles on the placements that are seen, where this person may do it.

    `of_case_worker` keeps the placements of this person and those of nobody.
    """
    query = (
        select(*_shown(waiting), *(placement.c[name].label(f"of_{name}") for name in NAMES))
        .join(placement, placement.c.placement_id == waiting.c.placement_id)
        .where(_for(waiting, roles, person_id), visible(visibility))
        .order_by(*_order(waiting), waiting.c.placement_id, waiting.c.kind)
    )
    if of_case_worker is not None:
        query = query.where(or_(placement.c.assigned_to.is_(None), placement.c.assigned_to == of_case_worker))
    found = (await conn.execute(query.limit(limit))).mappings()
    return [_row(each, placement=row_of({name: each[f"of_{name}"] for name in NAMES})) for each in found]


async def on_providers(
    conn: AsyncConnection, org_id: str, roles: Collection[Role], person_id: UUID, *, limit: int
) -> list[WaitingRow]:
    """What waits for one of these roles of an organisation about providers."""
    query = (
        select(*_shown(provider_waiting), provider_waiting.c.provider_id)
        .where(_for(provider_waiting, roles, person_id), provider_waiting.c.org_id == org_id)
        .order_by(*_order(provider_waiting), provider_waiting.c.provider_id)
    )
    found = (await conn.execute(query.limit(limit))).mappings()
    return [_row(each, provider_id=each["provider_id"]) for each in found]


def _shown(of: Table) -> tuple[Column[Any], ...]:
    return of.c.kind, of.c.roles, of.c.due_on, of.c.since


def _for(of: Table, roles: Collection[Role], person_id: UUID) -> ColumnElement[bool]:
    return and_(of.c.roles.overlap(sorted(roles)), of.c.not_by.is_distinct_from(person_id))


def _order(of: Table) -> tuple[ColumnElement[Any], ...]:
    """By the day it is due, and what has none after what has."""
    return of.c.due_on.asc().nulls_last(), of.c.since.asc().nulls_last()


def _row(found: RowMapping, **about: Any) -> WaitingRow:
    return WaitingRow(
        kind=found["kind"], roles=frozenset(found["roles"]), due_on=found["due_on"], since=found["since"], **about
    )
