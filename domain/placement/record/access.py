"""Somebody asks in exercise of a right to see what is kept; the answer, and its extension."""

from collections.abc import Iterator
from datetime import date

from domain.calendar.school_calendar import CalendarTooShort, SchoolCalendar
from domain.placement.facts import Facts
from domain.placement.guards import DateBeforeCause, not_before, not_future, written
from domain.placement.parts.surroundings import AccessRequest
from domain.placement.record.access_clock import answer_due, due_with
from domain.placement.record.open_requests import open_request
from domain.placement.record.serious_harm import HarmNotConsidered, HarmWithholds
from domain.placement.state import Placement
from domain.shared import words
from domain.shared.errors import Rejected, refuse
from events.codes import AccessOutcome, AccessRight, CommissionerKind, HarmFinding
from events.definition import asked, value
from events.ids import AccessRequestId, derived_id
from events.placement.data_protection import (
    SubjectAccessAnswered,
    SubjectAccessExtended,
    SubjectAccessRequested,
)


@value
class RecordSubjectAccessRequest:
    """Record that somebody asked to see what is kept of the pupil, and by which right."""

    received_on: date = asked("When did the request arrive?")
    right: AccessRight = asked("Which right do they use?")
    requester: str = asked("Who asks?")
    scope: str | None = asked("What do they ask for?", hint="Leave empty if they ask for everything", default=None)


@value
class ExtendSubjectAccessRequest:
    """Record that a complex request takes longer, and that whoever asked was told so and why, in time."""

    request_id: AccessRequestId = asked("Request")
    extended_on: date = asked("When did you tell them?")
    reason: str = asked("Why does it take longer?")


@value
class RecordSubjectAccessAnswer:
    """Record the answer to a request for access: given, given in part, or refused with reasons."""

    request_id: AccessRequestId = asked("Request")
    answered_on: date = asked("When did you answer?")
    outcome: AccessOutcome = asked("What was the answer?")
    reasons: str | None = asked("Reasons", hint="Needed if you held anything back", default=None)


class RightNotHeld(Rejected):
    """The right to see the educational record applies to maintained schools. An academy answers subject access
    requests.
    """

    code = "right_not_held"
    title = "This right does not apply to this school"
    legal_refs = ("SI 2005/1437 reg 5",)


class NotExtendable(Rejected):
    """Only the time for a subject access request can be extended. It is extended once, and the person who asked must
    be told within the first month.
    """

    code = "not_extendable"
    title = "The time for this request cannot be extended"
    legal_refs = ("UK GDPR art 12(3)",)


def sound_request(
    event: RecordSubjectAccessRequest | SubjectAccessRequested, _state: Placement, facts: Facts
) -> list[Rejected | None]:
    return [
        not_future(event.received_on, facts.today, "/received_on"),
        written(event.requester, "who asked", "/requester"),
    ]


def sound_extension(
    event: ExtendSubjectAccessRequest | SubjectAccessExtended, _state: Placement, _facts: Facts
) -> list[Rejected | None]:
    return [written(event.reason, "why it takes longer", "/reason")]


def sound_answer(
    event: RecordSubjectAccessAnswer | SubjectAccessAnswered, _state: Placement, _facts: Facts
) -> list[Rejected | None]:
    whole = event.outcome is AccessOutcome.GIVEN
    return [None if whole else written(event.reasons, "why not everything is given", "/reasons")]


_OWES_RECORD = frozenset({CommissionerKind.MAINTAINED, CommissionerKind.PRU})


def record_request(
    state: Placement, command: RecordSubjectAccessRequest, facts: Facts
) -> tuple[SubjectAccessRequested, ...]:
    owes_record = facts.school is not None and facts.school.kind in _OWES_RECORD
    due = _due(command, facts.calendar)
    refuse(
        *sound_request(command, state, facts),
        due if isinstance(due, Rejected) else None,
        RightNotHeld("Record it as a subject access request.", pointer="/right")
        if command.right is AccessRight.EDUCATIONAL_RECORD and not owes_record
        else None,
    )
    assert not isinstance(due, Rejected)
    return (
        SubjectAccessRequested(
            request_id=AccessRequestId(derived_id(facts.command_id, "access-request")),
            received_on=command.received_on,
            right=command.right,
            due=due,
            calendar_version=facts.calendar.version,
            requester=command.requester,
            scope=command.scope,
        ),
    )


def _due(command: RecordSubjectAccessRequest, calendar: SchoolCalendar) -> date | DateBeforeCause:
    try:
        return answer_due(command.right, command.received_on, calendar)
    except CalendarTooShort:
        return DateBeforeCause("The school's calendar does not reach back to that day.", pointer="/received_on")


def extend(state: Placement, command: ExtendSubjectAccessRequest, facts: Facts) -> tuple[SubjectAccessExtended, ...]:
    asked = open_request(state, command.request_id)
    refuse(
        NotExtendable("Only a subject access request can take longer.", pointer="/request_id")
        if asked.request.right is not AccessRight.SUBJECT_ACCESS
        else None,
        NotExtendable("It has already been extended.", pointer="/request_id") if asked.extended else None,
        NotExtendable(f"The time to say so ended on {words.on(asked.due)}.", pointer="/extended_on")
        if not asked.waits and command.extended_on > asked.due
        else None,
        not_future(command.extended_on, facts.today, "/extended_on"),
        not_before(command.extended_on, asked.request.received_on, "the request came", "/extended_on"),
        *sound_extension(command, state, facts),
    )
    return (
        SubjectAccessExtended(
            request_id=command.request_id,
            extended_on=command.extended_on,
            due=due_with(asked, facts.calendar, extended=True),
            reason=command.reason,
        ),
    )


def answer(state: Placement, command: RecordSubjectAccessAnswer, facts: Facts) -> tuple[SubjectAccessAnswered, ...]:
    asked = open_request(state, command.request_id)
    refuse(
        not_future(command.answered_on, facts.today, "/answered_on"),
        not_before(command.answered_on, asked.request.received_on, "the request came", "/answered_on"),
        *_released(asked, command),
        *sound_answer(command, state, facts),
    )
    return (
        SubjectAccessAnswered(
            request_id=command.request_id,
            answered_on=command.answered_on,
            outcome=command.outcome,
            timely=asked.waits or command.answered_on <= asked.due,
            reasons=command.reasons,
        ),
    )


def _released(asked: AccessRequest, command: RecordSubjectAccessAnswer) -> Iterator[Rejected | None]:
    """The safeguarding lead has read what is handed over, no later than it was, and it leaves out what they found."""
    if command.outcome is AccessOutcome.REFUSED:
        return
    harm = asked.harm
    if harm is None:
        yield HarmNotConsidered("Ask the safeguarding lead to record what they found first.", pointer="/outcome")
        return
    yield not_before(command.answered_on, harm.considered_on, "serious harm was considered", "/answered_on")
    if harm.finding is HarmFinding.EVERYTHING:
        yield HarmWithholds(
            "All of it is likely to cause serious harm. Refuse the request and give the reasons.", pointer="/outcome"
        )
    elif harm.finding is HarmFinding.PART and command.outcome is AccessOutcome.GIVEN:
        yield HarmWithholds("Some of it must be withheld. Give the rest, with the reasons.", pointer="/outcome")
