"""Every command around a placement, and the one place that hands it to its rule."""

from typing import assert_never

from domain.placement.agreement import arrangements
from domain.placement.facts import Facts
from domain.placement.record import access, complaints, contact
from domain.placement.running import progress
from domain.placement.state import Placement
from events.placement.union import AroundEvent

AroundCommand = (
    contact.RecordVisit
    | contact.LogContact
    | contact.AddNote
    | contact.AssignCase
    | arrangements.ArrangeTransport
    | arrangements.ArrangeMeals
    | progress.ReceiveProgressReport
    | access.RestrictAccess
    | access.LiftAccessRestriction
    | access.RecordSubjectAccessRequest
    | access.ExtendSubjectAccessRequest
    | access.RecordSubjectAccessAnswer
    | access.QuerySubjectAccessRequest
    | access.RecordQueryAnswer
    | access.ConsiderSeriousHarm
    | complaints.RecordDataProtectionComplaint
    | complaints.AcknowledgeDataProtectionComplaint
    | complaints.AnswerDataProtectionComplaint
)


def decide(  # noqa: C901, PLR0911, PLR0912 # one flat match: a case for each command
    state: Placement, command: AroundCommand, facts: Facts
) -> tuple[AroundEvent, ...]:
    match command:
        case contact.RecordVisit():
            return contact.visit(state, command, facts)
        case contact.LogContact():
            return contact.log_contact(state, command, facts)
        case contact.AddNote():
            return contact.add_note(state, command, facts)
        case contact.AssignCase():
            return contact.assign(state, command, facts)
        case arrangements.ArrangeTransport():
            return arrangements.arrange_transport(state, command, facts)
        case arrangements.ArrangeMeals():
            return arrangements.arrange_meals(state, command, facts)
        case progress.ReceiveProgressReport():
            return progress.receive_report(state, command, facts)
        case access.RestrictAccess():
            return access.restrict(state, command, facts)
        case access.LiftAccessRestriction():
            return access.lift(state, command, facts)
        case access.RecordSubjectAccessRequest():
            return access.record_request(state, command, facts)
        case access.ExtendSubjectAccessRequest():
            return access.extend(state, command, facts)
        case access.RecordSubjectAccessAnswer():
            return access.answer(state, command, facts)
        case access.QuerySubjectAccessRequest():
            return access.query(state, command, facts)
        case access.RecordQueryAnswer():
            return access.answer_query(state, command, facts)
        case access.ConsiderSeriousHarm():
            return access.consider_harm(state, command, facts)
        case complaints.RecordDataProtectionComplaint():
            return complaints.receive(state, command, facts)
        case complaints.AcknowledgeDataProtectionComplaint():
            return complaints.acknowledge(state, command, facts)
        case complaints.AnswerDataProtectionComplaint():
            return complaints.answer(state, command, facts)
        case _:
            assert_never(command)
