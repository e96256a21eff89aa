"""What a determination rests on: the delegation, the grounds of a direction, and the EHC plan."""

from dataclasses import replace
from typing import Any

import pytest

from domain.placement.guards import DateInFuture, TextMissing
from domain.placement.referral.grounds import (
    DelegationMissing,
    GroundsMissing,
    LaNotNotified,
    NoEhcPlan,
    NotifyLaOfPlan,
    PlanNotConsidered,
)
from domain.placement.stages import Stage
from domain.school.state import Delegation
from events.codes import LegalBasis, Role
from events.ids import DelegationId
from events.placement.decision import LaNotifiedOfEhcPlan, PlacementDetermined
from events.values.decision import SectionFItem
from events.values.referral import Unknown
from tests.domain.examples import (
    EHCP_PICTURE,
    GROUNDS,
    PLAN_CONSIDERED,
    SCHOOL,
    TELL_LA,
    at,
    day,
    determine,
    draft,
    picture,
    submit,
)
from tests.dsl import Given, an_id

FIRST, SECOND = DelegationId(an_id("delegation")), DelegationId(an_id("second delegation"))


def _undecided(role: Role, *delegations: Delegation) -> Given:
    school = replace(SCHOOL, delegations=delegations)
    return at(Stage.AWAITING_DECISION).on(day("2026-11-16")).by(role).knowing(school=school)


def _delegation(delegation_id: DelegationId = FIRST, granted_on: str = "2026-09-10", **more: Any) -> Delegation:
    return Delegation(delegation_id=delegation_id, to_role=Role.HEAD, granted_on=day(granted_on), **more)


@pytest.mark.obligation("S13")
def test_a_head_decides_by_the_delegation_in_force_and_the_record_names_it() -> None:
    story = _undecided(Role.HEAD, _delegation(), _delegation(SECOND, "2026-10-01"))

    (latest,) = story.when(determine()).events
    (named,) = story.when(determine(delegation_id=FIRST)).events
    assert isinstance(latest, PlacementDetermined)
    assert isinstance(named, PlacementDetermined)
    assert (latest.delegation_id, named.delegation_id) == (SECOND, FIRST)


@pytest.mark.obligation("S13")
@pytest.mark.parametrize(
    "delegations",
    [
        (),
        (_delegation(granted_on="2026-11-17"),),
        (_delegation(until_on=day("2026-11-15")),),
        (_delegation(revoked_on=day("2026-11-16")),),
        (replace(_delegation(), to_role=Role.BODY_DELEGATE),),
    ],
)
def test_without_a_delegation_in_force_the_head_directs_nobody_off_site(delegations: tuple[Delegation, ...]) -> None:
    (reason,) = _undecided(Role.HEAD, *delegations).when(determine()).then_rejected(DelegationMissing)

    assert reason.detail.startswith("No delegation to the head is in force on Monday 16 November 2026")


@pytest.mark.parametrize(
    "delegation",
    [_delegation(until_on=day("2026-11-16")), _delegation(revoked_on=day("2026-11-17"))],
)
def test_a_delegation_serves_until_its_end(delegation: Delegation) -> None:
    _undecided(Role.HEAD, delegation).when(determine()).then_happens(PlacementDetermined)


def test_a_delegation_that_is_named_must_itself_be_in_force() -> None:
    story = _undecided(Role.HEAD, _delegation())
    (reason,) = story.when(determine(delegation_id=SECOND)).then_rejected(DelegationMissing)

    assert reason.pointer == "/delegation_id"


def test_the_governing_bodys_delegate_needs_no_delegation() -> None:
    (event,) = _undecided(Role.BODY_DELEGATE).when(determine(delegation_id=FIRST)).events

    assert isinstance(event, PlacementDetermined)
    assert event.delegation_id is None


def test_by_agreement_neither_delegation_nor_grounds_are_needed() -> None:
    story = at(Stage.AWAITING_DECISION, drafted=draft(legal_basis=LegalBasis.AGREED)).by(Role.HEAD)
    bare = story.knowing(school=replace(SCHOOL, delegations=()))

    bare.when(determine(direction=None)).then_happens(PlacementDetermined)


@pytest.mark.obligation("S13")
@pytest.mark.parametrize(
    ("grounds", "reason", "pointer"),
    [
        (None, GroundsMissing, "/direction"),
        (replace(GROUNDS, not_a_sanction=False), GroundsMissing, "/direction/not_a_sanction"),
        (replace(GROUNDS, purpose=" "), TextMissing, "/direction/purpose"),
        (replace(GROUNDS, prior_help=""), TextMissing, "/direction/prior_help"),
    ],
)
@pytest.mark.clause("power")
def test_a_direction_off_site_says_its_grounds(grounds: Any, reason: type, pointer: str) -> None:
    (found,) = at(Stage.AWAITING_DECISION).when(determine(direction=grounds)).then_rejected(reason)

    assert found.pointer == pointer


def _with_plan(**changes: Any) -> Given:
    submitted = submit(picture=picture(**EHCP_PICTURE | changes))
    return at(Stage.SCREENING, submitted=submitted).on(day("2026-11-12"))


@pytest.mark.obligation("S14", "S35")
@pytest.mark.clause("ehc-told")
def test_the_authority_is_told_of_a_placement_for_a_pupil_with_a_plan() -> None:
    story = _with_plan().when(TELL_LA).then(LaNotifiedOfEhcPlan(la_code="831", notified_on=day("2026-11-11")))

    assert story.state.decision.las_notified


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (NotifyLaOfPlan(la_code="831", notified_on=day("2026-11-13")), DateInFuture),
        (NotifyLaOfPlan(la_code="830", notified_on=day("2026-11-11")), NoEhcPlan),
    ],
)
def test_telling_the_authority_is_refused(command: NotifyLaOfPlan, reason: type) -> None:
    _with_plan().when(command).then_rejected(reason)


def test_there_is_nobody_to_tell_without_a_plan() -> None:
    at(Stage.SCREENING).on(day("2026-11-12")).when(TELL_LA).then_rejected(NoEhcPlan)


def test_where_the_maintaining_authority_is_unknown_any_may_be_told() -> None:
    unknown = (Unknown(field="plan_la_code", reason="the plan is on its way from another authority"),)

    _with_plan(plan_la_code=None, unknown=unknown).when(TELL_LA).then_happens(LaNotifiedOfEhcPlan)


def _to_decide(**changes: Any) -> Given:
    submitted = submit(picture=picture(**EHCP_PICTURE | changes))
    return at(Stage.AWAITING_DECISION, submitted=submitted)


@pytest.mark.obligation("S35")
@pytest.mark.clause("ehc-section-f")
def test_a_decision_with_a_plan_keeps_who_delivers_each_item_of_section_f() -> None:
    (event,) = _to_decide().when(determine(ehc_plan=PLAN_CONSIDERED)).events

    assert isinstance(event, PlacementDetermined)
    assert event.ehc_plan == PLAN_CONSIDERED


@pytest.mark.obligation("S35")
@pytest.mark.parametrize(
    ("considered", "reason", "pointer"),
    [
        (None, PlanNotConsidered, "/ehc_plan"),
        (replace(PLAN_CONSIDERED, section_f=()), PlanNotConsidered, "/ehc_plan/section_f"),
        (
            replace(PLAN_CONSIDERED, section_f=(SectionFItem(item="mentoring", delivered_by=" "),)),
            PlanNotConsidered,
            "/ehc_plan/section_f",
        ),
        (replace(PLAN_CONSIDERED, early_review=""), TextMissing, "/ehc_plan/early_review"),
    ],
)
@pytest.mark.clause("ehc-section-f")
def test_a_decision_takes_the_plan_into_account(considered: Any, reason: type, pointer: str) -> None:
    (found,) = _to_decide().when(determine(ehc_plan=considered)).then_rejected(reason)

    assert found.pointer == pointer


@pytest.mark.obligation("S35")
def test_a_decision_needs_the_school_of_section_i() -> None:
    unknown = (Unknown(field="section_i_school", reason="the plan is being amended"),)
    story = _to_decide(section_i_school=None, unknown=unknown)

    story.when(determine(ehc_plan=PLAN_CONSIDERED)).then_rejected(PlanNotConsidered)


@pytest.mark.obligation("S14")
@pytest.mark.clause("ehc-told")
def test_a_decision_waits_until_the_authority_was_told() -> None:
    story = _to_decide()
    untold = story.knowing(events=tuple(each for each in story.events if not isinstance(each, LaNotifiedOfEhcPlan)))

    untold.when(determine(ehc_plan=PLAN_CONSIDERED)).then_rejected(LaNotNotified)
