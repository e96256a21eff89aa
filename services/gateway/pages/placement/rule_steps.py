"""Which steps of a placement meet which deadline, in their order, and what is met on the page of a register."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.placement.steps import STEPS as COMMAND_STEPS
from domain.work.deadline_steps import REVIEWS, STEPS, DeadlineStep, StepOn
from events.codes import Role, RuleId

_REVIEW: Final = ("schedule-review", "invite-to-review", "hold-review", "decide-review")
# One step before the one that the rule is done by, where that cannot be done yet.
_EARLIER: Final[Mapping[RuleId, tuple[str, ...]]] = {
    RuleId.T2: ("schedule-review",),
    RuleId.PERIOD: ("decide-review",),
}


def _commands(rule: RuleId, step: DeadlineStep) -> Iterator[str]:
    if rule in REVIEWS:
        yield from _REVIEW
        return
    yield from _EARLIER.get(rule, ())
    yield COMMAND_STEPS[step.command].name


BY_RULE: Final[Mapping[RuleId, tuple[str, ...]]] = MappingProxyType(
    {rule: tuple(_commands(rule, step)) for rule, step in STEPS.items() if step.on is StepOn.PLACEMENT}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterTask:
    text: str
    people: frozenset[Role]


REGISTER: Final[Mapping[RuleId, RegisterTask]] = MappingProxyType(
    {
        RuleId.T10: RegisterTask(text="Take the register", people=frozenset({Role.PROVIDER_USER})),
        RuleId.T9: RegisterTask(
            text="Find out the reason for the absence", people=frozenset({Role.CASE_WORKER, Role.HEAD, Role.DSL})
        ),
    }
)
