"""What time brings to a placement: misses, reviews that open, and reviews that give way."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.calendar.london import end_of, start_of
from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.decision.move_start import MoveStartDate
from domain.placement.ending.closing import EndPlacement
from domain.placement.reviews.requests import RequestReview
from domain.placement.stages import Stage
from domain.placement.time.deadlines import deadlines, next_wake
from domain.placement.time.pass_time import PassTime
from events.codes import (
    DeliveryMethod,
    EndReason,
    LegalBasis,
    ReviewDecision,
    ReviewRequester,
    ReviewSource,
    RuleId,
    Severity,
)
from events.placement.agreement import NoticeGiven
from events.placement.deadlines import DeadlineMissed, MissDisproved
from events.placement.decision import PlacementDetermined, StartDateMoved
from events.placement.ending import PlacementEnded
from events.placement.reviews import (
    ReviewDecided,
    ReviewDue,
    ReviewHeld,
    ReviewLapsed,
    ReviewMissed,
    ReviewRequested,
    ReviewScheduled,
)
from events.placement.running import PlacementStarted
from events.values.decision import PlannedReview
from tests.domain.examples import HALF_TERMS, START, at, day, determine, draft, evaluate, notice
from tests.domain.test_running import conclude, decided, hold, schedule, scheduled
from tests.dsl import Given, london

TICK = PassTime()


def until(story: Given, on: date) -> Given:
    """Time passes to the morning of a day."""
    outcome = story.on(on).when(TICK)
    return outcome.given.and_then(*outcome.events)


def brought(story: Given, on: date) -> list[Any]:
    return list(story.on(on).when(TICK).events)


def of_notice(events: Iterable[Any]) -> list[Any]:
    return [each for each in events if getattr(each, "rule", None) is RuleId.T1]


def running(start: str = "2026-11-26", end: str = "2027-03-25", plan: tuple[str, ...] = ("2027-01-20",)) -> Given:
    """A placement running from a day, whatever led to it."""
    story = at(Stage.ACTIVE)
    changed = [
        replace(
            event,
            start_date=day(start),
            proposed_end=day(end),
            review_plan=tuple(PlannedReview(due=day(due), kind=ReviewSource.PLAN) for due in plan),
        )
        if isinstance(event, PlacementDetermined)
        else replace(event, started_on=day(start))
        if isinstance(event, PlacementStarted)
        else event
        for event in story.events
    ]
    return story.knowing(events=tuple(changed)).on(day(start))


def opened(story: Given, source: ReviewSource) -> list[tuple[date, date]]:
    """(opened on, due) of each review of a source."""
    return [(review.opened_on, review.due) for review in story.state.reviews.opened if review.source is source]


# ---- T1, notice


@pytest.mark.obligation("S13")
def test_a_notice_not_given_is_missed_once_the_midnight_after_its_day() -> None:
    story = at(Stage.READY_TO_START)
    missed = DeadlineMissed(rule=RuleId.T1, due=day("2026-11-23"), severity=Severity.BREACH)

    assert story.knowing(now=end_of(day("2026-11-23"))).when(TICK).events == ()
    events = story.knowing(now=start_of(day("2026-11-24"))).when(TICK).events
    assert of_notice(events) == [missed]
    assert of_notice(brought(story.and_then(*events), day("2026-12-24"))) == []


def test_by_agreement_a_missed_notice_is_advisory() -> None:
    story = at(Stage.READY_TO_START, drafted=draft(legal_basis=LegalBasis.AGREED))
    (missed,) = of_notice(brought(story, day("2026-11-24")))

    assert missed.severity is Severity.ADVISORY


def test_a_timely_notice_is_not_missed_and_a_late_one_is() -> None:
    ready = at(Stage.READY_TO_START).on(day("2026-11-23"))
    timely = ready.when(notice()).then_happens(NoticeGiven)
    late = ready.when(notice(given_on=day("2026-11-23"), method=DeliveryMethod.FIRST_CLASS_POST)).then_happens(
        NoticeGiven
    )

    assert of_notice(brought(timely, day("2026-11-24"))) == []
    assert [type(event) for event in of_notice(brought(late, day("2026-11-24")))] == [DeadlineMissed]


def test_a_moved_start_sets_a_new_day_for_notice() -> None:
    story = until(at(Stage.READY_TO_START), day("2026-11-24"))
    move = MoveStartDate(
        start_date=day("2026-12-03"), proposed_end=day("2027-03-25"), days=40, reason="notice was late"
    )
    story = story.when(move).then_happens(StartDateMoved)

    (missed,) = of_notice(brought(story, day("2026-12-24")))
    assert missed.due == day("2026-11-30")


def test_a_start_too_near_is_missed_on_the_day_it_was_set() -> None:
    story = at(Stage.DETERMINED, determined=determine(start_date=day("2026-11-17")))

    (missed,) = brought(story, day("2026-11-17"))
    assert missed.due == day("2026-11-16")


def test_a_calendar_that_begins_too_late_asks_for_notice_at_once() -> None:
    begins_late = SchoolCalendar(half_terms=[replace(HALF_TERMS[1], first_on=day("2026-11-25"))])
    story = at(Stage.DETERMINED).knowing(calendar=begins_late)

    assert deadlines(story.state, story.calendar)[0].due_on == day("2026-11-16")


# ---- openings


@pytest.mark.obligation("C8")
def test_a_planned_review_opens_by_itself_and_is_missed_if_nobody_holds_it() -> None:
    story = until(running(), day("2027-01-22"))
    review = next(review for review in story.state.reviews.opened if review.source is ReviewSource.PLAN)

    # 15 school days before 20 January: twelve in January, three in December.
    assert (review.opened_on, review.due) == (day("2026-12-16"), day("2027-01-20"))
    assert review.missed is not None
    assert review.missed.severity is Severity.ADVISORY


@pytest.mark.obligation("C8")
def test_each_half_term_brings_a_review_that_replaces_one_not_held() -> None:
    """Each half-term brings a review, and the next takes the place of one not held."""
    story = until(running(end="2027-07-21"), day("2027-07-20"))

    assert [due for _, due in opened(story, ReviewSource.HALF_TERM)] == [
        day("2026-12-18"),
        day("2027-02-12"),
        day("2027-03-25"),
        day("2027-05-28"),
        day("2027-07-21"),
    ]
    half_terms = [review for review in story.state.reviews.opened if review.source is ReviewSource.HALF_TERM]
    assert [review.lapsed_on is not None for review in half_terms] == [True] * 4 + [False]
    assert all(review.missed.severity is Severity.ADVISORY for review in half_terms[:4] if review.missed)


@pytest.mark.parametrize(
    ("start", "first_due"),
    [
        ("2026-12-07", "2026-12-18"),
        ("2026-12-08", "2027-02-02"),
        ("2026-12-18", "2027-02-12"),
    ],
)
def test_under_ten_school_days_the_review_falls_in_the_next_half_term(start: str, first_due: str) -> None:
    story = until(running(start=start), day("2027-02-12"))

    assert opened(story, ReviewSource.HALF_TERM)[0][1] == day(first_due)


def test_a_half_term_with_a_review_held_brings_no_other() -> None:
    story = scheduled().on(day("2026-12-08"), 16)
    story = until(story, day("2026-12-08")).on(day("2026-12-08"), 16).when(hold()).then_happens(ReviewHeld)
    story = until(story, day("2027-01-10"))

    assert not any(isinstance(event, ReviewMissed) and event.rule is RuleId.T5 for event in story.events)


def test_a_review_held_before_the_opening_stops_the_half_term_opening_one() -> None:
    story = running(start="2027-01-04", end="2027-03-25", plan=("2027-01-08",))
    story = until(story, day("2027-01-05"))
    review = story.state.reviews.opened[0].review_id
    story = story.when(schedule(review_id=review, at=london(day("2027-01-08")))).then_happens(ReviewScheduled)
    story = until(story, day("2027-01-08")).on(day("2027-01-08"), 16)
    story = story.when(hold(review_id=review, held_on=day("2027-01-08"))).then_happens(ReviewHeld)

    assert opened(until(story, day("2027-02-12")), ReviewSource.HALF_TERM) == []


def test_a_revised_calendar_brings_no_second_review_of_a_half_term() -> None:
    story = until(running(), day("2026-12-10"))
    longer = SchoolCalendar(
        half_terms=[HALF_TERMS[0], replace(HALF_TERMS[1], last_on=day("2026-12-22")), *HALF_TERMS[2:]]
    )
    story = until(story.knowing(calendar=longer), day("2027-01-04"))

    assert [due for _, due in opened(story, ReviewSource.HALF_TERM)][:1] == [day("2026-12-18")]
    assert day("2026-12-22") not in [due for _, due in opened(story, ReviewSource.HALF_TERM)]


def test_an_empty_half_term_brings_nothing() -> None:
    empty = replace(HALF_TERMS[2], name="empty", first_on=day("2026-12-26"), last_on=day("2026-12-27"))
    calendar = SchoolCalendar(half_terms=(*HALF_TERMS, empty))

    assert opened(until(running().knowing(calendar=calendar), day("2026-12-31")), ReviewSource.HALF_TERM) == [
        (day("2026-11-27"), day("2026-12-18"))
    ]


@pytest.mark.obligation("C8")
def test_ten_school_days_before_the_end_a_decision_is_due() -> None:
    story = until(running(), day("2027-03-26"))
    (review,) = [review for review in story.state.reviews.opened if review.source is ReviewSource.PERIOD_END]

    assert (review.opened_on, review.due) == (day("2027-03-11"), day("2027-03-25"))
    assert review.missed is not None
    assert review.missed.rule is RuleId.T6
    assert review.missed.severity is Severity.ADVISORY


def test_no_placement_is_extended_or_ended_by_time_alone() -> None:
    story = until(running(), day("2028-03-25"))

    assert story.state.stage is Stage.ACTIVE
    assert story.state.period.proposed_end == day("2027-03-25")


def test_beyond_its_end_a_placement_still_running_brings_half_term_reviews() -> None:
    story = until(running(end="2027-02-01"), day("2027-02-10"))

    assert opened(story, ReviewSource.HALF_TERM)[-1] == (day("2027-02-02"), day("2027-02-12"))


def test_a_late_start_counts_planned_days_before_it_as_its_own() -> None:
    story = running(start="2027-01-25", end="2027-01-22", plan=("2027-01-20", "2027-01-22"))
    story = until(story, day("2027-01-25"))

    assert [(review.source, review.due, review.immediate) for review in story.state.reviews.opened] == [
        (ReviewSource.PLAN, day("2027-01-25"), True),
        (ReviewSource.HALF_TERM, day("2027-02-12"), False),
        (ReviewSource.PERIOD_END, day("2027-01-25"), True),
    ]


@pytest.mark.clause("period-end")
def test_a_longer_period_answers_the_review_of_the_old_end() -> None:
    story = until(decided(), day("2027-05-10"))
    sources = [review for review in story.state.reviews.opened if review.source is ReviewSource.PERIOD_END]

    assert [review.due for review in sources] == []
    assert opened(until(story, day("2027-05-14")), ReviewSource.PERIOD_END) == [(day("2027-05-14"), day("2027-05-28"))]


def test_a_shorter_period_opens_its_own_review_and_the_old_one_gives_way() -> None:
    story = until(running(end="2027-02-12", plan=("2027-01-28",)), day("2027-01-29"))
    plan = next(review for review in story.state.reviews.opened if review.source is ReviewSource.PLAN)
    story = (
        story.on(day("2027-01-27"))
        .when(schedule(review_id=plan.review_id, at=london(day("2027-01-28"), 10)))
        .then_happens(ReviewScheduled)
    )
    story = (
        story.on(day("2027-01-29"))
        .when(hold(review_id=plan.review_id, held_on=day("2027-01-28")))
        .then_happens(ReviewHeld, MissDisproved)
    )
    sooner = conclude(review_id=plan.review_id, decision=ReviewDecision.AMEND, until=day("2027-02-05"))
    story = until(story, day("2027-02-01")).when(sooner).then_happens(ReviewDecided)
    story = until(story, day("2027-02-01"))

    assert opened(story, ReviewSource.PERIOD_END) == [
        (day("2027-01-29"), day("2027-02-12")),
        (day("2027-02-01"), day("2027-02-05")),
    ]
    assert any(isinstance(event, ReviewLapsed) for event in story.events)


def test_a_decision_to_end_needs_no_decision_at_the_end() -> None:
    ending = conclude(decision=ReviewDecision.END, until=day("2026-12-18"))
    held = scheduled().on(day("2026-12-08"), 16).when(hold()).then_happens(ReviewHeld)
    story = held.on(day("2026-12-09")).when(ending).then_happens(ReviewDecided)

    assert opened(until(story, day("2027-03-30")), ReviewSource.PERIOD_END) == []


def test_a_next_review_set_by_a_decision_opens_too() -> None:
    story = scheduled().on(day("2026-12-08"), 16).when(hold()).then_happens(ReviewHeld)
    story = story.on(day("2026-12-09")).when(conclude(next_review_due=day("2027-04-20"))).then_happens(ReviewDecided)

    assert [due for _, due in opened(until(story, day("2027-04-20")), ReviewSource.PLAN)] == [
        day("2027-01-20"),
        day("2027-04-20"),
    ]


# ---- T2, T3 and T14: the other duties


def _missed(story: Given, on: str) -> list[tuple[RuleId, date]]:
    return [(event.rule, event.due) for event in brought(story, day(on)) if isinstance(event, DeadlineMissed)]


def test_an_invitation_not_given_is_missed_six_days_before_the_meeting() -> None:
    assert _missed(scheduled(), "2026-12-02") == []
    assert _missed(scheduled(), "2026-12-03") == [(RuleId.T2, day("2026-12-02"))]


def test_a_meeting_at_short_notice_asks_for_its_invitation_that_day() -> None:
    story = scheduled().when(schedule(at=london(day("2026-12-02")))).then_happens(ReviewScheduled)

    assert _missed(story, "2026-12-03") == [(RuleId.T2, day("2026-11-30"))]


def test_an_outcome_not_told_is_missed_six_days_after_the_meeting() -> None:
    story = until(decided(), day("2026-12-14"))

    assert _missed(story, "2026-12-14") == []
    assert _missed(story, "2026-12-15") == [(RuleId.T3, day("2026-12-14"))]


def test_after_the_end_only_a_decision_taken_is_still_to_be_told() -> None:
    end = EndPlacement(ended_on=day("2026-12-09"), reason=EndReason.MOVED)
    undecided = scheduled().on(day("2026-12-08"), 16).when(hold()).then_happens(ReviewHeld)
    undecided = until(undecided, day("2026-12-09")).when(end).then_happens(PlacementEnded)
    told = until(decided(), day("2026-12-09")).when(end).then_happens(PlacementEnded)

    assert _missed(undecided, "2026-12-15") == []
    assert _missed(told, "2026-12-15") == [(RuleId.T3, day("2026-12-14"))]


def test_an_evaluation_is_due_twenty_school_days_after_the_end() -> None:
    story = at(Stage.ENDED)
    (missed,) = brought(story, day("2027-05-01"))[-1:]

    assert (missed.rule, missed.due, missed.severity) == (RuleId.T14, day("2027-03-15"), Severity.ADVISORY)
    assert brought(story.and_then(*story.when(evaluate()).events), day("2027-05-01")) == []


# ---- deadlines and the next waking


def test_the_words_carry_the_arithmetic() -> None:
    story = at(Stage.READY_TO_START)
    (found,) = of_notice(deadlines(story.state, story.calendar))

    assert (
        found.words == "Give notice by Monday 23 November 2026: two clear school days before Thursday 26 November 2026"
    )
    assert found.due_at == end_of(day("2026-11-23"))
    assert (found.severity, found.legal_ref) == (Severity.BREACH, "SI 2010/1156 reg 3(2)")


def _words(story: Given) -> list[str]:
    return [found.words for found in deadlines(story.state, story.calendar)]


def test_every_kind_of_deadline_is_said() -> None:
    story = scheduled()
    assert (
        "Invite people to the review by Wednesday 2 December 2026: six days before the review on"
        " Tuesday 8 December 2026"
    ) in _words(story)
    assert (
        "Tell people the outcome by Monday 14 December 2026: six days after the review on Tuesday 8 December 2026"
        in _words(decided())
    )
    assert (
        "Hold the planned review by Wednesday 20 January 2027: set on Monday 16 November 2026; to be arranged from"
        " Wednesday 16 December 2026"
    ) in _words(story)
    assert (
        "Hold the review of the half-term by Friday 18 December 2026: the last school day of Autumn"
        " 2; to be arranged from"
        " Friday 27 November 2026"
    ) in _words(story)
    assert (
        "Decide on the placement by Thursday 25 March 2027: the end of the period that began on Thursday 26 November"
        " 2026; to be arranged from Thursday 11 March 2027"
    ) in _words(story)
    assert _words(at(Stage.ENDED)) == [
        "Evaluate the placement by Monday 15 March 2027: 20 school days after the end on Monday 8 February 2027"
    ]


def test_a_held_meeting_is_no_longer_invited_to() -> None:
    assert not any(found.rule is RuleId.T2 for found in deadlines(decided().state, decided().calendar))


def test_a_day_beyond_the_calendar_is_said_to_be_provisional() -> None:
    story = running(end="2027-10-01")

    assert any(said.endswith("(provisional: the calendar is not published yet)") for said in _words(story))


def test_the_overdue_is_shown_with_its_miss_until_it_is_done() -> None:
    story = until(scheduled(), day("2026-12-20"))
    missed = {found.rule for found in deadlines(story.state, story.calendar) if found.missed}

    assert missed == {RuleId.T2, RuleId.T5, RuleId.PLAN}


@pytest.mark.obligation("C8")
def test_the_next_waking_is_when_something_is_first_due() -> None:
    story = at(Stage.READY_TO_START)
    wake = next_wake(story.state, story.calendar, story.now)

    assert wake is not None
    assert wake.at == start_of(day("2026-11-24"))
    assert wake.because == "Give notice before the start: overdue after Monday 23 November 2026"
    late = london(day("2026-12-24"))
    overdue = next_wake(story.state, story.calendar, late)
    assert overdue is not None
    assert overdue.at == late


@pytest.mark.parametrize("stage", [Stage.NEW, Stage.DRAFT, Stage.AWAITING_DECISION, Stage.CLOSED])
def test_nothing_wakes_a_placement_that_waits_for_people(stage: Stage) -> None:
    story = at(stage)

    assert next_wake(story.state, story.calendar, story.now) is None
    assert deadlines(story.state, story.calendar) == ()


@pytest.mark.obligation("C8")
def test_one_look_after_two_years_makes_the_events_of_a_look_each_day() -> None:
    story = running(end="2028-07-20")
    once = until(story, day("2028-11-26"))
    daily = story
    for n in range(1, 732):
        daily = until(daily, day("2026-11-26") + timedelta(days=n))

    assert daily.events == once.events
    assert any(isinstance(event, ReviewDue) for event in once.events)
    assert START.started_on == day("2026-11-26")


def test_a_planned_review_whose_day_came_before_the_start_says_so() -> None:
    story = until(running(start="2027-01-25", plan=("2027-01-20",)), day("2027-01-25"))

    assert (
        "Hold the planned review by Monday 25 January 2027: the day of the start, as the planned day was earlier"
    ) in _words(story)


def test_the_first_review_of_a_late_start_says_within_how_many_days() -> None:
    story = running(start="2026-12-08")

    assert any(
        said.startswith(
            "Hold the review of the half-term by Tuesday 2 February 2027: one in each half-term, and"
            " the first within 30"
            " school days of the start"
        )
        for said in _words(story)
    )


def test_reviews_out_of_turn_say_what_they_follow_from() -> None:
    asked = RequestReview(requested_on=day("2026-12-01"), by=ReviewRequester.RELEVANT_PERSON, request="please")
    story = at(Stage.ACTIVE).on(day("2026-12-01")).when(asked).then_happens(ReviewRequested, ReviewDue)
    (said,) = [each for each in _words(story) if each.startswith("Hold the review that was asked for")]

    assert said == (
        "Hold the review that was asked for by Tuesday 5 January 2027: 15 school days after it was"
        " asked for on Tuesday 1"
        " December 2026"
    )
