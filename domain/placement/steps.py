"""Every command of a placement, and what follows from one: the rows stand beside the rules of their phase."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.placement import councils
from domain.placement.agreement.steps import STEPS as AGREEMENT
from domain.placement.corrections.steps import STEPS as CORRECTIONS
from domain.placement.decision.steps import STEPS as DECISION
from domain.placement.ending.steps import STEPS as ENDING
from domain.placement.facts import Facts
from domain.placement.guards import RoleNotAllowed, WrongStage
from domain.placement.record.steps import STEPS as RECORD
from domain.placement.referral.steps import STEPS as REFERRAL
from domain.placement.reviews.steps import STEPS as REVIEWS
from domain.placement.running.steps import STEPS as RUN
from domain.placement.stages import Stage
from domain.placement.state import Placement
from domain.placement.step import PlacementStep
from domain.placement.time import late_records
from domain.placement.time.steps import STEPS as TIME
from domain.placement.warnings import AcceptedCommand
from domain.shared.errors import refuse
from domain.shared.step import by_name, table
from domain.warnings import CommandWarning
from events.codes import Role
from events.placement.union import PlacementEvent

_ROWS: tuple[PlacementStep[Any], ...] = (
    *(*REFERRAL, *DECISION, *AGREEMENT, *RUN, *REVIEWS),
    *(*ENDING, *RECORD, *CORRECTIONS, *TIME),
)

STEPS: Mapping[type, PlacementStep[Any]] = table(_ROWS)

COMMANDS = by_name(STEPS)


def in_words(stage: Stage) -> str:
    """`awaiting decision`."""
    return stage.value.replace("_", " ")


def wrong_stage(stage: Stage, command: type) -> WrongStage | None:
    """Why a command may not be given at a stage."""
    allowed = STEPS[command].stages
    if stage in allowed:
        return None
    wanted = [in_words(each) for each in Stage if each in allowed]
    return WrongStage(f"The placement is {in_words(stage)}. This needs it to be {' or '.join(wanted)}.")


def wrong_role(role: Role, command: type) -> RoleNotAllowed | None:
    """Why somebody in a role may not give a command."""
    step = STEPS[command]
    if role in step.by:
        return None
    people = step.people or step.by
    wanted = [each.value.replace("_", " ") for each in Role if each in people]
    return RoleNotAllowed(f"This is for: {', '.join(wanted)}.")


def decide(state: Placement, command: object, facts: Facts) -> tuple[PlacementEvent, ...]:
    """What follows from a command.

    Raises:
        Rejections: the command may not be given, with every reason.
    """
    step = STEPS[type(command)]
    refuse(wrong_role(facts.actor.role, step.command))
    refuse(wrong_stage(state.stage, step.command))
    refuse(councils.beyond_the_plan(step, facts))
    events = step.handle(state, command, facts)
    return late_records.with_verdicts(state, events, facts) if step.judged else events


def warnings(
    command: object, before: Placement, after: Placement, events: Iterable[PlacementEvent], facts: Facts
) -> tuple[CommandWarning, ...]:
    """Everything that the answer to an accepted command warns of."""
    one = AcceptedCommand(command=command, before=before, after=after, events=tuple(events), facts=facts)
    found = (warned for find in STEPS[type(command)].warns for warned in find(one))
    return tuple(each for each in found if each is not None)
