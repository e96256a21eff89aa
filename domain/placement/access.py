"""Who may read the record, and those who ask to see what is kept: requests, and their answers in time (T17)."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from domain import words
from domain.errors import Rejected, Rejections, refuse
from domain.facts import Facts
from domain.months import months_after
from domain.placement.around import AccessRequest
from domain.placement.guards import DateBeforeCause, not_before, not_future, written
from domain.placement.state import Placement
from domain.regimes import figures
from domain.school_calendar import CalendarTooShort, SchoolCalendar
from events.around import (
    AccessRestricted,
    AccessRestrictionLifted,
    SubjectAccessAnswered,
    SubjectAccessExtended,
    SubjectAccessRequested,
)
from events.codes import AccessOutcome, AccessRight, CommissionerKind, Role, RuleId
from events.definition import value
from events.ids import AccessRequestId, PersonId, derived_id


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
    """T17: one month for subject access, 15 school days for the educational record of a maintained school."""
    if right is AccessRight.EDUCATIONAL_RECORD:
        return calendar.nth_after(received_on, figures().educational_record_school_days)
    return months_after(received_on, figures().subject_access_months)


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


def owed(state: Placement) -> Iterator[tuple[RuleId, date, UUID]]:
    """The answers that are still owed, whatever the stage."""
    for asked in state.around.requests:
        if asked.answered is None:
            yield RuleId.T17, asked.due, asked.request.request_id


def extend(state: Placement, command: ExtendSubjectAccessRequest, facts: Facts) -> tuple[SubjectAccessExtended, ...]:
    asked = _open(state, command.request_id)
    refuse(
        NotExtendable("Only a subject access request can take longer.", pointer="/request_id")
        if asked.request.right is not AccessRight.SUBJECT_ACCESS
        else None,
        NotExtendable("It was extended before.", pointer="/request_id") if asked.extended else None,
        NotExtendable(f"The time to say so ended on {words.on(asked.request.due)}.", pointer="/extended_on")
        if command.extended_on > asked.request.due
        else None,
        not_future(command.extended_on, facts.today, "/extended_on"),
        not_before(command.extended_on, asked.request.received_on, "the request came", "/extended_on"),
        *sound_extension(command, state, facts),
    )
    months = figures().subject_access_months + figures().subject_access_extension_months
    return (
        SubjectAccessExtended(
            request_id=command.request_id,
            extended_on=command.extended_on,
            due=months_after(asked.request.received_on, months),
            reason=command.reason,
        ),
    )


def answer(state: Placement, command: RecordSubjectAccessAnswer, facts: Facts) -> tuple[SubjectAccessAnswered, ...]:
    asked = _open(state, command.request_id)
    refuse(
        not_future(command.answered_on, facts.today, "/answered_on"),
        not_before(command.answered_on, asked.request.received_on, "the request came", "/answered_on"),
        *sound_answer(command, state, facts),
    )
    return (
        SubjectAccessAnswered(
            request_id=command.request_id,
            answered_on=command.answered_on,
            outcome=command.outcome,
            timely=command.answered_on <= asked.due,
            reasons=command.reasons,
        ),
    )
