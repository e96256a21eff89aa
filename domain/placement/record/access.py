"""Who may read the record, and those who ask to see what is kept: requests, and their answers in time (T17)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from domain.calendar.months import months_after
from domain.calendar.school_calendar import DAY, CalendarTooShort, SchoolCalendar
from domain.law.figures import figures
from domain.placement.around import AccessRequest, Query, evolve
from domain.placement.duty import Done, DueDay, Duty, Owed
from domain.placement.facts import Facts
from domain.placement.guards import DateBeforeCause, not_before, not_future, written
from domain.placement.state import Placement
from domain.shared import words
from domain.shared.errors import Rejected, Rejections, refuse
from events.codes import AccessOutcome, AccessQuery, AccessRight, CommissionerKind, HarmFinding, Role, RuleId
from events.definition import value
from events.ids import AccessRequestId, PersonId, derived_id
from events.placement.data_protection import (
    SeriousHarmConsidered,
    SubjectAccessAnswered,
    SubjectAccessExtended,
    SubjectAccessQueried,
    SubjectAccessQueryAnswered,
    SubjectAccessRequested,
)
from events.placement.record import AccessRestricted, AccessRestrictionLifted


@value
class RestrictAccess:
    """Restrict who may read the record to these roles and people, of those who can now. Auditors still can."""

    reader_roles: tuple[Role, ...]
    reason: str
    reader_ids: tuple[PersonId, ...] = ()


@value
class LiftAccessRestriction:
    """Lift the restriction: whoever may see placements like this one may read it again."""

    reason: str


@value
class RecordSubjectAccessRequest:
    """Record that somebody asked to see what is kept of the pupil, and by which right."""

    received_on: date
    right: AccessRight
    requester: str
    scope: str | None = None


@value
class ExtendSubjectAccessRequest:
    """Record that a complex request takes longer, and that whoever asked was told so and why, in time."""

    request_id: AccessRequestId
    extended_on: date
    reason: str


@value
class RecordSubjectAccessAnswer:
    """Record the answer to a request for access: given, given in part, or refused with reasons."""

    request_id: AccessRequestId
    answered_on: date
    outcome: AccessOutcome
    reasons: str | None = None


@value
class QuerySubjectAccessRequest:
    """Ask whoever made a subject access request for proof of identity, or to say what is meant. The clock waits."""

    request_id: AccessRequestId
    asked_on: date
    query: AccessQuery
    question: str


@value
class RecordQueryAnswer:
    """Record that identity is proved, or that it is clear what is meant. The clock of the request goes on."""

    request_id: AccessRequestId
    answered_on: date
    query: AccessQuery
    answer: str | None = None


@value
class ConsiderSeriousHarm:
    """Record, as the safeguarding lead, whether what is to be handed over would be likely to do serious harm.

    Nothing is handed over before.
    """

    request_id: AccessRequestId
    considered_on: date
    finding: HarmFinding
    reasons: str | None = None


class RestrictionLocksOut(Rejected):
    """Whoever restricts a record can still read it, or nobody could see to it that the restriction ends."""

    code = "restriction_locks_out"
    title = "You would lock yourself out"


class NotRestricted(Rejected):
    """A restriction is lifted where there is one."""

    code = "not_restricted"
    title = "The record is not restricted"


class RightNotHeld(Rejected):
    """The right to the educational record is against maintained schools. An academy answers subject access requests."""

    code = "right_not_held"
    title = "There is no such right against this school"
    legal_refs = ("SI 2005/1437 reg 5",)


class AccessRequestUnknown(Rejected):
    """An answer names a request that is on record."""

    code = "access_request_unknown"
    title = "There is no such request"


class AccessRequestAnswered(Rejected):
    """A request is answered once."""

    code = "access_request_answered"
    title = "The request is answered"


class NotExtendable(Rejected):
    """Only subject access can take longer, once, if whoever asked is told within the first month."""

    code = "not_extendable"
    title = "The time for this request cannot be extended"
    legal_refs = ("UK GDPR art 12(3)",)


class ClockRunsOn(Rejected):
    """The clock of a subject access request waits while whoever asked has to answer, once for each query at a time.

    It waits for nobody where a parent asks for the educational record.
    """

    code = "clock_runs_on"
    title = "The clock of this request does not wait"
    legal_refs = ("UK GDPR art 12(6)", "SI 2005/1437 reg 5")


class HarmNotConsidered(Rejected):
    """Before anything is handed over, the safeguarding lead reads it for what would be likely to do serious harm."""

    code = "harm_not_considered"
    title = "The safeguarding lead has not looked for serious harm"
    legal_refs = ("Data Protection Act 2018 sch 3 pt 3 and pt 5",)


class HarmWithholds(Rejected):
    """What the safeguarding lead found likely to do serious harm is not handed over."""

    code = "harm_withholds"
    title = "The safeguarding lead found that something is to be withheld"
    legal_refs = ("Data Protection Act 2018 sch 3 pt 3 and pt 5",)


def sound_restriction(
    event: RestrictAccess | AccessRestricted, _state: Placement, _facts: Facts
) -> list[Rejected | None]:
    return [written(event.reason, "why access is restricted", "/reason")]


def sound_lifting(
    event: LiftAccessRestriction | AccessRestrictionLifted, _state: Placement, _facts: Facts
) -> list[Rejected | None]:
    return [written(event.reason, "why the restriction is lifted", "/reason")]


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


def sound_harm(
    event: ConsiderSeriousHarm | SeriousHarmConsidered, _state: Placement, facts: Facts
) -> list[Rejected | None]:
    nothing = event.finding is HarmFinding.NOTHING
    return [
        not_future(event.considered_on, facts.today, "/considered_on"),
        None if nothing else written(event.reasons, "what is withheld and why", "/reasons"),
    ]


def restrict(state: Placement, command: RestrictAccess, facts: Facts) -> tuple[AccessRestricted, ...]:
    stays = facts.actor.role in command.reader_roles or facts.actor.id in command.reader_ids
    refuse(
        None if stays else RestrictionLocksOut("Name your own role, or yourself.", pointer="/reader_roles"),
        *sound_restriction(command, state, facts),
    )
    return (
        AccessRestricted(
            reader_roles=command.reader_roles,
            reader_ids=command.reader_ids,
            reason=command.reason,
        ),
    )


def lift(state: Placement, command: LiftAccessRestriction, facts: Facts) -> tuple[AccessRestrictionLifted, ...]:
    refuse(
        NotRestricted("There is no restriction to lift.") if state.around.restriction is None else None,
        *sound_lifting(command, state, facts),
    )
    return (AccessRestrictionLifted(reason=command.reason),)


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


def answer_due(right: AccessRight, received_on: date, calendar: SchoolCalendar) -> date:
    """T17: one month for subject access, 15 school days for the educational record of a maintained school.

    A day that is no working day rolls to the next one that is.
    """
    if right is AccessRight.EDUCATIONAL_RECORD:
        return calendar.nth_after(received_on, figures(received_on).educational_record_school_days)
    return calendar.working_day_from(months_after(received_on, figures(received_on).subject_access_months))


def due_with(asked: AccessRequest, calendar: SchoolCalendar, *, extended: bool) -> date:
    """When a subject access request is due, with the time in which its clock waited.

    The month begins when identity is proved. Each day on which clarification was awaited since then is added.
    """
    answered = [query for query in asked.queries if query.answered is not None]
    proved = [query.answered.answered_on for query in answered if query.answered and _is_identity(query)]
    begins = max([asked.request.received_on, *proved])
    ours = figures(asked.request.received_on)
    months = ours.subject_access_months + (ours.subject_access_extension_months if extended else 0)
    waited = _days_waited([query for query in answered if not _is_identity(query)], begins)
    return calendar.working_day_from(months_after(begins, months) + timedelta(days=waited))


def _is_identity(query: Query) -> bool:
    return query.asked.query is AccessQuery.IDENTITY


def _days_waited(queries: Iterable[Query], begins: date) -> int:
    """Days are counted once, however many queries were open on them."""
    days: set[date] = set()
    for query in queries:
        assert query.answered is not None
        day = max(query.asked.asked_on, begins)
        while day < query.answered.answered_on:
            days.add(day)
            day += DAY
    return len(days)


def _open(state: Placement, request_id: AccessRequestId) -> AccessRequest:
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
    return f"from the request of {words.on(day.owed.since)}"


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


def query(state: Placement, command: QuerySubjectAccessRequest, facts: Facts) -> tuple[SubjectAccessQueried, ...]:
    asked = _open(state, command.request_id)
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
    asked = _open(state, command.request_id)
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
    after = evolve(state.around, event).request(command.request_id)
    assert after is not None
    return (replace(event, due=due_with(after, facts.calendar, extended=asked.extended is not None)),)


def consider_harm(state: Placement, command: ConsiderSeriousHarm, facts: Facts) -> tuple[SeriousHarmConsidered, ...]:
    asked = _open(state, command.request_id)
    refuse(
        not_before(command.considered_on, asked.request.received_on, "the request came", "/considered_on"),
        *sound_harm(command, state, facts),
    )
    return (
        SeriousHarmConsidered(
            request_id=command.request_id,
            considered_on=command.considered_on,
            finding=command.finding,
            reasons=command.reasons,
        ),
    )


def extend(state: Placement, command: ExtendSubjectAccessRequest, facts: Facts) -> tuple[SubjectAccessExtended, ...]:
    asked = _open(state, command.request_id)
    refuse(
        NotExtendable("Only a subject access request can take longer.", pointer="/request_id")
        if asked.request.right is not AccessRight.SUBJECT_ACCESS
        else None,
        NotExtendable("It was extended before.", pointer="/request_id") if asked.extended else None,
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
    asked = _open(state, command.request_id)
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
        yield HarmWithholds("Everything would be likely to do serious harm: refuse, with reasons.", pointer="/outcome")
    elif harm.finding is HarmFinding.PART and command.outcome is AccessOutcome.GIVEN:
        yield HarmWithholds("Something is to be withheld: it is given in part, with reasons.", pointer="/outcome")
