"""Correcting what was recorded wrongly. The earlier event stays as it is; the correction is an event of its own."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from domain.calendar.date_text import instant_of
from domain.calendar.school_calendar import CalendarTooShort, SchoolCalendar
from domain.law.rules import figures
from domain.placement.ages import AgeOutOfRange
from domain.placement.decision.decision_day import moved_day
from domain.placement.derived import in_place
from domain.placement.event_rows import EVENTS
from domain.placement.facts import Facts
from domain.placement.guards import DateBeforeCause, written
from domain.placement.state import Placement, evolve, initial
from domain.shared.bounds import MOST_ENTRIES, MOST_VALUES, faults, needs_value
from domain.shared.errors import Rejected, Rejections, refuse
from events.codec import PLACEMENT, NotReadable, NotStorable, canonical_json, from_json, parse_field
from events.definition import asked, value
from events.ids import EventId, event_id_of
from events.json_shape import shape_of
from events.placement.decision import PlacementDetermined
from events.placement.record import RecordCorrected
from events.placement.referral import ReferralSubmitted


@value
class CorrectRecord:
    """Correct one field of an earlier event. The value is JSON, of the field's own kind."""

    corrects_event_id: EventId = asked("What do you want to correct?")
    field: str = asked("Which part of it?")
    value: str = asked("What is right?")
    reason: str = asked("What was wrong, and how do you know?")


class EventUnknown(Rejected):
    """A correction names an event of this placement."""

    code = "event_unknown"
    title = "There is no such event"


class FieldNotCorrectable(Rejected):
    """Ids connect the record and cannot be corrected. Nor can a field that decides who may see the record, which law
    applies, or what was in time. What the service recorded by itself cannot be corrected either.

    To change a correction, correct the first event again.
    """

    code = "field_not_correctable"
    title = "That field cannot be corrected"


class ValueUnreadable(Rejected):
    """The corrected value has the same type as the value it replaces."""

    code = "value_unreadable"
    title = "The value is not the right type for the field"


class ValueOutOfBounds(Rejected):
    """Years run from 1900 to 2199, numbers fit 32 bits, and a text has a maximum length.

    The home school's calendar must be able to count from a day.
    """

    code = "value_out_of_bounds"
    title = "The value is out of range"


class OutOfOrder(Rejected):
    """Each step keeps its place in time: no step comes before the one that it followed."""

    code = "correction_out_of_order"
    title = "The dates would be in the wrong order"


def correct(_state: Placement, command: CorrectRecord, facts: Facts) -> tuple[RecordCorrected]:
    event = facts.history.get(command.corrects_event_id)
    if event is None:
        raise Rejections((EventUnknown("This placement has no such event.", pointer="/corrects_event_id"),))
    refuse(_field(event, command.field), written(command.reason, "why it was wrong", "/reason"))
    correction = RecordCorrected(
        corrects_event_id=command.corrects_event_id,
        field=command.field,
        value=_value(event, command.field, command.value, facts.calendar),
        reason=command.reason,
    )
    before = in_place(facts.history)
    cause = event_id_of(facts.command_id, 0)
    after = in_place({**facts.history, cause: correction})
    refuse(*_unsound(before, after, command, facts), _moved(before, after, command, facts))
    return (correction,)


def _unsound(
    before: Mapping[EventId, Any], after: Mapping[EventId, Any], command: CorrectRecord, facts: Facts
) -> Iterator[Rejected]:
    """What the event's own rules say to the new value, and which later step would come before its cause.

    What was wrong before, perhaps under later rules, does not prevent a correction.
    """
    aged = False
    known = {_same(event_id, fault) for event_id, fault in _faults(before, facts)}
    of_field = re.compile(rf"/{command.field}(/|$)")
    for event_id, fault in _faults(after, facts):
        new = _same(event_id, fault) not in known
        if isinstance(fault, AgeOutOfRange) and new:
            # One birth, or one plan, counts on each day that the record tests: it is reported once.
            if not aged:
                yield _at_value(fault, fault.detail)
            aged = True
        elif event_id == command.corrects_event_id:
            if new or of_field.match(fault.pointer or ""):
                yield _at_value(fault, fault.detail)
        elif new and isinstance(after[event_id], ReferralSubmitted):
            # The pupil's details came with the draft, and were looked at when it was submitted.
            yield _at_value(fault, fault.detail)
        elif new and isinstance(fault, DateBeforeCause):
            name = re.sub(r"(?<!^)(?=[A-Z])", " ", type(after[event_id]).__name__).lower()
            yield OutOfOrder(f"Another entry, {name}, would come too early. {fault.detail}", pointer="/value")


def _moved(
    before: Mapping[EventId, Any], after: Mapping[EventId, Any], command: CorrectRecord, facts: Facts
) -> Rejected | None:
    old, new = before[command.corrects_event_id], after[command.corrects_event_id]
    if not isinstance(new, PlacementDetermined):
        return None
    return moved_day(old, new, facts)


def _same(event_id: EventId, fault: Rejected) -> tuple[EventId, type[Rejected], str | None]:
    return event_id, type(fault), fault.pointer


def _at_value(fault: Rejected, detail: str) -> Rejected:
    return type(fault)(detail, pointer="/value")


def _faults(history: Mapping[EventId, Any], facts: Facts) -> Iterator[tuple[EventId, Rejected]]:
    """What the rules of its entry say against each event, by the record before it."""
    state = initial()
    for event_id, event in history.items():
        corrections = EVENTS[type(event)].corrections
        if not isinstance(corrections, str):
            for fault in _found(corrections.sound(event, state, facts)):
                yield event_id, fault
        state = evolve(state, event)


def _found(faults: Iterable[Rejected | None]) -> Iterator[Rejected]:
    return (fault for fault in faults if fault is not None)


def _value(event: Any, field: str, text: str, calendar: SchoolCalendar) -> str:
    """The value as canonical JSON, once the event has proved to hold it and to be read back with it.

    Raises:
        Rejections: it is not of the field's kind, or out of bounds.
    """
    try:
        parsed = parse_field(type(event), field, text)
        shape = shape_of(text, most_parts=MOST_ENTRIES, most_values=MOST_VALUES)
        refuse(_UNREADABLE if shape.repeated or shape.too_many_values or _spelt_otherwise(parsed, text) else None)
        refuse(
            *(_unbounded(*fault) for fault in faults(parsed, field=field, required=needs_value(type(event), field))),
            _countable(parsed, calendar),
        )
        kept = PLACEMENT.encode(replace(event, **{field: parsed}))
        PLACEMENT.decode(kept.type, kept.schema_version, kept.data, kept.personal)
    except (NotReadable, NotStorable) as error:
        raise Rejections((_UNREADABLE,)) from error
    return canonical_json(parsed)


def _spelt_otherwise(parsed: object, text: str) -> bool:
    """A time has one spelling in a correction as in the first entry; the parser reads others as well."""
    if not isinstance(parsed, datetime):
        return False
    try:
        return instant_of(from_json(text, str)) != parsed
    except ValueError:
        return True


# The parser's own words may quote the value, and a refusal is kept in clear.
_UNREADABLE = ValueUnreadable("The value is not the right type for the field.", pointer="/value")


def _unbounded(pointer: str, why: str) -> ValueOutOfBounds:
    return ValueOutOfBounds(f"{why} It is at {pointer}." if pointer else why, pointer="/value")


def _countable(value: object, calendar: SchoolCalendar) -> ValueOutOfBounds | None:
    """Deadlines are counted from days of the record, and the workflow could go no further where that fails."""
    if not isinstance(value, date) or isinstance(value, datetime):
        return None
    try:
        calendar.nth_after(value, figures(value).half_term_most_school_days)
    except CalendarTooShort:
        return ValueOutOfBounds("The school's calendar has too few days after this day.", pointer="/value")
    return None


def _field(event: Any, name: str) -> FieldNotCorrectable | None:
    corrections = EVENTS[type(event)].corrections
    if isinstance(corrections, str):
        return FieldNotCorrectable(corrections, pointer="/corrects_event_id")
    if name not in {field.name for field in fields(event)}:
        return FieldNotCorrectable("The event has no such field.", pointer="/field")
    if name in corrections.corrects:
        return None
    if name in corrections.stays:
        return FieldNotCorrectable(corrections.stays[name], pointer="/field")
    return FieldNotCorrectable("An id cannot be corrected.", pointer="/field")
