"""Every command of a placement: when it may be given and by whom, and the one place that hands it to its phase."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never, get_args

from domain.placement import councils, surroundings
from domain.placement.agreement import agreement, arrangements, notice, pattern
from domain.placement.corrections import corrections
from domain.placement.decision import determination, meeting, plans, section_f
from domain.placement.ending import closing, reintegration
from domain.placement.facts import Facts
from domain.placement.guards import RoleNotAllowed, WrongStage
from domain.placement.record import access, complaints, contact, documents, letters, retention
from domain.placement.referral import exclusions, grounds, offers, proposal, referral
from domain.placement.reviews import periods, requests, reviews
from domain.placement.running import progress, provider_review, safeguarding, terms, transition
from domain.placement.running import start as running
from domain.placement.state import DECIDED, RUNNING, TERMINAL, Placement, Stage
from domain.placement.time import late_records, overtaken, recalculation, service, timers
from domain.shared.commands import Allowed, kebab
from domain.shared.errors import refuse
from events.codes import Role
from events.placement.union import PlacementEvent

PlacementCommand = (
    referral.DraftReferral
    | referral.SubmitReferral
    | proposal.ProposeProvider
    | offers.RequestProviderOffer
    | offers.MakeProviderOffer
    | offers.DeclineProviderOffer
    | meeting.ConveneProfessionalsMeeting
    | meeting.RecordConsultation
    | meeting.RecordProfessionalsMeeting
    | meeting.DispenseWithMeeting
    | meeting.OverrideMeeting
    | grounds.NotifyLaOfPlan
    | plans.RecordAnnualReview
    | section_f.RecordPlanDelivery
    | exclusions.RecordExclusion
    | exclusions.RecordEarlyStartConsent
    | determination.Determine
    | determination.ConfirmDetermination
    | determination.MoveStartDate
    | agreement.RecordSafeguardingInformation
    | agreement.IssueAgreement
    | agreement.SignAgreement
    | agreement.RecordParentView
    | notice.GiveNotice
    | pattern.SetAttendancePattern
    | running.StartPlacement
    | terms.ChangeTerms
    | terms.ReportProviderChange
    | safeguarding.RaiseSafeguardingConcern
    | safeguarding.AnswerSafeguardingConcern
    | safeguarding.PauseForSafeguarding
    | safeguarding.ResumePlacement
    | requests.RequestReview
    | requests.GrantReviewRequest
    | requests.RefuseReviewRequest
    | reviews.ScheduleReview
    | reviews.InviteToReview
    | reviews.RecordWrittenViews
    | reviews.HoldReview
    | reviews.DecideReview
    | reviews.NotifyOutcome
    | reintegration.PlanReintegration
    | reintegration.StartReintegration
    | reintegration.RecordReintegrationStep
    | closing.EndPlacement
    | closing.RecordAssessmentAttempt
    | closing.Evaluate
    | closing.Close
    | closing.DeclineReferral
    | closing.Withdraw
    | closing.Cancel
    | surroundings.AroundCommand
    | contact.RecordCommunication
    | transition.RecordTransitionDealtWith
    | overtaken.RecordOvertakenDutyDealtWith
    | provider_review.RecordProviderReview
    | corrections.CorrectRecord
    | documents.RecordDocuments
    | letters.RecordLetterFate
    | letters.RecordReturnedLetter
    | retention.ProposeErasure
    | retention.ConfirmErasure
    | retention.DecideErasure
    | timers.PassTime
)


def _allow(*stages: Stage, by: set[Role]) -> Allowed[Stage]:
    return Allowed(stages=frozenset(stages), roles=frozenset(by))


_WORKER = {Role.CASE_WORKER}
_LEADERS = {Role.CASE_WORKER, Role.HEAD}
_BODY = {Role.HEAD, Role.BODY_DELEGATE}
_UNDECIDED = (Stage.REFERRED, Stage.SCREENING, Stage.AWAITING_DECISION)
_PROPOSED = (Stage.SCREENING, Stage.AWAITING_DECISION)
_NOT_STARTED = (Stage.DRAFT, *_UNDECIDED, *DECIDED)
_PROTECTORS = {Role.HEAD, Role.DSL, Role.LA_OFFICER}
_CONCERNED = (Stage.SCREENING, Stage.AWAITING_DECISION, *DECIDED, *RUNNING, Stage.ENDED)
_KNOWN = tuple(stage for stage in Stage if stage is not Stage.NEW)
_GOING = tuple(stage for stage in _KNOWN if stage not in TERMINAL)
_STAFF = {
    *_LEADERS,
    *(Role.DSL, Role.LA_OFFICER, Role.SEND_OFFICER, Role.VIRTUAL_SCHOOL, Role.SOCIAL_WORKER),
}
_KEEPERS = {Role.CASE_WORKER, Role.HEAD, Role.DSL}

ALLOWED: Mapping[type[PlacementCommand], Allowed[Stage]] = MappingProxyType(
    {
        referral.DraftReferral: _allow(Stage.NEW, by=_WORKER),
        referral.SubmitReferral: _allow(Stage.DRAFT, by=_WORKER),
        proposal.ProposeProvider: _allow(Stage.REFERRED, Stage.SCREENING, by={Role.CASE_WORKER, Role.LA_OFFICER}),
        offers.RequestProviderOffer: _allow(*_PROPOSED, by={Role.CASE_WORKER, Role.LA_OFFICER}),
        offers.MakeProviderOffer: _allow(*_PROPOSED, by={Role.PROVIDER_USER}),
        offers.DeclineProviderOffer: _allow(*_PROPOSED, by={Role.PROVIDER_USER}),
        meeting.ConveneProfessionalsMeeting: _allow(Stage.SCREENING, by=_WORKER),
        meeting.RecordConsultation: _allow(
            *(Stage.REFERRED, Stage.SCREENING, *DECIDED, *RUNNING),
            by={Role.CASE_WORKER, Role.SOCIAL_WORKER, Role.VIRTUAL_SCHOOL},
        ),
        meeting.RecordProfessionalsMeeting: _allow(Stage.SCREENING, by=_WORKER),
        meeting.DispenseWithMeeting: _allow(Stage.SCREENING, by=_LEADERS),
        meeting.OverrideMeeting: _allow(Stage.SCREENING, by={*meeting.OVERRIDE}),
        grounds.NotifyLaOfPlan: _allow(*_UNDECIDED, *DECIDED, *RUNNING, by={*_WORKER, Role.SEND_OFFICER}),
        plans.RecordAnnualReview: _allow(*_UNDECIDED, *DECIDED, *RUNNING, by={*_WORKER, Role.SEND_OFFICER}),
        section_f.RecordPlanDelivery: _allow(*_UNDECIDED, *DECIDED, *RUNNING, by={*_LEADERS, Role.SEND_OFFICER}),
        exclusions.RecordExclusion: _allow(*_NOT_STARTED, by={*_LEADERS, Role.LA_OFFICER}),
        exclusions.RecordEarlyStartConsent: _allow(*DECIDED, by=_WORKER),
        determination.Determine: _allow(Stage.AWAITING_DECISION, by={*_BODY, *determination.AUTHORITY}),
        determination.ConfirmDetermination: _allow(Stage.AWAITING_DECISION, by={*_BODY, *determination.AUTHORITY}),
        determination.MoveStartDate: _allow(*DECIDED, by=_LEADERS),
        agreement.RecordSafeguardingInformation: _allow(
            Stage.SCREENING, Stage.AWAITING_DECISION, *DECIDED, *RUNNING, by={*_WORKER, Role.DSL}
        ),
        agreement.IssueAgreement: _allow(Stage.DETERMINED, Stage.AGREEMENT_PENDING, by=_WORKER),
        agreement.SignAgreement: _allow(Stage.AGREEMENT_PENDING, by={*_LEADERS, Role.PROVIDER_USER}),
        agreement.RecordParentView: _allow(*_NOT_STARTED, *RUNNING, by={Role.CASE_WORKER, Role.PARENT}),
        notice.GiveNotice: _allow(*DECIDED, *RUNNING, by=_WORKER),
        pattern.SetAttendancePattern: _allow(*DECIDED, *RUNNING, by=_LEADERS),
        running.StartPlacement: _allow(Stage.READY_TO_START, by={Role.CASE_WORKER, Role.SYSTEM}),
        terms.ChangeTerms: _allow(*RUNNING, by=_LEADERS),
        terms.ReportProviderChange: _allow(*DECIDED, *RUNNING, by={*_LEADERS, Role.PROVIDER_USER}),
        safeguarding.RaiseSafeguardingConcern: _allow(
            *_CONCERNED,
            by={Role.CASE_WORKER, *_PROTECTORS, Role.SEND_OFFICER, Role.SOCIAL_WORKER, Role.PROVIDER_USER, Role.PARENT},
        ),
        safeguarding.AnswerSafeguardingConcern: _allow(*_CONCERNED, by=_PROTECTORS),
        safeguarding.PauseForSafeguarding: _allow(Stage.ACTIVE, Stage.REINTEGRATING, by=_PROTECTORS),
        safeguarding.ResumePlacement: _allow(Stage.PAUSED, by=_PROTECTORS),
        requests.RequestReview: _allow(
            *RUNNING, by={*_LEADERS, Role.PARENT, Role.PUPIL, Role.LA_OFFICER, Role.SEND_OFFICER}
        ),
        requests.GrantReviewRequest: _allow(*RUNNING, by=_LEADERS),
        requests.RefuseReviewRequest: _allow(*RUNNING, by=_LEADERS),
        reviews.ScheduleReview: _allow(*RUNNING, by=_LEADERS),
        reviews.InviteToReview: _allow(*RUNNING, by=_LEADERS),
        reviews.RecordWrittenViews: _allow(
            *RUNNING,
            by={Role.CASE_WORKER, Role.PARENT, Role.PUPIL, Role.LA_OFFICER, Role.SEND_OFFICER, Role.SOCIAL_WORKER},
        ),
        reviews.HoldReview: _allow(*RUNNING, by=_LEADERS),
        reviews.DecideReview: _allow(*RUNNING, by={*_LEADERS, *_BODY}),
        reviews.NotifyOutcome: _allow(*RUNNING, Stage.ENDED, by=_LEADERS),
        reintegration.PlanReintegration: _allow(*RUNNING, by=_LEADERS),
        reintegration.StartReintegration: _allow(Stage.ACTIVE, by=_LEADERS),
        reintegration.RecordReintegrationStep: _allow(Stage.REINTEGRATING, by=_LEADERS),
        closing.EndPlacement: _allow(*RUNNING, by=_LEADERS),
        closing.RecordAssessmentAttempt: _allow(Stage.ENDED, by=_LEADERS),
        closing.Evaluate: _allow(Stage.ENDED, by=_WORKER),
        closing.Close: _allow(Stage.ENDED, by=_LEADERS),
        closing.DeclineReferral: _allow(*_UNDECIDED, by={*_LEADERS, Role.LA_OFFICER}),
        closing.Withdraw: _allow(*_NOT_STARTED, by=_LEADERS),
        closing.Cancel: _allow(*_NOT_STARTED, by=_LEADERS),
        contact.RecordVisit: _allow(*RUNNING, by=_STAFF),
        contact.LogContact: _allow(*_GOING, by={*_STAFF, Role.PROVIDER_USER}),
        contact.RecordCommunication: _allow(*_KNOWN, by=_STAFF),
        contact.AddNote: _allow(*_GOING, by={*_STAFF, Role.PROVIDER_USER}),
        contact.AssignCase: _allow(*_GOING, by=_LEADERS),
        arrangements.ArrangeTransport: _allow(*_UNDECIDED, *DECIDED, *RUNNING, by={*_LEADERS, Role.LA_OFFICER}),
        arrangements.ArrangeMeals: _allow(*_UNDECIDED, *DECIDED, *RUNNING, by=_LEADERS),
        progress.ReceiveProgressReport: _allow(*RUNNING, Stage.ENDED, by={*_LEADERS, Role.PROVIDER_USER}),
        access.RestrictAccess: _allow(*_KNOWN, by={Role.HEAD, Role.DSL}),
        access.LiftAccessRestriction: _allow(*_KNOWN, by={Role.HEAD, Role.DSL}),
        access.RecordSubjectAccessRequest: _allow(*_KNOWN, by=_KEEPERS),
        access.ExtendSubjectAccessRequest: _allow(*_KNOWN, by=_KEEPERS),
        access.RecordSubjectAccessAnswer: _allow(*_KNOWN, by=_KEEPERS),
        access.QuerySubjectAccessRequest: _allow(*_KNOWN, by=_KEEPERS),
        access.RecordQueryAnswer: _allow(*_KNOWN, by=_KEEPERS),
        access.ConsiderSeriousHarm: _allow(*_KNOWN, by={Role.DSL}),
        complaints.RecordDataProtectionComplaint: _allow(*_KNOWN, by=_KEEPERS),
        complaints.AcknowledgeDataProtectionComplaint: _allow(*_KNOWN, by=_KEEPERS),
        complaints.AnswerDataProtectionComplaint: _allow(*_KNOWN, by=_KEEPERS),
        overtaken.RecordOvertakenDutyDealtWith: _allow(*DECIDED, *RUNNING, by=_LEADERS),
        transition.RecordTransitionDealtWith: _allow(*RUNNING, Stage.ENDED, by=_BODY),
        provider_review.RecordProviderReview: _allow(*DECIDED, *RUNNING, by={*_LEADERS, Role.DSL, Role.LA_OFFICER}),
        corrections.CorrectRecord: _allow(*_KNOWN, by=_LEADERS),
        timers.PassTime: _allow(*_GOING, by={Role.SYSTEM}),
        retention.ProposeErasure: _allow(*TERMINAL, by={Role.SYSTEM}),
        retention.ConfirmErasure: _allow(*TERMINAL, by={Role.HEAD, Role.LA_OFFICER}),
        retention.DecideErasure: _allow(*TERMINAL, by={Role.HEAD, Role.LA_OFFICER}),
        documents.RecordDocuments: _allow(*_KNOWN, by={Role.SYSTEM}),
        letters.RecordLetterFate: _allow(*_KNOWN, by={Role.SYSTEM}),
        letters.RecordReturnedLetter: _allow(*_KNOWN, by=_LEADERS),
    }
)

COMMANDS: Mapping[str, type[PlacementCommand]] = MappingProxyType(
    {kebab(command): command for command in get_args(PlacementCommand)}
)
"""Every command by its name in a URL, the system's own included."""

_SYSTEM_ONLY = frozenset({Role.SYSTEM})


def is_for_people(command: type[PlacementCommand]) -> bool:
    """People may give this command: it is offered over HTTP."""
    return ALLOWED[command].roles != _SYSTEM_ONLY


def in_words(stage: Stage) -> str:
    """`awaiting decision`."""
    return stage.value.replace("_", " ")


def wrong_stage(stage: Stage, command: type[PlacementCommand]) -> WrongStage | None:
    """Why a command may not be given at a stage."""
    allowed = ALLOWED[command].stages
    if stage in allowed:
        return None
    wanted = [in_words(each) for each in Stage if each in allowed]
    return WrongStage(f"The placement is {in_words(stage)}. This needs it to be {' or '.join(wanted)}.")


def wrong_role(role: Role, command: type[PlacementCommand]) -> RoleNotAllowed | None:
    """Why somebody in a role may not give a command."""
    allowed = ALLOWED[command].roles
    if role in allowed:
        return None
    people = allowed - _SYSTEM_ONLY or allowed
    wanted = [each.value.replace("_", " ") for each in Role if each in people]
    return RoleNotAllowed(f"This is for: {', '.join(wanted)}.")


def decide(state: Placement, command: PlacementCommand, facts: Facts) -> tuple[PlacementEvent, ...]:
    """What follows from a command.

    Raises:
        Rejections: the command may not be given, with every reason.
    """
    refuse(wrong_role(facts.actor.role, type(command)))
    refuse(wrong_stage(state.stage, type(command)))
    refuse(councils.beyond_the_plan(type(command), facts))
    events = _decide(state, command, facts)
    return events if isinstance(command, _JUDGED) else late_records.with_verdicts(state, events, facts)


_JUDGED = (
    timers.PassTime,
    corrections.CorrectRecord,
    contact.RecordCommunication,
    documents.RecordDocuments,
    letters.RecordLetterFate,
    letters.RecordReturnedLetter,
    reviews.DecideReview,
    closing.EndPlacement,
)
"""What these show of a duty they judge themselves, or time does."""


def _decide(  # noqa: C901, PLR0911, PLR0912, PLR0915 # one flat match: a case for each command
    state: Placement, command: PlacementCommand, facts: Facts
) -> tuple[PlacementEvent, ...]:
    match command:
        case referral.DraftReferral():
            return referral.draft(command, facts)
        case referral.SubmitReferral():
            return referral.submit(state, command, facts)
        case proposal.ProposeProvider():
            return proposal.propose(state, command, facts)
        case offers.RequestProviderOffer() | offers.MakeProviderOffer() | offers.DeclineProviderOffer():
            return offers.offer(state, command, facts)
        case meeting.ConveneProfessionalsMeeting():
            return meeting.convene(command, facts)
        case meeting.RecordConsultation():
            return meeting.consult(command, facts)
        case meeting.RecordProfessionalsMeeting():
            return meeting.record(state, command, facts)
        case meeting.DispenseWithMeeting():
            return meeting.dispense(state, command)
        case meeting.OverrideMeeting():
            return meeting.override(state, command, facts)
        case grounds.NotifyLaOfPlan():
            return grounds.notify_la(state, command, facts)
        case plans.RecordAnnualReview():
            return plans.record(state, command, facts)
        case section_f.RecordPlanDelivery():
            return section_f.record(state, command, facts)
        case exclusions.RecordExclusion():
            return exclusions.record(state, command, facts)
        case exclusions.RecordEarlyStartConsent():
            return exclusions.consent(state, command, facts)
        case determination.Determine():
            return determination.determine(state, command, facts)
        case determination.ConfirmDetermination():
            return determination.confirm(state, facts)
        case determination.MoveStartDate():
            return determination.move_start(state, command, facts)
        case agreement.RecordSafeguardingInformation():
            return agreement.receive_safeguarding(state, command, facts)
        case agreement.IssueAgreement():
            return agreement.issue(state, command, facts)
        case agreement.SignAgreement():
            return agreement.sign(state, command, facts)
        case agreement.RecordParentView():
            return agreement.record_parent_view(command, facts)
        case notice.GiveNotice():
            return notice.give(state, command, facts)
        case pattern.SetAttendancePattern():
            return pattern.set_pattern(state, command, facts)
        case running.StartPlacement():
            return running.start(state, command, facts)
        case terms.ChangeTerms():
            return terms.change(state, command, facts)
        case terms.ReportProviderChange():
            return terms.report(command, facts)
        case safeguarding.RaiseSafeguardingConcern():
            return safeguarding.raise_concern(command, facts)
        case safeguarding.AnswerSafeguardingConcern():
            return safeguarding.answer(state, command, facts)
        case safeguarding.PauseForSafeguarding():
            return safeguarding.pause(state, command, facts)
        case safeguarding.ResumePlacement():
            return safeguarding.resume(state, command, facts)
        case requests.RequestReview():
            return requests.request(state, command, facts)
        case requests.GrantReviewRequest():
            return requests.grant(state, command, facts)
        case requests.RefuseReviewRequest():
            return requests.refuse_request(state, command, facts)
        case reviews.ScheduleReview():
            return reviews.schedule(state, command, facts)
        case reviews.InviteToReview():
            return reviews.invite(state, command, facts)
        case reviews.RecordWrittenViews():
            return reviews.record_views(state, command, facts)
        case reviews.HoldReview():
            return reviews.hold(state, command, facts)
        case reviews.DecideReview():
            return periods.with_verdict(state, reviews.decide_review(state, command, facts), facts)
        case reviews.NotifyOutcome():
            return reviews.notify(state, command, facts)
        case reintegration.PlanReintegration():
            return reintegration.plan(command, facts)
        case reintegration.StartReintegration():
            return reintegration.start(state, command, facts)
        case reintegration.RecordReintegrationStep():
            return reintegration.record_step(state, command, facts)
        case closing.EndPlacement():
            return periods.with_verdict(state, closing.end(state, command, facts), facts)
        case closing.RecordAssessmentAttempt():
            return closing.record_attempt(state, command, facts)
        case closing.Evaluate():
            return closing.evaluate(state, command, facts)
        case closing.Close():
            return closing.close(state, facts)
        case closing.DeclineReferral() | closing.Withdraw() | closing.Cancel():
            return closing.stop(command, facts)
        case (
            contact.RecordVisit()
            | contact.LogContact()
            | contact.AddNote()
            | contact.AssignCase()
            | arrangements.ArrangeTransport()
            | arrangements.ArrangeMeals()
            | progress.ReceiveProgressReport()
            | access.RestrictAccess()
            | access.LiftAccessRestriction()
            | access.RecordSubjectAccessRequest()
            | access.ExtendSubjectAccessRequest()
            | access.RecordSubjectAccessAnswer()
            | access.QuerySubjectAccessRequest()
            | access.RecordQueryAnswer()
            | access.ConsiderSeriousHarm()
            | complaints.RecordDataProtectionComplaint()
            | complaints.AcknowledgeDataProtectionComplaint()
            | complaints.AnswerDataProtectionComplaint()
        ):
            return surroundings.decide(state, command, facts)
        case contact.RecordCommunication():
            return service.judged(state, contact.communicate(state, command, facts), facts)
        case overtaken.RecordOvertakenDutyDealtWith():
            return overtaken.deal_with(state, command, facts)
        case transition.RecordTransitionDealtWith():
            return transition.deal_with(state, command, facts)
        case provider_review.RecordProviderReview():
            return provider_review.record(state, command, facts)
        case corrections.CorrectRecord():
            return corrections.correct(command, facts)
        case documents.RecordDocuments():
            return documents.keep(state, command)
        case letters.RecordLetterFate():
            return service.judged(state, letters.record_fate(state, command, facts), facts)
        case letters.RecordReturnedLetter():
            return service.judged(state, letters.record_return(state, command, facts), facts)
        case retention.ProposeErasure():
            return retention.propose(state, command, facts)
        case retention.ConfirmErasure():
            return retention.confirm(state, facts)
        case retention.DecideErasure():
            return retention.decide_early(state, command, facts)
        case timers.PassTime():
            return recalculation.pass_time(state, facts)
        case _:
            assert_never(command)
