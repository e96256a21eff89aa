"""Concerns for a pupil's safety: raised, answered, and a placement that pauses until its review is decided."""

from typing import Any

import pytest

from domain.placement.ending.closing import EndPlacement, ReturnWithoutPlan
from domain.placement.ending.reintegration import RecordReintegrationStep
from domain.placement.guards import DateBeforeCause, DateInFuture, RoleNotAllowed, TextMissing, WrongStage
from domain.placement.running.safeguarding import (
    AnswerSafeguardingConcern,
    ConcernUnknown,
    PauseEndsPlacement,
    PauseForSafeguarding,
    PauseNotReviewed,
    RaiseSafeguardingConcern,
    ResumePlacement,
)
from domain.placement.stages import Stage
from domain.placement.time.deadlines import deadlines
from domain.placement.time.pass_time import PassTime
from events.codes import ConcernSeverity, EndReason, ReviewDecision, ReviewSource, Role, RuleId
from events.ids import ConcernId
from events.placement.deadlines import DeadlineMissed
from events.placement.ending import PlacementEnded, ReintegrationStepRecorded
from events.placement.reviews import ReviewDecided, ReviewDue, ReviewHeld, ReviewMissed, ReviewScheduled
from events.placement.running import (
    PlacementPaused,
    PlacementResumed,
    SafeguardingConcernAnswered,
    SafeguardingConcernRaised,
)
from tests.domain.examples import STEP, at, day
from tests.domain.test_running import conclude, hold, schedule
from tests.dsl import Given, an_id, london

ON = day("2026-12-01")
RESUME = ResumePlacement(safeguards="visitors are accompanied")


def worry(**changes: Any) -> RaiseSafeguardingConcern:
    fields: dict[str, Any] = {"raised_on": ON, "severity": ConcernSeverity.SERIOUS, "concern": "a stranger on the site"}
    return RaiseSafeguardingConcern(**(fields | changes))


def worried(stage: Stage = Stage.ACTIVE, on: str = "2026-12-01") -> Given:
    story = at(stage).on(day(on)).by(Role.PROVIDER_USER)
    raised = story.when(worry(raised_on=day(on), pause_requested=True)).then_happens(SafeguardingConcernRaised)
    return raised.knowing(role=None)


def _concern(story: Given) -> ConcernId:
    return story.state.running.concerns[-1].concern_id


def pause(story: Given, **changes: Any) -> PauseForSafeguarding:
    fields: dict[str, Any] = {
        "concern_id": _concern(story),
        "paused_on": story.now.date(),
        "interim_education": "in the learning base",
    }
    return PauseForSafeguarding(**(fields | changes))


def paused(stage: Stage = Stage.ACTIVE, on: str = "2026-12-01") -> Given:
    story = worried(stage, on)
    return story.when(pause(story)).then_happens(PlacementPaused, ReviewDue)


def review_held(story: Given, on: str, **decision: Any) -> Given:
    """The review of the pause is held on a day and decided."""
    review_id = story.state.reviews.opened[-1].review_id
    story = story.when(schedule(review_id=review_id, at=london(day(on), 10))).then_happens(ReviewScheduled)
    story = story.on(day(on), 12).when(hold(review_id=review_id, held_on=day(on))).then_happens(ReviewHeld)
    return story.when(conclude(review_id=review_id, **decision)).then_happens(ReviewDecided)


@pytest.mark.obligation("S19")
@pytest.mark.clause("pause-review")
def test_a_pause_opens_a_review_that_leaves_time_to_invite() -> None:
    story = paused()
    (review,) = story.state.reviews.opened

    assert story.state.stage is Stage.PAUSED
    assert story.state.running.concerns_open == ()
    assert (review.source, review.rule, review.immediate) == (ReviewSource.SAFEGUARDING, RuleId.SAFEGUARDING, True)
    assert (review.opened_on, review.due) == (ON, day("2026-12-08"))
    assert (
        "Hold the review of the pause by Tuesday 8 December 2026: at once, within five school days"
        " of the pause on Tuesday"
        " 1 December 2026"
    ) in [each.words for each in deadlines(story.state, story.calendar)]


@pytest.mark.obligation("S19")
def test_a_provider_may_ask_for_a_pause_and_not_make_one() -> None:
    story = worried()

    assert story.state.running.concerns_open[0].pause_requested
    assert story.state.running.concerns_open[0].by_role is Role.PROVIDER_USER
    story.by(Role.PROVIDER_USER).when(pause(story)).then_rejected(RoleNotAllowed)
    for role in (Role.DSL, Role.HEAD, Role.LA_OFFICER):
        story.by(role).when(pause(story)).then_happens(PlacementPaused, ReviewDue)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"concern_id": ConcernId(an_id("none"))}, ConcernUnknown),
        ({"paused_on": day("2026-12-02")}, DateInFuture),
        ({"paused_on": day("2026-11-30")}, DateBeforeCause),
        ({"interim_education": ""}, TextMissing),
    ],
)
def test_a_pause_is_refused(changes: dict[str, Any], reason: type) -> None:
    story = worried()

    story.when(pause(story, **changes)).then_rejected(reason)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"raised_on": day("2026-12-02")}, DateInFuture), ({"concern": " "}, TextMissing)],
)
def test_a_concern_is_refused(changes: dict[str, Any], reason: type) -> None:
    at(Stage.ACTIVE).on(ON).when(worry(**changes)).then_rejected(reason)


def test_a_concern_is_answered_once() -> None:
    story = worried()
    answer = AnswerSafeguardingConcern(concern_id=_concern(story), answer="spoke with the provider")
    story.when(AnswerSafeguardingConcern(concern_id=_concern(story), answer="")).then_rejected(TextMissing)
    answered = story.when(answer).then_happens(SafeguardingConcernAnswered)

    answered.when(answer).then_rejected(ConcernUnknown)


def test_a_concern_is_to_be_answered_by_the_next_school_day() -> None:
    story = worried(on="2026-12-04")
    (due,) = [each for each in deadlines(story.state, story.calendar) if each.rule is RuleId.CONCERN]
    missed = [
        event for event in story.on(day("2026-12-08")).when(PassTime()).events if isinstance(event, DeadlineMissed)
    ]

    assert due.words == (
        "Answer the safeguarding concern by Monday 7 December 2026: the school day after it was raised on Friday 4"
        " December 2026"
    )
    assert (RuleId.CONCERN, day("2026-12-07"), _concern(story)) in [
        (event.rule, event.due, event.subject) for event in missed
    ]


@pytest.mark.obligation("S19")
def test_a_paused_placement_goes_on_only_after_its_review_is_decided() -> None:
    story = paused()
    story.when(RESUME).then_rejected(PauseNotReviewed)
    story = review_held(story, "2026-12-08")
    story.when(ResumePlacement(safeguards="")).then_rejected(TextMissing)

    resumed = story.when(RESUME).then_happens(PlacementResumed)
    assert resumed.state.stage is Stage.ACTIVE
    assert resumed.state.running.pause is None


def test_what_the_review_of_a_pause_decided_to_end_is_ended() -> None:
    story = review_held(paused(), "2026-12-08", decision=ReviewDecision.END)

    story.when(RESUME).then_rejected(PauseEndsPlacement)
    moved = EndPlacement(ended_on=day("2026-12-08"), reason=EndReason.MOVED)
    story.when(moved).then_happens(PlacementEnded)
    story.when(EndPlacement(ended_on=day("2026-12-08"), reason=EndReason.RETURN_FULL)).then_rejected(ReturnWithoutPlan)


def test_a_return_that_was_paused_goes_on_as_a_return() -> None:
    story = paused(Stage.REINTEGRATING, "2027-01-26")
    step = RecordReintegrationStep(n=1, recorded_on=day("2027-01-26"), attendance_basis_points=0, outcome="away")
    story.when(step).then_rejected(WrongStage)
    resumed = review_held(story, "2027-02-02").when(RESUME).then_happens(PlacementResumed)

    assert resumed.state.stage is Stage.REINTEGRATING
    resumed.when(STEP).then_happens(ReintegrationStepRecorded)


def test_reviews_run_on_while_a_placement_is_paused() -> None:
    brought = paused().on(day("2026-12-20")).when(PassTime()).events

    assert {event.rule for event in brought if isinstance(event, ReviewMissed)} == {RuleId.SAFEGUARDING, RuleId.T5}
    assert {event.source for event in brought if isinstance(event, ReviewDue)} >= {
        ReviewSource.PLAN,
        ReviewSource.HALF_TERM,
    }


def test_a_second_concern_during_a_pause_opens_no_second_review() -> None:
    story = paused().when(worry(concern="another")).then_happens(SafeguardingConcernRaised)

    story.when(pause(story)).then_rejected(WrongStage)
