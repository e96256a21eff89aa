"""The metadata around each stored event: who, when, because of which command, under which law."""

from datetime import datetime
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from events.codes import RegimeId, Role
from events.definition import value
from events.ids import CommandId, EventId

E_co = TypeVar("E_co", covariant=True)


class ActorKind(StrEnum):
    PERSON = "person"
    SYSTEM = "system"


@value
class Actor:
    """Who gave the command. `org_id` is `school:<urn>`, `provider:<uuid>` or `la:<code>`."""

    kind: ActorKind
    id: UUID
    role: Role
    org_id: str | None = None


@value
class Metadata:
    occurred_at: datetime
    actor: Actor
    command_id: CommandId
    correlation_id: UUID
    causation_id: UUID | None = None
    regime_id: RegimeId | None = None
    legal_refs: tuple[str, ...] = ()


class Recorded(NamedTuple, Generic[E_co]):
    """One event as the store holds it. `recorded_at` never runs backwards along a stream.

    A tuple, as a reader of everything makes one for each event.
    """

    position: int
    stream_id: str
    version: int
    event_id: EventId
    recorded_at: datetime
    metadata: Metadata
    event: E_co
