"""What the line of a placement's life shows, from the record: phases, reviews, holidays."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.reviews.diary import diary
from domain.placement.stages import TERMINAL, Stage
from domain.placement.state import Placement
from services.gateway.pages.pictures.placement_life import Life, Phase, PhaseKind, ReviewMark, ReviewState

_DAY = timedelta(days=1)
# A gap between half-terms that is longer than a weekend.
_HOLIDAY = timedelta(days=4)


def life_of(state: Placement, calendar: SchoolCalendar, *, drafted_on: date, last_event_on: date, today: date) -> Life:
    """`drafted_on` is the day of the first event. `last_event_on` closes what ended before it started."""
    return Life(
        phases=list(_phases(state, drafted_on, last_event_on, today)),
        reviews=list(_reviews(state, today)),
        holidays=[
            (before.last_on + _DAY, after.first_on - _DAY)
            for before, after in pairwise(calendar.half_terms)
            if after.first_on - before.last_on > _HOLIDAY
        ],
        today=today,
    )


def _phases(state: Placement, drafted_on: date, last_event_on: date, today: date) -> Iterator[Phase]:
    started = state.running.started_on
    if started is None:
        yield Phase(PhaseKind.PREPARING, drafted_on, max(drafted_on, _arranged_until(state, last_event_on, today)))
        return
    if drafted_on < started:
        yield Phase(PhaseKind.PREPARING, drafted_on, started - _DAY)
    last = max(started, _runs_until(state, today))
    yield from _running(state, started, last)
    if state.ending.end is not None and state.stage is not Stage.CLOSED and today > last:
        yield Phase(PhaseKind.ENDED, last + _DAY, today)


def _arranged_until(state: Placement, last_event_on: date, today: date) -> date:
    if state.stage in TERMINAL:
        return last_event_on
    planned = state.period.start_date
    return today if planned is None or planned <= today else planned - _DAY


def _runs_until(state: Placement, today: date) -> date:
    if state.ending.end is not None:
        return state.ending.end.ended_on
    planned = state.period.proposed_end
    return today if planned is None else max(planned, today)


def _running(state: Placement, started: date, last: date) -> Iterator[Phase]:
    """From the start to the end, with a new phase at each day on which something began."""
    returning = state.ending.reintegration.started_on if state.ending.reintegration is not None else None
    marks = {started, last + _DAY, *([returning] if returning is not None else [])}
    for pause in state.running.pauses:
        marks |= {pause.paused.paused_on, *([pause.resumed.resumed_on] if pause.resumed is not None else [])}
    inside = sorted(day for day in marks if started <= day <= last + _DAY)
    for first, after in pairwise(inside):
        if any(pause.covers(first) for pause in state.running.pauses):
            kind = PhaseKind.PAUSED
        else:
            kind = PhaseKind.RETURNING if returning is not None and first >= returning else PhaseKind.RUNNING
        yield Phase(kind, first, after - _DAY)


def _reviews(state: Placement, today: date) -> Iterator[ReviewMark]:
    """One that lapsed is none; one held after its day was held. One planned and not opened yet is due."""
    for entry, review in zip(diary(state), state.reviews.opened, strict=True):
        if review.held is not None:
            yield ReviewMark(entry.on, ReviewState.HELD)
        elif review.open:
            missed = entry.missed or review.due < today
            yield ReviewMark(review.due if missed else entry.on, ReviewState.MISSED if missed else ReviewState.DUE)
    opened = {review.due for review in state.reviews.opened}
    if state.stage in TERMINAL or state.ending.end is not None:
        return
    for planned in state.period.planned:
        if planned.due not in opened and planned.due >= today:
            yield ReviewMark(planned.due, ReviewState.DUE)
