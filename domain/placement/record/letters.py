"""The letters of the record: what became of each, and the task that a letter without a receipt leaves."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from domain.calendar.london import today
from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import figures
from domain.placement.derived import in_place
from domain.placement.duty import Done, DueDay, Duty, Owed
from domain.placement.facts import Facts
from domain.placement.fates import LetterStatus
from domain.placement.guards import not_before, not_future
from domain.placement.record.letter_service import letter_status, service_changed
from domain.placement.stages import TERMINAL
from domain.placement.state import Placement
from domain.shared import words
from domain.shared.errors import Rejected, Rejections, refuse
from events.codes import DeliveryMethod, LetterFate, RuleId
from events.definition import asked, value
from events.ids import DocumentId
from events.placement.letters import DocumentProduced, LetterFateRecorded, LetterReturned
from events.placement.union import PlacementEvent


@value
class RecordLetterFate:
    """Record what the sender of a letter says of it. The system alone gives this command."""

    document_id: DocumentId
    fate: LetterFate
    method: DeliveryMethod
    at: datetime | None = None
    why: str | None = None


@value
class RecordReturnedLetter:
    """Record that a letter came back. What was posted no longer counts as received."""

    document_id: DocumentId = asked("Letter that came back")
    returned_on: date = asked("When did it come back?")
    note: str | None = asked("Note", hint="For example, what the envelope says", default=None)


class NoSuchLetter(Rejected):
    """What happened to a letter, or its return, is recorded only for a letter on the record's list of documents."""

    code = "no_such_letter"
    title = "The record has no such letter"


class LetterGivenByHand(Rejected):
    """Post cannot return a letter that was given by hand. If it was posted, first correct how it was given."""

    code = "letter_given_by_hand"
    title = "The letter was given by hand"


class LetterFateKnown(Rejected):
    """What happened to a letter is recorded once, however often its sender reports it."""

    code = "letter_fate_known"
    title = "This is already recorded for the letter"


def record_fate(state: Placement, command: RecordLetterFate, facts: Facts) -> tuple[PlacementEvent, ...]:
    produced = _produced(state, command.document_id)
    known = letter_status(state, command.document_id)
    refuse(
        LetterFateKnown("It has already been recorded.", pointer="/fate")
        if known and known.fate(command.fate)
        else None,
    )
    assert produced.recipient is not None
    event = LetterFateRecorded(
        document_id=command.document_id,
        cause=produced.cause,
        recipient=produced.recipient,
        recipient_number=produced.recipient_number,
        fate=command.fate,
        method=command.method,
        on=today(command.at or facts.now),
        at=command.at,
        why=command.why,
    )
    return (event, *service_changed(state, event, facts))


def sound_return(event: RecordReturnedLetter | LetterReturned, state: Placement, facts: Facts) -> list[Rejected | None]:
    known = letter_status(state, event.document_id)
    again = known is not None and known.posted_since
    return [
        LetterFateKnown("Its return has already been recorded.", pointer="/document_id")
        if known and known.returned and not again
        else None,
        LetterGivenByHand("The record says that it was given by hand.", pointer="/document_id")
        if _by_hand(state, event.document_id, facts)
        else None,
        not_future(event.returned_on, facts.today, "/returned_on"),
        *(not_before(event.returned_on, day, what, "/returned_on") for day, what in _left(state, event, known)),
    ]


def _by_hand(state: Placement, document_id: DocumentId, facts: Facts) -> bool:
    """Whether the step that brought the letter says so, as it is put right by now."""
    cause = next((each.cause for each in state.papers.documents if each.document_id == document_id), None)
    step = in_place(facts.history).get(cause) if cause else None
    return getattr(step, "method", None) is DeliveryMethod.HAND


def _left(
    state: Placement, event: RecordReturnedLetter | LetterReturned, known: LetterStatus | None
) -> Iterator[tuple[date, str]]:
    """The days before which a letter cannot come back."""
    if known and known.dispatched:
        yield known.dispatched.on, "the letter was dispatched"
    if known and known.handed_over and known.posted_since:
        yield known.handed_over.sent_on, "it was posted once more"
    subject = next((each.subject for each in state.papers.documents if each.document_id == event.document_id), None)
    for notice in (state.notices.current, state.notices.lost):
        if notice and notice.notice_id == subject:
            yield notice.given_on, "the notice was given"


def record_return(state: Placement, command: RecordReturnedLetter, facts: Facts) -> tuple[PlacementEvent, ...]:
    produced = _produced(state, command.document_id)
    refuse(*sound_return(command, state, facts))
    assert produced.recipient is not None
    event = LetterReturned(
        document_id=command.document_id,
        cause=produced.cause,
        recipient=produced.recipient,
        recipient_number=produced.recipient_number,
        returned_on=command.returned_on,
        note=command.note,
    )
    return (event, *service_changed(state, event, facts))


def _produced(state: Placement, document_id: DocumentId) -> DocumentProduced:
    """Raises Rejections: the record has no such letter."""
    found = next((each for each in state.papers.documents if each.document_id == document_id), None)
    if found is None or found.recipient is None:
        raise Rejections((NoSuchLetter("Name a letter that the documents list.", pointer="/document_id"),))
    return found


def lost_due(lost_on: date, calendar: SchoolCalendar) -> date:
    return calendar.nth_after(lost_on, figures(lost_on).lost_letter_school_days)


def _owed(state: Placement, calendar: SchoolCalendar) -> Iterator[Owed]:
    """Each letter that did not arrive, or of which nobody knows, to be given another way by the next school day."""
    if state.stage in TERMINAL:
        return
    for letter in state.papers.letters:
        since = letter.lost_on or letter.unsure_on
        if since is not None:
            yield Owed(lost_due(since, calendar), letter.document_id)


def _handed_over(state: Placement, calendar: SchoolCalendar) -> Iterator[Done]:
    """Each letter that was given another way."""
    for letter in state.papers.letters:
        told = letter.returned or letter.failed or letter.unheard
        if letter.handed_over is not None and told is not None:
            since = told.returned_on if isinstance(told, LetterReturned) else told.on
            yield Done(lost_due(since, calendar), letter.handed_over.sent_on, letter.document_id)


def _moved_on(event: Any, _after: Placement) -> date | None:
    if isinstance(event, LetterReturned):
        return event.returned_on
    return event.on if isinstance(event, LetterFateRecorded) else None


def _explain(day: DueDay) -> str:
    letter = next(each for each in day.state.papers.letters if each.document_id == day.owed.subject)
    since = letter.lost_on or letter.unsure_on
    assert since is not None
    after = words.count(figures(since).lost_letter_school_days, "school day")
    if letter.lost_on is not None:
        return f"{after} after it failed or came back on {words.on(since)}"
    return f"{after} after {words.on(since)}, when its sender could not say if it arrived"


DUTY = Duty(rule=RuleId.LETTER, owed=_owed, explain=_explain, otherwise=_handed_over, moved_on=_moved_on)
