"""Who works for the reader's organisation and what they have in hand, for those who assign cases."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from domain.placement.record.assigning import CASE_HOLDERS, AssignCase
from domain.placement.steps import STEPS
from infra.identity import people
from infra.identity.people import RegisteredPerson, StaffCursor
from infra.identity.tokens import Person
from services.application import authorisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """A member of staff, and how many open placements of the organisation they look after."""

    person: RegisteredPerson
    open_placements: int

    @property
    def holds_cases(self) -> bool:
        """A case can be assigned to them."""
        return not CASE_HOLDERS.isdisjoint(self.person.roles)

    @property
    def place(self) -> StaffCursor:
        return self.person.name or "", self.person.id


def organisation_of(person: Person) -> str:
    """Whose staff this person is shown. Raises NotAllowed: none of their roles assigns cases."""
    assigns = STEPS[AssignCase].people
    standing = authorisation.acting(
        person, authorisation.sights(person), assigns, "Staff and their work are shown to those who assign cases."
    )
    return str(standing.organisation)


async def colleagues(
    conn: asyncpg.Connection, org: str, *, after: StaffCursor | None = None, limit: int = 200
) -> Sequence[Colleague]:
    """A page of an organisation's staff, by name."""
    found = await people.staff_of(conn, org, after=after, limit=limit)
    work = await people.workload(conn, org, [each.id for each in found])
    return [Colleague(person=each, open_placements=work.get(each.id, 0)) for each in found]
