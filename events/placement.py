"""Everything that can happen to a placement, in the order of its story."""

from datetime import date, datetime, time
from uuid import UUID

from events.around import AroundEvent
from events.codes import (
    AgreementParty,
    Assessor,
    CommissionerKind,
    ConcernSeverity,
    ContactMethod,
    DeliveryMethod,
    DocumentKind,
    EndReason,
    EntryStatus,
    ErasureGround,
    ExclusionKind,
    LegalBasis,
    LetterFate,
    MoveParty,
    OfferDeclineReason,
    ParentStance,
    PrimaryReason,
    ProposalOverride,
    ProposalWarning,
    ProviderChange,
    ProviderDoubt,
    ProviderKind,
    ProviderReviewOutcome,
    PupilFlag,
    RecalculationCause,
    RecipientRole,
    Recommendation,
    RegimeId,
    RegistrationResult,
    ReviewDecision,
    ReviewRequester,
    ReviewSource,
    Role,
    RuleId,
    SafeguardingCover,
    ServiceCause,
    Severity,
    SigningMethod,
    TerminationReason,
    TermsField,
)
from events.definition import event, personal
from events.ids import (
    AgreementId,
    ChangeId,
    ConcernId,
    DocumentId,
    DoubtId,
    EventId,
    MeetingId,
    NoticeId,
    OfferId,
    OvertakenId,
    PersonId,
    PlacementId,
    PlanId,
    ProviderId,
    PupilId,
    RequestId,
    ReviewId,
    SiteId,
    Urn,
)
from events.values import (
    DirectionGrounds,
    Objective,
    OverrideReason,
    PatternSession,
    PlanConsidered,
    PlanCouncil,
    PlannedReview,
    Pupil,
    ReferralDetails,
    ReferralPicture,
    ReintegrationStep,
    ReviewEvidence,
    SectionFDelivery,
    SessionTimes,
)

# ---- referral


@event()
class ReferralDrafted:
    placement_id: PlacementId
    pupil_id: PupilId
    home_school_urn: Urn
    commissioner: CommissionerKind
    legal_basis: LegalBasis
    pupil: Pupil | None = personal()


@event()
class ReferralSubmitted:
    primary_reason: PrimaryReason
    sessions_requested: int
    proposed_days: int
    parent_informed_on: date
    signed_off_by: PersonId
    upn_warnings: tuple[str, ...] = ()
    provision_requested: str | None = personal()
    objectives: tuple[Objective, ...] = personal(default=())
    picture: ReferralPicture | None = personal()
    details: ReferralDetails | None = personal()
    warnings: tuple[str, ...] = ()


@event()
class ProviderProposed:
    """What the proposal relied on stands with it: the provider's version, the registration check and how it weighed,
    the entry in the council's directory, the commissioner's own due diligence and the day until which that holds.

    `dual_registration`: the provider is a school, so the pupil is registered there too. `minutes_a_week` is the
    education that the provider would give, as stated or reckoned from the sessions asked for.
    """

    provider_id: ProviderId
    site_ids: tuple[SiteId, ...]
    provider_version: int
    registration_result: RegistrationResult
    registration_checked_on: date | None = None
    registration_checked_by: PersonId | None = None
    entry_status: EntryStatus | None = None
    due_diligence_until: date | None = None
    minutes_a_week: int | None = None
    dual_registration: bool = False
    provider_kind: ProviderKind | None = None
    warnings: tuple[ProposalWarning, ...] = ()
    overrides: tuple[ProposalOverride, ...] = ()
    registration_influence: str | None = personal()
    needs_considered: str | None = personal()
    override_reasons: tuple[OverrideReason, ...] = personal(default=())


@event(occurred="requested_on")
class ProviderOfferRequested:
    """The school asked the provider that it proposes for a place."""

    offer_id: OfferId
    provider_id: ProviderId
    requested_on: date
    sessions_a_week: int
    wanted_from: date
    reply_by: date | None = None
    message: str | None = personal()


@event(occurred="made_on")
class ProviderOfferMade:
    """The provider offers the place; the offer stands until a day."""

    offer_id: OfferId
    made_on: date
    start_from: date
    sessions_a_week: int
    pennies_per_session: int
    open_until: date
    conditions: str | None = personal()


@event(occurred="declined_on")
class ProviderOfferDeclined:
    """The provider has no place for the pupil."""

    offer_id: OfferId
    declined_on: date
    reason_code: OfferDeclineReason
    reason: str | None = personal()


@event(occurred="declined_on")
class ReferralDeclined:
    declined_on: date
    reason_code: TerminationReason
    reason_text: str | None = personal()


@event(occurred="withdrawn_on")
class ReferralWithdrawn:
    withdrawn_on: date
    reason_code: TerminationReason
    reason_text: str | None = personal()


@event(occurred="cancelled_on")
class PlacementCancelled:
    cancelled_on: date
    reason_code: TerminationReason
    reason_text: str | None = personal()


# ---- meeting and decision


@event()
class ProfessionalsMeetingConvened:
    meeting_id: MeetingId
    at: datetime
    invited_roles: tuple[Role, ...]
    place: str | None = personal()
    invited_names: tuple[str, ...] = personal(default=())


@event(occurred="consulted_on")
class ConsultationRecorded:
    role: Role
    consulted_on: date
    body: str | None = personal()
    view: str | None = personal()


@event(occurred="held_on")
class ProfessionalsMeetingHeld:
    meeting_id: MeetingId
    held_on: date
    attended_roles: tuple[Role, ...]
    apologies_roles: tuple[Role, ...]
    recommendation: Recommendation
    attended_names: tuple[str, ...] = personal(default=())
    minutes: str | None = personal()
    pupil_view: str | None = personal()
    parent_view: str | None = personal()


@event()
class ProfessionalsMeetingNotRequired:
    """No meeting was needed: the pupil is not looked after and has no social worker."""

    reason: str | None = personal()


@event(occurred="first_day")
class ExclusionRecorded:
    """The suspension or permanent exclusion that the education follows. `days`: school days of a suspension."""

    first_day: date
    kind: ExclusionKind
    days: int | None


@event(occurred="reviewed_on")
class AnnualReviewRecorded:
    """The EHC plan was reviewed on that day, or made on it and not reviewed since."""

    reviewed_on: date
    note: str | None = personal()


@event()
class ProfessionalsMeetingOverridden:
    """One of the two who together may go on without a meeting that is required said so. Both: `complete`."""

    by: PersonId
    by_role: Role
    complete: bool
    reason: str | None = personal()


@event(occurred="arranged_on")
class PlanDeliveryRecorded:
    """Who delivers each item of section F of the EHC plan while the placement lasts, as arranged on that day."""

    arranged_on: date
    items: tuple[SectionFDelivery, ...] = personal(default=())


@event(occurred="notified_on")
class LaNotifiedOfEhcPlan:
    """The authority that maintains the pupil's EHC plan was told of the proposed placement."""

    la_code: str
    notified_on: date


@event(occurred="proposed_on")
class DeterminationProposed:
    """A decision of an earlier day was typed in, and waits for a second person to confirm it from the minute."""

    proposed_on: date
    proposed_by: PersonId
    determined_on: date
    decided_by: PersonId
    decided_by_role: Role
    delegation_id: UUID | None
    start_date: date
    proposed_end: date
    days: int
    review_plan: tuple[PlannedReview, ...]
    exams_ahead: bool
    minute_reference: str | None = personal()
    reasons: str | None = personal()
    alternatives: str | None = personal()
    direction: DirectionGrounds | None = personal()
    ehc_plan: PlanConsidered | None = personal()


@event(occurred="determined_on")
class PlacementDetermined:
    """`by` typed it, `decided_by` decided it on that day, and `confirmed_by` confirmed a day long past.

    In events of earlier releases the one who typed it decided it.
    """

    determined_on: date
    by: PersonId
    delegation_id: UUID | None
    regime_id: RegimeId
    legal_basis: LegalBasis
    start_date: date
    proposed_end: date
    days: int
    review_plan: tuple[PlannedReview, ...]
    calendar_version: int
    reasons: str | None = personal()
    alternatives: str | None = personal()
    direction: DirectionGrounds | None = personal()
    ehc_plan: PlanConsidered | None = personal()
    exams_ahead: bool | None = None
    decided_by: PersonId | None = None
    decided_by_role: Role | None = None
    confirmed_by: PersonId | None = None
    minute_reference: str | None = personal()


@event(occurred="moved_on")
class StartDateMoved:
    """The start was moved before the placement began; any notice given for the old date is spent."""

    moved_on: date
    from_date: date
    to_date: date
    proposed_end: date
    days: int
    reason: str | None = personal()


# ---- agreement and notice


@event(occurred="received_on")
class SafeguardingInformationReceived:
    """The provider confirmed in writing what keeping children safe in education asks of it."""

    provider_id: ProviderId
    received_on: date
    covers: tuple[SafeguardingCover, ...]
    note: str | None = personal()


@event()
class AgreementIssued:
    agreement_id: AgreementId
    version: int
    pennies_per_session: int
    total_pennies: int
    notice_days: int
    terms: str | None = personal()


@event(occurred="signed_on")
class AgreementSigned:
    agreement_id: AgreementId
    party: AgreementParty
    signed_on: date
    method: SigningMethod
    complete: bool
    signatory: str | None = personal()


@event(occurred="given_on")
class ParentViewRecorded:
    given_on: date
    stance: ParentStance
    view: str | None = personal()


@event(occurred="given_on")
class NoticeGiven:
    """Written notice under regulation 3, with what regulation 3(4) demands of it; of the start, or of changed terms."""

    notice_id: NoticeId
    given_on: date
    deemed_on: date
    method: DeliveryMethod
    recipients: tuple[RecipientRole, ...]
    start_date: date
    days: int
    session_times: SessionTimes
    school_days_clear: int
    timely: bool
    calendar_version: int
    given_at: time | None = None
    relevant_person: Role | None = None
    change_id: ChangeId | None = None
    address: str | None = personal()
    report_to: str | None = personal()
    reasons: str | None = personal()
    objectives: tuple[Objective, ...] = personal(default=())


@event(occurred="consented_on")
class EarlyStartConsented:
    """The parent consented to this start less than 48 hours after the details came."""

    consented_on: date
    start_date: date
    consent: str | None = personal()


@event()
class NoticeSuperseded:
    notice_id: NoticeId
    by_notice_id: NoticeId | None


# ---- running


@event(occurred="started_on")
class PlacementStarted:
    started_on: date
    first_site_id: SiteId


@event(occurred="changed_on")
class TermsChanged:
    """One term of a running placement changes from a day on, if notice of it is given in time.

    What belongs to one change has one `change_id`. The values are text; times are canonical JSON.
    """

    change_id: ChangeId
    field: TermsField
    changed_on: date
    effective_on: date
    days: int | None = None
    from_value: str | None = personal()
    to_value: str | None = personal()
    reason: str | None = personal()


@event(occurred="reported_on")
class ProviderChangeReported:
    """The provider changes something that the school may want to check."""

    kind: ProviderChange
    reported_on: date
    by_role: Role
    detail: str | None = personal()


@event(occurred="raised_on")
class SafeguardingConcernRaised:
    """Somebody is worried for the pupil's safety; `pause_requested` by those who may not pause the placement."""

    concern_id: ConcernId
    raised_on: date
    severity: ConcernSeverity
    pause_requested: bool
    by_role: Role
    concern: str | None = personal()


@event(occurred="answered_on")
class SafeguardingConcernAnswered:
    """What is done about a concern for which the placement was not paused."""

    concern_id: ConcernId
    answered_on: date
    answer: str | None = personal()


@event(occurred="paused_on")
class PlacementPaused:
    """The pupil does not attend, because of a concern; the review named here decides whether it goes on."""

    concern_id: ConcernId
    paused_on: date
    review_id: ReviewId
    interim_education: str | None = personal()


@event(occurred="resumed_on")
class PlacementResumed:
    resumed_on: date
    review_id: ReviewId
    safeguards: str | None = personal()


@event(occurred="set_on")
class AttendancePatternSet:
    """Where the pupil is expected in each session of the week, from a day on.

    `part_time_until` is the last day of a part-time timetable: sessions are off by agreement no longer than that.
    """

    set_on: date
    effective_from: date
    sessions: tuple[PatternSession, ...]
    am_start: time | None
    pm_start: time | None
    part_time_until: date | None = None
    agreed_with: str | None = personal()


# ---- review


@event(occurred="requested_on")
class ReviewRequested:
    """Somebody with a right to it asked in writing for a review.

    `last_review_on`: a review was held in the ten weeks before, so that the law demands none.
    `review_id`: a review that was asked for before was still open, and answers this request too.
    """

    request_id: RequestId
    requested_on: date
    by: ReviewRequester
    last_review_on: date | None
    review_id: ReviewId | None
    request: str | None = personal()


@event(occurred="refused_on")
class ReviewRequestRefused:
    """A review asked for within ten weeks of the last is not held; from `binding_from` a request binds again."""

    request_id: RequestId
    refused_on: date
    last_review_on: date
    binding_from: date
    reason: str | None = personal()


@event(occurred="opened_on")
class ReviewDue:
    """A review opened: by a timer, or because somebody asked for one, in the request that it names."""

    review_id: ReviewId
    opened_on: date
    due: date
    source: ReviewSource
    rule: RuleId
    immediate: bool = False
    request_id: RequestId | None = None


@event(occurred="scheduled_on")
class ReviewScheduled:
    review_id: ReviewId
    scheduled_on: date
    at: datetime
    convenience_checked: bool
    place: str | None = personal()


@event(occurred="given_on")
class ReviewInvitationGiven:
    review_id: ReviewId
    given_on: date
    deemed_on: date
    method: DeliveryMethod
    recipients: tuple[RecipientRole, ...]
    written_views_invited: bool
    days_before: int
    timely: bool


@event(occurred="received_on")
class WrittenViewsReceived:
    review_id: ReviewId
    received_on: date
    from_role: Role
    views: str | None = personal()


@event(occurred="held_on")
class ReviewHeld:
    review_id: ReviewId
    held_on: date
    attended_roles: tuple[Role, ...]
    evidence: ReviewEvidence | None = personal()
    pupil_voice: str | None = personal()
    parent_voice: str | None = personal()
    minutes: str | None = personal()


@event(occurred="decided_on")
class ReviewDecided:
    review_id: ReviewId
    decided_on: date
    decision: ReviewDecision
    until: date
    next_review_due: date | None
    reasons: str | None = personal()
    views_considered: str | None = personal()


@event(occurred="given_on")
class ReviewOutcomeNotified:
    review_id: ReviewId
    given_on: date
    deemed_on: date
    method: DeliveryMethod
    recipients: tuple[RecipientRole, ...]
    days_after: int
    timely: bool


@event(occurred="due")
class ReviewMissed:
    """A review was not held by its day. `cause`: the correction that shows it, where time did not."""

    review_id: ReviewId
    due: date
    rule: RuleId
    severity: Severity
    cause: EventId | None = None


@event(occurred="lapsed_on")
class ReviewLapsed:
    """A review that was never held gave way to the next of its kind; the miss stays on record."""

    review_id: ReviewId
    lapsed_on: date


# ---- return and end


@event()
class ReintegrationPlanned:
    plan_id: PlanId
    full_time_by: date
    school_accepted: bool
    steps: tuple[ReintegrationStep, ...] = personal(default=())
    key_adult: str | None = personal()
    readiness_criteria: tuple[str, ...] = personal(default=())
    pupil_view: str | None = personal()
    parent_view: str | None = personal()


@event(occurred="started_on")
class ReintegrationStarted:
    plan_id: PlanId
    started_on: date


@event(occurred="recorded_on")
class ReintegrationStepRecorded:
    plan_id: PlanId
    n: int
    recorded_on: date
    attendance_basis_points: int
    outcome: str | None = personal()


@event(occurred="halted_on")
class ReintegrationHalted:
    """A review stopped a return that had begun: the placement goes on as before, and the return is planned anew."""

    plan_id: PlanId
    review_id: ReviewId
    halted_on: date


@event(occurred="ended_on")
class PlacementEnded:
    """`agreed_by` and `agreed_on` say who agreed to a managed move in writing, and when the last of them did."""

    ended_on: date
    reason: EndReason
    destination_urn: Urn | None
    agreed_by: tuple[MoveParty, ...] = ()
    agreed_on: date | None = None
    reason_text: str | None = personal()


@event(occurred="asked_on")
class AssessmentSought:
    """The pupil, the parents or the provider were asked for their view of the placement."""

    of: Assessor
    asked_on: date
    method: ContactMethod


@event()
class EvaluationRecorded:
    """Attendance in hundredths of a per cent. `evaluated_on`: not in events that were stored before it was kept."""

    objectives_met: tuple[str, ...]
    attendance_before_basis_points: int
    attendance_during_basis_points: int
    cost_total_pennies: int
    attendance_after_basis_points: int | None = None
    evaluated_on: date | None = None
    pupil_assessment: str | None = personal()
    parent_assessment: str | None = personal()
    provider_view: str | None = personal()


@event(occurred="closed_on")
class PlacementClosed:
    closed_on: date


# ---- a change of the law


@event(occurred="marked_on")
class PlacementMarkedTransitional:
    """It was decided under a regime that has ended, and runs on. `immediate`: it started after that end."""

    marked_on: date
    from_regime: RegimeId
    immediate: bool = False


@event(occurred="dealt_with_on")
class TransitionDealtWith:
    dealt_with_on: date
    how: str | None = personal()


# ---- documents


@event()
class DocumentProduced:
    """A document was made of the record as it stood after the event `cause`, and is kept as it was made.

    `subject` is the notice, review, agreement or plan that it is about. The fingerprints, of its PDF and of its page,
    are HMAC-SHA256 under the pupil's key: they tell a changed document, and tell nobody anything once the key is gone.
    """

    document_id: DocumentId
    kind: DocumentKind
    version: int
    cause: EventId
    subject: UUID | None
    recipient: RecipientRole | None
    recipient_number: int | None
    fingerprint: str
    page_fingerprint: str


@event(occurred="on")
class LetterFateRecorded:
    """What the sender of a letter says of it: dispatched, delivered, failed and why, or unheard, each at most once.

    `cause` is the event that brought the letter. `at`: when it was dispatched. A letter that failed goes another way.
    """

    document_id: DocumentId
    cause: EventId
    recipient: RecipientRole
    recipient_number: int | None
    fate: LetterFate
    method: DeliveryMethod
    on: date
    at: datetime | None = None
    why: str | None = None


@event(occurred="returned_on")
class LetterReturned:
    """A letter came back, which rebuts that it was received."""

    document_id: DocumentId
    cause: EventId
    recipient: RecipientRole
    recipient_number: int | None
    returned_on: date
    note: str | None = personal()


@event(occurred="on")
class NoticeServiceChanged:
    """A notice counts as given on another day, by what became of its letters; on none while all of them failed.

    Notice to one parent is enough. `on`: the day of what became of the letter.
    """

    notice_id: NoticeId
    document_id: DocumentId
    cause: ServiceCause
    deemed_on: date | None
    school_days_clear: int | None
    timely: bool
    calendar_version: int
    on: date | None = None


@event(occurred="on")
class ReviewServiceChanged:
    """A letter of a review counts as given on another day, by what became of it; on none while all of them failed.

    `given` is the event that gave the invitation, or told the outcome, and `kind` says which. One parent is enough.
    `days`: before the meeting, or after it. `on`: the day of what became of the letter.
    """

    review_id: ReviewId
    given: EventId
    kind: DocumentKind
    document_id: DocumentId
    cause: ServiceCause
    deemed_on: date | None
    days: int | None
    timely: bool
    on: date


# ---- doubts about the provider


@event(occurred="arose_on")
class ProviderDoubted:
    """The provider came into doubt while the pupil was placed there or about to be."""

    doubt_id: DoubtId
    provider_id: ProviderId
    cause: ProviderDoubt
    arose_on: date


@event(occurred="reviewed_on")
class ProviderReviewRecorded:
    """A person reviewed the placement and answered these doubts about its provider."""

    reviewed_on: date
    doubt_ids: tuple[DoubtId, ...]
    outcome: ProviderReviewOutcome
    reasons: str | None = personal()


# ---- deadlines and corrections


@event(occurred="due")
class DeadlineMissed:
    """A timed duty other than a review passed its date undone. `subject` tells which one, where there are several.

    `cause`: the correction that shows it, where time did not.
    """

    rule: RuleId
    due: date
    severity: Severity
    subject: UUID | None = None
    cause: EventId | None = None


@event()
class MissDisproved:
    """The correction `cause` takes the ground from a miss on record. The miss stays there, and this stands beside it.

    `rule`, `due` and `subject` are those of the miss; of a review, `subject` is its id.
    """

    rule: RuleId
    due: date
    severity: Severity
    subject: UUID | None
    cause: EventId


@event(occurred="reached_on")
class LimitReached:
    """The placement came to a figure at which it is worth a second look: no law, and no miss.

    `since` is the day that it counts from: a timetable's or the placement's first. `figure` is what was reached, in
    the unit of the rule: school days, weeks, sessions a week or minutes a week.
    """

    rule: RuleId
    since: date
    reached_on: date
    figure: int


@event()
class CalendarTaken:
    """The home school revised its calendar, and the placement goes by the new version from now on."""

    version: int
    from_version: int


@event(occurred="from_on")
class PupilFlagsTaken:
    """The pupil's own record tells of a change, and the placement goes by it: from this day these flags hold.

    `number` counts the changes of the pupil's record, and `known_on` is the day on which this one was recorded there:
    before it, nothing was asked of the placement for its sake. `plan` is the council that maintains the EHC plan.
    """

    number: int
    from_on: date
    known_on: date
    flags: tuple[PupilFlag, ...] = personal(default=())
    plan: PlanCouncil | None = personal()


@event(occurred="effective_on")
class HomeSchoolSucceeded:
    """Another school took the home school's place from that day on: one that it became, or that took over from it.

    `from_kind` and `to_kind` are the kinds of the two. A determination keeps the law that it was made under.
    """

    from_urn: Urn
    to_urn: Urn
    from_kind: CommissionerKind
    to_kind: CommissionerKind
    effective_on: date
    recorded_on: date


@event()
class DeadlineRecalculated:
    """A deadline moved, and why. `subject` as in a missed one, or none where a review has not opened so far.

    `immediate`: by the days as they are now it had passed already, so it is due on the day of its cause.
    """

    rule: RuleId
    due: date
    from_due: date
    cause: RecalculationCause
    subject: UUID | None = None
    immediate: bool = False


@event(occurred="overtaken_on")
class DutyOvertaken:
    """The school's days changed after a duty was met, so that by the days as they are now it would be late.

    It was met on `met_on` and due by `from_due` in version `from_version` of the calendar; in `version` it would have
    been due by `due`. It is no miss. `subject` is the change of terms or other thing that it is about.
    """

    overtaken_id: OvertakenId
    rule: RuleId
    overtaken_on: date
    met_on: date
    from_due: date
    due: date
    from_version: int
    version: int
    cause: RecalculationCause
    subject: UUID | None = None


@event(occurred="dealt_with_on")
class OvertakenDutyDealtWith:
    """A person dealt with a duty that a change of the school's days had overtaken."""

    overtaken_id: OvertakenId
    dealt_with_on: date
    by: PersonId
    how: str | None = personal()


@event(occurred="proposed_on")
class ErasureProposed:
    """The time to keep the pupil's record by name ended with this year. Nothing is erased until a person confirms."""

    proposed_on: date
    kept_until_year: int


@event(occurred="confirmed_on")
class ErasureConfirmed:
    """A person confirmed that the pupil's personal data may be erased: the key that opens them is destroyed next."""

    confirmed_on: date


@event(occurred="decided_on")
class ErasureDecided:
    """A person decided that the pupil's personal data are erased before the time to keep them is over.

    `reference` names the papers of the decision, which are kept elsewhere: it stands in clear and outlives the key.
    """

    decided_on: date
    ground: ErasureGround
    reference: str


@event()
class RecordCorrected:
    """A field of an earlier event was wrong; the earlier event stays as it is. `value` is canonical JSON."""

    corrects_event_id: EventId
    field: str
    value: str | None = personal()
    reason: str | None = personal()


PlacementEvent = (
    ReferralDrafted
    | ReferralSubmitted
    | ProviderProposed
    | ProviderOfferRequested
    | ProviderOfferMade
    | ProviderOfferDeclined
    | ReferralDeclined
    | ReferralWithdrawn
    | PlacementCancelled
    | ProfessionalsMeetingConvened
    | ConsultationRecorded
    | ProfessionalsMeetingHeld
    | ProfessionalsMeetingNotRequired
    | ExclusionRecorded
    | AnnualReviewRecorded
    | PlanDeliveryRecorded
    | ProfessionalsMeetingOverridden
    | LaNotifiedOfEhcPlan
    | DeterminationProposed
    | PlacementDetermined
    | StartDateMoved
    | SafeguardingInformationReceived
    | AgreementIssued
    | AgreementSigned
    | ParentViewRecorded
    | NoticeGiven
    | EarlyStartConsented
    | NoticeSuperseded
    | PlacementStarted
    | AttendancePatternSet
    | TermsChanged
    | ProviderChangeReported
    | SafeguardingConcernRaised
    | SafeguardingConcernAnswered
    | PlacementPaused
    | PlacementResumed
    | ReviewRequested
    | ReviewRequestRefused
    | ReviewDue
    | ReviewScheduled
    | ReviewInvitationGiven
    | WrittenViewsReceived
    | ReviewHeld
    | ReviewDecided
    | ReviewOutcomeNotified
    | ReviewMissed
    | ReviewLapsed
    | ReintegrationPlanned
    | ReintegrationStarted
    | ReintegrationStepRecorded
    | ReintegrationHalted
    | PlacementEnded
    | AssessmentSought
    | EvaluationRecorded
    | PlacementClosed
    | PlacementMarkedTransitional
    | TransitionDealtWith
    | DocumentProduced
    | LetterFateRecorded
    | LetterReturned
    | NoticeServiceChanged
    | ReviewServiceChanged
    | ProviderDoubted
    | ProviderReviewRecorded
    | DeadlineMissed
    | MissDisproved
    | LimitReached
    | CalendarTaken
    | PupilFlagsTaken
    | HomeSchoolSucceeded
    | DeadlineRecalculated
    | DutyOvertaken
    | OvertakenDutyDealtWith
    | ErasureProposed
    | ErasureConfirmed
    | ErasureDecided
    | RecordCorrected
    | AroundEvent
)
