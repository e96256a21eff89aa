"""What a decision to end, and the end, ask for: the destination on record, and the evaluation, T14."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import Figures
from domain.placement.binding import figures_of
from domain.placement.duty import Done, DueDay, Duty, Owed, Proof
from domain.placement.stages import RUNNING, Stage
from domain.placement.state import Placement
from domain.shared import words
from events.codes import RuleId
from events.placement.ending import EvaluationRecorded, PlacementEnded
from events.placement.reviews import ReviewDecided


def _destination_due(decided: ReviewDecided, calendar: SchoolCalendar, bound: Figures) -> date:
    """By when a placement that a review decided to end has ended, with its destination."""
    return calendar.nth_after(decided.decided_on, bound.destination_school_days)


def _to_end(state: Placement, calendar: SchoolCalendar) -> Iterator[Owed]:
    if state.stage in RUNNING and state.reviews.decision_to_end is not None:
        yield Owed(
            _destination_due(state.reviews.decision_to_end, calendar, figures_of(state)),
            state.reviews.decision_to_end.review_id,
            since=state.reviews.decision_to_end.decided_on,
        )


def _ended(event: Any, state: Placement, calendar: SchoolCalendar) -> Iterator[Done]:
    if isinstance(event, PlacementEnded) and state.reviews.decision_to_end is not None:
        yield Done(
            _destination_due(state.reviews.decision_to_end, calendar, figures_of(state)),
            event.ended_on,
            state.reviews.decision_to_end.review_id,
        )


def _why_end(day: DueDay) -> str:
    assert day.owed.since is not None
    after = words.count(figures_of(day.state).destination_school_days, "school day")
    return f"{after} after the decision to end on {words.on(day.owed.since)}"


def _evaluation_due(ended: PlacementEnded, calendar: SchoolCalendar, bound: Figures) -> date:
    return calendar.nth_after(ended.ended_on, bound.evaluation_school_days)


def _to_evaluate(state: Placement, calendar: SchoolCalendar) -> Iterator[Owed]:
    if state.stage is Stage.ENDED and state.ending.end is not None and state.ending.evaluation is None:
        yield Owed(_evaluation_due(state.ending.end, calendar, figures_of(state)), since=state.ending.end.ended_on)


def _evaluated(event: Any, state: Placement, calendar: SchoolCalendar) -> Iterator[Done]:
    if isinstance(event, EvaluationRecorded) and event.evaluated_on is not None and state.ending.end is not None:
        yield Done(_evaluation_due(state.ending.end, calendar, figures_of(state)), event.evaluated_on)


def _why_evaluation(day: DueDay) -> str:
    assert day.owed.since is not None
    after = words.count(figures_of(day.state).evaluation_school_days, "school day")
    return f"{after} after the end on {words.on(day.owed.since)}"


DESTINATION = Duty(
    rule=RuleId.DESTINATION,
    what="Record the end and the destination",
    owed=_to_end,
    explain=_why_end,
    done_by=_ended,
    proof=Proof(
        id="destination", demands="After a decision to end, the destination is on record", by=(PlacementEnded,)
    ),
)
EVALUATION = Duty(
    rule=RuleId.T14,
    what="Evaluate the placement",
    owed=_to_evaluate,
    explain=_why_evaluation,
    done_by=_evaluated,
    proof=Proof(
        id="evaluation",
        demands="The placement is evaluated, with the pupil's and the parents' own assessment",
        by=(EvaluationRecorded,),
    ),
)
