"""What a determination must rest on: the power to make it, the grounds of a direction, and the pupil's EHC plan."""

from datetime import date
from uuid import UUID

from domain.law.bases import BASES
from domain.placement.facts import Facts
from domain.placement.guards import not_future, written
from domain.placement.state import Placement
from domain.school.state import Delegation
from domain.shared import words
from domain.shared.errors import Rejected, refuse
from domain.shared.text import visible
from events.codes import PupilFlag, Role
from events.definition import asked, value
from events.placement.decision import LaNotifiedOfEhcPlan
from events.values.decision import DirectionGrounds, PlanConsidered


@value
class NotifyLaOfPlan:
    """Record that the authority which maintains the pupil's EHC plan was told about the proposed placement."""

    la_code: str = asked("Council that maintains the EHC plan", hint="Its 3 digit code, for example 831")
    notified_on: date = asked("When did you tell the council?")


class DelegationMissing(Rejected):
    """The governing body or trust board directs off site. The head does so only if the body has delegated the power.

    The delegation is on the school's record, names the head, and is in force on the day of the decision.
    """

    code = "delegation_missing"
    title = "No delegation covers this decision"
    legal_refs = ("Education Act 2002 s 29A",)


class GroundsMissing(Rejected):
    """A direction off site is meant to improve future behaviour. It is never a punishment for past behaviour.

    Help in school or from outside was given first and was not enough, or was judged unsuitable.
    """

    code = "grounds_missing"
    title = "The grounds of the direction are not complete"
    legal_refs = ("Education Act 2002 s 29A", "DfE suspension and permanent exclusion guidance")


class LaNotNotified(Rejected):
    """The school tells the council that maintains an EHC plan before it decides, because that council secures the
    plan.
    """

    code = "la_not_notified"
    title = "The council was not told about the placement"
    legal_refs = ("Children and Families Act 2014 s 42", "SI 2010/1156 reg 3(3)")


class PlanNotConsidered(Rejected):
    """A placement does not suspend an EHC plan. An early review is considered, and each item of section F is
    delivered.

    The school named in section I is responsible for the delivery, and the council must secure it.
    """

    code = "plan_not_considered"
    title = "The EHC plan was not taken into account"
    legal_refs = ("Children and Families Act 2014 s 42",)


class NoEhcPlan(Rejected):
    """The referral says if the pupil has an EHC plan, and which council maintains it."""

    code = "no_ehc_plan"
    title = "The referral does not name this EHC plan"


def notify_la(state: Placement, command: NotifyLaOfPlan, facts: Facts) -> tuple[LaNotifiedOfEhcPlan, ...]:
    refuse(*sound_notification(command, state, facts))
    return (LaNotifiedOfEhcPlan(la_code=command.la_code, notified_on=command.notified_on),)


def sound_notification(
    event: NotifyLaOfPlan | LaNotifiedOfEhcPlan, state: Placement, facts: Facts
) -> list[Rejected | None]:
    # Told ahead of a change, or after it: whoever maintained the plan on that day, or does now.
    had_plan = state.referral.has_plan or PupilFlag.EHCP in state.referral.flags_on(event.notified_on)
    maintained_by = {state.referral.plan_la_code_on(event.notified_on), state.referral.plan_la_code_on(facts.today)} - {
        None
    }
    return [
        not_future(event.notified_on, facts.today, "/notified_on"),
        None if had_plan else NoEhcPlan("The pupil has no EHC plan on record."),
        NoEhcPlan(
            f"The record says that council {' or '.join(sorted(filter(None, maintained_by)))} maintains the plan.",
            pointer="/la_code",
        )
        if maintained_by and event.la_code not in maintained_by
        else None,
    ]


def delegation_for(
    state: Placement, named: UUID | None, facts: Facts, *, decider: Role, on: date
) -> Delegation | DelegationMissing | None:
    """The delegation that a decision of a day rests on; None where the basis or the decider needs none."""
    assert state.legal_basis is not None
    if decider is not Role.HEAD or not BASES[state.legal_basis].body_power:
        return None
    home = facts.home_on(on)
    assert home is not None
    serving = [each for each in home.delegations if each.serves(Role.HEAD, on)]
    found = [each for each in serving if named in {None, each.delegation_id}]
    if found:
        return max(found, key=lambda each: each.granted_on)
    which = "The delegation named here is not" if named else "No delegation to the head is"
    return DelegationMissing(
        f"{which} in force on {words.on(on)}: record one, or let the governing body's delegate decide.",
        pointer="/delegation_id",
    )


def direction_grounds(state: Placement, given: DirectionGrounds | None) -> list[Rejected | None]:
    assert state.legal_basis is not None
    if not BASES[state.legal_basis].body_power:
        return []
    if given is None:
        return [GroundsMissing("Say what the direction is based on.", pointer="/direction")]
    return [
        written(given.purpose, "how the placement is to improve behaviour to come", "/direction/purpose"),
        written(given.prior_help, "what help was given before, and what came of it", "/direction/prior_help"),
        None
        if given.not_a_sanction
        else GroundsMissing("A direction is never a punishment.", pointer="/direction/not_a_sanction"),
    ]


def plan_considered(state: Placement, given: PlanConsidered | None, on: date) -> list[Rejected | None]:
    if not state.referral.had_plan_on(on):
        return []
    maintains = state.referral.plan_la_code_on(on)
    codes = {each.la_code for each in state.decision.las_notified if maintains in {None, each.la_code}}
    told = None if codes else LaNotNotified("First record that the council was told about the placement.")
    if given is None:
        return [told, PlanNotConsidered("Say how the EHC plan was taken into account.", pointer="/ehc_plan")]
    return [
        told,
        _section_i(state),
        written(given.early_review, "whether an early review of the plan is needed", "/ehc_plan/early_review"),
        None
        if given.section_f and all(visible(each.item) and visible(each.delivered_by) for each in given.section_f)
        else PlanNotConsidered(
            "Name each item of section F, and who delivers it during the placement.", pointer="/ehc_plan/section_f"
        ),
    ]


def _section_i(state: Placement) -> PlanNotConsidered | None:
    picture = state.referral.submitted.picture if state.referral.submitted else None
    # A plan that came after the referral is none that the referral could describe.
    if picture is None or PupilFlag.EHCP not in picture.flags or picture.section_i_school:
        return None
    return PlanNotConsidered("Correct the referral so that it names the school in section I of the plan.")
