"""Education from the sixth day of an exclusion, and the details that go before it."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import FIGURES
from domain.law.school_age import NoDutyLeft, duty_left, ends_on
from domain.placement.guards import DateInFuture, TextMissing
from domain.placement.referral.exclusions import (
    ConsentNotNeeded,
    DetailsMissing,
    DetailsTooLate,
    ExclusionMismatch,
    ExclusionNotRecorded,
    ExclusionTooEarly,
    RecordEarlyStartConsent,
    RecordExclusion,
    SuspensionTooShort,
    in_time,
    sixth_day,
)
from domain.placement.stages import Stage
from domain.placement.time.deadlines import deadlines
from domain.placement.time.pass_time import PassTime
from events.codes import (
    CommissionerKind,
    DeliveryMethod,
    ExclusionKind,
    LegalBasis,
    PrimaryReason,
    Role,
    RuleId,
    Severity,
)
from events.placement.agreement import EarlyStartConsented, NoticeGiven
from events.placement.deadlines import DeadlineMissed
from events.placement.decision import ExclusionRecorded, PlacementDetermined, StartDateMoved
from events.placement.running import PlacementStarted
from tests.domain.examples import (
    CALENDAR,
    HALF_TERMS,
    PUPIL,
    START,
    TIMES,
    at,
    day,
    determine,
    draft,
    notice,
    submit,
)
from tests.domain.test_decision import move
from tests.dsl import Given

SUSPENSION = RecordExclusion(first_day=day("2026-11-09"), kind=ExclusionKind.SUSPENSION, days=12)
PERMANENT = RecordExclusion(first_day=day("2026-11-09"), kind=ExclusionKind.PERMANENT)
SUSPENDED = {
    "drafted": draft(legal_basis=LegalBasis.SUSP6),
    "submitted": submit(primary_reason=PrimaryReason.SUSPENSION),
}
EXPELLED = {
    "drafted": draft(commissioner=CommissionerKind.LA, legal_basis=LegalBasis.PEX6),
    "submitted": submit(primary_reason=PrimaryReason.PERM_EX),
}


@pytest.mark.obligation("S1")
@pytest.mark.parametrize(
    ("first", "calendar", "expected"),
    [
        ("2026-11-09", CALENDAR, "2026-11-16"),
        ("2026-11-11", CALENDAR, "2026-11-18"),
        ("2026-11-09", SchoolCalendar(half_terms=HALF_TERMS, inset_days=[day("2026-11-13")]), "2026-11-17"),
        ("2026-10-20", CALENDAR, "2026-11-03"),
        ("2026-11-14", CALENDAR, "2026-11-23"),
    ],
)
def test_the_sixth_day_is_counted_on_school_days_with_the_first(
    first: str, calendar: SchoolCalendar, expected: str
) -> None:
    assert sixth_day(day(first), calendar) == day(expected)


@pytest.mark.obligation("S1")
@pytest.mark.parametrize(("told", "command"), [(SUSPENDED, SUSPENSION), (EXPELLED, PERMANENT)])
def test_an_exclusion_is_recorded_on_the_basis_that_follows_it(told: dict[str, Any], command: RecordExclusion) -> None:
    at(Stage.DRAFT, **told).when(command).then(
        ExclusionRecorded(first_day=command.first_day, kind=command.kind, days=command.days)
    )


@pytest.mark.parametrize(
    ("told", "command", "reason"),
    [
        ({}, SUSPENSION, ExclusionMismatch),
        (SUSPENDED, PERMANENT, ExclusionMismatch),
        (EXPELLED, SUSPENSION, ExclusionMismatch),
        (EXPELLED, replace(PERMANENT, days=9), ExclusionMismatch),
        (SUSPENDED, replace(SUSPENSION, days=5), SuspensionTooShort),
        (SUSPENDED, replace(SUSPENSION, days=None), SuspensionTooShort),
        (SUSPENDED, replace(SUSPENSION, first_day=day("2026-11-10")), DateInFuture),
        (SUSPENDED, replace(SUSPENSION, first_day=day("1990-11-09")), ExclusionTooEarly),
    ],
)
def test_an_exclusion_is_refused(told: dict[str, Any], command: RecordExclusion, reason: type) -> None:
    at(Stage.DRAFT, **told).when(command).then_rejected(reason)


def _owed(story: Given) -> dict[RuleId, tuple[date, Severity, str]]:
    return {each.rule: (each.due_on, each.severity, each.words) for each in deadlines(story.state, story.calendar)}


@pytest.mark.obligation("S1")
@pytest.mark.clause("day-six")
def test_education_is_owed_from_an_exclusion_and_a_miss_is_always_a_breach() -> None:
    """The education is owed from the exclusion on, and its miss is a breach though nothing is decided."""
    story = at(Stage.REFERRED, **SUSPENDED).when(SUSPENSION).then_happens(ExclusionRecorded)
    due, severity, words = _owed(story)[RuleId.T7]
    assert (due, severity) == (day("2026-11-16"), Severity.BREACH)
    assert words == (
        "Arrange education by Monday 16 November 2026: by the school, from day 6 of the exclusion that began on"
        " Monday 9 November 2026"
    )
    assert story.on(day("2026-11-16"), 23).when(PassTime()).events == ()
    missed = story.on(day("2026-11-17")).when(PassTime())

    missed.then(DeadlineMissed(rule=RuleId.T7, due=day("2026-11-16"), severity=Severity.BREACH))


@pytest.mark.obligation("S1")
def test_after_a_permanent_exclusion_the_authority_owes_it() -> None:
    story = at(Stage.REFERRED, **EXPELLED).when(PERMANENT).then_happens(ExclusionRecorded)

    assert "by the council, from day 6" in _owed(story)[RuleId.T7][2]


def test_a_decision_waits_for_the_exclusion_on_record() -> None:
    story = at(Stage.AWAITING_DECISION, **SUSPENDED)

    story.when(determine(direction=None)).then_rejected(ExclusionNotRecorded)


def _determined() -> Given:
    story = at(Stage.AWAITING_DECISION, **SUSPENDED).when(SUSPENSION).then_happens(ExclusionRecorded)
    story = story.on(day("2026-11-16")).when(determine(direction=None)).then_happens(PlacementDetermined)
    ready = at(Stage.READY_TO_START)
    after = next(n for n, event in enumerate(ready.events) if isinstance(event, PlacementDetermined))
    return story.and_then(*ready.events[after + 1 :]).on(day("2026-11-19"))


@pytest.mark.obligation("S1", "S14")
@pytest.mark.clause("day-six-details")
def test_details_48_hours_before_replace_the_notice_in_school_days() -> None:
    """The parent has the details 48 hours before, and no notice in school days is owed."""
    owed = _owed(_determined())

    assert RuleId.T1 not in owed
    assert owed[RuleId.T8][:2] == (day("2026-11-24"), Severity.BREACH)
    assert owed[RuleId.T8][2] == (
        "Give the details to the parent by Tuesday 24 November 2026: 48 hours before the start on"
        " Thursday 26 November 2026"
    )


def test_a_start_set_late_makes_the_details_due_at_once() -> None:
    story = _determined().on(day("2026-11-25")).when(move("2026-11-26", "2027-03-24")).given
    moved = story.on(day("2026-11-26")).when(move("2026-11-27")).then_happens(StartDateMoved)

    due, _, words = _owed(moved)[RuleId.T8]
    assert due == day("2026-11-26")
    assert words.endswith(", the longest that this start allows")


@pytest.mark.obligation("S14")
@pytest.mark.parametrize(
    ("deemed", "given_at", "timely"),
    [
        ("2026-11-23", None, True),
        ("2026-11-24", None, False),
        ("2026-11-24", time(9, 0), True),
        ("2026-11-24", time(9, 1), False),
    ],
)
def test_the_hours_are_counted_to_the_first_session(deemed: str, given_at: time | None, *, timely: bool) -> None:
    assert in_time(day(deemed), given_at, day("2026-11-26"), TIMES, FIGURES[-1]) is timely


def test_a_night_on_which_the_clocks_change_has_its_true_length() -> None:
    assert in_time(day("2027-03-27"), time(8, 0), day("2027-03-29"), TIMES, FIGURES[-1])
    assert not in_time(day("2027-03-27"), time(8, 1), day("2027-03-29"), TIMES, FIGURES[-1])


@pytest.mark.parametrize(
    ("method", "given_on", "timely"),
    [
        (DeliveryMethod.HAND, "2026-11-24", True),
        (DeliveryMethod.FIRST_CLASS_POST, "2026-11-20", False),
        (DeliveryMethod.FIRST_CLASS_POST, "2026-11-19", True),
    ],
)
def test_the_hour_is_that_of_receipt(method: DeliveryMethod, given_on: str, *, timely: bool) -> None:
    told = notice(given_on=day(given_on), method=method, given_at=time(8, 30))
    (event,) = _determined().on(day("2026-11-24")).when(told).events

    assert isinstance(event, NoticeGiven)
    assert event.timely is timely


CONSENT = RecordEarlyStartConsent(consented_on=day("2026-11-25"), consent="By telephone: glad of an early start")


@pytest.mark.obligation("S14")
def test_with_the_parents_consent_a_pupil_starts_sooner() -> None:
    late = notice(given_on=day("2026-11-25"))
    story = _determined().on(day("2026-11-26"))
    assert [type(each) for each in story.when(START).reasons] == [DetailsMissing]
    story = story.when(late).then_happens(NoticeGiven)
    assert [type(each) for each in story.when(START).reasons] == [DetailsTooLate]
    assert RuleId.T8 in _owed(story)
    story = story.when(CONSENT).then_happens(EarlyStartConsented)
    assert RuleId.T8 not in _owed(story)

    started = story.when(START).then_happens(PlacementStarted)
    assert RuleId.T7 not in _owed(started)


def test_consent_before_the_details_leaves_them_due_by_the_day_before() -> None:
    story = _determined().on(day("2026-11-25")).when(CONSENT).then_happens(EarlyStartConsented)

    assert _owed(story)[RuleId.T8][0] == day("2026-11-25")
    assert [type(each) for each in story.on(day("2026-11-26")).when(START).reasons] == [DetailsMissing]


def test_consent_is_to_one_start() -> None:
    story = _determined().on(day("2026-11-25")).when(CONSENT).then_happens(EarlyStartConsented)
    moved = story.when(move("2026-11-27")).then_happens(StartDateMoved)
    told = moved.when(notice(given_on=day("2026-11-25"), given_at=time(12))).then_happens(NoticeGiven)

    start = replace(START, started_on=day("2026-11-27"))
    assert [type(each) for each in told.on(day("2026-11-27")).when(start).reasons] == [DetailsTooLate]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (replace(CONSENT, consented_on=day("2026-11-26")), DateInFuture),
        (replace(CONSENT, consent=" "), TextMissing),
    ],
)
def test_a_consent_is_refused(command: RecordEarlyStartConsent, reason: type) -> None:
    _determined().on(day("2026-11-25")).when(command).then_rejected(reason)


def test_nobody_consents_to_less_notice_of_a_direction() -> None:
    at(Stage.READY_TO_START).on(day("2026-11-25")).when(CONSENT).then_rejected(ConsentNotNeeded)


@pytest.mark.parametrize(
    ("born_on", "leaves"),
    [
        ("2010-08-31", "2026-06-26"),
        ("2010-09-01", "2027-06-25"),
        ("2011-01-15", "2027-06-25"),
        ("2012-05-04", "2028-06-30"),
    ],
)
def test_compulsory_school_age_ends_on_the_last_friday_in_june(born_on: str, leaves: str) -> None:
    assert ends_on(day(born_on)) == day(leaves)


@pytest.mark.parametrize(
    ("on", "exams", "refused"),
    [
        ("2027-05-13", False, False),
        ("2027-05-14", False, True),
        ("2027-05-14", True, False),
        ("2027-06-25", True, False),
        ("2027-06-26", True, True),
    ],
)
def test_section_19_ends_six_weeks_before_unless_examinations_lie_ahead(on: str, *, exams: bool, refused: bool) -> None:
    assert isinstance(duty_left(day("2011-01-15"), day(on), exams_ahead=exams), NoDutyLeft) is refused


def test_a_pupil_past_school_age_is_not_placed_under_section_19() -> None:
    drafted = draft(commissioner=CommissionerKind.LA, legal_basis=LegalBasis.S19_ILL)
    story = at(Stage.AWAITING_DECISION, drafted=drafted).by(Role.LA_OFFICER)
    first, *rest = story.events
    grown = story.knowing(events=(replace(first, pupil=replace(PUPIL, born_on=day("2010-05-04"))), *rest))

    grown.when(determine(exams_ahead=True)).then_rejected(NoDutyLeft)


def test_a_decision_is_taken_without_the_age_once_the_pupils_key_is_gone() -> None:
    drafted = draft(commissioner=CommissionerKind.LA, legal_basis=LegalBasis.S19_ILL)
    story = at(Stage.AWAITING_DECISION, drafted=drafted).by(Role.LA_OFFICER)
    erased = story.knowing(events=(replace(story.events[0], pupil=None), *story.events[1:]))

    erased.when(determine()).then_happens(PlacementDetermined)


@pytest.mark.obligation("S14")
@pytest.mark.parametrize(
    ("born_on", "expected"),
    [("2008-11-19", Role.PUPIL), ("2008-11-20", Role.PARENT), ("2008-02-29", Role.PUPIL)],
)
def test_from_18_notice_goes_to_the_pupil(born_on: str, expected: Role) -> None:
    story = at(Stage.READY_TO_START, drafted=draft(pupil=replace(PUPIL, born_on=day(born_on))))
    (event,) = story.on(day("2026-11-19")).when(notice()).events

    assert isinstance(event, NoticeGiven)
    assert event.relevant_person is expected


def test_once_the_pupils_key_is_gone_nobody_knows_their_age() -> None:
    story = at(Stage.READY_TO_START).on(day("2026-11-19"))
    erased = story.knowing(events=(replace(story.events[0], pupil=None), *story.events[1:]))
    (event,) = erased.when(notice()).events

    assert isinstance(event, NoticeGiven)
    assert event.relevant_person is None
