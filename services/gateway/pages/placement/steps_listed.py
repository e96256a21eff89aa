"""The steps of a placement as its page of tasks lists them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from domain.placement.steps import COMMANDS, STEPS
from events.codes import Role
from services.gateway.pages.placement.next_steps import StepStatus, statuses, turn_of
from services.gateway.pages.placement.opening import OpenPlacement
from services.gateway.pages.placement.overview import people
from services.gateway.pages.placement.step_table import PARTS
from services.gateway.pages.web.parts import Tag, Task


@dataclass(frozen=True, slots=True)
class TaskGroup:
    title: str
    tasks: Sequence[Task]


def groups(placement: OpenPlacement) -> Sequence[TaskGroup]:
    """By the part of the placement's life that they belong to. A provider sees its own steps."""
    found = list(statuses(placement.state))
    if not placement.whole:
        own = {"make-provider-offer"} if not placement.taught else None
        found = [
            each
            for each in found
            if Role.PROVIDER_USER in each.step.people and (own is None or each.step.command in own)
        ]
    by_part = {part: [_task(placement, each) for each in found if each.step.part == part] for part in PARTS}
    return [TaskGroup(part, tasks) for part, tasks in by_part.items() if tasks]


def _task(placement: OpenPlacement, status: StepStatus) -> Task:
    step = status.step
    if status.done:
        return Task(step.text, "Done")
    if status.why_not:
        return Task(step.text, "Cannot start yet", hint=status.why_not)
    if placement.erased:
        return Task(step.text, "Not possible", hint="The pupil's personal data has been erased.")
    turn = turn_of(step.command, placement.state, placement.doer)
    if not turn.theirs:
        who = f"a second person, the {people(turn.people)}" if turn.second else f"the {people(turn.people)}"
        return Task(step.text, "For somebody else", hint=f"This is for {who}.")
    tag = Tag("To do", "blue") if step.must else Tag("If needed", "grey")
    return Task(step.text, tag, href=f"{placement.href}/do/{step.command}")


_ADDED_BY: Final = {
    "add-note": "Add a note",
    "log-contact": "Log a contact",
    "record-visit": "Record a visit",
    "record-communication": "Record what people were told",
}


def offered(placement: OpenPlacement, commands: Iterable[str]) -> list[tuple[str, str]]:
    """Of these commands, those that this person may give now: the words and the address of each."""
    found = []
    for command in commands:
        step = STEPS[COMMANDS[command]]
        if placement.state.stage in step.stages and placement.seen.held_by(step.people):
            found.append((_ADDED_BY[command], f"{placement.href}/do/{command}"))
    return found
