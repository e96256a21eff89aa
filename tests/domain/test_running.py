"""Reviews, the return, the end and corrections: each guard's yes and no."""

from dataclasses import replace
from typing import Any

import pytest

from domain.placement.ending.closing import (
    AssessmentMissing,
    Cancel,
    Close,
    DeclineReferral,
    DestinationUnsound,
    EndPlacement,
    ReturnWithoutPlan,
    Withdraw,
)
from domain.placement.ending.reintegration import (
    PlanMissing,
    PlanNotAccepted,
    PlanUnsound,
    RecordReintegrationStep,
    StepUnknown,
    ViewsMissing,
)
from domain.placement.guards import DateBeforeCause, DateInFuture, FigureOutOfRange, RecipientMissing, TextMissing
from domain.placement.parts.reviews import ReviewStatus
from domain.placement.record.view import view
from domain.placement.reviews.arranging import (
    InviteToReview,
    RecordWrittenViews,
    ReviewNotAhead,
    ScheduleReview,
    WrittenViewsNotInvited,
)
from domain.placement.reviews.cycle import ReviewUnknown, ReviewWrongStep
from domain.placement.reviews.deciding import DecideReview, DecisionPeriodUnsound, NotifyOutcome
from domain.placement.reviews.holding import HoldReview
from domain.placement.stages import Stage
from domain.placement.time.pass_time import PassTime
from events.codes import (
    DeliveryMethod,
    EndReason,
    RecipientRole,
    ReviewDecision,
    ReviewSource,
    Role,
    RuleId,
    TerminationReason,
)
from events.ids import NoticeId, ReviewId
from events.placement.agreement import NoticeSuperseded
from events.placement.ending import (
    EvaluationRecorded,
    PlacementClosed,
    PlacementEnded,
    ReintegrationPlanned,
    ReintegrationStarted,
    ReintegrationStepRecorded,
)
from events.placement.referral import PlacementCancelled, ReferralDeclined, ReferralWithdrawn
from events.placement.reviews import (
    ReviewDecided,
    ReviewDue,
    ReviewHeld,
    ReviewInvitationGiven,
    ReviewLapsed,
    ReviewOutcomeNotified,
    ReviewScheduled,
    WrittenViewsReceived,
)
from events.values.reviews import ReviewEvidence
from tests.domain.examples import (
    EHCP_PICTURE,
    END,
    GO_BACK,
    STEP,
    at,
    day,
    evaluate,
    picture,
    plan,
    submit,
)
from tests.dsl import Given, an_id, london

REVIEW = ReviewId(an_id("review"))
EVERYBODY = (RecipientRole.RELEVANT_PERSON, RecipientRole.HEAD, RecipientRole.BOARD_NOMINEE)


def due(**instead: Any) -> Given:
    """A running placement with one review open, on Monday 30 November 2026."""
    return (
        at(Stage.ACTIVE, **instead)
        .and_then(
            ReviewDue(
                review_id=REVIEW,
                opened_on=day("2026-11-27"),
                due=day("2026-12-16"),
                source=ReviewSource.REQUESTED,
                rule=RuleId.PLAN,
            )
        )
        .on(day("2026-11-30"))
    )


def schedule(**changes: Any) -> ScheduleReview:
    fields: dict[str, Any] = {
        "review_id": REVIEW,
        "at": london(day("2026-12-08"), 14),
        "place": "school",
        "convenience_checked": True,
    }
    return ScheduleReview(**(fields | changes))


def invite(**changes: Any) -> InviteToReview:
    fields: dict[str, Any] = {
        "review_id": REVIEW,
        "given_on": day("2026-11-30"),
        "method": DeliveryMethod.HAND,
        "recipients": EVERYBODY,
        "written_views_invited": True,
    }
    return InviteToReview(**(fields | changes))


def hold(**changes: Any) -> HoldReview:
    fields: dict[str, Any] = {
        "review_id": REVIEW,
        "held_on": day("2026-12-08"),
        "attended_roles": (Role.HEAD, Role.PARENT),
        "evidence": ReviewEvidence(attendance_basis_points=9300, behaviour="calmer", progress="good"),
        "minutes": "it works",
    }
    return HoldReview(**(fields | changes))


def conclude(**changes: Any) -> DecideReview:
    fields: dict[str, Any] = {
        "review_id": REVIEW,
        "decision": ReviewDecision.CONTINUE,
        "until": day("2027-05-28"),
        "reasons": "progress",
        "views_considered": "the parent wants more time",
    }
    return DecideReview(**(fields | changes))


def tell(**changes: Any) -> NotifyOutcome:
    fields: dict[str, Any] = {
        "review_id": REVIEW,
        "given_on": day("2026-12-09"),
        "method": DeliveryMethod.HAND,
        "recipients": EVERYBODY,
    }
    return NotifyOutcome(**(fields | changes))


def scheduled(**instead: Any) -> Given:
    return due(**instead).when(schedule()).then_happens(ReviewScheduled)


def held() -> Given:
    return scheduled().on(day("2026-12-08"), 16).when(hold()).then_happens(ReviewHeld)


def decided() -> Given:
    return held().on(day("2026-12-09")).when(conclude()).then_happens(ReviewDecided)


def _status(story: Given) -> ReviewStatus:
    review = story.state.reviews.by_id(REVIEW)
    assert review is not None
    return review.status


@pytest.mark.obligation("S15")
def test_a_review_goes_through_its_cycle() -> None:
    story = due()
    assert _status(story) is ReviewStatus.DUE
    story = story.when(schedule()).then_happens(ReviewScheduled)
    assert _status(story) is ReviewStatus.SCHEDULED
    story = story.when(invite()).then_happens(ReviewInvitationGiven)
    assert _status(story) is ReviewStatus.INVITED
    views = RecordWrittenViews(review_id=REVIEW, received_on=day("2026-11-30"), from_role=Role.PARENT, views="go on")
    story = story.when(views).then_happens(WrittenViewsReceived)
    story = story.on(day("2026-12-08"), 16).when(hold()).then_happens(ReviewHeld)
    assert _status(story) is ReviewStatus.HELD
    story = story.on(day("2026-12-09")).when(conclude()).then_happens(ReviewDecided)
    assert _status(story) is ReviewStatus.DECIDED
    assert story.state.period.proposed_end == day("2027-05-28")
    story = story.when(tell()).then_happens(ReviewOutcomeNotified)
    assert _status(story) is ReviewStatus.NOTIFIED


@pytest.mark.parametrize(("given_on", "timely"), [("2026-12-02", True), ("2026-12-03", False)])
@pytest.mark.clause("invitation-timely")
def test_an_invitation_is_timely_six_days_before(given_on: str, *, timely: bool) -> None:
    (event,) = scheduled().on(day("2026-12-04")).when(invite(given_on=day(given_on))).events

    assert isinstance(event, ReviewInvitationGiven)
    assert event.timely is timely


@pytest.mark.parametrize(("given_on", "timely"), [("2026-12-14", True), ("2026-12-15", False)])
@pytest.mark.clause("outcome-timely")
def test_an_outcome_is_timely_six_days_after(given_on: str, *, timely: bool) -> None:
    (event,) = decided().on(day("2026-12-16")).when(tell(given_on=day(given_on))).events

    assert isinstance(event, ReviewOutcomeNotified)
    assert event.timely is timely


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (schedule(at=london(day("2026-11-30"), 8)), ReviewNotAhead),
        (schedule(place=""), TextMissing),
        (schedule(review_id=ReviewId(an_id("none"))), ReviewUnknown),
        (invite(), ReviewWrongStep),
        (hold(), ReviewWrongStep),
    ],
)
def test_a_due_review_refuses(command: Any, reason: type) -> None:
    due().when(command).then_rejected(reason)


NO_VIEWS = RecordWrittenViews(review_id=REVIEW, received_on=day("2026-12-01"), from_role=Role.PARENT, views="")


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (invite(given_on=day("2026-12-01")), DateInFuture),
        (invite(given_on=day("2026-11-26")), DateBeforeCause),
        (invite(written_views_invited=False), WrittenViewsNotInvited),
        (invite(recipients=(RecipientRole.RELEVANT_PERSON,)), RecipientMissing),
        (hold(held_on=day("2026-12-08")), DateInFuture),
        (hold(held_on=day("2026-11-30")), DateBeforeCause),
        (hold(held_on=day("2026-11-30"), minutes=""), (DateBeforeCause, TextMissing)),
        (conclude(), ReviewWrongStep),
        (NO_VIEWS, (DateInFuture, TextMissing)),
    ],
)
def test_a_scheduled_review_refuses(command: Any, reason: Any) -> None:
    scheduled().when(command).then_rejected(*(reason if isinstance(reason, tuple) else (reason,)))


def test_an_academy_invites_a_nominee_of_its_board() -> None:
    (reason,) = (
        scheduled(
            submitted=submit(picture=picture(flags=())),
        )
        .when(invite(recipients=EVERYBODY[:2]))
        .then_rejected(RecipientMissing)
    )
    assert "board" in reason.detail


def test_the_authority_of_a_plan_belongs_to_the_invitees() -> None:
    story = due()
    referral = story.state.referral.submitted
    assert referral is not None
    with_plan = replace(referral, picture=picture(**EHCP_PICTURE))
    story = story.knowing(events=tuple(with_plan if event is referral else event for event in story.events))
    story = story.when(schedule()).then_happens(ReviewScheduled)

    story.when(invite()).then_rejected(RecipientMissing)
    story.when(invite(recipients=(*EVERYBODY, RecipientRole.LA))).then_happens(ReviewInvitationGiven)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (conclude(until=day("2026-12-09")), DecisionPeriodUnsound),
        (conclude(next_review_due=day("2026-12-09")), DecisionPeriodUnsound),
        (conclude(next_review_due=day("2027-05-29")), DecisionPeriodUnsound),
        (conclude(reasons=""), TextMissing),
        (conclude(views_considered=""), TextMissing),
        (schedule(), ReviewWrongStep),
        (tell(), ReviewWrongStep),
    ],
)
def test_a_held_review_refuses(command: Any, reason: type) -> None:
    held().on(day("2026-12-09")).when(command).then_rejected(reason)


def test_a_decision_to_end_needs_no_time_ahead_and_leaves_the_period() -> None:
    ending = conclude(decision=ReviewDecision.END, until=day("2026-12-09"))
    story = held().on(day("2026-12-09")).when(ending).then_happens(ReviewDecided)

    assert story.state.period.proposed_end == day("2027-03-25")


def test_a_decision_may_plan_the_next_review() -> None:
    story = held().on(day("2026-12-09")).when(conclude(next_review_due=day("2027-04-20")))
    story.then_happens(ReviewDecided)
    state = story.given.and_then(*story.events).state

    assert [planned.due for planned in state.period.planned] == [day("2027-01-20"), day("2027-04-20")]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (tell(given_on=day("2026-12-10")), DateInFuture),
        (tell(given_on=day("2026-12-08")), DateBeforeCause),
        (tell(recipients=EVERYBODY[1:]), RecipientMissing),
    ],
)
def test_an_outcome_is_refused(command: NotifyOutcome, reason: type) -> None:
    decided().when(command).then_rejected(reason)


def test_rescheduling_needs_a_new_invitation() -> None:
    story = scheduled().when(invite()).then_happens(ReviewInvitationGiven)
    story = story.when(schedule(at=london(day("2026-12-10")))).then_happens(ReviewScheduled)

    assert _status(story) is ReviewStatus.SCHEDULED


# ---- return


@pytest.mark.obligation("S6")
def test_no_return_without_an_accepted_plan_and_views() -> None:
    story = at(Stage.ACTIVE).on(day("2027-01-25"))
    story.when(GO_BACK).then_rejected(PlanMissing)
    draft_plan = plan(school_accepted=False, pupil_view=None, parent_view=" ")
    planned = story.when(draft_plan).then_happens(ReintegrationPlanned)
    assert len(planned.when(GO_BACK).then_rejected(PlanNotAccepted, ViewsMissing)) == 3

    planned.when(plan()).then_happens(ReintegrationPlanned).when(GO_BACK).then_happens(ReintegrationStarted)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"steps": ()}, PlanUnsound),
        ({"steps": plan().steps[::-1]}, PlanUnsound),
        ({"steps": (replace(plan().steps[0], sessions_ap=-1),)}, PlanUnsound),
        ({"full_time_by": day("2027-01-31")}, PlanUnsound),
        ({"key_adult": ""}, TextMissing),
    ],
)
def test_a_plan_is_refused(changes: dict[str, Any], reason: type) -> None:
    at(Stage.ACTIVE).when(plan(**changes)).then_rejected(reason)


@pytest.mark.obligation("S6")
def test_each_step_of_the_return_is_recorded() -> None:
    story = at(Stage.REINTEGRATING).on(day("2027-01-29"))
    recorded = story.when(STEP).then_happens(ReintegrationStepRecorded)
    assert [step.n for step in recorded.state.ending.steps] == [1]

    wrong = RecordReintegrationStep(n=9, recorded_on=day("2027-01-30"), attendance_basis_points=10_001, outcome="")
    story.when(wrong).then_rejected(StepUnknown, DateInFuture, FigureOutOfRange, TextMissing)


@pytest.mark.obligation("S6")
@pytest.mark.parametrize("reason", [EndReason.RETURN_FULL, EndReason.RETURN_PHASED])
def test_a_return_is_planned_before_the_placement_ends_in_it(reason: EndReason) -> None:
    end = EndPlacement(ended_on=day("2026-11-26"), reason=reason)

    at(Stage.ACTIVE).when(end).then_rejected(ReturnWithoutPlan)
    at(Stage.REINTEGRATING).when(replace(END, ended_on=day("2027-01-25"))).then_happens(PlacementEnded)


def test_a_placement_may_end_elsewhere_without_a_return() -> None:
    moved = EndPlacement(ended_on=day("2026-11-26"), reason=EndReason.MOVED)

    at(Stage.ACTIVE).when(moved).then_happens(PlacementEnded)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ended_on": day("2026-11-27")}, DateInFuture),
        ({"ended_on": day("2026-11-25")}, DateBeforeCause),
        ({"ended_on": day("2026-11-26"), "destination_urn": "12"}, DestinationUnsound),
    ],
)
def test_an_end_is_refused(changes: dict[str, Any], reason: type) -> None:
    at(Stage.ACTIVE).when(EndPlacement(reason=EndReason.MOVED, **changes)).then_rejected(reason)


# ---- closing


@pytest.mark.obligation("S29")
@pytest.mark.parametrize(("changes", "missing"), [
    ({"pupil_assessment": None}, 1), ({"parent_assessment": " "}, 1),
    ({"pupil_assessment": "", "parent_assessment": None}, 2),
])  # fmt: skip
@pytest.mark.clause("evaluation")
def test_no_closing_without_the_views_of_all_three(changes: dict[str, Any], missing: int) -> None:
    story = at(Stage.ENDED)
    assert len(story.when(Close()).then_rejected(AssessmentMissing)) == 3
    evaluated = story.when(evaluate(**changes)).then_happens(EvaluationRecorded)
    assert len(evaluated.when(Close()).then_rejected(AssessmentMissing)) == missing

    evaluated.when(evaluate()).then_happens(EvaluationRecorded).when(Close()).then_happens(PlacementClosed)


def test_an_evaluation_has_figures_that_can_be() -> None:
    wrong = evaluate(attendance_before_basis_points=-1, cost_total_pennies=-1)

    at(Stage.ENDED).when(wrong).then_rejected(FigureOutOfRange)


WHY: dict[str, Any] = {"reason_code": TerminationReason.OTHER, "reason_text": "the family has moved"}


@pytest.mark.parametrize(
    ("stage", "command", "happens", "reached"),
    [
        (Stage.REFERRED, DeclineReferral(**WHY), ReferralDeclined, Stage.DECLINED),
        (Stage.DRAFT, Withdraw(**WHY), ReferralWithdrawn, Stage.WITHDRAWN),
        (Stage.READY_TO_START, Cancel(**WHY), PlacementCancelled, Stage.CANCELLED),
    ],
)
def test_a_placement_may_stop_before_it_starts(stage: Stage, command: Any, happens: type, reached: Stage) -> None:
    stopped = at(stage).when(command).then_happens(happens)

    assert stopped.state.stage is reached
    at(stage).when(replace(command, reason_text="")).then_rejected(TextMissing)


def test_nothing_is_due_before_its_time() -> None:
    at(Stage.REFERRED).when(PassTime()).then()


def test_a_record_with_reviews_is_shown_with_their_status() -> None:
    (shown,) = view(held().state)["reviews"]

    assert shown["status"] == "held"
    assert shown["scheduled"]["place"] == "school"


def test_a_notice_spent_twice_leaves_the_one_in_force() -> None:
    story = at(Stage.ACTIVE)
    other = NoticeSuperseded(notice_id=NoticeId(an_id("another notice")), by_notice_id=None)

    assert story.and_then(other).state.notices.current is not None


def test_an_event_of_a_review_that_is_not_there_changes_no_other() -> None:
    story = due()
    stray = ReviewLapsed(review_id=ReviewId(an_id("none")), lapsed_on=day("2026-12-01"))

    assert story.and_then(stray).state == story.state
