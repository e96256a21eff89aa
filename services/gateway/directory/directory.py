"""Schools and providers, folded from their streams, page by page. Nothing here concerns a child."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType
from typing import Any

import asyncpg
from starlette.responses import Response

from domain.access.roles import OrgKind
from domain.calendar.london import today as day_of
from domain.placement.referral.occupancy import Occupancy
from domain.provider import evolve as provider_fold
from domain.provider.state import Provider
from domain.provider.view import ProviderView, Reader, ReaderKind, provider_view
from domain.school import evolve as school_fold
from domain.school.view import SchoolView, school_view
from domain.shared.views import as_mapping
from events.codec import PROVIDER, SCHOOL, Codec
from events.codes import EntryStatus, KeyStage, SenNeed, SettingType
from events.ids import ProviderId, Urn
from infra.event_store.lookup import read_streams, stream_ids
from infra.event_store.types import StoredEvent
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.streams.records import Decryptor, decode
from services.application import authorisation
from services.application.decider import Decider, Loaded
from services.application.deciders.provider import provider as provider_decider
from services.application.deciders.school import school as school_decider
from services.application.occupancy import at_provider
from services.gateway.commands.commanding import not_found
from services.gateway.http import cursors
from services.gateway.http.responses import json_response, link
from services.gateway.http.runtime import Gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFound:
    """A provider as the reader sees it. `statuses` are today's, by council; `occupancy` as `ProviderInFull` has it."""

    view: ProviderView
    statuses: Mapping[str, EntryStatus]
    occupancy: Occupancy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderListing:
    """A page of the directory, with the cursor of the next one."""

    providers: tuple[ProviderFound, ...]
    next: str | None


async def one_school(gateway: Gateway, urn: Urn) -> Response:
    found = await school_found(gateway, urn)
    return json_response(as_mapping(found), headers={"ETag": f'"{found.version}"'})


async def one_provider(gateway: Gateway, person: Person, provider_id: ProviderId) -> Response:
    found = await provider_found(gateway, person, provider_id)
    content = as_mapping(found.view) | {"occupancy": found.occupancy}
    return json_response(content, headers={"ETag": f'"{found.view.version}"'})


async def school_found(gateway: Gateway, urn: Urn) -> SchoolView:
    """Raises Problem: it is not registered."""
    loaded = await registered(gateway, school_decider(urn))
    return school_view(loaded.state, loaded.version)


async def provider_found(gateway: Gateway, person: Person, provider_id: ProviderId) -> ProviderFound:
    """What was written of a provider is opened for councils, who deal with it. Raises Problem: it is not registered."""
    keys = gateway.keys if _reader(person).kind is ReaderKind.COUNCIL else None
    loaded = await registered(gateway, provider_decider(provider_id, keys))
    found = _provider(loaded.state, loaded.version, person, day_of(await gateway.now()))
    return dataclasses.replace(found, occupancy=await _occupancy(gateway, person, loaded.state))


async def registered(gateway: Gateway, decider: Decider[Any, Any]) -> Loaded[Any]:
    """The record of a school or a provider. Raises Problem: it is not registered."""
    async with connection(gateway.engine) as conn:
        loaded = await decider.load(conn)
    if not loaded.stream:
        raise not_found()
    return loaded


def _provider(state: Provider, version: int, person: Person, today: date) -> ProviderFound:
    return ProviderFound(
        view=provider_view(state, version, _reader(person)),
        statuses={each.la_code: each.status(today) for each in state.entries},
    )


async def _occupancy(gateway: Gateway, person: Person, state: Provider) -> Occupancy | None:
    """For a council, of the placements that it may see, and for auditors: whether the provider must be a school."""
    seen = authorisation.sights(person)
    council = seen.places and seen.organisation(OrgKind.LA) is not None
    if not (council or seen.everything):
        return None
    assert state.provider_id is not None, "its first event names it"
    async with connection(gateway.engine) as conn:
        today = day_of(await gateway.clock.now(conn))
        return await at_provider(conn, state.provider_id, seen.visibility, gateway.keys, today)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryFilter:
    """Each one given narrows the directory. `approved_by` is a council in whose directory the entry is today."""

    need: SenNeed | None = None
    key_stage: KeyStage | None = None
    setting_type: SettingType | None = None
    approved_by: str | None = None

    def fits(self, state: Provider, today: date) -> bool:
        details = state.details
        return (
            (self.need is None or (details is not None and self.need in details.needs))
            and (self.key_stage is None or (details is not None and self.key_stage in details.key_stages))
            and self.setting_type in {None, state.setting_type}
            and (self.approved_by is None or state.entry_status(self.approved_by, today) is EntryStatus.CURRENT)
        )

    def query(self) -> dict[str, str]:
        return {name: str(given) for name, given in dataclasses.asdict(self).items() if given is not None}


async def schools(gateway: Gateway, cursor: str | None, limit: int) -> Response:
    folded, following = await _page(gateway, "school", cursor=cursor, limit=limit)
    found = [school_view(state, version) for state, version in folded]
    return json_response({"schools": found, "next": _link("schools", following, limit)})


async def providers(
    gateway: Gateway, person: Person, wanted: DirectoryFilter, cursor: str | None, limit: int
) -> Response:
    found = await listed(gateway, person, wanted, cursor, limit)
    following = _link("providers", found.next, limit, wanted.query())
    return json_response({"providers": [each.view for each in found.providers], "next": following})


async def listed(
    gateway: Gateway, person: Person, wanted: DirectoryFilter, cursor: str | None, limit: int
) -> ProviderListing:
    """A page holds those of so many providers that fit: with filters it may be short, and the next one goes on.

    Raises Problem: a cursor of the wrong form.
    """
    today = day_of(await gateway.now())
    folded, following = await _page(gateway, "provider", cursor=cursor, limit=limit)
    found = (_provider(state, version, person, today) for state, version in folded if wanted.fits(state, today))
    return ProviderListing(providers=tuple(found), next=following)


async def _page(
    gateway: Gateway, family: str, *, cursor: str | None, limit: int
) -> tuple[list[tuple[Any, int]], str | None]:
    """The states of so many, each with its version, and the cursor of those after them."""
    prefix = f"{family}-"
    (after,) = cursors.DIRECTORY.unpack(cursor) or (prefix,)
    async with connection(gateway.engine) as conn:
        ids = await stream_ids(conn, prefix=prefix, after=after, limit=limit + 1)
        stored = await read_streams(conn, ids[:limit])
    streams = [list(events) for _, events in groupby(stored, key=attrgetter("stream_id"))]
    folded = [(await _folded(family, events), events[-1].version) for events in streams]
    return folded, cursors.DIRECTORY.pack((ids[limit - 1],)) if len(ids) > limit else None


async def every(conn: asyncpg.Connection, family: str, most: int) -> list[Any]:
    """The state of each school or provider, up to so many: for a form that one is chosen in."""
    prefix = f"{family}-"
    stored = await read_streams(conn, await stream_ids(conn, prefix=prefix, after=prefix, limit=most))
    return [await _folded(family, list(events)) for _, events in groupby(stored, key=attrgetter("stream_id"))]


async def _folded(family: str, stored: list[StoredEvent]) -> Any:
    codec, state, evolve = _FAMILIES[family]
    opener = Decryptor(None)
    for event in stored:
        state = evolve(state, (await decode(event, codec, opener)).event)
    return state


_FAMILIES: dict[str, tuple[Codec[Any], Any, Callable[[Any, Any], Any]]] = {
    "school": (SCHOOL, school_fold.initial(), school_fold.evolve),
    "provider": (PROVIDER, provider_fold.initial(), provider_fold.evolve),
}


def _link(name: str, cursor: str | None, limit: int, query: Mapping[str, str] = MappingProxyType({})) -> str | None:
    return None if cursor is None else link(name, {**query, "limit": limit, "cursor": cursor})


def _reader(person: Person) -> Reader:
    seen = authorisation.sights(person)
    if seen.everything:
        kind = ReaderKind.ALL_SEEING
    elif not seen.places:
        kind = ReaderKind.OTHER
    else:
        kind = ReaderKind.COUNCIL if seen.organisation(OrgKind.LA) is not None else ReaderKind.SCHOOL
    return Reader(kind=kind, org_id=person.org)
