"""The way back and the end: the plan's deadline, a return that is stopped, the destination, and whom to ask."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.placement.ending.closing import (
    AssessmentMissing,
    Close,
    EndPlacement,
    ManagedMoveUnsound,
    RecordAssessmentAttempt,
)
from domain.placement.ending.reintegration import PlanMissing
from domain.placement.guards import DateBeforeCause, DateInFuture, FigureOutOfRange
from domain.placement.reviews.deciding import NoReturnToStop
from domain.placement.stages import Stage
from domain.placement.time.deadlines import deadlines
from domain.placement.time.pass_time import PassTime
from events.codes import Assessor, ContactMethod, EndReason, MoveParty, ReviewDecision, ReviewSource, RuleId
from events.ids import ReviewId, Urn
from events.placement.deadlines import DeadlineMissed
from events.placement.ending import (
    AssessmentSought,
    EvaluationRecorded,
    PlacementClosed,
    PlacementEnded,
    ReintegrationHalted,
    ReintegrationPlanned,
)
from events.placement.referral import ReferralSubmitted
from events.placement.reviews import ReviewDecided, ReviewDue, ReviewHeld, ReviewScheduled
from events.placement.running import PlacementPaused, PlacementResumed
from tests.domain.examples import EHCP_PICTURE, GO_BACK, at, day, evaluate, picture, plan
from tests.domain.test_running import conclude, decided, held, hold, schedule
from tests.domain.test_safeguarding import RESUME, paused
from tests.dsl import Given, an_id, london

REVIEW = ReviewId(an_id("review of the return"))


def due(story: Given, rule: RuleId) -> list[tuple[date, str]]:
    return [(each.due_on, each.words) for each in deadlines(story.state, story.calendar) if each.rule is rule]


def missed(story: Given, on: str, rule: RuleId) -> list[date]:
    brought = story.on(day(on)).when(PassTime()).events
    return [event.due for event in brought if isinstance(event, DeadlineMissed) and event.rule is rule]


# ---- the plan


@pytest.mark.obligation("S6")
def test_the_return_is_to_be_planned_by_half_the_period() -> None:
    story = at(Stage.ACTIVE)

    assert due(story, RuleId.REINTEGRATION) == [
        (
            day("2027-01-24"),
            (
                "Plan the return to school by Sunday 24 January 2027: half the period from Thursday 26 November 2026"
                " to Thursday 25 March 2027"
            ),
        )
    ]
    assert missed(story, "2027-01-25", RuleId.REINTEGRATION) == [day("2027-01-24")]
    planned = story.when(plan()).then_happens(ReintegrationPlanned)
    assert due(planned, RuleId.REINTEGRATION) == []


def test_a_longer_period_leaves_more_time_to_plan_the_return() -> None:
    assert due(decided(), RuleId.REINTEGRATION)[0][0] == day("2027-02-25")


def test_a_shorter_period_asks_for_the_plan_on_the_day_it_was_set() -> None:
    sooner = held().on(day("2026-12-20")).when(conclude(until=day("2026-12-22"))).then_happens(ReviewDecided)

    assert due(sooner, RuleId.REINTEGRATION)[0][0] == day("2026-12-20")


# ---- a return that is stopped


def returning() -> Given:
    """A return has begun, and a review of it was held on 2 February."""
    story = at(Stage.REINTEGRATING).on(day("2027-01-26"))
    opened = ReviewDue(
        review_id=REVIEW,
        opened_on=day("2027-01-26"),
        due=day("2027-02-02"),
        source=ReviewSource.REQUESTED,
        rule=RuleId.T4,
    )
    story = story.and_then(opened)
    at_ten = london(day("2027-02-02"), 10)
    story = story.when(schedule(review_id=REVIEW, at=at_ten)).then_happens(ReviewScheduled)
    story = story.on(day("2027-02-02"), 12)
    return story.when(hold(review_id=REVIEW, held_on=day("2027-02-02"))).then_happens(ReviewHeld)


@pytest.mark.obligation("S6")
def test_a_review_may_stop_a_return_which_is_then_planned_anew() -> None:
    story = returning().when(conclude(review_id=REVIEW, stop_return=True))
    story = story.then_happens(ReviewDecided, ReintegrationHalted)

    assert story.state.stage is Stage.ACTIVE
    assert due(story, RuleId.REINTEGRATION)[0][0] == day("2027-02-25")
    story.when(GO_BACK).then_rejected(PlanMissing)


def test_a_review_of_the_return_may_let_it_go_on() -> None:
    story = returning().when(conclude(review_id=REVIEW)).then_happens(ReviewDecided)

    assert story.state.stage is Stage.REINTEGRATING


def test_only_a_return_that_has_begun_is_stopped_and_not_to_end() -> None:
    held().when(conclude(stop_return=True)).then_rejected(NoReturnToStop)
    ending = conclude(review_id=REVIEW, stop_return=True, decision=ReviewDecision.END)
    returning().when(ending).then_rejected(NoReturnToStop)


def test_a_paused_return_that_is_stopped_goes_on_as_a_placement() -> None:
    story = paused(Stage.REINTEGRATING, "2027-01-26")
    review_id = story.state.reviews.opened[-1].review_id
    on = day("2027-02-02")
    story = story.when(schedule(review_id=review_id, at=london(on, 10))).then_happens(ReviewScheduled)
    story = story.on(on, 12).when(hold(review_id=review_id, held_on=on)).then_happens(ReviewHeld)
    story = story.when(conclude(review_id=review_id, stop_return=True)).then_happens(ReviewDecided, ReintegrationHalted)
    assert story.state.stage is Stage.PAUSED

    assert story.when(RESUME).then_happens(PlacementResumed).state.stage is Stage.ACTIVE
    assert any(isinstance(event, PlacementPaused) for event in story.events)


# ---- destination


@pytest.mark.obligation("S29")
def test_a_decision_to_end_asks_for_the_destination_within_ten_school_days() -> None:
    ending = conclude(decision=ReviewDecision.END, until=day("2026-12-09"))
    story = held().on(day("2026-12-09")).when(ending).then_happens(ReviewDecided)

    # Seven school days in December, three in January.
    assert due(story, RuleId.DESTINATION) == [
        (
            day("2027-01-06"),
            (
                "Record the end and the destination by Wednesday 6 January 2027: ten school days"
                " after the decision to end"
                " on Wednesday 9 December 2026"
            ),
        )
    ]
    assert due(story, RuleId.REINTEGRATION) == []
    assert missed(story, "2027-01-07", RuleId.DESTINATION) == [day("2027-01-06")]
    ended = story.when(EndPlacement(ended_on=day("2026-12-09"), reason=EndReason.MOVED)).then_happens(PlacementEnded)
    assert due(ended, RuleId.DESTINATION) == []


EVERY_PARTY = (MoveParty.PARENT, MoveParty.HOME_SCHOOL, MoveParty.RECEIVING_SCHOOL)


def move(**changes: Any) -> EndPlacement:
    fields: dict[str, Any] = {
        "ended_on": day("2026-11-26"),
        "reason": EndReason.MANAGED_MOVE,
        "destination_urn": Urn("900009"),
        "agreed_by": EVERY_PARTY,
        "agreed_on": day("2026-11-25"),
    }
    return EndPlacement(**(fields | changes))


@pytest.mark.obligation("S29")
def test_a_managed_move_is_agreed_in_writing_by_all_concerned() -> None:
    story = at(Stage.ACTIVE).when(move()).then_happens(PlacementEnded)

    assert story.state.ending.end is not None
    assert story.state.ending.end.agreed_by == EVERY_PARTY


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"agreed_by": EVERY_PARTY[1:]}, ManagedMoveUnsound),
        ({"agreed_by": EVERY_PARTY[:2]}, ManagedMoveUnsound),
        ({"agreed_on": None}, ManagedMoveUnsound),
        ({"agreed_on": day("2026-11-27")}, DateInFuture),
        ({"destination_urn": None}, ManagedMoveUnsound),
        ({"destination_urn": Urn("900001")}, ManagedMoveUnsound),
    ],
)
def test_a_managed_move_is_refused(changes: dict[str, Any], reason: type) -> None:
    at(Stage.ACTIVE).when(move(**changes)).then_rejected(reason)


def test_with_a_plan_its_authority_agrees_to_a_managed_move() -> None:
    story = at(Stage.ACTIVE)
    with_plan = [
        replace(event, picture=picture(**EHCP_PICTURE)) if isinstance(event, ReferralSubmitted) else event
        for event in story.events
    ]
    story = story.knowing(events=tuple(with_plan))

    story.when(move()).then_rejected(ManagedMoveUnsound)
    story.when(move(agreed_by=(*EVERY_PARTY, MoveParty.LA))).then_happens(PlacementEnded)


# ---- the views in the evaluation


def asking(of: Assessor, **changes: Any) -> RecordAssessmentAttempt:
    fields: dict[str, Any] = {"of": of, "asked_on": day("2027-02-08"), "method": ContactMethod.EMAIL}
    return RecordAssessmentAttempt(**(fields | changes))


@pytest.mark.obligation("S29")
@pytest.mark.parametrize(
    ("who", "left_out"),
    [
        (Assessor.PUPIL, "pupil_assessment"),
        (Assessor.PARENT, "parent_assessment"),
        (Assessor.PROVIDER, "provider_view"),
    ],
)
def test_a_view_that_was_asked_for_in_vain_does_not_keep_the_record_open(who: Assessor, left_out: str) -> None:
    story = at(Stage.ENDED).when(evaluate(**{left_out: None})).then_happens(EvaluationRecorded)
    story.when(Close()).then_rejected(AssessmentMissing)

    story = story.when(asking(who)).then_happens(AssessmentSought)
    story.when(Close()).then_happens(PlacementClosed)


def test_asking_alone_is_no_evaluation() -> None:
    story = at(Stage.ENDED)
    for who in Assessor:
        story = story.when(asking(who)).then_happens(AssessmentSought)

    assert len(story.when(Close()).then_rejected(AssessmentMissing)) == 3


@pytest.mark.parametrize(("asked_on", "reason"), [("2027-02-09", DateInFuture), ("2026-11-25", DateBeforeCause)])
def test_asking_is_refused(asked_on: str, reason: type) -> None:
    at(Stage.ENDED).when(asking(Assessor.PUPIL, asked_on=day(asked_on))).then_rejected(reason)


def test_attendance_after_the_placement_is_kept() -> None:
    story = at(Stage.ENDED).when(evaluate(attendance_after_basis_points=9600)).then_happens(EvaluationRecorded)

    assert story.state.ending.evaluation is not None
    assert story.state.ending.evaluation.attendance_after_basis_points == 9600
    at(Stage.ENDED).when(evaluate(attendance_after_basis_points=10_001)).then_rejected(FigureOutOfRange)
