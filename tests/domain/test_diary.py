"""What the diary of reviews says of each: its day, and whether its invitation and its outcome went in time."""

import pytest

from domain.placement.parts.reviews import ReviewStatus
from domain.placement.reviews.diary import DiaryEntry, ReviewDutyStatus, ReviewLetter, diary, next_review
from domain.placement.stages import Stage
from events.codes import Severity
from events.placement.reviews import ReviewInvitationGiven, ReviewLapsed, ReviewMissed, ReviewOutcomeNotified
from tests.domain.changes import with_fields
from tests.domain.examples import at, day
from tests.domain.test_running import REVIEW, decided, due, held, invite, scheduled, tell
from tests.dsl import Given


def entry(story: Given) -> DiaryEntry:
    [only] = [each for each in diary(story.state) if each.review_id == REVIEW]
    return only


def test_a_review_stands_on_its_due_day_then_its_meeting_then_when_held() -> None:
    assert entry(due()).on == day("2026-12-16")
    assert entry(scheduled()).on == day("2026-12-08")
    assert (entry(held()).on, entry(held()).status) == (day("2026-12-08"), ReviewStatus.HELD)
    assert diary(at(Stage.READY_TO_START).state) == ()


@pytest.mark.obligation("S15")
@pytest.mark.parametrize(
    ("given_on", "standing"), [("2026-12-02", ReviewDutyStatus.MET), ("2026-12-03", ReviewDutyStatus.LATE)]
)
def test_an_invitation_is_met_six_days_before_the_meeting_and_late_after(
    given_on: str, standing: ReviewDutyStatus
) -> None:
    story = scheduled().on(day(given_on)).when(invite(given_on=day(given_on))).then_happens(ReviewInvitationGiven)

    invitation = entry(story).invitation

    assert (invitation.by, invitation.given_on) == (day("2026-12-02"), day(given_on))
    assert invitation.standing(day("2027-06-01")) is standing


@pytest.mark.parametrize(
    ("today", "standing"), [("2026-12-02", ReviewDutyStatus.OPEN), ("2026-12-03", ReviewDutyStatus.MISSED)]
)
def test_an_invitation_not_given_is_open_until_its_day_and_missed_after(today: str, standing: ReviewDutyStatus) -> None:
    assert entry(scheduled()).invitation.standing(day(today)) is standing
    assert entry(due()).invitation.standing(day(today)) is ReviewDutyStatus.NOT_YET


@pytest.mark.obligation("S15")
def test_an_outcome_is_owed_from_the_day_of_the_meeting_for_six_days() -> None:
    assert entry(scheduled()).outcome == ReviewLetter()
    assert entry(decided()).outcome.standing(day("2026-12-14")) is ReviewDutyStatus.OPEN
    assert entry(decided()).outcome.standing(day("2026-12-15")) is ReviewDutyStatus.MISSED
    told = entry(decided().when(tell()).then_happens(ReviewOutcomeNotified)).outcome
    assert (told.by, told.standing(day("2027-06-01"))) == (day("2026-12-14"), ReviewDutyStatus.MET)


def test_a_review_that_lapsed_needs_no_invitation_any_more() -> None:
    lapsed = ReviewLapsed(review_id=REVIEW, lapsed_on=day("2026-12-20"))
    missed = ReviewMissed(review_id=REVIEW, due=day("2026-12-16"), rule=entry(due()).rule, severity=Severity.BREACH)

    assert entry(scheduled().and_then(lapsed)).invitation == ReviewLetter()
    assert entry(scheduled().and_then(missed, lapsed)).missed


def test_the_next_review_is_the_earliest_that_is_still_to_be_held() -> None:
    assert next_review(due().state) == day("2026-12-16")
    assert next_review(scheduled().state) == day("2026-12-08")
    assert next_review(at(Stage.READY_TO_START).state) is None
    assert next_review(held().state) != day("2026-12-08")
    assert next_review(with_fields(due().state, stage=Stage.CLOSED)) is None
    assert next_review(with_fields(due().state, end=at(Stage.ENDED).state.ending.end)) is None
