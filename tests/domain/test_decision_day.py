"""A decision has a day of its own, and somebody who took it, apart from when and by whom it is typed in."""

from dataclasses import replace
from typing import Any

import pytest

from domain.calendar.school_calendar import SchoolCalendar
from domain.law.powers import NoPower
from domain.law.school_age import NoDutyLeft
from domain.placement.decision.decision_day import DecisionDayUnsound
from domain.placement.decision.determination import (
    ConfirmDetermination,
    MinuteMissing,
    NothingToConfirm,
    NotTheirDecision,
    SecondPersonNeeded,
)
from domain.placement.decision.meeting import RecordConsultation
from domain.placement.decision.period import StartNotAhead
from domain.placement.guards import DateBeforeCause, DateInFuture
from domain.placement.referral.exclusions import RecordExclusion
from domain.placement.referral.grounds import DelegationMissing
from domain.placement.stages import Stage
from domain.school.state import Delegation
from events.codes import CommissionerKind, ExclusionKind, LegalBasis, PrimaryReason, RegimeId, Role
from events.ids import DelegationId, PersonId
from events.placement.decision import (
    ConsultationRecorded,
    DeterminationProposed,
    ExclusionRecorded,
    LaNotifiedOfEhcPlan,
    PlacementDetermined,
    ProfessionalsMeetingConvened,
    ProfessionalsMeetingHeld,
)
from events.placement.record import RecordCorrected
from events.placement.referral import ProviderProposed, ReferralDrafted
from tests.domain.examples import (
    BANK_HOLIDAYS,
    CONVENE,
    EHCP_PICTURE,
    HALF_TERMS,
    PLAN_CONSIDERED,
    PROVIDER,
    PUPIL,
    SCHOOL,
    at,
    day,
    determine,
    draft,
    meet,
    picture,
    submit,
)
from tests.domain.test_corrections import of
from tests.domain.test_transition import SUMMER
from tests.dsl import Given, an_id

HEAD = PersonId(an_id("the head"))
MINUTE = "Governors' minute 2026/41, item 3"
CALENDAR = SchoolCalendar(half_terms=(SUMMER, *HALF_TERMS), bank_holidays=BANK_HOLIDAYS, version=2)


def waiting(on: str = "2026-11-18") -> Given:
    """Proposed on 10 November, awaiting a decision on a Wednesday."""
    return at(Stage.AWAITING_DECISION).on(day(on)).by(Role.HEAD)


def decide(on: str, **changes: Any) -> Any:
    return determine(determined_on=day(on), start_date=day("2026-12-01"), **changes)


def test_without_a_day_or_person_whoever_records_it_decided_it_today() -> None:
    story = waiting().when(determine()).then_happens(PlacementDetermined)
    made = story.state.decision.determination

    assert made is not None
    assert made.determined_on == day("2026-11-18")
    assert (made.by, made.decided_by, made.decided_by_role) == (an_id("actor head"), an_id("actor head"), Role.HEAD)


def test_a_decision_of_last_week_keeps_its_day_and_who_took_it() -> None:
    """Taken on Thursday 12 November and typed on Wednesday 18: four school days."""
    command = decide("2026-11-12", decided_by=HEAD, decided_by_role=Role.HEAD)
    story = waiting().by(Role.BODY_DELEGATE).when(command).then_happens(PlacementDetermined)
    made = story.state.decision.determination

    assert made is not None
    assert (made.determined_on, story.state.period.start_set_on) == (day("2026-11-12"), day("2026-11-12"))
    assert (made.decided_by, made.decided_by_role, made.by) == (HEAD, Role.HEAD, an_id("actor body_delegate"))
    assert made.delegation_id == an_id("delegation"), "the head's power is delegated, whoever types"
    assert made.confirmed_by is None


@pytest.mark.parametrize(
    ("story", "command", "reason"),
    [
        (waiting(), decide("2026-11-19"), DateInFuture),
        (waiting("2026-12-01"), decide("2026-11-30"), StartNotAhead),
        (waiting(), decide("2026-11-18", decided_by=HEAD, decided_by_role=Role.CASE_WORKER), NotTheirDecision),
        (waiting(), decide("2026-11-18", decided_by=HEAD, decided_by_role=Role.LA_OFFICER), NotTheirDecision),
    ],
)
def test_a_decision_of_a_day_is_refused(story: Given, command: Any, reason: type) -> None:
    story.when(command).then_rejected(reason)


def met() -> Given:
    convened = at(Stage.SCREENING).when(CONVENE).then_happens(ProfessionalsMeetingConvened)
    return convened.on(day("2026-11-12"), 17).when(meet()).then_happens(ProfessionalsMeetingHeld)


def consulted() -> Given:
    asked = RecordConsultation(
        role=Role.SOCIAL_WORKER, consulted_on=day("2026-11-12"), body="social care", view="in favour"
    )
    early = at(Stage.REFERRED).on(day("2026-11-12")).when(asked).then_happens(ConsultationRecorded)
    return at(Stage.AWAITING_DECISION).and_then(early.events[-1])


def told() -> Given:
    story = at(Stage.AWAITING_DECISION, submitted=submit(picture=picture(**EHCP_PICTURE)))
    late = tuple(
        replace(each, notified_on=day("2026-11-12")) if isinstance(each, LaNotifiedOfEhcPlan) else each
        for each in story.events
    )
    return story.knowing(events=late)


def excluded() -> Given:
    story = at(
        Stage.AWAITING_DECISION,
        drafted=draft(legal_basis=LegalBasis.SUSP6),
        submitted=submit(primary_reason=PrimaryReason.SUSPENSION),
    )
    began = RecordExclusion(first_day=day("2026-11-12"), kind=ExclusionKind.SUSPENSION, days=12)
    return story.when(began).then_happens(ExclusionRecorded)


def checked() -> Given:
    story = at(Stage.AWAITING_DECISION)
    late = tuple(
        replace(each, registration_checked_on=day("2026-11-12")) if isinstance(each, ProviderProposed) else each
        for each in story.events
    )
    return story.knowing(events=late)


def diligent() -> Given:
    story = at(Stage.AWAITING_DECISION)
    made = tuple(replace(each, completed_on=day("2026-11-12")) for each in PROVIDER.due_diligence)
    return story.knowing(provider=replace(PROVIDER, due_diligence=made))


@pytest.mark.parametrize("rests_on", [met, consulted, told, excluded, checked, diligent])
def test_a_decision_comes_after_all_that_it_rests_on(rests_on: Any) -> None:
    """Each was there on Thursday 12 November: the day before is too early, and the day itself is not."""
    story = rests_on().on(day("2026-11-18")).by(Role.HEAD)
    considered = {"ehc_plan": PLAN_CONSIDERED} if rests_on is told else {}

    story.when(decide("2026-11-11", **considered)).then_rejected(DateBeforeCause)
    story.when(decide("2026-11-12", **considered)).then_happens(PlacementDetermined)


def test_a_decision_does_not_rest_on_checks_of_another_body_or_time() -> None:
    story = waiting()
    (ours, council) = PROVIDER.due_diligence
    later = replace(ours, completed_on=day("2026-11-17"), valid_until=day("2027-11-16"))
    provider = replace(PROVIDER, due_diligence=(ours, replace(council, completed_on=day("2026-11-17")), later))

    story.knowing(provider=provider).when(decide("2026-11-13")).then_happens(PlacementDetermined)
    story.knowing(provider=None).when(decide("2026-11-13")).then_happens(PlacementDetermined)


def test_the_delegation_is_in_force_on_the_day_of_the_decision() -> None:
    granted = Delegation(
        delegation_id=DelegationId(an_id("new")), to_role=Role.HEAD, granted_on=day("2026-11-16"), until_on=None
    )
    ended = Delegation(
        delegation_id=DelegationId(an_id("old")),
        to_role=Role.HEAD,
        granted_on=day("2026-09-01"),
        until_on=day("2026-11-16"),
    )

    new = waiting().knowing(school=replace(SCHOOL, delegations=(granted,)))
    new.when(decide("2026-11-13")).then_rejected(DelegationMissing)
    new.when(decide("2026-11-16")).then_happens(PlacementDetermined)
    old = waiting().knowing(school=replace(SCHOOL, delegations=(ended,)))
    old.when(decide("2026-11-16")).then_happens(PlacementDetermined)
    old.when(decide("2026-11-17")).then_rejected(DelegationMissing)
    new.by(Role.BODY_DELEGATE).when(decide("2026-11-13", decided_by_role=Role.HEAD)).then_rejected(DelegationMissing)


def test_the_pupils_age_is_that_of_the_day() -> None:
    """Of compulsory school age until 25 June 2027, six weeks of duty before that: 14 May is the first day without."""
    story = at(
        Stage.AWAITING_DECISION,
        drafted=draft(
            commissioner=CommissionerKind.LA,
            legal_basis=LegalBasis.S19_OTH,
            pupil=replace(PUPIL, born_on=day("2011-05-04"), year_group=11),
        ),
    )
    late = story.on(day("2027-05-17")).by(Role.LA_OFFICER)
    plan = determine(start_date=day("2027-06-07"), proposed_end=day("2027-07-20"), days=20, review_plan=())
    reviewed = replace(plan, review_plan=(replace(determine().review_plan[0], due=day("2027-06-20")),))

    late.when(replace(reviewed, determined_on=day("2027-05-14"))).then_rejected(NoDutyLeft)
    late.when(replace(reviewed, determined_on=day("2027-05-13"))).then_happens(PlacementDetermined)


@pytest.mark.parametrize(
    ("on", "proposed"),
    [("2026-11-19", True), ("2026-11-20", False), ("2026-11-23", False)],
)
def test_a_decision_over_five_school_days_old_waits_for_a_second_person(on: str, *, proposed: bool) -> None:
    """Typed on Friday 27 November: five school days from Friday 20, six from Thursday 19."""
    command = decide(on, minute_reference=MINUTE)
    story = waiting("2026-11-27").when(command).then_happens(DeterminationProposed if proposed else PlacementDetermined)

    assert story.state.stage is (Stage.AWAITING_DECISION if proposed else Stage.DETERMINED)


def test_a_decision_long_past_names_its_minute() -> None:
    waiting("2026-11-27").when(decide("2026-11-16")).then_rejected(MinuteMissing)
    waiting("2026-11-27").when(decide("2026-11-16", minute_reference=" ")).then_rejected(MinuteMissing)


def test_a_second_person_confirms_an_old_decision_and_a_name_is_not_enough() -> None:
    command = decide("2026-11-16", minute_reference=MINUTE, decided_by=HEAD)
    typed = waiting("2026-11-27").when(command).then_happens(DeterminationProposed)

    typed.when(ConfirmDetermination()).then_rejected(SecondPersonNeeded)
    made = typed.by(Role.BODY_DELEGATE).when(ConfirmDetermination()).then_happens(PlacementDetermined).state
    assert made.decision.determination is not None
    assert made.decision.determination_proposed is None
    assert (made.decision.determination.determined_on, made.decision.determination.decided_by) == (
        day("2026-11-16"),
        HEAD,
    )
    assert (made.decision.determination.by, made.decision.determination.confirmed_by) == (
        an_id("actor head"),
        an_id("actor body_delegate"),
    )
    assert made.decision.determination.minute_reference == MINUTE


def test_a_confirmation_finds_the_world_as_it_is_then() -> None:
    typed = waiting("2026-11-27").when(decide("2026-11-16", minute_reference=MINUTE)).events
    late = waiting("2026-12-01").and_then(*typed).by(Role.BODY_DELEGATE)

    late.when(ConfirmDetermination()).then_rejected(StartNotAhead)
    waiting().when(ConfirmDetermination()).then_rejected(NothingToConfirm)


def test_a_day_before_the_published_calendar_is_long_past() -> None:
    story = waiting("2026-09-03")
    early = [each for each in story.events if not isinstance(each, ProviderProposed)]
    command = replace(
        decide("2026-09-02"),
        start_date=day("2026-09-10"),
        proposed_end=day("2026-12-18"),
        review_plan=(replace(determine().review_plan[0], due=day("2026-10-20")),),
    )

    story = story.knowing(events=tuple(early), school=replace(SCHOOL, delegations=_from("2026-09-01")))
    story.when(command).then_rejected(MinuteMissing)
    bare = story.knowing(calendar=SchoolCalendar())
    assert MinuteMissing not in {type(each) for each in bare.when(command).reasons}


def _from(on: str) -> tuple[Delegation, ...]:
    return (Delegation(delegation_id=DelegationId(an_id("d")), to_role=Role.HEAD, granted_on=day(on)),)


def before_the_law_changed(on: str, basis: LegalBasis = LegalBasis.OSD) -> Given:
    story = at(Stage.AWAITING_DECISION)
    events = [
        replace(each, legal_basis=basis) if isinstance(each, ReferralDrafted) else each
        for each in story.events
        if not isinstance(each, ProviderProposed)
    ]
    school = replace(SCHOOL, delegations=_from("2026-06-01"))
    return story.knowing(events=tuple(events), school=school, calendar=CALENDAR).on(day(on)).by(Role.HEAD)


def test_an_earlier_day_under_a_weaker_law_always_needs_a_second_person() -> None:
    """Typed on Monday 27 July 2026, one day after academies came under section 29A, as of Friday 24: no school day."""
    plan = (replace(determine().review_plan[0], due=day("2026-10-20")),)
    command = replace(
        decide("2026-07-24"), start_date=day("2026-09-10"), proposed_end=day("2026-12-18"), review_plan=plan
    )
    story = before_the_law_changed("2026-07-27")

    story.when(command).then_rejected(MinuteMissing)
    typed = story.when(replace(command, minute_reference=MINUTE)).then_happens(DeterminationProposed)
    made = typed.by(Role.BODY_DELEGATE).when(ConfirmDetermination()).then_happens(PlacementDetermined).state
    assert made.decision.regime_id is RegimeId.ACAD_PRE
    agreed = before_the_law_changed("2026-07-27", LegalBasis.AGREED).when(command)
    agreed.then_happens(PlacementDetermined)


def test_a_pupil_referral_unit_loses_its_power_by_an_earlier_day() -> None:
    """A pupil referral unit gains no power by an earlier day, and loses it."""
    story = before_the_law_changed("2026-07-27")
    events = tuple(
        replace(each, commissioner=CommissionerKind.PRU) if isinstance(each, ReferralDrafted) else each
        for each in story.events
    )
    unit = story.knowing(events=events, school=replace(SCHOOL, kind=CommissionerKind.PRU))

    unit.by(Role.BODY_DELEGATE).when(
        replace(decide("2026-07-24"), start_date=day("2026-09-10"), minute_reference=MINUTE)
    ).then_rejected(NoPower)


def test_a_correction_moves_a_decision_no_further_back_than_one_person_may() -> None:
    story = waiting("2026-11-27").when(decide("2026-11-27")).then_happens(PlacementDetermined).by(Role.HEAD)

    story.when(of(story, PlacementDetermined, "determined_on", "2026-11-19")).then_rejected(DecisionDayUnsound)
    nearer = story.when(of(story, PlacementDetermined, "determined_on", "2026-11-20"))
    assert isinstance(nearer.events[0], RecordCorrected)
    early = waiting("2026-11-27").when(decide("2026-11-24")).then_happens(PlacementDetermined)
    early.when(of(early, PlacementDetermined, "determined_on", "2026-11-26")).then_happens(RecordCorrected)


def test_a_proposed_decision_is_put_right_by_the_same_rules() -> None:
    typed = waiting("2026-11-27").when(decide("2026-11-16", minute_reference=MINUTE))
    story = typed.then_happens(DeterminationProposed)

    story.when(of(story, DeterminationProposed, "minute_reference", "Minute 42")).then_happens(RecordCorrected)
