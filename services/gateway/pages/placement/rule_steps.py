"""Which steps meet which deadline, in their order."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from events.codes import Role, RuleId

_HELD: Final = ("schedule-review", "invite-to-review", "hold-review", "decide-review")
BY_RULE: Final[Mapping[RuleId, tuple[str, ...]]] = MappingProxyType(
    {
        RuleId.T1: ("give-notice",),
        RuleId.T2: ("schedule-review", "invite-to-review"),
        RuleId.T3: ("notify-outcome",),
        RuleId.T4: _HELD,
        RuleId.T5: _HELD,
        RuleId.T6: (*_HELD, "end-placement"),
        RuleId.PLAN: _HELD,
        RuleId.SAFEGUARDING: _HELD,
        RuleId.DECISION: ("decide-review",),
        RuleId.PERIOD: ("decide-review", "end-placement"),
        RuleId.ANSWER: ("grant-review-request",),
        RuleId.CONCERN: ("answer-safeguarding-concern",),
        RuleId.LETTER: ("record-communication",),
        RuleId.REINTEGRATION: ("plan-reintegration",),
        RuleId.DESTINATION: ("end-placement",),
        RuleId.T7: ("start-placement",),
        RuleId.T8: ("give-notice",),
        RuleId.T12: ("record-annual-review",),
        RuleId.PLAN_COUNCIL: ("notify-la-of-plan",),
        RuleId.SECTION_F: ("record-plan-delivery",),
        RuleId.VIRTUAL_SCHOOL: ("record-consultation",),
        RuleId.OVERTAKEN: ("record-overtaken-duty-dealt-with",),
        RuleId.TRANSITION: ("record-transition-dealt-with",),
        RuleId.T14: ("evaluate",),
        RuleId.PROVIDER: ("record-provider-review",),
        RuleId.T13: ("record-communication",),
        RuleId.T15: ("set-attendance-pattern",),
        RuleId.T18: _HELD,
        RuleId.T18_SESSIONS: _HELD,
        RuleId.T19: _HELD,
        RuleId.T16: ("confirm-erasure",),
        RuleId.T17: ("record-subject-access-answer",),
        RuleId.COMPLAINT: ("acknowledge-data-protection-complaint",),
        RuleId.TOLD: ("record-communication",),
        RuleId.TRANSPORT: ("arrange-transport",),
        RuleId.MEALS: ("arrange-meals",),
    }
)
"""The steps that meet a deadline of a placement, in their order."""


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
"""What is met on the page of a week of the register."""
OF_PROVIDER: Final = frozenset({RuleId.T11, RuleId.QA_VISIT})
"""Met on the provider's own record, and never due on a placement."""
