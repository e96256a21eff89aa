"""What becomes of the letters of the record: their fate as the sender tells it, letters that come back, and service.

A letter that failed or came back is a task: give it another way. It is never a breach by itself, since notice to one
parent is enough, and it stops no placement that has started.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from domain.calendar.london import LONDON, today
from domain.calendar.school_calendar import SchoolCalendar
from domain.law.bases import BASES
from domain.law.figures import figures
from domain.placement.agreement.delivery import deemed_on
from domain.placement.agreement.notice import is_timely
from domain.placement.binding import figures_of
from domain.placement.derived import in_place
from domain.placement.duty import Done, DueDay, Duty, Owed
from domain.placement.facts import Facts
from domain.placement.fates import LetterStatus
from domain.placement.guards import not_before, not_future
from domain.placement.referral import exclusions
from domain.placement.state import DECIDED, TERMINAL, Placement, evolve
from domain.shared import words
from domain.shared.errors import Rejected, Rejections, refuse
from events.codes import ContactMethod, DeliveryMethod, LetterFate, RecipientRole, RuleId, ServiceCause
from events.definition import value
from events.ids import DocumentId
from events.placement.agreement import NoticeGiven
from events.placement.contact import CommunicationSent
from events.placement.letters import DocumentProduced, LetterFateRecorded, LetterReturned, NoticeServiceChanged
from events.placement.reviews import ReviewInvitationGiven, ReviewOutcomeNotified
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

    document_id: DocumentId
    returned_on: date
    note: str | None = None


class NoSuchLetter(Rejected):
    """The fate of a letter, or its return, is recorded of one that the record's documents list."""

    code = "no_such_letter"
    title = "The record has no such letter"


class LetterGivenByHand(Rejected):
    """No post brings back what somebody gave by hand. Where it was posted, correct how it was given first."""

    code = "letter_given_by_hand"
    title = "The letter was given by hand"


class LetterFateKnown(Rejected):
    """Each fate of a letter is recorded once, however often its sender tells it."""

    code = "letter_fate_known"
    title = "This is on record of the letter"


@dataclass(frozen=True, slots=True, order=True)
class Served:
    """When somebody counts as having a notice: the day and, where that is known of receipt on the day, the hour.

    An hour that is not known counts as the end of the day.
    """

    day: date
    hour: time = time.max


LetterEvent = NoticeGiven | ReviewInvitationGiven | ReviewOutcomeNotified
"""What is given in writing, and counts from the day on which it is served."""

_BY_CONTACT = {ContactMethod.LETTER: DeliveryMethod.FIRST_CLASS_POST, ContactMethod.EMAIL: DeliveryMethod.EMAIL}


def record_fate(state: Placement, command: RecordLetterFate, facts: Facts) -> tuple[PlacementEvent, ...]:
    produced = _produced(state, command.document_id)
    known = _letter(state, command.document_id)
    refuse(
        LetterFateKnown("It was told before.", pointer="/fate") if known and known.fate(command.fate) else None,
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
    known = _letter(state, event.document_id)
    again = known is not None and known.posted_since
    return [
        LetterFateKnown("It came back before.", pointer="/document_id")
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
    cause = next((each.cause for each in state.documents if each.document_id == document_id), None)
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
    subject = next((each.subject for each in state.documents if each.document_id == event.document_id), None)
    for notice in (state.notice, state.notice_lost):
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
    found = next((each for each in state.documents if each.document_id == document_id), None)
    if found is None or found.recipient is None:
        raise Rejections((NoSuchLetter("Name a letter that the documents list.", pointer="/document_id"),))
    return found


def _letter(state: Placement, document_id: DocumentId) -> LetterStatus | None:
    return next((each for each in state.letters if each.document_id == document_id), None)


def service_changed(
    state: Placement, event: LetterFateRecorded | LetterReturned | CommunicationSent, facts: Facts
) -> tuple[NoticeServiceChanged, ...]:
    """The day on which the notice counts as given, where what is told of one of its letters changes it.

    Of the start, only before it: afterwards a letter that failed is a task, and the placement goes on.
    """
    found = _concerned(state, event.document_id)
    if found is None or event.document_id is None:
        return ()
    notice, counted = found
    served = served_by(evolve(state, event), notice, facts.calendar)
    day = served.day if served else None
    clear = facts.calendar.between(served.day, notice.start_date) if served else None
    timely = served is not None and clear is not None and _in_time(state, notice, served, clear)
    before = counted.deemed_on if counted else None
    if day == before and (counted is None or timely == counted.timely):
        return ()
    return (
        NoticeServiceChanged(
            notice_id=notice.notice_id,
            document_id=event.document_id,
            cause=cause_of(event),
            deemed_on=day,
            school_days_clear=clear,
            timely=timely,
            calendar_version=facts.calendar.version,
            on=came_about(event),
        ),
    )


def _concerned(state: Placement, document_id: DocumentId | None) -> tuple[NoticeGiven, NoticeGiven | None] | None:
    """The notice that a letter brings, and as it counts so far: None where it reached nobody.

    Of the start, only before it; of changed terms, the last one of its change.
    """
    document = next((each for each in state.documents if each.document_id == document_id), None)
    if document is None or document.recipient is not RecipientRole.RELEVANT_PERSON:
        return None
    last = {each.given.change_id: each for each in state.change_notices}
    for each in last.values():
        if each.given.notice_id == document.subject:
            return each.given, each.served
    notice = state.notice or state.notice_lost
    if notice is None or notice.notice_id != document.subject or state.stage not in DECIDED:
        return None
    # Not one of a start that has moved since.
    return (notice, state.notice) if notice.start_date == state.start_date else None


def came_about(event: LetterFateRecorded | LetterReturned | CommunicationSent) -> date:
    if isinstance(event, LetterReturned):
        return event.returned_on
    return event.sent_on if isinstance(event, CommunicationSent) else event.on


def cause_of(event: LetterFateRecorded | LetterReturned | CommunicationSent) -> ServiceCause:
    if isinstance(event, LetterReturned):
        return ServiceCause.RETURNED
    if isinstance(event, CommunicationSent):
        return ServiceCause.HANDED_OVER
    return ServiceCause.FAILED if event.fate is LetterFate.FAILED else ServiceCause.DISPATCHED


def _in_time(state: Placement, notice: NoticeGiven, served: Served, clear: int) -> bool:
    assert state.legal_basis is not None
    if notice.change_id is not None or BASES[state.legal_basis].notice is not RuleId.T8:
        return is_timely(clear, figures_of(state))
    hour = None if served.hour == time.max else served.hour
    return exclusions.in_time(served.day, hour, notice.start_date, notice.session_times, figures_of(state))


def served_by(state: Placement, notice: NoticeGiven, calendar: SchoolCalendar) -> Served | None:
    """When first a parent, or the pupil from 18, counts as having the notice; None where nobody has."""
    return first_served(state, notice, (each for each in state.documents if each.subject == notice.notice_id), calendar)


def first_served(
    state: Placement, given: LetterEvent, documents: Iterable[DocumentProduced], calendar: SchoolCalendar
) -> Served | None:
    """When first a parent, or the pupil from 18, counts as having what these documents say; None where nobody has."""
    letters = [each for each in documents if each.recipient is RecipientRole.RELEVANT_PERSON]
    if not letters:
        return _as_recorded(given)
    found = [_served(_letter(state, each.document_id), given, calendar) for each in letters]
    return min((each for each in found if each is not None), default=None)


def _served(letter: LetterStatus | None, notice: LetterEvent, calendar: SchoolCalendar) -> Served | None:
    """Counted from the dispatch, where the sender told it; until then from the day that was recorded."""
    if letter is None:
        return _as_recorded(notice)
    posted = _posted(letter, calendar)
    if letter.handed_over is not None:
        given = letter.handed_over
        by_hand = _given(given.sent_on, _BY_CONTACT.get(given.method, DeliveryMethod.HAND), calendar, given.sent_at)
        # What was given or posted before in time is not undone by another copy.
        before = posted or (_as_recorded(notice) if notice.method is DeliveryMethod.HAND else None)
        return min(by_hand, before) if before else by_hand
    if letter.lost_on is not None:
        return None
    return posted or _as_recorded(notice)


def _posted(letter: LetterStatus, calendar: SchoolCalendar) -> Served | None:
    """By its dispatch, unless the letter is known not to have arrived."""
    if letter.dispatched is None or letter.failed or letter.returned:
        return None
    at = letter.dispatched.at
    return _given(letter.dispatched.on, letter.dispatched.method, calendar, _hour(at) if at else None)


def _as_recorded(given: LetterEvent) -> Served:
    at = given.given_at if isinstance(given, NoticeGiven) and given.deemed_on == given.given_on else None
    return Served(given.deemed_on, at or time.max)


def _given(on: date, method: DeliveryMethod, calendar: SchoolCalendar, hour: time | None) -> Served:
    """The hour is that of sending, and counts for receipt on the same day alone."""
    day = deemed_on(on, method, calendar, hour)
    return Served(day, hour if hour is not None and day == on else time.max)


def _hour(at: datetime) -> time:
    return at.astimezone(LONDON).time()


def lost_due(lost_on: date, calendar: SchoolCalendar) -> date:
    return calendar.nth_after(lost_on, figures(lost_on).lost_letter_school_days)


def _owed(state: Placement, calendar: SchoolCalendar) -> Iterator[Owed]:
    """Each letter that did not arrive, or of which nobody knows, to be given another way by the next school day."""
    if state.stage in TERMINAL:
        return
    for letter in state.letters:
        since = letter.lost_on or letter.unsure_on
        if since is not None:
            yield Owed(lost_due(since, calendar), letter.document_id)


def _handed_over(state: Placement, calendar: SchoolCalendar) -> Iterator[Done]:
    """Each letter that was given another way."""
    for letter in state.letters:
        told = letter.returned or letter.failed or letter.unheard
        if letter.handed_over is not None and told is not None:
            since = told.returned_on if isinstance(told, LetterReturned) else told.on
            yield Done(lost_due(since, calendar), letter.handed_over.sent_on, letter.document_id)


def _moved_on(event: Any, _after: Placement) -> date | None:
    if isinstance(event, LetterReturned):
        return event.returned_on
    return event.on if isinstance(event, LetterFateRecorded) else None


def _explain(day: DueDay) -> str:
    letter = next(each for each in day.state.letters if each.document_id == day.owed.subject)
    since = letter.lost_on or letter.unsure_on
    assert since is not None
    after = words.count(figures(since).lost_letter_school_days, "school day")
    if letter.lost_on is not None:
        return f"{after} after it failed or came back on {words.on(since)}"
    return f"{after} after its sender no longer knew on {words.on(since)} whether it arrived"


DUTY = Duty(rule=RuleId.LETTER, owed=_owed, explain=_explain, otherwise=_handed_over, moved_on=_moved_on)
