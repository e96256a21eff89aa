"""What is due about providers, by the school or council whose it is. Written in the transaction that moves one."""

from typing import Any, Final

from sqlalchemy import Column, Index, Integer, Table, Text, Uuid

from domain.provider.deadlines import deadlines
from domain.provider.state import Provider
from infra.postgres.db import metadata
from infra.projections.derived import RowsOfSource
from infra.projections.due_columns import due_columns, due_values

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


PART: Final = RowsOfSource(table=provider_deadline)
