"""Every command that may be given over HTTP, derived from the domain's tables: nothing is listed by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import TypeAdapter

from domain.attendance.steps import STEPS as ATTENDANCE
from domain.placement.steps import STEPS as PLACEMENT
from domain.provider.steps import STEPS as PROVIDER
from domain.pupil.steps import STEPS as PUPIL
from domain.school.steps import STEPS as SCHOOL
from domain.shared.step import AnyStep

Family = Literal["placement", "provider", "school", "attendance", "pupil"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """One command: the row that the rules have of it, and how its body is read."""

    family: Family
    step: AnyStep
    adapter: TypeAdapter[Any] = field(repr=False)

    @property
    def kind(self) -> str:
        """Its name in URLs."""
        return self.step.name

    @property
    def type(self) -> type:
        return self.step.command

    @property
    def summary(self) -> str:
        return self.step.summary


def _specs(family: Family, steps: Mapping[type, AnyStep]) -> dict[str, CommandSpec]:
    return {
        step.name: CommandSpec(family=family, step=step, adapter=TypeAdapter(command))
        for command, step in steps.items()
        if step.is_for_people  # the system's own commands have no address
    }


DRAFT_REFERRAL = next(step.name for step in PLACEMENT.values() if step.begins)
SPECS: Mapping[Family, Mapping[str, CommandSpec]] = {
    "placement": _specs("placement", PLACEMENT),
    "provider": _specs("provider", PROVIDER),
    "school": _specs("school", SCHOOL),
    "attendance": _specs("attendance", ATTENDANCE),
    "pupil": _specs("pupil", PUPIL),
}
