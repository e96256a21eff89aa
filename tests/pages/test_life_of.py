"""The line of a placement's life follows from its record, at every stage."""

from datetime import date, timedelta

import pytest

from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.stages import RUNNING, Stage
from events.codes import TerminationReason
from events.ids import ConcernId, ReviewId
from events.placement.referral import PlacementCancelled, ReferralDeclined, ReferralWithdrawn
from events.placement.running import PlacementPaused, PlacementResumed
from events.values.school_days import HalfTerm
from services.gateway.pages.pictures.life_of import life_of
from services.gateway.pages.pictures.placement_life import Life, PhaseKind, ReviewMark, ReviewState, placement_life
from tests.domain.examples import at, day
from tests.domain.test_running import due, held
from tests.dsl import Given, an_id

DRAFTED = day("2026-11-02")
CALENDAR = SchoolCalendar(
    half_terms=[
        HalfTerm(name="Autumn 1", first_on=day("2026-09-03"), last_on=day("2026-10-23")),
        HalfTerm(name="Autumn 2", first_on=day("2026-11-02"), last_on=day("2026-12-18")),
        HalfTerm(name="Spring 1", first_on=day("2027-01-04"), last_on=day("2027-02-12")),
        HalfTerm(name="Spring 2", first_on=day("2027-02-15"), last_on=day("2027-03-25")),
    ]
)


_WHY = next(iter(TerminationReason))
_PAUSE = PlacementPaused(
    paused_on=day("2026-12-10"), concern_id=ConcernId(an_id("concern")), review_id=ReviewId(an_id("review"))
)
_BESIDE = {
    Stage.PAUSED: (Stage.ACTIVE, _PAUSE),
    Stage.DECLINED: (Stage.REFERRED, ReferralDeclined(declined_on=day("2026-11-09"), reason_code=_WHY)),
    Stage.WITHDRAWN: (Stage.REFERRED, ReferralWithdrawn(withdrawn_on=day("2026-11-09"), reason_code=_WHY)),
    Stage.CANCELLED: (Stage.DETERMINED, PlacementCancelled(cancelled_on=day("2026-11-20"), reason_code=_WHY)),
}


def _at(stage: Stage) -> Given:
    if stage not in _BESIDE:
        return at(stage)
    before, event = _BESIDE[stage]
    story = at(before).and_then(event)
    assert story.state.stage is stage
    return story


def _life(story: Given, today: str) -> Life:
    last = day(today)
    return life_of(story.state, CALENDAR, drafted_on=DRAFTED, last_event_on=last, today=last)


@pytest.mark.parametrize("today", ["2026-11-02", "2026-12-09", "2027-03-01", "2028-01-10"])
@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.NEW])
def test_phases_of_any_stage_follow_one_another_without_a_gap(stage: Stage, today: str) -> None:
    life = _life(_at(stage), today)

    assert life.phases[0].first == DRAFTED
    assert all(phase.first <= phase.last for phase in life.phases)
    for before, after in zip(life.phases, life.phases[1:], strict=False):
        assert after.first == before.last + timedelta(days=1)
    assert placement_life(life).table.rows


@pytest.mark.parametrize(
    ("stage", "kind"),
    [
        (Stage.DRAFT, PhaseKind.PREPARING),
        (Stage.READY_TO_START, PhaseKind.PREPARING),
        (Stage.ACTIVE, PhaseKind.RUNNING),
        (Stage.PAUSED, PhaseKind.PAUSED),
        (Stage.REINTEGRATING, PhaseKind.RETURNING),
        (Stage.DECLINED, PhaseKind.PREPARING),
    ],
)
def test_last_phase_is_that_of_the_stage(stage: Stage, kind: PhaseKind) -> None:
    assert _life(_at(stage), "2027-06-01").phases[-1].kind is kind


@pytest.mark.parametrize("stage", sorted(RUNNING))
def test_running_placement_reaches_to_today_at_least(stage: Stage) -> None:
    assert _life(_at(stage), "2028-01-10").phases[-1].last == date(2028, 1, 10)


def test_pause_is_a_phase_until_the_day_the_placement_goes_on() -> None:
    story = _at(Stage.PAUSED).and_then(
        PlacementResumed(resumed_on=day("2026-12-15"), review_id=ReviewId(an_id("review")))
    )
    [pause] = [phase for phase in _life(story, "2027-01-10").phases if phase.kind is PhaseKind.PAUSED]

    assert (pause.first, pause.last) == (day("2026-12-10"), day("2026-12-14"))


def test_ended_placement_waits_for_its_evaluation_until_it_is_closed() -> None:
    assert _life(_at(Stage.ENDED), "2028-01-10").phases[-1].kind is PhaseKind.ENDED
    assert _life(_at(Stage.CLOSED), "2028-01-10").phases[-1].kind is not PhaseKind.ENDED


def test_holidays_are_the_gaps_that_are_longer_than_a_weekend() -> None:
    assert list(_life(_at(Stage.DRAFT), "2026-11-02").holidays) == [
        (day("2026-10-24"), day("2026-11-01")),
        (day("2026-12-19"), day("2027-01-03")),
    ]


@pytest.mark.parametrize(
    ("story", "today", "review"),
    [
        (due, "2026-12-16", ReviewMark(day("2026-12-16"), ReviewState.DUE)),
        (due, "2026-12-17", ReviewMark(day("2026-12-16"), ReviewState.MISSED)),
        (held, "2027-06-01", ReviewMark(day("2026-12-08"), ReviewState.HELD)),
    ],
    ids=["due on its day", "missed the day after", "held"],
)
def test_review_is_held_due_or_missed_by_the_day(story: object, today: str, review: ReviewMark) -> None:
    assert review in _life(story(), today).reviews  # type: ignore[operator]


def test_review_that_is_planned_is_due_until_the_placement_ends() -> None:
    active, ended = _at(Stage.ACTIVE), _at(Stage.ENDED)
    [planned, *_] = active.state.period.planned

    assert ReviewMark(planned.due, ReviewState.DUE) in _life(active, str(planned.due)).reviews
    assert all(each.state is not ReviewState.DUE for each in _life(ended, str(planned.due)).reviews)
