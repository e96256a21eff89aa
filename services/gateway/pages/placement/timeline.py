"""What happened to a placement, the newest first: a sentence for each event, its details, and who did it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from domain.access.names import ActorName
from domain.calendar.london import today as day_of
from domain.documents.phrases import label, told
from domain.event_sentences.sentence import named, sentence, templates
from domain.placement.corrections.corrections import CorrectRecord
from domain.placement.event_rows import is_correctable
from domain.placement.record.history import Record, corrected
from domain.placement.steps import STEPS
from events.codec import NotReadable, parse_field, read_metadata
from events.definition import occurred_field
from events.envelope import Actor
from events.ids import EventId
from events.placement.record import RecordCorrected
from events.values.sessions import PatternSession
from infra.event_store.types import StoredEvent
from services.gateway.pages.placement.opening import OpenPlacement
from services.gateway.pages.placement.week_words import week_words
from services.gateway.pages.web.filters import day, moment, role_name
from services.gateway.pages.web.parts import Entry, Link
from services.gateway.placements.shown_events import shown_in_part

_WITHHELD: Final = "the reason is not shown to you"
_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T[0-9:.]+(Z|[+-]\d{2}:\d{2})")
Who = Mapping[Actor, ActorName]


def actors(placement: OpenPlacement) -> set[Actor]:
    return {each.metadata.actor for each in placement.records} | {
        read_metadata(each.meta).actor for each in placement.unknown
    }


def entries(placement: OpenPlacement, who: Who) -> Sequence[Entry]:
    """Newest first. What a later release wrote is shown by its name alone."""
    shown = _whole(placement, who) if placement.provider is None else _in_part(placement, who)
    found = [*shown, *((each.version, _unknown(each, who)) for each in placement.unknown if placement.whole)]
    return [entry for _, entry in sorted(found, key=lambda pair: -pair[0])]


def _whole(placement: OpenPlacement, who: Who) -> Iterator[tuple[int, Entry]]:
    corrections = _corrections(each.event for each in placement.records)
    now = {each.event_id: each for each in corrected(placement.records)}
    may_correct = bool(placement.seen.held_by(STEPS[CorrectRecord].people)) and not placement.erased
    for record in placement.records:
        yield (
            record.version,
            Entry(
                title=sentence(record.event),
                at=record.recorded_at,
                by=_by(record.metadata.actor, who),
                lines=(*_when(record), *_lines(record, now, corrections)),
                links=(_correct(placement, record),) if may_correct and is_correctable(record.event) else (),
                replaced_because=_because(corrections.get(record.event_id, ())),
            ),
        )


def _corrections(events: Iterable[Any]) -> Mapping[EventId, Sequence[RecordCorrected]]:
    found: dict[EventId, list[RecordCorrected]] = {}
    for event in events:
        if isinstance(event, RecordCorrected):
            found.setdefault(event.corrects_event_id, []).append(event)
    return found


def _because(corrections: Sequence[RecordCorrected]) -> str:
    return "; ".join(each.reason or _WITHHELD for each in corrections)


def _when(record: Record) -> Iterator[str]:
    """The day of the fact, where it was written down on a later one."""
    of, written = day_of(record.metadata.occurred_at), day_of(record.recorded_at)
    if of != written:
        yield f"About {day(of)}, recorded later"


def _lines(
    record: Record, now: Mapping[EventId, Record], corrections: Mapping[EventId, Sequence[RecordCorrected]]
) -> Iterator[str]:
    event = record.event
    if isinstance(event, RecordCorrected):
        yield from _of_correction(event, now)
        return
    if record.event_id in corrections:
        right = now[record.event_id].event
        if sentence(right) != sentence(event):
            yield f"Now: {sentence(right)}"
        for each in corrections[record.event_id]:
            was = _value(getattr(event, each.field, None), each.field)
            yield f"{label(each.field)}: it said {was or 'nothing'}; it is {_value(_typed(each, event), each.field)}."
    yield from _details(event)


def _of_correction(event: RecordCorrected, now: Mapping[EventId, Record]) -> Iterator[str]:
    of = now.get(event.corrects_event_id)
    if of is not None:
        yield f"What was corrected: {label(event.field).lower()} of “{sentence(of.event)}”"
    yield f"Reason: {event.reason or _WITHHELD}"


def _typed(correction: RecordCorrected, event: Any) -> Any:
    """The value that is right, as the event has it; None where it cannot be read any more."""
    if correction.value is None:
        return None
    try:
        return parse_field(type(event), correction.field, correction.value)
    except (NotReadable, KeyError):
        return None


def _value(found: Any, field: str) -> str:
    return "; ".join(told(found, field=field)) if found is not None else "not shown to you"


def _details(event: Any) -> Iterator[str]:
    """What was recorded beyond the sentence. Ids say nothing to a person."""
    said = named(templates(type(event))[0]) | {occurred_field(type(event))}
    for each in fields(event):
        found = getattr(event, each.name)
        if each.name not in said and _tells(each.name, found):
            yield from _told(each.name, found)


def _told(name: str, found: Any) -> Iterator[str]:
    """A value in lines: the parts of a group each have one of their own."""
    if isinstance(found, tuple) and found and isinstance(found[0], PatternSession):
        yield f"At the provider on: {week_words(found)}"
    elif isinstance(found, tuple) and found and is_dataclass(found[0]):
        for each in found:
            parts = [line for part in fields(each) for line in _part(part.name, getattr(each, part.name))]
            yield f"{_label(name)}: {'; '.join(parts)}"
    elif is_dataclass(found):
        for part in fields(found):
            yield from _part(part.name, getattr(found, part.name))
    else:
        yield from _part(name, found)


def _part(name: str, found: Any) -> Iterator[str]:
    if isinstance(found, tuple) and found and is_dataclass(found[0]):
        yield from _told(name, found)
    elif _tells(name, found):
        words = "; ".join(_plain(each) for each in told(found, field=name))
        if words:
            yield f"{_label(name)}: {words}"


def _label(name: str) -> str:
    return _LABELS.get(name) or label(name)


def _plain(text: str) -> str:
    """A code that has no words of its own, without its underscores."""
    return text.replace("_", " ").capitalize() if _CODE.fullmatch(text) else text


def _tells(field: str, found: Any) -> bool:
    if field in _MACHINE or field.endswith(("_id", "_ids", "_version", "_urn")):
        return False
    first = found[0] if isinstance(found, tuple) and found else found
    return found not in (None, ()) and not isinstance(first, UUID)


_CODE: Final = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")
_LABELS: Final = {
    "attended_roles": "Who came",
    "pupil_voice": "What the pupil said",
    "parent_voice": "What the parents said",
    "views": "Views",
    "recipient": "For",
    "uln": "ULN",
    "body": "Who was asked",
    "invited_names": "Invited",
    "stance": "View of the placement",
    "contact": "How to reach them",
    "objective_rag": "Aim",
}
# Of use to programs alone; who did it is beside the entry already.
_MACHINE: Final = frozenset(
    {
        *("id", "by", "by_role", "cause", "rule", "fingerprint", "page_fingerprint", "subject", "version", "number"),
        *("decided_by", "signed_off_by", "confirmed_by", "registration_checked_by", "complete", "immediate"),
        *("recipient_number", "provider_kind", "regime_id"),
    }
)


def _correct(placement: OpenPlacement, record: Record) -> Link:
    address = f"{placement.href}/do/correct-record?corrects_event_id={record.event_id}"
    return Link("Correct this", address, about=f": {sentence(record.event)}")


def _by(actor: Actor, who: Who) -> str:
    words = who[actor].words
    role = "" if actor.role is None or who[actor].name is None else f", {role_name(actor.role)}"
    return f"{words}{role}"


def _unknown(stored: StoredEvent, who: Who) -> Entry:
    plain = re.sub(r"(?<!^)(?=[A-Z])", " ", stored.type).lower()
    return Entry(
        title=f"Something that this version of the service cannot read: {plain}",
        at=stored.recorded_at,
        by=_by(read_metadata(stored.meta).actor, who),
    )


def _in_part(placement: OpenPlacement, who: Who) -> Iterator[tuple[int, Entry]]:
    """As the API shows the events to a provider."""
    assert placement.provider is not None, "it is seen by its provider"
    seen = placement.provider.of(placement.records)
    replaced = {
        EventId(UUID(each.data["corrects_event_id"])) for each in seen if isinstance(each.record.event, RecordCorrected)
    }
    for each in seen:
        event = shown_in_part(each, names=placement.names)
        yield (
            each.record.version,
            Entry(
                title=event["summary"],
                at=each.record.recorded_at,
                by=_by(each.record.metadata.actor, who),
                lines=tuple(_json_lines(each.record.event, event["data"])),
                replaced_because=_WITHHELD if each.record.event_id in replaced else "",
            ),
        )


def _json_lines(event: Any, data: Mapping[str, Any]) -> Iterator[str]:
    said = named(templates(type(event))[0])
    for name, found in data.items():
        if name not in said and _tells(name, found):
            words = json_words(found)
            if words:
                yield f"{_label(name)}: {words}"


def json_words(found: Any) -> str:  # noqa: PLR0911 # one flat run: a line for each kind
    """A JSON value in words, ids and what is empty left out."""
    match found:
        case None:
            return ""
        case bool():
            return "yes" if found else "no"
        case list():
            return "; ".join(filter(None, map(json_words, found)))
        case dict():
            parts = ((_label(name), json_words(each)) for name, each in found.items() if _tells(name, each))
            return ", ".join(f"{name}: {words}" for name, words in parts if words)
        case str() if _ISO_DAY.fullmatch(found):
            return day(date.fromisoformat(found))
        case str() if _ISO_MOMENT.fullmatch(found):
            return moment(datetime.fromisoformat(found))
        case _:
            return _plain(str(found))
