"""A letter as it is given to its sender: the document as it was kept, and to whom it goes."""

from dataclasses import replace

import asyncpg

from domain.calendar.london import today
from domain.documents.catalogue import document_id, documents
from domain.documents.model import Addressee, Document
from domain.documents.source import Source
from domain.shared.electronic import address_for
from events.codes import DeliveryMethod, RecipientRole
from events.ids import PlacementId
from events.placement.letters import DocumentProduced
from infra.clock import Clock
from infra.documents import store
from infra.documents.sources import gather
from infra.encryption.keys import KeyProvider
from infra.letters.addressee import LetterAddressee, unpack
from infra.letters.agreements import agreements
from infra.letters.outbox import WaitingLetter
from infra.letters.port import Letter, NotSendable


def method_of(cause: object) -> DeliveryMethod:
    """How the person who recorded the step said that it is given; by post where the step does not say."""
    found: DeliveryMethod = getattr(cause, "method", DeliveryMethod.FIRST_CLASS_POST)
    return found


def addressee_of(document: Document, to: Addressee, source: Source) -> LetterAddressee:
    """To whom and how a document goes, by the record up to the event that brings it."""
    return LetterAddressee(
        method=method_of(source.event),
        role=to.role,
        title=document.title,
        name=to.name,
        address=to.address,
        email=to.email,
    )


async def addressed(conn: asyncpg.Connection, waiting: WaitingLetter, keys: KeyProvider, clock: Clock) -> Letter:
    """What was kept when the letter was made, in one row. Raises KeyErased, NotSendable."""
    kept = await store.read_letter(conn, keys, waiting.document_id)
    assert kept is not None, "what is on record is kept"
    if kept.addressee is None:
        to = await _from_the_record(conn, waiting, keys)
    else:
        to = unpack(kept.addressee)
    letter = Letter(
        reference=str(waiting.document_id),
        method=to.method,
        title=to.title,
        address=to.address,
        email=to.email,
        pdf=kept.pdf,
        again=waiting.attempts > 1,
    )
    if letter.method is DeliveryMethod.EMAIL and to.role is RecipientRole.RELEVANT_PERSON:
        held = await agreements(conn, kept.pupil_id, keys)
        return _agreed(letter, address_for(held, to.name, today(await clock.now(conn))))
    return letter


def _agreed(letter: Letter, email: str | None) -> Letter:
    """To the address at which the parent agrees to be served today. Raises NotSendable: there is no agreement."""
    if email is None:
        raise NotSendable("email_not_agreed")
    return replace(letter, email=email)


async def _from_the_record(conn: asyncpg.Connection, waiting: WaitingLetter, keys: KeyProvider) -> LetterAddressee:
    """Of a letter that was made before its addressee was kept: by what the record brings as it is read today."""
    placement_id = PlacementId(waiting.placement_id)
    found = await gather(conn, placement_id, keys, version=waiting.version)
    assert found is not None, "the document is on record"
    produced: DocumentProduced = found.event
    (version,) = (each.version for each in found.records if each.event_id == produced.cause)
    made_of = await gather(conn, placement_id, keys, version=version)
    assert made_of is not None, "what it was made of is on record"
    by_id = {document_id(produced.cause, each): each for each in documents(made_of)}
    document = by_id[produced.document_id]
    assert document.addressee is not None, "only what goes to somebody is queued"
    return addressee_of(document, document.addressee, made_of)
