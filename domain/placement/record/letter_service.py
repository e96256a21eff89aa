"""The day on which a letter counts as given, by what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from domain.calendar.london import LONDON
from domain.calendar.school_calendar import SchoolCalendar
from domain.law.bases import BASES
from domain.placement.agreement.delivery import deemed_on
from domain.placement.agreement.notice import is_timely
from domain.placement.binding import figures_of
from domain.placement.facts import Facts
from domain.placement.fates import LetterStatus
from domain.placement.referral import exclusions
from domain.placement.stages import DECIDED
from domain.placement.state import Placement, evolve
from events.codes import ContactMethod, DeliveryMethod, LetterFate, RecipientRole, RuleId, ServiceCause
from events.ids import DocumentId
from events.placement.agreement import NoticeGiven
from events.placement.contact import CommunicationSent
from events.placement.letters import DocumentProduced, LetterFateRecorded, LetterReturned, NoticeServiceChanged
from events.placement.reviews import ReviewInvitationGiven, ReviewOutcomeNotified


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


def letter_status(state: Placement, document_id: DocumentId) -> LetterStatus | None:
    return next((each for each in state.papers.letters if each.document_id == document_id), None)


def service_changed(
    state: Placement, event: LetterFateRecorded | LetterReturned | CommunicationSent, facts: Facts
) -> tuple[NoticeServiceChanged, ...]:
    """The day on which the notice counts as given, where the fate of one of its letters changes it.

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
    document = next((each for each in state.papers.documents if each.document_id == document_id), None)
    if document is None or document.recipient is not RecipientRole.RELEVANT_PERSON:
        return None
    last = {each.given.change_id: each for each in state.notices.change_notices}
    for each in last.values():
        if each.given.notice_id == document.subject:
            return each.given, each.served
    notice = state.notices.current or state.notices.lost
    if notice is None or notice.notice_id != document.subject or state.stage not in DECIDED:
        return None
    # Not one of a start that has moved since.
    return (notice, state.notices.current) if notice.start_date == state.period.start_date else None


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
    return first_served(
        state, notice, (each for each in state.papers.documents if each.subject == notice.notice_id), calendar
    )


def first_served(
    state: Placement, given: LetterEvent, documents: Iterable[DocumentProduced], calendar: SchoolCalendar
) -> Served | None:
    """When first a parent, or the pupil from 18, counts as having what these documents say; None where nobody has."""
    letters = [each for each in documents if each.recipient is RecipientRole.RELEVANT_PERSON]
    if not letters:
        return _as_recorded(given)
    found = [_served(letter_status(state, each.document_id), given, calendar) for each in letters]
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
