"""Every command that may be given over HTTP, derived from the domain's tables: nothing is listed by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import TypeAdapter

from domain.attendance.decide import ALLOWED as ATTENDANCE
from domain.placement.referral.referral import DraftReferral
from domain.placement.steps import STEPS
from domain.provider.decide import ALLOWED as PROVIDER
from domain.pupil.decide import ALLOWED as PUPIL
from domain.school.decide import ALLOWED as SCHOOL
from domain.shared.commands import Allowed, kebab, summary
from events.codes import Role

Family = Literal["placement", "provider", "school", "attendance", "pupil"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """One command: its name in URLs, its type, who may give it, when, and how its body is read."""

    family: Family
    kind: str
    type: type
    allowed: Allowed[Any]
    summary: str
    adapter: TypeAdapter[Any] = field(repr=False)


def _specs(family: Family, table: Mapping[Any, Allowed[Any]]) -> dict[str, CommandSpec]:
    return {
        kebab(command): CommandSpec(
            family=family,
            kind=kebab(command),
            type=command,
            allowed=allowed,
            summary=summary(command),
            adapter=TypeAdapter(command),
        )
        for command, allowed in table.items()
        if allowed.roles != {Role.SYSTEM}  # the system's own commands have no address
    }


DRAFT_REFERRAL = kebab(DraftReferral)
_PLACEMENT = {each: Allowed(stages=frozenset(step.stages), roles=frozenset(step.by)) for each, step in STEPS.items()}
SPECS: Mapping[Family, Mapping[str, CommandSpec]] = {
    "placement": _specs("placement", _PLACEMENT),
    "provider": _specs("provider", PROVIDER),
    "school": _specs("school", SCHOOL),
    "attendance": _specs("attendance", ATTENDANCE),
    "pupil": _specs("pupil", PUPIL),
}
