"""Every event of a placement's stream, in the order of its story. An event that is not listed here cannot be stored."""

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

AroundEvent = (
    PlacementVisited
    | ContactLogged
    | CommunicationSent
    | TransportArranged
    | MealsArranged
    | ProgressReportReceived
    | NoteAdded
    | CaseAssigned
    | AccessRestricted
    | AccessRestrictionLifted
    | SubjectAccessRequested
    | SubjectAccessExtended
    | SubjectAccessAnswered
    | SubjectAccessQueried
    | SubjectAccessQueryAnswered
    | SeriousHarmConsidered
    | DataProtectionComplaintReceived
    | DataProtectionComplaintAcknowledged
    | DataProtectionComplaintAnswered
)

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
