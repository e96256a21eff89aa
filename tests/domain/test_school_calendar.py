"""School days counted by the calendar, against counting them one by one."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar.school_calendar import CalendarTooShort, SchoolCalendar
from events.codes import Session
from events.values.school_days import HalfDay, HalfTerm
from tests.domain.examples import BANK_HOLIDAYS, CALENDAR, HALF_TERMS, day

DAY = timedelta(days=1)


def _brute(calendar: SchoolCalendar, when: date) -> bool:
    """The definition, said plainly."""
    weekday = when.weekday() < 5 and when not in calendar.bank_holidays
    published_to = max((each.last_on for each in calendar.half_terms), default=date.min)
    if when > published_to:
        return weekday
    taught = any(each.first_on <= when <= each.last_on for each in calendar.half_terms)
    return weekday and taught and when not in calendar.inset_days


def _held(calendar: SchoolCalendar, when: date, session: Session) -> bool:
    """A half-day has the session that it names, any other school day both; a half-day is a school day."""
    if not _brute(calendar, when):
        return False
    return all(session is only for each, only in calendar.half_days.items() if each == when)


@st.composite
def calendars(draw: st.DrawFn) -> SchoolCalendar:
    """Up to ten years of half-terms, with INSET days and bank holidays anywhere."""
    first = day("2020-09-01") + DAY * draw(st.integers(0, 60))
    half_terms = []
    for n in range(draw(st.integers(0, 60))):
        last = first + DAY * draw(st.integers(0, 50))
        half_terms.append(HalfTerm(name=str(n), first_on=first, last_on=last))
        first = last + DAY * draw(st.integers(1, 40))
    days = st.integers(0, 3653).map(lambda n: day("2020-09-01") + DAY * n)
    return SchoolCalendar(
        half_terms=half_terms,
        inset_days=draw(st.frozensets(days, max_size=40)),
        half_days=[
            HalfDay(day=each, session=draw(st.sampled_from(Session))) for each in draw(st.sets(days, max_size=20))
        ],
        bank_holidays=draw(st.frozensets(days, max_size=80)),
    )


@settings(max_examples=60)
@given(calendar=calendars(), start=st.integers(-30, 3700), length=st.integers(-3, 120), n=st.integers(1, 40))
def test_counting_agrees_with_the_definition(calendar: SchoolCalendar, start: int, length: int, n: int) -> None:
    first = day("2020-09-01") + DAY * start
    last = first + DAY * length
    inside = [first + DAY * each for each in range(1, max(length, 1))]
    slots = [(each, session) for each in inside for session in Session]

    assert [calendar.is_school_day(each) for each in inside] == [_brute(calendar, each) for each in inside]
    assert [each for each in slots if calendar.has_session(*each)] == [each for each in slots if _held(calendar, *each)]
    assert calendar.between(first, last) == sum(_brute(calendar, each) for each in inside)
    after = calendar.nth_after(first, n)
    assert calendar.is_school_day(after)
    assert calendar.between(first, after) == n - 1
    led = calendar.lead(after, n, not_before=first)
    assert first <= led
    assert led == first or calendar.between(led - DAY, after) == n


@settings(max_examples=60)
@given(calendar=calendars(), start=st.integers(0, 3700), n=st.integers(1, 40))
def test_counting_back_is_counting_forward_turned_round(calendar: SchoolCalendar, start: int, n: int) -> None:
    last = day("2020-09-01") + DAY * start
    try:
        first = calendar.nth_before(last, n)
    except CalendarTooShort:
        assert calendar.between(day("2000-01-01"), last) < n or not calendar.half_terms
    else:
        assert calendar.between(first - DAY, last) == n


def test_beyond_the_published_calendar_weekdays_are_assumed() -> None:
    assert CALENDAR.is_provisional(day("2027-07-22"))
    assert CALENDAR.is_school_day(day("2027-09-06"))
    assert not CALENDAR.is_provisional(day("2027-07-21"))
    assert not CALENDAR.covers(day("2027-07-22"))
    assert not CALENDAR.covers(day("2026-09-02"))
    assert CALENDAR.covers(day("2026-12-25"))
    assert not SchoolCalendar().covers(day("2026-12-25"))


def test_nothing_is_a_school_day_before_the_first_published() -> None:
    with pytest.raises(CalendarTooShort, match="no such school day"):
        CALENDAR.nth_before(day("2026-09-04"), 2)


def test_a_day_knows_its_half_term() -> None:
    found = CALENDAR.half_term_of(day("2026-11-26"))

    assert found is not None
    assert found.name == "Autumn 2"
    assert CALENDAR.half_term_of(day("2026-10-28")) is None


@pytest.mark.parametrize("half_term", HALF_TERMS, ids=lambda each: each.name)
def test_its_first_and_its_last_day_belong_to_a_half_term(half_term: HalfTerm) -> None:
    for when in (half_term.first_on, half_term.last_on):
        assert CALENDAR.half_term_of(when) == half_term
        assert CALENDAR.covers(when)


def test_a_half_term_may_be_of_one_day() -> None:
    only = HalfTerm(name="one", first_on=day("2026-11-23"), last_on=day("2026-11-23"))

    assert CALENDAR.last_school_day(only) == day("2026-11-23")


def test_a_lead_that_fits_ends_on_a_school_day_else_where_it_may_begin() -> None:
    """A lead that just fits ends on a school day, and a longer one where it may begin."""
    thursday, saturday = day("2026-11-26"), day("2026-11-21")

    assert CALENDAR.lead(thursday, 3, not_before=saturday) == day("2026-11-23")
    assert CALENDAR.lead(thursday, 4, not_before=saturday) == saturday


def test_the_last_school_day_of_a_half_term_passes_over_inset_days() -> None:
    calendar = SchoolCalendar(half_terms=HALF_TERMS, inset_days=[day("2026-12-18")], bank_holidays=BANK_HOLIDAYS)
    holiday = HalfTerm(name="none", first_on=day("2026-10-24"), last_on=day("2026-10-30"))

    assert calendar.last_school_day(HALF_TERMS[1]) == day("2026-12-17")
    assert calendar.last_school_day(holiday) is None
    assert SchoolCalendar().last_school_day(holiday) is None


def test_working_days_pass_over_weekends_and_bank_holidays() -> None:
    assert CALENDAR.working_day_after(day("2026-12-24"), 2) == day("2026-12-30")
