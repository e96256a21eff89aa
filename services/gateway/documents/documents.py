"""Documents as pages or as PDF: made of the record on asking, or as they were kept."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg
from starlette.requests import Request
from starlette.responses import Response

from domain.access.names import ActorName
from domain.calendar.london import today
from domain.documents.directory import entry
from domain.documents.model import Document
from domain.documents.record import record
from domain.documents.signing import signatures
from domain.placement.provider_sight.fields import is_shown_document
from domain.placement.provider_sight.phases import ProviderPart
from events.codec import PLACEMENT
from events.envelope import Recorded
from events.ids import EventId, PlacementId, ProviderId, placement_id_of, placement_stream
from events.placement.letters import DocumentProduced
from infra.documents import store
from infra.documents.renderer import NotRendered, RenderedFormat
from infra.documents.rendering import HTML, PDF
from infra.documents.sources import gather
from infra.identity.read_log import record_access
from infra.identity.tokens import Person
from infra.letters import outbox
from infra.letters.outbox import Fate
from infra.postgres.db import connection
from infra.projections.placements import PlacementRow
from infra.streams.records import load
from services.application.authorisation import Sights
from services.application.deciders.provider import provider
from services.application.names import names_of, reader_of
from services.gateway.commands.commanding import not_found, pupil_key
from services.gateway.documents.schemas import DocumentShown
from services.gateway.http.hearing import while_heard
from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import Problem
from services.gateway.http.responses import json_response
from services.gateway.http.runtime import Gateway
from services.gateway.http.schemas import named_in
from services.gateway.lists import letters
from services.gateway.placements.seeing import checked


def form_of(request: Request, asked: RenderedFormat | None) -> RenderedFormat:
    """What `format` says, else PDF where Accept asks for it before any page."""
    if asked is not None:
        return asked
    accepted = request.headers.get("accept", "")
    return "pdf" if PDF in accepted and "text/html" not in accepted else "html"


async def full_record(
    gateway: Gateway, person: Person, request: Request, placement_id: UUID, form: RenderedFormat
) -> Response:
    """Everything that is recorded by now, as one document."""
    async with connection(gateway.engine) as conn:
        row, seen = await checked(gateway, conn, person, placement_id)
        require_names(seen)
        await record_access(conn, person, placement_id, "full_record")
        document = await record_of(gateway, conn, person, row, seen)
    return await made(gateway, request, document, form)


async def record_of(
    gateway: Gateway, conn: asyncpg.Connection, person: Person, row: PlacementRow, seen: Sights
) -> Document:
    """The full record of a placement whose names this person may read. The reading is the caller's to log."""
    found = await gather(conn, PlacementId(row.placement_id), gateway.keys)
    if found is None:
        raise not_found()
    actors = {each.metadata.actor for each in found.records}
    who = await names_of(conn, actors, reader_of(person, seen, row, actors))
    (document,) = record(replace(found, who=who))
    return document


async def directory_entry(
    gateway: Gateway, request: Request, provider_id: ProviderId, form: RenderedFormat
) -> Response:
    async with connection(gateway.engine) as conn:
        loaded = await provider(provider_id).load(conn)
    if not loaded.stream:
        raise not_found()
    document = entry(loaded.state, today(loaded.stream[-1].recorded_at))
    return await made(gateway, request, document, form)


async def listing(gateway: Gateway, person: Person, placement_id: UUID) -> Response:
    """What was made so far, in the order of the record, and what became of each letter. Names no child."""
    async with connection(gateway.engine) as conn:
        row, seen = await checked(gateway, conn, person, placement_id)
        await record_access(conn, person, placement_id, "documents")
        found = await listed(gateway, conn, person, row, seen)
    return json_response({"placement_id": placement_id, "reference": row.reference, "documents": found})


async def listed(
    gateway: Gateway, conn: asyncpg.Connection, person: Person, row: PlacementRow, seen: Sights
) -> list[dict[str, Any]]:
    """The documents that this person may know of. The reading is the caller's to log."""
    shown = seen.part(row)
    records = await load(conn, placement_stream(PlacementId(row.placement_id)), PLACEMENT)
    actors = {each.event_id: each.metadata.actor for each in records}
    known = await names_of(conn, actors.values(), reader_of(person, seen, row, actors.values()))
    async with gateway.engine.connect() as reading:
        fates = await outbox.of_placement(reading, row.placement_id)
    who = {event_id: known[actor] for event_id, actor in actors.items()}
    signed = signatures(records)
    return [
        _shown(
            each,
            # What became of a letter is for whoever sends it.
            fates.get(each.event.document_id) if shown is None else None,
            signed.get(each.event.document_id, ()),
            who,
        )
        for each in records
        if isinstance(each.event, DocumentProduced) and (shown is None or _is_for_provider(each.event, shown))
    ]


def _is_for_provider(event: DocumentProduced, shown: ProviderPart) -> bool:
    return shown is ProviderPart.TEACHING and is_shown_document(event.kind, event.recipient)


def _shown(
    record: Recorded[Any], letter: Fate | None, signed: Iterable[Recorded[Any]], who: Mapping[EventId, ActorName]
) -> dict[str, Any]:
    event: DocumentProduced = record.event
    placement = placement_id_of(record.stream_id)
    return {
        **named_in(DocumentShown, event),
        "produced_at": record.recorded_at,
        "by": who.get(event.cause),
        "letter": letters.fate(letter) if letter else None,
        "signed": [
            {
                "event_id": each.event_id,
                "party": each.event.party,
                "signed_on": each.event.signed_on,
                "by": who[each.event_id],
            }
            for each in signed
        ],
        "href": f"/api/v1/placements/{placement}/documents/{event.document_id}",
    }


async def kept(
    gateway: Gateway, person: Person, placement_id: UUID, document_id: UUID, form: RenderedFormat
) -> Response:
    """A document exactly as it was made."""
    async with connection(gateway.engine) as conn:
        row, seen = await checked(gateway, conn, person, placement_id)
        await require_document(conn, row, seen, document_id)
        await record_access(conn, person, placement_id, "document")
        return await read_document(gateway, conn, row, document_id, form)


async def require_document(conn: asyncpg.Connection, row: PlacementRow, seen: Sights, document_id: UUID) -> None:
    """Raises Problem: there is no such document of the placement, or not for these roles."""
    if not seen.opens:
        require_names(seen)
    if not await store.belongs(conn, document_id, row.placement_id):
        raise not_found()
    shown = seen.part(row)
    if shown is None:
        return
    records = await load(conn, placement_stream(PlacementId(row.placement_id)), PLACEMENT)
    made = [each.event for each in records if isinstance(each.event, DocumentProduced)]
    if not any(each.document_id == document_id and _is_for_provider(each, shown) for each in made):
        raise not_found()


async def read_document(
    gateway: Gateway, conn: asyncpg.Connection, row: PlacementRow, document_id: UUID, form: RenderedFormat
) -> Response:
    """The kept document as it is. Raises Problem: the pupil's key was destroyed, or is away."""
    key = await pupil_key(gateway, row.pupil_id)
    found = await store.read(conn, key, document_id, form)
    assert found is not None, "both forms are kept at once"
    return Response(found, media_type=PDF if form == "pdf" else HTML)


def require_names(seen: Sights) -> None:
    """Raises Problem: a document about a pupil names them, and these roles read the record without names."""
    if not seen.named:
        raise Problem("role_not_allowed", "A document names the pupil. Your roles read the record without names.")


async def made(gateway: Gateway, request: Request, document: Document, form: RenderedFormat) -> Response:
    """Raises Problem: it takes more time or memory than one document may."""
    try:
        made = await while_heard(request, gateway.renderer.render(document, form))
    except NotRendered:
        raise Problem("document_not_made", OWN["document_not_made"].words) from None
    return Response(made, media_type=PDF if form == "pdf" else HTML)
