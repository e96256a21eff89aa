"""Putting right what was recorded wrongly. The earlier event stays as it is; the correction stands beside it."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from domain.bounds import faults
from domain.date_text import instant_of
from domain.errors import Rejected, Rejections, refuse
from domain.facts import Facts
from domain.placement.guards import written
from domain.regimes import figures
from domain.school_calendar import CalendarTooShort, SchoolCalendar
from events.around import (
    AccessRestricted,
    CaseAssigned,
    SubjectAccessAnswered,
    SubjectAccessExtended,
    SubjectAccessRequested,
)
from events.codec import PLACEMENT, NotReadable, NotStorable, canonical_json, from_json, parse_field, repeated_keys
from events.definition import value
from events.ids import EventId
from events.placement import (
    CalendarTaken,
    DeadlineMissed,
    DeadlineRecalculated,
    DocumentProduced,
    EarlyStartConsented,
    NoticeGiven,
    PlacementDetermined,
    PlacementMarkedTransitional,
    ProviderDoubted,
    RecordCorrected,
    ReviewDue,
    ReviewInvitationGiven,
    ReviewLapsed,
    ReviewMissed,
    ReviewOutcomeNotified,
    ReviewRequested,
    ReviewScheduled,
    StartDateMoved,
    TermsChanged,
)


@value
class CorrectRecord:
    """Correct one field of an earlier event. The value is JSON, of the field's own kind."""

    corrects_event_id: EventId
    field: str
    value: str
    reason: str


class EventUnknown(Rejected):
    """A correction names an event of this placement."""

    code = "event_unknown"
    title = "There is no such event"


class FieldNotCorrectable(Rejected):
    """Ids tie the record together and stay, as does what decides who may see it, which law binds, and what was in
    time. What time recorded by itself stays too. A correction is put right by correcting the first event again.
    """

    code = "field_not_correctable"
    title = "That field cannot be corrected"


class ValueUnreadable(Rejected):
    """The corrected value is of the same kind as the one it takes the place of."""

    code = "value_unreadable"
    title = "The value is not of the field's kind"


class ValueOutOfBounds(Rejected):
    """Years run from 1900 to 2199, numbers fit 32 bits, and a corrected text has at most 10,000 characters.

    A day lies where the home school's calendar can count from it.
    """

    code = "value_out_of_bounds"
    title = "The value is out of bounds"


_LONGEST_TEXT = 10_000

_ALWAYS = MappingProxyType(
    dict.fromkeys(
        ("home_school_urn", "commissioner", "legal_basis", "regime_id"),
        "It decides who may see the record and which law binds. Withdraw or cancel, and refer the pupil again.",
    )
)
"""Fields that no correction changes, in whatever event, and what to do instead."""

_NOTICE = "Whether the notice was in time follows from it. Until the placement starts, give the notice again."
_INVITATION = "Whether the invitation was in time follows from it. Until the review is held, invite again."
_OUTCOME = "Whether the outcome was told in time follows from it. Record again that the outcome was notified."
_MEETING = "An invitation is given for one time and no other. Until the review is held, schedule it again."
_TERMS = "A notice is given for the terms as they were changed. Change the terms again."
_START = "A notice is given for one start and no other. Until the placement starts, move the start date."
_REQUEST = "Whether a review must be held follows from it. Until one is held, record the request again."
_ACCESS = "Whether the answer was in time follows from it. Record the request again as it was."
_CONSENT = "Consent is to one start and no other. Until the placement starts, record it again."
_GIVEN = ("given_on", "method", "deemed_on", "timely", "calendar_version")
_OF_TYPE: Mapping[type, Mapping[str, str]] = MappingProxyType(
    {
        NoticeGiven: dict.fromkeys((*_GIVEN, "given_at", "start_date", "days", "school_days_clear"), _NOTICE),
        ReviewScheduled: {"at": _MEETING},
        ReviewInvitationGiven: dict.fromkeys((*_GIVEN, "days_before"), _INVITATION),
        ReviewOutcomeNotified: dict.fromkeys((*_GIVEN, "days_after"), _OUTCOME),
        ReviewRequested: dict.fromkeys(("requested_on", "last_review_on"), _REQUEST),
        PlacementDetermined: {"start_date": _START},
        TermsChanged: dict.fromkeys(("field", "changed_on", "effective_on", "days", "from_value", "to_value"), _TERMS),
        StartDateMoved: {"to_date": _START},
        EarlyStartConsented: {"start_date": _CONSENT},
        CaseAssigned: {"assigned_to": "Assign the case again."},
        AccessRestricted: {"reader_roles": "Restrict access again: the latest restriction holds."},
        SubjectAccessRequested: dict.fromkeys(("received_on", "right", "due", "calendar_version"), _ACCESS),
        SubjectAccessExtended: dict.fromkeys(("extended_on", "due"), _ACCESS),
        SubjectAccessAnswered: dict.fromkeys(("answered_on", "timely"), _ACCESS),
    }
)
"""Fields that say whether a thing was in time, and those that this was reckoned from: one alone would belie others."""

_BY_ITSELF = (
    DocumentProduced,
    ReviewDue,
    ReviewMissed,
    ReviewLapsed,
    DeadlineMissed,
    PlacementMarkedTransitional,
    ProviderDoubted,
    CalendarTaken,
    DeadlineRecalculated,
)


def correct(command: CorrectRecord, facts: Facts) -> tuple[RecordCorrected, ...]:
    event = facts.history.get(command.corrects_event_id)
    if event is None:
        raise Rejections((EventUnknown("This placement has no such event.", pointer="/corrects_event_id"),))
    refuse(_field(event, command.field), written(command.reason, "why it was wrong", "/reason"))
    return (
        RecordCorrected(
            corrects_event_id=command.corrects_event_id,
            field=command.field,
            value=_value(event, command.field, command.value, facts.calendar),
            reason=command.reason,
        ),
    )


def _value(event: Any, field: str, text: str, calendar: SchoolCalendar) -> str:
    """The value as canonical JSON, once the event has proved to hold it and to be read back with it.

    Raises:
        Rejections: it is not of the field's kind, or out of bounds.
    """
    try:
        parsed = parse_field(type(event), field, text)
        refuse(_UNREADABLE if repeated_keys(text) or _spelt_otherwise(parsed, text) else None)
        refuse(
            *(_unbounded(*fault) for fault in faults(parsed, longest_text=_LONGEST_TEXT)),
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
_UNREADABLE = ValueUnreadable("The value is not of the field's kind.", pointer="/value")


def _unbounded(pointer: str, why: str) -> ValueOutOfBounds:
    return ValueOutOfBounds(f"{why} It stands at {pointer}." if pointer else why, pointer="/value")


def _countable(value: object, calendar: SchoolCalendar) -> ValueOutOfBounds | None:
    """Deadlines are counted from days of the record, and the workflow could go no further where that fails."""
    if not isinstance(value, date) or isinstance(value, datetime):
        return None
    try:
        calendar.nth_after(value, figures().half_term_most_school_days)
    except CalendarTooShort:
        return ValueOutOfBounds("The school's calendar has too few days after this one.", pointer="/value")
    return None


def _field(event: object, name: str) -> FieldNotCorrectable | None:
    if isinstance(event, RecordCorrected):
        return FieldNotCorrectable(
            "Correct the event itself once more, not its correction.", pointer="/corrects_event_id"
        )
    if isinstance(event, _BY_ITSELF):
        return FieldNotCorrectable(
            "Time recorded this by itself. Correct the fact that it follows from.", pointer="/corrects_event_id"
        )
    if name not in {field.name for field in fields(event)}:  # type: ignore[arg-type] # every event is a dataclass
        return FieldNotCorrectable("The event has no such field.", pointer="/field")
    if name in _ALWAYS:
        return FieldNotCorrectable(_ALWAYS[name], pointer="/field")
    if name.endswith(("_id", "_ids")):
        return FieldNotCorrectable("An id cannot be corrected.", pointer="/field")
    why = _OF_TYPE.get(type(event), {}).get(name)
    return FieldNotCorrectable(why, pointer="/field") if why else None
