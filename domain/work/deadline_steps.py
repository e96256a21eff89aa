"""By which command each timed rule is done, and the verb of the link to its form: one row for each rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from domain.attendance.entries import ResolveAbsence
from domain.attendance.provider_marks import RecordMark
from domain.attendance.steps import STEPS as OF_REGISTER
from domain.law.rules import RULES
from domain.placement.agreement.arrangements import ArrangeMeals, ArrangeTransport
from domain.placement.agreement.notice import GiveNotice
from domain.placement.decision.meeting import RecordConsultation
from domain.placement.decision.plans import RecordAnnualReview
from domain.placement.decision.section_f import RecordPlanDelivery
from domain.placement.ending.closing import EndPlacement, Evaluate
from domain.placement.ending.reintegration import PlanReintegration
from domain.placement.record.access import RecordSubjectAccessAnswer
from domain.placement.record.complaints import AcknowledgeDataProtectionComplaint
from domain.placement.record.contact import RecordCommunication
from domain.placement.record.retention import ConfirmErasure
from domain.placement.referral.grounds import NotifyLaOfPlan
from domain.placement.reviews.arranging import InviteToReview, ScheduleReview
from domain.placement.reviews.deciding import DecideReview, NotifyOutcome
from domain.placement.reviews.holding import HoldReview
from domain.placement.reviews.requests import GrantReviewRequest
from domain.placement.running.overtaken import RecordOvertakenDutyDealtWith
from domain.placement.running.provider_review import RecordProviderReview
from domain.placement.running.safeguarding import AnswerSafeguardingConcern
from domain.placement.running.start import StartPlacement
from domain.placement.running.transition import RecordTransitionDealtWith
from domain.placement.steps import STEPS as OF_PLACEMENT
from domain.provider.diligence import CompleteDueDiligence
from domain.provider.directory import RecordQaVisit
from domain.provider.steps import STEPS as OF_PROVIDER
from domain.shared.step import AnyStep
from events.codes import Role, RuleId


class StepOn(Enum):
    """What a step is given to: it decides which page its form is on."""

    PLACEMENT = auto()
    REGISTER = auto()
    PROVIDER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineStep:
    """`before` is the step that comes first where no meeting is arranged yet."""

    verb: str
    command: type
    on: StepOn = StepOn.PLACEMENT
    before: "DeadlineStep | None" = None


def people(step: DeadlineStep) -> frozenset[Role]:
    """Who may give its command."""
    return _ROWS[step.command].people


_ROWS: Final[Mapping[type, AnyStep]] = {**OF_PLACEMENT, **OF_REGISTER, **OF_PROVIDER}


_ARRANGE: Final = DeadlineStep(verb="Arrange", command=ScheduleReview)
_HOLD: Final = DeadlineStep(verb="Record", command=HoldReview, before=_ARRANGE)
_TELL: Final = DeadlineStep(verb="Record", command=RecordCommunication)

STEPS: Final[Mapping[RuleId, DeadlineStep]] = {
    RuleId.T1: DeadlineStep(verb="Give notice", command=GiveNotice),
    RuleId.T2: DeadlineStep(verb="Invite", command=InviteToReview),
    RuleId.T3: DeadlineStep(verb="Notify", command=NotifyOutcome),
    RuleId.T4: _HOLD,
    RuleId.ANSWER: DeadlineStep(verb="Answer", command=GrantReviewRequest),
    RuleId.SAFEGUARDING: _HOLD,
    RuleId.CONCERN: DeadlineStep(verb="Answer", command=AnswerSafeguardingConcern),
    RuleId.T5: _HOLD,
    RuleId.PLAN: _HOLD,
    RuleId.T6: _HOLD,
    RuleId.DECISION: DeadlineStep(verb="Decide", command=DecideReview),
    RuleId.PERIOD: DeadlineStep(verb="End", command=EndPlacement),
    RuleId.REINTEGRATION: DeadlineStep(verb="Plan", command=PlanReintegration),
    RuleId.DESTINATION: DeadlineStep(verb="Record", command=EndPlacement),
    RuleId.T7: DeadlineStep(verb="Start", command=StartPlacement),
    RuleId.T8: DeadlineStep(verb="Give details", command=GiveNotice),
    RuleId.T12: DeadlineStep(verb="Record", command=RecordAnnualReview),
    RuleId.PLAN_COUNCIL: DeadlineStep(verb="Record", command=NotifyLaOfPlan),
    RuleId.SECTION_F: DeadlineStep(verb="Record", command=RecordPlanDelivery),
    RuleId.VIRTUAL_SCHOOL: DeadlineStep(verb="Record", command=RecordConsultation),
    RuleId.OVERTAKEN: DeadlineStep(verb="Deal with", command=RecordOvertakenDutyDealtWith),
    RuleId.TRANSITION: DeadlineStep(verb="Deal with", command=RecordTransitionDealtWith),
    RuleId.T9: DeadlineStep(verb="Find out", command=ResolveAbsence, on=StepOn.REGISTER),
    RuleId.T10: DeadlineStep(verb="Open the register", command=RecordMark, on=StepOn.REGISTER),
    RuleId.T11: DeadlineStep(verb="Check", command=CompleteDueDiligence, on=StepOn.PROVIDER),
    RuleId.QA_VISIT: DeadlineStep(verb="Record", command=RecordQaVisit, on=StepOn.PROVIDER),
    RuleId.PROVIDER: DeadlineStep(verb="Review", command=RecordProviderReview),
    RuleId.T13: _TELL,
    RuleId.T14: DeadlineStep(verb="Evaluate", command=Evaluate),
    RuleId.T15: _ARRANGE,
    RuleId.T18: _ARRANGE,
    RuleId.T18_SESSIONS: _ARRANGE,
    RuleId.T19: _ARRANGE,
    RuleId.T16: DeadlineStep(verb="Decide", command=ConfirmErasure),
    RuleId.T17: DeadlineStep(verb="Answer", command=RecordSubjectAccessAnswer),
    RuleId.COMPLAINT: DeadlineStep(verb="Acknowledge", command=AcknowledgeDataProtectionComplaint),
    RuleId.TOLD: _TELL,
    RuleId.TRANSPORT: DeadlineStep(verb="Arrange", command=ArrangeTransport),
    RuleId.MEALS: DeadlineStep(verb="Arrange", command=ArrangeMeals),
    RuleId.LETTER: _TELL,
}

ALSO: Final[Mapping[RuleId, frozenset[Role]]] = {
    RuleId.SAFEGUARDING: frozenset({Role.CASE_WORKER}),
    RuleId.T7: frozenset({Role.CASE_WORKER}),
    RuleId.T10: frozenset({Role.PROVIDER_USER}),
}
"""Who does what is another role's task to see done: it is in their work as well."""

REVIEWS: Final = frozenset(rule for rule, step in STEPS.items() if step is _HOLD)
"""The rules that are about one review, whose meeting may not be arranged yet."""


def concerned(rule: RuleId, owner: Role, *, overdue: bool) -> frozenset[Role]:
    """The roles in whose work a deadline is: its owner's, and once it is overdue that of whom a miss is taken to."""
    over = frozenset({RULES[rule].escalate_to}) if overdue else frozenset[Role]()
    return over | {owner} | ALSO.get(rule, frozenset())
