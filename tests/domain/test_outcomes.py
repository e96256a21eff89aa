"""What came of a placement, in figures: only once it has ended, and only what was recorded."""

from dataclasses import replace

import pytest

from domain.placement.ending.outcomes import outcome
from domain.placement.stages import Stage
from events.codes import EndReason
from tests.domain.changes import with_fields
from tests.domain.examples import CALENDAR, at, day


@pytest.mark.obligation("S29")
def test_a_closed_placement_has_length_attendance_goals_end_and_cost() -> None:
    """A closed placement has its length, attendance, objectives, destination and cost."""
    found = outcome(at(Stage.CLOSED).state, CALENDAR)

    assert found is not None
    assert (found.started_on, found.ended_on) == (day("2026-11-26"), day("2027-02-08"))
    assert found.school_days == CALENDAR.within(day("2026-11-26"), day("2027-02-08"))
    assert (found.attendance_before, found.attendance_during, found.attendance_after) == (8125, 9300, None)
    assert (found.objectives_set, found.objectives_met) == (1, 1)
    assert (found.destination, found.cost_pennies) == (EndReason.RETURN_PHASED, 200_000)


def test_one_that_is_not_evaluated_so_far_has_no_such_figures() -> None:
    found = outcome(at(Stage.ENDED).state, CALENDAR)

    assert found is not None
    assert (found.attendance_during, found.objectives_met, found.cost_pennies) == (None, None, None)


def test_objectives_that_can_no_longer_be_read_are_not_counted_as_none() -> None:
    state = at(Stage.CLOSED).state
    assert state.referral.submitted is not None

    unread = outcome(with_fields(state, referral=replace(state.referral.submitted, objectives=())), CALENDAR)
    without = outcome(with_fields(state, referral=None), CALENDAR)

    assert unread is not None
    assert without is not None
    assert (unread.objectives_set, without.objectives_set) == (None, None)


def test_one_that_runs_or_never_started_has_no_outcome() -> None:
    assert outcome(at(Stage.REINTEGRATING).state, CALENDAR) is None
    assert outcome(with_fields(at(Stage.ENDED).state, started_on=None), CALENDAR) is None
