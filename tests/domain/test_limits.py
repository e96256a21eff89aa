"""The figures at which a placement is worth a second look: on each side of each, and that they hold nothing up."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.calendar.london import start_of
from domain.calendar.school_calendar import DAY
from domain.law.origins import Certainty, RuleOrigin
from domain.law.rules import RULES
from domain.placement.running.limits import to_reach
from domain.placement.stages import Stage
from domain.placement.time.deadlines import Deadline, deadlines, next_wake
from events.codes import ProviderKind, RegistrationResult, ReviewDecision, RuleId, Severity
from events.placement.deadlines import LimitReached
from events.placement.decision import PlacementDetermined
from events.placement.reviews import ReviewDecided
from events.placement.running import AttendancePatternSet
from tests.domain.changes import with_fields
from tests.domain.examples import CALENDAR, at, day
from tests.domain.register import NONE, PROVIDER, SCHOOL, THURSDAY, pattern, sessions
from tests.domain.test_running import decided
from tests.domain.test_timers import TICK
from tests.dsl import Given

OURS = {RuleId.T15, RuleId.T18, RuleId.T18_SESSIONS, RuleId.T19}
REACHED = date(2027, 1, 20)
"""The 30th school day from the start on."""


def patterned(**changes: Any) -> Given:
    """A placement that began on the Thursday, with a weekly pattern of one session at the provider unless said."""
    fields = {"sessions": sessions(PROVIDER, *[SCHOOL] * 9), "part_time_until": None, "agreed_with": None}
    return at(Stage.ACTIVE).when(pattern(**(fields | changes))).then_happens(AttendancePatternSet)


def part_time(until: str, **changes: Any) -> Given:
    fields = {"sessions": sessions(PROVIDER, *[SCHOOL] * 8, NONE), "agreed_with": "the parent"}
    return patterned(**(fields | {"part_time_until": day(until)} | changes))


def reached(story: Given, on: date) -> list[tuple[RuleId, date, int]]:
    """What time has brought of it by a day."""
    events = story.on(on, 12).when(TICK).events
    return [(each.rule, each.reached_on, each.figure) for each in events if isinstance(each, LimitReached)]


def listed(story: Given) -> dict[RuleId, Deadline]:
    return {each.rule: each for each in deadlines(story.state, story.calendar) if each.rule in OURS}


def at_kind(story: Given, kind: ProviderKind | None, result: RegistrationResult) -> Given:
    assert story.state.proposal.proposed is not None
    proposal = replace(story.state.proposal.proposed, provider_kind=kind, registration_result=result)
    known = story.state.proposal.proposed
    return story.knowing(events=tuple(proposal if each == known else each for each in story.events))


def ending(story: Given, on: date) -> Given:
    changed = (replace(e, proposed_end=on) if isinstance(e, PlacementDetermined) else e for e in story.events)
    return story.knowing(events=tuple(changed))


# ---- T15


@pytest.mark.obligation("S8")
def test_a_part_time_timetable_is_weighed_again_after_thirty_school_days() -> None:
    assert CALENDAR.within(THURSDAY, REACHED) == 30
    story = part_time("2027-01-20")

    [due] = [listed(story)[RuleId.T15]]
    assert (due.due_on, due.severity, due.missed) == (REACHED, Severity.ADVISORY, False)
    assert due.words == (
        "Review the part-time timetable by Wednesday 20 January 2027: 30 school days part-time since Thursday 26"
        " November 2026"
    )
    assert reached(story, REACHED - DAY) == []
    assert reached(story, REACHED) == [(RuleId.T15, REACHED, 30)]


@pytest.mark.parametrize("story", [part_time("2027-01-19"), patterned()], ids=["29 days", "full time"])
def test_a_shorter_part_time_timetable_needs_no_second_look(story: Given) -> None:
    assert RuleId.T15 not in listed(story)
    assert reached(story, day("2027-02-01")) == []


def test_part_time_timetables_that_follow_one_another_count_as_one() -> None:
    first = part_time("2026-12-18")
    again = pattern(effective_from=day("2027-01-04"), part_time_until=day("2027-02-12"))
    later = pattern(effective_from=day("2027-01-05"), part_time_until=day("2027-02-12"))

    without_a_gap = first.when(again).then_happens(AttendancePatternSet)
    with_a_gap = first.when(later).then_happens(AttendancePatternSet)

    assert listed(without_a_gap)[RuleId.T15].due_on == REACHED
    assert CALENDAR.within(day("2027-01-05"), day("2027-02-12")) == 29
    assert RuleId.T15 not in listed(with_a_gap)


def test_a_pattern_that_is_replaced_before_the_start_does_not_count() -> None:
    early = part_time("2027-02-12")
    full = pattern(sessions=sessions(PROVIDER, *[SCHOOL] * 9), part_time_until=None, agreed_with=None)

    replaced = early.when(full).then_happens(AttendancePatternSet)
    full_later = early.when(replace(full, effective_from=day("2026-12-01"))).then_happens(AttendancePatternSet)
    events = tuple(
        replace(e, started_on=day("2026-12-01")) if hasattr(e, "started_on") else e for e in full_later.events
    )

    assert RuleId.T15 not in listed(replaced)
    assert RuleId.T15 not in listed(full_later)
    assert RuleId.T15 not in listed(full_later.knowing(events=events)), "the placement began after it"


def test_a_limit_is_recorded_once_and_listed_until_a_review_decides() -> None:
    story = part_time("2027-02-12").on(REACHED, 12)
    [event] = [e for e in story.when(TICK).events if isinstance(e, LimitReached)]
    after = story.and_then(event)

    assert event == LimitReached(rule=RuleId.T15, since=THURSDAY, reached_on=REACHED, figure=30)
    assert listed(after)[RuleId.T15].missed
    assert [each.rule for each in to_reach(after.state, after.calendar)] == [RuleId.T18]
    assert reached(after, day("2027-02-01")) == []

    review = decided()
    [known] = [e for e in review.events if isinstance(e, ReviewDecided)]
    before, since = (replace(known, decided_on=on) for on in (REACHED - DAY, REACHED))
    own = [e for e in review.events if e not in at(Stage.ACTIVE).events and e != known]
    assert known.decision is not ReviewDecision.END
    assert RuleId.T15 in listed(after.and_then(*own, before))
    assert RuleId.T15 not in listed(after.and_then(*own, since))


# ---- T18


def test_twelve_weeks_at_a_provider_that_is_no_school_is_a_warning_not_law() -> None:
    story = patterned()
    last = THURSDAY + timedelta(weeks=12)

    due = listed(story)[RuleId.T18]
    assert (due.due_on, due.severity) == (last, Severity.ADVISORY)
    assert due.words.endswith("12 weeks after the start on Thursday 26 November 2026; a proposed limit, not law")
    assert (RULES[RuleId.T18].mark, RULES[RuleId.T18].certainty) == (RuleOrigin.PROPOSED, Certainty.UNCONFIRMED)
    assert "not law" in due.legal_ref
    assert reached(story, last - DAY) == []
    assert reached(story, last) == [(RuleId.T18, last, 12)]


def test_a_limit_after_the_planned_end_is_not_listed_until_it_is_reached() -> None:
    """A placement that is to end before the twelve weeks lists no limit, and reaches it where it goes on."""
    last = THURSDAY + timedelta(weeks=12)
    shorter = ending(patterned(), last - DAY)

    assert RuleId.T18 in listed(ending(patterned(), last))
    assert RuleId.T18 not in listed(shorter)
    assert reached(shorter, last) == [(RuleId.T18, last, 12)]
    went_on = shorter.and_then(LimitReached(rule=RuleId.T18, since=THURSDAY, reached_on=last, figure=12))
    assert listed(went_on)[RuleId.T18].missed


@pytest.mark.parametrize(
    ("places", "found"),
    [
        ([PROVIDER] * 4 + [SCHOOL] * 6, []),
        ([PROVIDER] * 5 + [SCHOOL] * 5, [(RuleId.T18_SESSIONS, THURSDAY, 5)]),
        ([PROVIDER] * 7 + [SCHOOL] * 3, [(RuleId.T18_SESSIONS, THURSDAY, 7)]),
        ([PROVIDER] * 8 + [SCHOOL] * 2, [(RuleId.T18_SESSIONS, THURSDAY, 8), (RuleId.T19, THURSDAY, 8 * 150)]),
    ],
)
def test_more_than_four_sessions_or_eighteen_hours_a_week_are_a_warning(
    places: list[Any], found: list[tuple[RuleId, date, int]]
) -> None:
    story = patterned(sessions=sessions(*places))

    assert reached(story, THURSDAY) == found
    assert {rule for rule in listed(story) if rule is not RuleId.T18} == {rule for rule, *_ in found}


def test_the_warnings_say_what_they_go_by() -> None:
    found = listed(patterned(sessions=sessions(*[PROVIDER] * 10)))

    assert found[RuleId.T18_SESSIONS].words == (
        "Review the sessions a week outside a school by Thursday 26 November 2026: more than four"
        " sessions a week in the"
        " weekly pattern; a proposed limit, not law"
    )
    assert found[RuleId.T19].words == (
        "Review the hours a week outside a school by Thursday 26 November 2026: more than 18 hours a week in the weekly"
        " pattern, which generally counts as full-time"
    )


def test_a_larger_pattern_counts_from_its_own_first_day() -> None:
    story = patterned().when(
        pattern(effective_from=day("2027-01-04"), sessions=sessions(*[PROVIDER] * 10), part_time_until=None)
    )
    larger = story.then_happens(AttendancePatternSet)
    wake = next_wake(larger.state, larger.calendar, larger.now)

    assert wake is not None
    assert wake.at <= start_of(day("2027-01-04"))
    assert reached(larger, day("2027-01-03")) == []
    assert {rule for rule, *_ in reached(larger, day("2027-01-04"))} == {RuleId.T18_SESSIONS, RuleId.T19}


@pytest.mark.parametrize(
    ("kind", "result", "counts"),
    [
        (ProviderKind.NON_SCHOOL, RegistrationResult.NOT_REQUIRED, True),
        (ProviderKind.COLLEGE, RegistrationResult.NOT_REQUIRED, False),
        (ProviderKind.SCHOOL, RegistrationResult.REGISTERED, False),
        (None, RegistrationResult.NOT_REQUIRED, True),
        (None, RegistrationResult.REGISTERED, False),
    ],
)
def test_the_caps_are_about_providers_that_are_no_schools(
    kind: ProviderKind | None, result: RegistrationResult, *, counts: bool
) -> None:
    story = at_kind(patterned(sessions=sessions(*[PROVIDER] * 10)), kind, result)

    assert set(listed(story)) == ({RuleId.T18, RuleId.T18_SESSIONS, RuleId.T19} if counts else set())


def test_where_no_provider_was_proposed_or_nothing_runs_there_is_no_limit() -> None:
    story = patterned(sessions=sessions(*[PROVIDER] * 10))

    assert to_reach(with_fields(story.state, proposal=None), CALENDAR) == ()
    assert to_reach(with_fields(story.state, stage=Stage.ENDED), CALENDAR) == ()
    assert to_reach(with_fields(story.state, started_on=None), CALENDAR) == ()
