"""The meeting, the determination and the agreement: each guard's yes and no."""

from typing import Any

import pytest

from domain.law.powers import NoPower
from domain.placement.agreement.agreement import (
    AlreadySigned,
    CoverMissing,
    IssueAgreement,
    RecordParentView,
    RecordSafeguardingInformation,
    SafeguardingInformationMissing,
    WrongParty,
)
from domain.placement.decision.determination import NotTheirDecision
from domain.placement.decision.meeting import (
    AlreadyOverridden,
    DispenseWithMeeting,
    MeetingNeedsNoOverride,
    MeetingNotConvened,
    MeetingRequired,
    OverrideMeeting,
    RecordConsultation,
    SocialCareNotConsulted,
    SocialCareNotPresent,
)
from domain.placement.decision.move_start import MoveStartDate
from domain.placement.decision.period import (
    CalendarNotPublished,
    DaysOutOfRange,
    PeriodUnsound,
    ReviewPlanUnsound,
    StartNotAhead,
    StartNotSchoolDay,
)
from domain.placement.guards import DateBeforeCause, DateInFuture, FigureOutOfRange, TextMissing
from domain.placement.stages import Stage
from events.codes import (
    AgreementParty,
    CommissionerKind,
    ExclusionKind,
    LegalBasis,
    ParentStance,
    PrimaryReason,
    PupilFlag,
    RegimeId,
    ReviewSource,
    Role,
    SafeguardingCover,
)
from events.placement.agreement import (
    AgreementIssued,
    AgreementSigned,
    NoticeSuperseded,
    ParentViewRecorded,
    SafeguardingInformationReceived,
)
from events.placement.decision import (
    ConsultationRecorded,
    ExclusionRecorded,
    PlacementDetermined,
    ProfessionalsMeetingConvened,
    ProfessionalsMeetingHeld,
    ProfessionalsMeetingNotRequired,
    ProfessionalsMeetingOverridden,
    StartDateMoved,
)
from events.values.decision import PlannedReview
from tests.domain.examples import (
    CARE_PICTURE,
    CONVENE,
    EHCP_PICTURE,
    ISSUE,
    PLAN_CONSIDERED,
    SCHOOL,
    at,
    day,
    determine,
    draft,
    meet,
    notice,
    picture,
    sign,
    submit,
)
from tests.dsl import Given

CONSULT = RecordConsultation(
    role=Role.SOCIAL_WORKER, consulted_on=day("2026-11-10"), body="children's social care", view="in favour"
)
IN_CARE = submit(picture=picture(**CARE_PICTURE))
WITH_WORKER = submit(picture=picture(flags=(PupilFlag.SOCIAL_WORKER,), social_care_contact="the social worker"))
DISPENSE = DispenseWithMeeting(reason="no social care involved")


def _screening(submitted: Any = None) -> Given:
    story = at(Stage.SCREENING, submitted=submitted).when(CONVENE).then_happens(ProfessionalsMeetingConvened)
    return story.on(day("2026-11-12"))


@pytest.mark.obligation("S32")
@pytest.mark.parametrize("submitted", [IN_CARE, WITH_WORKER])
@pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.VIRTUAL_SCHOOL])
@pytest.mark.clause("meeting")
def test_with_social_care_consulted_and_present_the_meeting_stands(submitted: Any, role: Role) -> None:
    story = _screening(submitted).when(CONSULT).then_happens(ConsultationRecorded)
    story = story.when(meet(attended_roles=(role,))).then_happens(ProfessionalsMeetingHeld)

    assert story.state.stage is Stage.AWAITING_DECISION


@pytest.mark.obligation("S32")
@pytest.mark.clause("meeting")
def test_without_social_care_the_meeting_does_not_stand() -> None:
    _screening(IN_CARE).when(meet()).then_rejected(SocialCareNotConsulted, SocialCareNotPresent)


def test_a_consultation_after_the_meeting_comes_too_late() -> None:
    late = RecordConsultation(role=CONSULT.role, consulted_on=day("2026-11-13"), body="x", view="y")
    story = _screening(IN_CARE).on(day("2026-11-13")).when(late).then_happens(ConsultationRecorded)

    story.when(meet(attended_roles=(Role.SOCIAL_WORKER,))).then_rejected(SocialCareNotConsulted)


def test_consulting_somebody_else_is_not_consulting_social_care() -> None:
    other = RecordConsultation(role=Role.SEND_OFFICER, consulted_on=day("2026-11-10"), body="x", view="y")
    story = _screening(IN_CARE).when(other).then_happens(ConsultationRecorded)

    story.when(meet(attended_roles=(Role.SOCIAL_WORKER,))).then_rejected(SocialCareNotConsulted)


@pytest.mark.obligation("S32")
def test_the_meeting_cannot_be_dispensed_with_for_a_looked_after_pupil() -> None:
    at(Stage.SCREENING, submitted=IN_CARE).when(DISPENSE).then_rejected(MeetingRequired)


def test_the_meeting_may_be_skipped_where_no_social_care_is_involved() -> None:
    at(Stage.SCREENING).when(DISPENSE).then_happens(ProfessionalsMeetingNotRequired)
    at(Stage.SCREENING).when(DispenseWithMeeting(reason=" ")).then_rejected(TextMissing)


HEADS = OverrideMeeting(reason="the pupil's needs cannot wait")


@pytest.mark.obligation("S32")
@pytest.mark.parametrize("first", [Role.HEAD, Role.LA_OFFICER])
def test_head_and_council_together_may_go_on_without_the_meeting(first: Role) -> None:
    (second,) = {Role.HEAD, Role.LA_OFFICER} - {first}
    story = at(Stage.SCREENING, submitted=IN_CARE).by(first).when(HEADS).then_happens(ProfessionalsMeetingOverridden)
    assert story.state.stage is Stage.SCREENING
    story.when(HEADS).then_rejected(AlreadyOverridden)
    both = story.by(second).when(HEADS).then_happens(ProfessionalsMeetingOverridden)

    assert both.state.stage is Stage.AWAITING_DECISION


def test_an_override_has_its_reason_and_something_to_override() -> None:
    at(Stage.SCREENING, submitted=IN_CARE).when(OverrideMeeting(reason=" ")).then_rejected(TextMissing)
    at(Stage.SCREENING).when(HEADS).then_rejected(MeetingNeedsNoOverride)


def test_a_meeting_without_social_care_stands_where_none_is_involved() -> None:
    _screening().when(meet()).then_happens(ProfessionalsMeetingHeld)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"held_on": day("2026-11-13")}, DateInFuture),
        ({"held_on": day("2026-11-11")}, DateBeforeCause),
        ({"minutes": ""}, TextMissing),
        ({"pupil_view": ""}, TextMissing),
        ({"parent_view": ""}, TextMissing),
    ],
)
def test_a_meeting_is_recorded_with_its_minutes_and_views(changes: dict[str, Any], reason: type) -> None:
    _screening().when(meet(**changes)).then_rejected(reason)


def test_a_meeting_is_convened_before_it_is_held() -> None:
    at(Stage.SCREENING).when(meet()).then_rejected(MeetingNotConvened)


@pytest.mark.obligation("S13", "S15")
def test_a_determination_keeps_what_it_rested_on() -> None:
    story = at(Stage.AWAITING_DECISION).on(day("2026-11-16")).when(determine())
    (event,) = story.events

    assert isinstance(event, PlacementDetermined)
    assert event.regime_id is RegimeId.ACAD_2026
    assert event.determined_on == day("2026-11-16")
    assert event.calendar_version == 1


@pytest.mark.obligation("S1", "S16")
@pytest.mark.parametrize(
    ("basis", "reason", "regime"),
    [
        (LegalBasis.PEX6, PrimaryReason.PERM_EX, RegimeId.LA_S19),
        (LegalBasis.S19_ILL, PrimaryReason.MENTAL, RegimeId.LA_S19),
        (LegalBasis.S19_OTH, PrimaryReason.NEW_ARRIVAL, RegimeId.LA_S19),
    ],
)
def test_the_authority_decides_on_the_bases_that_are_its_own(
    basis: LegalBasis, reason: PrimaryReason, regime: RegimeId
) -> None:
    drafted = draft(commissioner=CommissionerKind.LA, legal_basis=basis)
    story = at(Stage.AWAITING_DECISION, drafted=drafted, submitted=submit(primary_reason=reason))
    story = story.and_then(ExclusionRecorded(first_day=day("2026-11-09"), kind=ExclusionKind.PERMANENT, days=None))

    story.by(Role.HEAD).when(determine()).then_rejected(NotTheirDecision)
    decided = story.by(Role.LA_OFFICER).when(determine()).then_happens(PlacementDetermined)
    assert decided.state.decision.regime_id is regime


@pytest.mark.obligation("S1", "S35")
def test_the_authority_decides_what_an_ehc_plan_names() -> None:
    drafted = draft(commissioner=CommissionerKind.LA, legal_basis=LegalBasis.EHCP_S42)
    told = submit(primary_reason=PrimaryReason.EHCP_NAMED, picture=picture(**EHCP_PICTURE))
    story = at(Stage.AWAITING_DECISION, drafted=drafted, submitted=told).by(Role.SEND_OFFICER)
    decided = story.when(determine(ehc_plan=PLAN_CONSIDERED)).then_happens(PlacementDetermined)

    assert decided.state.decision.regime_id is RegimeId.EHCP_S42


def test_the_authority_does_not_decide_for_a_school() -> None:
    at(Stage.AWAITING_DECISION).by(Role.SEND_OFFICER).when(determine()).then_rejected(NotTheirDecision)


def _plan(*dues: str, kind: ReviewSource = ReviewSource.PLAN) -> tuple[PlannedReview, ...]:
    return tuple(PlannedReview(due=day(due), kind=kind) for due in dues)


BEYOND = {
    "start_date": day("2027-09-06"),
    "proposed_end": day("2027-12-06"),
    "review_plan": _plan("2027-10-01"),
}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"start_date": day("2026-11-12")}, StartNotAhead),
        ({"start_date": day("2026-11-28")}, StartNotSchoolDay),
        (BEYOND, CalendarNotPublished),
        ({"proposed_end": day("2026-11-26")}, PeriodUnsound),
        ({"days": 0}, FigureOutOfRange),
        ({"days": 75}, DaysOutOfRange),
        ({"review_plan": ()}, ReviewPlanUnsound),
        ({"review_plan": _plan("2027-01-20", "2027-01-20")}, ReviewPlanUnsound),
        ({"review_plan": _plan("2027-03-26")}, ReviewPlanUnsound),
        ({"review_plan": _plan("2027-01-20", kind=ReviewSource.HALF_TERM)}, ReviewPlanUnsound),
        ({"reasons": ""}, TextMissing),
        ({"alternatives": ""}, TextMissing),
    ],
)  # fmt: skip
def test_a_determination_is_refused(changes: dict[str, Any], reason: type) -> None:
    at(Stage.AWAITING_DECISION).when(determine(**{"review_plan": _plan("2027-01-20")} | changes)).then_rejected(
        *({reason, ReviewPlanUnsound} if "proposed_end" in changes and reason is PeriodUnsound else {reason})
    )


def test_the_period_holds_exactly_so_many_days() -> None:
    at(Stage.AWAITING_DECISION).when(determine(days=71)).then_happens(PlacementDetermined)
    (reason,) = at(Stage.AWAITING_DECISION).when(determine(days=72)).then_rejected(DaysOutOfRange)

    assert reason.detail == "The period has 71 school days."


@pytest.mark.obligation("S16")
def test_a_pupil_referral_unit_has_the_power_only_from_its_day() -> None:
    unit = SCHOOL.__class__(urn=SCHOOL.urn, kind=CommissionerKind.PRU)
    story = at(Stage.NEW).knowing(school=unit).when(draft(commissioner=CommissionerKind.PRU)).given
    drafted = story.when(draft(commissioner=CommissionerKind.PRU)).events
    later = at(Stage.AWAITING_DECISION)
    as_unit = later.knowing(events=(*drafted, *later.events[1:]))

    as_unit.when(determine()).then_happens(PlacementDetermined)
    as_unit.on(day("2026-07-24")).when(determine()).then_rejected(NoPower)


def move(start: str, end: str = "2027-03-25", **changes: Any) -> MoveStartDate:
    fields: dict[str, Any] = {"start_date": day(start), "proposed_end": day(end), "days": 40, "reason": "late notice"}
    return MoveStartDate(**(fields | changes))


def test_moving_the_start_spends_the_notice() -> None:
    noticed = at(Stage.READY_TO_START).on(day("2026-11-19")).when(notice())
    story = noticed.given.and_then(*noticed.events).when(move("2026-12-01"))
    story.then_happens(StartDateMoved, NoticeSuperseded)
    state = story.given.and_then(*story.events).state

    assert state.notices.current is None
    assert state.period.start_date == day("2026-12-01")
    assert state.stage is Stage.READY_TO_START


def test_a_start_is_moved_before_any_notice() -> None:
    at(Stage.DETERMINED).when(move("2026-12-01")).then_happens(StartDateMoved)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (move("2026-11-26"), PeriodUnsound),
        (move("2026-11-16"), StartNotAhead),
        (move("2026-12-01", reason=""), TextMissing),
    ],
)
def test_a_move_is_refused(command: MoveStartDate, reason: type) -> None:
    at(Stage.DETERMINED).when(command).then_rejected(reason)


def _unconfirmed() -> Given:
    story = at(Stage.AGREEMENT_PENDING).on(day("2026-11-18"))
    told = tuple(each for each in story.events if not isinstance(each, SafeguardingInformationReceived))
    signed = story.knowing(events=told).by(Role.PROVIDER_USER).when(sign(AgreementParty.PROVIDER))
    return signed.then_happens(AgreementSigned).by(Role.HEAD)


@pytest.mark.obligation("S19")
@pytest.mark.clause("safeguarding")
def test_the_second_signature_waits_for_the_provider_to_confirm_in_writing() -> None:
    story = _unconfirmed()
    (reason,) = story.when(sign(AgreementParty.SCHOOL)).then_rejected(SafeguardingInformationMissing)
    assert "that its staff were checked, that it will tell of changes, every address" in reason.detail
    for cover in SafeguardingCover:
        story.by(Role.HEAD).when(sign(AgreementParty.SCHOOL)).then_rejected(SafeguardingInformationMissing)
        received = RecordSafeguardingInformation(received_on=day("2026-11-18"), covers=(cover,))
        story = story.by(Role.DSL).when(received).then_happens(SafeguardingInformationReceived)

    assert story.by(Role.HEAD).when(sign(AgreementParty.SCHOOL)).then_happens(AgreementSigned)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (RecordSafeguardingInformation(received_on=day("2026-11-17"), covers=()), CoverMissing),
        (
            RecordSafeguardingInformation(received_on=day("2026-11-19"), covers=(SafeguardingCover.ADDRESSES,)),
            DateInFuture,
        ),
    ],
)
def test_what_the_provider_confirmed_says_something_that_has_come(command: Any, reason: type) -> None:
    at(Stage.DETERMINED).on(day("2026-11-18")).when(command).then_rejected(reason)


@pytest.mark.obligation("S27")
@pytest.mark.clause("agreement")
def test_both_sides_sign_and_the_placement_is_ready() -> None:
    story = at(Stage.AGREEMENT_PENDING).on(day("2026-11-18"))
    provider_first = story.by(Role.PROVIDER_USER).when(sign(AgreementParty.PROVIDER)).then_happens(AgreementSigned)
    assert provider_first.state.stage is Stage.AGREEMENT_PENDING
    both = provider_first.by(Role.HEAD).when(sign(AgreementParty.SCHOOL)).then_happens(AgreementSigned)

    assert both.state.stage is Stage.READY_TO_START


@pytest.mark.parametrize(
    ("role", "party"),
    [
        (Role.PROVIDER_USER, AgreementParty.SCHOOL),
        (Role.CASE_WORKER, AgreementParty.PROVIDER),
        (Role.HEAD, AgreementParty.PROVIDER),
    ],
)
def test_nobody_signs_for_the_other_side(role: Role, party: AgreementParty) -> None:
    at(Stage.AGREEMENT_PENDING).on(day("2026-11-18")).by(role).when(sign(party)).then_rejected(WrongParty)


def test_a_side_signs_once_and_not_in_the_future() -> None:
    story = at(Stage.AGREEMENT_PENDING).by(Role.HEAD)
    story.on(day("2026-11-17")).when(sign(AgreementParty.SCHOOL)).then_rejected(DateInFuture)
    signed = story.on(day("2026-11-18")).when(sign(AgreementParty.SCHOOL)).then_happens(AgreementSigned)

    signed.when(sign(AgreementParty.SCHOOL)).then_rejected(AlreadySigned)


def test_a_new_version_of_the_agreement_needs_both_signatures_anew() -> None:
    story = at(Stage.AGREEMENT_PENDING).on(day("2026-11-18")).by(Role.HEAD)
    story = story.when(sign(AgreementParty.SCHOOL)).then_happens(AgreementSigned)
    story = story.by(Role.CASE_WORKER).when(ISSUE).then_happens(AgreementIssued)

    assert story.state.agreement.signatures == ()
    assert story.state.agreement.issued is not None
    assert story.state.agreement.issued.version == 2


def test_an_agreement_has_terms_and_figures() -> None:
    wrong = IssueAgreement(pennies_per_session=-1, total_pennies=-1, notice_days=-1, terms="")

    reasons = at(Stage.DETERMINED).when(wrong).then_rejected(FigureOutOfRange, TextMissing)
    assert len(reasons) == 4


@pytest.mark.obligation("S31")
def test_a_parents_view_is_recorded_apart_from_the_decision() -> None:
    view = RecordParentView(stance=ParentStance.OBJECT, given_on=day("2026-11-16"), view="too far")
    story = at(Stage.DETERMINED)

    assert story.when(view).then_happens(ParentViewRecorded).state.stage is Stage.DETERMINED
    story.on(day("2026-11-15")).when(view).then_rejected(DateInFuture)
