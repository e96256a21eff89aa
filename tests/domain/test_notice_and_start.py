"""Notice under regulation 3, and the start that rests on it."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from domain.placement.agreement.notice import NoticeIncomplete, SessionTimesIncomplete, SessionTimesOutOfOrder
from domain.placement.guards import DateBeforeCause, DateInFuture, RecipientMissing
from domain.placement.running.start import NoticeMissing, NoticeNotTimely, NotSchoolDay, SiteNotPlaced, StartPlacement
from domain.placement.stages import Stage
from events.codes import DeliveryMethod, LegalBasis, RecipientRole, SessionMode
from events.ids import SiteId
from events.placement.agreement import NoticeGiven, NoticeSuperseded
from events.placement.running import PlacementStarted
from events.values.sessions import SessionTimes
from tests.domain.examples import AGREED, EHCP_PICTURE, SITE, START, TIMES, at, day, draft, notice, picture, submit
from tests.dsl import an_id


def _given(stage: Stage = Stage.READY_TO_START, **instead: Any) -> Any:
    return at(stage, **instead).on(day("2026-11-25")).knowing(agreements=AGREED)


@pytest.mark.obligation("S14")
@pytest.mark.parametrize(
    ("given_on", "method", "clear", "timely"),
    [
        ("2026-11-23", DeliveryMethod.HAND, 2, True),
        ("2026-11-24", DeliveryMethod.EMAIL, 1, False),
        ("2026-11-19", DeliveryMethod.FIRST_CLASS_POST, 2, True),
        ("2026-11-20", DeliveryMethod.FIRST_CLASS_POST, 1, False),
    ],
)
@pytest.mark.clause("notice-timely")
def test_a_notice_says_itself_whether_it_was_in_time(
    given_on: str, method: DeliveryMethod, clear: int, *, timely: bool
) -> None:
    (event,) = _given().when(notice(given_on=day(given_on), method=method)).events

    assert isinstance(event, NoticeGiven)
    assert (event.school_days_clear, event.timely) == (clear, timely)


@pytest.mark.clause("notice-content")
def test_an_empty_notice_is_told_everything_that_is_missing() -> None:
    empty = notice(address=None, report_to=" ", reasons=None, objectives=(), recipients=())
    reasons = _given().when(empty).then_rejected(NoticeIncomplete, RecipientMissing)

    assert [reason.pointer for reason in reasons] == [
        "/address",
        "/report_to",
        "/reasons",
        "/objectives",
        "/recipients",
    ]


ONE = SessionTimes(mode=SessionMode.ONE_SESSION, start=time(9), end=time(12))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"session_times": replace(TIMES, break_end=None)}, SessionTimesIncomplete),
        ({"session_times": replace(TIMES, break_end=time(11))}, SessionTimesOutOfOrder),
        ({"session_times": replace(ONE, end=None)}, SessionTimesIncomplete),
        ({"session_times": replace(ONE, end=time(9))}, SessionTimesOutOfOrder),
        ({"given_on": day("2026-11-26")}, DateInFuture),
        ({"given_on": day("2026-11-15")}, DateBeforeCause),
    ],
)
def test_a_notice_is_refused(changes: dict[str, Any], reason: type) -> None:
    _given().when(notice(**changes)).then_rejected(reason)


@pytest.mark.obligation("S8")
def test_a_notice_may_be_for_one_session_a_day() -> None:
    _given().when(notice(session_times=ONE)).then_happens(NoticeGiven)


@pytest.mark.obligation("S14")
@pytest.mark.clause("notice-recipients")
def test_with_an_ehc_plan_the_authority_gets_the_notice_too() -> None:
    story = _given(submitted=submit(picture=picture(**EHCP_PICTURE)))
    both = (RecipientRole.RELEVANT_PERSON, RecipientRole.LA)

    story.when(notice()).then_rejected(RecipientMissing)
    story.when(notice(recipients=both)).then_happens(NoticeGiven)


def test_a_new_notice_takes_the_place_of_the_one_before() -> None:
    story = _given().when(notice()).then_happens(NoticeGiven)
    story = story.when(notice(given_on=day("2026-11-24"))).then_happens(NoticeGiven, NoticeSuperseded)

    assert story.state.notices.current is not None
    assert not story.state.notices.current.timely


@pytest.mark.clause("start")
def test_a_start_with_timely_notice_is_recorded() -> None:
    story = _given().when(notice()).then_happens(NoticeGiven)

    story.on(day("2026-11-26")).when(START).then(PlacementStarted(started_on=day("2026-11-26"), first_site_id=SITE))


@pytest.mark.obligation("S13")
def test_no_start_without_notice_and_the_words_say_what_to_do() -> None:
    (reason,) = _given().on(day("2026-11-26")).when(START).then_rejected(NoticeMissing)

    assert "Move the start date to Tuesday 1 December 2026 or later" in reason.detail


@pytest.mark.obligation("S13")
@pytest.mark.clause("notice-timely")
def test_no_start_on_late_notice() -> None:
    story = _given().when(notice(given_on=day("2026-11-24"))).then_happens(NoticeGiven)
    (reason,) = story.on(day("2026-11-26")).when(START).then_rejected(NoticeNotTimely)

    assert "left one clear school day before the start" in reason.detail


def test_by_agreement_notice_is_good_practice() -> None:
    agreed = draft(legal_basis=LegalBasis.AGREED)

    _given(drafted=agreed).on(day("2026-11-26")).when(START).then_happens(PlacementStarted)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (StartPlacement(started_on=day("2026-11-28"), first_site_id=SITE), NotSchoolDay),
        (StartPlacement(started_on=day("2026-11-25"), first_site_id=SITE), DateBeforeCause),
        (StartPlacement(started_on=day("2026-12-01"), first_site_id=SITE), DateInFuture),
        (StartPlacement(started_on=day("2026-11-27"), first_site_id=SiteId(an_id("other"))), SiteNotPlaced),
    ],
)
def test_a_start_is_refused(command: StartPlacement, reason: type) -> None:
    story = _given().when(notice()).then_happens(NoticeGiven)

    story.on(day("2026-11-30")).when(command).then_rejected(reason)
