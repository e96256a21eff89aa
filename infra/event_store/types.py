"""What goes into the store, what comes out, and what an append may expect of its stream."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyVersion:
    """The stream may be missing or at any version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoStream:
    """The stream must not have begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamExists:
    """The stream must have at least one event."""


@dataclass(frozen=True, slots=True)
class Exactly:
    """The stream must be at this version; 0 says the same as `NoStream`."""

    version: int

    def __post_init__(self) -> None:
        if self.version < 0:
            raise ValueError("a version is never negative")


Expected = AnyVersion | NoStream | StreamExists | Exactly

ANY: Final = AnyVersion()
NO_STREAM: Final = NoStream()
STREAM_EXISTS: Final = StreamExists()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """`data` and `meta` are canonical JSON text: these very bytes are stored and hashed."""

    event_id: UUID
    type: str
    schema_version: int
    data: str
    personal: bytes | None
    meta: str


class StoredEvent(NamedTuple):
    """An event as the store holds it; `version` counts from 1 without gaps, `position` may leave some.

    The fields are the columns in the order of the table. A tuple, as a reader of everything makes one for each row.
    """

    position: int
    stream_id: str
    version: int
    event_id: UUID
    type: str
    schema_version: int
    data: str
    personal: bytes | None
    meta: str
    recorded_at: datetime
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamAppend:
    """The events to put at the end of one stream. The same stream may come twice in one call."""

    stream_id: str
    expected: Expected
    events: tuple[NewEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """Where the events of one `StreamAppend` stand.

    `version` is that of its last event (0 when it had none, which tells nothing of the stream).
    `repeated`: they were stored by an earlier call, and everything here is that call's answer.
    """

    stream_id: str
    version: int
    positions: tuple[int, ...]
    recorded_at: datetime
    repeated: bool
