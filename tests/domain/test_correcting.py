"""A correction passes the rules that the first entry passed: found through the kind of event, so that none forgets."""

import json
from dataclasses import fields
from datetime import date
from functools import cache
from typing import Any

import pytest

from domain.placement.agreement.notice import SessionTimesOutOfOrder
from domain.placement.agreement.pattern import PatternIncomplete, SessionsOverlap
from domain.placement.corrections.corrections import FieldNotCorrectable, OutOfOrder
from domain.placement.decision.decision_day import DecisionDayUnsound
from domain.placement.decision.period import DaysOutOfRange, PeriodUnsound, ReviewPlanUnsound
from domain.placement.ending.closing import Cancel, DeclineReferral, DestinationUnsound, ManagedMoveUnsound, Withdraw
from domain.placement.ending.reintegration import PlanUnsound
from domain.placement.event_rows import EVENTS, is_correctable
from domain.placement.facts import Elsewhere
from domain.placement.guards import DateBeforeCause, DateInFuture, FigureOutOfRange, RecipientMissing, TextMissing
from domain.placement.record.assigning import AssignCase
from domain.placement.record.contact import AddNote
from domain.placement.referral.referral import ReferralIncomplete
from domain.placement.reviews.arranging import WrittenViewsNotInvited
from domain.placement.reviews.deciding import DecisionPeriodUnsound
from domain.placement.reviews.requests import RefuseReviewRequest
from domain.placement.running.progress import ReportPeriodUnsound
from domain.placement.running.start import NotSchoolDay
from domain.placement.stages import Stage
from domain.shared.errors import Rejected
from domain.shared.upn import UpnCheckLetter
from events.codec import PLACEMENT, canonical_json
from events.codes import TerminationReason
from events.ids import PersonId
from events.placement.agreement import AgreementIssued, AgreementSigned, NoticeGiven
from events.placement.contact import CommunicationSent, ProgressReportReceived, TransportArranged
from events.placement.decision import PlacementDetermined, StartDateMoved
from events.placement.ending import EvaluationRecorded, PlacementClosed, PlacementEnded, ReintegrationPlanned
from events.placement.letters import DocumentProduced
from events.placement.record import CaseAssigned, NoteAdded, RecordCorrected
from events.placement.referral import (
    PlacementCancelled,
    ProviderProposed,
    ReferralDeclined,
    ReferralDrafted,
    ReferralSubmitted,
    ReferralWithdrawn,
)
from events.placement.reviews import ReviewDecided, ReviewHeld, ReviewInvitationGiven, ReviewRequestRefused
from events.placement.running import AttendancePatternSet, PlacementStarted, TermsChanged
from tests.domain.examples import EHCP_PICTURE, PUPIL, at, day, picture, submit
from tests.domain.register import pattern
from tests.domain.test_around import report
from tests.domain.test_corrections import moved, of, told
from tests.domain.test_requested_reviews import _id, waiting
from tests.domain.test_terms import changed as changed_terms
from tests.dsl import Given, an_id

PUPIL_GIVEN: dict[str, Any] = json.loads(canonical_json(PUPIL))


@cache
def closed() -> Given:
    return at(Stage.CLOSED).on(day("2027-03-01"))


@cache
def later() -> Given:
    return told().on(day("2026-12-15"))


@cache
def attending() -> Given:
    story = at(Stage.ACTIVE).when(pattern()).then_happens(AttendancePatternSet)
    return story.on(day("2026-12-18")).when(report()).then_happens(ProgressReportReceived)


@pytest.mark.parametrize("kind", sorted(PLACEMENT.types(), key=lambda kind: kind.__name__), ids=lambda k: k.__name__)
def test_each_kind_of_event_says_what_is_corrected_and_by_which_rules(kind: type) -> None:
    """A kind, or a field, that nobody has thought of fails here, and is not corrected meanwhile."""
    row = EVENTS[kind].corrections
    if isinstance(row, str):
        assert row.endswith(".")
        return
    named = {field.name for field in fields(kind)}
    open_to_nobody = {name for name in named if name.endswith(("_id", "_ids"))}

    assert row.corrects | set(row.stays) | open_to_nobody == named
    assert not row.corrects & (set(row.stays) | open_to_nobody)


def test_a_field_that_no_row_names_is_not_corrected() -> None:
    told().when(of(told(), ReviewHeld, "review_id", "x")).then_rejected(FieldNotCorrectable)


EVIDENCE = {"attendance_basis_points": 93_000, "behaviour": "settled", "progress": "good", "rag": []}
LATE_PLAN = [{"n": 1, "from_on": "2027-01-25", "sessions_school": 6, "sessions_ap": 4, "support": "mentor"}]


@pytest.mark.parametrize(
    ("story", "kind", "field", "value", "reason"),
    [
        (closed, EvaluationRecorded, "attendance_during_basis_points", 93_000, FigureOutOfRange),
        (closed, EvaluationRecorded, "attendance_before_basis_points", -1, FigureOutOfRange),
        (closed, EvaluationRecorded, "attendance_after_basis_points", 10_001, FigureOutOfRange),
        (closed, EvaluationRecorded, "cost_total_pennies", -100, FigureOutOfRange),
        (closed, AgreementIssued, "pennies_per_session", -100, FigureOutOfRange),
        (closed, AgreementIssued, "total_pennies", -1, FigureOutOfRange),
        (closed, AgreementIssued, "terms", " ", TextMissing),
        (closed, AgreementSigned, "signed_on", "2027-03-02", DateInFuture),
        (closed, PlacementEnded, "ended_on", "2026-11-25", DateBeforeCause),
        (closed, PlacementEnded, "ended_on", "2099-02-08", DateInFuture),
        (closed, PlacementEnded, "ended_on", "2027-02-23", OutOfOrder),
        (closed, PlacementEnded, "destination_urn", "12345", DestinationUnsound),
        (closed, PlacementEnded, "reason", "MANAGED_MOVE", ManagedMoveUnsound),
        (closed, PlacementClosed, "closed_on", "2027-02-07", DateBeforeCause),
        (closed, PlacementClosed, "closed_on", "2032-01-01", DateInFuture),
        (closed, PlacementStarted, "started_on", "2026-11-28", NotSchoolDay),
        (closed, PlacementStarted, "started_on", "2026-11-18", DateBeforeCause),
        (closed, PlacementStarted, "started_on", "2027-02-09", OutOfOrder),
        (closed, ReintegrationPlanned, "full_time_by", "2027-01-31", PlanUnsound),
        (closed, ReintegrationPlanned, "steps", [], PlanUnsound),
        (closed, TransportArranged, "arranged_on", "2027-03-02", DateInFuture),
        (closed, CommunicationSent, "content", "", TextMissing),
        (later, ReviewHeld, "held_on", "2026-12-10", OutOfOrder),
        (told, ReviewHeld, "held_on", "2026-12-20", DateInFuture),
        (told, ReviewHeld, "held_on", "2026-11-01", DateBeforeCause),
        (told, ReviewHeld, "evidence", EVIDENCE, FigureOutOfRange),
        (told, ReviewHeld, "minutes", "", TextMissing),
        (told, ReviewDecided, "decided_on", "2026-12-07", DateBeforeCause),
        (told, ReviewDecided, "until", "2026-12-09", DecisionPeriodUnsound),
        (told, ReviewInvitationGiven, "written_views_invited", False, WrittenViewsNotInvited),
        (told, ReviewInvitationGiven, "recipients", [], RecipientMissing),
        (told, NoticeGiven, "recipients", ["la"], RecipientMissing),
        (
            told,
            NoticeGiven,
            "session_times",
            {"mode": "one_session", "start": "12:00:00", "end": "09:00:00"},
            SessionTimesOutOfOrder,
        ),
        (told, PlacementDetermined, "days", 0, FigureOutOfRange),
        (told, PlacementDetermined, "days", 400, DaysOutOfRange),
        (told, PlacementDetermined, "proposed_end", "2026-11-26", PeriodUnsound),
        (told, PlacementDetermined, "review_plan", [], ReviewPlanUnsound),
        (told, PlacementDetermined, "reasons", "", TextMissing),
        (told, PlacementDetermined, "determined_on", "2026-11-20", OutOfOrder),
        (told, PlacementDetermined, "determined_on", "2026-07-25", DecisionDayUnsound),
        (told, ProviderProposed, "registration_checked_on", "2027-01-01", DateInFuture),
        (told, ProviderProposed, "needs_considered", "", TextMissing),
        (told, ReferralSubmitted, "sessions_requested", 0, FigureOutOfRange),
        (told, ReferralSubmitted, "parent_informed_on", "2027-01-01", DateInFuture),
        (told, ReferralDrafted, "pupil", {**PUPIL_GIVEN, "born_on": "2031-05-04"}, DateInFuture),
        (attending, ProgressReportReceived, "period_to", "2026-12-31", ReportPeriodUnsound),
        (attending, ProgressReportReceived, "attendance_basis_points", 93_000, FigureOutOfRange),
        (attending, AttendancePatternSet, "sessions", [], PatternIncomplete),
        (attending, AttendancePatternSet, "effective_from", "2026-11-25", DateBeforeCause),
    ],
)
def test_a_correction_passes_the_rules_of_the_first_entry(
    story: Any, kind: type, field: str, value: Any, reason: type[Rejected]
) -> None:
    outcome = story().when(of(story(), kind, field, value))

    assert outcome.events == ()
    assert reason in {type(each) for each in outcome.reasons}
    assert {each.pointer for each in outcome.reasons} == {"/value"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"address": ""}, ReferralIncomplete),
        ({"upn": "Q207000016049"}, UpnCheckLetter),
        ({"parents": []}, ReferralIncomplete),
    ],
)
def test_a_submitted_referral_still_needs_a_complete_pupil_when_corrected(
    changes: dict[str, Any], reason: type
) -> None:
    wrong = {**PUPIL_GIVEN, **changes}

    at(Stage.DRAFT).when(of(at(Stage.DRAFT), ReferralDrafted, "pupil", wrong)).then_happens(RecordCorrected)
    told().when(of(told(), ReferralDrafted, "pupil", wrong)).then_rejected(reason)


def test_a_pattern_is_not_corrected_into_a_session_of_another_placement() -> None:
    patterns = attending().state.agreement.patterns
    other = Elsewhere(first_on=day("2026-11-30"), last_on=day("2027-01-29"), patterns=patterns)
    story = attending().knowing(elsewhere=(other,))
    held = next(event for event in story.events if isinstance(event, AttendancePatternSet))

    story.when(of(story, AttendancePatternSet, "sessions", held.sessions)).then_rejected(SessionsOverlap)


def test_what_was_wrong_before_stands_in_no_other_corrections_way() -> None:
    """A record of an earlier release may hold what a later rule refuses."""
    story = closed()
    wrong = [each if not isinstance(each, PlacementEnded) else _early(each) for each in story.events]
    old = story.knowing(events=tuple(wrong))

    old.when(of(old, PlacementEnded, "reason_text", "a slip")).then_happens(RecordCorrected)
    old.when(of(old, PlacementEnded, "ended_on", "2026-11-24")).then_rejected(DateBeforeCause)
    old.when(of(old, PlacementEnded, "ended_on", "2027-02-05")).then_happens(RecordCorrected)


def _early(event: PlacementEnded) -> PlacementEnded:
    return PlacementEnded(ended_on=date(2026, 11, 25), reason=event.reason, destination_urn=None)


def test_a_note_is_put_right() -> None:
    story = at(Stage.ACTIVE).when(AddNote(text="a note")).then_happens(NoteAdded)

    story.when(of(story, NoteAdded, "text", "another")).then_happens(RecordCorrected)
    story.when(of(story, NoteAdded, "text", "")).then_rejected(TextMissing)


STOP = {"reason_code": TerminationReason.SCHOOL_DECISION, "reason_text": "another place was found"}


@pytest.mark.parametrize(
    ("stage", "command", "kind", "field"),
    [
        (Stage.SCREENING, DeclineReferral(**STOP), ReferralDeclined, "declined_on"),
        (Stage.DETERMINED, Withdraw(**STOP), ReferralWithdrawn, "withdrawn_on"),
        (Stage.DETERMINED, Cancel(**STOP), PlacementCancelled, "cancelled_on"),
    ],
)
def test_a_stop_is_dated_by_today_and_after_the_decision(stage: Stage, command: Any, kind: type, field: str) -> None:
    story = at(stage).on(day("2026-11-20")).when(command).then_happens(kind)

    story.when(of(story, kind, field, "2026-11-19")).then_happens(RecordCorrected)
    story.when(of(story, kind, field, "2026-11-21")).then_rejected(DateInFuture)
    story.when(of(story, kind, "reason_text", " ")).then_rejected(TextMissing)
    early = story.when(of(story, kind, field, "2026-11-13"))
    assert [type(each) for each in early.reasons] == ([DateBeforeCause] if stage is Stage.DETERMINED else [])


def test_a_moved_start_and_the_new_terms_keep_their_rules() -> None:
    story = moved()

    story.when(of(story, StartDateMoved, "days", 0)).then_rejected(FigureOutOfRange)
    story.when(of(story, StartDateMoved, "reason", "")).then_rejected(TextMissing)
    story.when(of(story, StartDateMoved, "moved_on", "2026-11-15")).then_rejected(DateBeforeCause)
    changed = changed_terms()
    changed.when(of(changed, TermsChanged, "reason", "")).then_rejected(TextMissing)


def test_an_assignment_and_a_refused_request_keep_their_rules() -> None:
    story = at(Stage.ACTIVE).when(AssignCase(assigned_to=PersonId(an_id("worker")))).then_happens(CaseAssigned)
    story.when(of(story, CaseAssigned, "assigned_on", "2099-01-01")).then_rejected(DateInFuture)

    asked = waiting()
    refused = asked.when(RefuseReviewRequest(request_id=_id(asked), reason="just held")).then_happens(
        ReviewRequestRefused
    )
    refused.when(of(refused, ReviewRequestRefused, "reason", "")).then_rejected(TextMissing)


def test_a_correction_that_makes_a_later_step_unlawful_is_still_recorded() -> None:
    """Only time forbids: what was done under a wrong picture was done, and the evidence says what it lacks."""
    with_plan = at(Stage.DETERMINED, submitted=submit(picture=picture(**EHCP_PICTURE)))
    elsewhere = picture(**{**EHCP_PICTURE, "plan_la_code": "830"})

    with_plan.when(of(with_plan, ReferralSubmitted, "picture", elsewhere)).then_happens(RecordCorrected)


def test_event_that_time_recorded_is_not_offered_for_correction() -> None:
    note, document = NoteAdded(text="x"), object.__new__(DocumentProduced)

    assert (is_correctable(note), is_correctable(document)) == (True, False)
