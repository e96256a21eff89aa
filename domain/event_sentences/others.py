"""Sentences about the events of schools, providers, registers and pupils' own records."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from events import attendance as a
from events import provider as p
from events import pupil as u
from events import school as s

Sentences = Mapping[type, tuple[str, ...]]

SCHOOL: Final[Sentences] = MappingProxyType(
    {
        s.SchoolRegistered: ("The school {name} (URN {urn}) was registered.", "The school was registered."),
        s.SchoolCorrected: ("The school's details were corrected on {corrected_on}.", "The school's details changed."),
        s.CalendarPublished: ("Version {version} of the school's calendar was published.", "A calendar was published."),
        s.AcademicYearPublished: (
            (
                "The calendar of the school year from {academic_year} was published again on {published_on}: it was"
                " {revision}."
            ),
            "The calendar of the school year from {academic_year} was published on {published_on}.",
            "A calendar was published.",
        ),
        s.CalendarCorrectionProposed: (
            "A correction of the calendar was proposed on {proposed_on}, and a second person must confirm it.",
            "A correction of the calendar was proposed.",
        ),
        s.DelegationGranted: (
            "The power to decide was delegated to {to_role} from {granted_on} until {until_on}.",
            "The power to decide was delegated to {to_role} from {granted_on}.",
            "The power to decide was delegated.",
        ),
        s.DelegationRevoked: (
            "The delegation of the power to decide was ended on {revoked_on}.",
            "A delegation of the power to decide was ended.",
        ),
        s.SuccessionPlanned: (
            "School {successor_urn} takes the school's place on {effective_on}, as {kind}.",
            "Another school takes the school's place.",
        ),
        s.SuccessionCancelled: (
            "The plan for another school to take this one's place was cancelled on {cancelled_on}.",
            "The plan for another school to take this one's place was cancelled.",
        ),
        s.SchoolSucceeded: (
            "School {successor_urn} took the school's place on {effective_on}.",
            "Another school took the school's place.",
        ),
        s.PredecessorTakenOver: (
            "The school took the place of school {predecessor_urn} on {effective_on}.",
            "The school took another school's place.",
        ),
    }
)
PROVIDER: Final[Sentences] = MappingProxyType(
    {
        p.ProviderRegistered: ("The provider {name} was registered.", "The provider was registered."),
        p.ProviderDetailsRecorded: ("What the provider offers was recorded.",),
        p.FullTimePupilsCounted: (
            "The provider counted {pupils} full-time pupils on {counted_on}.",
            "The provider counted its full-time pupils.",
        ),
        p.SiteAddressRecorded: ("The address of a site of the provider was recorded.",),
        p.QaVisitRecorded: (
            "Council {la_code} visited the provider on {visited_on}.",
            "A council visited the provider.",
        ),
        p.DueDiligenceCompleted: (
            "The provider was checked on {completed_on} for {org_id}, valid until {valid_until}: {satisfied}.",
            "The provider was checked.",
        ),
        p.DirectoryEntryPublished: (
            "Council {la_code} entered the provider in its directory on {approved_on}.",
            "The provider was entered in a directory.",
        ),
        p.DirectoryEntryRenewed: (
            "Council {la_code} renewed the directory entry on {renewed_on}.",
            "The directory entry was renewed.",
        ),
        p.DirectoryEntrySuspended: (
            "Council {la_code} suspended the directory entry on {suspended_on} ({reason_code}).",
            "The directory entry was suspended.",
        ),
        p.DirectoryEntryReinstated: (
            "Council {la_code} reinstated the directory entry on {reinstated_on}.",
            "The directory entry was reinstated.",
        ),
        p.DirectoryEntryWithdrawn: (
            "Council {la_code} withdrew the directory entry on {withdrawn_on} ({reason_code}).",
            "The directory entry was withdrawn.",
        ),
        p.DirectoryApplicationSubmitted: (
            "The provider applied on {submitted_on} to join the directory of council {la_code}.",
            "The provider applied to join a directory.",
        ),
        p.DirectoryApplicationDecided: (
            "Council {la_code} decided on the provider's application on {decided_on}: {outcome}.",
            "The provider's application was decided on.",
        ),
        p.ProviderConcernRaised: (
            "A concern about the provider was raised on {raised_on} ({kind}): {severity}.",
            "A concern about the provider was raised.",
        ),
        p.ProviderConcernResolved: (
            "The concern about the provider was resolved on {resolved_on}: {outcome}.",
            "The concern about the provider was resolved.",
        ),
        p.ProviderDeadlineMissed: ("Not done by {due}: {rule}.", "Something was not done in time."),
    }
)
ATTENDANCE: Final[Sentences] = MappingProxyType(
    {
        a.SessionMarkProposed: (
            "The provider marked the {session} of {day}: {mark}.",
            "The provider marked a session.",
        ),
        a.SessionMarkCorrected: (
            "The provider changed its mark for the {session} of {day} from {from_mark} to {mark}.",
            "The provider changed its mark for a session.",
        ),
        a.SessionMarkConfirmed: (
            "Code {code} was entered for the {session} of {day}.",
            "A code was entered for a session.",
        ),
        a.UnauthorisedAbsenceProposed: (
            "No reason was found for the absence in the {session} of {day}, so code {code} is proposed.",
            "No reason was found for an absence.",
        ),
        a.AbsenceResolved: (
            "The absence in the {session} of {day} was settled with code {code}.",
            "An absence was settled.",
        ),
        a.SessionMarkAmended: (
            "The entry for the {session} of {day} was changed from code {from_code} to code {code}.",
            "An entry in the register was changed.",
        ),
        a.AbsenceAlertRaised: (
            "An alert was raised for the {session} of {day}: {cause}.",
            "An alert was raised.",
        ),
        a.IllnessThresholdReached: (
            "The pupil had been absent through illness on {school_days} school days by {reached_on}.",
            "The pupil has been absent through illness for long.",
        ),
    }
)
PUPIL: Final[Sentences] = MappingProxyType(
    {
        u.PupilRegistered: (
            "The pupil's record was opened, and belongs to {controller}.",
            "The pupil's record was opened.",
        ),
        u.PupilFlagsChanged: (
            "The pupil's flags changed from {effective_on}.",
            "The pupil's flags changed.",
        ),
        u.PupilHandedOver: (
            "The pupil's record was handed over to {to_controller} on {handed_over_on}.",
            "The pupil's record was handed over.",
        ),
        u.PupilReceived: (
            "The pupil's record was received from {from_controller} on {received_on}.",
            "The pupil's record was received.",
        ),
        u.ElectronicServiceAgreed: (
            "A parent agreed on {agreed_on} to get letters by email.",
            "A parent agreed to get letters by email.",
        ),
        u.ElectronicServiceWithdrawn: (
            "The agreement to get letters by email was withdrawn on {withdrawn_on}.",
            "The agreement to get letters by email was withdrawn.",
        ),
    }
)
