"""What is known around a placement: visits, contact, arrangements, reports, who looks after it and who may read it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from domain.shared.changing import with_changes
from events import around as e
from events.ids import AccessRequestId, ComplaintId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Something that whoever asked was asked for, until it is answered."""

    asked: e.SubjectAccessQueried
    answered: e.SubjectAccessQueryAnswered | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRequest:
    """Somebody's request to see what is kept. `due` is as last extended, or as it became when a query was answered."""

    request: e.SubjectAccessRequested
    due: date
    extended: e.SubjectAccessExtended | None = None
    queries: tuple[Query, ...] = ()
    harm: e.SeriousHarmConsidered | None = None
    answered: e.SubjectAccessAnswered | None = None

    @property
    def waits(self) -> bool:
        """The clock stands still: whoever asked has not answered a query."""
        return any(query.answered is None for query in self.queries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A complaint about data protection, with what was done about it."""

    received: e.DataProtectionComplaintReceived
    acknowledged: e.DataProtectionComplaintAcknowledged | None = None
    answered: e.DataProtectionComplaintAnswered | None = None


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Transport, meals, the case worker and a restriction are as last said; the rest is everything so far."""

    visits: tuple[e.PlacementVisited, ...] = ()
    contacts: tuple[e.ContactLogged, ...] = ()
    communications: tuple[e.CommunicationSent, ...] = ()
    transport: e.TransportArranged | None = None
    meals: e.MealsArranged | None = None
    reports: tuple[e.ProgressReportReceived, ...] = ()
    notes: tuple[e.NoteAdded, ...] = ()
    assigned_to: PersonId | None = None
    restriction: e.AccessRestricted | None = None
    requests: tuple[AccessRequest, ...] = ()
    complaints: tuple[Complaint, ...] = ()

    def complaint(self, complaint_id: ComplaintId) -> Complaint | None:
        return next((each for each in self.complaints if each.received.complaint_id == complaint_id), None)

    def request(self, request_id: AccessRequestId) -> AccessRequest | None:
        return next((each for each in self.requests if each.request.request_id == request_id), None)


def evolve(state: Surroundings, event: e.AroundEvent) -> Surroundings:  # noqa: C901, PLR0911, PLR0912 # one flat match: a case for each event
    match event:
        case e.PlacementVisited():
            return with_changes(state, visits=(*state.visits, event))
        case e.ContactLogged():
            return with_changes(state, contacts=(*state.contacts, event))
        case e.CommunicationSent():
            return with_changes(state, communications=(*state.communications, event))
        case e.TransportArranged():
            return with_changes(state, transport=event)
        case e.MealsArranged():
            return with_changes(state, meals=event)
        case e.ProgressReportReceived():
            return with_changes(state, reports=(*state.reports, event))
        case e.NoteAdded():
            return with_changes(state, notes=(*state.notes, event))
        case e.CaseAssigned():
            return with_changes(state, assigned_to=event.assigned_to)
        case e.AccessRestricted():
            return with_changes(state, restriction=event)
        case e.AccessRestrictionLifted():
            return with_changes(state, restriction=None)
        case e.SubjectAccessRequested():
            return with_changes(state, requests=(*state.requests, AccessRequest(request=event, due=event.due)))
        case (
            e.SubjectAccessExtended()
            | e.SubjectAccessQueried()
            | e.SubjectAccessQueryAnswered()
            | e.SeriousHarmConsidered()
            | e.SubjectAccessAnswered()
        ):
            return with_changes(state, requests=tuple(_step(each, event) for each in state.requests))
        case e.DataProtectionComplaintReceived():
            return with_changes(state, complaints=(*state.complaints, Complaint(received=event)))
        case e.DataProtectionComplaintAcknowledged() | e.DataProtectionComplaintAnswered():
            return with_changes(state, complaints=tuple(_complaint(each, event) for each in state.complaints))
        case _:
            assert_never(event)


AccessRequestStep = (
    e.SubjectAccessExtended
    | e.SubjectAccessQueried
    | e.SubjectAccessQueryAnswered
    | e.SeriousHarmConsidered
    | e.SubjectAccessAnswered
)


def _step(asked: AccessRequest, event: AccessRequestStep) -> AccessRequest:
    if asked.request.request_id != event.request_id:
        return asked
    match event:
        case e.SubjectAccessExtended():
            return replace(asked, extended=event, due=event.due)
        case e.SubjectAccessQueried():
            return replace(asked, queries=(*asked.queries, Query(asked=event)))
        case e.SubjectAccessQueryAnswered():
            return replace(asked, due=event.due, queries=tuple(_answered(query, event) for query in asked.queries))
        case e.SeriousHarmConsidered():
            return replace(asked, harm=event)
        case e.SubjectAccessAnswered():
            return replace(asked, answered=event)
        case _:
            assert_never(event)


def _answered(query: Query, event: e.SubjectAccessQueryAnswered) -> Query:
    open_one = query.answered is None and query.asked.query is event.query
    return replace(query, answered=event) if open_one else query


def _complaint(
    complaint: Complaint, event: e.DataProtectionComplaintAcknowledged | e.DataProtectionComplaintAnswered
) -> Complaint:
    if complaint.received.complaint_id != event.complaint_id:
        return complaint
    if isinstance(event, e.DataProtectionComplaintAnswered):
        return replace(complaint, answered=event)
    return replace(complaint, acknowledged=event)
