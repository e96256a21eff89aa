"""Towards reg 4(1)(a): a review on each day that the determination planned and the decisions since then set."""

from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.binding import figures_of
from domain.placement.duty import DueDay, Opening
from domain.placement.reviews.opening import day_after, has_opened, last_due, opens_on, review_duty
from domain.placement.state import Placement
from domain.shared import words
from events.codes import ReviewSource, RuleId


def _opens(state: Placement, calendar: SchoolCalendar) -> Opening | None:
    assert state.running.started_on is not None
    last = last_due(state, ReviewSource.PLAN)
    ahead = [
        # A thing is due no earlier than the day of its cause, here the start.
        (max(planned.due, state.running.started_on), planned.set_on, planned.due < state.running.started_on)
        for planned in state.period.planned
    ]
    wanted = sorted(each for each in ahead if each[0] > last and not has_opened(state, ReviewSource.PLAN, each[0]))
    if not wanted:
        return None
    due, set_on, immediate = wanted[0]
    lead = figures_of(state).review_lead_school_days
    return Opening(
        source=ReviewSource.PLAN,
        rule=RuleId.PLAN,
        due=due,
        opens_on=opens_on(calendar, due, lead, state.running.started_on, set_on, day_after(last)),
        immediate=immediate,
    )


def _explain(day: DueDay) -> str:
    planned = next((each for each in day.state.period.planned if each.due == day.due), None)
    return (
        "the day of the start, as the planned day was earlier"
        if planned is None
        else f"set on {words.on(planned.set_on)}"
    )


DUTY = review_duty(RuleId.PLAN, "Hold the planned review", _explain, opens=_opens)
