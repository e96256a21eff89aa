"""What a placement's story comes to so far: its stage, and the facts that its next decisions rest on."""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import assert_never

from domain.placement import around, fates
from domain.placement.around import Surroundings
from domain.shared.changing import with_changes
from events.codes import (
    AgreementParty,
    CommissionerKind,
    DocumentKind,
    LegalBasis,
    PupilFlag,
    RegimeId,
    ReviewDecision,
    RuleId,
)
from events.codes import ReviewSource as Source
from events.ids import ChangeId, NoticeId, PlacementId, ProviderId, PupilId, RequestId, ReviewId, SiteId, Urn
from events.placement.agreement import (
    AgreementIssued,
    AgreementSigned,
    EarlyStartConsented,
    NoticeGiven,
    NoticeSuperseded,
    ParentViewRecorded,
    SafeguardingInformationReceived,
)
from events.placement.contact import (
    CommunicationSent,
    ContactLogged,
    MealsArranged,
    PlacementVisited,
    ProgressReportReceived,
    TransportArranged,
)
from events.placement.data_protection import (
    DataProtectionComplaintAcknowledged,
    DataProtectionComplaintAnswered,
    DataProtectionComplaintReceived,
    SeriousHarmConsidered,
    SubjectAccessAnswered,
    SubjectAccessExtended,
    SubjectAccessQueried,
    SubjectAccessQueryAnswered,
    SubjectAccessRequested,
)
from events.placement.deadlines import (
    DeadlineMissed,
    DeadlineRecalculated,
    DutyOvertaken,
    LimitReached,
    MissDisproved,
    OvertakenDutyDealtWith,
)
from events.placement.decision import (
    AnnualReviewRecorded,
    ConsultationRecorded,
    DeterminationProposed,
    ExclusionRecorded,
    LaNotifiedOfEhcPlan,
    PlacementDetermined,
    PlanDeliveryRecorded,
    ProfessionalsMeetingConvened,
    ProfessionalsMeetingHeld,
    ProfessionalsMeetingNotRequired,
    ProfessionalsMeetingOverridden,
    StartDateMoved,
)
from events.placement.ending import (
    AssessmentSought,
    EvaluationRecorded,
    PlacementClosed,
    PlacementEnded,
    ReintegrationHalted,
    ReintegrationPlanned,
    ReintegrationStarted,
    ReintegrationStepRecorded,
)
from events.placement.letters import (
    DocumentProduced,
    LetterFateRecorded,
    LetterReturned,
    NoticeServiceChanged,
    ReviewServiceChanged,
)
from events.placement.other_streams import CalendarTaken, HomeSchoolSucceeded, PupilFlagsTaken
from events.placement.record import (
    AccessRestricted,
    AccessRestrictionLifted,
    CaseAssigned,
    ErasureConfirmed,
    ErasureDecided,
    ErasureProposed,
    NoteAdded,
    RecordCorrected,
)
from events.placement.referral import (
    PlacementCancelled,
    ProviderOfferDeclined,
    ProviderOfferMade,
    ProviderOfferRequested,
    ProviderProposed,
    ReferralDeclined,
    ReferralDrafted,
    ReferralSubmitted,
    ReferralWithdrawn,
)
from events.placement.reviews import (
    ReviewDecided,
    ReviewDue,
    ReviewHeld,
    ReviewInvitationGiven,
    ReviewLapsed,
    ReviewMissed,
    ReviewOutcomeNotified,
    ReviewRequested,
    ReviewRequestRefused,
    ReviewScheduled,
    WrittenViewsReceived,
)
from events.placement.running import (
    AttendancePatternSet,
    PlacementMarkedTransitional,
    PlacementPaused,
    PlacementResumed,
    PlacementStarted,
    ProviderChangeReported,
    ProviderDoubted,
    ProviderReviewRecorded,
    SafeguardingConcernAnswered,
    SafeguardingConcernRaised,
    TermsChanged,
    TransitionDealtWith,
)
from events.placement.union import PlacementEvent
from events.values.decision import PlanCouncil
from events.values.referral import Pupil


class Stage(StrEnum):
    """Where a placement stands. `NEW` is before its first event."""

    NEW = "new"
    DRAFT = "draft"
    REFERRED = "referred"
    SCREENING = "screening"
    AWAITING_DECISION = "awaiting_decision"
    DETERMINED = "determined"
    AGREEMENT_PENDING = "agreement_pending"
    READY_TO_START = "ready_to_start"
    ACTIVE = "active"
    PAUSED = "paused"
    REINTEGRATING = "reintegrating"
    ENDED = "ended"
    CLOSED = "closed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


TERMINAL = frozenset({Stage.CLOSED, Stage.DECLINED, Stage.WITHDRAWN, Stage.CANCELLED})
DECIDED = frozenset({Stage.DETERMINED, Stage.AGREEMENT_PENDING, Stage.READY_TO_START})
"""Determined, and not yet started."""
RUNNING = frozenset({Stage.ACTIVE, Stage.PAUSED, Stage.REINTEGRATING})
"""Started, and not ended. Reviews and deadlines run on while the placement is paused."""


class ReviewStatus(StrEnum):
    DUE = "due"
    SCHEDULED = "scheduled"
    INVITED = "invited"
    HELD = "held"
    DECIDED = "decided"
    NOTIFIED = "notified"
    LAPSED = "lapsed"


@dataclass(frozen=True, kw_only=True)
class Review:
    """One review from the day it opens; each step of its cycle is the event that took it.

    `invitation` and `notified` count as given on the day that their letters' fate says; one that reached no parent so
    far is `invitation_lost` or `notified_lost`.
    """

    review_id: ReviewId
    source: Source
    rule: RuleId
    opened_on: date
    due: date
    immediate: bool = False
    request_id: RequestId | None = None
    scheduled: ReviewScheduled | None = None
    invitation: ReviewInvitationGiven | None = None
    invitation_lost: ReviewInvitationGiven | None = None
    views: tuple[WrittenViewsReceived, ...] = ()
    held: ReviewHeld | None = None
    decided: ReviewDecided | None = None
    notified: ReviewOutcomeNotified | None = None
    notified_lost: ReviewOutcomeNotified | None = None
    missed: ReviewMissed | None = None
    lapsed_on: date | None = None

    @property
    def status(self) -> ReviewStatus:
        if self.lapsed_on is not None:
            return ReviewStatus.LAPSED
        reached = (
            (ReviewStatus.NOTIFIED, self.notified),
            (ReviewStatus.DECIDED, self.decided),
            (ReviewStatus.HELD, self.held),
            (ReviewStatus.INVITED, self.invitation),
            (ReviewStatus.SCHEDULED, self.scheduled),
        )
        return next((status for status, event in reached if event is not None), ReviewStatus.DUE)

    @property
    def open(self) -> bool:
        """Still to be held."""
        return self.held is None and self.lapsed_on is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A day on which a review is wanted, and the day on which that was decided."""

    due: date
    set_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeNotice:
    """A notice of changed terms: as `given`, and as `served` by its letters' fate, None while all of them failed.

    `before` is the notice whose terms held until then, with their number of days.
    """

    given: NoticeGiven
    served: NoticeGiven | None
    before: NoticeGiven | None
    days_before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """One time in which the pupil did not attend: from the day of the pause to the day before the placement went on."""

    paused: PlacementPaused
    resumed: PlacementResumed | None = None

    def covers(self, day: date) -> bool:
        return self.paused.paused_on <= day and (self.resumed is None or day < self.resumed.resumed_on)


@dataclass(frozen=True, kw_only=True)
class Placement:
    """The record as it stands. Where a fact is wanted whole, it is kept as the event that says it.

    `start_date`, `proposed_end` and `days` are as last moved or continued; `determination` is as made.
    `first_end` is the end as determined, or as moved before the start, and `period_decision` is the last decision of
    a review: it sets the period since then. `start_set_on` and `end_set_on` are the days on which the start and the
    end in force were set. `planned`
    holds each review that the determination or a decision wants. `change_pending` is the last event of a change of
    terms of which no notice was given in time so far. `notice` counts as given on the day that its letters' fate says,
    and `notice_lost` is one that reached no parent so far. `change_notices` are those of changed terms, in order.
    `concerns_open` are those not answered yet, and
    `paused_from` is where a paused placement goes on. `pauses` are all of them, so that a question about a day is
    answered by how the placement was on that day. `requests_waiting` are those that neither brought a review
    nor were refused. `missed` holds each missed deadline that is not a review, and `disproved` what corrections say
    of misses. `calendar_version` is the version of
    the school's calendar that the deadlines were last reckoned by. `successions` are the schools that took the home
    school's place, in order. `overtaken` are the duties that a change of the
    school's days overtook, of the start as it is now. `flags_taken` are the changes of the pupil's flags since the
    referral. Whether there was an EHC plan on record as the placement was determined, and as each notice was
    given, stays as it was then, so that a later change asks nothing new of either.
    """

    stage: Stage = Stage.NEW
    placement_id: PlacementId | None = None
    pupil_id: PupilId | None = None
    home_school_urn: Urn | None = None
    commissioner: CommissionerKind | None = None
    legal_basis: LegalBasis | None = None
    pupil: Pupil | None = None
    referral: ReferralSubmitted | None = None
    provider_id: ProviderId | None = None
    site_ids: tuple[SiteId, ...] = ()
    proposal: ProviderProposed | None = None
    asked: ProviderOfferRequested | None = None
    offer: ProviderOfferMade | None = None
    offer_declined: ProviderOfferDeclined | None = None
    stopped: ReferralDeclined | ReferralWithdrawn | PlacementCancelled | None = None
    meeting: ProfessionalsMeetingConvened | None = None
    consultations: tuple[ConsultationRecorded, ...] = ()
    meeting_held: ProfessionalsMeetingHeld | None = None
    meeting_not_required: ProfessionalsMeetingNotRequired | None = None
    exclusion: ExclusionRecorded | None = None
    annual_review: AnnualReviewRecorded | None = None
    plan_deliveries: tuple[PlanDeliveryRecorded, ...] = ()
    meeting_overrides: tuple[ProfessionalsMeetingOverridden, ...] = ()
    las_notified: tuple[LaNotifiedOfEhcPlan, ...] = ()
    determination_proposed: DeterminationProposed | None = None
    determination: PlacementDetermined | None = None
    regime_id: RegimeId | None = None
    start_date: date | None = None
    proposed_end: date | None = None
    first_end: date | None = None
    period_decision: ReviewDecided | None = None
    days: int | None = None
    start_set_on: date | None = None
    end_set_on: date | None = None
    planned: tuple[Planned, ...] = ()
    safeguarding: tuple[SafeguardingInformationReceived, ...] = ()
    agreement: AgreementIssued | None = None
    signatures: tuple[AgreementSigned, ...] = ()
    parent_views: tuple[ParentViewRecorded, ...] = ()
    early_consent: EarlyStartConsented | None = None
    notice: NoticeGiven | None = None
    notice_lost: NoticeGiven | None = None
    change_notices: tuple[ChangeNotice, ...] = ()
    letters: tuple[fates.LetterStatus, ...] = ()
    started_on: date | None = None
    first_site_id: SiteId | None = None
    terms_changed: tuple[TermsChanged, ...] = ()
    change_pending: TermsChanged | None = None
    provider_changes: tuple[ProviderChangeReported, ...] = ()
    concerns: tuple[SafeguardingConcernRaised, ...] = ()
    concerns_open: tuple[SafeguardingConcernRaised, ...] = ()
    pause: PlacementPaused | None = None
    paused_from: Stage | None = None
    pauses: tuple[Pause, ...] = ()
    requests: tuple[ReviewRequested, ...] = ()
    requests_waiting: tuple[ReviewRequested, ...] = ()
    request_refusals: tuple[ReviewRequestRefused, ...] = ()
    patterns: tuple[AttendancePatternSet, ...] = ()
    reviews: tuple[Review, ...] = ()
    plan: ReintegrationPlanned | None = None
    reintegration: ReintegrationStarted | None = None
    steps: tuple[ReintegrationStepRecorded, ...] = ()
    end: PlacementEnded | None = None
    assessments_sought: tuple[AssessmentSought, ...] = ()
    evaluation: EvaluationRecorded | None = None
    closed_on: date | None = None
    transitional: PlacementMarkedTransitional | None = None
    transition_dealt_with: TransitionDealtWith | None = None
    doubts: tuple[ProviderDoubted, ...] = ()
    provider_reviews: tuple[ProviderReviewRecorded, ...] = ()
    missed: tuple[DeadlineMissed, ...] = ()
    disproved: tuple[MissDisproved, ...] = ()
    limits: tuple[LimitReached, ...] = ()
    erasure_proposed: ErasureProposed | None = None
    erasure_confirmed: ErasureConfirmed | None = None
    erasure_decided: ErasureDecided | None = None
    calendar_version: int = 0
    flags_taken: tuple[PupilFlagsTaken, ...] = ()
    determined_with_plan: bool = False
    notices_with_plan: tuple[NoticeId, ...] = ()
    successions: tuple[HomeSchoolSucceeded, ...] = ()
    recalculated: tuple[DeadlineRecalculated, ...] = ()
    overtaken: tuple[DutyOvertaken, ...] = ()
    overtaken_dealt_with: tuple[OvertakenDutyDealtWith, ...] = ()
    around: Surroundings = field(default_factory=Surroundings)
    documents: tuple[DocumentProduced, ...] = ()

    def commissioner_on(self, day: date) -> CommissionerKind | None:
        """Who commissioned the placement on a day: before another school took the home school's place, of its kind."""
        if self.commissioner is CommissionerKind.LA:
            return self.commissioner
        later = (each.from_kind for each in self.successions if day < each.effective_on)
        return next(later, self.commissioner)

    @property
    def began_at(self) -> Urn | None:
        """The first home school, where another took its place since."""
        return self.successions[0].from_urn if self.successions else None

    @property
    def flags(self) -> tuple[PupilFlag, ...]:
        """The pupil's flags by the last change on record; before the first, by the referral."""
        return self.flags_on(date.max)

    def flags_on(self, day: date, *, known_on: date = date.max) -> tuple[PupilFlag, ...]:
        """The flags that the pupil had on a day, as far as it was known on another; now, where that is left out."""
        change = self._flags_from(day, known_on)
        if change is not None:
            return change.flags
        picture = self.referral.picture if self.referral else None
        return picture.flags if picture else ()

    def had_plan_on(self, day: date) -> bool:
        """The pupil had an EHC plan on a day, and it was known then: before it was, nothing was asked for its sake."""
        return PupilFlag.EHCP in self.flags_on(day) and PupilFlag.EHCP in self.flags_on(day, known_on=day)

    def plan_la_code_on(self, day: date) -> str | None:
        """The council that maintained the EHC plan on a day; None without a plan, or where the record names none."""
        if PupilFlag.EHCP not in self.flags_on(day):
            return None
        change = self._flags_from(day)
        if change is not None:
            return change.plan.la_code if change.plan else None
        picture = self.referral.picture if self.referral else None
        return picture.plan_la_code if picture else None

    def plan_council_on(self, day: date) -> PlanCouncil | None:
        """The council of the EHC plan with its name and address, where the pupil's own record told them."""
        change = self._flags_from(day)
        return change.plan if change is not None else None

    def _flags_from(self, day: date, known_on: date = date.max) -> PupilFlagsTaken | None:
        begun = [each for each in self.flags_taken if each.from_on <= day and each.known_on <= known_on]
        return max(begun, key=lambda each: (each.from_on, each.number), default=None)

    @property
    def in_social_care(self) -> bool:
        """Looked after, or with a social worker."""
        return bool({PupilFlag.LOOKED_AFTER, PupilFlag.SOCIAL_WORKER} & set(self.flags))

    @property
    def has_plan(self) -> bool:
        """The pupil has an EHC plan."""
        return PupilFlag.EHCP in self.flags

    @property
    def is_to_be_erased(self) -> bool:
        """A person has said that the pupil's personal data go."""
        return self.erasure_confirmed is not None or self.erasure_decided is not None

    @property
    def ending(self) -> ReviewDecided | None:
        """The decision to end the placement, if the latest decision of a review is one."""
        decisions = [review.decided for review in self.reviews if review.decided is not None]
        latest = max(decisions, key=lambda decided: decided.decided_on, default=None)
        return latest if latest is not None and latest.decision is ReviewDecision.END else None

    def runs_on(self, day: date) -> bool:
        """It had started by then and had not ended before; paused days are among them."""
        if self.started_on is None or day < self.started_on:
            return False
        return self.end is None or day <= self.end.ended_on

    def pause_on(self, day: date) -> Pause | None:
        """The pause that a day lies in. A day after the end lies in none."""
        if not self.runs_on(day):
            return None
        return next((pause for pause in self.pauses if pause.covers(day)), None)

    def changed(self, change_id: ChangeId) -> tuple[TermsChanged, ...]:
        """Every term that one change changes."""
        return tuple(each for each in self.terms_changed if each.change_id == change_id)

    def signed_by(self, party: AgreementParty) -> bool:
        return any(signature.party is party for signature in self.signatures)

    def review(self, review_id: ReviewId) -> Review | None:
        return next((review for review in self.reviews if review.review_id == review_id), None)


def initial() -> Placement:
    return Placement()


ReviewStep = (
    ReviewScheduled
    | ReviewInvitationGiven
    | WrittenViewsReceived
    | ReviewHeld
    | ReviewDecided
    | ReviewOutcomeNotified
    | ReviewMissed
    | ReviewLapsed
)


def evolve(state: Placement, event: PlacementEvent) -> Placement:  # noqa: C901, PLR0911, PLR0912, PLR0915 # one flat match: a case for each event
    """The state after an event. Judges nothing: what happened, happened."""
    match event:
        # First, since cases are tried in turn, and each step brings documents.
        case DocumentProduced():
            return with_changes(state, documents=(*state.documents, event))
        case ReferralDrafted():
            return with_changes(
                state,
                stage=Stage.DRAFT,
                placement_id=event.placement_id,
                pupil_id=event.pupil_id,
                home_school_urn=event.home_school_urn,
                commissioner=event.commissioner,
                legal_basis=event.legal_basis,
                pupil=event.pupil,
            )
        case ReferralSubmitted():
            return with_changes(state, stage=Stage.REFERRED, referral=event)
        case ProviderProposed():
            return with_changes(
                state,
                stage=Stage.SCREENING,
                provider_id=event.provider_id,
                site_ids=event.site_ids,
                proposal=event,
                asked=None,
                offer=None,
                offer_declined=None,
            )
        case ProviderOfferRequested():
            return with_changes(state, asked=event, offer=None, offer_declined=None)
        case ProviderOfferMade():
            return with_changes(state, asked=None, offer=event)
        case ProviderOfferDeclined():
            return with_changes(state, asked=None, offer_declined=event)
        case ReferralDeclined():
            return with_changes(state, stage=Stage.DECLINED, stopped=event)
        case ReferralWithdrawn():
            return with_changes(state, stage=Stage.WITHDRAWN, stopped=event)
        case PlacementCancelled():
            return with_changes(state, stage=Stage.CANCELLED, stopped=event)
        case ProfessionalsMeetingConvened():
            return with_changes(state, meeting=event)
        case ConsultationRecorded():
            return with_changes(state, consultations=(*state.consultations, event))
        case ProfessionalsMeetingHeld():
            return with_changes(state, stage=Stage.AWAITING_DECISION, meeting_held=event)
        case ProfessionalsMeetingNotRequired():
            return with_changes(state, stage=Stage.AWAITING_DECISION, meeting_not_required=event)
        case ExclusionRecorded():
            return with_changes(state, exclusion=event)
        case AnnualReviewRecorded():
            return with_changes(state, annual_review=event)
        case PlanDeliveryRecorded():
            return with_changes(state, plan_deliveries=(*state.plan_deliveries, event))
        case EarlyStartConsented():
            return with_changes(state, early_consent=event)
        case ProfessionalsMeetingOverridden():
            return with_changes(
                state,
                stage=Stage.AWAITING_DECISION if event.complete else state.stage,
                meeting_overrides=(*state.meeting_overrides, event),
            )
        case LaNotifiedOfEhcPlan():
            return with_changes(state, las_notified=(*state.las_notified, event))
        case DeterminationProposed():
            return with_changes(state, determination_proposed=event)
        case PlacementDetermined():
            return _determined(state, event)
        case StartDateMoved():
            return with_changes(
                state,
                start_date=event.to_date,
                proposed_end=event.proposed_end,
                first_end=event.proposed_end,
                days=event.days,
                start_set_on=event.moved_on,
                # A notice for the start before is spent, and with it what overtook it.
                overtaken=tuple(
                    each for each in state.overtaken if each.rule is not RuleId.T1 or each.subject is not None
                ),
                end_set_on=event.moved_on,
            )
        case SafeguardingInformationReceived():
            return with_changes(state, safeguarding=(*state.safeguarding, event))
        case AgreementIssued():
            return with_changes(state, stage=Stage.AGREEMENT_PENDING, agreement=event, signatures=())
        case AgreementSigned():
            return with_changes(
                state,
                stage=Stage.READY_TO_START if event.complete else state.stage,
                signatures=(*state.signatures, event),
            )
        case ParentViewRecorded():
            return with_changes(state, parent_views=(*state.parent_views, event))
        case NoticeGiven():
            return _noticed(state, event)
        case LetterFateRecorded() | LetterReturned():
            return with_changes(state, letters=fates.told(state.letters, event))
        case NoticeServiceChanged():
            return _served(state, event)
        case ReviewServiceChanged():
            reviews = (_review_served(each, event) for each in state.reviews)
            return with_changes(state, reviews=tuple(reviews))
        case CommunicationSent():
            return with_changes(
                state, around=around.evolve(state.around, event), letters=fates.told(state.letters, event)
            )
        case NoticeSuperseded():
            spent = state.notice is not None and state.notice.notice_id == event.notice_id
            return with_changes(state, notice=None) if spent else state
        case PlacementStarted():
            return with_changes(
                state, stage=Stage.ACTIVE, started_on=event.started_on, first_site_id=event.first_site_id
            )
        case TermsChanged():
            return with_changes(state, terms_changed=(*state.terms_changed, event), change_pending=event)
        case ProviderChangeReported():
            return with_changes(state, provider_changes=(*state.provider_changes, event))
        case SafeguardingConcernRaised():
            return with_changes(state, concerns=(*state.concerns, event), concerns_open=(*state.concerns_open, event))
        case SafeguardingConcernAnswered():
            return _answered(state, event)
        case PlacementPaused():
            paused = with_changes(
                state,
                stage=Stage.PAUSED,
                pause=event,
                paused_from=state.stage,
                pauses=(*state.pauses, Pause(paused=event)),
            )
            return _answered(paused, event)
        case PlacementResumed():
            return with_changes(
                state,
                stage=state.paused_from or Stage.ACTIVE,
                pause=None,
                paused_from=None,
                pauses=tuple(_resumed(pause, event) for pause in state.pauses),
            )
        case ReviewRequested():
            waiting = (*state.requests_waiting, event) if event.review_id is None else state.requests_waiting
            return with_changes(state, requests=(*state.requests, event), requests_waiting=waiting)
        case ReviewRequestRefused():
            return with_changes(
                state,
                requests_waiting=tuple(each for each in state.requests_waiting if each.request_id != event.request_id),
                request_refusals=(*state.request_refusals, event),
            )
        case AttendancePatternSet():
            return with_changes(state, patterns=(*state.patterns, event))
        case (
            ReviewDue()
            | ReviewScheduled()
            | ReviewInvitationGiven()
            | WrittenViewsReceived()
            | ReviewHeld()
            | ReviewDecided()
            | ReviewOutcomeNotified()
            | ReviewMissed()
            | ReviewLapsed()
        ):
            return _reviewed(state, event)
        case ReintegrationPlanned():
            return with_changes(state, plan=event)
        case ReintegrationStarted():
            return with_changes(state, stage=Stage.REINTEGRATING, reintegration=event)
        case ReintegrationStepRecorded():
            return with_changes(state, steps=(*state.steps, event))
        case ReintegrationHalted():
            return _halted(state)
        case PlacementEnded():
            return with_changes(state, stage=Stage.ENDED, end=event)
        case AssessmentSought():
            return with_changes(state, assessments_sought=(*state.assessments_sought, event))
        case EvaluationRecorded():
            return with_changes(state, evaluation=event)
        case PlacementClosed():
            return with_changes(state, stage=Stage.CLOSED, closed_on=event.closed_on)
        case PlacementMarkedTransitional():
            return with_changes(state, transitional=event)
        case TransitionDealtWith():
            return with_changes(state, transition_dealt_with=event)
        case ProviderDoubted():
            return with_changes(state, doubts=(*state.doubts, event))
        case ProviderReviewRecorded():
            return with_changes(state, provider_reviews=(*state.provider_reviews, event))
        case DeadlineMissed():
            return with_changes(state, missed=(*state.missed, event))
        case MissDisproved():
            return with_changes(state, disproved=(*state.disproved, event))
        case ErasureProposed():
            return with_changes(state, erasure_proposed=event)
        case ErasureConfirmed():
            return with_changes(state, erasure_confirmed=event)
        case ErasureDecided():
            return with_changes(state, erasure_decided=event)
        case LimitReached():
            return with_changes(state, limits=(*state.limits, event))
        case (
            PlacementVisited()
            | ContactLogged()
            | TransportArranged()
            | MealsArranged()
            | ProgressReportReceived()
            | NoteAdded()
            | CaseAssigned()
            | AccessRestricted()
            | AccessRestrictionLifted()
            | SubjectAccessRequested()
            | SubjectAccessExtended()
            | SubjectAccessAnswered()
            | SubjectAccessQueried()
            | SubjectAccessQueryAnswered()
            | SeriousHarmConsidered()
            | DataProtectionComplaintReceived()
            | DataProtectionComplaintAcknowledged()
            | DataProtectionComplaintAnswered()
        ):
            return with_changes(state, around=around.evolve(state.around, event))
        case HomeSchoolSucceeded():
            by_council = state.commissioner is CommissionerKind.LA
            return with_changes(
                state,
                home_school_urn=event.to_urn,
                commissioner=state.commissioner if by_council else event.to_kind,
                successions=(*state.successions, event),
            )
        case CalendarTaken():
            return with_changes(state, calendar_version=event.version)
        case DutyOvertaken():
            return with_changes(state, overtaken=(*state.overtaken, event))
        case OvertakenDutyDealtWith():
            return with_changes(state, overtaken_dealt_with=(*state.overtaken_dealt_with, event))
        case PupilFlagsTaken():
            return with_changes(state, flags_taken=(*state.flags_taken, event))
        case DeadlineRecalculated():
            return _moved(state, event)
        case RecordCorrected():
            # Nothing here: a correction takes effect at the place of the event that it corrects.
            return state
        case _:
            assert_never(event)


def _determined(state: Placement, event: PlacementDetermined) -> Placement:
    return with_changes(
        state,
        stage=Stage.DETERMINED,
        determination=event,
        determined_with_plan=state.had_plan_on(event.determined_on),
        determination_proposed=None,
        regime_id=event.regime_id,
        legal_basis=event.legal_basis,
        start_date=event.start_date,
        proposed_end=event.proposed_end,
        first_end=event.proposed_end,
        days=event.days,
        start_set_on=event.determined_on,
        end_set_on=event.determined_on,
        calendar_version=event.calendar_version,
        planned=tuple(Planned(due=planned.due, set_on=event.determined_on) for planned in event.review_plan),
    )


def _resumed(pause: Pause, event: PlacementResumed) -> Pause:
    return Pause(paused=pause.paused, resumed=event) if pause.resumed is None else pause


def _answered(state: Placement, event: SafeguardingConcernAnswered | PlacementPaused) -> Placement:
    still_open = tuple(each for each in state.concerns_open if each.concern_id != event.concern_id)
    return with_changes(state, concerns_open=still_open)


def _halted(state: Placement) -> Placement:
    """Back to where the return began, though a paused placement stays paused."""
    return with_changes(
        state,
        stage=state.stage if state.stage is Stage.PAUSED else Stage.ACTIVE,
        paused_from=state.paused_from and Stage.ACTIVE,
        plan=None,
        reintegration=None,
    )


def _noticed(state: Placement, event: NoticeGiven) -> Placement:
    """A notice of changed terms in time makes them the placement's terms; one that is late leaves them owed."""
    if state.had_plan_on(event.given_on):
        state = with_changes(state, notices_with_plan=(*state.notices_with_plan, event.notice_id))
    if event.change_id is None:
        return with_changes(state, notice=event, notice_lost=None)
    noticed = ChangeNotice(given=event, served=event, before=state.notice, days_before=state.days)
    state = with_changes(state, change_notices=(*state.change_notices, noticed))
    if not event.timely:
        return state
    return with_changes(state, notice=event, days=event.days, change_pending=None)


def _review_served(review: Review, event: ReviewServiceChanged) -> Review:
    if review.review_id != event.review_id:
        return review
    if event.kind is DocumentKind.REVIEW_INVITATION:
        invited = review.invitation or review.invitation_lost
        if invited is None or event.deemed_on is None or event.days is None:
            return with_changes(review, invitation=None, invitation_lost=invited)
        invited = replace(invited, deemed_on=event.deemed_on, days_before=event.days, timely=event.timely)
        return with_changes(review, invitation=invited, invitation_lost=None)
    told = review.notified or review.notified_lost
    if told is None or event.deemed_on is None or event.days is None:
        return with_changes(review, notified=None, notified_lost=told)
    told = replace(told, deemed_on=event.deemed_on, days_after=event.days, timely=event.timely)
    return with_changes(review, notified=told, notified_lost=None)


def _change_served(state: Placement, noticed: ChangeNotice, event: NoticeServiceChanged) -> Placement:
    """A change of which the notice was not given in time is no term of the placement, and is owed a notice again."""
    given, served = noticed.given, None
    if event.deemed_on is not None and event.school_days_clear is not None:
        served = replace(
            given,
            deemed_on=event.deemed_on,
            school_days_clear=event.school_days_clear,
            timely=event.timely,
            calendar_version=event.calendar_version,
        )
    notices = (replace(each, served=served) if each is noticed else each for each in state.change_notices)
    state = with_changes(state, change_notices=tuple(notices))
    holds = state.notice.notice_id if state.notice else None
    pending = state.change_pending
    if served is not None and served.timely and holds in {given.notice_id, _id_of(noticed.before)}:
        owed = None if pending is not None and pending.change_id == given.change_id else pending
        return with_changes(state, notice=served, days=served.days, change_pending=owed)
    if holds == given.notice_id and (served is None or not served.timely):
        assert given.change_id is not None
        owed = pending or state.changed(given.change_id)[-1]
        return with_changes(state, notice=noticed.before, days=noticed.days_before, change_pending=owed)
    return state


def _id_of(notice: NoticeGiven | None) -> NoticeId | None:
    return notice.notice_id if notice else None


def _served(state: Placement, event: NoticeServiceChanged) -> Placement:
    noticed = next((each for each in state.change_notices if each.given.notice_id == event.notice_id), None)
    if noticed is not None:
        return _change_served(state, noticed, event)
    notice = state.notice or state.notice_lost
    if notice is None or notice.notice_id != event.notice_id:
        return state
    if event.deemed_on is None or event.school_days_clear is None:
        return with_changes(state, notice=None, notice_lost=notice)
    served = replace(
        notice,
        deemed_on=event.deemed_on,
        school_days_clear=event.school_days_clear,
        timely=event.timely,
        calendar_version=event.calendar_version,
    )
    return with_changes(state, notice=served, notice_lost=None)


def _moved(state: Placement, event: DeadlineRecalculated) -> Placement:
    reviews = tuple(
        with_changes(each, due=event.due) if (each.review_id, each.rule) == (event.subject, event.rule) else each
        for each in state.reviews
    )
    return with_changes(state, reviews=reviews, recalculated=(*state.recalculated, event))


def _reviewed(state: Placement, event: ReviewDue | ReviewStep) -> Placement:
    if isinstance(event, ReviewDue):
        opened = Review(
            review_id=event.review_id,
            source=event.source,
            rule=event.rule,
            opened_on=event.opened_on,
            due=event.due,
            immediate=event.immediate,
            request_id=event.request_id,
        )
        # One review answers everybody who has asked for one.
        waiting = () if event.source is Source.REQUESTED else state.requests_waiting
        return with_changes(state, reviews=(*state.reviews, opened), requests_waiting=waiting)
    if isinstance(event, ReviewDecided):
        state = _continued(state, event)
    reviews = tuple(_step(review, event) if review.review_id == event.review_id else review for review in state.reviews)
    return with_changes(state, reviews=reviews)


def _continued(state: Placement, event: ReviewDecided) -> Placement:
    state = with_changes(state, period_decision=event)
    if event.decision is not ReviewDecision.END:
        state = with_changes(state, proposed_end=event.until, end_set_on=event.decided_on)
    if event.next_review_due is None:
        return state
    wanted = Planned(due=event.next_review_due, set_on=event.decided_on)
    return with_changes(state, planned=(*state.planned, wanted))


def _step(review: Review, event: ReviewStep) -> Review:  # noqa: PLR0911 # one flat match: a case for each step
    match event:
        case ReviewScheduled():
            # An invitation to another time is no invitation to this one.
            return with_changes(review, scheduled=event, invitation=None, invitation_lost=None)
        case ReviewInvitationGiven():
            return with_changes(review, invitation=event, invitation_lost=None)
        case WrittenViewsReceived():
            return with_changes(review, views=(*review.views, event))
        case ReviewHeld():
            return with_changes(review, held=event)
        case ReviewDecided():
            return with_changes(review, decided=event)
        case ReviewOutcomeNotified():
            return with_changes(review, notified=event, notified_lost=None)
        case ReviewMissed():
            return with_changes(review, missed=event)
        case ReviewLapsed():
            return with_changes(review, lapsed_on=event.lapsed_on)
        case _:
            assert_never(event)
