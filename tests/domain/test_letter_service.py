"""What became of a letter counts for the duty that it serves: invitations, outcomes and notices of changed terms."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

from domain.calendar.london import end_of
from domain.evidence.gathering import evidence
from domain.evidence.model import ClauseStatus
from domain.evidence.proving import timely
from domain.placement.parts.reviews import ReviewStatus
from domain.placement.record.history import current
from domain.placement.stages import RUNNING
from domain.placement.time.deadlines import deadlines
from domain.placement.time.pass_time import PassTime
from events.codes import AccessOutcome, ContactMethod, DeliveryMethod, DocumentKind, RecipientRole, RuleId, ServiceCause
from events.ids import AccessRequestId, ChangeId, DocumentId, EventId, ReviewId, event_id_of
from events.placement.agreement import NoticeGiven
from events.placement.contact import CommunicationSent
from events.placement.data_protection import SubjectAccessAnswered
from events.placement.deadlines import DeadlineMissed, MissDisproved
from events.placement.letters import (
    DocumentProduced,
    LetterFateRecorded,
    LetterReturned,
    NoticeServiceChanged,
    ReviewServiceChanged,
)
from events.placement.reviews import (
    ReviewDecided,
    ReviewHeld,
    ReviewInvitationGiven,
    ReviewOutcomeNotified,
    ReviewScheduled,
)
from events.placement.running import TermsChanged
from tests.domain.examples import AGREED, CALENDAR, day
from tests.domain.test_corrections import of
from tests.domain.test_history import record
from tests.domain.test_letters import back, dispatched, failed, handed_over, unheard
from tests.domain.test_running import REVIEW, conclude, hold, invite, schedule, scheduled, tell
from tests.domain.test_terms import again, changed
from tests.dsl import Given, Outcome, an_id

POST, EMAIL, HAND = DeliveryMethod.FIRST_CLASS_POST, DeliveryMethod.EMAIL, DeliveryMethod.HAND
FIRST, SECOND = DocumentId(an_id("to one parent")), DocumentId(an_id("to the other parent"))
COUNCIL = DocumentId(an_id("to the council"))
AFTER = "2026-12-16"


def lettered(story: Given, kind: DocumentKind, *letters: DocumentId) -> Given:
    """The story with these letters to parents, and one to the council, of the last thing that was given."""
    (number, given) = [
        each
        for each in enumerate(story.events)
        if isinstance(each[1], ReviewInvitationGiven | ReviewOutcomeNotified | NoticeGiven)
    ][-1]
    made = [
        DocumentProduced(
            document_id=each,
            kind=kind,
            version=1,
            cause=EventId(an_id(f"event {number}")),
            subject=given.notice_id if isinstance(given, NoticeGiven) else given.review_id,
            recipient=RecipientRole.LA if each is COUNCIL else RecipientRole.RELEVANT_PERSON,
            recipient_number=1,
            fingerprint="0",
            page_fingerprint="0",
        )
        for each in (*letters, COUNCIL)
    ]
    return story.and_then(*made)


def invited(*letters: DocumentId, method: DeliveryMethod = POST) -> Given:
    """Invited on Monday 30 November to a meeting on Tuesday 8 December: in time until the 2nd."""
    story = scheduled().knowing(agreements=AGREED).when(invite(method=method)).then_happens(ReviewInvitationGiven)
    return lettered(story, DocumentKind.REVIEW_INVITATION, *letters)


def told(*letters: DocumentId, method: DeliveryMethod = POST) -> Given:
    """Told on Wednesday 9 December of a review of the 8th: in time until Monday 14."""
    story = scheduled().knowing(agreements=AGREED).when(invite()).then_happens(ReviewInvitationGiven)
    story = story.on(day("2026-12-08"), 16).when(hold()).then_happens(ReviewHeld)
    story = story.on(day("2026-12-09")).when(conclude()).then_happens(ReviewDecided)
    story = story.when(tell(method=method)).then_happens(ReviewOutcomeNotified)
    return lettered(story, DocumentKind.OUTCOME_NOTIFICATION, *letters)


def terms(*letters: DocumentId, method: DeliveryMethod = POST) -> Given:
    """Notice on Tuesday 1 December of terms that change on Thursday 10: in time until Monday 7."""
    story = changed(effective_on=day("2026-12-10"), days=30).knowing(agreements=AGREED)
    outcome = story.when(again(method=method))
    assert isinstance(outcome.events[0], NoticeGiven)
    return lettered(story.and_then(*outcome.events), DocumentKind.NOTICE, *letters)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of letter: its story, its rule, the last day in time, and days around it."""

    story: Callable[..., Given]
    rule: RuleId
    due: str
    posted_in_time: str
    posted_late: str
    weekend: str | None = None


KINDS = {
    "invitation": Kind(
        story=invited, rule=RuleId.T2, due="2026-12-02", posted_in_time="2026-11-30", posted_late="2026-12-01"
    ),
    "outcome": Kind(
        story=told,
        rule=RuleId.T3,
        due="2026-12-14",
        posted_in_time="2026-12-10",
        posted_late="2026-12-11",
        weekend="2026-12-12",
    ),
    "change of terms": Kind(
        story=terms,
        rule=RuleId.T1,
        due="2026-12-07",
        posted_in_time="2026-12-03",
        posted_late="2026-12-04",
        weekend="2026-12-05",
    ),
}
EACH = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def at_hour(on: str, hour: time) -> datetime:
    """London is on UTC in winter."""
    return datetime.combine(day(on), hour, tzinfo=UTC)


def _sent(kind: Kind, what: str) -> datetime:
    if what in {"posted in time", "posted late"}:
        return at_hour(kind.posted_in_time if what == "posted in time" else kind.posted_late, time(23))
    if what == "weekend":
        assert kind.weekend is not None
        return at_hour(kind.weekend, time(9))
    return at_hour(kind.due, time(16, 30) if what == "until half past four" else time(16, 31))


CASES = [
    pytest.param(name, method, what, timely, id=f"{name}: {method} {what}")
    for name, kind in KINDS.items()
    for method, what, timely in (
        (POST, "posted in time", True),
        (POST, "posted late", False),
        (EMAIL, "until half past four", True),
        (EMAIL, "after half past four", False),
        *(((EMAIL, "weekend", True),) if kind.weekend else ()),
    )
]


def misses(events: tuple[Any, ...], kind: Kind) -> list[tuple[type, str]]:
    return [
        (type(each), str(each.due))
        for each in events
        if isinstance(each, DeadlineMissed | MissDisproved) and each.rule is kind.rule and each.subject is not None
    ]


def is_owed(story: Given, kind: Kind) -> bool:
    return any(each.rule is kind.rule for each in deadlines(story.state, story.calendar))


def standings(story: Given, kind: Kind) -> list[ClauseStatus]:
    records = [record(n, event, end_of(day("2027-03-31"))) for n, event in enumerate(story.events)]
    return [
        each.finding.standing
        for each in evidence(records, CALENDAR)
        if each.clause.rule is kind.rule and each.finding.record is not None
    ]


def service(outcome: Outcome) -> NoticeServiceChanged | ReviewServiceChanged:
    (found,) = [each for each in outcome.events if isinstance(each, NoticeServiceChanged | ReviewServiceChanged)]
    return found


@pytest.mark.parametrize(("name", "method", "what", "timely"), CASES)
def test_each_letter_counts_from_its_dispatch(name: str, method: DeliveryMethod, what: str, timely: bool) -> None:
    kind = KINDS[name]
    story = kind.story(FIRST, method=method).on(day(AFTER))
    command = dispatched(FIRST, _sent(kind, what), method)

    outcome = story.when(command)

    after = story.and_then(*outcome.events)
    missed = [each for each in outcome.events if isinstance(each, DeadlineMissed)]
    if timely:
        assert misses(outcome.events, kind) == []
        assert not is_owed(after, kind)
    else:
        assert (service(outcome).timely, service(outcome).cause) == (False, ServiceCause.DISPATCHED)
        assert misses(outcome.events, kind) == [(DeadlineMissed, kind.due)]
        assert {each.cause for each in missed} == {event_id_of(story.facts(command).command_id, 0)}
    assert misses(after.when(PassTime()).events, kind) == [], "once"
    assert after.state.stage in RUNNING


@EACH
@pytest.mark.parametrize("lost", [failed(FIRST), back(FIRST, "2026-12-15")], ids=["failed", "returned"])
def test_what_reached_no_parent_was_not_given(kind: Kind, lost: Any) -> None:
    story = kind.story(FIRST).on(day(AFTER))
    outcome = story.when(lost)

    changed_ = service(outcome)
    assert (changed_.deemed_on, changed_.timely) == (None, False)
    assert misses(outcome.events, kind) == [(DeadlineMissed, kind.due)]
    after = story.and_then(*outcome.events)
    assert is_owed(after, kind)
    assert after.state.stage in RUNNING
    assert any(each.rule is RuleId.LETTER for each in deadlines(after.state, CALENDAR))
    assert misses(after.when(PassTime()).events, kind) == [], "once"


@EACH
def test_what_failed_while_there_is_time_is_owed_and_not_missed(kind: Kind) -> None:
    story = kind.story(FIRST).on(day(kind.due))
    outcome = story.when(failed(FIRST))

    after = story.and_then(*outcome.events)
    assert misses(outcome.events, kind) == []
    assert is_owed(after, kind)
    assert misses(after.on(day(AFTER)).when(PassTime()).events, kind) == [(DeadlineMissed, kind.due)]


@EACH
@pytest.mark.parametrize("method", list(DeliveryMethod))
@pytest.mark.parametrize("lost", [failed(SECOND), unheard(SECOND), failed(COUNCIL)], ids=["failed", "unheard", "la"])
def test_nothing_is_missed_while_one_parent_was_reached_in_time(kind: Kind, method: DeliveryMethod, lost: Any) -> None:
    story = kind.story(FIRST, SECOND, method=method).on(day(AFTER))
    on = at_hour(kind.due if method is EMAIL else kind.posted_in_time, time(9))
    story = story.and_then(*story.when(dispatched(FIRST, on, method)).events)

    outcome = story.when(lost)

    after = story.and_then(*outcome.events)
    assert misses(outcome.events, kind) == []
    assert not is_owed(after, kind)
    assert any(each.rule is RuleId.LETTER for each in deadlines(after.state, CALENDAR))


@EACH
def test_what_was_given_in_person_in_time_disproves_the_miss(kind: Kind) -> None:
    story = kind.story(FIRST).on(day(AFTER))
    story = story.and_then(*story.when(failed(FIRST)).events)
    assert ClauseStatus.BREACHED in standings(story, kind) or kind.rule is RuleId.T1

    outcome = story.when(handed_over(FIRST, kind.due, ContactMethod.IN_PERSON))

    assert service(outcome).timely
    assert misses(outcome.events, kind) == [(MissDisproved, kind.due)]
    after = story.and_then(*outcome.events)
    assert not is_owed(after, kind)
    assert ClauseStatus.SATISFIED in standings(after, kind)


@EACH
def test_what_was_given_late_instead_stays_missed(kind: Kind) -> None:
    story = kind.story(FIRST).on(day(AFTER))
    story = story.and_then(*story.when(failed(FIRST)).events)

    outcome = story.when(handed_over(FIRST, AFTER))

    assert (service(outcome).deemed_on, service(outcome).timely) == (day(AFTER), False)
    assert misses(outcome.events, kind) == []


@EACH
def test_a_letter_that_left_in_time_is_evidence_and_a_late_one_is_none(kind: Kind) -> None:
    if kind.rule is RuleId.T1:
        return  # Of the start alone evidence is sought notice by notice.
    story = kind.story(FIRST).on(day(AFTER))
    late = story.and_then(*story.when(dispatched(FIRST, _sent(kind, "posted late"))).events)

    assert standings(story, kind) == [ClauseStatus.SATISFIED]
    assert standings(late, kind) == [ClauseStatus.BREACHED]


@EACH
def test_a_communication_about_no_letter_moves_no_service(kind: Kind) -> None:
    story = kind.story(FIRST).on(day(AFTER))

    story.when(replace(handed_over(FIRST, kind.due), document_id=None)).then_happens(CommunicationSent)


def test_evidence_says_that_the_letter_shows_the_miss() -> None:
    story = told(FIRST).on(day(AFTER))
    story = story.and_then(*story.when(failed(FIRST)).events)
    (cause,) = [
        EventId(an_id(f"event {n}")) for n, each in enumerate(story.events) if isinstance(each, LetterFateRecorded)
    ]
    events = [replace(each, cause=cause) if isinstance(each, DeadlineMissed) else each for each in story.events]
    records = [record(n, event, end_of(day("2027-03-31"))) for n, event in enumerate(events)]

    (why,) = [
        each.finding.why for each in evidence(records, CALENDAR) if each.finding.standing is ClauseStatus.BREACHED
    ]

    assert "What became of its letter shows that it was missed." in why


@pytest.mark.parametrize("in_time", [True, False])
def test_an_answer_about_data_is_timely_as_it_was_recorded(in_time: bool) -> None:
    answered = SubjectAccessAnswered(
        request_id=AccessRequestId(an_id("request")),
        answered_on=day("2026-12-01"),
        outcome=AccessOutcome.GIVEN,
        timely=in_time,
    )

    assert timely(answered, told().state) is in_time


# ---- reviews


def test_an_invitation_that_reached_nobody_is_given_again() -> None:
    story = invited(FIRST).on(day("2026-12-01"))
    story = story.when(failed(FIRST)).then_happens(LetterFateRecorded, ReviewServiceChanged)
    review = story.state.reviews.by_id(REVIEW)
    assert review is not None
    assert (review.status, review.invitation) == (ReviewStatus.SCHEDULED, None)

    story = story.when(invite(given_on=day("2026-12-01"))).then_happens(ReviewInvitationGiven)

    review = story.state.reviews.by_id(REVIEW)
    assert review is not None
    assert (review.status, review.invitation_lost) == (ReviewStatus.INVITED, None)
    story.when(back(FIRST, "2026-12-01")).then_happens(LetterReturned)


def test_a_meeting_is_held_though_its_invitation_came_back() -> None:
    story = invited(FIRST).on(day("2026-12-08"), 17)
    story = story.and_then(*story.when(back(FIRST, "2026-12-08")).events)

    assert [each.due for each in story.events if isinstance(each, DeadlineMissed)] == [day("2026-12-02")]
    story.when(hold()).then_happens(ReviewHeld)


def test_letters_of_an_invitation_to_another_time_say_nothing_of_this_one() -> None:
    story = invited(FIRST).when(schedule()).then_happens(ReviewScheduled)

    story.when(failed(FIRST)).then_happens(LetterFateRecorded)


def test_an_outcome_that_reached_nobody_is_told_again() -> None:
    story = told(FIRST).on(day("2026-12-10"))
    story = story.when(failed(FIRST)).then_happens(LetterFateRecorded, ReviewServiceChanged)
    assert is_owed(story, KINDS["outcome"])

    story = story.when(tell(given_on=day("2026-12-10"))).then_happens(ReviewOutcomeNotified)

    assert not is_owed(story, KINDS["outcome"])


def test_the_days_of_a_service_follow_from_a_corrected_meeting() -> None:
    """Dispatched on the 10th, counted on the 14th: six days after the 8th, and seven after the 7th."""
    story = told(FIRST).on(day(AFTER))
    story = story.and_then(*story.when(dispatched(FIRST, at_hour("2026-12-10", time(9)))).events)

    outcome = story.when(of(story, ReviewHeld, "held_on", "2026-12-07"))

    after = story.and_then(*outcome.events)
    records = [record(n, event, end_of(day("2027-03-31"))) for n, event in enumerate(after.events)]
    review = current(records).reviews.by_id(REVIEW)
    assert review is not None
    assert review.notified is not None
    assert (review.notified.days_after, review.notified.timely) == (7, False)
    assert misses(outcome.events, KINDS["outcome"]) == [(DeadlineMissed, "2026-12-13")]


def test_the_days_of_an_invitation_follow_from_a_meeting_brought_forward() -> None:
    story = invited(FIRST, method=EMAIL).on(day("2026-12-08"), 17)
    story = story.and_then(*story.when(dispatched(FIRST, at_hour("2026-12-01", time(9)), EMAIL)).events)
    story = story.when(hold()).then_happens(ReviewHeld)

    outcome = story.when(of(story, ReviewHeld, "held_on", "2026-12-06"))

    assert misses(outcome.events, KINDS["invitation"]) == [(DeadlineMissed, "2026-12-02")]


# ---- changed terms


@pytest.mark.parametrize(
    "command", [failed(FIRST), dispatched(FIRST, at_hour("2026-12-04", time(9)))], ids=["lost", "late"]
)
def test_terms_of_which_no_notice_was_in_time_are_owed_one_and_do_not_hold(command: Any) -> None:
    story = terms(FIRST).on(day("2026-12-04"))
    before = changed().state
    assert story.state.period.days == 30

    story = story.when(command).then_happens(LetterFateRecorded, NoticeServiceChanged)

    assert (story.state.notices.current, story.state.period.days) == (before.notices.current, before.period.days)
    assert story.state.period.change_pending is not None
    story = story.when(handed_over(FIRST, "2026-12-04")).then_happens(CommunicationSent, NoticeServiceChanged)
    assert story.state.period.days == 30
    assert story.state.period.change_pending is None
    assert story.state.notices.current is not None
    assert story.state.notices.current.deemed_on == day("2026-12-04")


def test_a_letter_about_the_start_that_fails_moves_no_change_of_terms() -> None:
    story = terms()
    (start, *_) = [number for number, each in enumerate(story.events) if isinstance(each, NoticeGiven)]
    given = story.events[start]
    assert isinstance(given, NoticeGiven)
    (letter, *_) = [each for each in terms(FIRST).events if isinstance(each, DocumentProduced)]
    letter = replace(letter, cause=EventId(an_id(f"event {start}")), subject=given.notice_id)

    after = story.and_then(letter).when(failed(FIRST)).then_happens(LetterFateRecorded)

    assert after.state.period.days == 30


def test_a_change_that_another_one_followed_leaves_that_one_as_it_is() -> None:
    story = terms(FIRST).on(day("2026-12-02"))
    later = changed(effective_on=day("2026-12-11"), days=40).events[-1]
    assert isinstance(later, TermsChanged)
    later = replace(later, change_id=ChangeId(an_id("another change")), changed_on=day("2026-12-02"))
    story = story.and_then(later).on(day(AFTER))

    outcome = story.when(failed(FIRST))

    assert misses(outcome.events, KINDS["change of terms"]) == [(DeadlineMissed, "2026-12-07")]
    after = story.and_then(*outcome.events)
    assert after.state.period.change_pending == later
    found = after.and_then(*after.when(handed_over(FIRST, "2026-12-07")).events)
    assert found.state.period.change_pending == later
    assert found.state.period.days == 30


@pytest.mark.parametrize("kind", [DocumentKind.REVIEW_INVITATION, DocumentKind.OUTCOME_NOTIFICATION])
def test_service_of_a_review_not_on_record_says_nothing_of_another(kind: DocumentKind) -> None:
    story = told()
    odd = ReviewServiceChanged(
        review_id=ReviewId(an_id("no review")),
        given=EventId(an_id("nothing")),
        kind=kind,
        document_id=FIRST,
        cause=ServiceCause.DISPATCHED,
        deemed_on=day("2026-12-10"),
        days=2,
        timely=True,
        on=day("2026-12-10"),
    )
    without = story.on(day(AFTER)).when(of(story, ReviewHeld, "held_on", "2026-12-07")).events

    story = story.and_then(odd).on(day(AFTER))

    assert misses(story.when(of(story, ReviewHeld, "held_on", "2026-12-07")).events, KINDS["outcome"]) == misses(
        without, KINDS["outcome"]
    )
