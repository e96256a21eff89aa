"""The access log as those read it who check on the service: who, what page, when and why. Its reading is logged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.access.names import OPERATOR_READS, ActorName, who
from domain.access.roles import RIGHTS
from events.codes import Role
from events.envelope import Actor, ActorKind
from infra.identity import people
from infra.identity.access_log import AccessCursor, AccessFilters, LoggedReading, readings
from infra.identity.people import RegisteredPerson
from infra.identity.read_log import OPERATOR, record_access
from infra.postgres.db import raw
from infra.projections import placements
from services.application.auditing import Audit

READ_AS = "access_log"

PAGES = {
    "record": "The record",
    "timeline": "The timeline",
    "deadlines": "What is due",
    "evidence": "The evidence",
    "documents": "The list of documents",
    "document": "A document",
    "full_record": "The full record as one document",
    "own_records": "The provider's own records",
    "attendance": "The register",
    "event": "One event",
    "today": "Today",
    "caseload": "The caseload, with what is sealed",
    "council_task": "A task of the council",
    "pupil": "The pupil's own record",
    "census_return": "A census return",
    "register_feed": "The return of registered pupils",
    "access_pack": "Everything about the pupil, to answer a request for access",
    READ_AS: "The access log",
    "diff": "What changed between two moments",
    "what_if": "The record under another reading of the rules",
    "export": "An export",
}
"""The pages that a reading can be of, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingShown:
    """One reading, with who it was and the page in words."""

    reading: LoggedReading
    by: ActorName
    page: str
    reference: str | None


async def page(
    conn: AsyncConnection,
    audit: Audit,
    asked: AccessFilters,
    *,
    why: str | None = None,
    after: AccessCursor | None = None,
    limit: int = 100,
) -> Sequence[ReadingShown]:
    """A page of the log, newest first. The reading of it is written first, in the same transaction."""
    driver = await raw(conn)
    await record_access(driver, audit.person, asked.placement_id, READ_AS, why, asked=_written(asked))
    found = await readings(conn, audit.scope, audit.person.org, asked, after=after, limit=limit)
    return await _named(driver, found)


async def _named(conn: asyncpg.Connection, found: Sequence[LoggedReading]) -> Sequence[ReadingShown]:
    known = await people.find_many(conn, {each.person_id for each in found})
    rows = await placements.find_many(conn, {each.placement_id for each in found if each.placement_id is not None})
    references: dict[UUID | None, str | None] = {placement_id: row.reference for placement_id, row in rows.items()}
    return [
        ReadingShown(
            reading=each,
            by=_who(each.person_id, each.org, known.get((each.person_id, each.org or ""))),
            page=PAGES.get(each.what, each.what.replace("_", " ").capitalize()),
            reference=references.get(each.placement_id),
        )
        for each in found
    ]


def _who(person_id: UUID, org: str | None, registered: RegisteredPerson | None) -> ActorName:
    if person_id == OPERATOR:
        return ActorName(words="Somebody at the command line")
    roles = () if registered is None else registered.roles
    # Who was never seen since the register is there is taken for staff: without a name it says no more than that.
    role = next((each for each in roles if RIGHTS[each].works_for), next(iter(roles), Role.CASE_WORKER))
    actor = Actor(kind=ActorKind.PERSON, id=person_id, role=role, org_id=org)
    return who(actor, None if registered is None else registered.name, OPERATOR_READS)


def _written(asked: AccessFilters) -> str:
    """What was asked for, in one line of names and values; never a child's name, as ids and times are all there is."""
    values: dict[str, UUID | datetime | None] = {
        "placement": asked.placement_id,
        "person": asked.person_id,
        "from": asked.since,
        "to": asked.until,
    }
    return " ".join(f"{name}={_text(value)}" for name, value in values.items() if value is not None) or "all"


def _text(value: UUID | datetime) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
