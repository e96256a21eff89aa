"""What waits for whom on a record as it is, and the step by which each timed rule is done."""

from collections.abc import Iterable

import pytest

from domain.calendar.london import today as day_of
from domain.law.rules import RULES
from domain.placement.agreement.agreement import IssueAgreement
from domain.placement.decision.determination import ConfirmDetermination
from domain.placement.decision.meeting import OverrideMeeting
from domain.placement.referral.offers import RequestProviderOffer
from domain.placement.stages import Stage
from domain.placement.state import Placement
from domain.placement.steps import STEPS as PLACEMENT
from domain.provider.state import Application, Provider
from domain.provider.steps import STEPS as PROVIDER
from domain.school.state import School
from domain.school.steps import STEPS as SCHOOL
from domain.work import deadline_steps, waits
from domain.work.waits import Waiting, WaitKind
from events.codes import AgreementParty, ApplicationOutcome, CommissionerKind, Role, RuleId
from events.ids import ApplicationId, CalendarCorrectionId, PersonId
from events.placement.agreement import AgreementIssued, AgreementSigned
from events.placement.decision import (
    DeterminationProposed,
    PlacementDetermined,
    ProfessionalsMeetingConvened,
    ProfessionalsMeetingOverridden,
)
from events.placement.record import ErasureProposed
from events.placement.referral import ProviderOfferRequested
from events.provider import DirectoryApplicationDecided, DirectoryApplicationSubmitted
from events.school import CalendarCorrectionProposed
from tests.domain.examples import CARE_PICTURE, CONVENE, ISSUE, at, day, evaluate, picture, sign, submit
from tests.domain.test_decision_day import MINUTE, decide, waiting
from tests.dsl import an_id

Kinds = dict[WaitKind, set[Role]]
WORKER = {Role.CASE_WORKER}
SIGNERS = {Role.CASE_WORKER, Role.HEAD}


def kinds(found: Iterable[Waiting]) -> Kinds:
    return {each.kind: set(each.roles) for each in found}


def of(state: Placement) -> Kinds:
    return kinds(waits.of_placement(state))


def by_council(state: Placement) -> Placement:
    return state._replace(commissioner=CommissionerKind.LA)


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (Stage.NEW, {}),
        (Stage.DRAFT, {WaitKind.SUBMIT_REFERRAL: WORKER}),
        (Stage.REFERRED, {WaitKind.PROPOSE_PROVIDER: WORKER}),
        (Stage.SCREENING, {WaitKind.CONVENE_MEETING: WORKER}),
        (Stage.AWAITING_DECISION, {WaitKind.DETERMINE: {Role.HEAD, Role.BODY_DELEGATE}}),
        (Stage.DETERMINED, {WaitKind.ISSUE_AGREEMENT: WORKER, WaitKind.SAFEGUARDING_INFORMATION: WORKER}),
        (
            Stage.AGREEMENT_PENDING,
            {WaitKind.SIGN_FOR_SCHOOL: SIGNERS, WaitKind.SIGN_FOR_PROVIDER: {Role.PROVIDER_USER}},
        ),
        (Stage.READY_TO_START, {WaitKind.START: WORKER}),
        (Stage.ACTIVE, {}),
        (Stage.REINTEGRATING, {}),
        (Stage.ENDED, {}),
        (Stage.CLOSED, {}),
    ],
)
def test_each_stage_says_what_it_waits_for_and_for_whom(stage: Stage, expected: Kinds) -> None:
    assert of(at(stage).state) == expected


def test_the_councils_officers_decide_where_the_council_commissions() -> None:
    assert of(by_council(at(Stage.REFERRED).state)) == {WaitKind.PROPOSE_PROVIDER: WORKER | {Role.LA_OFFICER}}
    assert of(by_council(at(Stage.AWAITING_DECISION).state)) == {
        WaitKind.DETERMINE: {Role.LA_OFFICER, Role.SEND_OFFICER}
    }


def test_a_meeting_that_was_called_is_to_be_recorded_on_its_day() -> None:
    called = at(Stage.SCREENING).when(CONVENE).then_happens(ProfessionalsMeetingConvened).state
    (found,) = waits.of_placement(called)

    assert (found.kind, found.due_on) == (WaitKind.RECORD_MEETING, day_of(CONVENE.at))


@pytest.mark.parametrize("first", [Role.HEAD, Role.LA_OFFICER])
def test_the_other_of_the_two_is_asked_to_agree_to_an_override(first: Role) -> None:
    (second,) = {Role.HEAD, Role.LA_OFFICER} - {first}
    story = at(Stage.SCREENING, submitted=submit(picture=picture(**CARE_PICTURE)))
    assert WaitKind.OVERRIDE_MEETING not in of(story.state)
    override = OverrideMeeting(reason="the pupil's needs cannot wait")
    half = story.by(first).when(override).then_happens(ProfessionalsMeetingOverridden)

    assert of(half.state)[WaitKind.OVERRIDE_MEETING] == {second}


def test_an_old_decision_waits_for_somebody_other_than_who_entered_it() -> None:
    typed = (
        waiting("2026-11-27").when(decide("2026-11-16", minute_reference=MINUTE)).then_happens(DeterminationProposed)
    )
    proposed = typed.state.decision.determination_proposed
    assert proposed is not None
    (found,) = waits.of_placement(typed.state)

    assert (found.kind, found.not_by) == (WaitKind.CONFIRM_DETERMINATION, proposed.proposed_by)
    done = typed.by(Role.BODY_DELEGATE).when(ConfirmDetermination()).then_happens(PlacementDetermined)
    assert WaitKind.CONFIRM_DETERMINATION not in of(done.state)


def test_a_place_that_was_asked_for_waits_for_the_provider_until_its_day() -> None:
    ask = RequestProviderOffer(sessions_a_week=4, wanted_from=day("2026-12-01"), reply_by=day("2026-11-20"))
    state = at(Stage.AWAITING_DECISION).when(ask).then_happens(ProviderOfferRequested).state
    found = next(each for each in waits.of_placement(state) if each.kind is WaitKind.ANSWER_OFFER)

    assert (found.roles, found.due_on) == ({Role.PROVIDER_USER}, day("2026-11-20"))
    assert WaitKind.ANSWER_OFFER not in of(state._replace(stage=Stage.DETERMINED)), "it can be answered no more"


@pytest.mark.parametrize(
    ("party", "role", "still"),
    [
        (AgreementParty.SCHOOL, Role.HEAD, WaitKind.SIGN_FOR_PROVIDER),
        (AgreementParty.PROVIDER, Role.PROVIDER_USER, WaitKind.SIGN_FOR_SCHOOL),
    ],
)
def test_an_agreement_waits_for_the_side_that_has_not_signed(
    party: AgreementParty, role: Role, still: WaitKind
) -> None:
    signed = at(Stage.AGREEMENT_PENDING).on(day("2026-11-18")).by(role).when(sign(party)).then_happens(AgreementSigned)

    assert of(signed.state).keys() == {still}


def test_an_agreement_issued_before_the_provider_confirmed_asks_for_that_too() -> None:
    issued = at(Stage.DETERMINED).when(ISSUE).then_happens(AgreementIssued)

    assert isinstance(ISSUE, IssueAgreement)
    assert of(issued.state).keys() == {
        WaitKind.SAFEGUARDING_INFORMATION,
        WaitKind.SIGN_FOR_SCHOOL,
        WaitKind.SIGN_FOR_PROVIDER,
    }


def test_an_evaluated_placement_is_to_be_closed() -> None:
    evaluated = at(Stage.ENDED).on(day("2027-02-22")).when(evaluate())

    assert of(evaluated.given.and_then(*evaluated.events).state) == {WaitKind.CLOSE: SIGNERS}


def test_a_proposed_erasure_waits_for_a_person_until_one_has_decided() -> None:
    closed = at(Stage.CLOSED).state
    proposed = ErasureProposed(proposed_on=day("2038-01-04"), kept_until_year=2037)
    asked = closed._replace(ending=closed.ending._replace(erasure_proposed=proposed))
    (found,) = waits.of_placement(asked)

    assert (found.kind, found.roles) == (WaitKind.CONFIRM_ERASURE, {Role.HEAD, Role.LA_OFFICER})
    confirmed = asked.ending._replace(erasure_confirmed=object())  # type: ignore[arg-type] # that there is one
    assert of(asked._replace(ending=confirmed)) == {}


def test_an_application_waits_for_the_officers_of_its_council_until_decided() -> None:
    submitted = DirectoryApplicationSubmitted(
        application_id=ApplicationId(an_id("application")), la_code="831", submitted_on=day("2026-11-10")
    )
    decided = DirectoryApplicationDecided(
        application_id=submitted.application_id,
        la_code="831",
        decided_on=day("2026-11-12"),
        outcome=ApplicationOutcome.APPROVED,
    )
    (found,) = waits.of_provider(Provider(applications=(Application(submitted=submitted),)))

    assert (found.roles, found.org_id, found.since) == ({Role.LA_OFFICER}, "la:831", day("2026-11-10"))
    assert waits.of_provider(Provider(applications=(Application(submitted=submitted, decided=decided),))) == ()


def test_a_correction_of_the_calendar_waits_for_a_second_person() -> None:
    proposed = CalendarCorrectionProposed(
        correction_id=CalendarCorrectionId(an_id("correction")),
        academic_year=2026,
        proposed_on=day("2026-11-10"),
        proposed_by=PersonId(an_id("worker")),
        half_terms=(),
        inset_days=(),
        half_days=(),
        reason="the school was open",
    )
    (found,) = waits.of_school(School(corrections_proposed=(proposed,)))

    assert (found.kind, found.not_by) == (WaitKind.CONFIRM_CORRECTION, proposed.proposed_by)


@pytest.mark.parametrize("kind", list(WaitKind))
def test_everything_that_waits_has_words_and_a_command(kind: WaitKind) -> None:
    words = waits.WORDS[kind]

    assert words.verb[0].isupper()
    assert words.words[0].isupper()
    assert words.command in {**PLACEMENT, **PROVIDER, **SCHOOL}


def test_each_role_that_something_waits_for_may_give_its_command() -> None:
    found = [each for stage in Stage if stage in _TOLD for each in waits.of_placement(at(stage).state)]

    assert found
    for each in found:
        assert each.roles <= PLACEMENT[waits.WORDS[each.kind].command].people, each.kind


_TOLD = (
    Stage.DRAFT,
    Stage.REFERRED,
    Stage.SCREENING,
    Stage.AWAITING_DECISION,
    Stage.DETERMINED,
    Stage.AGREEMENT_PENDING,
    Stage.READY_TO_START,
)


@pytest.mark.parametrize("rule", list(RuleId))
def test_every_timed_rule_has_a_step_for_whose_work_it_is_in(rule: RuleId) -> None:
    step = deadline_steps.STEPS[rule]

    assert deadline_steps.concerned(rule, RULES[rule].owner, overdue=False) & deadline_steps.people(step)
    assert step.before is None or step.before.command in PLACEMENT


def test_a_deadline_is_in_the_work_of_whom_its_miss_is_taken_to_once_overdue() -> None:
    assert deadline_steps.concerned(RuleId.T2, Role.CASE_WORKER, overdue=False) == WORKER
    assert deadline_steps.concerned(RuleId.T2, Role.CASE_WORKER, overdue=True) == WORKER | {Role.HEAD}
    assert Role.PROVIDER_USER in deadline_steps.concerned(RuleId.T10, Role.CASE_WORKER, overdue=False)
