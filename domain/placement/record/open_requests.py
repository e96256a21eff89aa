"""T17: the requests to see the record that wait for an answer."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.duty import Done, DueDay, Duty, Owed
from domain.placement.parts.surroundings import AccessRequest
from domain.placement.state import Placement
from domain.shared import words
from domain.shared.errors import Rejected, Rejections
from events.codes import RuleId
from events.ids import AccessRequestId
from events.placement.data_protection import (
    SubjectAccessExtended,
    SubjectAccessQueried,
)


class AccessRequestUnknown(Rejected):
    """An answer names a request that is on record."""

    code = "access_request_unknown"
    title = "There is no such request"


class AccessRequestAnswered(Rejected):
    """A request is answered once."""

    code = "access_request_answered"
    title = "The request has already been answered"


def open_request(state: Placement, request_id: AccessRequestId) -> AccessRequest:
    """The request, still to be answered.

    Raises:
        Rejections: there is none, or it is answered.
    """
    asked = state.around.request(request_id)
    if asked is None:
        raise Rejections((AccessRequestUnknown("This placement has no such request.", pointer="/request_id"),))
    if asked.answered is not None:
        raise Rejections((AccessRequestAnswered("This request was answered.", pointer="/request_id"),))
    return asked


def _owed(state: Placement, _calendar: SchoolCalendar) -> Iterator[Owed]:
    """The answers that are still owed, whatever the stage. While the clock of a request waits, none is."""
    for asked in unanswered(state):
        if not asked.waits:
            yield Owed(asked.due, asked.request.request_id, since=asked.request.received_on)


def _explain(day: DueDay) -> str:
    assert day.owed.since is not None
    return f"the request was made on {words.on(day.owed.since)}"


def _answered(state: Placement, _calendar: SchoolCalendar) -> Iterator[Done]:
    """An answer while the clock waits is in time on any day, and no miss of it is on record."""
    for asked in state.around.requests:
        if asked.answered is not None:
            yield Done(asked.due, asked.answered.answered_on, asked.request.request_id)


def _moved_on(event: Any, _after: Placement) -> date | None:
    if isinstance(event, SubjectAccessQueried):
        return event.asked_on
    return event.extended_on if isinstance(event, SubjectAccessExtended) else None


DUTY = Duty(rule=RuleId.T17, owed=_owed, explain=_explain, otherwise=_answered, moved_on=_moved_on)


def unanswered(state: Placement) -> Iterator[AccessRequest]:
    """The requests that are not answered, those among them whose clock waits."""
    yield from (asked for asked in state.around.requests if asked.answered is None)
