"""Which clauses each kind of event answers to: kept with the event when it is written."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.law.rules import RULES
from events import around, attendance, placement, provider, pupil, school
from events.codes import RuleId

_REGULATIONS = "SI 2010/1156"
_START = (f"{_REGULATIONS} reg 3",)
_REGISTER = ("SI 2024/208 reg 10",)
_REVIEW = (f"{_REGULATIONS} reg 4",)
_SAFEGUARDING = "KCSIE: alternative provision"

_REFS: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        placement.ReferralDrafted: (),
        placement.ReferralSubmitted: (),
        placement.ProviderProposed: ("Education and Skills Act 2008 s 92",),
        placement.ProviderOfferRequested: (),
        placement.ProviderOfferMade: (),
        placement.ProviderOfferDeclined: (),
        placement.ReferralDeclined: (),
        placement.ReferralWithdrawn: (),
        placement.PlacementCancelled: (),
        placement.ProfessionalsMeetingConvened: ("KCSIE: alternative provision",),
        placement.ConsultationRecorded: ("KCSIE: alternative provision",),
        placement.ProfessionalsMeetingHeld: ("KCSIE: alternative provision",),
        placement.ProfessionalsMeetingNotRequired: ("KCSIE: alternative provision",),
        placement.ExclusionRecorded: ("Education and Inspections Act 2006 s 100", "Education Act 1996 s 19(3A)"),
        placement.AnnualReviewRecorded: ("Children and Families Act 2014 s 44",),
        placement.ProfessionalsMeetingOverridden: ("KCSIE: alternative provision",),
        placement.PlanDeliveryRecorded: ("Children and Families Act 2014 s 42(2)",),
        placement.LaNotifiedOfEhcPlan: ("Children and Families Act 2014 s 42",),
        placement.DeterminationProposed: ("Education Act 2002 s 29A",),
        placement.PlacementDetermined: ("Education Act 2002 s 29A", *_REVIEW),
        placement.StartDateMoved: _START,
        placement.SafeguardingInformationReceived: ("KCSIE: alternative provision",),
        placement.AgreementIssued: (),
        placement.AgreementSigned: (),
        placement.ParentViewRecorded: (),
        placement.NoticeGiven: (f"{_REGULATIONS} reg 3(2)", f"{_REGULATIONS} reg 3(4)"),
        placement.EarlyStartConsented: ("SI 2007/1870 reg 7",),
        placement.NoticeSuperseded: _START,
        placement.PlacementStarted: (f"{_REGULATIONS} reg 2",),
        placement.TermsChanged: _START,
        placement.ProviderChangeReported: (),
        placement.SafeguardingConcernRaised: (_SAFEGUARDING,),
        placement.SafeguardingConcernAnswered: (_SAFEGUARDING,),
        placement.PlacementPaused: (_SAFEGUARDING,),
        placement.PlacementResumed: (_SAFEGUARDING,),
        placement.ReviewRequested: (f"{_REGULATIONS} reg 4A",),
        placement.ReviewRequestRefused: (f"{_REGULATIONS} reg 4A",),
        placement.AttendancePatternSet: _REGISTER,
        placement.ReviewDue: _REVIEW,
        placement.ReviewScheduled: (f"{_REGULATIONS} reg 5",),
        placement.ReviewInvitationGiven: (f"{_REGULATIONS} reg 5",),
        placement.WrittenViewsReceived: (f"{_REGULATIONS} reg 5",),
        placement.ReviewHeld: _REVIEW,
        placement.ReviewDecided: (f"{_REGULATIONS} reg 4(1)(b)",),
        placement.ReviewOutcomeNotified: (f"{_REGULATIONS} reg 6",),
        placement.ReviewMissed: _REVIEW,
        placement.ReviewLapsed: _REVIEW,
        placement.ReintegrationPlanned: (),
        placement.ReintegrationStarted: (),
        placement.ReintegrationStepRecorded: (),
        placement.ReintegrationHalted: (f"{_REGULATIONS} reg 4(1)(b)",),
        placement.PlacementEnded: (),
        placement.AssessmentSought: (),
        placement.EvaluationRecorded: (),
        placement.PlacementClosed: (),
        placement.PlacementMarkedTransitional: ("Education Act 2002 s 29A",),
        placement.DutyOvertaken: (f"{_REGULATIONS} reg 2",),
        placement.OvertakenDutyDealtWith: (),
        placement.TransitionDealtWith: ("Education Act 2002 s 29A",),
        placement.DocumentProduced: (),
        placement.LetterFateRecorded: ("Interpretation Act 1978 s 7",),
        placement.LetterReturned: ("Interpretation Act 1978 s 7",),
        placement.NoticeServiceChanged: (f"{_REGULATIONS} reg 3", "Interpretation Act 1978 s 7"),
        placement.ReviewServiceChanged: (
            f"{_REGULATIONS} reg 5",
            f"{_REGULATIONS} reg 6",
            "Interpretation Act 1978 s 7",
        ),
        placement.ProviderDoubted: ("KCSIE: alternative provision",),
        placement.ProviderReviewRecorded: ("KCSIE: alternative provision",),
        placement.DeadlineMissed: (_REGULATIONS,),
        placement.MissDisproved: (_REGULATIONS,),
        placement.LimitReached: (),
        placement.ErasureProposed: ("UK GDPR art 5(1)(e)",),
        placement.ErasureConfirmed: ("UK GDPR art 5(1)(e)",),
        placement.ErasureDecided: ("UK GDPR art 17(1)",),
        placement.CalendarTaken: (f"{_REGULATIONS} reg 2",),
        placement.HomeSchoolSucceeded: ("Academies Act 2010 s 6", "UK GDPR art 24"),
        placement.DeadlineRecalculated: (_REGULATIONS,),
        placement.PupilFlagsTaken: (),
        around.PlacementVisited: (),
        around.ContactLogged: (),
        around.CommunicationSent: (),
        around.TransportArranged: (),
        around.MealsArranged: ("Education Act 1996 s 512ZB",),
        around.ProgressReportReceived: (),
        around.NoteAdded: (),
        around.CaseAssigned: (),
        around.AccessRestricted: ("UK GDPR art 5(1)(f)",),
        around.AccessRestrictionLifted: ("UK GDPR art 5(1)(f)",),
        around.SubjectAccessRequested: ("UK GDPR art 15", "SI 2005/1437 reg 5"),
        around.SubjectAccessExtended: ("UK GDPR art 12(3)",),
        around.SubjectAccessAnswered: ("UK GDPR art 15", "SI 2005/1437 reg 5"),
        around.SubjectAccessQueried: ("UK GDPR art 12(6)",),
        around.SubjectAccessQueryAnswered: ("UK GDPR art 12(6)",),
        around.SeriousHarmConsidered: ("Data Protection Act 2018 sch 3 pt 3 and pt 5",),
        around.DataProtectionComplaintReceived: (RULES[RuleId.COMPLAINT].clause,),
        around.DataProtectionComplaintAcknowledged: (RULES[RuleId.COMPLAINT].clause,),
        around.DataProtectionComplaintAnswered: (RULES[RuleId.COMPLAINT].clause,),
        placement.RecordCorrected: ("UK GDPR art 5(1)(d)",),
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
            placement.DeadlineMissed()
            | placement.MissDisproved()
            | placement.LimitReached()
            | placement.DeadlineRecalculated()
            | placement.ReviewMissed()
            | placement.ReviewDue()
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
