"""The figures are asked with a date: a placement keeps those of the day of its determination, whatever comes later."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date

import pytest

from domain.law import rules as law
from domain.law.rules import FIGURES, Figures, figures
from domain.placement.agreement.delivery import deemed_on
from domain.placement.binding import figures_of
from domain.placement.record.access_clock import answer_due
from domain.placement.record.letters import lost_due
from domain.placement.referral.exclusions import sixth_day
from domain.placement.stages import Stage
from domain.placement.time.deadlines import Deadline, deadlines
from domain.placement.time.pass_time import PassTime
from events.codes import AccessRight, DeliveryMethod, RuleId
from events.placement.agreement import NoticeGiven
from tests.domain.examples import CALENDAR, at, day, notice
from tests.domain.test_running import decided
from tests.dsl import Given

NOTICED = (Stage.DETERMINED, Stage.AGREEMENT_PENDING, Stage.READY_TO_START)
RUNS = (Stage.ACTIVE, Stage.REINTEGRATING, Stage.ENDED)
DETERMINED_ON = day("2026-11-16")


def other_figures(from_on: date) -> Figures:
    """A row with every duration three school days, or other units, longer."""
    durations = ("_days", "_hours", "_months", "_weeks", "_minutes", "_years", "_sessions", "day_six")
    longer = {
        each.name: getattr(FIGURES[-1], each.name) + 3 for each in fields(Figures) if each.name.endswith(durations)
    }
    return replace(FIGURES[-1], from_on=from_on, **longer)


@contextmanager
def second_row(from_on: date) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(law, "FIGURES", (*FIGURES, other_figures(from_on)))
        yield


def due(story: Given) -> tuple[Deadline, ...]:
    return deadlines(story.state, CALENDAR)


def test_the_figures_of_a_day_are_those_of_the_last_row_begun() -> None:
    with second_row(day("2027-01-01")):
        assert figures(day("2026-12-31")) is FIGURES[-1]
        assert figures(day("2027-01-01")).invitation_days == 9
        assert figures(day("1999-01-01")) is FIGURES[0]


@pytest.mark.parametrize("stage", [*NOTICED, *RUNS])
def test_a_determined_placement_keeps_its_deadlines(stage: Stage) -> None:
    story = at(stage)
    before = due(story)

    with second_row(day("2026-11-17")):
        assert figures_of(story.state) is FIGURES[-1]
        assert due(story) == before
    assert before


@pytest.mark.parametrize("stage", [*NOTICED, *RUNS])
def test_time_brings_a_determined_placement_the_same(stage: Stage) -> None:
    story = at(stage).on(day("2027-07-01"))
    before = story.when(PassTime()).events

    with second_row(day("2026-11-17")):
        assert story.when(PassTime()).events == before


@pytest.mark.parametrize("stage", [*NOTICED, *RUNS])
def test_a_placement_determined_later_has_the_new_figures(stage: Stage) -> None:
    story = at(stage)
    before = due(story)

    with second_row(DETERMINED_ON):
        assert figures_of(story.state) == other_figures(DETERMINED_ON)
        assert due(story) != before


def test_a_notice_is_judged_by_the_figures_of_the_determination() -> None:
    story = at(Stage.READY_TO_START).on(day("2026-11-23"))
    told = notice(given_on=day("2026-11-23"))

    with second_row(day("2026-11-17")):
        (kept,) = story.when(told).events
    with second_row(DETERMINED_ON):
        (new,) = story.when(told).events

    assert isinstance(kept, NoticeGiven)
    assert isinstance(new, NoticeGiven)
    assert kept.school_days_clear == new.school_days_clear == 2
    assert (kept.timely, new.timely) == (True, False)


def test_an_invitation_and_an_outcome_keep_their_days() -> None:
    story = decided()
    before = due(story)

    with second_row(day("2026-11-17")):
        assert due(story) == before
    with second_row(DETERMINED_ON):
        moved = {each.rule: each.due_on for each in due(story)}
    assert {each.rule for each in before if moved.get(each.rule) != each.due_on} >= {RuleId.T3}


CAUSES: dict[str, Callable[[date], object]] = {
    "subject access": lambda on: answer_due(AccessRight.SUBJECT_ACCESS, on, CALENDAR),
    "educational record": lambda on: answer_due(AccessRight.EDUCATIONAL_RECORD, on, CALENDAR),
    "lost letter": lambda on: lost_due(on, CALENDAR),
    "sixth day": lambda on: sixth_day(on, CALENDAR),
    "post": lambda on: deemed_on(on, DeliveryMethod.FIRST_CLASS_POST, CALENDAR),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_what_follows_no_determination_has_the_figures_of_its_cause(cause: str) -> None:
    of = CAUSES[cause]
    begins = day("2026-12-01")
    was, is_now = of(day("2026-11-30")), of(begins)

    with second_row(begins):
        assert of(day("2026-11-30")) == was
        assert of(begins) != is_now
