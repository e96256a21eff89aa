"""A placement's life as the picture draws it: its phases, its reviews, the holidays of the school."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.parts.reviews import Review as ReviewOnRecord
from domain.placement.state import Placement
from services.gateway.pages.pictures.placement_life import Life, Phase, PhaseKind, Review, ReviewState
from services.gateway.pages.placement.opening import OpenPlacement

_DAY = timedelta(days=1)


def life(placement: OpenPlacement) -> Life | None:
    """Nothing before the placement is decided on, as nothing has a day by then."""
    state = placement.state
    begins = state.running.started_on or state.period.start_date
    if begins is None or not placement.records:
        return None
    arranged = min(placement.records[0].metadata.occurred_at.date(), begins)
    phases = list(_phases(state, arranged, begins, placement.today))
    return Life(
        phases=phases,
        reviews=[_review(each, placement.whole) for each in state.reviews.opened if each.lapsed_on is None],
        holidays=_holidays(placement.calendar, phases[0].first, max(each.last for each in phases)),
        today=placement.today,
    )


def _phases(state: Placement, arranged: date, begins: date, now: date) -> Iterator[Phase]:
    if arranged < begins:
        yield Phase(PhaseKind.PREPARING, arranged, begins - _DAY)
    end = state.ending.end
    last = end.ended_on if end is not None else max(state.period.proposed_end or now, begins)
    if end is None and state.running.started_on is not None:
        last = max(last, now)
    yield from _running(state, begins, max(last, begins))
    if end is not None and (closed := state.ending.closed_on or now) > end.ended_on:
        yield Phase(PhaseKind.ENDED, end.ended_on + _DAY, closed)


def _running(state: Placement, begins: date, last: date) -> Iterator[Phase]:
    """Pauses cut the time at the provider, and so does the return."""
    returning = state.ending.reintegration.started_on if state.ending.reintegration is not None else date.max
    at = begins
    for pause in state.running.pauses:
        first = max(pause.paused.paused_on, at)
        until = last if pause.resumed is None else pause.resumed.resumed_on - _DAY
        if first > last or until < first:
            continue
        yield from _stretch(at, first - _DAY, returning)
        yield Phase(PhaseKind.PAUSED, first, min(until, last))
        at = min(until, last) + _DAY
    yield from _stretch(at, last, returning)


def _stretch(first: date, last: date, returning: date) -> Iterator[Phase]:
    if first <= min(last, returning - _DAY):
        yield Phase(PhaseKind.RUNNING, first, min(last, returning - _DAY))
    if max(first, returning) <= last:
        yield Phase(PhaseKind.RETURNING, max(first, returning), last)


def _review(review: ReviewOnRecord, whole: bool) -> Review:
    """Whether a review was missed is for who places the pupil."""
    if review.held is not None:
        return Review(review.held.held_on, ReviewState.HELD)
    missed = review.missed is not None and whole
    return Review(review.due, ReviewState.MISSED if missed else ReviewState.DUE)


def _holidays(calendar: SchoolCalendar, first: date, last: date) -> Sequence[tuple[date, date]]:
    """What lies between the half-terms that are published."""
    terms = calendar.half_terms
    gaps = [
        (before.last_on + _DAY, after.first_on - _DAY)
        for before, after in pairwise(terms)
        if before.last_on + _DAY < after.first_on
    ]
    return [gap for gap in gaps if gap[0] <= last and gap[1] >= first]
