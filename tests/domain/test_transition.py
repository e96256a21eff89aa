"""Placements of academies that run on from before 26 July 2026."""

from dataclasses import replace
from datetime import date

import pytest

from domain.calendar.london import start_of
from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.guards import TextMissing
from domain.placement.running.transition import NotTransitional, RecordTransitionDealtWith
from domain.placement.stages import Stage
from domain.placement.time.deadlines import deadlines, next_wake
from domain.placement.time.pass_time import PassTime
from events.codes import EndReason, RegimeId, RuleId, Severity
from events.placement.deadlines import DeadlineMissed
from events.placement.decision import PlacementDetermined
from events.placement.ending import PlacementEnded
from events.placement.running import PlacementMarkedTransitional, PlacementStarted, TransitionDealtWith
from events.values.school_days import HalfTerm
from tests.domain.examples import BANK_HOLIDAYS, HALF_TERMS, SITE, at, day
from tests.dsl import Given, london

SUMMER = HalfTerm(name="Summer 2 2026", first_on=day("2026-06-01"), last_on=day("2026-07-21"))
CALENDAR = SchoolCalendar(half_terms=(SUMMER, *HALF_TERMS), bank_holidays=BANK_HOLIDAYS, version=2)
CHANGE = day("2026-07-26")
SETTLE = RecordTransitionDealtWith(how="Decided again by the trust board on 9 September, with notice to the parents")


def _running(started_on: date, regime_id: RegimeId = RegimeId.ACAD_PRE) -> Given:
    """Decided in July under the earlier law, for a period that ends in December, and started."""
    story = at(Stage.READY_TO_START)
    decided = next(each for each in story.events if isinstance(each, PlacementDetermined))
    earlier = replace(
        decided,
        determined_on=day("2026-06-15"),
        regime_id=regime_id,
        start_date=started_on,
        proposed_end=day("2026-12-18"),
        calendar_version=CALENDAR.version,
        review_plan=(),
    )
    events = tuple(earlier if each is decided else each for each in story.events)
    started = PlacementStarted(started_on=started_on, first_site_id=SITE)
    return story.knowing(events=(*events, started), calendar=CALENDAR, now=london(started_on))


def _marks(story: Given) -> list[PlacementMarkedTransitional]:
    return [each for each in story.when(PassTime()).events if isinstance(each, PlacementMarkedTransitional)]


@pytest.mark.obligation("S16")
def test_a_placement_that_runs_on_is_marked_on_the_day_the_law_changes() -> None:
    story = _running(day("2026-07-06"))
    before = story.and_then(*story.knowing(now=start_of(day("2026-07-25"))).when(PassTime()).events)
    wake = next_wake(before.state, CALENDAR, before.now)
    assert wake is not None
    assert (wake.at, wake.because) == (start_of(CHANGE), "The law changed on Sunday 26 July 2026")

    assert _marks(before.on(CHANGE)) == [
        PlacementMarkedTransitional(marked_on=CHANGE, from_regime=RegimeId.ACAD_PRE, immediate=False)
    ]


@pytest.mark.obligation("S16")
def test_one_that_starts_after_the_change_is_marked_at_once() -> None:
    (mark,) = _marks(_running(day("2026-09-07")))

    assert (mark.marked_on, mark.immediate) == (day("2026-09-07"), True)


@pytest.mark.parametrize("regime_id", [each for each in RegimeId if each is not RegimeId.ACAD_PRE])
def test_under_no_other_regime_is_a_placement_marked(regime_id: RegimeId) -> None:
    assert _marks(_running(day("2026-07-06"), regime_id).on(day("2026-09-30"))) == []


def test_one_that_ended_before_the_change_is_not_marked() -> None:
    story = _running(day("2026-07-06")).and_then(
        PlacementEnded(ended_on=day("2026-07-21"), reason=EndReason.MOVED, destination_urn=None)
    )

    assert _marks(story.on(day("2026-09-30"))) == []


def _marked() -> Given:
    story = _running(day("2026-07-06")).on(CHANGE)
    return story.and_then(*story.when(PassTime()).events)


def _task(story: Given) -> list[str]:
    return [each.words for each in deadlines(story.state, story.calendar) if each.rule is RuleId.TRANSITION]


@pytest.mark.obligation("S16")
@pytest.mark.clause("transition")
def test_the_heads_task_stays_until_a_person_says_that_it_was_dealt_with() -> None:
    story = _marked()
    (words,) = _task(story)
    assert words == (
        "Bring the placement under the law since 26 July 2026 by Wednesday 16 September 2026: by the head,"
        " ten school days after Sunday 26 July 2026"
    )
    late = story.on(day("2026-09-17"))
    missed = [each for each in late.when(PassTime()).events if isinstance(each, DeadlineMissed)]
    assert DeadlineMissed(rule=RuleId.TRANSITION, due=day("2026-09-16"), severity=Severity.ADVISORY) in missed
    still = late.and_then(*late.when(PassTime()).events)
    assert _task(still) != []
    settled = still.when(SETTLE).then(TransitionDealtWith(dealt_with_on=day("2026-09-17"), how=SETTLE.how))

    assert _task(settled) == []
    settled.when(SETTLE).then_rejected(NotTransitional)


def test_dealing_with_it_is_written_down_and_has_an_object() -> None:
    _marked().when(RecordTransitionDealtWith(how=" ")).then_rejected(TextMissing)
    at(Stage.ACTIVE).when(SETTLE).then_rejected(NotTransitional)
