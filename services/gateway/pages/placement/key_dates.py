"""The days that a placement turns on, every earlier one of each with its reason, and the step that moves it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from domain.calendar.london import today
from domain.documents.phrases import code
from domain.placement.record.history import Record, corrected
from domain.placement.stages import DECIDED, RUNNING, Stage
from domain.placement.state import Placement
from domain.placement.steps import COMMANDS, STEPS
from events.codes import ReviewDecision
from events.placement.deadlines import DeadlineRecalculated
from events.placement.decision import PlacementDetermined, StartDateMoved
from events.placement.ending import PlacementEnded, ReintegrationPlanned
from events.placement.reviews import ReviewDecided, ReviewDue, ReviewScheduled
from events.placement.running import PlacementStarted
from services.gateway.pages.placement.opening import OpenPlacement
from services.gateway.pages.placement.overview import people
from services.gateway.pages.web.filters import day, weekday_day
from services.gateway.pages.web.parts import DataTable, Fact, Link, TableCell

_NOT_SHOWN: Final = "The reason is not shown to you"


@dataclass(frozen=True, slots=True)
class DaySet:
    """A day as it was set once: on which day that was recorded, and why."""

    on: date
    set_on: date
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDate:
    """`moved_by` names the command that moves the day at a stage; `fixed` says why none does."""

    name: str
    title: str
    question: str
    sets: Callable[[Record, Placement], tuple[date, str] | None]
    moved_by: Callable[[Placement], str | None]
    fixed: str


def _start(record: Record, _state: Placement) -> tuple[date, str] | None:
    match record.event:
        case PlacementDetermined() as event:
            return event.start_date, "Set by the decision on the placement"
        case StartDateMoved() as event:
            return event.to_date, event.reason or _NOT_SHOWN
        case PlacementStarted() as event:
            return event.started_on, "The pupil started"
        case _:
            return None


def _end(record: Record, _state: Placement) -> tuple[date, str] | None:
    match record.event:
        case PlacementDetermined() as event:
            return event.proposed_end, "Set by the decision on the placement"
        case StartDateMoved() as event:
            return event.proposed_end, event.reason or _NOT_SHOWN
        case ReviewDecided() as event if event.decision is not ReviewDecision.END:
            return event.until, f"{code(event.decision)}: {event.reasons or _NOT_SHOWN}"
        case PlacementEnded() as event:
            return event.ended_on, f"The placement ended: {code(event.reason)}"
        case _:
            return None


def _review(record: Record, state: Placement) -> tuple[date, str] | None:
    """Of the review that is open, or of the last one."""
    review = next((each for each in state.reviews.opened if each.open), None)
    if review is None:
        return None
    match record.event:
        case ReviewDue() as event if event.review_id == review.review_id:
            return event.due, "The day by which it has to be held"
        case DeadlineRecalculated() as event if event.subject == review.review_id:
            return event.due, f"The day was worked out again: {code(event.cause).lower()}"
        case ReviewScheduled() as event if event.review_id == review.review_id:
            return today(event.at), "The meeting was arranged"
        case _:
            return None


def _return(record: Record, _state: Placement) -> tuple[date, str] | None:
    event = record.event
    return (event.full_time_by, "Set by the plan of the return") if isinstance(event, ReintegrationPlanned) else None


def _moves_start(state: Placement) -> str | None:
    if state.stage is Stage.AWAITING_DECISION:
        return "determine"
    return "move-start-date" if state.stage in DECIDED else None


def _moves_end(state: Placement) -> str | None:
    if state.stage in DECIDED:
        return "move-start-date"
    if state.stage not in RUNNING:
        return None
    held = any(each.held is not None and each.decided is None for each in state.reviews.opened)
    return "decide-review" if held else None


def _moves_review(state: Placement) -> str | None:
    return "schedule-review" if any(each.open for each in state.reviews.opened) else None


def _moves_return(state: Placement) -> str | None:
    return "plan-reintegration" if state.stage in RUNNING else None


KEY_DATES: Final[Mapping[str, KeyDate]] = MappingProxyType(
    {
        each.name: each
        for each in (
            KeyDate(
                name="start",
                title="First day",
                question="Change the first day",
                sets=_start,
                moved_by=_moves_start,
                fixed="The first day can be moved between the decision and the start. After the start, correct the "
                "entry in the timeline if it is wrong.",
            ),
            KeyDate(
                name="end",
                title="Last day",
                question="Change the last day",
                sets=_end,
                moved_by=_moves_end,
                fixed="Once the pupil has started, the last day is changed by the decision after a review. Hold the "
                "review first, or ask for one.",
            ),
            KeyDate(
                name="review",
                title="Next review",
                question="Change the day of the review",
                sets=_review,
                moved_by=_moves_review,
                fixed="No review is open. A review opens by itself when it is time to arrange it.",
            ),
            KeyDate(
                name="return",
                title="Back at school full time by",
                question="Change the day of the full return",
                sets=_return,
                moved_by=_moves_return,
                fixed="The return is planned while the placement runs.",
            ),
        )
    }
)


def history(placement: OpenPlacement, key_date: KeyDate) -> Sequence[DaySet]:
    """Each day as it was set, the newest first. What says the same day once more is left out."""
    found: list[DaySet] = []
    for record in corrected(placement.records):
        said = key_date.sets(record, placement.state)
        if said is not None and (not found or found[-1].on != said[0] or said[1] == "The pupil started"):
            found.append(DaySet(said[0], today(record.recorded_at), said[1]))
    return found[::-1]


def listed(placement: OpenPlacement) -> Sequence[Fact]:
    return [_fact(placement, each) for each in KEY_DATES.values()]


def _fact(placement: OpenPlacement, key_date: KeyDate) -> Fact:
    found = history(placement, key_date)
    before = dict.fromkeys(each.on for each in found[1:] if each.on != found[0].on)
    earlier = f"Was {', '.join(map(day, before))}" if before else ""
    link = Link("Change or see why", address(placement, key_date), about=f": {key_date.title.lower()}")
    return Fact(key_date.title, weekday_day(found[0].on) if found else "Not set yet", hint=earlier, change=link)


def address(placement: OpenPlacement, key_date: KeyDate) -> str:
    return f"{placement.href}/dates/{key_date.name}/change"


def table(placement: OpenPlacement, key_date: KeyDate) -> DataTable:
    return DataTable(
        caption="Every day that was set, the newest first",
        columns=("Day", "Recorded on", "Why"),
        rows=[
            (TableCell(weekday_day(each.on), hint="" if n else "This is the day now"), day(each.set_on), each.why)
            for n, each in enumerate(history(placement, key_date))
        ],
        empty="No day has been set yet.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """How the day is moved: by a step of this person, or the words that say why not now, or who does."""

    href: str = ""
    text: str = ""
    says: str = ""


def moving(placement: OpenPlacement, key_date: KeyDate) -> Moving:
    if placement.erased:
        return Moving(says="The pupil's personal data has been erased. Nothing can be added to this record.")
    command = key_date.moved_by(placement.state)
    if command is None or placement.state.stage not in _step(command).stages:
        return Moving(says=key_date.fixed)
    who = _step(command).people
    if not placement.seen.held_by(who):
        return Moving(says=f"This day is changed by the {people(who)}.")
    return Moving(href=f"{placement.href}/do/{command}", text=key_date.question)


def _step(command: str) -> Any:
    return STEPS[COMMANDS[command]]
