"""Which clauses each kind of event answers to: kept with the event when it is written."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.law.clauses import KCSIE, REGISTER, REGULATIONS
from domain.law.rules import RULES
from domain.placement.event_rows import EVENTS
from events import attendance, provider, pupil, school
from events.codes import RuleId
from events.placement.deadlines import DeadlineMissed, DeadlineRecalculated, LimitReached, MissDisproved
from events.placement.reviews import ReviewDue, ReviewMissed

_REFS: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        **{row.event: row.clauses for row in EVENTS.values()},
        school.SchoolRegistered: (),
        school.SchoolCorrected: (),
        school.SuccessionPlanned: ("Academies Act 2010 s 6",),
        school.SuccessionCancelled: ("Academies Act 2010 s 6",),
        school.SchoolSucceeded: ("Academies Act 2010 s 6", "UK GDPR art 24"),
        school.PredecessorTakenOver: ("Academies Act 2010 s 6", "UK GDPR art 24"),
        school.CalendarPublished: (f"{REGULATIONS} reg 2",),
        school.AcademicYearPublished: (f"{REGULATIONS} reg 2",),
        school.CalendarCorrectionProposed: (f"{REGULATIONS} reg 2",),
        school.DelegationGranted: ("Education Act 2002 s 29A",),
        school.DelegationRevoked: ("Education Act 2002 s 29A",),
        provider.ProviderRegistered: ("Education and Skills Act 2008 s 92",),
        provider.ProviderDetailsRecorded: (),
        provider.FullTimePupilsCounted: ("Education and Skills Act 2008 s 92",),
        provider.SiteAddressRecorded: (),
        provider.QaVisitRecorded: (),
        provider.DueDiligenceCompleted: (KCSIE,),
        provider.DirectoryEntryPublished: (),
        attendance.SessionMarkProposed: REGISTER,
        attendance.SessionMarkCorrected: REGISTER,
        attendance.SessionMarkConfirmed: REGISTER,
        attendance.UnauthorisedAbsenceProposed: (RULES[RuleId.T9].clause,),
        attendance.AbsenceResolved: (RULES[RuleId.T9].clause,),
        attendance.SessionMarkAmended: REGISTER,
        attendance.AbsenceAlertRaised: (RULES[RuleId.T10].clause,),
        attendance.IllnessThresholdReached: (RULES[RuleId.T13].clause,),
        provider.DirectoryEntryRenewed: (),
        provider.DirectoryEntrySuspended: (),
        provider.DirectoryEntryReinstated: (),
        provider.DirectoryEntryWithdrawn: (),
        provider.DirectoryApplicationSubmitted: (),
        provider.DirectoryApplicationDecided: (),
        provider.ProviderConcernRaised: (KCSIE,),
        provider.ProviderConcernResolved: (KCSIE,),
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
