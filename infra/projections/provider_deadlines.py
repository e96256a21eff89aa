"""What is due about providers, by the school or council whose it is. Follows the record by subscription."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Integer, Table, Text, Uuid
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.provider.deadlines import deadlines
from domain.provider.state import Provider
from events.ids import ProviderId
from infra.event_store.types import StoredEvent
from infra.postgres.db import metadata, raw
from infra.projections.derived import write_anew
from infra.projections.due_columns import due_columns, due_values
from infra.streams.placement_streams import PlacementStreams
from infra.streams.reference import Reference
from infra.subscriptions.subscription import Apply

NAME = "provider-deadlines"

provider_deadline = Table(
    "provider_deadline",
    metadata,
    Column("provider_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    *due_columns(),
    # The school or council whose it is, as an actor's organisation is written.
    Column("org_id", Text, nullable=False),
)
Index(
    "provider_deadline_list_idx",
    *(provider_deadline.c[name] for name in ("org_id", "gravity", "due_on", "provider_id", "number")),
)


def rows(state: Provider) -> list[dict[str, Any]]:
    """What is due about a provider, numbered by date."""
    return [
        {**due_values(each), "number": number, "org_id": each.org_id} for number, each in enumerate(deadlines(state))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderReadModel:
    """A table whose rows follow from one provider's stream alone."""

    name: str
    table: Table

    def follower(self, reference: Reference, _streams: PlacementStreams) -> Apply:
        """Brings the rows of every provider that a batch touches up to date."""

        async def apply(conn: AsyncConnection, events: Sequence[StoredEvent]) -> None:
            touched = sorted(_touched(events))
            if not touched:
                return
            driver = await raw(conn)
            made: list[dict[str, Any]] = []
            for provider_id in touched:
                _, state = await reference.current(driver, None, ProviderId(provider_id))
                assert state is not None, "its stream has an event"
                made += [{"provider_id": provider_id, **row} for row in rows(state)]
            await write_anew(conn, self.table.c.provider_id, touched, made)

        return apply


def _touched(events: Iterable[StoredEvent]) -> set[UUID]:
    streams = (event.stream_id.partition("-") for event in events)
    return {UUID(name) for kind, _, name in streams if kind == "provider"}


MODEL = ProviderReadModel(name=NAME, table=provider_deadline)
