"""Searches for placements, kept so that a link names a search and no child: who searched, when, and by what kind.

What was searched for is sealed, bound to the person, and goes after an hour. The row stays, as the log of searches.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy import Column, DateTime, Index, LargeBinary, Table, Text, Uuid, text

from infra.encryption import vault
from infra.encryption.keys import DataKey
from infra.identity.read_log import Lately
from infra.identity.tokens import Person
from infra.ids import uuid7
from infra.postgres.db import metadata

placement_search = Table(
    "placement_search",
    metadata,
    Column("search_id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("org", Text),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("kind", Text, nullable=False),
    Column("sealed", LargeBinary),
)
Index("placement_search_person_id_made_at_idx", placement_search.c.person_id, placement_search.c.made_at)
Index("placement_search_sealed_idx", placement_search.c.made_at, postgresql_where=text("sealed IS NOT NULL"))


class SearchedBy(StrEnum):
    NAME = "name"
    UPN = "upn"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    kind: SearchedBy
    typed: str


_LATELY: Final = """
SELECT count(*) AS count, extract(epoch FROM min(made_at) + interval '1 hour' - clock_timestamp())::int AS seconds
FROM placement_search WHERE person_id = $1 AND made_at > clock_timestamp() - interval '1 hour'
"""
_KEEP: Final = "INSERT INTO placement_search (search_id, person_id, org, kind, sealed) VALUES ($1, $2, $3, $4, $5)"
_FIND: Final = """
SELECT kind, sealed FROM placement_search
WHERE search_id = $1 AND person_id = $2 AND sealed IS NOT NULL AND made_at > clock_timestamp() - interval '1 hour'
"""
_FORGET: Final = """
UPDATE placement_search SET sealed = NULL
WHERE sealed IS NOT NULL AND made_at <= clock_timestamp() - interval '1 hour'
"""


async def made_lately(conn: asyncpg.Connection, person: Person) -> Lately:
    """How many searches this person made in an hour; `hold_of_reader` keeps it true."""
    row = await conn.fetchrow(_LATELY, person.id)
    assert row is not None, "a count has a row"
    return Lately(count=row["count"], seconds=row["seconds"] or 0)


async def keep(conn: asyncpg.Connection, key: DataKey, person: Person, search: Search) -> UUID:
    """The id by which the search is asked for; it says nothing of what was typed."""
    search_id = uuid7()
    sealed = vault.seal_search(key, search_id=search_id, person_id=person.id, clear=search.typed.encode())
    await conn.execute(_KEEP, search_id, person.id, person.org, search.kind.value, sealed)
    return search_id


async def find(conn: asyncpg.Connection, key: DataKey, person: Person, search_id: UUID) -> Search | None:
    """None where it is another person's, or its time is over."""
    row = await conn.fetchrow(_FIND, search_id, person.id)
    if row is None:
        return None
    clear = vault.open_search(key, search_id=search_id, person_id=person.id, sealed=row["sealed"])
    return Search(kind=SearchedBy(row["kind"]), typed=clear.decode())


async def forget_old(conn: asyncpg.Connection) -> None:
    """What was searched for more than an hour ago."""
    await conn.execute(_FORGET)
