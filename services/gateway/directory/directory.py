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
from domain.school.state import School
from domain.school.view import SchoolView, school_view
from domain.shared.views import as_mapping
from events.codec import PROVIDER, SCHOOL, Codec
from events.codes import EntryStatus, KeyStage, SenNeed, SettingType
from infra.event_store.lookup import read_streams, stream_ids
from infra.event_store.types import StoredEvent
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.streams.records import Decryptor, decode
from services.application import authorisation
from services.application.decider import Decider
from services.application.occupancy import at_provider
from services.gateway.commands.commanding import not_found
from services.gateway.http import cursors
from services.gateway.http.responses import json_response, link
from services.gateway.http.runtime import Gateway


async def one(gateway: Gateway, person: Person, decider: Decider[Any, Any]) -> Response:
    async with connection(gateway.engine) as conn:
        loaded = await decider.load(conn)
    if not loaded.stream:
        raise not_found()
    state, version = loaded.state, loaded.version
    content = as_mapping(_view(state, version, person))
    if isinstance(state, Provider):
        content |= {"occupancy": await _occupancy(gateway, person, state)}
    return json_response(content, headers={"ETag": f'"{version}"'})


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


async def schools(gateway: Gateway, person: Person, cursor: str | None, limit: int) -> Response:
    return await _page(gateway, person, "school", "schools", cursor=cursor, limit=limit)


async def providers(
    gateway: Gateway, person: Person, wanted: DirectoryFilter, cursor: str | None, limit: int
) -> Response:
    """A page holds those of so many providers that fit: with filters it may be short, and the next one goes on."""
    today = day_of(await gateway.now())
    return await _page(
        gateway,
        person,
        "provider",
        "providers",
        cursor=cursor,
        limit=limit,
        fits=lambda state: wanted.fits(state, today),
        query=wanted.query(),
    )


def _all(_state: Any) -> bool:
    return True


async def _page(
    gateway: Gateway,
    person: Person,
    family: str,
    name: str,
    *,
    cursor: str | None,
    limit: int,
    fits: Callable[[Any], bool] = _all,
    query: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    prefix = f"{family}-"
    (after,) = cursors.DIRECTORY.unpack(cursor) or (prefix,)
    async with connection(gateway.engine) as conn:
        ids = await stream_ids(conn, prefix=prefix, after=after, limit=limit + 1)
        stored = await read_streams(conn, ids[:limit])
    streams = [list(events) for _, events in groupby(stored, key=attrgetter("stream_id"))]
    folded = [(await _folded(family, events), events[-1].version) for events in streams]
    found = [_view(state, version, person) for state, version in folded if fits(state)]
    following = _link(name, ids[limit - 1], limit, query) if len(ids) > limit else None
    return json_response({name: found, "next": following})


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


def _link(name: str, last: str, limit: int, query: Mapping[str, str]) -> str:
    return link(name, {**query, "limit": limit, "cursor": cursors.DIRECTORY.pack((last,))})


def _view(state: School | Provider, version: int, person: Person) -> SchoolView | ProviderView:
    if isinstance(state, School):
        return school_view(state, version)
    return provider_view(state, version, _reader(person))


def _reader(person: Person) -> Reader:
    seen = authorisation.sights(person)
    if seen.everything:
        kind = ReaderKind.ALL_SEEING
    elif not seen.places:
        kind = ReaderKind.OTHER
    else:
        kind = ReaderKind.COUNCIL if seen.organisation(OrgKind.LA) is not None else ReaderKind.SCHOOL
    return Reader(kind=kind, org_id=person.org)
