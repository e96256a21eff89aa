"""Whose case it is: somebody of the own organisation who works on cases."""

from domain.placement.facts import Assignee, Facts
from domain.placement.guards import not_future
from domain.placement.state import Placement
from domain.placement.step import STAFF, Named
from domain.shared.errors import Rejected, refuse
from events.definition import asked, value
from events.ids import CommandId, PersonId
from events.placement.record import CaseAssigned

CASE_HOLDERS = STAFF
"""The roles of which a person needs one to have a case."""


@value
class AssignCase:
    """Assign the case to the person who looks after it from now on."""

    assigned_to: PersonId = asked("Who looks after the case?")
    reason: str | None = asked("Note for the new case worker", default=None)


class AlreadyAssigned(Rejected):
    """A case is assigned again only when someone else takes it over."""

    code = "already_assigned"
    title = "That person already has the case"


class AssigneeUnknown(Rejected):
    """A case is assigned to somebody of the organisation that assigns it: to one who has signed in for it before."""

    code = "assignee_unknown"
    title = "Nobody of your organisation has this id"


class AssigneeHoldsNoCases(Rejected):
    """A case is assigned to somebody whose role works on cases, who can then do what falls due in it."""

    code = "assignee_holds_no_cases"
    title = "This person's role does not work on cases"


def names(_state: Placement, command: AssignCase, _command_id: CommandId) -> Named:
    return Named(assignee=command.assigned_to)


def sound_assignment(event: CaseAssigned, _state: Placement, facts: Facts) -> list[Rejected | None]:
    return [not_future(event.assigned_on, facts.today, "/assigned_on")]


def assign(state: Placement, command: AssignCase, facts: Facts) -> tuple[CaseAssigned, ...]:
    refuse(
        AlreadyAssigned("Name another person.", pointer="/assigned_to")
        if command.assigned_to == state.around.assigned_to
        else _unfit(facts.assignee)
    )
    return (CaseAssigned(assigned_on=facts.today, assigned_to=command.assigned_to, reason=command.reason),)


def _unfit(assignee: Assignee | None) -> Rejected | None:
    if assignee is None:
        words = "Choose somebody who has signed in for your organisation. Somebody new signs in once first."
        return AssigneeUnknown(words, pointer="/assigned_to")
    if CASE_HOLDERS.isdisjoint(assignee.roles):
        return AssigneeHoldsNoCases("Choose somebody who works on cases.", pointer="/assigned_to")
    return None
