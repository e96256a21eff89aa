"""The table of duties: a duty that is one row more in it is due, falls due, is judged and is said in words."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from domain.attendance.duties import REGISTER_DUTIES
from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import RULES
from domain.placement import duties
from domain.placement.duty import Done, DueDay, Duty, Owed
from domain.placement.record.contact import RecordVisit
from domain.placement.stages import RUNNING, Stage
from domain.placement.state import Placement
from domain.placement.time.deadlines import Deadline, deadlines, next_wake
from domain.placement.time.pass_time import PassTime
from domain.provider.duties import PROVIDER_DUTIES
from domain.shared import words
from events.codes import RecalculationCause, Role, RuleId, Severity
from events.placement.contact import PlacementVisited
from events.placement.deadlines import DeadlineMissed, DeadlineRecalculated, MissDisproved
from tests.domain.examples import SITE, at, day
from tests.domain.test_recalculation import revised, told
from tests.dsl import Given

OF_PLACEMENTS = duties.DUTIES
DUE, MISSED_ON = day("2026-12-03"), day("2026-12-04")


def _due(state: Placement, calendar: SchoolCalendar) -> date:
    assert state.running.started_on is not None
    return calendar.nth_after(state.running.started_on, 5)


def _owed(state: Placement, calendar: SchoolCalendar) -> Iterator[Owed]:
    if state.stage in RUNNING and not state.around.visits:
        yield Owed(_due(state, calendar), since=state.running.started_on)


def _done_by(event: Any, state: Placement, calendar: SchoolCalendar) -> Iterator[Done]:
    if isinstance(event, PlacementVisited):
        yield Done(_due(state, calendar), event.visited_on)


def _explain(one: DueDay) -> str:
    assert one.owed.since is not None
    return f"five school days after {words.on(one.owed.since)}"


# No duty of a placement has this rule, whose words are about a provider.
VISIT = Duty(rule=RuleId.QA_VISIT, what="First visit made", owed=_owed, explain=_explain, done_by=_done_by)


@pytest.fixture(autouse=True)
def one_more_duty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duties, "DUTIES", (*duties.DUTIES, VISIT))


def listed(story: Given) -> list[Deadline]:
    return [each for each in deadlines(story.state, story.calendar) if each.rule is RuleId.QA_VISIT]


def of_visit(story: Given) -> list[object]:
    return [event for event in story.events if getattr(event, "rule", None) is RuleId.QA_VISIT]


def passed(story: Given, on: date) -> Given:
    outcome = story.on(on).when(PassTime())
    return outcome.given.and_then(*outcome.events)


def visited(on: str) -> RecordVisit:
    return RecordVisit(visited_on=day(on), site_id=SITE, pupil_seen=True, visitor="the mentor", observations="settled")


def test_every_timed_rule_has_one_duty() -> None:
    rows = [each.rule for each in OF_PLACEMENTS]
    rows += [each.rule for each in REGISTER_DUTIES] + [each.rule for each in PROVIDER_DUTIES]

    assert sorted(rows) == sorted(RuleId) == sorted(RULES)


def test_a_duty_of_the_table_is_listed_with_how_its_day_was_worked_out() -> None:
    (found,) = listed(at(Stage.ACTIVE))

    assert found.due_on == DUE
    assert found.words == (
        "First visit made by Thursday 3 December 2026: five school days after Thursday 26 November 2026"
    )
    assert (found.owner, found.escalate_to) == (Role.LA_OFFICER, Role.HEAD)


def test_a_duty_of_the_table_is_missed_once_its_day_has_passed() -> None:
    story = at(Stage.ACTIVE)
    before, after = passed(story, DUE), passed(story, MISSED_ON)

    wake = next_wake(before.state, story.calendar, before.now)
    assert wake is not None
    assert wake.because == "Make the council's quality assurance visit: overdue after Thursday 3 December 2026"
    assert of_visit(before) == []
    assert of_visit(after) == [DeadlineMissed(rule=RuleId.QA_VISIT, due=DUE, severity=Severity.ADVISORY)]
    assert [each.missed for each in listed(after)] == [True]


@pytest.mark.parametrize(("on", "disproved"), [("2026-12-03", True), ("2026-12-04", False)])
def test_a_duty_done_in_time_and_recorded_late_is_no_miss(on: str, *, disproved: bool) -> None:
    story = passed(at(Stage.ACTIVE), day("2026-12-08"))
    events = story.when(visited(on)).events

    assert any(isinstance(event, MissDisproved) and event.rule is RuleId.QA_VISIT for event in events) is disproved
    assert listed(story.and_then(*events)) == []


def test_a_duty_of_the_table_moves_with_the_calendar() -> None:
    story = told(at(Stage.ACTIVE), revised(inset=(day("2026-12-01"),)))

    moved = [event for event in story.events if isinstance(event, DeadlineRecalculated)]
    assert (
        DeadlineRecalculated(
            rule=RuleId.QA_VISIT, due=day("2026-12-04"), from_due=DUE, cause=RecalculationCause.CALENDAR_REVISED
        )
        in moved
    )
    assert "Thursday 3 December 2026 before the school's calendar was revised" in listed(story)[0].words
