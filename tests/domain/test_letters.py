"""What becomes of letters: dispatched, delivered, failed, returned, handed over; and when a notice counts as given."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from domain.placement.agreement.delivery import deemed_on
from domain.placement.agreement.email import EmailNotAgreed, agreed
from domain.placement.guards import DateBeforeCause, DateInFuture
from domain.placement.record.contact import RecordCommunication, communicate
from domain.placement.record.history import occurred_at
from domain.placement.record.letter_service import served_by
from domain.placement.record.letters import (
    LetterFateKnown,
    LetterGivenByHand,
    NoSuchLetter,
    RecordLetterFate,
    RecordReturnedLetter,
    record_fate,
)
from domain.placement.running.start import NoticeMissing, NoticeNotTimely
from domain.placement.stages import TERMINAL, Stage
from domain.placement.time.deadlines import deadlines
from domain.placement.time.pass_time import PassTime
from domain.shared.electronic import Agreement
from domain.shared.errors import Rejections
from events.codes import (
    CommunicationSubject,
    ContactMethod,
    DeliveryMethod,
    DocumentKind,
    LegalBasis,
    LetterFate,
    RecipientRole,
    Role,
    RuleId,
    ServiceCause,
    Severity,
)
from events.ids import DocumentId, EventId
from events.placement.agreement import NoticeGiven, NoticeSuperseded
from events.placement.contact import CommunicationSent
from events.placement.letters import DocumentProduced, LetterFateRecorded, LetterReturned, NoticeServiceChanged
from events.placement.running import PlacementStarted
from tests.domain.changes import with_fields
from tests.domain.examples import AGREED, CALENDAR, PUPIL, START, at, day, notice
from tests.dsl import Given, an_id

POST, EMAIL, HAND = DeliveryMethod.FIRST_CLASS_POST, DeliveryMethod.EMAIL, DeliveryMethod.HAND
FIRST, SECOND = DocumentId(an_id("to one parent")), DocumentId(an_id("to the other parent"))
COUNCIL = DocumentId(an_id("to the council"))
FORM = DocumentId(an_id("a form that goes to nobody"))


def _produced(story: Given, document_id: DocumentId, recipient: RecipientRole | None, number: int) -> DocumentProduced:
    assert story.state.notices.current is not None
    return DocumentProduced(
        document_id=document_id,
        kind=DocumentKind.NOTICE,
        version=1,
        cause=EventId(an_id("the notice")),
        subject=story.state.notices.current.notice_id,
        recipient=recipient,
        recipient_number=number,
        fingerprint="0",
        page_fingerprint="0",
    )


def noticed(*letters: DocumentId, given_on: str = "2026-11-19", method: DeliveryMethod = POST, **more: Any) -> Given:
    """Notice of a start on Thursday 26 November, with these letters to parents; to be started on that day."""
    story = at(Stage.READY_TO_START, **more).on(day("2026-11-20")).knowing(agreements=AGREED)
    story = story.when(notice(given_on=day(given_on), method=method)).then_happens(NoticeGiven)
    parent = RecipientRole.RELEVANT_PERSON
    made = [_produced(story, each, parent, number) for number, each in enumerate(letters, start=1)]
    return story.and_then(*made, _produced(story, COUNCIL, RecipientRole.LA, 1), _produced(story, FORM, None, 1))


def fate(document_id: DocumentId, said: LetterFate, **more: Any) -> RecordLetterFate:
    return RecordLetterFate(document_id=document_id, fate=said, method=POST, **more)


def failed(document_id: DocumentId) -> RecordLetterFate:
    return fate(document_id, LetterFate.FAILED, why="validation_failed")


def dispatched(document_id: DocumentId, at_: datetime, method: DeliveryMethod = POST) -> RecordLetterFate:
    return RecordLetterFate(document_id=document_id, fate=LetterFate.DISPATCHED, method=method, at=at_)


def handed_over(
    document_id: DocumentId, on: str, method: ContactMethod = ContactMethod.IN_PERSON
) -> RecordCommunication:
    return RecordCommunication(
        sent_on=day(on),
        subject=CommunicationSubject.ARRANGEMENTS,
        to_roles=(Role.PARENT,),
        method=method,
        content="the notice",
        document_id=document_id,
    )


def back(document_id: DocumentId, on: str = "2026-11-24") -> RecordReturnedLetter:
    return RecordReturnedLetter(document_id=document_id, returned_on=day(on), note="gone away")


def _tasks(story: Given) -> list[tuple[date, Severity]]:
    found = deadlines(story.state, story.calendar)
    return [(each.due_on, each.severity) for each in found if each.rule is RuleId.LETTER]


# ---- the day of service


@pytest.mark.parametrize(
    ("sent", "method", "hour", "received"),
    [
        ("2026-11-24", HAND, None, "2026-11-24"),
        ("2026-11-24", HAND, time(23), "2026-11-24"),
        ("2026-11-24", EMAIL, None, "2026-11-24"),
        ("2026-11-24", EMAIL, time(16, 30), "2026-11-24"),
        ("2026-11-24", EMAIL, time(16, 31), "2026-11-25"),
        ("2026-11-27", EMAIL, time(17), "2026-11-30"),
        ("2026-11-28", EMAIL, time(9), "2026-11-30"),
        ("2026-12-24", EMAIL, time(18), "2026-12-29"),
        ("2026-12-25", EMAIL, None, "2026-12-29"),
        ("2026-11-24", POST, None, "2026-11-26"),
        ("2026-11-27", POST, time(23), "2026-12-01"),
    ],
)
def test_an_email_after_half_past_four_counts_from_the_next_working_day(
    sent: str, method: DeliveryMethod, hour: time | None, received: str
) -> None:
    assert deemed_on(day(sent), method, CALENDAR, hour) == day(received)


@pytest.mark.parametrize(
    ("hour", "given_at", "deemed"),
    [
        (9, None, "2026-11-20"),
        (17, None, "2026-11-23"),
        (17, time(16), "2026-11-20"),
        (9, time(17), "2026-11-23"),
    ],
)
def test_a_notice_by_email_counts_by_its_hour(hour: int, given_at: time | None, deemed: str) -> None:
    story = at(Stage.READY_TO_START).on(day("2026-11-20"), hour).knowing(agreements=AGREED)
    (event,) = story.when(notice(given_on=day("2026-11-20"), method=EMAIL, given_at=given_at)).events

    assert isinstance(event, NoticeGiven)
    assert event.deemed_on == day(deemed)


def test_the_day_of_service_counts_from_dispatch_not_from_what_was_typed() -> None:
    story = noticed(FIRST, SECOND)
    assert story.state.notices.current is not None
    assert (story.state.notices.current.deemed_on, story.state.notices.current.timely) == (day("2026-11-23"), True)

    one = story.when(dispatched(FIRST, datetime(2026, 11, 20, 10, tzinfo=UTC))).then_happens(LetterFateRecorded)
    both = one.when(dispatched(SECOND, datetime(2026, 11, 20, 10, tzinfo=UTC)))

    assert both.events[1:] == (
        NoticeServiceChanged(
            notice_id=story.state.notices.current.notice_id,
            document_id=SECOND,
            cause=ServiceCause.DISPATCHED,
            deemed_on=day("2026-11-24"),
            school_days_clear=1,
            timely=False,
            calendar_version=CALENDAR.version,
            on=day("2026-11-20"),
        ),
    )
    after = both.then_happens(LetterFateRecorded, NoticeServiceChanged)
    after.on(day("2026-11-26")).when(START).then_rejected(NoticeNotTimely)


def test_an_email_sent_after_half_past_four_is_served_the_next_working_day() -> None:
    story = noticed(FIRST, given_on="2026-11-20", method=EMAIL)

    outcome = story.when(dispatched(FIRST, datetime(2026, 11, 20, 16, 45, tzinfo=UTC), EMAIL))

    after = outcome.then_happens(LetterFateRecorded, NoticeServiceChanged).state.notices.current
    assert after is not None
    assert (after.deemed_on, after.school_days_clear, after.timely) == (day("2026-11-23"), 2, True)


def test_a_dispatch_without_a_time_counts_from_its_day() -> None:
    story = noticed(FIRST, given_on="2026-11-20", method=EMAIL)

    story.when(RecordLetterFate(document_id=FIRST, fate=LetterFate.DELIVERED, method=EMAIL)).then_happens(
        LetterFateRecorded
    )
    told = story.when(RecordLetterFate(document_id=FIRST, fate=LetterFate.DISPATCHED, method=EMAIL))
    told.then_happens(LetterFateRecorded)


# ---- agreement to e-mail

WITHDRAWN = (replace(AGREED[0], withdrawn_on=day("2026-11-20")),)
ANOTHERS = (replace(AGREED[0], parent="Somebody Else"),)


@pytest.mark.parametrize(
    ("agreements", "given_on", "refused"),
    [
        (AGREED, "2026-11-20", False),
        ((), "2026-11-20", True),
        (ANOTHERS, "2026-11-20", True),
        (WITHDRAWN, "2026-11-20", True),
        (WITHDRAWN, "2026-11-19", False),
        ((replace(AGREED[0], parent=" sam  EXAMPLE "),), "2026-11-20", False),
        ((replace(AGREED[0], agreed_on=day("2026-11-20")),), "2026-11-19", True),
    ],
)
def test_a_notice_by_email_needs_the_agreement_of_a_parent_on_its_day(
    agreements: tuple[Agreement, ...], given_on: str, refused: bool
) -> None:
    story = at(Stage.READY_TO_START).on(day("2026-11-20")).knowing(agreements=agreements)
    outcome = story.when(notice(given_on=day(given_on), method=EMAIL))

    assert [type(reason) for reason in outcome.reasons] == ([EmailNotAgreed] if refused else [])
    story.when(notice(given_on=day(given_on), method=HAND)).then_happens(NoticeGiven)


@pytest.mark.parametrize("changes", [{"pupil": None}, {"pupil": replace(PUPIL, parents=())}])
def test_where_no_parent_is_known_nobody_has_agreed(changes: dict[str, Any]) -> None:
    story = at(Stage.READY_TO_START).on(day("2026-11-20")).knowing(agreements=AGREED)
    by_email = notice(given_on=day("2026-11-20"), method=EMAIL)

    assert isinstance(agreed(by_email, with_fields(story.state, **changes), story.facts(by_email)), EmailNotAgreed)


def test_from_18_the_pupil_agrees_and_no_parent() -> None:
    story = at(Stage.READY_TO_START).on(day("2026-11-20")).knowing(agreements=AGREED)
    by_email = notice(given_on=day("2026-11-20"), method=EMAIL)
    grown = with_fields(story.state, pupil=replace(PUPIL, born_on=day("2008-11-20")))
    own = story.knowing(agreements=(replace(AGREED[0], parent=PUPIL.legal_name),))

    assert isinstance(agreed(by_email, grown, story.facts(by_email)), EmailNotAgreed)
    assert agreed(by_email, grown, own.facts(by_email)) is None


def test_a_letter_to_a_parent_is_handed_over_by_agreed_email_alone() -> None:
    story = noticed(FIRST).when(failed(FIRST)).then_happens(LetterFateRecorded, NoticeServiceChanged)
    by_email = handed_over(FIRST, "2026-11-20", ContactMethod.EMAIL)

    story.knowing(agreements=()).when(by_email).then_rejected(EmailNotAgreed)
    story.knowing(agreements=()).when(replace(by_email, document_id=COUNCIL)).then_happens(CommunicationSent)
    story.when(by_email).then_happens(CommunicationSent, NoticeServiceChanged)


# ---- failed and returned, before the start


def test_notice_to_a_parent_meets_the_law_when_another_letter_failed() -> None:
    story = noticed(FIRST, SECOND).when(failed(SECOND)).then_happens(LetterFateRecorded)

    assert story.state.notices.current is not None
    assert story.state.notices.current.timely
    assert _tasks(story) == [(day("2026-11-23"), Severity.ADVISORY)]
    story.on(day("2026-11-26")).when(START).then_happens(PlacementStarted)


@pytest.mark.parametrize("lost", [failed(FIRST), back(FIRST, "2026-11-20")])
def test_a_notice_of_which_every_letter_was_lost_was_not_given(lost: Any) -> None:
    story = noticed(FIRST)
    outcome = story.when(lost)

    changed = outcome.events[-1]
    assert isinstance(changed, NoticeServiceChanged)
    assert (changed.deemed_on, changed.school_days_clear, changed.timely) == (None, None, False)
    after = story.and_then(*outcome.events)
    assert RuleId.T1 in {each.rule for each in deadlines(after.state, after.calendar)}
    (reason,) = after.on(day("2026-11-26")).when(START).then_rejected(NoticeMissing)
    assert "reached no parent" in reason.detail


@pytest.mark.parametrize(
    ("on", "method", "deemed", "timely"),
    [
        ("2026-11-20", ContactMethod.IN_PERSON, "2026-11-20", True),
        ("2026-11-20", ContactMethod.LETTER, "2026-11-24", False),
    ],
)
def test_a_letter_that_failed_and_was_handed_over_is_served_then(
    on: str, method: ContactMethod, deemed: str, timely: bool
) -> None:
    story = noticed(FIRST).when(failed(FIRST)).then_happens(LetterFateRecorded, NoticeServiceChanged)

    story = story.when(handed_over(FIRST, on, method)).then_happens(CommunicationSent, NoticeServiceChanged)

    assert story.state.notices.current is not None
    assert (story.state.notices.current.deemed_on, story.state.notices.current.timely) == (day(deemed), timely)
    assert story.state.notices.lost is None
    assert _tasks(story) == []


def test_what_was_given_in_its_place_may_come_back_too() -> None:
    story = noticed(FIRST).when(failed(FIRST)).then_happens(LetterFateRecorded, NoticeServiceChanged)
    story = story.when(handed_over(FIRST, "2026-11-20", ContactMethod.LETTER)).then_happens(
        CommunicationSent, NoticeServiceChanged
    )

    story = story.on(day("2026-11-24")).when(back(FIRST)).then_happens(LetterReturned, NoticeServiceChanged)

    assert story.state.notices.current is None
    assert _tasks(story) == [(day("2026-11-25"), Severity.ADVISORY)]


def test_a_second_loss_of_a_lost_notice_changes_nothing_more() -> None:
    story = noticed(FIRST).when(failed(FIRST)).then_happens(LetterFateRecorded, NoticeServiceChanged)

    story.when(back(FIRST, "2026-11-20")).then_happens(LetterReturned)


def test_a_new_notice_takes_the_place_of_one_that_was_lost() -> None:
    story = noticed(FIRST).when(failed(FIRST)).then_happens(LetterFateRecorded, NoticeServiceChanged)

    story = story.when(notice(given_on=day("2026-11-20"), method=HAND)).then_happens(NoticeGiven)

    assert story.state.notices.current is not None
    assert story.state.notices.lost is None
    story.when(back(FIRST, "2026-11-20")).then_happens(LetterReturned)


def test_letters_of_a_notice_of_a_moved_start_say_nothing_of_the_new_one() -> None:
    story = noticed(FIRST)
    moved = with_fields(story.state, start_date=day("2026-12-01"))
    facts = story.facts(failed(FIRST))

    assert len(record_fate(moved, failed(FIRST), facts)) == 1


def test_a_service_of_another_notice_is_not_taken_for_this_one() -> None:
    story = noticed(FIRST)
    assert story.state.notices.current is not None
    other = replace(story.state.notices.current, notice_id=an_id("other"))  # type: ignore[arg-type] # any id
    outcome = story.when(failed(FIRST))

    assert story.and_then(NoticeGiven(**_fields(other)), *outcome.events).state.notices.current == other
    gone = story.and_then(NoticeSuperseded(notice_id=story.state.notices.current.notice_id, by_notice_id=None))
    assert gone.and_then(*outcome.events).state.notices.current is None


def _fields(event: NoticeGiven) -> dict[str, Any]:
    return {name: getattr(event, name) for name in NoticeGiven.__dataclass_fields__}


def test_after_an_exclusion_details_given_by_hand_count_from_their_hour() -> None:
    story = noticed(FIRST, method=HAND)
    by_hours = with_fields(story.state, legal_basis=LegalBasis.SUSP6)
    facts = story.facts(failed(FIRST))
    (_, lost) = record_fate(by_hours, failed(FIRST), facts)
    assert isinstance(lost, NoticeServiceChanged)
    (_, again) = record_fate(by_hours, dispatched(FIRST, datetime(2026, 11, 20, 9, tzinfo=UTC)), facts)
    assert isinstance(again, NoticeServiceChanged)
    assert (again.deemed_on, again.timely) == (day("2026-11-24"), False), "less than 48 hours from its end"


def test_a_notice_in_hours_counts_from_its_dispatch_not_the_hour_typed() -> None:
    given = notice(given_on=day("2026-11-20"), method=EMAIL, given_at=time(9))
    story = at(Stage.READY_TO_START).on(day("2026-11-20")).knowing(agreements=AGREED)
    story = story.when(given).then_happens(NoticeGiven)
    story = story.and_then(_produced(story, FIRST, RecipientRole.RELEVANT_PERSON, 1))
    # The first session is 48 hours and some minutes after nine.
    near = with_fields(story.state, legal_basis=LegalBasis.SUSP6, start_date=day("2026-11-22"))
    assert near.notices.current is not None
    near = with_fields(near, notice=replace(near.notices.current, start_date=day("2026-11-22"), timely=True))
    sent = RecordLetterFate(
        document_id=FIRST,
        fate=LetterFate.DISPATCHED,
        method=EMAIL,
        at=datetime(2026, 11, 20, 11, tzinfo=UTC),
    )

    (_, changed) = record_fate(near, sent, story.facts(sent))

    assert isinstance(changed, NoticeServiceChanged)
    assert (changed.deemed_on, changed.timely) == (day("2026-11-20"), False)
    early = replace(sent, at=datetime(2026, 11, 20, 8, 30, tzinfo=UTC))
    assert len(record_fate(near, early, story.facts(early))) == 1, "still 48 hours before"


@pytest.mark.parametrize(
    ("hour", "said", "deemed"),
    [
        (10, None, "2026-11-20"),
        (17, None, "2026-11-23"),
        (17, time(11), "2026-11-20"),
        (10, time(16, 45), "2026-11-23"),
    ],
)
def test_a_letter_handed_over_by_email_counts_by_its_hour(hour: int, said: time | None, deemed: str) -> None:
    story = noticed(FIRST).when(failed(FIRST)).then_happens(LetterFateRecorded, NoticeServiceChanged)
    by_email = replace(handed_over(FIRST, "2026-11-20", ContactMethod.EMAIL), sent_at=said)

    story = story.on(day("2026-11-20"), hour).when(by_email).then_happens(CommunicationSent, NoticeServiceChanged)

    assert story.state.notices.current is not None
    assert story.state.notices.current.deemed_on == day(deemed)


def test_what_was_given_in_person_stays_given_when_the_letter_comes_back() -> None:
    story = noticed(FIRST).when(handed_over(FIRST, "2026-11-19")).then_happens(CommunicationSent, NoticeServiceChanged)

    story = story.on(day("2026-11-24")).when(back(FIRST)).then_happens(LetterReturned)

    assert story.state.notices.current is not None
    assert (story.state.notices.current.deemed_on, _tasks(story)) == (day("2026-11-19"), [])
    story.on(day("2026-11-26")).when(START).then_happens(PlacementStarted)


def test_a_letter_that_was_posted_once_more_may_come_back_once_more() -> None:
    story = noticed(FIRST).on(day("2026-11-24")).when(back(FIRST)).then_happens(LetterReturned, NoticeServiceChanged)
    story = story.when(handed_over(FIRST, "2026-11-24", ContactMethod.LETTER)).then_happens(
        CommunicationSent, NoticeServiceChanged
    )

    story.on(day("2026-11-26")).when(back(FIRST, "2026-11-23")).then_rejected(DateBeforeCause)
    story = (
        story.on(day("2026-11-26")).when(back(FIRST, "2026-11-26")).then_happens(LetterReturned, NoticeServiceChanged)
    )
    story.when(back(FIRST, "2026-11-26")).then_rejected(LetterFateKnown)


@pytest.mark.parametrize("lost", [False, True])
def test_a_letter_comes_back_no_earlier_than_its_notice_was_given(lost: bool) -> None:
    story = noticed(FIRST)
    if lost:
        story = story.when(failed(FIRST)).then_happens(LetterFateRecorded, NoticeServiceChanged)

    story.when(back(FIRST, "2026-11-18")).then_rejected(DateBeforeCause)


def test_what_a_return_changes_came_about_on_its_day() -> None:
    story = noticed(FIRST).on(day("2026-11-25"))

    (returned, changed) = story.when(back(FIRST, "2026-11-24")).events

    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    assert occurred_at(changed, now) == occurred_at(returned, now) < now


# ---- after the start


def test_a_letter_that_failed_after_the_start_is_a_task_and_stops_nothing() -> None:
    story = noticed(FIRST).on(day("2026-11-26")).when(START).then_happens(PlacementStarted)

    story = story.when(failed(FIRST)).then_happens(LetterFateRecorded)

    assert story.state.stage is Stage.ACTIVE
    assert story.state.notices.current is not None
    assert _tasks(story) == [(day("2026-11-27"), Severity.ADVISORY)]
    missed = [each for each in story.on(day("2026-12-04")).when(PassTime()).events if hasattr(each, "severity")]
    assert {each.severity for each in missed if each.rule is RuleId.LETTER} == {Severity.ADVISORY}
    told = story.when(handed_over(FIRST, "2026-11-26")).then_happens(CommunicationSent)
    assert _tasks(told) == []


def test_a_letter_to_somebody_else_that_failed_is_a_task_alone() -> None:
    story = noticed(FIRST).when(failed(COUNCIL)).then_happens(LetterFateRecorded)

    assert _tasks(story) == [(day("2026-11-23"), Severity.ADVISORY)]
    (event,) = [each for each in story.events if isinstance(each, LetterFateRecorded)]
    assert (event.recipient, event.recipient_number, event.why) == (RecipientRole.LA, 1, "validation_failed")


@pytest.mark.parametrize("stage", sorted(TERMINAL))
def test_once_a_placement_is_over_a_letter_of_it_is_still_handed_over(stage: Stage) -> None:
    story = noticed(FIRST)
    over = with_fields(story.state, stage=stage)
    given = handed_over(FIRST, "2026-11-20")

    assert communicate(over, given, story.facts(given))
    with pytest.raises(Rejections) as refused:
        communicate(over, replace(given, document_id=None), story.facts(given))
    assert [reason.code for reason in refused.value.reasons] == ["wrong_stage"]


# ---- once each


def test_each_fate_of_a_letter_is_recorded_once() -> None:
    story = noticed(FIRST, SECOND).when(failed(SECOND)).then_happens(LetterFateRecorded)

    story.when(failed(SECOND)).then_rejected(LetterFateKnown)
    for other in (LetterFate.DISPATCHED, LetterFate.DELIVERED):
        story = story.when(fate(SECOND, other)).then_happens(LetterFateRecorded)
        story.when(fate(SECOND, other)).then_rejected(LetterFateKnown)


@pytest.mark.parametrize("document_id", [FORM, DocumentId(an_id("no document"))])
def test_a_fate_is_told_of_a_letter_of_the_record(document_id: DocumentId) -> None:
    story = noticed(FIRST)

    story.when(failed(document_id)).then_rejected(NoSuchLetter)
    story.when(back(document_id, "2026-11-20")).then_rejected(NoSuchLetter)


def unheard(document_id: DocumentId) -> RecordLetterFate:
    return fate(document_id, LetterFate.UNHEARD)


def test_a_letter_its_sender_forgot_is_a_task_to_find_out_and_stays_served() -> None:
    story = noticed(FIRST).when(unheard(FIRST)).then_happens(LetterFateRecorded)

    assert story.state.notices.current is not None
    assert story.state.notices.current.timely
    assert _tasks(story) == [(day("2026-11-23"), Severity.ADVISORY)]
    story.when(unheard(FIRST)).then_rejected(LetterFateKnown)


@pytest.mark.parametrize(
    "told", [handed_over(FIRST, "2026-11-19"), fate(FIRST, LetterFate.DELIVERED)], ids=["given", "delivered"]
)
def test_the_task_to_find_out_ends_once_it_is_known(told: Any) -> None:
    story = noticed(FIRST).when(unheard(FIRST)).then_happens(LetterFateRecorded)

    assert _tasks(story.and_then(*story.when(told).events)) == []


def test_what_was_given_after_a_dispatch_in_time_makes_the_notice_no_later() -> None:
    story = noticed(FIRST).when(dispatched(FIRST, datetime(2026, 11, 19, 10, tzinfo=UTC)))
    story = story.then_happens(LetterFateRecorded).when(unheard(FIRST)).then_happens(LetterFateRecorded)

    story = story.on(day("2026-11-25")).when(handed_over(FIRST, "2026-11-25")).then_happens(CommunicationSent)

    assert story.state.notices.current is not None
    assert (story.state.notices.current.deemed_on, story.state.notices.current.timely) == (day("2026-11-23"), True)


@pytest.mark.parametrize("method", [HAND, POST, EMAIL])
def test_what_was_given_by_hand_does_not_come_back(method: DeliveryMethod) -> None:
    story = noticed(method=method)
    given = next(n for n, each in enumerate(story.events) if isinstance(each, NoticeGiven))
    letter = _produced(story, FIRST, RecipientRole.RELEVANT_PERSON, 1)
    story = story.and_then(replace(letter, cause=EventId(an_id(f"event {given}"))))

    outcome = story.on(day("2026-11-24")).when(back(FIRST))

    assert [type(each) for each in outcome.reasons] == ([LetterGivenByHand] if method is HAND else [])
    if method is HAND:
        copy = story.when(handed_over(FIRST, "2026-11-20", ContactMethod.LETTER)).then_happens(CommunicationSent)
        copy.on(day("2026-11-24")).when(back(FIRST)).then_rejected(LetterGivenByHand)


def test_a_letter_comes_back_once_and_after_it_left() -> None:
    story = noticed(FIRST, SECOND).on(day("2026-11-24"))
    story = story.when(dispatched(FIRST, datetime(2026, 11, 20, 10, tzinfo=UTC))).then_happens(LetterFateRecorded)

    story.when(back(FIRST, "2026-11-19")).then_rejected(DateBeforeCause)
    story.when(back(FIRST, "2026-11-25")).then_rejected(DateInFuture)
    story = story.when(back(FIRST)).then_happens(LetterReturned)
    story.when(back(FIRST)).then_rejected(LetterFateKnown)


def test_a_communication_that_names_no_letter_says_nothing_of_one() -> None:
    story = noticed(FIRST)
    told = replace(handed_over(FIRST, "2026-11-20"), document_id=None)

    assert story.when(told).then_happens(CommunicationSent).state.papers.letters == ()


def test_a_notice_without_letters_counts_as_it_was_recorded() -> None:
    story = noticed()
    assert story.state.notices.current is not None

    found = served_by(story.state, story.state.notices.current, CALENDAR)
    assert found is not None
    assert found.day == day("2026-11-23")
    story.when(failed(COUNCIL)).then_happens(LetterFateRecorded)
