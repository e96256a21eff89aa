"""Regulation 4A: reviews that somebody asks for, and the ten weeks after a review in which none is owed."""

from dataclasses import replace
from typing import Any

import pytest

from domain.law.rules import FIGURES
from domain.placement.guards import DateBeforeCause, DateInFuture, TextMissing
from domain.placement.parts.reviews import Review
from domain.placement.reviews.requests import (
    DutyToReview,
    GrantReviewRequest,
    RefuseReviewRequest,
    RequesterNotEntitled,
    RequestReview,
    RequestUnknown,
    last_review,
    request_due,
)
from domain.placement.stages import Stage
from domain.placement.time.deadlines import deadlines
from domain.placement.time.pass_time import PassTime
from events.codes import ReviewRequester, ReviewSource, Role, RuleId, Severity
from events.ids import RequestId, ReviewId
from events.placement.deadlines import DeadlineMissed
from events.placement.referral import ReferralDrafted, ReferralSubmitted
from events.placement.reviews import ReviewDue, ReviewHeld, ReviewMissed, ReviewRequested, ReviewRequestRefused
from events.values.reviews import ReviewEvidence
from tests.domain.changes import with_fields
from tests.domain.examples import CALENDAR, EHCP_PICTURE, PUPIL, at, day, picture
from tests.dsl import Given, an_id

HELD = ReviewId(an_id("held review"))


def ask(**changes: Any) -> RequestReview:
    fields: dict[str, Any] = {
        "requested_on": day("2026-12-10"),
        "by": ReviewRequester.RELEVANT_PERSON,
        "request": "please meet us",
    }
    return RequestReview(**(fields | changes))


def asked(**changes: Any) -> Given:
    """A running placement on 10 December 2026, two weeks after its start."""
    return at(Stage.ACTIVE).on(day("2026-12-10")).knowing(**changes)


def reviewed(held_on: str) -> Given:
    """The same, with a review that was held on a day."""
    opened = ReviewDue(
        review_id=HELD, opened_on=day("2026-11-27"), due=day("2026-12-04"), source=ReviewSource.PLAN, rule=RuleId.PLAN
    )
    held = ReviewHeld(
        review_id=HELD,
        held_on=day(held_on),
        attended_roles=(Role.HEAD,),
        evidence=ReviewEvidence(attendance_basis_points=9000, behaviour="calm", progress="good"),
    )
    return asked().and_then(opened, held)


def waiting() -> Given:
    return reviewed("2026-12-04").when(ask()).then_happens(ReviewRequested)


def _id(story: Given) -> RequestId:
    return story.state.reviews.requests[-1].request_id


@pytest.mark.obligation("S15")
@pytest.mark.parametrize(
    ("held_on", "bars"),
    [
        ("2026-09-14", True),
        ("2026-09-13", False),
        ("2026-11-22", True),
        ("2026-11-23", False),
    ],
)
@pytest.mark.clause("review-requested")
def test_a_review_in_the_seventy_days_before_the_request_lifts_the_duty(held_on: str, *, bars: bool) -> None:
    review = Review(
        review_id=HELD, source=ReviewSource.PLAN, rule=RuleId.PLAN, opened_on=day(held_on), due=day(held_on)
    )
    held = reviewed(held_on).state.reviews.opened[-1].held
    state = with_fields(asked().state, reviews=(replace(review, held=held),))

    assert last_review(state, day("2026-11-23")) == (day(held_on) if bars else None)


@pytest.mark.obligation("S15")
@pytest.mark.clause("review-requested")
def test_a_request_with_a_duty_opens_a_review_within_fifteen_school_days() -> None:
    story = asked().when(ask()).then_happens(ReviewRequested, ReviewDue)
    (review,) = story.state.reviews.opened

    # Six school days in December, nine in January.
    assert (review.source, review.rule, review.due) == (ReviewSource.REQUESTED, RuleId.T4, day("2027-01-14"))
    assert review.request_id == _id(story)
    assert story.state.reviews.requests_waiting == ()
    assert request_due(day("2026-12-10"), CALENDAR, FIGURES[-1]) == review.due


def test_a_review_asked_for_and_not_held_in_time_is_an_advisory_miss() -> None:
    story = asked().when(ask()).then_happens(ReviewRequested, ReviewDue)
    missed = [event for event in story.on(day("2027-01-15")).when(PassTime()).events if isinstance(event, ReviewMissed)]

    assert [(event.due, event.severity) for event in missed if event.rule is RuleId.T4] == [
        (day("2027-01-14"), Severity.ADVISORY)
    ]


@pytest.mark.obligation("S15")
def test_a_request_within_ten_weeks_of_a_review_waits_and_may_be_refused() -> None:
    """Within ten weeks of a review a request waits for an answer, and may be refused."""
    story = waiting()
    assert story.state.reviews.requests_waiting[0].last_review_on == day("2026-12-04")
    refused = story.when(RefuseReviewRequest(request_id=_id(story), reason="just held")).then_happens(
        ReviewRequestRefused
    )
    (refusal,) = refused.state.reviews.request_refusals

    assert (refusal.last_review_on, refusal.binding_from) == (day("2026-12-04"), day("2027-02-13"))
    assert refused.state.reviews.requests_waiting == ()
    refused.when(GrantReviewRequest(request_id=_id(story))).then_rejected(RequestUnknown)


def test_a_request_from_the_binding_day_on_opens_a_review() -> None:
    late = reviewed("2026-12-04").on(day("2027-02-13"))

    late.when(ask(requested_on=day("2027-02-12"))).then_happens(ReviewRequested)
    late.when(ask(requested_on=day("2027-02-13"))).then_happens(ReviewRequested, ReviewDue)


def test_a_refusal_says_why() -> None:
    story = waiting()

    story.when(RefuseReviewRequest(request_id=_id(story), reason=" ")).then_rejected(TextMissing)
    other = RequestId(an_id("another request"))
    story.when(RefuseReviewRequest(request_id=other, reason="no")).then_rejected(RequestUnknown)


def test_a_request_is_not_refused_once_the_barring_review_proves_older() -> None:
    story = waiting()
    corrected = tuple(
        replace(event, held_on=day("2026-09-30")) if isinstance(event, ReviewHeld) else event for event in story.events
    )

    story.knowing(events=corrected).when(RefuseReviewRequest(request_id=_id(story), reason="no")).then_rejected(
        DutyToReview
    )


def test_a_review_may_be_held_although_none_is_demanded() -> None:
    story = waiting()
    granted = story.when(GrantReviewRequest(request_id=_id(story))).then_happens(ReviewDue)

    assert granted.state.reviews.opened[-1].source is ReviewSource.REQUESTED
    assert granted.state.reviews.requests_waiting == ()


def test_an_open_review_answers_a_further_request_and_those_that_waited() -> None:
    story = waiting().on(day("2027-02-15"))
    story = story.when(ask(requested_on=day("2027-02-15"))).then_happens(ReviewRequested, ReviewDue)
    assert story.state.reviews.requests_waiting == ()
    again = story.when(ask(requested_on=day("2027-02-15"), request="and another thing")).then_happens(ReviewRequested)

    assert again.state.reviews.requests[-1].review_id == again.state.reviews.opened[-1].review_id
    assert [review.source for review in again.state.reviews.opened if review.open] == [ReviewSource.REQUESTED]


def test_a_request_that_waits_is_to_be_answered_within_five_school_days() -> None:
    story = waiting()
    (due,) = [each for each in deadlines(story.state, story.calendar) if each.rule is RuleId.ANSWER]
    missed = [
        event.due
        for event in story.on(day("2026-12-18")).when(PassTime()).events
        if isinstance(event, DeadlineMissed) and event.rule is RuleId.ANSWER
    ]

    assert due.words == (
        "Answer the request for a review by Thursday 17 December 2026: five school days after it was"
        " made on Thursday 10"
        " December 2026"
    )
    assert missed == [day("2026-12-17")]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"requested_on": day("2026-12-11")}, DateInFuture),
        ({"requested_on": day("2026-11-25")}, DateBeforeCause),
        ({"request": ""}, TextMissing),
        ({"by": ReviewRequester.LA}, RequesterNotEntitled),
    ],
)
def test_a_request_is_refused(changes: dict[str, Any], reason: type) -> None:
    asked().when(ask(**changes)).then_rejected(reason)


def _with(story: Given, **instead: Any) -> Given:
    """The story with a plan, or with a pupil born on another day."""
    changed = [
        replace(event, picture=picture(**EHCP_PICTURE))
        if isinstance(event, ReferralSubmitted) and instead.get("plan")
        else replace(event, pupil=replace(PUPIL, born_on=instead["born_on"]) if instead["born_on"] else None)
        if isinstance(event, ReferralDrafted) and "born_on" in instead
        else event
        for event in story.events
    ]
    return story.knowing(events=tuple(changed))


@pytest.mark.parametrize(
    ("role", "by", "allowed"),
    [
        (Role.CASE_WORKER, ReviewRequester.LA, True),
        (Role.SEND_OFFICER, ReviewRequester.LA, True),
        (Role.LA_OFFICER, ReviewRequester.RELEVANT_PERSON, False),
        (Role.PARENT, ReviewRequester.LA, False),
        (Role.PARENT, ReviewRequester.RELEVANT_PERSON, True),
        (Role.PUPIL, ReviewRequester.RELEVANT_PERSON, False),
    ],
)
def test_who_may_ask_for_whom_with_a_plan(role: Role, by: ReviewRequester, *, allowed: bool) -> None:
    outcome = _with(asked(), plan=True).by(role).when(ask(by=by))

    if allowed:
        outcome.then_happens(ReviewRequested, ReviewDue)
    else:
        outcome.then_rejected(RequesterNotEntitled)


@pytest.mark.parametrize(
    ("born_on", "role", "allowed"),
    [
        ("2008-12-10", Role.PUPIL, True),
        ("2008-12-11", Role.PUPIL, False),
        ("2008-12-10", Role.PARENT, False),
        ("2008-12-11", Role.PARENT, True),
    ],
)
def test_at_eighteen_the_pupil_asks_in_place_of_a_parent(born_on: str, role: Role, *, allowed: bool) -> None:
    outcome = _with(asked(), born_on=day(born_on)).by(role).when(ask())

    assert (outcome.reasons == ()) is allowed


def test_whose_age_is_no_longer_known_is_not_asked_for_it() -> None:
    _with(asked(), born_on=None).by(Role.PUPIL).when(ask()).then_happens(ReviewRequested, ReviewDue)
