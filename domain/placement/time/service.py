"""What the fate of a letter does to a review: the day on which its invitation, or its outcome, counts as given.

A letter that failed or came back rebuts what was presumed of its recipient alone: while one parent, or the pupil from
18, was reached in time, nothing is missed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.law.rules import Figures
from domain.placement.binding import figures_of
from domain.placement.derived import in_place
from domain.placement.facts import Facts
from domain.placement.parts.reviews import Review
from domain.placement.record import contact, letters
from domain.placement.record.contact import RecordCommunication
from domain.placement.record.letter_service import Served, came_about, cause_of, first_served
from domain.placement.record.letters import RecordLetterFate, RecordReturnedLetter
from domain.placement.reviews.letter_days import days_after, days_before, invited_in_time, told_in_time
from domain.placement.state import Placement, evolve
from events.codes import DocumentKind
from events.ids import DocumentId, EventId
from events.placement.contact import CommunicationSent
from events.placement.letters import LetterFateRecorded, LetterReturned, ReviewServiceChanged
from events.placement.reviews import ReviewInvitationGiven, ReviewOutcomeNotified
from events.placement.union import PlacementEvent

OfLetter = LetterFateRecorded | LetterReturned | CommunicationSent
OfReview = ReviewInvitationGiven | ReviewOutcomeNotified


def communicate(state: Placement, command: RecordCommunication, facts: Facts) -> tuple[PlacementEvent, ...]:
    return _with_service(state, contact.communicate(state, command, facts), facts)


def record_fate(state: Placement, command: RecordLetterFate, facts: Facts) -> tuple[PlacementEvent, ...]:
    return _with_service(state, letters.record_fate(state, command, facts), facts)


def record_return(state: Placement, command: RecordReturnedLetter, facts: Facts) -> tuple[PlacementEvent, ...]:
    return _with_service(state, letters.record_return(state, command, facts), facts)


def _with_service(state: Placement, told: tuple[PlacementEvent, ...], facts: Facts) -> tuple[PlacementEvent, ...]:
    """What was reported of a letter, with the day on which it counts as given to a review."""
    (of_letter, *_) = told
    assert isinstance(of_letter, OfLetter)
    return (*told, *_review_served(state, of_letter, facts, in_place(facts.history)))


def _review_served(
    state: Placement, event: OfLetter, facts: Facts, known: Mapping[EventId, Any]
) -> Iterator[ReviewServiceChanged]:
    """The day on which an invitation or an outcome counts as given, where the fate of one of its letters moves it."""
    found = _of_review(state, event.document_id, known)
    if found is None:
        return
    given_id, given, review = found
    counted = review.invitation if isinstance(given, ReviewInvitationGiven) else review.notified
    assert event.document_id is not None
    documents = (each for each in state.papers.documents if each.cause == given_id)
    served = first_served(evolve(state, event), given, documents, facts.calendar)
    if (served.day if served else None) == (counted.deemed_on if counted else None):
        return
    days = _days(given, review, served) if served else None
    yield ReviewServiceChanged(
        review_id=review.review_id,
        given=given_id,
        kind=_kind(given),
        document_id=event.document_id,
        cause=cause_of(event),
        deemed_on=served.day if served else None,
        days=days,
        timely=days is not None and _in_time(given, days, figures_of(state)),
        on=came_about(event),
    )


def _of_review(
    state: Placement, document_id: DocumentId | None, known: Mapping[EventId, Any]
) -> tuple[EventId, OfReview, Review] | None:
    """The invitation or outcome that a letter brings, unless another has taken its place since."""
    document = next((each for each in state.papers.documents if each.document_id == document_id), None)
    given = known.get(document.cause) if document else None
    if document is None or not isinstance(given, OfReview):
        return None
    review = state.reviews.by_id(given.review_id)
    assert review is not None
    counted = {
        ReviewInvitationGiven: review.invitation or review.invitation_lost,
        ReviewOutcomeNotified: review.notified or review.notified_lost,
    }[type(given)]
    last = next(each for each in reversed(tuple(known.values())) if _is_as(given, each))
    return (document.cause, given, review) if counted is not None and last is given else None


def _is_as(given: OfReview, event: Any) -> bool:
    return type(event) is type(given) and event.review_id == given.review_id


def _kind(given: OfReview) -> DocumentKind:
    invites = isinstance(given, ReviewInvitationGiven)
    return DocumentKind.REVIEW_INVITATION if invites else DocumentKind.OUTCOME_NOTIFICATION


def _days(given: OfReview, review: Review, served: Served) -> int:
    if isinstance(given, ReviewInvitationGiven):
        return days_before(review, served.day, review.held.held_on if review.held else None)
    assert review.held is not None
    return days_after(review.held, served.day)


def _in_time(given: OfReview, days: int, bound: Figures) -> bool:
    return invited_in_time(days, bound) if isinstance(given, ReviewInvitationGiven) else told_in_time(days, bound)
