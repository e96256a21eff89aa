"""What is done on a placement, what can be done now, and what comes next for whom.

This says what to do next and never decides: whether a step may be given is the rules' own answer on its page.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.attendance.state import week_of
from domain.law.origins import RuleOrigin
from domain.law.rules import RULES
from domain.placement.stages import DECIDED, RUNNING, TERMINAL, Stage
from domain.placement.state import Placement
from domain.placement.steps import COMMANDS, STEPS
from domain.placement.time.deadlines import Deadline
from events.codes import Role
from services.gateway.pages.placement.rule_steps import BY_RULE, REGISTER
from services.gateway.pages.placement.step_table import STEPS_IN_ORDER, NextStep

MayGive = Callable[[Collection[Role]], bool]
_BY_COMMAND: Final = {each.command: each for each in STEPS_IN_ORDER}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStatus:
    """A step on one placement. `why_not` says what it waits for; it is done or can be done now where that is empty."""

    step: NextStep
    done: bool
    why_not: str

    @property
    def open(self) -> bool:
        return not self.done and not self.why_not


def statuses(state: Placement) -> Iterator[StepStatus]:
    """Every step that belongs to the placement as it is, in order. One whose time is past unused is left out."""
    for step in STEPS_IN_ORDER:
        if not step.applies(state):
            continue
        done = step.done(state)
        if not done and _is_past(step, state.stage):
            continue
        can = state.stage in step.stages and step.ready(state)
        why_not = "" if done or can else step.waits_for or "Another step comes first."
        yield StepStatus(step=step, done=done, why_not=why_not)


_PROGRESS: Final = (
    *(Stage.NEW, Stage.DRAFT, Stage.REFERRED, Stage.SCREENING, Stage.AWAITING_DECISION),
    *(*(stage for stage in Stage if stage in DECIDED), *(stage for stage in Stage if stage in RUNNING)),
    *(Stage.ENDED, Stage.CLOSED),
)


def _is_past(step: NextStep, stage: Stage) -> bool:
    if stage in TERMINAL:
        return stage not in step.stages
    return stage not in step.stages and all(
        _PROGRESS.index(each) < _PROGRESS.index(stage) for each in step.stages if each in _PROGRESS
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAction:
    """The one thing to do next. `address` follows the placement's own; `deadline`: what it is due by, if anything."""

    address: str
    text: str
    people: frozenset[Role]
    deadline: Deadline | None = None


def next_action(state: Placement, due: Sequence[Deadline], may: MayGive) -> NextAction | None:
    """What comes first of what somebody `may` do: what has the earliest day, and then the steps in their order.

    A limit that is only proposed binds nobody, so it comes last.
    """
    open_now = {each.step.command: each.step for each in statuses(state) if each.open}
    for deadline in (each for each in due if not _is_proposed(each)):
        found = _meeting(deadline, state, open_now, may)
        if found is not None:
            return found
    step = next((each for each in open_now.values() if each.must and may(each.people)), None)
    if step is not None:
        return NextAction(address=f"do/{step.command}", text=step.text, people=step.people)
    return next(filter(None, (_meeting(each, state, open_now, may) for each in due if _is_proposed(each))), None)


def _is_proposed(deadline: Deadline) -> bool:
    return RULES[deadline.rule].mark is RuleOrigin.PROPOSED


def _meeting(deadline: Deadline, state: Placement, open_now: Mapping[str, NextStep], may: MayGive) -> NextAction | None:
    """The step that meets a deadline and can be done now."""
    register = REGISTER.get(deadline.rule)
    if register is not None:
        address = f"attendance/{week_of(deadline.due_on)}"
        action = NextAction(address=address, text=register.text, people=register.people, deadline=deadline)
        return action if may(register.people) else None
    for command in BY_RULE.get(deadline.rule, ()):
        step, allowed = _BY_COMMAND.get(command), STEPS[COMMANDS[command]]
        if (step is None or command in open_now) and state.stage in allowed.stages and may(allowed.people):
            text = RULES[deadline.rule].words if step is None else step.text
            return NextAction(address=f"do/{command}", text=text, people=allowed.people, deadline=deadline)
    return None
