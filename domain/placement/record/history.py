"""A placement as it is, as it was, and as it was known: each a fold of its recorded events."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from domain.calendar.london import end_of
from domain.placement.derived import in_place
from domain.placement.state import Placement, evolve, initial
from events.definition import occurred_field
from events.envelope import Recorded
from events.placement.union import PlacementEvent

Record = Recorded[PlacementEvent]


def occurred_at(event: object, now: datetime) -> datetime:
    """When an event's fact came about: by the end of the day it names, but never after now; without one, now."""
    field = occurred_field(type(event))
    day: date | None = getattr(event, field) if field else None
    return now if day is None else min(now, end_of(day))


def corrected(records: Iterable[Record]) -> tuple[Record, ...]:
    """The records with each corrected value at the place of the event it corrects, and with what follows from it.

    The corrections stay among them. One whose value is gone, with its pupil's key, corrects nothing.
    """
    records = tuple(records)
    placed = in_place({record.event_id: record.event for record in records})
    return tuple(_replaced(record, placed[record.event_id]) for record in records)


def _replaced(record: Record, event: PlacementEvent) -> Record:
    if event is record.event:
        return record
    day = occurred_field(type(event))
    if day is None or getattr(event, day) == getattr(record.event, day):
        return record._replace(event=event)
    # The day itself was wrong: the fact moves to the right one.
    metadata = replace(record.metadata, occurred_at=occurred_at(event, record.recorded_at))
    return record._replace(event=event, metadata=metadata)


def as_known(records: Iterable[Record], at: datetime) -> tuple[Record, ...]:
    """What had been recorded by an instant."""
    return tuple(record for record in records if record.recorded_at <= at)


def as_at(records: Iterable[Record], at: datetime) -> tuple[Record, ...]:
    """What had come about by an instant, as is known now: corrected first, as a day may be what was wrong."""
    return tuple(record for record in corrected(records) if record.metadata.occurred_at <= at)


def fold(records: Iterable[Record]) -> Placement:
    """The state after these records, in their order."""
    state = initial()
    for record in records:
        state = evolve(state, record.event)
    return state


def current(records: Sequence[Record]) -> Placement:
    """The placement as it is now: every correction applied."""
    return fold(corrected(records))
