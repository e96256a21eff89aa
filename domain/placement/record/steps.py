"""The commands of the record: what people note in it, who may see it, and when it is erased."""

from collections.abc import Iterator

from domain.placement.record import (
    access,
    access_queries,
    assigning,
    complaints,
    contact,
    documents,
    restriction,
    retention,
    serious_harm,
)
from domain.placement.stages import RUNNING, TERMINAL
from domain.placement.step import GOING, KEEPERS, KNOWN, LEADERS, STAFF, SYSTEM, Need, PlacementStep
from domain.placement.warnings import NamedDay, on_days
from events.codes import Role


def _visited(command: contact.RecordVisit) -> Iterator[NamedDay]:
    yield "The visit was", command.visited_on, "/visited_on"


_PROTECTORS = frozenset({Role.HEAD, Role.DSL})
_ERASERS = frozenset({Role.HEAD, Role.LA_OFFICER})

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
