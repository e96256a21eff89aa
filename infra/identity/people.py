"""The register of people: who has signed in, for which organisation, under which name and roles.

A name in clear, as staff sign what they do. A parent's or a pupil's name is not kept here: it belongs under the pupil's
key. Rows are written beside the request, never in its way.
"""

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Final
from uuid import UUID

import asyncpg
import structlog
from cachetools import TTLCache
from sqlalchemy import Column, DateTime, Index, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.access.roles import RIGHTS, claimed, organisation
from events.codes import Role
from infra.identity.tokens import Person
from infra.postgres.db import metadata, transaction

person = Table(
    "person",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    # As in a token, or empty for somebody who signs in for no organisation.
    Column("org", Text, primary_key=True),
    Column("name", Text),
    Column("roles", ARRAY(Text), nullable=False),
    # When the token was issued that the name and the roles are from: an older one does not take them back.
    Column("claimed_at", DateTime(timezone=True), nullable=False),
    Column("first_seen_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("last_seen_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
)
Index("person_org_name_idx", person.c.org, person.c.name)
Index("person_last_seen_at_idx", person.c.last_seen_at)

SEEN_EVERY: Final = timedelta(minutes=5)
"""How often somebody who stays signed in is written again."""
NOT_SEEN_YEARS: Final = 7
"""How long a person stays who is not seen and is named by nothing that is kept."""
_NAME_MAX: Final = 200
_PEOPLE_MAX: Final = 10_000
_STAFF: Final = [role.value for role, rights in RIGHTS.items() if rights.works_for and role is not Role.INTEGRATION]

_log = structlog.stdlib.get_logger(__name__)

# In the order of the keys, so that two processes never wait for each other's rows.
_SEEN: Final = """
INSERT INTO person AS known (person_id, org, name, roles, claimed_at)
SELECT person_id, org, name, string_to_array(roles, ' '), claimed_at
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
    AS seen (person_id, org, name, roles, claimed_at)
ORDER BY person_id, org
ON CONFLICT (person_id, org) DO UPDATE SET
    name = CASE WHEN excluded.claimed_at >= known.claimed_at THEN excluded.name ELSE known.name END,
    roles = CASE WHEN excluded.claimed_at >= known.claimed_at THEN excluded.roles ELSE known.roles END,
    claimed_at = greatest(excluded.claimed_at, known.claimed_at),
    last_seen_at = clock_timestamp()
"""
_COLUMNS: Final = "person_id, org, name, roles, first_seen_at, last_seen_at"
_FIND: Final = f"SELECT {_COLUMNS} FROM person WHERE person_id = $1 AND org = $2"  # noqa: S608 - constants only
_FIND_MANY: Final = f"SELECT {_COLUMNS} FROM person WHERE person_id = ANY($1)"  # noqa: S608 - constants only
_STAFF_OF: Final = f"""
SELECT {_COLUMNS} FROM person
WHERE org = $1 AND roles && $2 AND ($3::text IS NULL OR (coalesce(name, ''), person_id) > ($3, $4))
ORDER BY coalesce(name, ''), person_id LIMIT $5
"""  # noqa: S608 - constants only
_WORKLOAD: Final = """
SELECT assigned_to, count(*) AS placements FROM placement
WHERE is_open AND assigned_to = ANY($1)
    AND (($2 = 'school' AND home_school_urn = $3) OR ($2 = 'la' AND la_code = $3))
GROUP BY assigned_to
"""
_UNSEEN: Final = """
SELECT person_id, org FROM person
WHERE last_seen_at < clock_timestamp() - make_interval(years => $1)
    AND NOT EXISTS (SELECT FROM placement WHERE assigned_to = person.person_id)
    AND NOT EXISTS (SELECT FROM access_log WHERE access_log.person_id = person.person_id)
ORDER BY last_seen_at LIMIT 100
"""
# Each command's row is kept with the record, and says who gave it.
_NAMED: Final = "SELECT DISTINCT actor::jsonb ->> 'id' AS id FROM command WHERE actor::jsonb ->> 'id' = ANY($1)"
_FORGET: Final = """
DELETE FROM person WHERE person_id = ANY($1) AND last_seen_at < clock_timestamp() - make_interval(years => $2)
"""


StaffCursor = tuple[str, UUID]
"""The name, or nothing, and the id of the last one of a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredPerson:
    """A person as the register knows them for one organisation; `org` is empty for who signs in for none."""

    id: UUID
    org: str
    name: str | None = field(repr=False)
    roles: tuple[Role, ...]
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claims:
    """What a token says that the register keeps."""

    person_id: UUID
    org: str
    name: str | None = field(repr=False)
    roles: tuple[Role, ...]
    claimed_at: datetime = field(compare=False)

    @property
    def key(self) -> tuple[UUID, str]:
        return self.person_id, self.org


class PeopleRegister:
    """Takes note of who was seen. One for each process, on one event loop; `run` writes, beside the requests."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._written: TTLCache[tuple[UUID, str], _Claims] = TTLCache(
            _PEOPLE_MAX, SEEN_EVERY.total_seconds(), timer=monotonic
        )
        self._waiting: dict[tuple[UUID, str], _Claims] = {}
        self._came = asyncio.Event()
        self._writing = asyncio.Lock()

    def note(self, seen: Person) -> None:
        """Whose token was verified. Costs nothing where the same was written a few minutes ago."""
        found = _claims(seen)
        known = self._waiting.get(found.key) or self._written.get(found.key)
        if known is not None and (known == found or found.claimed_at < known.claimed_at):
            return
        if len(self._waiting) < _PEOPLE_MAX:
            self._waiting[found.key] = found
            self._came.set()

    async def run(self) -> None:
        """Write whoever was seen, until cancelled. What cannot be written is written when they are seen again."""
        while True:
            await self._came.wait()
            try:
                await self.settle()
            except Exception as failed:  # noqa: BLE001 - a fault of the register never ends the process that runs it
                _log.warning("people_not_written", error_type=type(failed).__name__)

    async def settle(self) -> None:
        """Until everybody noted so far is in the register."""
        async with self._writing:
            self._came.clear()
            waiting, self._waiting = self._waiting, {}
            if not waiting:
                return
            async with transaction(self._engine) as conn:
                await _write(conn, waiting.values())
            self._written.update(waiting)


async def _write(conn: asyncpg.Connection, seen: Iterable[_Claims]) -> None:
    rows = list(seen)
    await conn.execute(
        _SEEN,
        [each.person_id for each in rows],
        [each.org for each in rows],
        [each.name for each in rows],
        [" ".join(role.value for role in each.roles) for each in rows],
        [each.claimed_at for each in rows],
    )


async def register(conn: asyncpg.Connection, people: Iterable[Person]) -> None:
    """Put people in the register who are known before they sign in, and leave those that are in it as they are."""
    claims = [_claims(each) for each in people]
    known = await find_many(conn, [each.person_id for each in claims])
    await _write(conn, [each for each in claims if each.key not in known])


async def find(conn: asyncpg.Connection, person_id: UUID, org: str | None) -> RegisteredPerson | None:
    """A person as they sign in for an organisation."""
    row = await conn.fetchrow(_FIND, person_id, org or "")
    return None if row is None else _registered(row)


async def find_many(conn: asyncpg.Connection, person_ids: Collection[UUID]) -> dict[tuple[UUID, str], RegisteredPerson]:
    """The people of these ids, for each organisation that they sign in for."""
    if not person_ids:
        return {}
    found = [_registered(row) for row in await conn.fetch(_FIND_MANY, list(person_ids))]
    return {(each.id, each.org): each for each in found}


async def staff_of(
    conn: asyncpg.Connection, org: str, *, after: StaffCursor | None = None, limit: int = 200
) -> list[RegisteredPerson]:
    """A page of who works for an organisation, by name; systems, parents and pupils left out."""
    name, person_id = after or (None, None)
    return [_registered(row) for row in await conn.fetch(_STAFF_OF, org, _STAFF, name, person_id, limit)]


async def workload(conn: asyncpg.Connection, org: str, person_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many open placements of the organisation each of these people looks after."""
    kind, _, name = org.partition(":")
    rows = await conn.fetch(_WORKLOAD, list(person_ids), kind, name)
    return {row["assigned_to"]: row["placements"] for row in rows}


async def forget_unseen(conn: asyncpg.Connection) -> int:
    """Take out who was not seen for years and is named by nothing that is kept; returns how many rows those were.

    All commands are read where there is anybody to take out, which is seldom.
    """
    unseen = {row["person_id"] for row in await conn.fetch(_UNSEEN, NOT_SEEN_YEARS)}
    if not unseen:
        return 0
    named = {UUID(row["id"]) for row in await conn.fetch(_NAMED, [str(each) for each in unseen])}
    done = await conn.execute(_FORGET, sorted(unseen - named), NOT_SEEN_YEARS)
    return int(done.rpartition(" ")[2])


def _claims(seen: Person) -> _Claims:
    roles, org = claimed(seen.roles), organisation(seen.org)
    works = any(RIGHTS[role].works_for for role in roles)
    now = datetime.now(UTC)
    return _Claims(
        person_id=seen.id,
        org="" if org is None else str(org),
        name=_name(seen.name) if works else None,
        roles=roles,
        claimed_at=now if seen.issued_at is None else min(seen.issued_at, now),
    )


def _name(stated: str | None) -> str | None:
    """On one line, without what no database takes; None where nothing is left."""
    shown = "".join(each if each.isprintable() else " " for each in stated or "")
    return " ".join(shown.split())[:_NAME_MAX] or None


def _registered(row: asyncpg.Record) -> RegisteredPerson:
    return RegisteredPerson(
        id=row["person_id"],
        org=row["org"],
        name=row["name"],
        # A later release may have written roles that this one does not know.
        roles=claimed(row["roles"]),
        first_seen_at=row["first_seen_at"],
        last_seen_at=row["last_seen_at"],
    )
