"""The limits of one append, checked before the database is asked."""

from collections.abc import Sequence
from uuid import UUID

from infra.event_store.types import NO_STREAM, Exactly, NewEvent, StreamAppend

MAX_EVENT_BYTES = 1_048_576
"""Of `data`, `personal` and `meta` together, as UTF-8."""
MAX_BATCH_EVENTS = 1_000
MAX_BATCH_BYTES = 16 * 1_048_576
MAX_STREAM_ID_BYTES = 255
MAX_TYPE_BYTES = 255
_INT4 = range(2**31)
_NOT_BEGUN = (NO_STREAM, Exactly(0))


class AppendRefused(Exception):
    """Nothing was written. The transaction, if any, cannot go on unless it set a savepoint before."""


class EventTooLarge(AppendRefused):
    """One event is over the size limit."""

    def __init__(self, event_id: UUID, size: int) -> None:
        super().__init__(f"event {event_id} has {size} of at most {MAX_EVENT_BYTES} bytes")
        self.event_id = event_id
        self.size = size


class BatchTooLarge(AppendRefused):
    """The call has too many events, or too many bytes, or its transaction made too many calls."""


class TextNotStorable(AppendRefused):
    """A name is empty or too long, or text holds a NUL or a lone surrogate, which PostgreSQL cannot store."""


class EventIdReused(AppendRefused):
    """The id belongs to an event that is stored already, or that comes twice in one call."""

    def __init__(self, event_id: UUID, why: str) -> None:
        super().__init__(f"event id {event_id} {why}")
        self.event_id = event_id
        self.why = why


class StreamArchived(AppendRefused):
    """The stream's events were taken off into a file: nothing is appended to it, and nothing can be read of it."""

    def __init__(self, stream_id: str, sha256: bytes) -> None:
        super().__init__(f"stream {stream_id} is archived in the file with the SHA-256 {sha256.hex()}")
        self.stream_id = stream_id
        self.sha256 = sha256


def check(appends: Sequence[StreamAppend]) -> None:
    """Raise the `AppendRefused` that the call runs into without any knowledge of the store."""
    events = [event for each in appends for event in each.events]
    if len(events) > MAX_BATCH_EVENTS:
        raise BatchTooLarge(f"{len(events)} of at most {MAX_BATCH_EVENTS} events in one call")
    for each in appends:
        _check_name("stream id", each.stream_id, MAX_STREAM_ID_BYTES)
        if events and not each.events and each.expected in _NOT_BEGUN:
            # A stream that is missing cannot be locked, so nothing could keep it missing until the others are stored.
            raise TextNotStorable(f"that {each.stream_id} has not begun is no condition for other streams")
    total = sum(_checked_size(event) for event in events)
    if total > MAX_BATCH_BYTES:
        raise BatchTooLarge(f"{total} of at most {MAX_BATCH_BYTES} bytes in one call")
    if len(events) > 1:
        seen: set[UUID] = set()
        for event in events:
            if event.event_id in seen:
                raise EventIdReused(event.event_id, "comes twice in one call")
            seen.add(event.event_id)


def _checked_size(event: NewEvent) -> int:
    _check_name("event type", event.type, MAX_TYPE_BYTES)
    if event.schema_version not in _INT4:
        raise TextNotStorable(f"schema version {event.schema_version} is out of range")
    size = _utf8_length("data", event.data) + _utf8_length("meta", event.meta) + len(event.personal or b"")
    if size > MAX_EVENT_BYTES:
        raise EventTooLarge(event.event_id, size)
    return size


def _check_name(what: str, text: str, limit: int) -> None:
    if not 0 < _utf8_length(what, text) <= limit:
        raise TextNotStorable(f"{what} must have at least 1 byte and at most {limit}")


def _utf8_length(what: str, text: str) -> int:
    if "\0" in text:
        raise TextNotStorable(f"{what} holds a NUL")
    if text.isascii():
        return len(text)
    try:
        return len(text.encode())
    except UnicodeEncodeError as error:
        raise TextNotStorable(f"{what} holds a lone surrogate") from error
