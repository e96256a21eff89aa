"""Sentences about what is recorded of a placement at any stage: deadlines, letters, contact, rights and corrections."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

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

RECORD: Final[Mapping[type, tuple[str, ...]]] = MappingProxyType(
    {
        DeadlineMissed: ("Not done by {due}: {rule}.", "Something was not done in time."),
        MissDisproved: (
            "It turned out that this was done in time, by {due}: {rule}.",
            "It turned out that something was done in time.",
        ),
        LimitReached: ("A limit was reached on {reached_on}: {rule}.", "A limit was reached."),
        DeadlineRecalculated: (
            "A date moved from {from_due} to {due} because {cause}: {rule}.",
            "A date moved.",
        ),
        DutyOvertaken: (
            "What was done on {met_on} has to be looked at again because {cause}: {rule}.",
            "Something that was done has to be looked at again.",
        ),
        OvertakenDutyDealtWith: (
            "What a change of the school's days had overtaken was dealt with on {dealt_with_on}.",
            "What a change of the school's days had overtaken was dealt with.",
        ),
        DocumentProduced: ("A document was made: {kind}.", "A document was made."),
        LetterFateRecorded: (
            "The letter to {recipient} {fate} on {on}.",
            "The result of sending a letter was recorded.",
        ),
        LetterReturned: (
            "The letter to {recipient} came back on {returned_on}.",
            "A letter came back.",
        ),
        NoticeServiceChanged: (
            "The notice counts as given on {deemed_on}, {timely}, because {cause}.",
            "The notice does not count as given, because {cause}.",
            "The day on which the notice counts as given changed.",
        ),
        ReviewServiceChanged: (
            "{kind} counts as given on {deemed_on}, {timely}, because {cause}.",
            "{kind} does not count as given, because {cause}.",
            "The day on which a letter about the review counts as given changed.",
        ),
        CalendarTaken: (
            "Version {version} of the school's calendar was taken over.",
            "The school's calendar was taken over.",
        ),
        PupilFlagsTaken: (
            "A change of the pupil's flags was taken over from {from_on}.",
            "A change of the pupil's flags was taken over.",
        ),
        HomeSchoolSucceeded: (
            "School {to_urn} took the place of school {from_urn} on {effective_on}.",
            "Another school took the place of the home school.",
        ),
        ErasureProposed: (
            "The erasure of the pupil's personal data was proposed on {proposed_on}.",
            "The erasure of the pupil's personal data was proposed.",
        ),
        ErasureConfirmed: (
            "The erasure of the pupil's personal data was confirmed on {confirmed_on}.",
            "The erasure of the pupil's personal data was confirmed.",
        ),
        ErasureDecided: (
            "The erasure of the pupil's personal data was decided on {decided_on} because {ground}.",
            "The erasure of the pupil's personal data was decided.",
        ),
        RecordCorrected: ("An earlier entry was corrected.",),
        NoteAdded: ("A note was added.",),
        CaseAssigned: ("The placement was assigned on {assigned_on}.", "The placement was assigned."),
        AccessRestricted: ("Access to the placement was restricted.",),
        AccessRestrictionLifted: ("The restriction of access to the placement was lifted.",),
        PlacementVisited: (
            "The placement was visited on {visited_on}, and the pupil {pupil_seen}.",
            "The placement was visited.",
        ),
        ContactLogged: (
            "Contact on {contacted_on} with {with_roles} {method} was recorded.",
            "A contact was recorded.",
        ),
        CommunicationSent: (
            "A message ({subject}) went {method} to {to_roles} on {sent_on}.",
            "A communication was sent.",
        ),
        TransportArranged: (
            "Transport {required}, {mode} from {from_on}.",
            "Transport {required}.",
            "Transport was decided.",
        ),
        MealsArranged: (
            "School meals were arranged from {from_on}: {arrangement}.",
            "School meals were arranged.",
        ),
        ProgressReportReceived: (
            (
                "The provider's report for {period_from} to {period_to} was received: attendance"
                " {attendance_basis_points}."
            ),
            "The provider's report was received.",
        ),
        SubjectAccessRequested: (
            "A request to see the record was received on {received_on}, to be answered by {due}.",
            "A request to see the record was received.",
        ),
        SubjectAccessExtended: (
            "The time to answer a request to see the record was extended to {due}.",
            "The time to answer a request to see the record was extended.",
        ),
        SubjectAccessAnswered: (
            "A request to see the record was answered on {answered_on}, {timely}: {outcome}.",
            "A request to see the record was answered.",
        ),
        SubjectAccessQueried: (
            "Whoever asked to see the record was asked on {asked_on} for this: {query}.",
            "Whoever asked to see the record was asked for more.",
        ),
        SubjectAccessQueryAnswered: (
            "Whoever asked to see the record answered our question on {answered_on}, and the request is due by {due}.",
            "Whoever asked to see the record answered our question.",
        ),
        SeriousHarmConsidered: (
            "The safeguarding lead considered the risk of serious harm on {considered_on}: {finding}.",
            "The safeguarding lead considered the risk of serious harm.",
        ),
        DataProtectionComplaintReceived: (
            "A complaint about data protection was received on {received_on}, to be acknowledged by {due}.",
            "A complaint about data protection was received.",
        ),
        DataProtectionComplaintAcknowledged: (
            "The complaint about data protection was acknowledged on {acknowledged_on}, {timely}.",
            "The complaint about data protection was acknowledged.",
        ),
        DataProtectionComplaintAnswered: (
            "The complaint about data protection was answered on {answered_on}.",
            "The complaint about data protection was answered.",
        ),
    }
)
