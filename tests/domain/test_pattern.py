"""The weekly pattern of a placement: complete, within it, part time only for a while, and in one place at a time."""

from datetime import time
from typing import Any

import pytest

from domain.placement.agreement.pattern import (
    PartTimeWithoutEnd,
    PatternIncomplete,
    PatternOutsidePlacement,
    SessionsOverlap,
    elsewhere,
    last_overlap,
    pattern_on,
    place_on,
)
from domain.placement.facts import Elsewhere
from domain.placement.guards import DateBeforeCause, TextMissing
from domain.placement.stages import Stage
from events.codes import Session
from events.placement.agreement import NoticeGiven
from events.placement.running import AttendancePatternSet
from tests.domain.examples import START, at, day, notice
from tests.domain.register import NONE, PROVIDER, SCHOOL, THURSDAY, pattern, sessions
from tests.dsl import Given

FULL = sessions(*[PROVIDER] * 10)
AM, PM = Session.AM, Session.PM


def _set(story: Given, **changes: Any) -> Given:
    return story.when(pattern(**changes)).then_happens(AttendancePatternSet)


@pytest.mark.obligation("S8")
def test_a_pattern_says_where_the_pupil_is_in_each_session_of_the_week() -> None:
    patterns = _set(at(Stage.DETERMINED)).state.agreement.patterns

    assert place_on(patterns, day("2026-11-25"), AM) is None, "before it begins"
    assert place_on(patterns, THURSDAY, AM) is PROVIDER
    assert place_on(patterns, day("2026-11-27"), AM) is SCHOOL
    assert place_on(patterns, day("2026-11-27"), PM) is NONE
    assert place_on(patterns, day("2027-02-12"), PM) is NONE
    assert place_on(patterns, day("2027-02-26"), PM) is None, "the agreed part time is over"
    assert place_on(patterns, day("2026-11-28"), AM) is None, "a Saturday"


def test_the_later_pattern_holds_from_its_day_on() -> None:
    story = _set(_set(at(Stage.ACTIVE)), effective_from=day("2027-01-04"), sessions=FULL)
    again = _set(story, effective_from=day("2027-01-04"))

    assert place_on(story.state.agreement.patterns, day("2026-11-27"), AM) is SCHOOL
    assert place_on(story.state.agreement.patterns, day("2027-01-08"), AM) is PROVIDER
    assert place_on(again.state.agreement.patterns, day("2027-01-08"), AM) is SCHOOL, "of two for one day the later set"
    assert pattern_on((), THURSDAY) is None


@pytest.mark.obligation("S8")
@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"sessions": FULL, "part_time_until": None, "agreed_with": None}, set()),
        ({"sessions": FULL[:-1]}, {PatternIncomplete}),
        ({"sessions": (*FULL, FULL[0])}, {PatternIncomplete}),
        ({"sessions": sessions(*[SCHOOL] * 10)}, {PatternIncomplete}),
        ({"am_start": None}, {PatternIncomplete}),
        ({"pm_start": None}, {PatternIncomplete}),
        ({"sessions": sessions(*[PROVIDER, SCHOOL] * 5), "pm_start": None}, set()),
        ({"effective_from": day("2026-11-25")}, {DateBeforeCause}),
        ({"effective_from": day("2027-03-26"), "sessions": FULL}, {PatternOutsidePlacement}),
        ({"part_time_until": None}, {PartTimeWithoutEnd}),
        ({"part_time_until": day("2026-11-25")}, {PartTimeWithoutEnd}),
        ({"part_time_until": day("2027-03-26")}, {PartTimeWithoutEnd}),
        ({"part_time_until": day("2027-03-25")}, set()),
        ({"agreed_with": ""}, {TextMissing}),
    ],
)
def test_each_guard(changes: dict[str, Any], reasons: set[Any]) -> None:
    outcome = at(Stage.READY_TO_START).when(pattern(**changes))

    assert {type(reason) for reason in outcome.reasons} == reasons


def _other(*places: Any, first: str = "2026-11-30", last: str = "2027-01-29") -> Elsewhere:
    patterns = _set(at(Stage.ACTIVE), sessions=sessions(*places)).state.agreement.patterns
    return Elsewhere(first_on=day(first), last_on=day(last), patterns=patterns)


@pytest.mark.parametrize(
    ("other", "reasons"),
    [
        (_other(*[SCHOOL] * 8, PROVIDER, PROVIDER), set()),
        (_other(PROVIDER, *[SCHOOL] * 9), {SessionsOverlap}),
        (_other(*[SCHOOL] * 7, PROVIDER, SCHOOL, SCHOOL), {SessionsOverlap}),
        (_other(PROVIDER, *[SCHOOL] * 9, last="2026-11-25"), set()),
        (_other(PROVIDER, *[SCHOOL] * 9, first="2027-04-12", last="2027-05-28"), set()),
        (Elsewhere(first_on=THURSDAY, last_on=day("2027-01-29"), patterns=()), set()),
    ],
)
def test_two_placements_never_expect_the_pupil_at_once(other: Elsewhere, reasons: set[Any]) -> None:
    given = at(Stage.READY_TO_START)
    command = pattern()
    facts = given.knowing(elsewhere=(other,))

    assert {type(reason) for reason in facts.when(command).reasons} == reasons


@pytest.mark.parametrize(
    ("other", "reasons"),
    [
        (_other(*[SCHOOL] * 8, PROVIDER, PROVIDER), set()),
        (_other(PROVIDER, *[SCHOOL] * 9), {SessionsOverlap}),
        (_other(PROVIDER, *[SCHOOL] * 9, first="2027-04-12", last="2027-05-28"), set()),
    ],
)
def test_no_placement_starts_while_another_has_the_pupil_at_the_same_time(other: Elsewhere, reasons: set[Any]) -> None:
    ready = _set(at(Stage.READY_TO_START).on(day("2026-11-23")).when(notice()).then_happens(NoticeGiven))

    outcome = ready.on(THURSDAY).knowing(elsewhere=(other,)).when(START)

    assert {type(reason) for reason in outcome.reasons} == reasons


def test_another_placement_counts_from_its_determination_until_it_ends() -> None:
    running = _set(at(Stage.ACTIVE)).state

    assert elsewhere(at(Stage.SCREENING).state) is None
    assert elsewhere(at(Stage.ENDED).state) is None
    assert elsewhere(running) == Elsewhere(
        first_on=THURSDAY, last_on=day("2027-03-25"), patterns=running.agreement.patterns
    )


def test_a_pattern_keeps_when_its_sessions_begin() -> None:
    [kept] = _set(at(Stage.ACTIVE), am_start=time(9, 15)).state.agreement.patterns

    assert (kept.am_start, kept.pm_start) == (time(9, 15), time(12, 45))


@pytest.mark.parametrize(
    ("one", "other", "last"),
    [
        (_other(PROVIDER, *[SCHOOL] * 9), _other(PROVIDER, *[SCHOOL] * 9), "2027-01-25"),
        (_other(*[SCHOOL] * 9, PROVIDER), _other(*[PROVIDER] * 10, last="2027-01-20"), "2027-01-15"),
        (_other(PROVIDER, *[SCHOOL] * 9), _other(SCHOOL, PROVIDER, *[SCHOOL] * 8), None),
        (_other(*[PROVIDER] * 10, last="2026-12-11"), _other(*[PROVIDER] * 10, first="2026-12-14"), None),
        (_other(*[PROVIDER] * 10), Elsewhere(first_on=THURSDAY, last_on=day("2027-01-29"), patterns=()), None),
    ],
)
def test_the_last_day_on_which_two_placements_expect_the_pupil_at_once(
    one: Elsewhere, other: Elsewhere, last: str | None
) -> None:
    expected = None if last is None else day(last)

    assert last_overlap(one, other) == last_overlap(other, one) == expected
