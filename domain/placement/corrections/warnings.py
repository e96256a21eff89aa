"""What the answer to a correction warns of."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from domain.calendar.london import today as day_of
from domain.placement.referral.warnings import of_another_pupil
from domain.placement.warnings import AcceptedCommand
from domain.warnings import CommandWarning, of_day
from events.codec import parse_field
from events.placement.contact import PlacementVisited
from events.placement.decision import (
    PlacementDetermined,
    ProfessionalsMeetingConvened,
    ProfessionalsMeetingHeld,
    StartDateMoved,
)
from events.placement.ending import ReintegrationPlanned, ReintegrationStarted
from events.placement.reviews import ReviewDecided, ReviewHeld
from events.values.decision import PlannedReview


def same_number(one: AcceptedCommand) -> Iterator[CommandWarning]:
    return of_another_pupil(one, "/value")


_CORRECTED: Mapping[tuple[type, str], str] = MappingProxyType(
    {
        (ProfessionalsMeetingConvened, "at"): "The meeting is",
        (ProfessionalsMeetingHeld, "held_on"): "The meeting was held",
        (PlacementDetermined, "proposed_end"): "The placement is to end",
        (PlacementDetermined, "review_plan"): "A review is planned",
        (StartDateMoved, "proposed_end"): "The placement is to end",
        (ReviewHeld, "held_on"): "The review was held",
        (ReviewDecided, "until"): "The period decided ends",
        (ReviewDecided, "next_review_due"): "The next review is due",
        (ReintegrationPlanned, "full_time_by"): "The pupil is to be back full time",
        (ReintegrationPlanned, "steps"): "A step of the return begins",
        (ReintegrationStarted, "started_on"): "The return begins",
        (PlacementVisited, "visited_on"): "The visit was",
    }
)
"""The days that commands warn of, in the events that they made."""


def corrected(one: AcceptedCommand) -> Iterator[CommandWarning | None]:
    event = one.facts.history[one.command.corrects_event_id]
    what = _CORRECTED.get((type(event), one.command.field))
    if what is None:
        return
    for day in _days_in(parse_field(type(event), one.command.field, one.command.value)):
        yield of_day(one.facts.calendar, day, what, "/value")


def _days_in(value: Any) -> Iterator[date]:
    match value:
        case datetime():
            yield day_of(value)
        case date():
            yield value
        case tuple():
            for part in value:
                yield part.due if isinstance(part, PlannedReview) else part.from_on
