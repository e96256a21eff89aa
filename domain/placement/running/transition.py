"""A placement that goes on beyond the end of the regime it was decided under: marked by time, settled by a person.

What the new law asks of such a placement was not found in a source, so nothing about it is assumed here.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.calendar.london import start_of
from domain.calendar.school_calendar import DAY, SchoolCalendar
from domain.law.regimes import regime
from domain.law.rules import RULES, figures
from domain.placement.duty import Done, DueDay, Duty, Owed, TimedEvents
from domain.placement.facts import Facts
from domain.placement.guards import not_before, not_future, written
from domain.placement.stages import RUNNING, TERMINAL
from domain.placement.state import Placement
from domain.shared import words
from domain.shared.errors import Rejected, refuse
from events.codes import RuleId
from events.definition import asked, value
from events.placement.running import PlacementMarkedTransitional, TransitionDealtWith


@value
class RecordTransitionDealtWith:
    """Record how a placement decided under the law before 26 July 2026 was brought under the law since."""

    how: str = asked("How was the placement brought under the new law?")


class NotTransitional(Rejected):
    """Only a placement that the service has marked as decided under the earlier law is dealt with, and only once."""

    code = "not_transitional"
    title = "This placement does not need to be brought under the new law"


def to_mark(state: Placement) -> PlacementMarkedTransitional | None:
    """The mark that is still to be made: on the day the law changes, or on the start if that comes later."""
    if (
        state.stage not in RUNNING
        or state.running.started_on is None
        or state.decision.regime_id is None
        or state.running.transitional
    ):
        return None
    left = regime(state.decision.regime_id)
    if not left.runs_on:
        return None
    changes_on = left.to_on + DAY
    return PlacementMarkedTransitional(
        marked_on=max(changes_on, state.running.started_on),
        from_regime=left.id,
        immediate=state.running.started_on > changes_on,
    )


def due(mark: PlacementMarkedTransitional, calendar: SchoolCalendar) -> date:
    return calendar.nth_after(mark.marked_on, figures(mark.marked_on).transition_school_days)


def deal_with(state: Placement, command: RecordTransitionDealtWith, facts: Facts) -> tuple[TransitionDealtWith, ...]:
    dealt = TransitionDealtWith(dealt_with_on=facts.today, how=command.how)
    refuse(
        NotTransitional("There is nothing to deal with.")
        if state.running.transitional is None or state.running.transition_dealt_with is not None
        else None,
        *sound(dealt, state, facts),
    )
    return (dealt,)


def sound(event: TransitionDealtWith, state: Placement, facts: Facts) -> list[Rejected | None]:
    mark = state.running.transitional
    return [
        not_future(event.dealt_with_on, facts.today, "/dealt_with_on"),
        not_before(event.dealt_with_on, mark.marked_on, "the placement was marked", "/dealt_with_on") if mark else None,
        written(event.how, "what was done", "/how"),
    ]


def _owed(state: Placement, calendar: SchoolCalendar) -> Iterator[Owed]:
    """A person deals with it, as long as nobody has."""
    if state.running.transitional is None or state.running.transition_dealt_with is not None or state.stage in TERMINAL:
        return
    yield Owed(due(state.running.transitional, calendar), since=state.running.transitional.marked_on)


def _done_by(event: Any, state: Placement, calendar: SchoolCalendar) -> Iterator[Done]:
    if isinstance(event, TransitionDealtWith) and state.running.transitional is not None:
        yield Done(due(state.running.transitional, calendar), event.dealt_with_on)


def _explain(day: DueDay) -> str:
    assert day.owed.since is not None
    owner = RULES[RuleId.TRANSITION].owner
    after = words.count(figures(day.owed.since).transition_school_days, "school day")
    return f"by the {owner}, {after} after {words.on(day.owed.since)}"


def _marks(state: Placement, _calendar: SchoolCalendar) -> Iterator[TimedEvents]:
    mark = to_mark(state)
    if mark is not None:
        on = mark.marked_on
        said = f"The law changed on {words.on(on)}"
        yield TimedEvents(at=start_of(on), rule=RuleId.TRANSITION, due_on=on, words=said, events=(mark,))


DUTY = Duty(rule=RuleId.TRANSITION, owed=_owed, explain=_explain, done_by=_done_by, brings=_marks)
