"""The annual review of an EHC plan goes on while the pupil is placed."""

import pytest

from domain.placement.decision.plans import RecordAnnualReview
from domain.placement.guards import DateInFuture
from domain.placement.referral.grounds import NoEhcPlan
from domain.placement.stages import Stage
from domain.placement.time.deadlines import deadlines
from domain.placement.time.pass_time import PassTime
from events.codes import RuleId, Severity
from events.placement.deadlines import DeadlineMissed
from events.placement.decision import AnnualReviewRecorded
from tests.domain.examples import EHCP_PICTURE, at, day, picture, submit
from tests.dsl import Given


def _with_plan(stage: Stage = Stage.REFERRED) -> Given:
    return at(stage, submitted=submit(picture=picture(**EHCP_PICTURE)))


def _reviewed(on: str) -> Given:
    return _with_plan().when(RecordAnnualReview(reviewed_on=day(on))).then_happens(AnnualReviewRecorded)


@pytest.mark.obligation("S35")
@pytest.mark.parametrize(
    ("reviewed", "due"),
    [("2026-01-15", "2027-01-15"), ("2025-12-31", "2026-12-31"), ("2024-02-29", "2025-02-28")],
)
@pytest.mark.clause("annual-review")
def test_a_plan_is_reviewed_within_twelve_months_of_the_last_review(reviewed: str, due: str) -> None:
    story = _reviewed(reviewed)
    (owed,) = [each for each in deadlines(story.state, story.calendar) if each.rule is RuleId.T12]

    assert (owed.due_on, owed.severity) == (day(due), Severity.BREACH)
    assert owed.words.startswith("Hold the annual review of the EHC plan by ")


def test_a_missed_review_is_a_breach_on_any_basis_and_the_next_counts_anew() -> None:
    story = _reviewed("2025-11-10").on(day("2026-11-11")).when(PassTime())
    story.then(DeadlineMissed(rule=RuleId.T12, due=day("2026-11-10"), severity=Severity.BREACH))
    later = story.given.when(RecordAnnualReview(reviewed_on=day("2026-11-11"))).then_happens(AnnualReviewRecorded)

    assert [each.due_on for each in deadlines(later.state, later.calendar)] == [day("2027-11-11")]


@pytest.mark.obligation("S35")
def test_the_review_stays_due_until_the_placement_has_ended() -> None:
    reviewed = AnnualReviewRecorded(reviewed_on=day("2026-09-14"))
    running = at(Stage.ACTIVE).and_then(reviewed).knowing(events=(*_with_plan().events, reviewed))

    assert RuleId.T12 in {each.rule for each in deadlines(running.state, running.calendar)}
    ended = at(Stage.ENDED).and_then(reviewed)
    assert RuleId.T12 not in {each.rule for each in deadlines(ended.state, ended.calendar)}


def test_recording_a_review_is_refused() -> None:
    at(Stage.REFERRED).when(RecordAnnualReview(reviewed_on=day("2026-09-14"))).then_rejected(NoEhcPlan)
    _with_plan().when(RecordAnnualReview(reviewed_on=day("2026-11-10"))).then_rejected(DateInFuture)
