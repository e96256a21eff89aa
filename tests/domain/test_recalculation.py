"""A school revises its calendar: the new one applies to the placement, which says what each moved day was before."""

from dataclasses import replace
from datetime import date

import pytest

from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.reviews.requests import RequestReview
from domain.placement.stages import Stage
from domain.placement.time.deadlines import deadlines, next_wake
from domain.placement.time.pass_time import PassTime
from domain.school import evolve as school
from events.codes import CommissionerKind, RecalculationCause, ReviewRequester, RuleId
from events.ids import Urn
from events.placement.deadlines import DeadlineRecalculated
from events.placement.other_streams import CalendarTaken
from events.placement.reviews import ReviewDue, ReviewMissed, ReviewRequested
from events.school import CalendarPublished, SchoolRegistered
from events.values.school_days import HalfTerm
from tests.domain.examples import BANK_HOLIDAYS, CALENDAR, HALF_TERMS, at, day
from tests.domain.test_safeguarding import paused
from tests.domain.test_timers import running, until
from tests.dsl import Given

AUTUMN_2 = HALF_TERMS[1]


def revised(*half_terms: HalfTerm, inset: tuple[date, ...] = (), version: int = 2) -> SchoolCalendar:
    """The example calendar with these half-terms in place of those of their names."""
    named = {half_term.name: half_term for half_term in (*HALF_TERMS, *half_terms)}
    return SchoolCalendar(half_terms=named.values(), inset_days=inset, bank_holidays=BANK_HOLIDAYS, version=version)


def told(story: Given, calendar: SchoolCalendar) -> Given:
    """The placement hears of the revision, and time passes."""
    story = story.knowing(before=story.calendar, calendar=calendar)
    outcome = story.when(PassTime())
    return outcome.given.and_then(*outcome.events).knowing(before=None)


def moved(story: Given) -> list[tuple[RuleId, date, date]]:
    return [
        (event.rule, event.from_due, event.due) for event in story.events if isinstance(event, DeadlineRecalculated)
    ]


def asked() -> Given:
    """A review was asked for on 10 December, and is due 15 school days later."""
    request = RequestReview(requested_on=day("2026-12-10"), by=ReviewRequester.RELEVANT_PERSON, request="please")
    story = until(at(Stage.ACTIVE), day("2026-12-10"))
    return story.when(request).then_happens(ReviewRequested, ReviewDue)


LONGER = replace(AUTUMN_2, last_on=day("2026-12-22"))


@pytest.mark.obligation("C8")
def test_a_longer_half_term_moves_the_review_that_is_open_in_it() -> None:
    story = told(until(running(), day("2026-12-10")), revised(LONGER))

    assert moved(story) == [(RuleId.T5, day("2026-12-18"), day("2026-12-22"))]
    (found,) = [each for each in deadlines(story.state, story.calendar) if each.rule is RuleId.T5 and each.subject]
    assert (found.due_on, found.was_on) == (day("2026-12-22"), day("2026-12-18"))
    assert found.words == (
        "Hold the review of the half-term by Tuesday 22 December 2026: the last school day of Autumn"
        " 2; Friday 18 December"
        " 2026 before the school's calendar was revised"
    )


def test_a_review_moved_later_is_missed_only_after_its_new_day() -> None:
    story = told(until(running(), day("2026-12-10")), revised(LONGER))
    missed = [event.due for event in until(story, day("2026-12-23")).events if isinstance(event, ReviewMissed)]

    assert not any(isinstance(event, ReviewMissed) for event in until(story, day("2026-12-22")).events)
    assert missed == [day("2026-12-22")]


def test_a_review_is_not_moved_to_a_day_that_has_passed() -> None:
    shorter = replace(AUTUMN_2, last_on=day("2026-12-09"))
    story = told(until(running(), day("2026-12-10")), revised(shorter))

    assert moved(story) == [(RuleId.T5, day("2026-12-18"), day("2026-12-10"))]


def test_a_review_overdue_already_stays_as_it_was() -> None:
    late = until(running(), day("2026-12-18")).on(day("2026-12-20"))
    story = told(late, revised(replace(AUTUMN_2, last_on=day("2026-12-09"))))

    assert moved(story) == []
    assert any(isinstance(event, ReviewMissed) and event.due == day("2026-12-18") for event in story.events)


def test_a_review_still_to_open_says_what_its_day_was_once_it_is_open() -> None:
    story = told(until(running(), day("2026-12-10")), revised(replace(HALF_TERMS[2], last_on=day("2027-02-10"))))
    assert moved(story) == [(RuleId.T5, day("2027-02-12"), day("2027-02-10"))]
    opened = until(story, day("2027-01-28"))
    (found,) = [each for each in deadlines(opened.state, opened.calendar) if each.due_on == day("2027-02-10")]

    assert found.subject is not None
    assert found.was_on == day("2027-02-12")


@pytest.mark.obligation("C8")
def test_what_counts_school_days_counts_them_anew() -> None:
    inset = (day("2027-01-04"), day("2027-01-05"))
    by_request = told(asked(), revised(inset=inset))
    by_pause = told(paused(), revised(inset=(day("2026-12-03"),)))
    ended = told(at(Stage.ENDED), revised(inset=(day("2027-03-08"),)))

    assert moved(by_request) == [(RuleId.T4, day("2027-01-14"), day("2027-01-18"))]
    assert moved(by_pause) == [(RuleId.SAFEGUARDING, day("2026-12-08"), day("2026-12-09"))]
    assert moved(ended) == [(RuleId.T14, day("2027-03-15"), day("2027-03-16"))]
    (evaluation,) = [each for each in deadlines(ended.state, ended.calendar) if each.rule is RuleId.T14]
    assert evaluation.was_on == day("2027-03-15")


def test_a_revision_that_moves_nothing_is_taken_all_the_same_and_once() -> None:
    calendar = revised(replace(HALF_TERMS[5], name="Summer 2", last_on=day("2027-07-22")))
    story = until(running(), day("2026-12-10"))
    taken = story.knowing(before=CALENDAR, calendar=calendar).when(PassTime()).then_happens(CalendarTaken)

    assert taken.state.duties.calendar_version == 2
    assert taken.knowing(before=None).when(PassTime()).events == ()


def test_the_cause_is_on_record() -> None:
    story = told(asked(), revised(inset=(day("2027-01-04"),)))
    (event,) = [each for each in story.events if isinstance(each, DeadlineRecalculated)]

    assert event.cause is RecalculationCause.CALENDAR_REVISED


def test_a_revision_that_was_not_taken_wakes_the_placement_at_once() -> None:
    story = until(running(), day("2026-12-10"))
    wake = next_wake(story.state, revised(LONGER), story.now)

    assert wake is not None
    assert (wake.at, wake.because) == (story.now, "The home school's calendar was revised")
    closed = at(Stage.CLOSED)
    assert next_wake(closed.state, revised(LONGER), closed.now) is None


def test_an_empty_calendar_leaves_the_open_review_its_day() -> None:
    later = HalfTerm(name="Next year", first_on=day("2027-09-02"), last_on=day("2027-10-22"))
    story = until(running(), day("2026-12-10"))
    story = told(story, SchoolCalendar(half_terms=(later,), version=2))

    assert [each for each in moved(story) if each[1] == day("2026-12-18")] == []


def test_a_school_keeps_the_calendars_that_it_had() -> None:
    state = school.evolve(
        school.initial(),
        SchoolRegistered(urn=Urn("900001"), name="Hillcross", kind=CommissionerKind.ACADEMY, la_code="831"),
    )
    for version, last in ((1, "2026-12-18"), (2, "2026-12-22")):
        half_terms = (replace(AUTUMN_2, last_on=day(last)),)
        state = school.evolve(state, CalendarPublished(version=version, half_terms=half_terms, inset_days=()))

    assert [state.calendar(()).half_terms[0].last_on, state.calendar((), 1).half_terms[0].last_on] == [
        day("2026-12-22"),
        day("2026-12-18"),
    ]
    assert (state.calendar(()).version, state.calendar((), 1).version) == (2, 1)
