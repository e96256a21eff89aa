"""Giving several cases to one person: a command for each, by the same way as each case's own form."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from domain.placement.record.assigning import AssignCase
from domain.shared.commands import kebab
from events.ids import derived_id
from infra import commands
from infra.identity.tokens import Person
from infra.postgres.db import connection
from services.application import references
from services.application.authorisation import NotAllowed
from services.application.submission import CommandIdReused
from services.gateway.commands.catalogue import SPECS
from services.gateway.http.problems import Problem
from services.gateway.http.runtime import Gateway
from services.gateway.pages.steps import targets

SPEC = SPECS["placement"][kebab(AssignCase)]
NOT_YOURS = "There is no such placement, or you may not see it."


@dataclass(frozen=True, slots=True)
class AssignmentSent:
    """One of the commands. It is of whatever version the case has: who looks after it does not depend on that."""

    sent_with: UUID
    placement_id: UUID
    body: bytes

    def command_id(self) -> UUID:
        """Each case has its own, which follows from the form's: what is sent twice is done once."""
        return command_id_of(self.sent_with, self.placement_id)

    def expected_versions(self) -> tuple[int, ...]:
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """What became of one case. `why` is why it was not assigned; `waits` that it is kept and not yet carried out."""

    reference: str
    why: str = ""
    waits: bool = False


def command_id_of(sent_with: UUID, placement_id: UUID) -> UUID:
    return derived_id(sent_with, f"assign/{placement_id}")


async def assign(
    gateway: Gateway, person: Person, sent_with: UUID, cases: Sequence[str], *, to: UUID, note: str
) -> dict[str, str]:
    """Assign each of these cases, given by their references; why not, of those that could not even be sent."""
    body = msgspec.json.encode({"assigned_to": str(to)} | ({"reason": note} if note else {}))
    return {each: why for each in cases if (why := await _one(gateway, person, sent_with, each, body)) is not None}


async def _one(gateway: Gateway, person: Person, sent_with: UUID, case: str, body: bytes) -> str | None:
    """Why it was not sent. What was sent is answered by its row."""
    placement_id = await _case(gateway, case)
    if placement_id is None:
        return NOT_YOURS
    try:
        target = await targets.placement(gateway, person, placement_id)
        await target.give(SPEC, AssignmentSent(sent_with, placement_id, body))
    except CommandIdReused:
        return "This form was sent before with something else. Open the page again."
    except NotAllowed as refused:
        return refused.detail
    except Problem as problem:
        return NOT_YOURS if problem.kind.code == "not_found" else problem.detail
    return None


async def _case(gateway: Gateway, case: str) -> UUID | None:
    try:
        async with connection(gateway.engine) as conn:
            return await references.placement_of(conn, case)
    except ValueError:
        return None


async def became(gateway: Gateway, sent_with: UUID, cases: Sequence[str], person: Person) -> list[Assigned]:
    """What became of each case of a form that this person sent."""
    found = []
    for case in cases:
        placement_id = await _case(gateway, case)
        row = None
        if placement_id is not None:
            async with connection(gateway.engine) as conn:
                row = await commands.find(conn, command_id_of(sent_with, placement_id))
        found.append(_became(case, row, person))
    return found


def _became(case: str, row: commands.CommandRow | None, person: Person) -> Assigned:
    if row is None or msgspec.json.decode(row.actor)["id"] != str(person.id):
        return Assigned(reference=case, why="It was not sent.")
    if row.status == "refused":
        reasons = msgspec.json.decode(row.answer or "{}").get("reasons", ())
        return Assigned(reference=case, why=" ".join(each["detail"] for each in reasons) or "It was refused.")
    return Assigned(reference=case, waits=row.status != "accepted")
