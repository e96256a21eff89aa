"""The record of a placement as those see it who see it whole; a provider's part of it: `provider_sight`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from domain.placement.record.view_parts import (
    AroundView,
    ChangeNoticeView,
    LetterStatusView,
    PauseView,
    PlannedView,
    ReviewView,
)
from domain.placement.stages import Stage
from domain.shared.views import View, shown
from events.codes import (
    CommissionerKind,
    LegalBasis,
    RegimeId,
)
from events.ids import NoticeId, PlacementId, ProviderId, PupilId, SiteId, Urn
from events.placement.agreement import (
    AgreementIssued,
    AgreementSigned,
    EarlyStartConsented,
    NoticeGiven,
    ParentViewRecorded,
    SafeguardingInformationReceived,
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
)
from events.placement.ending import (
    AssessmentSought,
    EvaluationRecorded,
    PlacementEnded,
    ReintegrationPlanned,
    ReintegrationStarted,
    ReintegrationStepRecorded,
)
from events.placement.letters import (
    DocumentProduced,
)
from events.placement.other_streams import HomeSchoolSucceeded, PupilFlagsTaken
from events.placement.record import (
    ErasureConfirmed,
    ErasureDecided,
    ErasureProposed,
)
from events.placement.referral import (
    PlacementCancelled,
    ProviderOfferDeclined,
    ProviderOfferMade,
    ProviderOfferRequested,
    ProviderProposed,
    ReferralDeclined,
    ReferralSubmitted,
    ReferralWithdrawn,
)
from events.placement.reviews import (
    ReviewDecided,
    ReviewRequested,
    ReviewRequestRefused,
)
from events.placement.running import (
    AttendancePatternSet,
    PlacementMarkedTransitional,
    PlacementPaused,
    ProviderChangeReported,
    ProviderDoubted,
    ProviderReviewRecorded,
    SafeguardingConcernRaised,
    TermsChanged,
    TransitionDealtWith,
)
from events.values.referral import Pupil


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementView(View):
    stage: Stage
    placement_id: PlacementId | None
    pupil_id: PupilId | None
    home_school_urn: Urn | None
    commissioner: CommissionerKind | None
    legal_basis: LegalBasis | None
    pupil: Pupil | None
    referral: ReferralSubmitted | None
    provider_id: ProviderId | None
    site_ids: tuple[SiteId, ...]
    proposal: ProviderProposed | None
    asked: ProviderOfferRequested | None
    offer: ProviderOfferMade | None
    offer_declined: ProviderOfferDeclined | None
    stopped: ReferralDeclined | ReferralWithdrawn | PlacementCancelled | None
    meeting: ProfessionalsMeetingConvened | None
    consultations: tuple[ConsultationRecorded, ...]
    meeting_held: ProfessionalsMeetingHeld | None
    meeting_not_required: ProfessionalsMeetingNotRequired | None
    exclusion: ExclusionRecorded | None
    annual_review: AnnualReviewRecorded | None
    plan_deliveries: tuple[PlanDeliveryRecorded, ...]
    meeting_overrides: tuple[ProfessionalsMeetingOverridden, ...]
    las_notified: tuple[LaNotifiedOfEhcPlan, ...]
    determination_proposed: DeterminationProposed | None
    determination: PlacementDetermined | None
    regime_id: RegimeId | None
    start_date: date | None
    proposed_end: date | None
    first_end: date | None
    period_decision: ReviewDecided | None
    days: int | None
    start_set_on: date | None
    end_set_on: date | None
    planned: tuple[PlannedView, ...]
    safeguarding: tuple[SafeguardingInformationReceived, ...]
    agreement: AgreementIssued | None
    signatures: tuple[AgreementSigned, ...]
    parent_views: tuple[ParentViewRecorded, ...]
    early_consent: EarlyStartConsented | None
    notice: NoticeGiven | None
    notice_lost: NoticeGiven | None
    change_notices: tuple[ChangeNoticeView, ...]
    letters: tuple[LetterStatusView, ...]
    started_on: date | None
    first_site_id: SiteId | None
    terms_changed: tuple[TermsChanged, ...]
    change_pending: TermsChanged | None
    provider_changes: tuple[ProviderChangeReported, ...]
    concerns: tuple[SafeguardingConcernRaised, ...]
    concerns_open: tuple[SafeguardingConcernRaised, ...]
    pause: PlacementPaused | None
    paused_from: Stage | None
    pauses: tuple[PauseView, ...]
    requests: tuple[ReviewRequested, ...]
    requests_waiting: tuple[ReviewRequested, ...]
    request_refusals: tuple[ReviewRequestRefused, ...]
    patterns: tuple[AttendancePatternSet, ...]
    reviews: tuple[ReviewView, ...]
    plan: ReintegrationPlanned | None
    reintegration: ReintegrationStarted | None
    steps: tuple[ReintegrationStepRecorded, ...]
    end: PlacementEnded | None
    assessments_sought: tuple[AssessmentSought, ...]
    evaluation: EvaluationRecorded | None
    closed_on: date | None
    transitional: PlacementMarkedTransitional | None
    transition_dealt_with: TransitionDealtWith | None
    doubts: tuple[ProviderDoubted, ...]
    provider_reviews: tuple[ProviderReviewRecorded, ...]
    missed: tuple[DeadlineMissed, ...]
    disproved: tuple[MissDisproved, ...]
    limits: tuple[LimitReached, ...]
    erasure_proposed: ErasureProposed | None
    erasure_confirmed: ErasureConfirmed | None
    erasure_decided: ErasureDecided | None
    calendar_version: int
    flags_taken: tuple[PupilFlagsTaken, ...]
    determined_with_plan: bool
    notices_with_plan: tuple[NoticeId, ...]
    successions: tuple[HomeSchoolSucceeded, ...]
    recalculated: tuple[DeadlineRecalculated, ...]
    overtaken: tuple[DutyOvertaken, ...]
    overtaken_dealt_with: tuple[OvertakenDutyDealtWith, ...]
    around: AroundView
    documents: tuple[DocumentProduced, ...]


def placement_view(published: Mapping[str, Any]) -> PlacementView:
    """From the record's fields by their published names; what is published under no name of the view is not shown."""
    return shown(PlacementView, SimpleNamespace(**published))
