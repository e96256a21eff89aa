"""A placement as it stands, as it stood, and as it was known: each a fold of its recorded events."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from domain.london import end_of
from domain.placement.state import Placement, evolve, initial
from events.codec import parse_field
from events.definition import occurred_field
from events.envelope import Recorded
from events.ids import EventId
from events.placement import PlacementEvent, RecordCorrected

Record = Recorded[PlacementEvent]


def occurred_at(event: object, now: datetime) -> datetime:
    """When an event's fact came about: by the end of the day it names, but never after now; without one, now."""
    field = occurred_field(type(event))
    day: date | None = getattr(event, field) if field else None
    return now if day is None else min(now, end_of(day))


def corrected(records: Iterable[Record]) -> tuple[Record, ...]:
    """The records with each corrected value at the place of the event it corrects; the last correction holds.

    The corrections stay among them. One whose value is gone, with its pupil's key, corrects nothing.
    """
    records = tuple(records)
    values: dict[EventId, dict[str, str]] = {}
    for record in records:
        correction = record.event
        if isinstance(correction, RecordCorrected) and correction.value is not None:
            values.setdefault(correction.corrects_event_id, {})[correction.field] = correction.value
    return tuple(_apply(record, values.get(record.event_id, {})) for record in records)


def _apply(record: Record, values: dict[str, str]) -> Record:
    if not values:
        return record
    cls = type(record.event)
    parsed = {field: parse_field(cls, field, text) for field, text in values.items()}
    event: PlacementEvent = replace(record.event, **parsed)
    if occurred_field(cls) not in values:
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
    """The placement as it stands: every correction applied."""
    return fold(corrected(records))
