"""Whoever asked is asked for proof of identity, or to say what is meant."""

from dataclasses import replace
from datetime import date

from domain.placement.facts import Facts
from domain.placement.guards import not_before, not_future, written
from domain.placement.parts.surroundings import AccessRequest, Query
from domain.placement.record.access_clock import due_with
from domain.placement.record.open_requests import open_request
from domain.placement.state import Placement, evolve
from domain.shared import words
from domain.shared.errors import Rejected, Rejections, refuse
from events.codes import AccessQuery, AccessRight
from events.definition import asked, value
from events.ids import AccessRequestId
from events.placement.data_protection import (
    SubjectAccessQueried,
    SubjectAccessQueryAnswered,
)


@value
class QuerySubjectAccessRequest:
    """Ask whoever made a subject access request for proof of identity, or to say what is meant. The clock waits."""

    request_id: AccessRequestId = asked("Request")
    asked_on: date = asked("When did you ask?")
    query: AccessQuery = asked("What do you need to know?")
    question: str = asked("Your question")


@value
class RecordQueryAnswer:
    """Record that identity is proved, or that it is clear what is meant. The clock of the request goes on."""

    request_id: AccessRequestId = asked("Request")
    answered_on: date = asked("When did they answer?")
    query: AccessQuery = asked("What was it about?")
    answer: str | None = asked("What did they say?", default=None)


class ClockRunsOn(Rejected):
    """The time for a subject access request is paused while the person who asked answers a query, once for each query.

    It is not paused when a parent asks for the educational record.
    """

    code = "clock_runs_on"
    title = "The time for this request cannot be paused"
    legal_refs = ("UK GDPR art 12(6)", "SI 2005/1437 reg 5")


def sound_query(
    event: QuerySubjectAccessRequest | SubjectAccessQueried, _state: Placement, facts: Facts
) -> list[Rejected | None]:
    return [
        not_future(event.asked_on, facts.today, "/asked_on"),
        written(event.question, "what was asked", "/question"),
    ]


def sound_query_answer(
    event: RecordQueryAnswer | SubjectAccessQueryAnswered, _state: Placement, facts: Facts
) -> list[Rejected | None]:
    return [not_future(event.answered_on, facts.today, "/answered_on")]


def query(state: Placement, command: QuerySubjectAccessRequest, facts: Facts) -> tuple[SubjectAccessQueried, ...]:
    asked = open_request(state, command.request_id)
    refuse(
        ClockRunsOn("Answer the request in time.", pointer="/request_id")
        if asked.request.right is not AccessRight.SUBJECT_ACCESS
        else None,
        ClockRunsOn("They have been asked for this and have not answered.", pointer="/query")
        if _waiting(asked, command.query) is not None
        else None,
        ClockRunsOn(f"The time to answer ended on {words.on(asked.due)}.", pointer="/asked_on")
        if not asked.waits and command.asked_on > asked.due
        else None,
        not_before(command.asked_on, asked.request.received_on, "the request came", "/asked_on"),
        *sound_query(command, state, facts),
    )
    return (
        SubjectAccessQueried(
            request_id=command.request_id,
            asked_on=command.asked_on,
            query=command.query,
            question=command.question,
        ),
    )


def _waiting(asked: AccessRequest, query: AccessQuery) -> Query | None:
    return next((each for each in asked.queries if each.asked.query is query and each.answered is None), None)


def answer_query(state: Placement, command: RecordQueryAnswer, facts: Facts) -> tuple[SubjectAccessQueryAnswered, ...]:
    asked = open_request(state, command.request_id)
    waiting = _waiting(asked, command.query)
    if waiting is None:
        raise Rejections((ClockRunsOn("They have not been asked for this.", pointer="/query"),))
    refuse(
        not_before(command.answered_on, waiting.asked.asked_on, "it was asked", "/answered_on"),
        *sound_query_answer(command, state, facts),
    )
    event = SubjectAccessQueryAnswered(
        request_id=command.request_id,
        answered_on=command.answered_on,
        query=command.query,
        due=asked.due,
        answer=command.answer,
    )
    after = evolve(state, event).around.request(command.request_id)
    assert after is not None
    return (replace(event, due=due_with(after, facts.calendar, extended=asked.extended is not None)),)
