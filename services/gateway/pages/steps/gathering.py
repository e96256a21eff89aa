"""Options that are read from the database: the people of an organisation, sites, providers, schools, documents."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import asyncpg

from domain.calendar.london import today
from domain.documents.phrases import code
from domain.event_sentences.sentence import sentence
from domain.placement.event_rows import is_correctable
from domain.shared import words
from events.codec import PLACEMENT
from events.ids import PlacementId, ProviderId, Urn, placement_stream
from events.placement.letters import DocumentProduced
from infra.streams.records import load
from services.application.colleagues import colleagues
from services.application.deciders import provider as providers
from services.application.deciders import school as schools
from services.gateway.directory.directory import every
from services.gateway.pages.forms.options import Option
from services.gateway.pages.steps import choices

Gathering = Callable[[asyncpg.Connection], Awaitable[Sequence[Option]]]
MOST_LISTED: Final = 500


async def staff(conn: asyncpg.Connection, org: str | None) -> Sequence[Option]:
    """Who works for an organisation, each with the number of cases that they have."""
    if org is None:
        return ()
    return [
        Option(
            value=str(each.person.id),
            label=each.person.name or "Name not known",
            hint=words.figure(each.open_placements, "case"),
        )
        for each in await colleagues(conn, org)
    ]


async def sites_of(conn: asyncpg.Connection, provider_id: ProviderId | None) -> Sequence[Option]:
    if provider_id is None:
        return ()
    return list(choices.sites((await providers.provider(provider_id).load(conn)).state))


async def sites_of_all(conn: asyncpg.Connection) -> Sequence[Option]:
    return [site for each in await _by_name(conn, "provider") for site in choices.sites(each)]


async def delegations_of(conn: asyncpg.Connection, urn: Urn | None) -> Sequence[Option]:
    if urn is None:
        return ()
    return list(choices.delegations((await schools.school(urn).load(conn)).state))


async def all_providers(conn: asyncpg.Connection) -> Sequence[Option]:
    return [Option(value=str(each.provider_id), label=each.name) for each in await _by_name(conn, "provider")]


async def all_schools(conn: asyncpg.Connection) -> Sequence[Option]:
    return [Option(value=each.urn, label=f"{each.name} ({each.urn})") for each in await _by_name(conn, "school")]


async def _by_name(conn: asyncpg.Connection, family: str) -> Sequence[Any]:
    return sorted(await every(conn, family, MOST_LISTED), key=lambda each: each.name.casefold())


async def documents_of(conn: asyncpg.Connection, placement_id: PlacementId) -> Sequence[Option]:
    """The documents that were made for a placement, the latest first; they name nobody."""
    records = await load(conn, placement_stream(placement_id), PLACEMENT)
    return [
        Option(
            value=str(each.event.document_id),
            label=code(each.event.kind),
            hint=words.on(each.recorded_at.date())
            if each.event.recipient is None
            else f"{code(each.event.recipient)}, {words.on(each.recorded_at.date())}",
        )
        for each in reversed(records)
        if isinstance(each.event, DocumentProduced)
    ]


async def correctable(conn: asyncpg.Connection, placement_id: PlacementId) -> Sequence[Option]:
    """The entries of a placement of which something may be put right, the latest first; they name nobody."""
    records = await load(conn, placement_stream(placement_id), PLACEMENT)
    return [
        Option(value=str(each.event_id), label=f"{words.on(today(each.recorded_at))}: {sentence(each.event)}")
        for each in reversed(records)
        if is_correctable(each.event)
    ]
