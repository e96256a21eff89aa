"""What is known around a placement: visits, contact, arrangements, reports, who looks after it and who may read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NamedTuple

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
        """The clock is stopped: whoever asked has not answered a query."""
        return any(query.answered is None for query in self.queries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A complaint about data protection, with what was done about it."""

    received: DataProtectionComplaintReceived
    acknowledged: DataProtectionComplaintAcknowledged | None = None
    answered: DataProtectionComplaintAnswered | None = None


class Surroundings(NamedTuple):
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


def communicated(part: Surroundings, event: CommunicationSent) -> Surroundings:
    return part._replace(communications=(*part.communications, event))


def _asked(part: Surroundings, event: SubjectAccessRequested) -> Surroundings:
    return part._replace(requests=(*part.requests, AccessRequest(request=event, due=event.due)))


def _request_step(part: Surroundings, event: Any) -> Surroundings:
    change = _REQUEST_STEPS[type(event)]
    requests = (change(each, event) if each.request.request_id == event.request_id else each for each in part.requests)
    return part._replace(requests=tuple(requests))


def _queried(asked: AccessRequest, event: SubjectAccessQueried) -> AccessRequest:
    return replace(asked, queries=(*asked.queries, Query(asked=event)))


def _query_answered(asked: AccessRequest, event: SubjectAccessQueryAnswered) -> AccessRequest:
    return replace(asked, due=event.due, queries=tuple(_answered(query, event) for query in asked.queries))


def _answered(query: Query, event: SubjectAccessQueryAnswered) -> Query:
    open_one = query.answered is None and query.asked.query is event.query
    return replace(query, answered=event) if open_one else query


_REQUEST_STEPS: Final[Mapping[type[Any], Callable[[AccessRequest, Any], AccessRequest]]] = {
    SubjectAccessExtended: lambda asked, event: replace(asked, extended=event, due=event.due),
    SubjectAccessQueried: _queried,
    SubjectAccessQueryAnswered: _query_answered,
    SeriousHarmConsidered: lambda asked, event: replace(asked, harm=event),
    SubjectAccessAnswered: lambda asked, event: replace(asked, answered=event),
}


def _complained(part: Surroundings, event: DataProtectionComplaintReceived) -> Surroundings:
    return part._replace(complaints=(*part.complaints, Complaint(received=event)))


def _complaint_step(part: Surroundings, event: Any) -> Surroundings:
    change = _COMPLAINT_STEPS[type(event)]
    complaints = (
        change(each, event) if each.received.complaint_id == event.complaint_id else each for each in part.complaints
    )
    return part._replace(complaints=tuple(complaints))


_COMPLAINT_STEPS: Final[Mapping[type[Any], Callable[[Complaint, Any], Complaint]]] = {
    DataProtectionComplaintAcknowledged: lambda complaint, event: replace(complaint, acknowledged=event),
    DataProtectionComplaintAnswered: lambda complaint, event: replace(complaint, answered=event),
}

EVOLVE: Final[Mapping[type[Any], Callable[[Surroundings, Any], Surroundings]]] = {
    PlacementVisited: lambda part, event: part._replace(visits=(*part.visits, event)),
    ContactLogged: lambda part, event: part._replace(contacts=(*part.contacts, event)),
    TransportArranged: lambda part, event: part._replace(transport=event),
    MealsArranged: lambda part, event: part._replace(meals=event),
    ProgressReportReceived: lambda part, event: part._replace(reports=(*part.reports, event)),
    NoteAdded: lambda part, event: part._replace(notes=(*part.notes, event)),
    CaseAssigned: lambda part, event: part._replace(assigned_to=event.assigned_to),
    AccessRestricted: lambda part, event: part._replace(restriction=event),
    AccessRestrictionLifted: lambda part, _: part._replace(restriction=None),
    SubjectAccessRequested: _asked,
    **dict.fromkeys(_REQUEST_STEPS, _request_step),
    DataProtectionComplaintReceived: _complained,
    **dict.fromkeys(_COMPLAINT_STEPS, _complaint_step),
}
