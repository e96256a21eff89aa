"""What is known around a placement: visits, contact, arrangements, reports, who looks after it and who may read it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from domain.shared.changing import with_changes
from events.ids import AccessRequestId, ComplaintId, PersonId
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
from events.placement.record import AccessRestricted, AccessRestrictionLifted, CaseAssigned, NoteAdded
from events.placement.union import AroundEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Something that whoever asked was asked for, until it is answered."""

    asked: SubjectAccessQueried
    answered: SubjectAccessQueryAnswered | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRequest:
    """Somebody's request to see what is kept. `due` is as last extended, or as it became when a query was answered."""

    request: SubjectAccessRequested
    due: date
    extended: SubjectAccessExtended | None = None
    queries: tuple[Query, ...] = ()
    harm: SeriousHarmConsidered | None = None
    answered: SubjectAccessAnswered | None = None

    @property
    def waits(self) -> bool:
        """The clock stands still: whoever asked has not answered a query."""
        return any(query.answered is None for query in self.queries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A complaint about data protection, with what was done about it."""

    received: DataProtectionComplaintReceived
    acknowledged: DataProtectionComplaintAcknowledged | None = None
    answered: DataProtectionComplaintAnswered | None = None


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Transport, meals, the case worker and a restriction are as last said; the rest is everything so far."""

    visits: tuple[PlacementVisited, ...] = ()
    contacts: tuple[ContactLogged, ...] = ()
    communications: tuple[CommunicationSent, ...] = ()
    transport: TransportArranged | None = None
    meals: MealsArranged | None = None
    reports: tuple[ProgressReportReceived, ...] = ()
    notes: tuple[NoteAdded, ...] = ()
    assigned_to: PersonId | None = None
    restriction: AccessRestricted | None = None
    requests: tuple[AccessRequest, ...] = ()
    complaints: tuple[Complaint, ...] = ()

    def complaint(self, complaint_id: ComplaintId) -> Complaint | None:
        return next((each for each in self.complaints if each.received.complaint_id == complaint_id), None)

    def request(self, request_id: AccessRequestId) -> AccessRequest | None:
        return next((each for each in self.requests if each.request.request_id == request_id), None)


def evolve(state: Surroundings, event: AroundEvent) -> Surroundings:  # noqa: C901, PLR0911, PLR0912 # one flat match: a case for each event
    match event:
        case PlacementVisited():
            return with_changes(state, visits=(*state.visits, event))
        case ContactLogged():
            return with_changes(state, contacts=(*state.contacts, event))
        case CommunicationSent():
            return with_changes(state, communications=(*state.communications, event))
        case TransportArranged():
            return with_changes(state, transport=event)
        case MealsArranged():
            return with_changes(state, meals=event)
        case ProgressReportReceived():
            return with_changes(state, reports=(*state.reports, event))
        case NoteAdded():
            return with_changes(state, notes=(*state.notes, event))
        case CaseAssigned():
            return with_changes(state, assigned_to=event.assigned_to)
        case AccessRestricted():
            return with_changes(state, restriction=event)
        case AccessRestrictionLifted():
            return with_changes(state, restriction=None)
        case SubjectAccessRequested():
            return with_changes(state, requests=(*state.requests, AccessRequest(request=event, due=event.due)))
        case (
            SubjectAccessExtended()
            | SubjectAccessQueried()
            | SubjectAccessQueryAnswered()
            | SeriousHarmConsidered()
            | SubjectAccessAnswered()
        ):
            return with_changes(state, requests=tuple(_step(each, event) for each in state.requests))
        case DataProtectionComplaintReceived():
            return with_changes(state, complaints=(*state.complaints, Complaint(received=event)))
        case DataProtectionComplaintAcknowledged() | DataProtectionComplaintAnswered():
            return with_changes(state, complaints=tuple(_complaint(each, event) for each in state.complaints))
        case _:
            assert_never(event)


AccessRequestStep = (
    SubjectAccessExtended
    | SubjectAccessQueried
    | SubjectAccessQueryAnswered
    | SeriousHarmConsidered
    | SubjectAccessAnswered
)


def _step(asked: AccessRequest, event: AccessRequestStep) -> AccessRequest:
    if asked.request.request_id != event.request_id:
        return asked
    match event:
        case SubjectAccessExtended():
            return replace(asked, extended=event, due=event.due)
        case SubjectAccessQueried():
            return replace(asked, queries=(*asked.queries, Query(asked=event)))
        case SubjectAccessQueryAnswered():
            return replace(asked, due=event.due, queries=tuple(_answered(query, event) for query in asked.queries))
        case SeriousHarmConsidered():
            return replace(asked, harm=event)
        case SubjectAccessAnswered():
            return replace(asked, answered=event)
        case _:
            assert_never(event)


def _answered(query: Query, event: SubjectAccessQueryAnswered) -> Query:
    open_one = query.answered is None and query.asked.query is event.query
    return replace(query, answered=event) if open_one else query


def _complaint(
    complaint: Complaint, event: DataProtectionComplaintAcknowledged | DataProtectionComplaintAnswered
) -> Complaint:
    if complaint.received.complaint_id != event.complaint_id:
        return complaint
    if isinstance(event, DataProtectionComplaintAnswered):
        return replace(complaint, answered=event)
    return replace(complaint, acknowledged=event)
