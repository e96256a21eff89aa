"""What an officer may do of a council that is not the home school's: it maintains the pupil's EHC plan, and no more."""

from datetime import date
from typing import Any

from domain.access.roles import OrgKind, organisation
from domain.placement.facts import Facts
from domain.placement.state import Placement
from domain.placement.step import PlacementStep
from domain.shared.errors import Rejected


class AnotherCouncilsPlacement(Rejected):
    """The council that maintains an EHC plan may ask for a review, give its views and record what concerns the plan.

    Everything else is for the council of the home school.
    """

    code = "another_councils_placement"
    title = "This is for the council of the home school"
    legal_refs = ("SI 2010/1156 reg 4A",)


def beyond_the_plan(step: PlacementStep[Any], facts: Facts) -> AnotherCouncilsPlacement | None:
    """Why an officer of another council may not give a command."""
    council = organisation(facts.actor.org_id)
    if council is None or council.kind is not OrgKind.LA or facts.school is None or step.of_the_plan:
        return None
    if facts.school.la_code in {None, council.name}:
        return None
    return AnotherCouncilsPlacement("Your council maintains the EHC plan, and is not that of the home school.")


def seeing(state: Placement) -> frozenset[str]:
    """The councils that see a placement beside that of its school. Nobody does for the plan of an erased pupil."""
    if state.referral.pupil is None or state.ending.is_to_be_erased:
        return frozenset()
    maintains = state.referral.plan_la_code_on(date.max)
    return frozenset() if maintains is None else frozenset({maintains})
