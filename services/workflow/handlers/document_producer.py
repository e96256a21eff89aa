"""Makes the documents that events bring, keeps them, and has their placements put them on record.

The placement's workflow is the only writer of its stream, so what was made goes to it as a command of the system:
one for all the documents of an event, in the transaction that keeps them and moves the position.
"""

from collections.abc import Sequence

import asyncpg
from temporalio.client import Client

from domain.documents.catalogue import MAKES, document_id, documents
from domain.documents.model import Document
from domain.documents.source import Source
from domain.placement.record.documents import MadeDocument, RecordDocuments
from events.ids import EventId, PlacementId, derived_id, placement_id_of
from infra import commands
from infra.clock import Clock
from infra.documents import store
from infra.documents.renderer import Renderer
from infra.documents.sources import gather
from infra.encryption.keys import DataKey, KeyErased, KeyProvider
from infra.event_store.types import StoredEvent
from infra.letters.addressee import pack
from services.application import supervision
from services.application.system_commands import dispatch_untried, system_command
from services.workflow.handlers.letters.addressing import addressee_of

NAME = supervision.DOCUMENTS
TYPES = tuple(sorted(cls.__name__ for cls in MAKES))
# A document takes some tens of milliseconds, and a batch is one transaction.
BATCH = 20


class DocumentProducer:
    """The handler that makes documents."""

    name = NAME
    types = TYPES

    def __init__(self, keys: KeyProvider, clock: Clock, client: Client, renderer: Renderer) -> None:
        self._keys = keys
        self._clock = clock
        self._client = client
        self._renderer = renderer

    async def handle(self, conn: asyncpg.Connection, events: Sequence[StoredEvent]) -> None:
        for event in events:
            await self._produce(conn, placement_id_of(event.stream_id), event)

    async def drain(self, conn: asyncpg.Connection) -> None:
        """Have what was made put on record."""
        await dispatch_untried(conn, self._client, RecordDocuments)

    async def _produce(self, conn: asyncpg.Connection, placement_id: PlacementId, event: StoredEvent) -> None:
        command_id = derived_id(event.event_id, NAME)
        if await commands.find(conn, command_id) is not None:
            return
        source = await gather(conn, placement_id, self._keys, version=event.version)
        assert source is not None, "the event is in the stream"
        assert source.state.pupil_id is not None, "a placement's first event names its pupil"
        try:
            key = await self._keys.get(source.state.pupil_id)
        except KeyErased:
            return  # nothing more is written down about this pupil
        kept = [await self._keep(conn, placement_id, source, each, key) for each in documents(source)]
        if not kept:
            return
        command = system_command(
            RecordDocuments(cause=EventId(event.event_id), documents=tuple(kept)),
            command_id=command_id,
            placement_id=placement_id,
            key=key,
            correlation_id=source.records[-1].metadata.correlation_id,
            issued_at=await self._clock.now(conn),
        )
        await commands.record(conn, command)

    async def _keep(
        self, conn: asyncpg.Connection, placement_id: PlacementId, source: Source, document: Document, key: DataKey
    ) -> MadeDocument:
        made = document_id(source.records[-1].event_id, document)
        pages = await self._renderer.both(document)
        to = document.addressee
        addressee = None if to is None else pack(addressee_of(document, to, source))
        kept = await store.keep(
            conn, key, document_id=made, placement_id=placement_id, pages=pages, addressee=addressee
        )
        return MadeDocument(
            document_id=made,
            kind=document.kind,
            version=document.version,
            subject=document.subject,
            recipient=to.role if to else None,
            recipient_number=to.number if to else None,
            fingerprint=kept.fingerprint,
            page_fingerprint=kept.page_fingerprint,
        )
