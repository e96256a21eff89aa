"""Hands letters to their sender: each document that goes to somebody, once it is on record.

A letter is queued in the transaction that moves the position, and sent afterwards. Between a sending and its note a
worker may die: then the letter is given to the sender again, which is told so. What goes out is therefore at least
once by this module, and once by what the senders make of it: the same file, or a reference that is asked for first.
"""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.documents.catalogue import document_id, documents
from domain.documents.model import Document
from events.around import CommunicationSent
from events.codec import PLACEMENT
from events.codes import DeliveryMethod
from events.ids import PlacementId
from events.placement import DocumentProduced
from infra.db import raw, transaction
from infra.documents import store
from infra.documents.sources import gather
from infra.event_store.types import StoredEvent
from infra.keys import KeyErased, KeyProvider
from infra.letters import outbox
from infra.letters.outbox import Waiting
from infra.letters.port import Letter, NotSendable, Sender, SenderAway, reachable
from infra.subscriptions import Batch, run_batch

NAME = "letters"
TYPES = (DocumentProduced.__name__, CommunicationSent.__name__)
_BATCH = 100
_log = structlog.get_logger()


class Postman:
    """The follower that sends letters."""

    def __init__(self, engine: AsyncEngine, keys: KeyProvider, sender: Sender) -> None:
        self._engine = engine
        self._keys = keys
        self._sender = sender

    async def batch(self) -> Batch:
        done = await run_batch(self._engine, NAME, self._follow, types=TYPES, limit=_BATCH)
        while await self._send_next():
            pass
        return done

    async def _follow(self, conn: AsyncConnection, events: Sequence[StoredEvent]) -> None:
        driver = await raw(conn)
        for event in events:
            # What is read here stands in clear.
            recorded = PLACEMENT.decode(event.type, event.schema_version, event.data, None)
            if isinstance(recorded, DocumentProduced):
                await self._queue(driver, event)
            elif isinstance(recorded, CommunicationSent) and recorded.document_id is not None:
                await outbox.handed_over(driver, recorded.document_id)

    async def _queue(self, conn: asyncpg.Connection, event: StoredEvent) -> None:
        placement_id = PlacementId(UUID(event.stream_id.removeprefix("placement-")))
        found = await gather(conn, placement_id, self._keys, version=event.version)
        assert found is not None, "the event is in the stream"
        produced: DocumentProduced = found.event
        if produced.recipient is None:
            return
        (cause,) = (each.event for each in found.records if each.event_id == produced.cause)
        method = _method(cause)
        await outbox.queue(
            conn,
            produced.document_id,
            placement_id=placement_id,
            version=event.version,
            method=method,
            by_hand=method is DeliveryMethod.HAND,
        )

    async def _send_next(self) -> bool:
        async with transaction(self._engine) as conn:
            waiting = await outbox.next_waiting(conn)
        if waiting is None:
            return False
        async with transaction(self._engine) as conn:
            if await outbox.still_waiting(conn, waiting.document_id):
                await self._send(conn, waiting)
        return True

    async def _send(self, conn: asyncpg.Connection, waiting: Waiting) -> None:
        try:
            letter = reachable(await self._letter(conn, waiting))
            reference = await self._sender.send(letter)
            await outbox.sent(conn, waiting.document_id, by=self._sender.name, sender_reference=reference)
        except KeyErased:
            await outbox.given_up(conn, waiting.document_id, outbox.ERASED)
        except NotSendable as refused:
            await outbox.given_up(conn, waiting.document_id, refused.why)
            _log.warning("letter_not_sendable", document_id=str(waiting.document_id), code=refused.why)
        except SenderAway:
            _log.warning("letter_waits", document_id=str(waiting.document_id), attempt=waiting.attempts)
        else:
            _log.info("letter_sent", document_id=str(waiting.document_id), attempt=waiting.attempts)

    async def _letter(self, conn: asyncpg.Connection, waiting: Waiting) -> Letter:
        """The document as it was kept, and to whom it goes by the record it was made of. Raises KeyErased."""
        placement_id = PlacementId(waiting.placement_id)
        found = await gather(conn, placement_id, self._keys, version=waiting.version)
        assert found is not None, "the document is on record"
        produced: DocumentProduced = found.event
        (version,) = (each.version for each in found.records if each.event_id == produced.cause)
        made_of = await gather(conn, placement_id, self._keys, version=version)
        assert made_of is not None, "what it was made of is on record"
        assert made_of.state.pupil_id is not None, "a placement's first event names its pupil"
        key = await self._keys.get(made_of.state.pupil_id)
        pdf = await store.read(conn, key, waiting.document_id, "pdf")
        assert pdf is not None, "what is on record is kept"
        by_id = {document_id(produced.cause, each): each for each in documents(made_of)}
        document = by_id[produced.document_id]
        return _addressed(document, pdf, method=_method(made_of.event), waiting=waiting)


def _addressed(document: Document, pdf: bytes, *, method: DeliveryMethod, waiting: Waiting) -> Letter:
    assert document.addressee is not None, "only what goes to somebody is queued"
    return Letter(
        reference=str(waiting.document_id),
        method=method,
        title=document.title,
        address=document.addressee.address,
        email=document.addressee.email,
        pdf=pdf,
        again=waiting.attempts > 1,
    )


def _method(cause: object) -> DeliveryMethod:
    """How the person who recorded the step said that it is given; by post where the step does not say."""
    found: DeliveryMethod = getattr(cause, "method", DeliveryMethod.FIRST_CLASS_POST)
    return found
