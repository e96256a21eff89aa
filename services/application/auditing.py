"""Who checks on the service, and of which placements: an auditor of all, an officer of their organisation's."""

from dataclasses import dataclass, replace
from uuid import UUID

import asyncpg

from domain.access.roles import RIGHTS
from infra.identity.tokens import Person
from infra.projections import placements
from infra.projections.placements import PlacementRow
from infra.projections.visibility import Everything, Visibility, sees
from services.application import authorisation

AUDITS = frozenset(role for role, rights in RIGHTS.items() if rights.audits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Somebody who audits. A restriction keeps no placement of theirs from them: they see no names of children."""

    person: Person
    scope: Visibility

    @property
    def everything(self) -> bool:
        return isinstance(self.scope, Everything)

    async def placement(self, conn: asyncpg.Connection, placement_id: UUID) -> PlacementRow | None:
        """The placement's row; None where there is none, or none of theirs."""
        row = await placements.find(conn, placement_id)
        return row if row is not None and sees(self.scope, replace(row, readers=None)) else None


def audit(person: Person) -> Audit:
    """Raises NotAllowed: none of the person's roles audits."""
    sights = authorisation.sights(person)
    authorisation.acting(person, sights, AUDITS, "This is for those who check on the service.")
    auditing = sights.held_by(AUDITS)
    return Audit(person=person, scope=auditing.visibility)


def require_everything(found: Audit) -> None:
    """Raises NotAllowed: what is asked for is of the whole record."""
    if not found.everything:
        words = "This is of the whole record. Name a placement, or have an auditor ask for it."
        raise authorisation.NotAllowed(authorisation.Refusal.ROLE, words)
