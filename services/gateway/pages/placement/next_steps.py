"""What is done on a placement, what can be done now, and what comes next for whom.

This says what to do next and never decides: whether a step may be given is the rules' own answer on its page.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from domain.attendance.state import week_of
from domain.law.origins import RuleOrigin
from domain.law.rules import RULES
from domain.placement.stages import DECIDED, RUNNING, TERMINAL, Stage
from domain.placement.state import Placement
from domain.placement.steps import COMMANDS, STEPS
from domain.placement.time.deadlines import Deadline
from domain.work.waits import WORDS, of_placement
from events.codes import Role
from services.gateway.pages.placement.rule_steps import BY_RULE, REGISTER
from services.gateway.pages.placement.step_table import STEPS_IN_ORDER, NextStep

MayGive = Callable[[Collection[Role]], bool]


@dataclass(frozen=True, slots=True)
class Doer:
    """Somebody who may do what is for certain roles. `person_id` tells a second person from the first."""

    may: MayGive
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether a step is this person's to take now, and the roles whose it is. `second`: another person has to."""

    theirs: bool
    people: frozenset[Role]
    second: bool = False


def turn_of(command: str, state: Placement, doer: Doer) -> Turn:
    """A step that waits for one side, or for a second person, is nobody else's."""
    kind = COMMANDS[command]
    waiting = [each for each in of_placement(state) if WORDS[each.kind].command is kind]
    if not waiting:
        return Turn(doer.may(STEPS[kind].people), STEPS[kind].people)
    allowed = [each for each in waiting if doer.may(each.roles)]
    people = frozenset[Role]().union(*(each.roles for each in waiting))
    theirs = any(each.not_by is None or each.not_by != doer.person_id for each in allowed)
    return Turn(theirs, people, second=bool(allowed) and not theirs)


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


def next_action(state: Placement, due: Sequence[Deadline], doer: Doer) -> NextAction | None:
    """What comes first of what somebody may do: what has the earliest day, and then the steps in their order.

    A limit that is only proposed binds nobody, so it comes last.
    """
    open_now = {each.step.command: each.step for each in statuses(state) if each.open}
    for deadline in (each for each in due if not _is_proposed(each)):
        found = _meeting(deadline, state, open_now, doer)
        if found is not None:
            return found
    for step in (each for each in open_now.values() if each.must):
        turn = turn_of(step.command, state, doer)
        if turn.theirs:
            return NextAction(address=f"do/{step.command}", text=step.text, people=turn.people)
    return next(filter(None, (_meeting(each, state, open_now, doer) for each in due if _is_proposed(each))), None)


def _is_proposed(deadline: Deadline) -> bool:
    return RULES[deadline.rule].mark is RuleOrigin.PROPOSED


def _meeting(deadline: Deadline, state: Placement, open_now: Mapping[str, NextStep], doer: Doer) -> NextAction | None:
    """The step that meets a deadline and can be done now."""
    register = REGISTER.get(deadline.rule)
    if register is not None:
        address = f"attendance/{week_of(deadline.due_on)}"
        action = NextAction(address=address, text=register.text, people=register.people, deadline=deadline)
        return action if doer.may(register.people) else None
    for command in BY_RULE.get(deadline.rule, ()):
        step, turn = _BY_COMMAND.get(command), turn_of(command, state, doer)
        if (step is None or command in open_now) and state.stage in STEPS[COMMANDS[command]].stages and turn.theirs:
            text = RULES[deadline.rule].words if step is None else step.text
            return NextAction(address=f"do/{command}", text=text, people=turn.people, deadline=deadline)
    return None
