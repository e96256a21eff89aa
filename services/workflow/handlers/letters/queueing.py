"""Lists letters as their documents are put on record, and takes off what somebody gave or what came back."""

import asyncpg

from domain.placement.record.history import fold
from events.codec import PLACEMENT
from events.codes import DeliveryMethod
from events.ids import DocumentId, placement_id_of
from events.placement.contact import CommunicationSent
from events.placement.letters import DocumentProduced, LetterReturned
from infra.event_store.lookup import find_event
from infra.event_store.types import StoredEvent
from infra.letters import outbox
from infra.streams.records import load
from services.workflow.handlers.letters.addressing import method_of


async def take(conn: asyncpg.Connection, event: StoredEvent) -> None:
    """Note in the list of letters what one event says of a letter; all of it is in clear."""
    recorded = PLACEMENT.decode(event.type, event.schema_version, event.data, None)
    if isinstance(recorded, DocumentProduced):
        await _queue(conn, event, recorded)
    elif isinstance(recorded, CommunicationSent) and recorded.document_id is not None:
        await outbox.handed_over(conn, recorded.document_id)
    elif isinstance(recorded, LetterReturned):
        given = await _is_given(conn, event, recorded.document_id)
        await outbox.returned(conn, recorded.document_id, handed_over=given)


async def _queue(conn: asyncpg.Connection, event: StoredEvent, produced: DocumentProduced) -> None:
    if produced.recipient is None:
        return
    cause = await find_event(conn, produced.cause)
    assert cause is not None, "what brings a document is on record before it"
    method = method_of(PLACEMENT.decode(cause.type, cause.schema_version, cause.data, None))
    await outbox.queue(
        conn,
        produced.document_id,
        placement_id=placement_id_of(event.stream_id),
        version=event.version,
        method=method,
        by_hand=method is DeliveryMethod.HAND,
    )


async def _is_given(conn: asyncpg.Connection, returned: StoredEvent, document_id: DocumentId) -> bool:
    """Whether a letter that came back had been given in person or by e-mail: then nobody has to hand it over."""
    # How a letter was given is in clear.
    records = await load(conn, returned.stream_id, PLACEMENT)
    state = fold(each for each in records if each.version <= returned.version)
    return any(each.document_id == document_id and each.handed_over is not None for each in state.papers.letters)
