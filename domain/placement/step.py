"""The row of a placement's command, and the stages and people that many rows name."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Generic

from domain.placement.facts import Facts, Need
from domain.placement.stages import DECIDED, IN_FORCE, TERMINAL, Stage
from domain.placement.state import Placement
from domain.placement.warnings import PlacementWarningFinder
from domain.shared.step import Command, Step
from events.codes import CommissionerKind, Role
from events.ids import CommandId, EventId, PersonId, ProviderId, PupilId, Urn
from events.placement.union import PlacementEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """Who is given which UPN, at which school, commissioned by whom."""

    pupil_id: PupilId
    number: str
    school_urn: Urn
    commissioner: CommissionerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a command names that its placement does not have, or not yet: the facts are gathered of these."""

    school_urn: Urn | None = None
    provider_id: ProviderId | None = None
    pupil_id: PupilId | None = None
    numbered: Numbered | None = None
    assignee: PersonId | None = None


def _nothing(_state: Placement, _command: object, _command_id: CommandId) -> Named:
    return Named()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementStep(Step[Command, Placement, Facts, PlacementEvent, Stage], Generic[Command]):
    """One command of a placement.

    `needs` are the facts that its rule asks for, or a function that says so of one command and the events so far.
    `names` says what the command names. `leads_to` is the stage that it moves the placement to, from every other one of
    its `stages`. `of_the_plan`: it may be given by the council that maintains the pupil's EHC plan, where that is not
    the school's. `judged`: what it shows of the duties is judged after it. Time judges by itself, and a document shows
    nothing.
    """

    needs: AbstractSet[Need] | Callable[[Command, Mapping[EventId, Any]], AbstractSet[Need]] = frozenset()
    names: Callable[[Placement, Command, CommandId], Named] = _nothing
    leads_to: Stage | None = None
    of_the_plan: bool = False
    warns: tuple[PlacementWarningFinder, ...] = ()
    judged: bool = True

    @property
    def begins(self) -> bool:
        """The placement begins with it."""
        return self.stages == {Stage.NEW}

    def needed(self, command: Command, history: Mapping[EventId, Any]) -> AbstractSet[Need]:
        """The facts that the rule asks for to decide this command, of a placement with this history."""
        return self.needs(command, history) if callable(self.needs) else self.needs


WORKER = frozenset({Role.CASE_WORKER})
LEADERS = frozenset({Role.CASE_WORKER, Role.HEAD})
BODY = frozenset({Role.HEAD, Role.BODY_DELEGATE})
PROTECTORS = frozenset({Role.HEAD, Role.DSL, Role.LA_OFFICER})
KEEPERS = frozenset({Role.CASE_WORKER, Role.HEAD, Role.DSL})
STAFF = LEADERS | {Role.DSL, Role.LA_OFFICER, Role.SEND_OFFICER, Role.VIRTUAL_SCHOOL, Role.SOCIAL_WORKER}
SYSTEM = frozenset({Role.SYSTEM})

UNDECIDED = frozenset({Stage.REFERRED, Stage.SCREENING, Stage.AWAITING_DECISION})
PROPOSED = frozenset({Stage.SCREENING, Stage.AWAITING_DECISION})
NOT_STARTED = UNDECIDED | DECIDED | {Stage.DRAFT}
UNTIL_END = UNDECIDED | IN_FORCE
KNOWN = frozenset(Stage) - {Stage.NEW}
GOING = KNOWN - TERMINAL
