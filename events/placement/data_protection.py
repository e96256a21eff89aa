"""Requests to see what is kept, and complaints about how it is used."""

from datetime import date

from events.codes import (
    AccessOutcome,
    AccessQuery,
    AccessRight,
    HarmFinding,
)
from events.definition import event, personal
from events.ids import AccessRequestId, ComplaintId
from events.kinds import PERSON, TEXT


@event(occurred="received_on")
class SubjectAccessRequested:
    """Somebody asked in exercise of a right to see what is kept. `due`: the day by which it is answered."""

    request_id: AccessRequestId
    received_on: date
    right: AccessRight
    due: date
    calendar_version: int
    requester: str | None = personal(PERSON)
    scope: str | None = personal(TEXT)


@event(occurred="extended_on")
class SubjectAccessExtended:
    """The answer takes longer, as a complex request may; whoever asked was told so and why."""

    request_id: AccessRequestId
    extended_on: date
    due: date
    reason: str | None = personal(TEXT)


@event(occurred="answered_on")
class SubjectAccessAnswered:
    request_id: AccessRequestId
    answered_on: date
    outcome: AccessOutcome
    timely: bool
    reasons: str | None = personal(TEXT)


@event(occurred="asked_on")
class SubjectAccessQueried:
    """Whoever asked is asked for proof of identity, or to say what is meant. The clock waits from this day."""

    request_id: AccessRequestId
    asked_on: date
    query: AccessQuery
    question: str | None = personal(TEXT)


@event(occurred="answered_on")
class SubjectAccessQueryAnswered:
    """Identity is proved, or it is clear what is meant: the clock goes on, and `due` is the day that follows."""

    request_id: AccessRequestId
    answered_on: date
    query: AccessQuery
    due: date
    answer: str | None = personal(TEXT)


@event(occurred="considered_on")
class SeriousHarmConsidered:
    """The safeguarding lead read what is to be handed over, and found whether it would be likely to do serious harm."""

    request_id: AccessRequestId
    considered_on: date
    finding: HarmFinding
    reasons: str | None = personal(TEXT)


@event(occurred="received_on")
class DataProtectionComplaintReceived:
    """Somebody complained about how personal data are used. `due`: the day by which it is acknowledged."""

    complaint_id: ComplaintId
    received_on: date
    due: date
    complainant: str | None = personal(PERSON)
    complaint: str | None = personal(TEXT)


@event(occurred="acknowledged_on")
class DataProtectionComplaintAcknowledged:
    complaint_id: ComplaintId
    acknowledged_on: date
    timely: bool


@event(occurred="answered_on")
class DataProtectionComplaintAnswered:
    """Whoever complained was told what came of it."""

    complaint_id: ComplaintId
    answered_on: date
    outcome: str | None = personal(TEXT)


DataProtectionEvent = (
    SubjectAccessRequested
    | SubjectAccessExtended
    | SubjectAccessAnswered
    | SubjectAccessQueried
    | SubjectAccessQueryAnswered
    | SeriousHarmConsidered
    | DataProtectionComplaintReceived
    | DataProtectionComplaintAcknowledged
    | DataProtectionComplaintAnswered
)
