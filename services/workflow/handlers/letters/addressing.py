"""A letter as it is given to its sender: the document as it was kept, and to whom it goes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import asyncpg

from domain.calendar.london import today
from domain.documents.catalogue import document_id, documents
from domain.shared.electronic import Agreement, address_for
from events.codes import DeliveryMethod, RecipientRole
from events.ids import PlacementId
from events.placement.letters import DocumentProduced
from infra.clock import Clock
from infra.documents import store
from infra.documents.sources import gather
from infra.encryption.keys import KeyProvider
from infra.letters.agreements import agreements
from infra.letters.outbox import WaitingLetter
from infra.letters.port import Letter, NotSendable


def method_of(cause: object) -> DeliveryMethod:
    """How the person who recorded the step said that it is given; by post where the step does not say."""
    found: DeliveryMethod = getattr(cause, "method", DeliveryMethod.FIRST_CLASS_POST)
    return found


async def addressed(conn: asyncpg.Connection, waiting: WaitingLetter, keys: KeyProvider, clock: Clock) -> Letter:
    """The document as it was kept, and to whom it goes by the record it was made of. Raises KeyErased, NotSendable."""
    placement_id = PlacementId(waiting.placement_id)
    found = await gather(conn, placement_id, keys, version=waiting.version)
    assert found is not None, "the document is on record"
    produced: DocumentProduced = found.event
    (version,) = (each.version for each in found.records if each.event_id == produced.cause)
    made_of = await gather(conn, placement_id, keys, version=version)
    assert made_of is not None, "what it was made of is on record"
    assert made_of.state.pupil_id is not None, "a placement's first event names its pupil"
    key = await keys.get(made_of.state.pupil_id)
    pdf = await store.read(conn, key, waiting.document_id, "pdf")
    assert pdf is not None, "what is on record is kept"
    by_id = {document_id(produced.cause, each): each for each in documents(made_of)}
    document = by_id[produced.document_id]
    assert document.addressee is not None, "only what goes to somebody is queued"
    letter = Letter(
        reference=str(waiting.document_id),
        method=method_of(made_of.event),
        title=document.title,
        address=document.addressee.address,
        email=document.addressee.email,
        pdf=pdf,
        again=waiting.attempts > 1,
    )
    if letter.method is DeliveryMethod.EMAIL and produced.recipient is RecipientRole.RELEVANT_PERSON:
        held = await agreements(conn, made_of.state.pupil_id, keys)
        return _agreed(letter, document.addressee.name, held, today(await clock.now(conn)))
    return letter


def _agreed(letter: Letter, name: str, held: Sequence[Agreement], on: date) -> Letter:
    """To the address at which the parent agrees to be served today. Raises NotSendable: there is no agreement."""
    email = address_for(held, name, on)
    if email is None:
        raise NotSendable("email_not_agreed")
    return replace(letter, email=email)
