"""Beyond the data a day is provisional: the field of each deadline says so, as its words do."""

from dataclasses import replace

import pytest

from domain.attendance.deadlines import register_deadlines
from domain.calendar.school_calendar import SchoolCalendar
from domain.evidence.gathering import evidence
from domain.evidence.model import ClauseStatus
from domain.placement.stages import Stage
from domain.placement.time.deadlines import Deadline, deadlines
from events.codes import AttendanceCode, RuleId
from events.placement.decision import PlacementDetermined
from events.placement.running import TermsChanged
from events.values.school_days import HalfTerm
from tests.domain.examples import BANK_HOLIDAYS, CALENDAR, HALF_TERMS, at, day
from tests.domain.register import confirm
from tests.domain.register import running as register_running
from tests.domain.test_judged_again import records
from tests.domain.test_register_timers import ABSENT, kept
from tests.domain.test_running import decided, held
from tests.domain.test_terms import changed
from tests.domain.test_timers import running
from tests.dsl import Given

# As the bundled data are: the last one is Boxing Day 2028, so that nothing is known of 2029.
KNOWN = BANK_HOLIDAYS | {day("2028-12-25"), day("2028-12-26")}
TERMS = (
    *HALF_TERMS,
    HalfTerm(name="Autumn 2027", first_on=day("2027-09-02"), last_on=day("2027-12-17")),
    HalfTerm(name="Spring 2028", first_on=day("2028-01-04"), last_on=day("2028-07-20")),
    HalfTerm(name="Autumn 2028", first_on=day("2028-09-04"), last_on=day("2028-12-20")),
    HalfTerm(name="Spring 2029", first_on=day("2029-01-02"), last_on=day("2029-07-20")),
)
PUBLISHED_BEYOND = SchoolCalendar(half_terms=TERMS, bank_holidays=KNOWN, version=1)


def shifted(story: Given, start: str, end: str) -> Given:
    events = tuple(
        replace(each, start_date=day(start), proposed_end=day(end)) if isinstance(each, PlacementDetermined) else each
        for each in story.events
    )
    return story.knowing(events=events, calendar=PUBLISHED_BEYOND)


def found(story: Given) -> tuple[Deadline, ...]:
    return deadlines(story.state, story.calendar)


@pytest.mark.parametrize(
    ("on", "provisional"),
    [("2028-12-26", False), ("2028-12-31", False), ("2029-01-01", True), ("2029-01-02", True), ("2031-05-05", True)],
)
def test_days_are_provisional_from_the_first_with_unknown_bank_holidays(on: str, *, provisional: bool) -> None:
    assert PUBLISHED_BEYOND.is_provisional(day(on)) is provisional
    assert PUBLISHED_BEYOND.holidays_known_to == day("2028-12-31")


def test_a_published_day_beyond_the_bank_holidays_is_still_a_school_day() -> None:
    assert PUBLISHED_BEYOND.is_school_day(day("2029-01-02"))
    assert not PUBLISHED_BEYOND.is_assumed(day("2029-01-02"))


def test_where_no_bank_holiday_is_known_at_all_none_is_missing() -> None:
    assert not SchoolCalendar(half_terms=TERMS).is_provisional(day("2029-02-01"))


@pytest.mark.parametrize(
    "story",
    [
        running(end="2027-03-25"),
        running(end="2029-03-16").knowing(calendar=PUBLISHED_BEYOND),
        running(end="2028-06-01"),
        held(),
        decided(),
        at(Stage.DETERMINED),
        at(Stage.ENDED),
        shifted(at(Stage.READY_TO_START), "2029-01-03", "2029-03-16"),
        shifted(at(Stage.READY_TO_START), "2028-12-18", "2029-03-16"),
    ],
    ids=["in data", "past holidays", "past terms", "held", "decided", "determined", "ended", "start past", "start in"],
)
def test_the_field_of_every_deadline_agrees_with_its_words(story: Given) -> None:
    for each in found(story):
        assert each.provisional is ("(provisional: " in each.words), each.words
        if story.calendar.is_provisional(each.due_on):
            assert each.provisional, each.words


def test_the_words_say_which_of_the_data_end() -> None:
    beyond = running(end="2029-03-16").knowing(calendar=PUBLISHED_BEYOND)
    (holidays,) = [each.words for each in found(beyond) if each.rule is RuleId.T6]
    (terms,) = [each.words for each in found(running(end="2028-06-01")) if each.rule is RuleId.T6]

    assert "the bank holidays of that year are not known so far" in holidays
    assert "the calendar is not published yet" in terms


def test_notice_that_is_counted_back_over_unknown_days_is_provisional() -> None:
    """The start is Wednesday 3 January 2029; whether the 1st is a bank holiday nobody has said."""
    story = shifted(at(Stage.READY_TO_START), "2029-01-04", "2029-03-16")
    (notice,) = [each for each in found(story) if each.rule is RuleId.T1]
    (known,) = [
        each for each in found(shifted(at(Stage.READY_TO_START), "2028-12-18", "2029-03-16")) if each.rule is RuleId.T1
    ]
    early = shifted(at(Stage.READY_TO_START), "2029-01-03", "2029-03-16")
    (counted_back,) = [each for each in found(early) if each.rule is RuleId.T1]

    assert notice.provisional
    assert not known.provisional
    assert str(counted_back.due_on) == "2028-12-19"
    assert counted_back.provisional


def test_a_notice_of_changed_terms_counts_back_from_the_change() -> None:
    """The change is on Wednesday 3 January 2029: its notice is due in 2028, over days that may be bank holidays."""
    story = changed(effective_on=day("2027-01-06"))
    moved = tuple(
        replace(each, effective_on=day("2029-01-03")) if isinstance(each, TermsChanged) else each
        for each in story.events
    )
    late = story.knowing(events=moved, calendar=PUBLISHED_BEYOND)

    assert [(str(each.due_on), each.provisional) for each in found(late) if each.rule is RuleId.T1] == [
        ("2028-12-19", True)
    ]
    assert [each.provisional for each in found(story) if each.rule is RuleId.T1] == [False]


def test_the_reason_of_an_absence_near_the_end_of_the_terms_is_provisional() -> None:
    short = [replace(each, last_on=day("2026-11-27")) if each.name == "Autumn 2" else each for each in HALF_TERMS[:2]]
    absent = kept(register_running().after(ABSENT, confirm(AttendanceCode.NO_REASON_YET)))
    known = [each for each in register_deadlines(absent.placement, absent.register, CALENDAR) if each.rule is RuleId.T9]
    unknown = [
        each
        for each in register_deadlines(absent.placement, absent.register, SchoolCalendar(half_terms=short))
        if each.rule is RuleId.T9
    ]

    assert [each.provisional for each in known] == [False]
    assert [each.provisional for each in unknown] == [True]
    assert all("(provisional: " in each.words for each in unknown)


def test_evidence_says_of_what_is_outstanding_whether_its_day_may_move() -> None:
    story = running(end="2028-06-01")
    lines = [
        each.finding
        for each in evidence(records(story), story.calendar)
        if each.clause.rule in {RuleId.T6, RuleId.PLAN} and each.finding.standing is ClauseStatus.OUTSTANDING
    ]

    assert {each.due_on: each.provisional for each in lines} == {day("2027-01-20"): False, day("2028-06-01"): True}


@pytest.mark.parametrize(
    ("on", "until"), [("2026-11-24", "2027-07-21"), ("2027-07-21", "2027-07-21"), ("2027-07-22", None)]
)
def test_a_calendar_says_until_when_it_is_published(on: str, until: str | None) -> None:
    assert CALENDAR.published_until(day(on)) == (day(until) if until else None)


def test_a_year_that_is_missing_ends_what_is_published() -> None:
    gap = SchoolCalendar(
        half_terms=[each for each in TERMS if each.first_on.year != 2028 or each.name == "Autumn 2028"],
        bank_holidays=KNOWN,
        assumed_from=day("2026-09-01"),
    )

    assert gap.published_until(day("2026-11-24")) is not None
    assert gap.published_until(day("2027-12-20")) is None
    assert SchoolCalendar().published_until(day("2026-11-24")) is None
