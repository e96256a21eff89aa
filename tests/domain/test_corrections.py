"""Which fields of the record can be put right, and with what."""

import json
from dataclasses import fields
from functools import cache
from typing import Any

import pytest

from domain.calendar.london import end_of
from domain.placement.corrections.corrections import (
    CorrectRecord,
    EventUnknown,
    FieldNotCorrectable,
    ValueOutOfBounds,
    ValueUnreadable,
)
from domain.placement.guards import TextMissing
from domain.placement.record.history import current
from domain.placement.record.view import view
from domain.placement.stages import Stage
from domain.placement.time.deadlines import deadlines, next_wake
from domain.placement.time.pass_time import PassTime
from domain.placement.time.timers.next_timer import fall_due
from events.codec import canonical_json
from events.ids import EventId
from events.placement.agreement import NoticeGiven
from events.placement.deadlines import DeadlineMissed
from events.placement.decision import PlacementDetermined, ProfessionalsMeetingConvened, StartDateMoved
from events.placement.record import RecordCorrected
from events.placement.referral import ReferralDrafted, ReferralSubmitted
from events.placement.reviews import (
    ReviewDecided,
    ReviewDue,
    ReviewHeld,
    ReviewInvitationGiven,
    ReviewOutcomeNotified,
    ReviewScheduled,
)
from events.placement.running import PlacementStarted
from tests.domain.examples import CONVENE, PUPIL, at, day
from tests.domain.test_decision import move
from tests.domain.test_history import record
from tests.domain.test_running import conclude, hold, invite, scheduled, tell
from tests.dsl import Given, an_id


def correct(**changes: Any) -> CorrectRecord:
    event = {"corrects_event_id": EventId(an_id("event 0")), "field": "pupil", "value": canonical_json(PUPIL)}
    return CorrectRecord(**{**event, "reason": "a slip", **changes})


def of(story: Given, kind: type, field: str, value: Any) -> CorrectRecord:
    """The correction of a field of the last event of a kind."""
    number = max(n for n, event in enumerate(story.events) if isinstance(event, kind))
    return correct(corrects_event_id=EventId(an_id(f"event {number}")), field=field, value=canonical_json(value))


@cache
def told() -> Given:
    """A running placement, with a review from its opening to its notified outcome."""
    invited = scheduled().when(invite()).then_happens(ReviewInvitationGiven)
    held = invited.on(day("2026-12-08"), 16).when(hold()).then_happens(ReviewHeld)
    story = held.on(day("2026-12-09")).when(conclude()).then_happens(ReviewDecided)
    return story.when(tell()).then_happens(ReviewOutcomeNotified)


@cache
def moved() -> Given:
    """A placement whose notice was missed and whose start was moved."""
    waiting = at(Stage.DETERMINED).on(day("2026-11-25"))
    story = waiting.and_then(*waiting.when(PassTime()).events)
    return story.when(move("2026-12-01")).then_happens(StartDateMoved)


@pytest.mark.obligation("C6")
@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.CLOSED])
def test_a_correction_appends_at_any_stage(stage: Stage) -> None:
    story = at(stage)
    after = story.when(correct()).then_happens(RecordCorrected)

    assert after.state == story.state


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"corrects_event_id": EventId(an_id("no event"))}, EventUnknown),
        ({"field": "pupil_id"}, FieldNotCorrectable),
        ({"field": "nothing"}, FieldNotCorrectable),
        ({"value": '"Robin"'}, ValueUnreadable),
        ({"value": "{"}, ValueUnreadable),
        ({"value": '{"surplus":' + "[" * 9_999 + "]" * 9_999 + "}"}, ValueUnreadable),
        ({"value": '"\\ud800"'}, ValueUnreadable),
        ({"value": canonical_json(PUPIL).replace('"sex":', '"sex":"F","sex":')}, ValueUnreadable),
        ({"value": canonical_json(PUPIL).replace('"year_group":10', '"year_group":1e1')}, ValueUnreadable),
        ({"value": canonical_json(PUPIL).replace(canonical_json(PUPIL.born_on), '"0"')}, ValueUnreadable),
        ({"reason": ""}, TextMissing),
    ],
)
def test_a_correction_is_refused(changes: dict[str, Any], reason: type) -> None:
    at(Stage.DRAFT).when(correct(**changes)).then_rejected(reason)


@pytest.mark.parametrize(
    ("written", "refused"),
    [
        ("2026-11-24T14:00:00Z", False),
        ("2026-11-24T15:00:00.5+01:00", False),
        ("2026-11-24 14:00:00Z", True),
        ("2026-11-24T14:00:00", True),
    ],
)
def test_a_corrected_time_has_one_spelling(written: str, refused: bool) -> None:
    story = at(Stage.SCREENING).when(CONVENE).then_happens(ProfessionalsMeetingConvened)
    wanted = story.when(of(story, ProfessionalsMeetingConvened, "at", written))

    if refused:
        wanted.then_rejected(ValueUnreadable)
    else:
        wanted.then_happens(RecordCorrected)


def test_a_correction_is_not_corrected() -> None:
    story = at(Stage.DRAFT).when(correct()).then_happens(RecordCorrected)
    of_it = correct(corrects_event_id=EventId(an_id("event 1")), field="reason", value='"x"')

    story.when(of_it).then_rejected(FieldNotCorrectable)


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (ReferralDrafted, "home_school_urn", "900002"),
        (ReferralDrafted, "commissioner", "maintained"),
        (ReferralDrafted, "legal_basis", "AGREED"),
        (PlacementDetermined, "legal_basis", "AGREED"),
        (PlacementDetermined, "regime_id", "ACAD_2025"),
    ],
)
def test_who_sees_the_record_and_which_law_binds_is_not_corrected(kind: type, field: str, value: str) -> None:
    (reason,) = told().when(of(told(), kind, field, value)).then_rejected(FieldNotCorrectable)

    assert reason.code == "field_not_correctable"
    assert reason.detail.endswith("Withdraw or cancel, and refer the pupil again.")


@pytest.mark.parametrize(
    ("kind", "field", "instead"),
    [
        (NoticeGiven, "given_on", "give the notice again"),
        (NoticeGiven, "method", "give the notice again"),
        (NoticeGiven, "start_date", "give the notice again"),
        (NoticeGiven, "school_days_clear", "give the notice again"),
        (NoticeGiven, "timely", "give the notice again"),
        (PlacementDetermined, "start_date", "move the start date"),
        (StartDateMoved, "to_date", "move the start date"),
        (ReviewScheduled, "at", "schedule it again"),
        (ReviewInvitationGiven, "given_on", "invite again"),
        (ReviewInvitationGiven, "method", "invite again"),
        (ReviewInvitationGiven, "deemed_on", "invite again"),
        (ReviewOutcomeNotified, "given_on", "Record again"),
        (ReviewOutcomeNotified, "method", "Record again"),
        (ReviewOutcomeNotified, "days_after", "Record again"),
        (ReviewDue, "due", "Correct the fact that it follows from"),
        (DeadlineMissed, "severity", "Correct the fact that it follows from"),
    ],
)
def test_what_was_in_time_is_not_corrected_but_recorded_anew(kind: type, field: str, instead: str) -> None:
    story = moved() if kind in {StartDateMoved, DeadlineMissed} else told()
    held = next(getattr(event, field) for event in story.events if isinstance(event, kind))

    (reason,) = story.when(of(story, kind, field, held)).then_rejected(FieldNotCorrectable)

    assert instead in reason.detail


def test_an_outcome_is_recorded_again_and_its_days_count_anew() -> None:
    late = tell(given_on=day("2026-12-15"))
    story = told().on(day("2026-12-15")).when(late).then_happens(ReviewOutcomeNotified, DeadlineMissed)
    (review,) = story.state.reviews.opened

    assert review.notified == story.events[-2]
    assert review.notified is not None
    assert (review.notified.days_after, review.notified.timely) == (7, False)


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (NoticeGiven, "address", "2 Example Street, Derby, DE99 9ZZ"),
        (ReferralSubmitted, "parent_informed_on", "2026-11-04"),
        (ReferralSubmitted, "sessions_requested", 2**31 - 1),
        (ReferralSubmitted, "provision_requested", "x" * 20_000),
        (PlacementDetermined, "proposed_end", "2027-03-24"),
        (ReviewHeld, "held_on", "2026-12-07"),
    ],
)
def test_other_fields_are_put_right_within_their_bounds(kind: type, field: str, value: Any) -> None:
    (event,) = told().when(of(told(), kind, field, value)).events

    assert isinstance(event, RecordCorrected)
    assert event.value == canonical_json(value)


PUPIL_GIVEN = json.loads(canonical_json(PUPIL))


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (ReferralSubmitted, "parent_informed_on", "1899-12-31"),
        (ReferralSubmitted, "parent_informed_on", "2200-01-01"),
        (ReferralSubmitted, "sessions_requested", 2**31),
        (ReferralSubmitted, "sessions_requested", -(2**31)),
        (ReferralSubmitted, "provision_requested", "x" * 20_001),
        (ReferralDrafted, "pupil", {**PUPIL_GIVEN, "born_on": "0201-05-04"}),
        (ReferralDrafted, "pupil", {**PUPIL_GIVEN, "address": "x" * 10_001}),
        (NoticeGiven, "session_times", {"mode": "one_session", "start": "09:00:00Z", "end": "12:00:00Z"}),
        (PlacementStarted, "started_on", "1950-01-01"),
    ],
)
def test_values_out_of_bounds_are_refused(kind: type, field: str, value: Any) -> None:
    told().when(of(told(), kind, field, value)).then_rejected(ValueOutOfBounds)


def test_a_part_out_of_bounds_is_named_and_not_quoted() -> None:
    wrong = {**PUPIL_GIVEN, "parents": [{**PUPIL_GIVEN["parents"][0], "name": "Zebedee" * 2_000}]}

    (reason,) = at(Stage.DRAFT).when(correct(value=canonical_json(wrong))).then_rejected(ValueOutOfBounds)

    assert reason.detail == "This text is longer than 200 characters. It is at /parents/0/name."


def test_what_the_field_does_not_know_is_not_kept() -> None:
    (event,) = at(Stage.DRAFT).when(correct(value=canonical_json({**PUPIL_GIVEN, "surplus": 1}))).events

    assert isinstance(event, RecordCorrected)
    assert event.value == canonical_json(PUPIL)


EXTREMES = (
    *("null", "0", "-1", "2147483647", "[]", '""', "true", '"end"'),
    *('"1900-01-01"', '"2016-08-01"', '"2026-11-28"', '"2199-12-31"', '"2199-12-31T00:00:00Z"'),
    *('[{"due":"1900-01-01","kind":"plan"}]', '[{"due":"2199-12-31","kind":"plan"}]'),
)


@pytest.mark.parametrize("stage", [Stage.DETERMINED, Stage.ACTIVE, Stage.ENDED, None])
def test_with_any_correction_that_is_accepted_the_record_can_go_on(stage: Stage | None) -> None:
    """Else one wrong value would stop the placement's workflow for good."""
    story = at(stage) if stage else told()
    so_far = [record(n, event, end_of(day("2027-01-31"))) for n, event in enumerate(story.events)]
    tried = [
        story.when(correct(corrects_event_id=each.event_id, field=field.name, value=value)).events
        for each in so_far
        for field in fields(each.event)
        for value in EXTREMES
    ]
    accepted = [event for events in tried for event in events]
    facts = story.on(day("2028-01-31")).facts(correct())

    for event in accepted:
        state = current([*so_far, record(len(so_far), event, facts.now)])
        view(state)
        deadlines(state, facts.calendar)
        next_wake(state, facts.calendar, facts.now)
        assert len(fall_due(state, facts)) < 50
    assert len(accepted) > 50
