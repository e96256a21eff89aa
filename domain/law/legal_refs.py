"""Which clauses each kind of event answers to: kept with the event when it is written."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.law.rules import RULES
from events import attendance, provider, pupil, school
from events.codes import RuleId
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

_REGULATIONS = "SI 2010/1156"
_START = (f"{_REGULATIONS} reg 3",)
_REGISTER = ("SI 2024/208 reg 10",)
_REVIEW = (f"{_REGULATIONS} reg 4",)
_SAFEGUARDING = "KCSIE: alternative provision"

_REFS: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        ReferralDrafted: (),
        ReferralSubmitted: (),
        ProviderProposed: ("Education and Skills Act 2008 s 92",),
        ProviderOfferRequested: (),
        ProviderOfferMade: (),
        ProviderOfferDeclined: (),
        ReferralDeclined: (),
        ReferralWithdrawn: (),
        PlacementCancelled: (),
        ProfessionalsMeetingConvened: ("KCSIE: alternative provision",),
        ConsultationRecorded: ("KCSIE: alternative provision",),
        ProfessionalsMeetingHeld: ("KCSIE: alternative provision",),
        ProfessionalsMeetingNotRequired: ("KCSIE: alternative provision",),
        ExclusionRecorded: ("Education and Inspections Act 2006 s 100", "Education Act 1996 s 19(3A)"),
        AnnualReviewRecorded: ("Children and Families Act 2014 s 44",),
        ProfessionalsMeetingOverridden: ("KCSIE: alternative provision",),
        PlanDeliveryRecorded: ("Children and Families Act 2014 s 42(2)",),
        LaNotifiedOfEhcPlan: ("Children and Families Act 2014 s 42",),
        DeterminationProposed: ("Education Act 2002 s 29A",),
        PlacementDetermined: ("Education Act 2002 s 29A", *_REVIEW),
        StartDateMoved: _START,
        SafeguardingInformationReceived: ("KCSIE: alternative provision",),
        AgreementIssued: (),
        AgreementSigned: (),
        ParentViewRecorded: (),
        NoticeGiven: (f"{_REGULATIONS} reg 3(2)", f"{_REGULATIONS} reg 3(4)"),
        EarlyStartConsented: ("SI 2007/1870 reg 7",),
        NoticeSuperseded: _START,
        PlacementStarted: (f"{_REGULATIONS} reg 2",),
        TermsChanged: _START,
        ProviderChangeReported: (),
        SafeguardingConcernRaised: (_SAFEGUARDING,),
        SafeguardingConcernAnswered: (_SAFEGUARDING,),
        PlacementPaused: (_SAFEGUARDING,),
        PlacementResumed: (_SAFEGUARDING,),
        ReviewRequested: (f"{_REGULATIONS} reg 4A",),
        ReviewRequestRefused: (f"{_REGULATIONS} reg 4A",),
        AttendancePatternSet: _REGISTER,
        ReviewDue: _REVIEW,
        ReviewScheduled: (f"{_REGULATIONS} reg 5",),
        ReviewInvitationGiven: (f"{_REGULATIONS} reg 5",),
        WrittenViewsReceived: (f"{_REGULATIONS} reg 5",),
        ReviewHeld: _REVIEW,
        ReviewDecided: (f"{_REGULATIONS} reg 4(1)(b)",),
        ReviewOutcomeNotified: (f"{_REGULATIONS} reg 6",),
        ReviewMissed: _REVIEW,
        ReviewLapsed: _REVIEW,
        ReintegrationPlanned: (),
        ReintegrationStarted: (),
        ReintegrationStepRecorded: (),
        ReintegrationHalted: (f"{_REGULATIONS} reg 4(1)(b)",),
        PlacementEnded: (),
        AssessmentSought: (),
        EvaluationRecorded: (),
        PlacementClosed: (),
        PlacementMarkedTransitional: ("Education Act 2002 s 29A",),
        DutyOvertaken: (f"{_REGULATIONS} reg 2",),
        OvertakenDutyDealtWith: (),
        TransitionDealtWith: ("Education Act 2002 s 29A",),
        DocumentProduced: (),
        LetterFateRecorded: ("Interpretation Act 1978 s 7",),
        LetterReturned: ("Interpretation Act 1978 s 7",),
        NoticeServiceChanged: (f"{_REGULATIONS} reg 3", "Interpretation Act 1978 s 7"),
        ReviewServiceChanged: (
            f"{_REGULATIONS} reg 5",
            f"{_REGULATIONS} reg 6",
            "Interpretation Act 1978 s 7",
        ),
        ProviderDoubted: ("KCSIE: alternative provision",),
        ProviderReviewRecorded: ("KCSIE: alternative provision",),
        DeadlineMissed: (_REGULATIONS,),
        MissDisproved: (_REGULATIONS,),
        LimitReached: (),
        ErasureProposed: ("UK GDPR art 5(1)(e)",),
        ErasureConfirmed: ("UK GDPR art 5(1)(e)",),
        ErasureDecided: ("UK GDPR art 17(1)",),
        CalendarTaken: (f"{_REGULATIONS} reg 2",),
        HomeSchoolSucceeded: ("Academies Act 2010 s 6", "UK GDPR art 24"),
        DeadlineRecalculated: (_REGULATIONS,),
        PupilFlagsTaken: (),
        PlacementVisited: (),
        ContactLogged: (),
        CommunicationSent: (),
        TransportArranged: (),
        MealsArranged: ("Education Act 1996 s 512ZB",),
        ProgressReportReceived: (),
        NoteAdded: (),
        CaseAssigned: (),
        AccessRestricted: ("UK GDPR art 5(1)(f)",),
        AccessRestrictionLifted: ("UK GDPR art 5(1)(f)",),
        SubjectAccessRequested: ("UK GDPR art 15", "SI 2005/1437 reg 5"),
        SubjectAccessExtended: ("UK GDPR art 12(3)",),
        SubjectAccessAnswered: ("UK GDPR art 15", "SI 2005/1437 reg 5"),
        SubjectAccessQueried: ("UK GDPR art 12(6)",),
        SubjectAccessQueryAnswered: ("UK GDPR art 12(6)",),
        SeriousHarmConsidered: ("Data Protection Act 2018 sch 3 pt 3 and pt 5",),
        DataProtectionComplaintReceived: (RULES[RuleId.COMPLAINT].clause,),
        DataProtectionComplaintAcknowledged: (RULES[RuleId.COMPLAINT].clause,),
        DataProtectionComplaintAnswered: (RULES[RuleId.COMPLAINT].clause,),
        RecordCorrected: ("UK GDPR art 5(1)(d)",),
        school.SchoolRegistered: (),
        school.SchoolCorrected: (),
        school.SuccessionPlanned: ("Academies Act 2010 s 6",),
        school.SuccessionCancelled: ("Academies Act 2010 s 6",),
        school.SchoolSucceeded: ("Academies Act 2010 s 6", "UK GDPR art 24"),
        school.PredecessorTakenOver: ("Academies Act 2010 s 6", "UK GDPR art 24"),
        school.CalendarPublished: (f"{_REGULATIONS} reg 2",),
        school.AcademicYearPublished: (f"{_REGULATIONS} reg 2",),
        school.CalendarCorrectionProposed: (f"{_REGULATIONS} reg 2",),
        school.DelegationGranted: ("Education Act 2002 s 29A",),
        school.DelegationRevoked: ("Education Act 2002 s 29A",),
        provider.ProviderRegistered: ("Education and Skills Act 2008 s 92",),
        provider.ProviderDetailsRecorded: (),
        provider.FullTimePupilsCounted: ("Education and Skills Act 2008 s 92",),
        provider.SiteAddressRecorded: (),
        provider.QaVisitRecorded: (),
        provider.DueDiligenceCompleted: ("KCSIE: alternative provision",),
        provider.DirectoryEntryPublished: (),
        attendance.SessionMarkProposed: _REGISTER,
        attendance.SessionMarkCorrected: _REGISTER,
        attendance.SessionMarkConfirmed: _REGISTER,
        attendance.UnauthorisedAbsenceProposed: (RULES[RuleId.T9].clause,),
        attendance.AbsenceResolved: (RULES[RuleId.T9].clause,),
        attendance.SessionMarkAmended: _REGISTER,
        attendance.AbsenceAlertRaised: (RULES[RuleId.T10].clause,),
        attendance.IllnessThresholdReached: (RULES[RuleId.T13].clause,),
        provider.DirectoryEntryRenewed: (),
        provider.DirectoryEntrySuspended: (),
        provider.DirectoryEntryReinstated: (),
        provider.DirectoryEntryWithdrawn: (),
        provider.DirectoryApplicationSubmitted: (),
        provider.DirectoryApplicationDecided: (),
        provider.ProviderConcernRaised: ("KCSIE: alternative provision",),
        provider.ProviderConcernResolved: ("KCSIE: alternative provision",),
        provider.ProviderDeadlineMissed: (),
        pupil.PupilRegistered: ("UK GDPR art 24",),
        pupil.PupilFlagsChanged: (),
        pupil.ElectronicServiceAgreed: ("Interpretation Act 1978 s 7",),
        pupil.ElectronicServiceWithdrawn: ("Interpretation Act 1978 s 7",),
        pupil.PupilHandedOver: ("SI 2005/1437 reg 9",),
        pupil.PupilReceived: ("SI 2005/1437 reg 9",),
    }
)


def legal_refs(event: object) -> tuple[str, ...]:
    """The clauses of an event. A missed rule answers to that rule's own clause."""
    match event:
        case (
            DeadlineMissed()
            | MissDisproved()
            | LimitReached()
            | DeadlineRecalculated()
            | ReviewMissed()
            | ReviewDue()
            | provider.ProviderDeadlineMissed()
        ):
            return (RULES[event.rule].clause,)
        case _:
            return legal_refs_of(type(event))


def legal_refs_of(cls: type) -> tuple[str, ...]:
    """The clauses that every event of a kind answers to."""
    return _REFS[cls]


def listed() -> frozenset[type]:
    """The kinds of event that the table knows."""
    return frozenset(_REFS)
