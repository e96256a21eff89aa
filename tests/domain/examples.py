"""An invented pupil's placement, command by command: what the tests of the rules vary."""

from dataclasses import dataclass
from datetime import date, time
from functools import cache
from typing import Any
from uuid import UUID

from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.agreement.agreement import IssueAgreement, RecordSafeguardingInformation, SignAgreement
from domain.placement.agreement.arrangements import ArrangeTransport
from domain.placement.agreement.notice import GiveNotice
from domain.placement.decision.determination import Determine
from domain.placement.decision.meeting import (
    ConveneProfessionalsMeeting,
    DispenseWithMeeting,
    RecordProfessionalsMeeting,
)
from domain.placement.ending.closing import Close, EndPlacement, Evaluate
from domain.placement.ending.reintegration import PlanReintegration, RecordReintegrationStep, StartReintegration
from domain.placement.record.contact import RecordCommunication
from domain.placement.referral.drafting import DraftReferral
from domain.placement.referral.grounds import NotifyLaOfPlan
from domain.placement.referral.proposal import ProposeProvider, RegistrationCheck
from domain.placement.referral.referral import SubmitReferral
from domain.placement.running.start import StartPlacement
from domain.placement.stages import Stage
from domain.provider.state import Provider, ProviderStage
from domain.school.state import Delegation, School, SchoolStage
from domain.shared.electronic import Agreement
from events.codes import (
    AgreementParty,
    CommissionerKind,
    CommunicationSubject,
    ContactMethod,
    DeliveryMethod,
    EndReason,
    LegalBasis,
    ParentStance,
    PrimaryReason,
    ProviderKind,
    PupilFlag,
    RecipientRole,
    Recommendation,
    RegistrationResult,
    ReviewSource,
    Role,
    SafeguardingCover,
    SessionMode,
    SigningMethod,
    TransportMode,
)
from events.ids import DelegationId, PersonId, PlacementId, ProviderId, SiteId, Urn
from events.provider import DueDiligenceCompleted
from events.values.decision import DirectionGrounds, PlanConsidered, PlannedReview, SectionFItem
from events.values.provider import Site
from events.values.referral import Objective, Parent, Pupil, ReferralPicture
from events.values.reviews import ReintegrationStep
from events.values.school_days import HalfTerm
from events.values.sessions import SessionTimes
from tests.dsl import Given, an_id, london


def day(text: str) -> date:
    return date.fromisoformat(text)


HALF_TERMS = tuple(
    HalfTerm(name=name, first_on=day(first), last_on=day(last))
    for name, first, last in (
        ("Autumn 1", "2026-09-03", "2026-10-23"),
        ("Autumn 2", "2026-11-02", "2026-12-18"),
        ("Spring 1", "2027-01-04", "2027-02-12"),
        ("Spring 2", "2027-02-22", "2027-03-25"),
        ("Summer 1", "2027-04-12", "2027-05-28"),
        ("Summer 2", "2027-06-07", "2027-07-21"),
    )
)
BANK_HOLIDAYS = frozenset(
    map(day, ("2026-12-25", "2026-12-28", "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31"))
)
CALENDAR = SchoolCalendar(half_terms=HALF_TERMS, bank_holidays=BANK_HOLIDAYS, version=1)
URN = Urn("900001")
SCHOOL = School(
    stage=SchoolStage.REGISTERED,
    urn=URN,
    name="Hillcross Academy",
    kind=CommissionerKind.ACADEMY,
    la_code="831",
    calendar_version=1,
    half_terms=HALF_TERMS,
    delegations=(
        Delegation(delegation_id=DelegationId(an_id("delegation")), to_role=Role.HEAD, granted_on=day("2026-09-10")),
    ),
)
SITE = SiteId(an_id("site"))
PROVIDER = Provider(
    stage=ProviderStage.REGISTERED,
    version=2,
    provider_id=ProviderId(an_id("provider")),
    name="Imbue",
    kind=ProviderKind.NON_SCHOOL,
    sites=(Site(site_id=SITE, name="Workshop", address="1 Workshop Lane, Derby, DE99 9ZZ"),),
    due_diligence=tuple(
        DueDiligenceCompleted(
            org_id=org_id,
            completed_on=day("2026-06-15"),
            checks=(),
            satisfied=True,
            valid_until=day("2199-12-31"),
        )
        for org_id in (f"school:{URN}", "la:831")
    ),
)
PUPIL = Pupil(
    legal_name="Robin Example",
    born_on=day("2012-05-04"),
    sex="F",
    upn="L831400126001",
    year_group=10,
    address="1 Sample Street",
    home_language="English",
    parents=(
        Parent(
            name="Sam Example",
            relationship="parent",
            has_parental_responsibility=True,
            contact="sam@example.org",
            stance=ParentStance.AGREE,
        ),
    ),
)
OBJECTIVE = Objective(
    id="1", text="Attend each session", baseline="6 of 10", target="9 of 10", measure="attendance register"
)


def picture(**changes: Any) -> ReferralPicture:
    fields: dict[str, Any] = {
        "on_roll": True,
        "sen_status": "none",
        "health": "no known conditions",
        "attendance_basis_points": 8125,
        "suspension_days": 4,
        "strengths": "works well with her hands",
        "triggers": "crowded corridors",
        "strategies_tried": "a mentor, with some effect",
        "risk_assessment": "low",
        "free_school_meals": False,
        "transport": "bus pass",
    }
    return ReferralPicture(**(fields | changes))


def draft(**changes: Any) -> DraftReferral:
    fields: dict[str, Any] = {
        "home_school_urn": URN,
        "commissioner": CommissionerKind.ACADEMY,
        "legal_basis": LegalBasis.OSD,
        "pupil": PUPIL,
    }
    return DraftReferral(**(fields | changes))


def submit(**changes: Any) -> SubmitReferral:
    fields: dict[str, Any] = {
        "primary_reason": PrimaryReason.BEHAVIOUR,
        "provision_requested": "vocational mornings",
        "sessions_requested": 4,
        "proposed_days": 40,
        "objectives": (OBJECTIVE,),
        "parent_informed_on": day("2026-11-05"),
        "signed_off_by": PersonId(an_id("leader")),
        "picture": picture(),
    }
    return SubmitReferral(**(fields | changes))


PROPOSE = ProposeProvider(
    provider_id=ProviderId(an_id("provider")),
    site_ids=(SITE,),
    registration=RegistrationCheck(
        checked_on=day("2026-06-15"),
        result=RegistrationResult.NOT_REQUIRED,
        influence="a small workshop, so our own checks weigh more",
    ),
    needs_considered="small groups answer what upsets her",
)
CONVENE = ConveneProfessionalsMeeting(
    at=london(day("2026-11-12")), place="school", invited_roles=(Role.SOCIAL_WORKER, Role.HEAD)
)


def meet(**changes: Any) -> RecordProfessionalsMeeting:
    fields: dict[str, Any] = {
        "held_on": day("2026-11-12"),
        "attended_roles": (Role.HEAD, Role.CASE_WORKER),
        "recommendation": Recommendation.PROCEED,
        "minutes": "all agreed",
        "pupil_view": "wants to go",
        "parent_view": "hopes it helps",
    }
    return RecordProfessionalsMeeting(**(fields | changes))


GROUNDS = DirectionGrounds(
    purpose="to stay in lessons when corridors are crowded",
    prior_help="a mentor since May, with some effect",
    not_a_sanction=True,
)


PLAN_CONSIDERED = PlanConsidered(
    early_review="not needed: reviewed in September",
    section_f=(SectionFItem(item="weekly mentoring", delivered_by="the provider"),),
)
TELL_LA = NotifyLaOfPlan(la_code="831", notified_on=day("2026-11-11"))


def determine(**changes: Any) -> Determine:
    fields: dict[str, Any] = {
        "start_date": day("2026-11-26"),
        "proposed_end": day("2027-03-25"),
        "days": 40,
        "review_plan": (PlannedReview(due=day("2027-01-20"), kind=ReviewSource.PLAN),),
        "reasons": "to improve behaviour",
        "alternatives": "an on-site base, full this term",
        "direction": GROUNDS,
    }
    return Determine(**(fields | changes))


def transport(**changes: Any) -> ArrangeTransport:
    fields: dict[str, Any] = {
        "arranged_on": day("2026-11-16"),
        "required": True,
        "details": "a bus pass from the school",
        "mode": TransportMode.PUBLIC,
        "from_on": day("2026-11-26"),
    }
    return ArrangeTransport(**(fields | changes))


def tell(**changes: Any) -> RecordCommunication:
    fields: dict[str, Any] = {
        "sent_on": day("2026-11-16"),
        "subject": CommunicationSubject.ARRANGEMENTS,
        "to_roles": (Role.PARENT, Role.PUPIL),
        "method": ContactMethod.IN_PERSON,
        "content": "where, when, how to get there, whom to ask for",
    }
    return RecordCommunication(**(fields | changes))


CONFIRMED = RecordSafeguardingInformation(received_on=day("2026-11-16"), covers=tuple(SafeguardingCover))
ISSUE = IssueAgreement(pennies_per_session=5500, total_pennies=220_000, notice_days=10, terms="as agreed")


def sign(party: AgreementParty) -> SignAgreement:
    return SignAgreement(
        party=party, method=SigningMethod.SIGNED_IN, signed_on=day("2026-11-18"), signatory=f"for the {party}"
    )


TIMES = SessionTimes(
    mode=SessionMode.TWO_SESSION,
    am_start=time(9, 0),
    break_start=time(12, 0),
    break_end=time(12, 45),
    pm_end=time(15, 0),
)


def notice(**changes: Any) -> GiveNotice:
    fields: dict[str, Any] = {
        "given_on": day("2026-11-19"),
        "method": DeliveryMethod.HAND,
        "recipients": (RecipientRole.RELEVANT_PERSON,),
        "session_times": TIMES,
        "address": "1 Workshop Lane, Derby, DE99 9ZZ",
        "report_to": "the site lead",
        "reasons": "to improve behaviour",
        "objectives": (OBJECTIVE,),
    }
    return GiveNotice(**(fields | changes))


AGREED = (Agreement(parent="Sam Example", email="sam@example.org", agreed_on=day("2026-09-01")),)
"""The parent has agreed to be served by e-mail."""

START = StartPlacement(started_on=day("2026-11-26"), first_site_id=SITE)


def plan(**changes: Any) -> PlanReintegration:
    fields: dict[str, Any] = {
        "full_time_by": day("2027-02-08"),
        "school_accepted": True,
        "steps": (
            ReintegrationStep(n=1, from_on=day("2027-01-25"), sessions_school=6, sessions_ap=4, support="mentor"),
            ReintegrationStep(n=2, from_on=day("2027-02-01"), sessions_school=8, sessions_ap=2, support="mentor"),
        ),
        "key_adult": "the mentor",
        "pupil_view": "ready",
        "parent_view": "glad",
    }
    return PlanReintegration(**(fields | changes))


GO_BACK = StartReintegration(started_on=day("2027-01-25"))
STEP = RecordReintegrationStep(n=1, recorded_on=day("2027-01-29"), attendance_basis_points=9500, outcome="settled")
END = EndPlacement(ended_on=day("2027-02-08"), reason=EndReason.RETURN_PHASED)


def evaluate(**changes: Any) -> Evaluate:
    fields: dict[str, Any] = {
        "objectives_met": ("1",),
        "attendance_before_basis_points": 8125,
        "attendance_during_basis_points": 9300,
        "cost_total_pennies": 200_000,
        "pupil_assessment": "it helped",
        "parent_assessment": "a good choice",
        "provider_view": "a pleasure to teach",
    }
    return Evaluate(**(fields | changes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    on: date
    command: object
    role: Role | None = None


WITH_PLAN = (PupilFlag.EHCP,)
IN_CARE = (PupilFlag.LOOKED_AFTER,)
EHCP_PICTURE: dict[str, Any] = {
    "flags": WITH_PLAN,
    "sen_need": "SEMH",
    "plan_la_code": "831",
    "section_f_summary": "weekly mentoring",
    "section_i_school": "Hillcross Academy",
}
CARE_PICTURE: dict[str, Any] = {"flags": IN_CARE, "social_care_contact": "the social worker"}


def steps(
    drafted: DraftReferral | None = None,
    submitted: SubmitReferral | None = None,
    determined: Determine | None = None,
) -> dict[Stage, tuple[Step, ...]]:
    """The commands that bring a placement to each stage from the one before, in order."""
    on = day
    picture = submitted.picture if submitted else None
    with_plan = picture is not None and PupilFlag.EHCP in picture.flags
    told = (Step(on=on("2026-11-12"), command=TELL_LA),) if with_plan else ()
    decision = determined or determine(**({"ehc_plan": PLAN_CONSIDERED} if with_plan else {}))
    return {
        Stage.NEW: (),
        Stage.DRAFT: (Step(on=on("2026-11-09"), command=drafted or draft()),),
        Stage.REFERRED: (Step(on=on("2026-11-09"), command=submitted or submit()),),
        Stage.SCREENING: (Step(on=on("2026-11-10"), command=PROPOSE),),
        Stage.AWAITING_DECISION: (
            *told,
            Step(on=on("2026-11-12"), command=DispenseWithMeeting(reason="no social care involved")),
        ),
        Stage.DETERMINED: (
            Step(on=on("2026-11-16"), command=decision),
            Step(on=on("2026-11-16"), command=transport()),
            Step(on=on("2026-11-16"), command=tell()),
        ),
        Stage.AGREEMENT_PENDING: (
            Step(on=on("2026-11-17"), command=CONFIRMED),
            Step(on=on("2026-11-17"), command=ISSUE),
        ),
        Stage.READY_TO_START: (
            Step(on=on("2026-11-18"), command=sign(AgreementParty.SCHOOL), role=Role.HEAD),
            Step(on=on("2026-11-18"), command=sign(AgreementParty.PROVIDER), role=Role.PROVIDER_USER),
        ),
        Stage.ACTIVE: (
            Step(on=on("2026-11-19"), command=notice()),
            Step(on=on("2026-11-26"), command=START),
        ),
        Stage.REINTEGRATING: (
            Step(on=on("2027-01-20"), command=plan()),
            Step(on=on("2027-01-25"), command=GO_BACK),
        ),
        Stage.ENDED: (Step(on=on("2027-02-08"), command=END),),
        Stage.CLOSED: (Step(on=on("2027-02-22"), command=evaluate()), Step(on=on("2027-02-22"), command=Close())),
    }


def given(placement: UUID | None = None) -> Given:
    return Given(
        placement_id=PlacementId(placement or an_id("placement")),
        calendar=CALENDAR,
        now=london(day("2026-11-09")),
        school=SCHOOL,
        provider=PROVIDER,
    )


def at(stage: Stage, **instead: Any) -> Given:
    """A placement at a stage, on the morning of the last command; `instead` varies the commands of `steps`."""
    return _told(stage, **instead) if instead else _told_once(stage)


@cache
def _told_once(stage: Stage) -> Given:
    """The unvaried story is frozen, so the tests may share it."""
    return _told(stage)


def _told(stage: Stage, **instead: Any) -> Given:
    story = given()
    for reached, commands in steps(**instead).items():
        for step in commands:
            outcome = Given.when(story.on(step.on).knowing(role=step.role), step.command)
            assert outcome.reasons == (), outcome.reasons
            story = outcome.given.and_then(*outcome.events).knowing(role=None)
        if reached is stage:
            return story
    raise LookupError(stage)
