"""T6, towards reg 4(1)(b): a decision before the period ends, unless the last one was to end the placement."""

from datetime import date

from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.binding import figures_of
from domain.placement.duty import DueDay, Opening
from domain.placement.parts.reviews import Review
from domain.placement.reviews.opening import has_opened, opens_on, review_duty
from domain.placement.state import Placement
from domain.shared import words
from events.codes import ReviewSource, RuleId


def _opens(state: Placement, calendar: SchoolCalendar) -> Opening | None:
    assert state.running.started_on is not None
    assert state.period.end_set_on is not None
    assert state.period.proposed_end is not None
    due = _due(state)
    if state.reviews.decision_to_end is not None or has_opened(state, ReviewSource.PERIOD_END, due):
        return None
    lead = figures_of(state).period_end_lead_school_days
    return Opening(
        source=ReviewSource.PERIOD_END,
        rule=RuleId.T6,
        due=due,
        opens_on=opens_on(calendar, due, lead, state.running.started_on, state.period.end_set_on),
        immediate=state.period.proposed_end < state.running.started_on,
    )


def _due(state: Placement) -> date:
    assert state.running.started_on is not None
    assert state.period.proposed_end is not None
    return max(state.period.proposed_end, state.running.started_on)


def _needless(state: Placement, review: Review, _calendar: SchoolCalendar) -> bool:
    return state.reviews.decision_to_end is not None or _due(state) != review.due


def _explain(day: DueDay) -> str:
    assert day.state.running.started_on is not None
    return f"the end of the period that began on {words.on(day.state.running.started_on)}"


DUTY = review_duty(RuleId.T6, "Decide on the placement", _explain, opens=_opens, needless=_needless)
