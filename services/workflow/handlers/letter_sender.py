"""Hands letters to their sender: each document that goes to somebody, once it is on record.

A letter is queued in the transaction that moves the position, and sent afterwards. Between a sending and its note a
worker may die: then the letter is given to the sender again, which is told so. What goes out is therefore at least
once by this module, and once by what the senders make of it: the same file, or a reference that is asked for first.

That a sender took a letter does not say that it arrives: a sender that can be asked is asked until it says something
final. Each fate goes to the placement's workflow as a command of the system, whose id follows from letter and fate.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio.client import Client

from domain.calendar.london import today
from domain.documents.catalogue import document_id, documents
from domain.documents.model import Document
from domain.placement.record.history import fold
from domain.placement.record.letters import RecordLetterFate
from domain.shared.electronic import address_for
from events.codec import PLACEMENT
from events.codes import DeliveryMethod, LetterFate, RecipientRole
from events.ids import DocumentId, PlacementId, PupilId, derived_id
from events.placement.contact import CommunicationSent
from events.placement.letters import DocumentProduced, LetterReturned
from infra import commands
from infra.clock import Clock
from infra.documents import store
from infra.documents.sources import gather
from infra.encryption.keys import KeyErased, KeyProvider
from infra.event_store.types import StoredEvent
from infra.letters import outbox
from infra.letters.agreements import agreements
from infra.letters.forgetting import forget_erased
from infra.letters.outbox import TrackedLetter, WaitingLetter
from infra.letters.port import (
    NO_SENDER,
    Keeping,
    Letter,
    NotSendable,
    Sender,
    SenderAway,
    SenderReport,
    Tracking,
    reachable,
)
from infra.postgres.db import connection, raw, transaction
from infra.projections import placements
from infra.streams.records import load
from infra.subscriptions.subscription import Batch, run_batch
from services.application.system_commands import dispatch_system_command, system_command

NAME = "letters"
TYPES = (DocumentProduced.__name__, CommunicationSent.__name__, LetterReturned.__name__)
_BATCH = 100
_FORGET_SECONDS = 120.0
_log = structlog.get_logger()


class LetterSender:
    """The follower that sends letters."""

    def __init__(
        self, engine: AsyncEngine, keys: KeyProvider, sender: Sender, *, clock: Clock, client: Client | None = None
    ) -> None:
        """Without a client, what becomes of letters waits on record for the sweeper to hand it over."""
        self._engine = engine
        self._keys = keys
        self._sender = sender
        self._clock = clock
        self._client = client
        self._given: list[tuple[UUID, UUID]] = []
        self._forget_at = 0.0

    async def batch(self) -> Batch:
        done = await run_batch(self._engine, NAME, self._follow, types=TYPES, limit=_BATCH)
        while await self._send_next():
            await self._hand_over()
        while await self._ask_next():
            await self._hand_over()
        await self._forget_erased()
        return done

    async def _forget_erased(self) -> None:
        """Now and again, so that no letter in clear outlives its pupil's key, whoever destroyed that."""
        if not isinstance(self._sender, Keeping) or time.monotonic() < self._forget_at:
            return
        async with connection(self._engine) as conn:
            deleted = await forget_erased(conn, self._sender, self._keys)
        self._forget_at = time.monotonic() + _FORGET_SECONDS
        if deleted:
            _log.info("letters_of_erased_deleted", count=deleted)

    async def _hand_over(self) -> None:
        given, self._given = self._given, []
        if self._client is not None:
            for placement_id, command_id in given:
                await dispatch_system_command(
                    self._client, RecordLetterFate, placement_id=placement_id, command_id=command_id
                )

    async def _follow(self, conn: AsyncConnection, events: Sequence[StoredEvent]) -> None:
        driver = await raw(conn)
        for event in events:
            # What is read here stands in clear.
            recorded = PLACEMENT.decode(event.type, event.schema_version, event.data, None)
            if isinstance(recorded, DocumentProduced):
                await self._queue(driver, event)
            elif isinstance(recorded, CommunicationSent) and recorded.document_id is not None:
                await outbox.handed_over(driver, recorded.document_id)
            elif isinstance(recorded, LetterReturned):
                given = await _is_given(driver, event, recorded.document_id)
                await outbox.returned(driver, recorded.document_id, handed_over=given)

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

    async def _send(self, conn: asyncpg.Connection, waiting: WaitingLetter) -> None:
        try:
            letter = reachable(await self._letter(conn, waiting))
            reference = await self._sender.send(letter)
            await outbox.sent(
                conn,
                waiting.document_id,
                by=self._sender.name,
                sender_reference=reference,
                tracked=isinstance(self._sender, Tracking),
            )
        except KeyErased:
            await outbox.given_up(conn, waiting.document_id, outbox.ERASED)
        except NotSendable as refused:
            await outbox.given_up(conn, waiting.document_id, refused.why)
            await self._failed(conn, waiting, refused.why)
            _log.warning("letter_not_sendable", document_id=str(waiting.document_id), code=refused.why)
        except SenderAway:
            _log.warning("letter_waits", document_id=str(waiting.document_id), attempt=waiting.attempts)
        else:
            _log.info("letter_sent", document_id=str(waiting.document_id), attempt=waiting.attempts)

    async def _failed(self, conn: asyncpg.Connection, waiting: WaitingLetter, why: str) -> None:
        """It never left. Where there is no sender at all, whoever recorded the step gives it as they said."""
        method = await outbox.method_of(conn, waiting.document_id)
        if why != NO_SENDER and method is not None:
            about = outbox.TrackedLetter(
                document_id=waiting.document_id,
                placement_id=waiting.placement_id,
                method=method,
                sender_reference="",
            )
            await self._record(conn, about, LetterFate.FAILED, why=why)

    async def _ask_next(self) -> bool:
        if not isinstance(self._sender, Tracking):
            return False
        async with transaction(self._engine) as conn:
            asked = await outbox.next_to_ask(conn, self._sender.name)
        if asked is None:
            return False
        try:
            said = await self._sender.fate(asked.sender_reference)
        except SenderAway:
            _log.warning("letter_fate_unknown", document_id=str(asked.document_id))
            return True
        async with transaction(self._engine) as conn:
            await self._heard(conn, asked, said)
        return True

    async def _heard(self, conn: asyncpg.Connection, asked: TrackedLetter, said: SenderReport) -> None:
        forgotten = said.final and said.fate is None
        fate = LetterFate.UNHEARD if forgotten else said.fate
        await outbox.told(conn, asked.document_id, fate, final=said.final)
        if said.dispatched_at is not None:
            await self._record(conn, asked, LetterFate.DISPATCHED, at=said.dispatched_at)
        if said.fate is LetterFate.DELIVERED:
            await self._record(conn, asked, LetterFate.DELIVERED)
        if said.fate is LetterFate.FAILED:
            why = said.why or "failed"
            await outbox.failed(conn, asked.document_id, why)
            await self._record(conn, asked, LetterFate.FAILED, why=why)
            _log.warning("letter_failed", document_id=str(asked.document_id), code=why)
        if forgotten:
            await outbox.failed(conn, asked.document_id, LetterFate.UNHEARD)
            await self._record(conn, asked, LetterFate.UNHEARD)
            _log.warning("letter_unheard", document_id=str(asked.document_id))

    async def _record(
        self,
        conn: asyncpg.Connection,
        asked: TrackedLetter,
        fate: LetterFate,
        *,
        at: datetime | None = None,
        why: str | None = None,
    ) -> None:
        """One command for each fate of a letter, however often it is told; none of a pupil whose key is gone."""
        row = await placements.find(conn, asked.placement_id)
        command_id = derived_id(asked.document_id, f"letter-fate/{fate}")
        if row is None or await commands.find(conn, command_id) is not None:
            return
        try:
            key = await self._keys.get(row.pupil_id)
        except KeyErased:
            return
        command = system_command(
            RecordLetterFate(
                document_id=DocumentId(asked.document_id),
                fate=fate,
                method=DeliveryMethod(asked.method),
                at=at,
                why=why,
            ),
            command_id=command_id,
            placement_id=PlacementId(asked.placement_id),
            key=key,
            correlation_id=asked.document_id,
            issued_at=await self._clock.now(conn),
        )
        await commands.record(conn, command)
        self._given.append((asked.placement_id, command_id))

    async def _letter(self, conn: asyncpg.Connection, waiting: WaitingLetter) -> Letter:
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
        letter = _addressed(document, pdf, method=_method(made_of.event), waiting=waiting)
        if letter.method is DeliveryMethod.EMAIL and produced.recipient is RecipientRole.RELEVANT_PERSON:
            return await self._agreed(conn, letter, document, made_of.state.pupil_id)
        return letter

    async def _agreed(self, conn: asyncpg.Connection, letter: Letter, document: Document, pupil_id: PupilId) -> Letter:
        """To the address at which the parent agrees to be served today. Raises NotSendable: there is no agreement."""
        assert document.addressee is not None, "only what goes to somebody is queued"
        held = await agreements(conn, pupil_id, self._keys)
        email = address_for(held, document.addressee.name, today(await self._clock.now(conn)))
        if email is None:
            raise NotSendable("email_not_agreed")
        return replace(letter, email=email)


async def _is_given(conn: asyncpg.Connection, returned: StoredEvent, document_id: DocumentId) -> bool:
    """Whether a letter that came back had been given in person or by e-mail: then nobody has to hand it over."""
    # How a letter was given stands in clear.
    records = await load(conn, returned.stream_id, PLACEMENT)
    state = fold(each for each in records if each.version <= returned.version)
    return any(each.document_id == document_id and each.handed_over is not None for each in state.letters)


def _addressed(document: Document, pdf: bytes, *, method: DeliveryMethod, waiting: WaitingLetter) -> Letter:
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
