"""What follows from a corrected fact is worked out again; a breach that it makes or removes is an event of its own."""

from dataclasses import replace
from datetime import time
from functools import cache
from typing import Any

import pytest

from domain.calendar.london import end_of
from domain.evidence.gathering import evidence
from domain.evidence.model import ClauseStatus
from domain.placement.derived import in_place
from domain.placement.ending.closing import EndPlacement
from domain.placement.record.history import corrected, current
from domain.placement.reviews.requests import RefuseReviewRequest
from domain.placement.running.safeguarding import AnswerSafeguardingConcern
from domain.placement.stages import Stage
from domain.placement.state import Placement
from domain.placement.time.pass_time import PassTime
from events.codes import EndReason, LegalBasis, RecalculationCause, ReviewDecision, Role, RuleId, Severity
from events.ids import EventId, event_id_of
from events.placement.agreement import NoticeGiven
from events.placement.contact import CommunicationSent, MealsArranged, TransportArranged
from events.placement.deadlines import DeadlineMissed, DeadlineRecalculated, MissDisproved
from events.placement.decision import ExclusionRecorded, PlacementDetermined
from events.placement.ending import PlacementEnded
from events.placement.record import RecordCorrected
from events.placement.referral import ReferralDrafted
from events.placement.reviews import (
    ReviewDecided,
    ReviewDue,
    ReviewHeld,
    ReviewInvitationGiven,
    ReviewMissed,
    ReviewOutcomeNotified,
    ReviewRequestRefused,
)
from events.placement.running import (
    PlacementPaused,
    ProviderReviewRecorded,
    SafeguardingConcernAnswered,
    SafeguardingConcernRaised,
    TransitionDealtWith,
)
from events.placement.union import PlacementEvent
from infra.ids import derived
from tests.domain.examples import CALENDAR, PUPIL, at, day, picture, submit, transport
from tests.domain.test_around import meals
from tests.domain.test_corrections import of
from tests.domain.test_exclusions import SUSPENSION
from tests.domain.test_history import record
from tests.domain.test_provider_review import GOES_ON, heard, passed
from tests.domain.test_provider_review import SUSPENDED as ENTRY_SUSPENDED
from tests.domain.test_requested_reviews import _id, waiting
from tests.domain.test_running import REVIEW, conclude, hold, invite, scheduled, tell
from tests.domain.test_safeguarding import paused, worried
from tests.domain.test_terms import changed as changed_terms
from tests.domain.test_transition import SETTLE, _running
from tests.dsl import Given, an_id


def correct(story: Given, kind: type, field: str, value: Any) -> tuple[PlacementEvent, ...]:
    """What follows from a correction beside it, once it is accepted."""
    outcome = story.when(of(story, kind, field, value))
    assert [reason.detail for reason in outcome.reasons] == []
    assert isinstance(outcome.events[0], RecordCorrected)
    return outcome.events[1:]


def then(story: Given, kind: type, field: str, value: Any) -> Given:
    """The story after a correction."""
    return story.and_then(*story.when(of(story, kind, field, value)).events)


def records(story: Given) -> list[Any]:
    return [record(n, event, end_of(day("2027-03-31"))) for n, event in enumerate(story.events)]


def as_it_is(story: Given) -> Placement:
    return current(records(story))


def what(events: tuple[PlacementEvent, ...]) -> list[Any]:
    return [
        (type(each), each.rule, str(each.due))
        for each in events
        if isinstance(each, DeadlineMissed | ReviewMissed | MissDisproved)
    ]


@cache
def told(held_on: str = "2026-12-09", told_on: str = "2026-12-15") -> Given:
    """A review of Tuesday 8 December 2026, held on a day and its outcome told on another, on which the story is."""
    invited = scheduled().when(invite()).then_happens(ReviewInvitationGiven)
    held = invited.on(day(held_on), 16).when(hold(held_on=day(held_on))).then_happens(ReviewHeld)
    story = held.when(conclude()).then_happens(ReviewDecided).on(day(told_on))
    return story.when(tell(given_on=day(told_on))).then_happens(ReviewOutcomeNotified)


def lines(story: Given, rule: RuleId) -> list[tuple[ClauseStatus, str]]:
    return [
        (each.finding.standing, type(each.finding.record.event).__name__)
        for each in evidence(records(story), CALENDAR)
        if each.clause.rule is rule and each.finding.record is not None
    ]


def test_an_outcome_is_late_once_the_review_proves_to_be_earlier() -> None:
    """Told on the 15th of a review of the 9th: six days. Of one on the 7th: eight, a breach."""
    story = told()
    events = correct(story, ReviewHeld, "held_on", "2026-12-07")
    after = then(story, ReviewHeld, "held_on", "2026-12-07")
    review = as_it_is(after).reviews.by_id(REVIEW)

    assert [each for each in what(events) if each[1] is RuleId.T3] == [(DeadlineMissed, RuleId.T3, "2026-12-13")]
    (missed,) = [each for each in events if isinstance(each, DeadlineMissed)]
    assert (missed.severity, missed.subject) == (Severity.BREACH, REVIEW)
    assert review is not None
    assert review.notified is not None
    assert (review.notified.days_after, review.notified.timely) == (8, False)
    assert lines(story, RuleId.T3) == [(ClauseStatus.SATISFIED, "ReviewOutcomeNotified")]
    assert lines(after, RuleId.T3) == [(ClauseStatus.BREACHED, "DeadlineMissed")]


def test_the_cause_of_such_a_breach_is_the_correction() -> None:
    story = told()
    command = of(story, ReviewHeld, "held_on", "2026-12-07")
    (missed,) = [each for each in story.when(command).events if isinstance(each, DeadlineMissed)]

    assert missed.cause == event_id_of(story.facts(command).command_id, 0)
    assert missed.cause == derived(story.facts(command).command_id, 0), "as the store gives it"


def test_a_correction_that_takes_a_breach_back_leaves_both_on_record() -> None:
    story = then(told(), ReviewHeld, "held_on", "2026-12-07")
    back = then(story, ReviewHeld, "held_on", "2026-12-09")
    again = correct(back, ReviewHeld, "held_on", "2026-12-08")

    assert what(back.events[-1:]) == [(MissDisproved, RuleId.T3, "2026-12-13")]
    assert lines(back, RuleId.T3) == [
        (ClauseStatus.SATISFIED, "ReviewOutcomeNotified"),
        (ClauseStatus.BREACHED, "DeadlineMissed"),
        (ClauseStatus.SATISFIED, "MissDisproved"),
    ]
    assert what(again) == [(DeadlineMissed, RuleId.T3, "2026-12-14")]
    assert what(correct(then(back, ReviewHeld, "held_on", "2026-12-07"), ReviewHeld, "held_on", "2026-12-08")) == []


def test_a_miss_on_record_loses_its_ground_by_a_correction() -> None:
    story = told()
    late = story.knowing(events=story.events[:-1]).on(day("2026-12-16"))
    late = late.and_then(*late.when(PassTime()).events)
    late = late.when(tell(given_on=day("2026-12-16"))).then_happens(ReviewOutcomeNotified)

    assert any(isinstance(each, DeadlineMissed) and each.rule is RuleId.T3 for each in late.events)
    decided_later = then(late, ReviewDecided, "decided_on", "2026-12-10")
    assert what(correct(decided_later, ReviewHeld, "held_on", "2026-12-10")) == [
        (MissDisproved, RuleId.T3, "2026-12-15")
    ]


def test_a_meeting_that_was_brought_forward_takes_its_invitation_along() -> None:
    """Given on the 30th for the 8th: eight days. For a meeting of the 5th: five, and the law wants six."""
    story = told("2026-12-08", "2026-12-10")
    after = then(story, ReviewHeld, "held_on", "2026-12-05")
    review = as_it_is(after).reviews.by_id(REVIEW)

    assert (DeadlineMissed, RuleId.T2, "2026-12-02") in what(correct(story, ReviewHeld, "held_on", "2026-12-05"))
    assert review is not None
    assert review.invitation is not None
    assert (review.invitation.days_before, review.invitation.timely) == (5, False)


def test_a_review_held_after_its_day_is_missed_by_the_correction() -> None:
    story = told("2026-12-16", "2026-12-18")
    events = correct(story, ReviewDecided, "reasons", "progress indeed")
    late = then(then(story, ReviewDecided, "decided_on", "2026-12-17"), ReviewHeld, "held_on", "2026-12-17")
    (missed,) = [each for each in late.events if isinstance(each, ReviewMissed)]

    assert events == ()
    assert (missed.review_id, missed.due, missed.rule) == (REVIEW, day("2026-12-16"), RuleId.PLAN)
    assert missed.cause is not None
    assert what(correct(late, ReviewHeld, "held_on", "2026-12-16")) == [(MissDisproved, RuleId.PLAN, "2026-12-16")]


def answered() -> Given:
    story = worried()
    answer = AnswerSafeguardingConcern(concern_id=story.state.running.concerns[-1].concern_id, answer="watched")
    return story.on(day("2026-12-02")).when(answer).then_happens(SafeguardingConcernAnswered).on(day("2026-12-03"))


def interrupted() -> Given:
    return paused().on(day("2026-12-03"))


def refused() -> Given:
    story = waiting()
    refusal = RefuseReviewRequest(request_id=_id(story), reason="just held")
    return story.when(refusal).then_happens(ReviewRequestRefused)


def reviewed() -> Given:
    story = passed(heard(ENTRY_SUSPENDED)).on(day("2026-12-09"))
    return story.when(GOES_ON).then_happens(ProviderReviewRecorded).on(day("2026-12-16"))


def settled() -> Given:
    story = _running(day("2026-07-06")).on(day("2026-09-09"))
    story = story.and_then(*story.when(PassTime()).events)
    return story.when(SETTLE).then_happens(TransitionDealtWith).on(day("2026-12-01"))


def ended() -> Given:
    review = told("2026-12-08", "2026-12-10")
    events = tuple(
        replace(each, decision=ReviewDecision.END, until=day("2027-01-08")) if isinstance(each, ReviewDecided) else each
        for each in review.events
    )
    end = EndPlacement(ended_on=day("2027-01-05"), reason=EndReason.OTHER)
    story = review.knowing(events=events).on(day("2027-01-05")).when(end).then_happens(PlacementEnded)
    return story.on(day("2027-01-15"))


def _after_exclusion() -> Given:
    story = at(Stage.ACTIVE)
    events: list[Any] = list(story.events)
    events = [
        replace(each, legal_basis=LegalBasis.SUSP6) if isinstance(each, ReferralDrafted | PlacementDetermined) else each
        for each in events
    ]
    events.insert(2, ExclusionRecorded(first_day=day("2026-11-19"), kind=SUSPENSION.kind, days=12))
    return story.knowing(events=tuple(events))


def fed() -> Given:
    story = at(Stage.DETERMINED, submitted=submit(picture=picture(free_school_meals=True))).on(day("2026-11-25"))
    return story.when(meals(arranged_on=day("2026-11-25"))).then_happens(MealsArranged).on(day("2026-11-30"))


def ready() -> Given:
    return at(Stage.ACTIVE).on(day("2026-11-30"))


@pytest.mark.parametrize(
    ("story", "fact", "value", "missed"),
    [
        (answered, (SafeguardingConcernAnswered, "answered_on"), "2026-12-03", (RuleId.CONCERN, "2026-12-02")),
        (interrupted, (PlacementPaused, "paused_on"), "2026-12-03", (RuleId.CONCERN, "2026-12-02")),
        (reviewed, (ProviderReviewRecorded, "reviewed_on"), "2026-12-10", (RuleId.PROVIDER, "2026-12-09")),
        (settled, (TransitionDealtWith, "dealt_with_on"), "2026-12-01", (RuleId.TRANSITION, "2026-09-16")),
        (ended, (PlacementEnded, "ended_on"), "2027-01-08", (RuleId.DESTINATION, "2027-01-05")),
        (_after_exclusion, (ExclusionRecorded, "first_day"), "2026-11-18", (RuleId.T7, "2026-11-25")),
        (fed, (MealsArranged, "arranged_on"), "2026-11-26", (RuleId.MEALS, "2026-11-25")),
        (ready, (TransportArranged, "arranged_on"), "2026-11-26", (RuleId.TRANSPORT, "2026-11-25")),
        (ready, (CommunicationSent, "sent_on"), "2026-11-26", (RuleId.TOLD, "2026-11-25")),
    ],
)
def test_every_day_that_decides_a_duty_decides_it_again(
    story: Any, fact: tuple[type, str], value: str, missed: tuple[RuleId, str]
) -> None:
    given = story()
    (kind, field), (rule, due) = fact, missed

    assert (DeadlineMissed, rule, due) in what(correct(given, kind, field, value))
    held = next(getattr(each, field) for each in reversed(given.events) if isinstance(each, kind))
    assert what(correct(then(given, kind, field, value), kind, field, str(held))) == [(MissDisproved, rule, due)]


def test_a_concern_raised_earlier_is_missed_at_once_and_time_adds_nothing() -> None:
    story = worried(on="2026-12-02")
    after = then(story, SafeguardingConcernRaised, "raised_on", "2026-11-27")

    assert what(after.events[-1:]) == [(DeadlineMissed, RuleId.CONCERN, "2026-11-30")]
    later = after.on(day("2026-12-02")).knowing(events=tuple(each.event for each in corrected(records(after))))
    assert RuleId.CONCERN not in {
        each.rule for each in later.when(PassTime()).events if isinstance(each, DeadlineMissed)
    }


def test_a_concern_raised_later_than_typed_is_no_longer_missed() -> None:
    story = worried(on="2026-12-01").on(day("2026-12-03"))
    late = story.and_then(*story.when(PassTime()).events)

    assert what(correct(late, SafeguardingConcernRaised, "raised_on", "2026-12-03")) == [
        (MissDisproved, RuleId.CONCERN, "2026-12-02")
    ]


def test_a_request_refused_over_a_review_that_proves_older_gets_its_review() -> None:
    story = refused()
    early = tuple(
        replace(each, opened_on=day("2026-09-01")) if isinstance(each, ReviewDue) else each for each in story.events
    )
    story = story.knowing(events=early)
    (opened,) = [each for each in correct(story, ReviewHeld, "held_on", "2026-09-30") if isinstance(each, ReviewDue)]
    state = as_it_is(then(story, ReviewHeld, "held_on", "2026-09-30"))

    assert (opened.rule, opened.request_id) == (RuleId.T4, _id(story))
    assert state.reviews.requests[-1].last_review_on is None
    assert state.reviews.request_refusals[-1].last_review_on == day("2026-12-04"), (
        "what it was refused for stays readable"
    )
    after = then(story, ReviewHeld, "held_on", "2026-12-03")
    assert not any(isinstance(each, ReviewDue) for each in after.events[len(story.events) :])
    assert as_it_is(after).reviews.request_refusals[-1].binding_from == day("2027-02-12")


def test_after_the_end_no_review_is_opened_by_a_correction() -> None:
    story = refused()
    early = tuple(
        replace(each, opened_on=day("2026-09-01")) if isinstance(each, ReviewDue) else each for each in story.events
    )
    end = PlacementEnded(ended_on=day("2026-12-10"), reason=EndReason.OTHER, destination_urn=None)
    over = story.knowing(events=(*early, end))

    assert not any(isinstance(each, ReviewDue) for each in correct(over, ReviewHeld, "held_on", "2026-09-30"))


def test_the_review_of_a_pause_is_due_by_the_day_of_the_pause() -> None:
    story = paused(on="2026-12-01").on(day("2026-12-03"))
    (moved,) = [
        each
        for each in correct(story, PlacementPaused, "paused_on", "2026-12-02")
        if isinstance(each, DeadlineRecalculated)
    ]
    review = as_it_is(then(story, PlacementPaused, "paused_on", "2026-12-02")).reviews.opened[-1]

    assert (moved.from_due, moved.due) == (day("2026-12-08"), day("2026-12-09"))
    assert moved.cause is RecalculationCause.RECORD_CORRECTED
    assert (review.opened_on, review.due) == (day("2026-12-02"), day("2026-12-09"))
    friday, saturday = paused(on="2026-12-04").on(day("2026-12-07")), "2026-12-05"
    assert not any(
        isinstance(each, DeadlineRecalculated) for each in correct(friday, PlacementPaused, "paused_on", saturday)
    )


def test_who_was_to_be_told_follows_from_the_birth_as_it_is_now() -> None:
    story = at(Stage.ACTIVE)
    grown = replace(PUPIL, born_on=day("2008-05-04"))
    state = as_it_is(then(story, ReferralDrafted, "pupil", grown))

    assert story.state.notices.current is not None
    assert state.notices.current is not None
    assert (story.state.notices.current.relevant_person, state.notices.current.relevant_person) == (
        Role.PARENT,
        Role.PUPIL,
    )
    assert state.referral.submitted is not None
    assert state.referral.submitted.warnings == ("year_group_unusual",)


def test_details_in_hours_are_late_once_the_day_begins_earlier() -> None:
    story = _after_exclusion().on(day("2026-11-30"))
    events = tuple(
        replace(each, given_on=day("2026-11-24"), deemed_on=day("2026-11-24"), given_at=time(8))
        if isinstance(each, NoticeGiven)
        else each
        for each in story.events
    )
    story = story.knowing(events=events)
    held = next(each for each in events if isinstance(each, NoticeGiven))
    at_night = replace(held.session_times, am_start=held.session_times.am_start.replace(hour=7))  # type: ignore[union-attr] # two sessions
    state = as_it_is(then(story, NoticeGiven, "session_times", at_night))

    assert state.notices.current is not None
    assert state.notices.current.timely is False


def test_changed_terms_say_what_they_were_changed_from() -> None:
    story = changed_terms()
    wanted = "2 Example Street, Derby, DE99 9ZZ"
    state = as_it_is(then(story, NoticeGiven, "address", wanted))

    assert {each.field: each.from_value for each in state.period.terms_changed}["address"] == wanted


def test_what_no_correction_touches_stays_as_it_was_stored() -> None:
    """A release before this one did not keep who was to be told: another field's correction adds nothing."""
    story = at(Stage.ACTIVE)
    old = tuple(replace(each, relevant_person=None) if isinstance(each, NoticeGiven) else each for each in story.events)
    after = then(story.knowing(events=old), NoticeGiven, "report_to", "the new lead")

    assert as_it_is(after).notices.current == replace(
        next(each for each in old if isinstance(each, NoticeGiven)), report_to="the new lead"
    )


def test_without_corrections_nothing_is_worked_out_again() -> None:
    history = {EventId(an_id(f"event {n}")): event for n, event in enumerate(at(Stage.ACTIVE).events)}

    assert all(in_place(history)[each] is event for each, event in history.items())


def test_what_is_typed_late_loses_its_miss_and_a_correction_restores_it() -> None:
    """Arranged in time and typed late: time recorded a miss before, and the correction now says that it was right."""
    story = at(Stage.DETERMINED).on(day("2026-11-30"))
    story = story.knowing(events=tuple(each for each in story.events if not isinstance(each, TransportArranged)))
    late = story.and_then(*story.when(PassTime()).events)
    typed = late.when(transport(arranged_on=day("2026-11-25"))).then_happens(TransportArranged, MissDisproved)

    (missed, disproved) = [each for each in what(typed.events) if each[1] is RuleId.TRANSPORT]
    assert disproved == (MissDisproved, RuleId.TRANSPORT, missed[2])
    assert what(correct(typed, TransportArranged, "arranged_on", "2026-11-26")) == [missed]


def test_a_miss_that_is_on_record_is_not_recorded_again() -> None:
    """An earlier release kept what was typed late without a word about the miss."""
    story = at(Stage.DETERMINED).on(day("2026-11-30"))
    story = story.knowing(events=tuple(each for each in story.events if not isinstance(each, TransportArranged)))
    late = story.and_then(*story.when(PassTime()).events)
    (arranged, _) = late.when(transport(arranged_on=day("2026-11-25"))).events

    assert what(correct(late.and_then(arranged), TransportArranged, "arranged_on", "2026-11-26")) == []


def test_a_step_whose_review_is_not_on_record_is_read_as_it_was_stored() -> None:
    story = told()
    alone = story.knowing(events=tuple(each for each in story.events if not isinstance(each, ReviewDue)))
    after = then(alone, ReferralDrafted, "pupil", replace(PUPIL, legal_name="Robin Sample"))

    assert [each.event for each in corrected(records(after))][1:-1] == list(alone.events[1:])
