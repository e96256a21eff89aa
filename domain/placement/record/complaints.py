"""Complaints about data protection: acknowledged within 30 days, and answered without undue delay."""

from collections.abc import Iterator
from datetime import date, timedelta

from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import figures
from domain.placement.duty import Done, DueDay, Duty, Owed
from domain.placement.facts import Facts
from domain.placement.guards import not_before, not_future, written
from domain.placement.parts.surroundings import Complaint
from domain.placement.state import Placement
from domain.shared import words
from domain.shared.errors import Rejected, Rejections, refuse
from events.codes import RuleId
from events.definition import asked, value
from events.ids import ComplaintId, derived_id
from events.placement.data_protection import (
    DataProtectionComplaintAcknowledged,
    DataProtectionComplaintAnswered,
    DataProtectionComplaintReceived,
)


@value
class RecordDataProtectionComplaint:
    """Record that somebody complained about how the pupil's personal data are used."""

    received_on: date = asked("When did the complaint arrive?")
    complainant: str = asked("Who complains?")
    complaint: str = asked("What is the complaint?", hint="Copy their words")


@value
class AcknowledgeDataProtectionComplaint:
    """Record that the receipt of a complaint about data protection was acknowledged."""

    complaint_id: ComplaintId = asked("Complaint")
    acknowledged_on: date = asked("When did you acknowledge it?")


@value
class AnswerDataProtectionComplaint:
    """Record what came of a complaint about data protection, and that whoever complained was told."""

    complaint_id: ComplaintId = asked("Complaint")
    answered_on: date = asked("When did you answer?")
    outcome: str = asked("What did you find, and what will you do?")


class ComplaintUnknown(Rejected):
    """Only a complaint that is on record can be acknowledged or answered."""

    code = "complaint_unknown"
    title = "There is no such complaint"


class ComplaintDealtWith(Rejected):
    """A complaint is acknowledged once, and answered once."""

    code = "complaint_dealt_with"
    title = "This has already been done"


def sound_complaint(
    event: RecordDataProtectionComplaint | DataProtectionComplaintReceived, _state: Placement, facts: Facts
) -> list[Rejected | None]:
    return [
        not_future(event.received_on, facts.today, "/received_on"),
        written(event.complainant, "who complained", "/complainant"),
        written(event.complaint, "what the complaint is", "/complaint"),
    ]


def sound_acknowledgement(
    event: AcknowledgeDataProtectionComplaint | DataProtectionComplaintAcknowledged, state: Placement, facts: Facts
) -> list[Rejected | None]:
    complaint = state.around.complaint(event.complaint_id)
    return [
        not_future(event.acknowledged_on, facts.today, "/acknowledged_on"),
        not_before(event.acknowledged_on, complaint.received.received_on, "the complaint came", "/acknowledged_on")
        if complaint
        else None,
    ]


def sound_answer(
    event: AnswerDataProtectionComplaint | DataProtectionComplaintAnswered, state: Placement, facts: Facts
) -> list[Rejected | None]:
    complaint = state.around.complaint(event.complaint_id)
    return [
        not_future(event.answered_on, facts.today, "/answered_on"),
        not_before(event.answered_on, complaint.received.received_on, "the complaint came", "/answered_on")
        if complaint
        else None,
        written(event.outcome, "what came of it", "/outcome"),
    ]


def receive(
    state: Placement, command: RecordDataProtectionComplaint, facts: Facts
) -> tuple[DataProtectionComplaintReceived, ...]:
    refuse(*sound_complaint(command, state, facts))
    return (
        DataProtectionComplaintReceived(
            complaint_id=ComplaintId(derived_id(facts.command_id, "complaint")),
            received_on=command.received_on,
            due=command.received_on + timedelta(days=figures(command.received_on).complaint_acknowledged_days),
            complainant=command.complainant,
            complaint=command.complaint,
        ),
    )


def acknowledge(
    state: Placement, command: AcknowledgeDataProtectionComplaint, facts: Facts
) -> tuple[DataProtectionComplaintAcknowledged, ...]:
    complaint = _known(state, command.complaint_id)
    refuse(
        ComplaintDealtWith("It has already been acknowledged.", pointer="/complaint_id")
        if complaint.acknowledged
        else None,
        *sound_acknowledgement(command, state, facts),
    )
    return (
        DataProtectionComplaintAcknowledged(
            complaint_id=command.complaint_id,
            acknowledged_on=command.acknowledged_on,
            timely=command.acknowledged_on <= complaint.received.due,
        ),
    )


def answer(
    state: Placement, command: AnswerDataProtectionComplaint, facts: Facts
) -> tuple[DataProtectionComplaintAnswered, ...]:
    complaint = _known(state, command.complaint_id)
    refuse(
        ComplaintDealtWith("It has already been answered.", pointer="/complaint_id") if complaint.answered else None,
        *sound_answer(command, state, facts),
    )
    return (
        DataProtectionComplaintAnswered(
            complaint_id=command.complaint_id, answered_on=command.answered_on, outcome=command.outcome
        ),
    )


def _known(state: Placement, complaint_id: ComplaintId) -> Complaint:
    """Raises Rejections: the record has no such complaint."""
    found = state.around.complaint(complaint_id)
    if found is None:
        raise Rejections((ComplaintUnknown("This placement has no such complaint.", pointer="/complaint_id"),))
    return found


def _owed(state: Placement, _calendar: SchoolCalendar) -> Iterator[Owed]:
    """The acknowledgements that are still owed, whatever the stage. An answer acknowledges as well."""
    for complaint in state.around.complaints:
        if complaint.acknowledged is None and complaint.answered is None:
            made = complaint.received
            yield Owed(made.due, made.complaint_id, since=made.received_on)


def _explain(day: DueDay) -> str:
    assert day.owed.since is not None
    after = words.count(figures(day.owed.since).complaint_acknowledged_days, "day")
    return f"{after} after it was made on {words.on(day.owed.since)}"


def _answered(state: Placement, _calendar: SchoolCalendar) -> Iterator[Done]:
    for complaint in state.around.complaints:
        first = [each.acknowledged_on for each in (complaint.acknowledged,) if each is not None]
        first += [each.answered_on for each in (complaint.answered,) if each is not None]
        if first:
            yield Done(complaint.received.due, min(first), complaint.received.complaint_id)


DUTY = Duty(rule=RuleId.COMPLAINT, owed=_owed, explain=_explain, otherwise=_answered)
