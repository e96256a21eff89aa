"""The commands of the record: what people note in it, who may see it, and when it is erased."""

from collections.abc import Iterator

from domain.law.rules import RULES
from domain.placement.event_row import BY_TIME, EventRow, corrected, each_for
from domain.placement.facts import Need
from domain.placement.record import (
    access,
    access_queries,
    assigning,
    complaints,
    contact,
    documents,
    letters,
    open_requests,
    restriction,
    retention,
    serious_harm,
)
from domain.placement.stages import RUNNING, TERMINAL
from domain.placement.step import GOING, KEEPERS, KNOWN, LEADERS, STAFF, SYSTEM, PlacementStep
from domain.placement.warnings import NamedDay, on_days
from events.codes import Role, RuleId
from events.placement.contact import ContactLogged, PlacementVisited
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
from events.placement.letters import DocumentProduced
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


def _visited(command: contact.RecordVisit) -> Iterator[NamedDay]:
    yield "The visit was", command.visited_on, "/visited_on"


_PROTECTORS = frozenset({Role.HEAD, Role.DSL})
_ERASERS = frozenset({Role.HEAD, Role.LA_OFFICER})

_ACCESS = "Whether the answer was in time follows from it. Record the request again as it was."
_QUERY = "The day by which the request is due follows from it. Ask again, or record the request again as it was."
_COMPLAINT = "Whether it was acknowledged in time follows from it. Record the complaint again as it was."
_ERASED = "The pupil's personal data go with it, and a correction would go along."

STEPS = (
    PlacementStep(contact.RecordVisit, contact.visit, stages=RUNNING, by=STAFF, warns=(on_days(_visited),)),
    PlacementStep(
        contact.LogContact,
        contact.log_contact,
        stages=GOING,
        by=STAFF | {Role.PROVIDER_USER},
        of_the_plan=True,
    ),
    PlacementStep(contact.AddNote, contact.add_note, stages=GOING, by=STAFF | {Role.PROVIDER_USER}, of_the_plan=True),
    PlacementStep(
        assigning.AssignCase, assigning.assign, stages=GOING, by=LEADERS, needs={Need.ASSIGNEE}, names=assigning.names
    ),
    PlacementStep(restriction.RestrictAccess, restriction.restrict, stages=KNOWN, by=_PROTECTORS),
    PlacementStep(restriction.LiftAccessRestriction, restriction.lift, stages=KNOWN, by=_PROTECTORS),
    PlacementStep(
        access.RecordSubjectAccessRequest,
        access.record_request,
        stages=KNOWN,
        by=KEEPERS,
        needs={Need.PRESENT_CALENDAR},
    ),
    PlacementStep(access.ExtendSubjectAccessRequest, access.extend, stages=KNOWN, by=KEEPERS),
    PlacementStep(access.RecordSubjectAccessAnswer, access.answer, stages=KNOWN, by=KEEPERS),
    PlacementStep(access_queries.QuerySubjectAccessRequest, access_queries.query, stages=KNOWN, by=KEEPERS),
    PlacementStep(access_queries.RecordQueryAnswer, access_queries.answer_query, stages=KNOWN, by=KEEPERS),
    PlacementStep(serious_harm.ConsiderSeriousHarm, serious_harm.consider_harm, stages=KNOWN, by={Role.DSL}),
    PlacementStep(complaints.RecordDataProtectionComplaint, complaints.receive, stages=KNOWN, by=KEEPERS),
    PlacementStep(complaints.AcknowledgeDataProtectionComplaint, complaints.acknowledge, stages=KNOWN, by=KEEPERS),
    PlacementStep(complaints.AnswerDataProtectionComplaint, complaints.answer, stages=KNOWN, by=KEEPERS),
    PlacementStep(retention.ProposeErasure, retention.propose, stages=TERMINAL, by=SYSTEM),
    PlacementStep(retention.ConfirmErasure, retention.confirm, stages=TERMINAL, by=_ERASERS, needs={Need.OWNERSHIP}),
    PlacementStep(
        retention.DecideErasure, retention.decide_early, stages=TERMINAL, by=_ERASERS, needs={Need.OWNERSHIP}
    ),
    PlacementStep(documents.RecordDocuments, documents.keep, stages=KNOWN, by=SYSTEM, judged=False),
)

EVENTS = (
    EventRow(
        PlacementVisited,
        clauses=(),
        corrections=corrected(contact.sound_visit, "visited_on", "pupil_seen", "visitor", "observations", "actions"),
    ),
    EventRow(
        ContactLogged,
        clauses=(),
        corrections=corrected(contact.sound_contact, "contacted_on", "with_roles", "method", "summary"),
    ),
    EventRow(NoteAdded, clauses=(), corrections=corrected(contact.sound_note, "text")),
    EventRow(
        CaseAssigned,
        clauses=(),
        corrections=corrected(
            assigning.sound_assignment, "assigned_on", "reason", assigned_to="Assign the case again."
        ),
    ),
    EventRow(
        AccessRestricted,
        clauses=("UK GDPR art 5(1)(f)",),
        corrections=corrected(
            restriction.sound_restriction,
            "reason",
            reader_roles="Restrict access again: the latest restriction holds.",
        ),
    ),
    EventRow(
        AccessRestrictionLifted,
        clauses=("UK GDPR art 5(1)(f)",),
        corrections=corrected(restriction.sound_lifting, "reason"),
    ),
    EventRow(
        SubjectAccessRequested,
        clauses=("UK GDPR art 15", "SI 2005/1437 reg 5"),
        corrections=corrected(
            access.sound_request,
            *("requester", "scope"),
            **each_for(_ACCESS, "received_on", "right", "due", "calendar_version"),
        ),
    ),
    EventRow(
        SubjectAccessExtended,
        clauses=("UK GDPR art 12(3)",),
        corrections=corrected(access.sound_extension, "reason", **each_for(_ACCESS, "extended_on", "due")),
    ),
    EventRow(
        SubjectAccessAnswered,
        clauses=("UK GDPR art 15", "SI 2005/1437 reg 5"),
        corrections=corrected(access.sound_answer, "outcome", "reasons", **each_for(_ACCESS, "answered_on", "timely")),
    ),
    EventRow(
        SubjectAccessQueried,
        clauses=("UK GDPR art 12(6)",),
        corrections=corrected(access_queries.sound_query, "question", **each_for(_QUERY, "asked_on", "query")),
    ),
    EventRow(
        SubjectAccessQueryAnswered,
        clauses=("UK GDPR art 12(6)",),
        corrections=corrected(
            access_queries.sound_query_answer, "answer", **each_for(_QUERY, "answered_on", "query", "due")
        ),
    ),
    EventRow(
        SeriousHarmConsidered,
        clauses=("Data Protection Act 2018 sch 3 pt 3 and pt 5",),
        corrections=corrected(
            serious_harm.sound_harm,
            *("considered_on", "reasons"),
            finding="The answer relied on it. Have serious harm considered again.",
        ),
    ),
    EventRow(
        DataProtectionComplaintReceived,
        clauses=(RULES[RuleId.COMPLAINT].clause,),
        corrections=corrected(
            complaints.sound_complaint,
            *("complainant", "complaint"),
            **each_for(_COMPLAINT, "received_on", "due"),
        ),
    ),
    EventRow(
        DataProtectionComplaintAcknowledged,
        clauses=(RULES[RuleId.COMPLAINT].clause,),
        corrections=corrected(complaints.sound_acknowledgement, **each_for(_COMPLAINT, "acknowledged_on", "timely")),
    ),
    EventRow(
        DataProtectionComplaintAnswered,
        clauses=(RULES[RuleId.COMPLAINT].clause,),
        corrections=corrected(complaints.sound_answer, "answered_on", "outcome"),
    ),
    EventRow(ErasureProposed, clauses=("UK GDPR art 5(1)(e)",), corrections=BY_TIME),
    EventRow(ErasureConfirmed, clauses=("UK GDPR art 5(1)(e)",), corrections=_ERASED),
    EventRow(ErasureDecided, clauses=("UK GDPR art 17(1)",), corrections=_ERASED),
    EventRow(DocumentProduced, clauses=(), corrections=BY_TIME),
    EventRow(
        RecordCorrected,
        clauses=("UK GDPR art 5(1)(d)",),
        corrections="Correct the event itself once more, not its correction.",
    ),
)

DUTIES = (
    complaints.DUTY,
    letters.DUTY,
    open_requests.DUTY,
    retention.DUTY,
)
